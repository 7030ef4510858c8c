"""A search looks at few rows of many, and what it holds of them says the same as what they were."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from bench.knowledge.speed import MadeUp, made_up
from siaga.knowledge import search
from siaga.knowledge.ngrams import LONGEST, Ngrams, all_of, plain
from siaga.knowledge.search import NEAREST, Finder, read_elsewhere
from siaga.knowledge.shortlist import EACH
from siaga.text.vectors import E5

TEXTS = ["vaksin halal", "vaksin untuk ibu hamil", "", "apakah vaksin halal halal", "jadwal vaksin", "ibu"]


@pytest.fixture(scope="module")
def many() -> Finder[MadeUp]:
    """More than are all compared."""
    finder: Finder[MadeUp] = Finder(made_up(400, Random(3)), encoders=())
    return finder


def test_so_many_entries_cost_what_a_shortlist_does(many: Finder[MadeUp], monkeypatch: pytest.MonkeyPatch) -> None:
    weighed: list[int] = []
    among = Ngrams.among

    def counted(own: Ngrams, rows: csr_matrix) -> np.ndarray:
        weighed.append(rows.shape[0])
        return among(own, rows)

    monkeypatch.setattr(Ngrams, "among", counted)
    starts = np.flatnonzero(np.diff(many._owners, prepend=-1))
    longest = int(np.diff(starts, append=len(many._owners))[:-1].max())
    for way in many.entries[7].ways_to_ask:
        compared = many.compared(many._ngrams.row(plain(way)), [])
        assert compared is not None
        assert len(set(compared)) == len(compared) <= EACH * longest + len(read_elsewhere()) < len(many._owners) / 5
        many.find(way)
    assert set(weighed) == {NEAREST}


def test_few_entries_are_all_compared() -> None:
    few = Finder(made_up(20, Random(3)), encoders=())
    assert few.compared(few._ngrams.row("apa"), []) is None


def test_a_search_made_anew_reads_only_what_is_new(monkeypatch: pytest.MonkeyPatch) -> None:
    from siaga.text import normalise

    entries = made_up(20, Random(4))
    Finder(entries, encoders=())
    read: list[str] = []
    real = normalise.normalise

    def noted(text: str) -> str:
        read.append(text)
        return real(text)

    monkeypatch.setattr(normalise, "normalise", noted)
    new = made_up(1, Random(5))
    Finder([*entries[1:], *new], encoders=())
    assert set(read) == {text[:LONGEST] for text in (*new[0].ways_to_ask, *new[0].words, new[0].text)}


def test_rows_are_alike_as_their_weights_are() -> None:
    ngrams = Ngrams(TEXTS)
    rows = ngrams.rows
    assert np.allclose(ngrams.among(rows), (rows @ rows.T).toarray(), atol=1e-6)
    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    # "ibu" has no pairs of words, but words and letters all the same.
    assert np.allclose(lengths, [1, 1, 0, 1, 1, 1], atol=1e-6)
    for place, text in enumerate(TEXTS):
        row, held = ngrams.row(text), ngrams.row_of(place)
        assert dict(zip(row.columns, row.weights.round(5), strict=True)) == pytest.approx(
            dict(zip(held.columns, held.weights.round(5), strict=True)), abs=1e-5
        )
        assert np.allclose(ngrams.alike(row, rows), ngrams.among(rows)[place], atol=1e-6)


def test_what_was_never_seen_makes_less_alike() -> None:
    ngrams = Ngrams(TEXTS)
    known, unknown = (ngrams.alike(ngrams.row(text), ngrams.rows)[0] for text in ("vaksin halal", "vaksin halal zzz"))
    assert 0 < unknown < known == pytest.approx(1, abs=1e-6)
    assert not ngrams.alike(ngrams.row("qqq"), ngrams.rows).any()


def test_vectors_in_bytes_say_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = np.random.default_rng(1).standard_normal((50, E5.dimensions)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    rows[7] = 0  # a text that the encoder cannot read
    monkeypatch.setattr(search, "FEW", 10)
    monkeypatch.setattr(search, "_AT_ONCE", 20)
    held = search._Meaning.held(E5, rows)
    assert held.rows.dtype == np.int8
    assert held.size < rows.nbytes / 3
    assert np.abs(held.some(slice(None)) @ rows.T - rows @ rows.T).max() < 0.005
    assert np.array_equal(held.some(3), held.some(np.array([3]))[0])
    monkeypatch.setattr(search, "FEW", 50)
    assert np.array_equal(search._Meaning.held(E5, rows).some(slice(None)), rows)


def test_parts_of_a_list() -> None:
    starts = np.array([0, 2, 2, 5])
    assert all_of(starts, np.array([0, 1, 2])).tolist() == [0, 1, 2, 3, 4]
    assert all_of(starts, np.array([2, 0])).tolist() == [2, 3, 4, 0, 1]
    assert all_of(starts, np.array([1])).tolist() == []
    assert all_of(starts, np.array([], dtype=np.int32)).tolist() == []


@pytest.mark.parametrize(
    "scores", [[0.1, 0.5, 0.5, -0.2, 0.3], [0.0, 0.0, -0.1, 0.2], [-0.1, -0.3, -0.2], [0.0, 0.0, 0.0, 0.0], [0.4]]
)
def test_the_best_are_in_the_order_of_a_stable_sort(scores: list[float]) -> None:
    given = np.array(scores)
    assert search._best(given, 3).tolist() == np.argsort(-given, kind="stable")[:3].tolist()
