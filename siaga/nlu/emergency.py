"""The safety net: danger signs, and who asks for an emergency department, win over whatever was understood.

Where danger is only likely, that is noted.
"""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from siaga.emergency import asks_department
from siaga.nlu.several import OTHER_REQUEST
from siaga.text.danger import find_danger
from siaga.text.words import clean

EMERGENCY = "emergency"
HINT = "danger_hint"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class EmergencyNet(GraphComponent, IntentClassifier):
    """Sets the intent ``emergency`` with confidence 1 where ``siaga.text.danger`` sees a danger sign, or somebody asks
    where an emergency department is; put it last.

    Where no word tells of danger, but the classifier finds it as likely as ``likely``, it adds the entity
    ``danger_hint``: the message is answered as it was understood, with one sentence more.
    """

    def __init__(self, config: dict[str, Any]) -> None:
        self._config = config

    @classmethod
    def required_components(cls) -> list[type]:
        return [IntentClassifier]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"likely": 0.2, "version": 1}

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
            ranking = message.get(INTENT_RANKING_KEY, [])
            text = clean(message.get(TEXT) or "")
            if find_danger(text) is None and not asks_department(text):
                self._hint(message, ranking)
                continue
            intent = {"name": EMERGENCY, "confidence": 1.0}
            rest = [other for other in ranking if other["name"] != EMERGENCY]
            message.set(INTENT, intent, add_to_output=True)
            message.set(INTENT_RANKING_KEY, [dict(intent), *rest], add_to_output=True)
            # Nothing else is offered to somebody in danger.
            entities = [entity for entity in message.get(ENTITIES, []) if entity["entity"] != OTHER_REQUEST]
            message.set(ENTITIES, entities, add_to_output=True)
        return messages

    def _hint(self, message: Message, ranking: list[dict[str, Any]]) -> None:
        danger = next((intent["confidence"] for intent in ranking if intent["name"] == EMERGENCY), 0.0)
        if danger < self._config["likely"] or (message.get(INTENT) or {}).get("name") == EMERGENCY:
            return
        hint = {
            "entity": HINT,
            "value": round(danger, 2),
            "start": 0,
            "end": len(message.get(TEXT)),
            "extractor": type(self).__name__,
        }
        message.set(ENTITIES, [*message.get(ENTITIES, []), hint], add_to_output=True)
