"""The safety net: danger signs win over whatever was understood."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from siaga.text.danger import find_danger
from siaga.text.words import clean

EMERGENCY = "emergency"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class EmergencyNet(GraphComponent, IntentClassifier):
    """Sets the intent ``emergency`` with confidence 1 where ``siaga.text.danger`` sees a danger sign. Put it last."""

    def __init__(self, config: dict[str, Any]) -> None:
        self._config = config

    @classmethod
    def required_components(cls) -> list[type]:
        return [IntentClassifier]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"version": 1}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> EmergencyNet:
        return cls(config)

    def process(self, messages: list[Message]) -> list[Message]:
        """Overrules the intent of messages that hold a danger sign."""
        for message in messages:
            if find_danger(clean(message.get(TEXT) or "")) is None:
                continue
            intent = {"name": EMERGENCY, "confidence": 1.0}
            rest = [other for other in message.get(INTENT_RANKING_KEY, []) if other["name"] != EMERGENCY]
            message.set(INTENT, intent, add_to_output=True)
            message.set(INTENT_RANKING_KEY, [dict(intent), *rest], add_to_output=True)
        return messages
