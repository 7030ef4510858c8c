"""Which entries of many are worth a closer look: a rough first choice, so that ten thousand cost as much as a hundred.

Each entry is one row here: the strongest weight that any of its texts gives to an n-gram, and the mean of its vectors.
"""

from __future__ import annotations

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


class Shortlist:
    """The rough view of many entries."""

    def __init__(self, rows: csr_matrix, meant: np.ndarray | None, owners: np.ndarray, entries: int) -> None:
        """``rows`` and ``meant`` (their vectors, or none) hold the texts, those of an entry together; ``owners`` names
        their entries."""
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
        self._means = None if meant is None else _means(meant, starts)

    @property
    def size(self) -> int:
        """Bytes that it takes."""
        held = self._by_ngram
        means = 0 if self._means is None else self._means.nbytes
        return int(held.data.nbytes + held.indices.nbytes + means)

    def choose(self, row: Row, meant: np.ndarray | None) -> np.ndarray:
        """The places of the entries worth a closer look, at most ``EACH`` for each view, in rising order."""
        held = self._by_ngram
        found = all_of(held.indptr, row.columns)
        weights = np.repeat(row.weights, held.indptr[row.columns + 1] - held.indptr[row.columns])
        by_words = np.bincount(held.indices[found], weights=held.data[found] * weights, minlength=held.shape[1])
        chosen = [_best(by_words)]
        if self._means is not None and meant is not None:
            chosen.append(_best(self._means @ meant))
        return np.unique(np.concatenate(chosen))


def _means(rows: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Of each entry the mean direction of its rows."""
    sums = np.add.reduceat(rows[: starts[-1]], starts[:-1], axis=0, dtype=np.float32)
    means: np.ndarray = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)
    return means


def _best(scores: np.ndarray) -> np.ndarray:
    return np.argpartition(-scores, EACH)[:EACH]
