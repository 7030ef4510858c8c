"""Asking about each training example what a model says that has not learned it.

Look-alikes are kept in one fold, so that every tested sentence is unlike those learned from. The closer look-alikes
need be to stay together, the milder the test.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import yaml
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.loading import load_data
from sklearn.model_selection import StratifiedGroupKFold

from siaga.nlu.evaluate import OUT_OF_SCOPE
from siaga.nlu.likeness import groups, letters, pairs
from siaga.nlu.model import IntentModel, Recipe
from siaga.nlu.ngrams import words_as_read
from siaga.settings import ROOT
from siaga.text.vectors import KEPT

_CLASSIFIER = "siaga.nlu.classifier."
FOLDS = 4
ALIKE = 0.72


class Model(Protocol):
    """What was learned: says for each text how likely each intent is (texts x intents)."""

    @property
    def intents(self) -> list[str]: ...

    def probabilities(self, texts: list[str]) -> np.ndarray: ...


Learn = Callable[[list[str], list[str]], Model]
"""Learns from texts and their intents."""


@dataclass(frozen=True)
class Guesses:
    """What models that had not learned a text say about it: the shares of the intents, one text a row."""

    intents: list[str]
    shares: np.ndarray

    def best(self, row: int) -> str:
        """The intent that is thought likeliest."""
        return self.intents[int(self.shares[row].argmax())]

    def share(self, row: int, intent: str) -> float:
        """How likely an intent is thought to be; 0 for one that no model has learned."""
        return float(self.shares[row, self.intents.index(intent)]) if intent in self.intents else 0.0

    def best_but(self, row: int, intent: str) -> tuple[str, float]:
        """The likeliest of the other intents, and how likely it is thought to be."""
        places = [place for place, name in enumerate(self.intents) if name != intent]
        place = max(places, key=lambda other: self.shares[row, other])
        return self.intents[place], float(self.shares[row, place])

    def gaps(self) -> np.ndarray:
        """How far the likeliest intent is ahead of the next, for each text."""
        ordered = np.sort(self.shares, axis=1)
        return np.asarray(ordered[:, -1] - ordered[:, -2])


@dataclass(frozen=True)
class Outcome:
    """What a threshold does: shares of the messages within scope, and of those out of scope the share refused."""

    threshold: float
    margin: float
    right: float
    wrong: float
    fallback: float
    out_of_scope_refused: float


def plain_words(texts: list[str]) -> list[str]:
    """The texts as the n-grams are cut from them: plain words, without marks; a text without words as it is."""
    return [words_as_read(text)["plain"] for text in texts]


def written_words(texts: list[str]) -> list[str]:
    """The same in the words that were written, in lower case."""
    return [words_as_read(text)["written"] for text in texts]


def our_classifier(texts: list[str], labels: list[str]) -> Model:
    """Learns as the classifier of ``config.yml`` does."""
    return IntentModel.learn(texts, labels, configured_recipe(), KEPT)


def configured_recipe(config: Path = ROOT / "config.yml") -> Recipe:
    """How the classifier of a Rasa configuration learns; what it does not say is as usual."""
    parts = yaml.safe_load(config.read_text(encoding="utf-8"))["pipeline"]
    named = (part for part in parts if part["name"].startswith(_CLASSIFIER))
    chosen: dict[str, Any] = next(named, {})
    return Recipe(**{field.name: chosen[field.name] for field in fields(Recipe) if field.name in chosen})


def guess_unlearned(texts: list[str], labels: list[str], learn: Learn, alike: float = ALIKE) -> Guesses:
    """What is guessed of each text by a model that has learned neither it nor its look-alikes.

    Args:
        texts: the training examples.
        labels: their intents.
        learn: makes a model; called once a fold.
        alike: examples whose letter n-grams have at least this cosine stay in one fold, and so do their look-alikes.

    Raises:
        ValueError: there are too few examples to cut into folds.
    """
    together = groups(len(texts), pairs(letters(plain_words(texts)), alike))
    intents = sorted(set(labels))
    shares = np.zeros((len(texts), len(intents)))
    for train, test in StratifiedGroupKFold(FOLDS, shuffle=True, random_state=1).split(texts, labels, together):
        model = learn([texts[place] for place in train], [labels[place] for place in train])
        columns = [intents.index(intent) for intent in model.intents]
        shares[np.ix_(test, columns)] = model.probabilities([texts[place] for place in test])
    return Guesses(intents, shares)


def cross_validate(data: Path, alike: float) -> tuple[float, list[Outcome]]:
    """Accuracy without any threshold, and what each threshold and margin would do.

    Args:
        data: a file or folder of NLU examples.
        alike: as for ``guess_unlearned``.
    """
    examples = [example for example in load_data(str(data)).intent_examples if example.get(TEXT)]
    texts = [example.get(TEXT) for example in examples]
    labels = np.array([example.get(INTENT) for example in examples])
    asked = guess_unlearned(texts, labels.tolist(), our_classifier, alike)
    guesses = np.array([asked.best(row) for row in range(len(texts))])
    first, gap = asked.shares.max(axis=1), asked.gaps()
    right = guesses == labels
    inside, refused = labels != OUT_OF_SCOPE, guesses == OUT_OF_SCOPE
    outcomes = []
    for threshold in (0.3, 0.4, 0.5, 0.6):
        for margin in (0.0, 0.1, 0.2):
            sure = (first >= threshold) & (gap >= margin)
            outcomes.append(
                Outcome(
                    threshold,
                    margin,
                    float((right & sure)[inside].mean()),
                    float((~right & sure)[inside].mean()),
                    float((~sure)[inside].mean()),
                    float((~sure | refused)[~inside].mean()) if (~inside).any() else 0.0,
                )
            )
    return float(right.mean()), outcomes
