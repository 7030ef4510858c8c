"""The intent classifier of the pipeline: ``siaga.nlu.model`` for Rasa."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from siaga.nlu.model import IntentModel, Recipe
from siaga.text.clauses import split_clauses
from siaga.text.vectors import KEPT
from siaga.text.words import clean

CLAUSES = "clauses"
"""Where a message keeps what its parts mean each by itself; not part of what Rasa puts out."""
LEAD = "lead"
"""Where it keeps by how much it is nearer to examples of its likeliest intent than to any that is out of scope."""

_MODEL, _WEIGHTS = "model.json", "weights.npz"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class IntentNetwork(GraphComponent, IntentClassifier):
    """Ranks the intents of a message, and of its parts if it has several. The configuration is a ``Recipe``."""

    def __init__(
        self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, model: IntentModel | None = None
    ) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._model = model

    @staticmethod
    def required_packages() -> list[str]:
        return ["sklearn", "tensorflow"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {**asdict(Recipe()), "ranking_length": 10, "version": 1}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> IntentNetwork:
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Learns from the examples that have a text and an intent; saves vocabularies and weights, no pickles."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT) and example.get(INTENT)]
        intents = [example.get(INTENT) for example in examples]
        if len(set(intents)) < 2:
            return self._resource
        texts = [clean(example.get(TEXT)) for example in examples]
        self._model = IntentModel.learn(texts, intents, _recipe(self._config), KEPT)
        with self._model_storage.write_to(self._resource) as folder:
            description = json.dumps(self._model.description(), ensure_ascii=False)
            (folder / _MODEL).write_text(description, encoding="utf-8")
            np.savez_compressed(folder / _WEIGHTS, **self._model.arrays())
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> IntentNetwork:
        try:
            with model_storage.read_from(resource) as folder:
                description = json.loads((folder / _MODEL).read_text(encoding="utf-8"))
                with np.load(folder / _WEIGHTS, allow_pickle=False) as arrays:
                    model = IntentModel.from_saved(_recipe(config), description, arrays)
        except ValueError:  # nothing was trained
            return cls(config, model_storage, resource)
        return cls(config, model_storage, resource, model)

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets intent and ranking, and for a message of several parts what each of them means."""
        if self._model is None or not messages:
            return messages
        texts = [clean(message.get(TEXT) or "") for message in messages]
        for message, text, shares, lead in zip(messages, texts, *self._model.read(texts), strict=True):
            order = np.argsort(-shares)[: self._config["ranking_length"]]
            ranking = [{"name": self._model.intents[place], "confidence": float(shares[place])} for place in order]
            message.set(INTENT, dict(ranking[0]), add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
            message.set(LEAD, lead)
            message.set(CLAUSES, self._clauses(self._model, text))
        return messages

    def _clauses(self, model: IntentModel, text: str) -> list[dict[str, Any]]:
        parts = split_clauses(text)
        if not parts:
            return []
        shares = model.probabilities([part.text for part in parts])
        return [
            {
                "intent": model.intents[int(row.argmax())],
                "confidence": float(row.max()),
                "start": part.start,
                "end": part.end,
            }
            for part, row in zip(parts, shares, strict=True)
        ]


def _recipe(config: dict[str, Any]) -> Recipe:
    return Recipe(**{part.name: config[part.name] for part in fields(Recipe)})
