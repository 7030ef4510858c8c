"""Which entries of many are worth a closer look: a rough first choice, so that ten thousand cost as much as a hundred.

Each entry is one row here: the strongest weight that any of its texts gives to an n-gram, and the mean of its vectors,
turned so that a few numbers hold most of what tells entries apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

EACH = 20
"""Entries that are taken by their words, and as many by their meaning."""
COMMON = 0.05
"""An n-gram in a larger share of the entries tells too little to be looked up."""
NUMBERS = 192
"""To which the vectors are shortened."""
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
        self._turn, self._means = [], []
        for each in vectors:
            sums = np.add.reduceat(each[: starts[-1]], starts[:-1], axis=0, dtype=np.float32)
            means = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)
            sample = means[:: max(1, entries // _SAMPLE)]
            _, turned = np.linalg.eigh(sample.T @ sample)
            turn = np.ascontiguousarray(turned[:, -NUMBERS:])
            self._turn.append(turn)
            self._means.append(means @ turn)

    @property
    def size(self) -> int:
        """Bytes that it takes."""
        held = self._by_ngram
        return int(held.data.nbytes + held.indices.nbytes + sum(each.nbytes for each in (*self._turn, *self._means)))

    def choose(self, row: csr_matrix, vectors: Sequence[np.ndarray]) -> np.ndarray:
        """The places of the entries worth a closer look, at most ``EACH`` for each view, in rising order."""
        by_words = np.asarray((row @ self._by_ngram).todense()).ravel()
        chosen = [_best(by_words)]
        if vectors:
            by_meaning = sum(
                means @ (vector @ turn) for means, turn, vector in zip(self._means, self._turn, vectors, strict=True)
            )
            chosen.append(_best(np.asarray(by_meaning)))
        return np.unique(np.concatenate(chosen))


def _best(scores: np.ndarray) -> np.ndarray:
    return np.argpartition(-scores, EACH)[:EACH]
