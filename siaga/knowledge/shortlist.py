"""Which entries of many are worth a closer look: a rough first choice, so that ten thousand cost as much as a hundred.

Each entry is one row here: the strongest weight that any of its texts gives to an n-gram, and the mean of its vectors,
turned so that a few numbers hold most of what tells entries apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from siaga.knowledge.ngrams import all_of

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    from siaga.knowledge.ngrams import Row

EACH = 20
"""Entries that are taken by their words, and as many by their meaning."""
COMMON = 0.05
"""An n-gram in a larger share of the entries tells too little to be looked up."""
NUMBERS = 256
"""To which the vectors of all encoders together are shortened."""
_SAMPLE = 4_000


class Shortlist:
    """The rough view of many entries."""

    def __init__(self, rows: csr_matrix, vectors: Sequence[np.ndarray], owners: np.ndarray, entries: int) -> None:
        """``rows`` and ``vectors`` hold the texts, those of an entry together; ``owners`` their entries."""
        from scipy.sparse import csr_matrix

        starts = np.searchsorted(owners, np.arange(entries + 1))
        ends = rows.indptr[starts[-1]]
        at, columns, weights = np.repeat(owners, np.diff(rows.indptr))[:ends], rows.indices[:ends], rows.data[:ends]
        order = np.lexsort((columns, at))
        at, columns, weights = at[order], columns[order], weights[order]
        first = np.flatnonzero(np.r_[True, (at[1:] != at[:-1]) | (columns[1:] != columns[:-1])])
        strongest = np.maximum.reduceat(weights, first)
        at, columns = at[first], columns[first]
        telling = np.bincount(columns, minlength=rows.shape[1]) <= COMMON * entries
        kept = telling[columns]
        self._by_ngram = csr_matrix(
            (strongest[kept], (columns[kept], at[kept])), shape=(rows.shape[1], entries), dtype=np.float32
        )
        self._turns, self._means = _shortened([_means(each, starts) for each in vectors])

    @property
    def size(self) -> int:
        """Bytes that it takes."""
        held = self._by_ngram
        return int(held.data.nbytes + held.indices.nbytes + sum(each.nbytes for each in (*self._turns, self._means)))

    def choose(self, row: Row, vectors: Sequence[np.ndarray]) -> np.ndarray:
        """The places of the entries worth a closer look, at most ``EACH`` for each view, in rising order."""
        held = self._by_ngram
        found = all_of(held.indptr, row.columns)
        weights = np.repeat(row.weights, held.indptr[row.columns + 1] - held.indptr[row.columns])
        by_words = np.bincount(held.indices[found], weights=held.data[found] * weights, minlength=held.shape[1])
        chosen = [_best(by_words)]
        if vectors:
            meant = sum(vector @ turn for vector, turn in zip(vectors, self._turns, strict=True))
            chosen.append(_best(self._means @ meant))
        return np.unique(np.concatenate(chosen))


def _means(rows: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Of each entry the mean direction of its rows."""
    sums = np.add.reduceat(rows[: starts[-1]], starts[:-1], axis=0, dtype=np.float32)
    means: np.ndarray = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)
    return means


def _shortened(means: Sequence[np.ndarray]) -> tuple[list[np.ndarray], np.ndarray]:
    """Entries by all encoders together in ``NUMBERS`` numbers, and what makes these of each encoder's vector."""
    if not means:
        return [], np.zeros((0, 0), dtype=np.float32)
    together = np.hstack(means)
    sample = together[:: max(1, len(together) // _SAMPLE)]
    _, turned = np.linalg.eigh(sample.T @ sample)
    turn = np.ascontiguousarray(turned[:, -NUMBERS:])
    return np.split(turn, np.cumsum([each.shape[1] for each in means])[:-1]), together @ turn


def _best(scores: np.ndarray) -> np.ndarray:
    return np.argpartition(-scores, EACH)[:EACH]
