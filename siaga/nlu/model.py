"""From a text to how likely each intent is: n-grams, sentence vectors and the network, put together.

The better sentence vector costs most of the time of a message. It is computed only where the rest leaves a doubt; the
networks were trained to do without it as well as they can. Then both readings count alike: where they disagree, neither
is sure.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from siaga.nlu import network
from siaga.nlu.doubt import doubtful
from siaga.nlu.evaluate import OUT_OF_SCOPE
from siaga.nlu.neighbours import Neighbours
from siaga.nlu.network import Network
from siaga.nlu.ngrams import Ngrams
from siaga.text.vectors import E5, USE

# Characters: the slow vector of a longer example costs what those of five others do.
_LONG = 150
# Rounding in half precision takes less than this away.
_THE_SAME = 0.995


@dataclass(frozen=True)
class Recipe:
    """How a model is made and used.

    ``directions``: numbers that the n-grams are folded to; ``networks``: how many are asked, which differ in what they
    began with; ``units``, ``epochs``: of each; ``vectors``: whether sentence vectors are used; ``share``: of the
    examples, how many get the slow vector, those that leave the most doubt without it, unless they are long;
    ``without``: how often it is taken away from those in training; ``sure``: with so much confidence in the rest it is
    not computed for a message; ``temperature``: divides the scores, so that confidences are neither too high nor too
    low.
    """

    directions: int = 400
    networks: int = 2
    units: int = 512
    epochs: int = 16
    vectors: bool = True
    share: float = 0.17
    without: float = 0.15
    sure: float = 0.8
    temperature: float = 1.0


@dataclass
class IntentModel:
    """What was learned; ``intents`` names the columns of ``probabilities``."""

    recipe: Recipe
    intents: list[str]
    ngrams: Ngrams
    networks: list[Network]
    neighbours: Neighbours

    @classmethod
    def learn(
        cls, texts: Sequence[str], labels: Sequence[str], recipe: Recipe, kept: Path | None = None
    ) -> IntentModel:
        """Learns from examples.

        Args:
            texts: as citizens write them.
            labels: the intent of each.
            recipe: how.
            kept: a folder for the sentence vectors of the examples, so that learning again takes seconds.
        """
        intents, classes = np.unique(np.array(labels), return_inverse=True)
        with ThreadPoolExecutor(1) as beside:
            # The encoder takes another processor than the n-grams.
            fast = beside.submit(USE.vectors, texts, kept) if recipe.vectors else None
            ngrams, always = Ngrams.learn(texts, recipe.directions)
            always = np.hstack([always, fast.result()]) if fast else always
        slow = np.zeros((len(texts), E5.dimensions), dtype=np.float32)
        doubts = doubtful(always, classes, recipe.share if recipe.vectors else 0)
        chosen = [place for place in doubts if len(texts[place]) <= _LONG]
        if chosen:
            slow[chosen] = E5.vectors([texts[place] for place in chosen], kept)
        trained = network.train(
            always,
            slow,
            classes,
            networks=recipe.networks,
            units=recipe.units,
            epochs=recipe.epochs,
            without=recipe.without,
        )
        neighbours = Neighbours.learn(always, classes)
        return cls(recipe, [str(intent) for intent in intents], ngrams, trained, neighbours)

    def probabilities(self, texts: Sequence[str]) -> np.ndarray:
        """How likely each intent is for each text (texts x intents)."""
        return self._probable(texts, self._fast(texts))

    def read(self, texts: Sequence[str]) -> tuple[np.ndarray, list[float | None]]:
        """The same; and for each text its lead: how much nearer it is to the nearest example of its likeliest intent
        than to the nearest that is out of scope (cosines: from -2 to 2); None if no example is."""
        fast = self._fast(texts)
        shares = self._probable(texts, fast)
        return shares, [self._lead(*one) for one in zip(fast, shares.argmax(axis=1), strict=True)]

    def _lead(self, features: np.ndarray, likeliest: int) -> float | None:
        if OUT_OF_SCOPE not in self.intents:
            return None
        row = self.neighbours.folded(features)
        own = self.neighbours.likeness(row, likeliest)
        if own >= _THE_SAME:
            # An example itself ("p") needs no lead, however little there is in it to tell it by.
            return 1.0
        return own - self.neighbours.likeness(row, self.intents.index(OUT_OF_SCOPE))

    def _probable(self, texts: Sequence[str], fast: np.ndarray) -> np.ndarray:
        shares = self._shares(fast)
        if not self.recipe.vectors:
            return shares
        doubts = np.flatnonzero(shares.max(axis=1) < self.recipe.sure)
        if len(doubts) and E5.works:
            slow = np.array([E5.vector(texts[place]) for place in doubts])
            # The geometric mean of both readings: what only one of them is sure of is not likely.
            both = np.sqrt(shares[doubts] * self._shares(np.hstack([fast[doubts], slow])))
            shares[doubts] = both / both.sum(axis=1, keepdims=True)
        return shares

    def _fast(self, texts: Sequence[str]) -> np.ndarray:
        """The features that every text has: folded n-grams, and the fast vector."""
        folded = self.ngrams.fold(texts)
        if not self.recipe.vectors:
            return folded
        return np.hstack([folded, np.array([USE.vector(text) for text in texts], dtype=np.float32)])

    def _shares(self, features: np.ndarray) -> np.ndarray:
        """The mean of what the networks say, with the slow vector after the fast features or without."""
        mean: np.ndarray = np.mean([self._one(one, features) for one in self.networks], axis=0)
        return mean

    def _one(self, one: Network, features: np.ndarray) -> np.ndarray:
        logits = one.logits(features) / self.recipe.temperature
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares: np.ndarray = odds / odds.sum(axis=1, keepdims=True)
        return shares

    def description(self) -> dict[str, Any]:
        """Names, for JSON."""
        return {"intents": self.intents, "ngrams": self.ngrams.description(), "networks": len(self.networks)}

    def arrays(self) -> dict[str, np.ndarray]:
        """Numbers, for ``numpy.savez``."""
        numbers = [
            {f"{place}.{name}": values for name, values in one.arrays().items()}
            for place, one in enumerate(self.networks)
        ]
        return {
            name: values
            for part in (self.ngrams.arrays(), self.neighbours.arrays(), *numbers)
            for name, values in part.items()
        }

    @classmethod
    def from_saved(cls, recipe: Recipe, description: dict[str, Any], arrays: Any) -> IntentModel:
        """What ``description`` and ``arrays`` gave."""
        return cls(
            recipe,
            list(description["intents"]),
            Ngrams.from_saved(description["ngrams"], arrays),
            [Network.from_saved(arrays, f"{place}.") for place in range(description["networks"])],
            Neighbours.from_saved(arrays),
        )
