"""What texts mean, in the few numbers that tell these entries apart.

Sentence vectors know how alike any two sentences are: also by dialect, politeness and length, which say nothing about
what is asked. From the ways to ask of the entries it is learned in which directions those of one entry differ (they
count less) and in which the entries do (Fisher's discriminant). What was learned holds for ways to ask that are new,
too, and of all encoders together at most ``NUMBERS`` numbers remain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from siaga.text.vectors import Encoder

NUMBERS = 100
"""At most so many, and half as many as there are entries. Measured on ways to ask by other hands: 40 to 180 find about
as much."""
FEWEST = 50
"""Of fewer entries too little is learned: their vectors stay as they are."""
# What counts beside how the ways to ask of one entry differ, as a share of it: all directions alike.
_EVEN = 1.0
_LEARNED_WEIGHT, _LEARNED_NARROW = 2.5, 4.0
_PLAIN_WEIGHT, _PLAIN_NARROW = 1.2, 2.0
# So many rows tell as much as all of a hundred thousand.
_ROWS = 20_000


@dataclass(frozen=True)
class Meaning:
    """The rows' vectors, each of length one, and what makes such a vector of a text's own.

    ``weight``: what alike meaning counts beside the n-grams, whose weight is one; ``narrow``: how much more nearly the
    same counts than somewhat near.
    """

    encoders: tuple[Encoder, ...]
    rows: np.ndarray
    mean: np.ndarray
    turn: np.ndarray | None
    weight: float
    narrow: float

    @classmethod
    def learn(
        cls, encoders: Sequence[Encoder], vectors: Sequence[np.ndarray], owners: np.ndarray, count: int
    ) -> Meaning:
        """From the vectors of all rows.

        Args:
            encoders: that they are of, at least one.
            vectors: of each encoder, rows x numbers.
            owners: the place of each row's entry, in rising order; ``count`` and more: of no entry.
            count: how many entries there are.
        """
        together = np.hstack(vectors).astype(np.float32, copy=False)
        mean = together.mean(axis=0)
        if count < FEWEST:
            none = np.zeros_like(mean)
            return cls(tuple(encoders), _long_one(together), none, None, _PLAIN_WEIGHT, _PLAIN_NARROW)
        own = np.flatnonzero(owners < count)
        step = -(-len(own) // _ROWS)
        some = own[owners[own] % step == 0]
        turn = _discriminant(together[some] - mean, np.unique(owners[some], return_inverse=True)[1])
        rows = _long_one((together - mean) @ turn)
        return cls(tuple(encoders), rows, mean, turn, _LEARNED_WEIGHT, _LEARNED_NARROW)

    def vector(self, text: str) -> np.ndarray:
        """A text's, as the rows are."""
        together = np.hstack([encoder.vector(text) for encoder in self.encoders])
        turned = together if self.turn is None else (together - self.mean) @ self.turn
        return _long_one(turned[np.newaxis])[0]

    def alike(self, cosines: np.ndarray) -> np.ndarray:
        """Likeness, up to ``weight``, from cosines."""
        alike: np.ndarray = self.weight * np.exp(self.narrow * (cosines - 1))
        return alike


def _discriminant(rows: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """The directions (numbers x directions) in which classes differ most beside how each of them differs in itself."""
    counts = np.bincount(classes)
    means = np.zeros((len(counts), rows.shape[1]))
    np.add.at(means, classes, rows)
    means /= counts[:, np.newaxis]
    apart = rows - means[classes]
    spread, turned = np.linalg.eigh(apart.T @ apart / len(apart))
    even = turned * (spread + _EVEN * spread.mean()) ** -0.5 @ turned.T
    _, directions = np.linalg.eigh(np.cov((means @ even).T))
    turn: np.ndarray = (even @ directions[:, -min(NUMBERS, len(counts) // 2) :]).astype(np.float32)
    return turn


def _long_one(rows: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    long_one: np.ndarray = (rows / np.where(lengths, lengths, 1)).astype(np.float32)
    return long_one
