"""Choosing thresholds on the training examples alone: cross-validation that keeps look-alikes together.

With look-alikes in one fold, every tested sentence is unlike those learned from. The closer look-alikes need be to
stay together, the milder the test.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.loading import load_data
from scipy.sparse.csgraph import connected_components
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import StratifiedGroupKFold

from siaga.nlu.classifier import LinearModel, as_read
from siaga.nlu.embedding import KEPT
from siaga.nlu.evaluate import OUT_OF_SCOPE
from siaga.nlu.vectors import vectors
from siaga.text.normalise import normalise_words
from siaga.text.words import split_words

FOLDS = 4


@dataclass(frozen=True)
class Outcome:
    """What a threshold does: shares of the messages within scope, and of those out of scope the share refused."""

    threshold: float
    margin: float
    right: float
    wrong: float
    fallback: float
    out_of_scope_refused: float


def cross_validate(
    data: Path, alike: float, directions: int = 400, strength: float = 20.0
) -> tuple[float, list[Outcome]]:
    """Accuracy without any threshold, and what each threshold and margin would do.

    Args:
        data: a file or folder of NLU examples.
        alike: examples whose letter n-grams have at least this cosine stay in one fold, and so do their look-alikes.
    """
    examples = [example for example in load_data(str(data)).intent_examples if example.get(TEXT)]
    texts = [example.get(TEXT) for example in examples]
    labels = np.array([example.get(INTENT) for example in examples])
    words = [[word.text for word in split_words(text)] for text in texts]
    lemmas = [as_read(normalise_words(some)) for some in words]
    written = [as_read([word.lower() for word in some]) for some in words]
    dense = vectors(texts, KEPT)

    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4)).fit_transform(lemmas)
    near = (letters @ letters.T).tocsr()
    near.data[near.data < alike] = 0
    near.eliminate_zeros()
    groups = connected_components(near, directed=False)[1]

    guesses = np.empty(len(labels), dtype=object)
    first, gap = np.zeros(len(labels)), np.zeros(len(labels))
    for train, test in StratifiedGroupKFold(FOLDS, shuffle=True, random_state=1).split(texts, labels, groups):
        learned, asked = (
            [[column[place] for place in part] for column in (lemmas, lemmas, written)] for part in (train, test)
        )
        model = LinearModel.fit(learned, dense[train], list(labels[train]), directions, strength)
        shares = model.probabilities(asked, dense[test])
        ordered = np.sort(shares, axis=1)
        guesses[test] = np.array(model.intents)[shares.argmax(axis=1)]
        first[test], gap[test] = ordered[:, -1], ordered[:, -1] - ordered[:, -2]
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
