"""The end of the stock pipeline in ``bench.stock.same``: what a message means, where whoever asks has told it.

A model that has learned little understands other things than ours, and would lead the conversation elsewhere. Here all
of its pipeline has run already, on this very message; only the outcome is exchanged. What it had understood by itself
stays first in ``intent_ranking``.
"""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, INTENT
from rasa.shared.nlu.training_data.message import Message

from bench.stock import UNDERSTOOD


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class Told(GraphComponent):
    """Exchanges what was understood."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Told:
        """One that knows nothing by itself."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """The messages, each with what was told of it."""
        for message in messages:
            told = (message.get("metadata") or {}).pop(UNDERSTOOD, None)
            if told:
                message.set(INTENT, told["intent"], add_to_output=True)
                message.set(ENTITIES, told["entities"], add_to_output=True)
        return messages
