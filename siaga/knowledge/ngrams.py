"""How alike texts are by their words (alone and in pairs) and by the letters inside words (in groups of two to four).

Weights are TF-IDF: what stands in few texts weighs more. What was never seen weighs as the rarest does: it makes a text
less alike to all.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

LONGEST = 400
"""Characters of a text that are looked at."""
_WORD = re.compile(r"\w+")
_LETTERS = (2, 3, 4)


def plain(text: str) -> str:
    """The words of a text, normalised, without marks."""
    from siaga.text.normalise import normalise

    return " ".join(_WORD.findall(normalise(text[:LONGEST])))


def _features(words: Sequence[str]) -> list[str]:
    """Words and pairs of words, which have a mark in front that no letters have."""
    return [f"={word}" for word in words] + [f"={one} {two}" for one, two in pairwise(words)]


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


class Ngrams:
    """The vocabulary of many texts, and their weights: ``rows`` has one row a text, of length one.

    Words and letters count the same, whatever their number.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        """``texts`` are plain."""
        from scipy.sparse import csr_matrix

        self._columns: dict[str, int] = {}
        places, counts, blocks, ends = [], [], [], [0]
        for text in texts:
            words = text.split()
            for block, features in enumerate((_features(words), _letters(words))):
                for feature, count in Counter(features).items():
                    places.append(self._columns.setdefault(feature, len(self._columns)))
                    counts.append(count)
                    blocks.append(block)
            ends.append(len(places))
        columns = np.array(places, dtype=np.int32)
        seen = np.bincount(columns, minlength=len(self._columns))
        self._idf = (np.log((1 + len(texts)) / (1 + seen)) + 1).astype(np.float32)
        self._rarest = float(self._idf.max(initial=1.0))
        weights = (1 + np.log(np.array(counts, dtype=np.float32))) * self._idf[columns]
        # The length of each text's words and of its letters, so that both can be made equal.
        part = np.repeat(np.arange(len(texts)) * 2, np.diff(ends)) + np.array(blocks, dtype=np.int64)
        lengths = np.sqrt(np.bincount(part, weights=weights**2, minlength=2 * len(texts)))
        weights = (weights / lengths[part] / np.sqrt(2)).astype(np.float32)
        self.rows: csr_matrix = csr_matrix((weights, columns, np.array(ends)), shape=(len(texts), len(self._columns)))

    def row(self, text: str) -> csr_matrix:
        """The weights of one plain text; shorter than one as far as its features were never seen."""
        from scipy.sparse import csr_matrix

        words = text.split()
        columns: list[int] = []
        weights: list[float] = []
        for features in (_features(words), _letters(words)):
            length, known = 0.0, len(weights)
            for feature, count in Counter(features).items():
                column = self._columns.get(feature)
                weight = float((1 + np.log(count)) * (self._rarest if column is None else self._idf[column]))
                length += weight**2
                if column is not None:
                    columns.append(column)
                    weights.append(weight)
            scale = 1 / np.sqrt(2 * length) if length else 0.0
            weights[known:] = [weight * scale for weight in weights[known:]]
        shape = (1, len(self._columns))
        return csr_matrix((np.array(weights, dtype=np.float32), columns, [0, len(columns)]), shape=shape)
