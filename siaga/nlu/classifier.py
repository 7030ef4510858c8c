"""The intent classifier: n-grams and the sentence vector in one logistic regression.

Rasa's own ``LogisticRegressionClassifier`` sees raw counts beside the vector, whose lengths differ a hundredfold
between messages, and needs
minutes for them. Here every block has length one, and the n-grams are first folded to a few hundred directions
(TruncatedSVD), which trains in seconds and
does as well or better on sentences unlike the training ones (docs/understanding.md). The folding is undone before
saving: what is kept
and what runs is one linear model.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, hstack
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

# What a block reads; its analyzer, shortest and longest n-gram, least number of examples.
_Shape = tuple[str, int, int, int]
_BLOCKS: list[tuple[str, _Shape]] = [
    ("lemma", ("word", 1, 2, 1)),
    ("lemma", ("char_wb", 2, 5, 2)),
    ("text", ("char_wb", 2, 5, 2)),
]
_MODEL, _WEIGHTS = "model.json", "weights.npz"


def _vectorizer(analyzer: str, shortest: int, longest: int, least: int) -> TfidfVectorizer:
    pattern = {"token_pattern": r"\S+"} if analyzer == "word" else {}
    return TfidfVectorizer(
        analyzer=analyzer, ngram_range=(shortest, longest), min_df=least, sublinear_tf=True, dtype=np.float32, **pattern
    )


@dataclass
class LinearModel:
    """Vectorizers with one weight matrix over n-grams and one over the sentence vector (features x intents)."""

    intents: list[str] = field(default_factory=list)
    vectorizers: list[TfidfVectorizer] = field(default_factory=list)
    ngrams: np.ndarray = field(default_factory=lambda: np.zeros((0, 0), dtype=np.float32))
    dense: np.ndarray = field(default_factory=lambda: np.zeros((0, 0), dtype=np.float32))
    bias: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.float32))

    @cached_property
    def _parts(self) -> list[tuple[Callable[[str], list[str]], np.ndarray]]:
        """Each vectorizer's analyzer and weights, which scikit-learn makes anew whenever they are asked for."""
        return [(vectorizer.build_analyzer(), vectorizer.idf_) for vectorizer in self.vectorizers]

    def probabilities(self, texts: list[list[str]], dense: np.ndarray) -> np.ndarray:
        """Probabilities (messages x intents) for texts given per block, and their sentence vectors.

        Counts by hand what ``sparse`` counts for training: for one message, scikit-learn's checks cost more than the
        sums. And no matrix product of numpy's, whose threads spin on after it.
        """
        logits = np.einsum("ij,jk->ik", dense, self.dense) + self.bias
        first = 0
        for vectorizer, parts, column in zip(self.vectorizers, self._parts, texts, strict=True):
            analyze, idf = parts
            vocabulary = vectorizer.vocabulary_
            for row, text in enumerate(column):
                counts = Counter(place for gram in analyze(text) if (place := vocabulary.get(gram)) is not None)
                if counts:
                    places = np.fromiter(counts, dtype=np.intp)
                    values = (1 + np.log(np.fromiter(counts.values(), dtype=np.float64))) * idf[places]
                    values /= np.sqrt((values**2).sum() * len(texts))
                    logits[row] += np.einsum("i,ij->j", values.astype(np.float32), self.ngrams[first + places])
            first += len(vocabulary)
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares: np.ndarray = odds / odds.sum(axis=1, keepdims=True)
        return shares

    def sparse(self, texts: list[list[str]]) -> csr_matrix:
        """Learns the vocabularies; the n-gram features of the examples, all blocks together of length one."""
        parts = [vectorizer.fit_transform(column) for vectorizer, column in zip(self.vectorizers, texts, strict=True)]
        return hstack(parts).tocsr() / np.float32(np.sqrt(len(parts)))

    @classmethod
    def fit(
        cls, texts: list[list[str]], dense: np.ndarray, intents: list[str], directions: int, strength: float
    ) -> LinearModel:
        """Learns from examples; ``strength`` is scikit-learn's C, ``directions`` what the n-grams are folded to."""
        model = cls(vectorizers=[_vectorizer(*shape) for _, shape in _BLOCKS])
        counts = model.sparse(texts)
        directions = max(1, min(directions, min(counts.shape) - 1))
        folding = TruncatedSVD(directions, n_iter=2, random_state=0).fit(counts)
        features = np.hstack([folding.transform(counts), dense])
        regression = LogisticRegression(C=strength, max_iter=300, tol=1e-3, class_weight="balanced").fit(
            features, intents
        )
        weights, bias = regression.coef_, regression.intercept_
        if len(regression.classes_) == 2:
            weights, bias = np.vstack([-weights / 2, weights / 2]), np.array([-bias[0] / 2, bias[0] / 2])
        model.intents = [str(name) for name in regression.classes_]
        model.ngrams = np.ascontiguousarray((weights[:, :directions] @ folding.components_).T, dtype=np.float32)
        model.dense = np.ascontiguousarray(weights[:, directions:].T, dtype=np.float32)
        model.bias = bias.astype(np.float32)
        return model


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class IntentRegression(GraphComponent, IntentClassifier):
    """Ranks the intents of a message by the linear model above."""

    def __init__(
        self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, model: LinearModel | None = None
    ) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._model = model

    @classmethod
    def required_components(cls) -> list[type]:
        return [Tokenizer]

    @staticmethod
    def required_packages() -> list[str]:
        return ["sklearn"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"directions": 400, "strength": 20.0, "ranking_length": 10, "version": 1}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> IntentRegression:
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Learns from the examples that have a text and an intent; saves vocabularies and weights, no pickles."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT) and example.get(INTENT)]
        intents = [example.get(INTENT) for example in examples]
        if len(set(intents)) < 2:
            return self._resource
        model = LinearModel.fit(
            _texts(examples), _dense(examples), intents, self._config["directions"], self._config["strength"]
        )
        self._model = model
        with self._model_storage.write_to(self._resource) as folder:
            vocabularies = [
                sorted(vectorizer.vocabulary_, key=vectorizer.vocabulary_.__getitem__)
                for vectorizer in model.vectorizers
            ]
            description = {"intents": model.intents, "vocabularies": vocabularies}
            (folder / _MODEL).write_text(json.dumps(description, ensure_ascii=False), encoding="utf-8")
            idf = {f"idf{index}": vectorizer.idf_ for index, vectorizer in enumerate(model.vectorizers)}
            np.savez_compressed(
                folder / _WEIGHTS, ngrams=model.ngrams.astype(np.float16), dense=model.dense, bias=model.bias, **idf
            )
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> IntentRegression:
        try:
            with model_storage.read_from(resource) as folder:
                description = json.loads((folder / _MODEL).read_text(encoding="utf-8"))
                with np.load(folder / _WEIGHTS, allow_pickle=False) as arrays:
                    model = LinearModel(
                        intents=description["intents"],
                        ngrams=arrays["ngrams"].astype(np.float32),
                        dense=arrays["dense"],
                        bias=arrays["bias"],
                    )
                    for index, (_, shape) in enumerate(_BLOCKS):
                        vectorizer = _vectorizer(*shape)
                        words = description["vocabularies"][index]
                        vectorizer.vocabulary_ = {word: place for place, word in enumerate(words)}
                        vectorizer.idf_ = arrays[f"idf{index}"]
                        model.vectorizers.append(vectorizer)
        except ValueError:  # nothing was trained
            return cls(config, model_storage, resource)
        return cls(config, model_storage, resource, model)

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets intent and ranking."""
        if self._model is None or not messages:
            return messages
        length = self._config["ranking_length"]
        for message, shares in zip(
            messages, self._model.probabilities(_texts(messages), _dense(messages)), strict=True
        ):
            order = np.argsort(-shares)[:length]
            ranking = [{"name": self._model.intents[place], "confidence": float(shares[place])} for place in order]
            message.set(INTENT, dict(ranking[0]), add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages


def _texts(messages: list[Message]) -> list[list[str]]:
    """Per block, each message's text as that block reads it."""
    columns: dict[str, list[str]] = {"lemma": [], "text": []}
    for message in messages:
        tokens = message.get(TOKENS_NAMES[TEXT]) or []
        columns["lemma"].append(as_read([token.lemma for token in tokens]))
        columns["text"].append(as_read([token.text.lower() for token in tokens]))
    return [columns[kind] for kind, _ in _BLOCKS]


def as_read(words: list[str]) -> str:
    """The text that the n-grams are cut from."""
    return " ".join(_no_digits(word) for word in words)


def _no_digits(word: str) -> str:
    """One sign for all digits: which they are says nothing of the intent, how many does; a lone digit stays ("dosis
    2")."""
    return word if len(word) <= 1 else "".join("0" if character.isdigit() else character for character in word)


def _dense(messages: list[Message]) -> np.ndarray:
    """The sentence vectors, one a row; no column when no featurizer gives any."""
    rows = []
    for message in messages:
        _, sentence = message.get_dense_features(TEXT, [])
        rows.append(sentence.features[0] if sentence is not None else np.zeros(0, dtype=np.float32))
    width = max((len(row) for row in rows), default=0)
    return np.array([row if len(row) == width else np.zeros(width) for row in rows], dtype=np.float32)
