"""A search looks at few rows of many, and what it holds of them says the same as what they were."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from bench.knowledge.speed import MadeUp, made_up
from siaga.knowledge import search
from siaga.knowledge.meaning import Meaning
from siaga.knowledge.ngrams import LONGEST, Ngrams, all_of, plain
from siaga.knowledge.search import NEAREST, Finder, read_elsewhere
from siaga.knowledge.shortlist import EACH
from siaga.text.vectors import E5

TEXTS = ["vaksin halal", "vaksin untuk ibu hamil", "", "apakah vaksin halal halal", "jadwal vaksin", "ibu"]


@pytest.fixture(scope="module")
def many() -> Finder[MadeUp]:
    """More than are all compared."""
    finder: Finder[MadeUp] = Finder(made_up(600, Random(3)), encoders=())
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


def test_what_says_nothing_of_the_entry_counts_less() -> None:
    """Texts of an entry share a direction; how they are said, the same ways in all entries, is a stronger one."""
    chance = np.random.default_rng(1)
    count, ways = 60, 12
    entries, manners = chance.standard_normal((count, 40)), 3 * chance.standard_normal((ways, 40))
    owners = np.repeat(np.arange(count), ways)
    texts = np.hstack([entries[owners], manners[np.tile(np.arange(ways), count)]])
    texts = (texts + 0.1 * chance.standard_normal(texts.shape)).astype(np.float32)
    learned = Meaning.learn([E5], [texts], owners, count)
    same_manner, same_entry = learned.rows[0] @ learned.rows[ways], learned.rows[0] @ learned.rows[1]
    assert same_entry > 0.9 > 0.4 > same_manner
    assert learned.rows.shape == (count * ways, 30)
    assert np.allclose(np.linalg.norm(learned.rows, axis=1), 1, atol=1e-5)


def test_of_few_entries_nothing_is_learned() -> None:
    texts = np.random.default_rng(1).standard_normal((20, 8)).astype(np.float32)
    meaning = Meaning.learn([E5], [texts], np.repeat(np.arange(5), 4), 5)
    assert np.allclose(meaning.rows, texts / np.linalg.norm(texts, axis=1, keepdims=True), atol=1e-6)


def test_a_text_has_the_vector_of_its_row() -> None:
    entries = made_up(60, Random(3))
    finder = Finder(entries)
    assert finder._meaning is not None
    assert np.allclose(finder._meaning.vector(entries[0].ways_to_ask[0]), finder._meaning.rows[0], atol=2e-3)


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
