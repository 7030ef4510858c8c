"""Numbers that we have given out ourselves tell what is meant, whatever the words around them."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from siaga.reports import names_number
from siaga.text.words import clean

INTENT_OF_REPORTS = "report_incident"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class OwnNumbers(GraphComponent, IntentClassifier):
    """Sets the intent ``report_incident`` with confidence 1 where the number of a report is named.

    "LP-7K2M-9Q" alone is no sentence that anybody could train. Put it before what looks for danger.
    """

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
    ) -> OwnNumbers:
        return cls(config)

    def process(self, messages: list[Message]) -> list[Message]:
        """Overrules the intent of messages that name the number of a report."""
        for message in messages:
            if not names_number(clean(message.get(TEXT) or "")):
                continue
            intent = {"name": INTENT_OF_REPORTS, "confidence": 1.0}
            rest = [other for other in message.get(INTENT_RANKING_KEY, []) if other["name"] != INTENT_OF_REPORTS]
            message.set(INTENT, intent, add_to_output=True)
            message.set(INTENT_RANKING_KEY, [dict(intent), *rest], add_to_output=True)
        return messages
