"""The entity extractor of the pipeline."""

from __future__ import annotations

from datetime import date, datetime, timezone
from typing import Any
from zoneinfo import ZoneInfo

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message

from siaga.nlu.entities import find_entities
from siaga.text.words import clean

_ZONE = ZoneInfo("Asia/Jakarta")


def day_of(message: Message) -> date:
    """The day a message was written, in western Indonesia: its metadata's ``at``, else today."""
    at = (message.get(METADATA) or {}).get("at")
    try:
        moment = datetime.fromisoformat(str(at).replace("Z", "+00:00"))
    except ValueError:
        moment = datetime.now(timezone.utc)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return moment.astimezone(_ZONE).date()


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class IndonesianExtractor(GraphComponent, EntityExtractorMixin):
    """Writes the entities of ``siaga.nlu.entities``; what is relative ("besok") counts from the day of the message."""

    def __init__(self, config: dict[str, Any]) -> None:
        self._config = config

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
    ) -> IndonesianExtractor:
        return cls(config)

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds the entities of each message to those it has."""
        for message in messages:
            found = find_entities(clean(message.get(TEXT) or ""), day_of(message))
            entities = self.add_extractor_name([dict(entity) for entity in found])
            message.set(ENTITIES, [*message.get(ENTITIES, []), *entities], add_to_output=True)
        return messages
