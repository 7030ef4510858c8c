"""How near a message is to the examples of an intent, and to what is none of our business.

The networks divide all there is among the intents; a text of a kind that nobody thought of falls somewhere, and may
fall there with confidence. Its neighbours tell: the nearest example of that intent is then hardly nearer than the
nearest one that is out of scope.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

DIRECTIONS = 256


@dataclass
class Neighbours:
    """The examples, class after class, each as a row of length one, folded to ``DIRECTIONS`` numbers.

    ``ends``: where the rows of each class end; ``folding``: features x directions.
    """

    folding: np.ndarray
    rows: np.ndarray
    ends: np.ndarray

    @classmethod
    def learn(cls, features: np.ndarray, classes: np.ndarray) -> Neighbours:
        """From examples (examples x features) and the number of each one's class, from 0."""
        _, directions = np.linalg.eigh((features.T @ features).astype(np.float64))
        # Kept, and used in training, as it will be saved.
        folding = directions[:, -DIRECTIONS:].astype(np.float16).astype(np.float32)
        rows = _long_one(features[np.argsort(classes, kind="stable")] @ folding).astype(np.float16)
        return cls(folding, rows.astype(np.float32), np.cumsum(np.bincount(classes)))

    def folded(self, features: np.ndarray) -> np.ndarray:
        """One text's features as a row like those of the examples."""
        # einsum: numpy's matrix product starts threads, which spin on after it.
        row: np.ndarray = _long_one(np.einsum("i,ij->j", features.astype(np.float32), self.folding)[np.newaxis])[0]
        return row

    def likeness(self, row: np.ndarray, of: int) -> float:
        """The cosine of one text's row and that of the nearest example of class ``of``."""
        examples = self.rows[self.ends[of - 1] if of else 0 : self.ends[of]]
        return float(np.einsum("ij,j->i", examples, row).max())

    def arrays(self) -> dict[str, np.ndarray]:
        """The numbers, for ``numpy.savez``."""
        return {
            "neighbours.folding": self.folding.astype(np.float16),
            "neighbours.rows": self.rows.astype(np.float16),
            "neighbours.ends": self.ends,
        }

    @classmethod
    def from_saved(cls, arrays: Any) -> Neighbours:
        """What ``arrays`` gave."""
        return cls(
            arrays["neighbours.folding"].astype(np.float32),
            arrays["neighbours.rows"].astype(np.float32),
            arrays["neighbours.ends"],
        )


def _long_one(rows: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    long_one: np.ndarray = rows / np.where(lengths, lengths, 1)
    return long_one
