"""From a text to how likely each intent is: n-grams, sentence vectors and the network, put together.

The better sentence vector costs most of the time of a message. It is computed only where the rest leaves a doubt; the
networks were trained to do without it as well as they can. Then both readings count alike: where they disagree, neither
is sure.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from siaga.nlu import network
from siaga.nlu.network import Network
from siaga.nlu.ngrams import Ngrams
from siaga.nlu.vectors import E5, USE, plain


@dataclass(frozen=True)
class Recipe:
    """How a model is made and used.

    ``directions``: numbers that the n-grams are folded to; ``networks``: how many are asked, which differ in what they
    began with; ``units``, ``epochs``: of each; ``vectors``: whether sentence vectors are used; ``share``: of the
    examples, how many get the slow vector; ``without``: how often it is taken away from those in training; ``sure``:
    with so much confidence in the rest it is not computed for a message; ``temperature``: divides the scores, so that
    confidences are neither too high nor too low.
    """

    directions: int = 400
    networks: int = 2
    units: int = 512
    epochs: int = 19
    vectors: bool = True
    share: float = 0.3
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
        slow = np.zeros((len(texts), E5.dimensions), dtype=np.float32)
        chosen = [place for place, text in enumerate(texts) if _drawn(text) < recipe.share] if recipe.vectors else []
        with ThreadPoolExecutor(1) as beside:
            # These take longest, and keep no other processor than their own busy.
            slow_vectors = beside.submit(E5.vectors, [texts[place] for place in chosen], kept) if chosen else None
            ngrams, folded = Ngrams.learn(texts, recipe.directions)
            fast = [folded]
            if recipe.vectors:
                fast.append(USE.vectors(texts, kept))
            if slow_vectors is not None:
                slow[chosen] = slow_vectors.result()
        always = np.hstack(fast)
        trained = [
            network.train(
                always, slow, classes, units=recipe.units, epochs=recipe.epochs, without=recipe.without, seed=seed
            )
            for seed in range(recipe.networks)
        ]
        return cls(recipe, [str(intent) for intent in intents], ngrams, trained)

    def probabilities(self, texts: Sequence[str]) -> np.ndarray:
        """How likely each intent is for each text (texts x intents)."""
        folded = self.ngrams.fold(texts)
        slow = np.zeros((len(texts), E5.dimensions), dtype=np.float32)
        if not self.recipe.vectors:
            return self._shares(folded, slow)
        fast = np.hstack([folded, np.array([USE.vector(text) for text in texts], dtype=np.float32)])
        shares = self._shares(fast, slow)
        doubtful = np.flatnonzero(shares.max(axis=1) < self.recipe.sure)
        if len(doubtful) and E5.works:
            slow[doubtful] = [E5.vector(texts[place]) for place in doubtful]
            # The geometric mean of both readings: what only one of them is sure of is not likely.
            both = np.sqrt(shares[doubtful] * self._shares(fast[doubtful], slow[doubtful]))
            shares[doubtful] = both / both.sum(axis=1, keepdims=True)
        return shares

    def _shares(self, fast: np.ndarray, slow: np.ndarray) -> np.ndarray:
        """The mean of what the networks say."""
        features = np.hstack([fast, slow])
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
        return {name: values for part in (self.ngrams.arrays(), *numbers) for name, values in part.items()}

    @classmethod
    def from_saved(cls, recipe: Recipe, description: dict[str, Any], arrays: Any) -> IntentModel:
        """What ``description`` and ``arrays`` gave."""
        return cls(
            recipe,
            list(description["intents"]),
            Ngrams.from_saved(description["ngrams"], arrays),
            [Network.from_saved(arrays, f"{place}.") for place in range(description["networks"])],
        )


def _drawn(text: str) -> float:
    """A number from 0 to 1 that is always the same for a text."""
    return int.from_bytes(hashlib.sha256(plain(text).encode()).digest()[:4], "big") / 2**32
