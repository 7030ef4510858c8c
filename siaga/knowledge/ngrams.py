"""How alike texts are by their words (alone and in pairs) and by the letters inside words (in groups of two to four).

Weights are TF-IDF: what stands in few texts weighs more. What was never seen weighs as the rarest does: it makes a text
less alike to all.
"""

from __future__ import annotations

import math
import re
from array import array
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

LONGEST = 400
"""Characters of a text that are looked at."""
_WORD = re.compile(r"\w+")
_LETTERS = (2, 3, 4)
_MARK = "="
"""In front of words and pairs of words; no group of letters has it."""


def plain(text: str) -> str:
    """The words of a text, normalised, without marks."""
    from siaga.text.normalise import normalise

    return " ".join(_WORD.findall(normalise(text[:LONGEST])))


def _features(words: Sequence[str]) -> list[str]:
    return [_MARK + word for word in words] + _pairs(words)


def _pairs(words: Sequence[str]) -> list[str]:
    return [f"{_MARK}{one} {two}" for one, two in pairwise(words)]


def _letters(words: Sequence[str]) -> list[str]:
    """Groups of letters; a blank is where a word begins or ends."""
    found = []
    for word in words:
        padded = f" {word} "
        for length in _LETTERS:
            if len(padded) <= length:
                found.append(padded)
                break
            found += [padded[start : start + length] for start in range(len(padded) - length + 1)]
    return found


def all_of(starts: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """The places of everything in the wanted parts of a list; part ``n`` is from ``starts[n]`` to ``starts[n + 1]``."""
    first, count = starts[wanted], starts[wanted + 1] - starts[wanted]
    places: np.ndarray = np.repeat(first - np.cumsum(count) + count, count)
    places += np.arange(len(places), dtype=places.dtype)
    return places


class Row(NamedTuple):
    """The weights of one text; no column stands in it twice."""

    columns: np.ndarray
    weights: np.ndarray


class Ngrams:
    """The vocabulary of many texts, and their weights: ``rows`` has one row a text, of length one.

    Words and letters count the same, whatever their number. Columns are in the order of how many texts they stand in.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        """``texts`` are plain."""
        from scipy.sparse import csr_matrix

        seen_as: dict[str, int] = {}
        of_word: dict[str, array[int]] = {}

        def numbers(features: Sequence[str]) -> array[int]:
            return array("i", [seen_as.setdefault(feature, len(seen_as)) for feature in features])

        found, ends = array("i"), [0]
        for text in texts:
            words = text.split()
            for word in words:
                if word not in of_word:
                    of_word[word] = numbers([_MARK + word, *_letters([word])])
                found += of_word[word]
            found += numbers(_pairs(words))
            ends.append(len(found))
        counts = csr_matrix(
            (np.ones(len(found), dtype=np.float32), np.frombuffer(found, dtype=np.int32), np.array(ends)),
            shape=(len(texts), len(seen_as)),
        )
        counts.sum_duplicates()
        seen = np.bincount(counts.indices, minlength=len(seen_as))
        by_number = np.argsort(-seen, kind="stable")
        self._shared = int(np.count_nonzero(seen > 1))
        places = np.empty(len(seen), dtype=np.int32)
        places[by_number] = np.arange(len(seen))
        self._columns = dict(zip(seen_as, places.tolist(), strict=True))
        self._idf = (np.log((1 + len(texts)) / (1 + seen[by_number])) + 1).astype(np.float32)
        self._rarest = float(self._idf.max(initial=1.0))
        columns = places[counts.indices]
        weights = (1 + np.log(counts.data)) * self._idf[columns]
        # The length of each text's words and of its letters, so that both can be made equal.
        of_letters = np.fromiter((feature[0] != _MARK for feature in seen_as), dtype=np.int64, count=len(seen))
        part = np.repeat(np.arange(len(texts)) * 2, np.diff(counts.indptr)) + of_letters[counts.indices]
        lengths = np.sqrt(np.bincount(part, weights=weights**2, minlength=2 * len(texts)))
        weights = (weights / lengths[part] / np.sqrt(2)).astype(np.float32)
        self.rows: csr_matrix = csr_matrix((weights, columns, counts.indptr), shape=counts.shape)

    def row(self, text: str) -> Row:
        """The weights of one plain text; shorter than one as far as its features were never seen."""
        words = text.split()
        columns: list[int] = []
        weights: list[float] = []
        for features in (_features(words), _letters(words)):
            length, known = 0.0, len(weights)
            for feature, count in Counter(features).items():
                column = self._columns.get(feature)
                weight = (1 + math.log(count)) * (self._rarest if column is None else float(self._idf[column]))
                length += weight**2
                if column is not None:
                    columns.append(column)
                    weights.append(weight)
            scale = 1 / math.sqrt(2 * length) if length else 0.0
            weights[known:] = [weight * scale for weight in weights[known:]]
        return Row(np.array(columns, dtype=np.int32), np.array(weights, dtype=np.float32))

    def row_of(self, place: int) -> Row:
        """The weights of one of the texts."""
        held = slice(*self.rows.indptr[place : place + 2])
        return Row(self.rows.indices[held], self.rows.data[held])

    def alike(self, row: Row, rows: csr_matrix) -> np.ndarray:
        """How alike a text is to some of the rows: 0 to 1."""
        dense = np.zeros(rows.shape[1], dtype=np.float32)
        dense[row.columns] = row.weights
        return np.asarray(rows @ dense, dtype=np.float64)

    def among(self, rows: csr_matrix) -> np.ndarray:
        """How alike some of the rows are to each other: 0 to 1.

        It is ``rows @ rows.T``, which takes its time with the vocabulary; here what stands in one row only is left out.
        """
        count = rows.shape[0]
        at = np.repeat(np.arange(count), np.diff(rows.indptr))
        own = np.bincount(at, weights=rows.data**2, minlength=count)
        shared = np.flatnonzero(rows.indices < self._shared)
        columns, at, weights = rows.indices[shared], at[shared], rows.data[shared]
        # Each column is known by the last place that it has in the list, then by a number.
        last = np.empty(self._shared, dtype=np.int32)
        last[columns] = np.arange(len(columns))
        known_by = last[columns]
        twice = np.bincount(known_by, minlength=len(columns)) > 1
        numbers = np.cumsum(twice) - 1
        kept = np.flatnonzero(twice[known_by])
        dense = np.zeros((count, int(np.count_nonzero(twice))), dtype=np.float32)
        dense[at[kept], numbers[known_by[kept]]] = weights[kept]
        alike = (dense @ dense.T).astype(np.float64)
        np.fill_diagonal(alike, own)
        return alike
