"""A dense featurizer: one sentence vector a message."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from siaga.nlu.vectors import vector, vectors
from siaga.settings import ROOT

KEPT = ROOT / ".rasa" / "sentence-vectors.npz"
"""Vectors of training examples, so that a second training takes seconds."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEmbedding(DenseFeaturizer, GraphComponent):
    """Adds a text's sentence vector times ``weight``.

    Raise ``version`` when the vectors change (package, centre, normalising): Rasa's cache looks at the configuration
    only.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        return [Tokenizer]

    @staticmethod
    def required_packages() -> list[str]:
        return ["numpy"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {**DenseFeaturizer.get_default_config(), "weight": 1.0, "version": 1}

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Every value is usable."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceEmbedding:
        return cls(execution_context.node_name, config)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Adds vectors to the examples."""
        examples = [example for example in training_data.training_examples if example.get(TEXT)]
        rows = vectors([example.get(TEXT) for example in examples], Path(KEPT))
        for example, row in zip(examples, rows, strict=True):
            self._add(example, row)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds vectors to messages."""
        for message in messages:
            if message.get(TEXT):
                self._add(message, vector(message.get(TEXT)))
        return messages

    def _add(self, message: Message, row: np.ndarray) -> None:
        self.add_features_to_message(None, self._config["weight"] * row[np.newaxis, :], TEXT, message)
