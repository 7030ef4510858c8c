"""How alike texts are: by the letters of their plain words, and by their meaning."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix, spmatrix
from scipy.sparse.csgraph import connected_components
from sklearn.feature_extraction.text import TfidfVectorizer

_ROWS = 500
"""Rows that are compared at once: the whole table of 5,000 texts would take 200 MB."""


@dataclass(frozen=True)
class Pair:
    """Two texts, by their places in the list, and how alike they are (a cosine: 1 is the same)."""

    first: int
    second: int
    likeness: float


def letters(texts: list[str]) -> csr_matrix:
    """The letter n-grams of texts, one text a row, of length one; texts that hold none get an empty row."""
    if not any(text.strip() for text in texts):
        return csr_matrix((len(texts), 1), dtype=np.float32)
    return TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), dtype=np.float32).fit_transform(texts)


def pairs(features: spmatrix | np.ndarray, least: float) -> Iterator[Pair]:
    """The pairs of rows whose cosine is at least ``least``, each once, in order."""
    turned = features.T.tocsr() if isinstance(features, spmatrix) else features.T
    for start in range(0, features.shape[0], _ROWS):
        part = features[start : start + _ROWS] @ turned
        table = part.toarray() if isinstance(part, spmatrix) else part
        for row, column in zip(*np.nonzero(table >= least), strict=True):
            if start + row < column:
                yield Pair(int(start + row), int(column), float(table[row, column]))


def groups(count: int, alike: Iterable[Pair]) -> np.ndarray:
    """A group number for each of ``count`` texts: who is alike shares one, and so do their look-alikes."""
    found = [(pair.first, pair.second) for pair in alike]
    rows, columns = zip(*found, strict=True) if found else ((), ())
    edges = csr_matrix((np.ones(len(found), dtype=np.int8), (rows, columns)), shape=(count, count))
    numbers: np.ndarray = connected_components(edges, directed=False)[1]
    return numbers
