"""Two requests in one message: the main one decides what is done, the other is kept for afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from siaga.nlu.classifier import CLAUSES
from siaga.nlu.evaluate import OUT_OF_SCOPE
from siaga.privacy import mask_text

OTHER_REQUEST = "other_request"

# Requests that stand by themselves; a greeting, a symptom or a complaint beside one of them is its occasion.
REQUESTS = frozenset(
    "register_vaccination check_registration check_eligibility cancel_appointment reschedule_appointment ask_next_dose "
    "ask_certificate find_facility start_self_check ask_case_data ask_covid_question ask_vaccine_question ask_tips "
    "check_hoax good_news report_incident talk_to_human ask_privacy see_my_data withdraw_consent delete_my_data".split()
)
# Answered from the words they are asked in: the words are kept.
QUESTIONS = frozenset(
    "ask_covid_question ask_vaccine_question ask_tips check_eligibility ask_next_dose ask_certificate find_facility "
    "check_hoax ask_case_data".split()
)
# Said together, these are one request: a forwarded message and the doubt about it, a question put in two ways.
_ONE_MATTER: list[frozenset[str]] = [
    frozenset({"ask_covid_question", "ask_tips", "check_hoax"}),
    frozenset({"ask_vaccine_question", "check_hoax", "check_eligibility"}),
    frozenset({"check_eligibility", "ask_next_dose"}),
    frozenset({"check_registration", "reschedule_appointment", "cancel_appointment"}),
    frozenset({"ask_privacy", "see_my_data", "withdraw_consent", "delete_my_data"}),
]


@dataclass(frozen=True)
class Part:
    """A clause as it was understood by itself."""

    intent: str
    confidence: float
    start: int
    end: int


def choose(parts: list[Part], sure: float) -> tuple[Part, Part] | None:
    """The main request and the other of a message; None where it holds only one. The first is the main one."""
    requests: list[Part] = []
    for part in parts:
        if part.intent in REQUESTS and part.confidence >= sure and all(part.intent != r.intent for r in requests):
            requests.append(part)
    for other in requests[1:]:
        if not any({requests[0].intent, other.intent} <= matter for matter in _ONE_MATTER):
            return requests[0], other
    return None


def only(parts: list[Part], clear: float) -> Part | None:
    """The one clear request among the parts of a message that as a whole is not understood: a story with a question in
    it. None where another part is as clearly none of our business."""
    if any(part.intent == OUT_OF_SCOPE and part.confidence >= clear for part in parts):
        return None
    return next((part for part in parts if part.intent in REQUESTS and part.confidence >= clear), None)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class SeveralRequests(GraphComponent, IntentClassifier):
    """Finds two requests in a message, from its clauses as ``IntentNetwork`` ranked them.

    The main one becomes the intent; the other becomes the entity ``other_request``, whose value holds its ``intent``
    and, where the words are needed for an answer, the masked ``question``. A message that is not understood as a whole,
    but has one clear request in it, is understood as that. Put it after the open-set decision.
    """

    def __init__(self, config: dict[str, Any]) -> None:
        self._config = config

    @classmethod
    def required_components(cls) -> list[type]:
        return [IntentClassifier]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"sure": 0.7, "clear": 0.85, "version": 1}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SeveralRequests:
        return cls(config)

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets the main intent and adds the entity, for messages that hold two requests."""
        for message in messages:
            parts = [Part(**part) for part in message.get(CLAUSES) or ()]
            understood = str((message.get(INTENT) or {}).get("name"))
            if understood not in REQUESTS and understood != DEFAULT_NLU_FALLBACK_INTENT_NAME:
                continue
            main, other = choose(parts, self._config["sure"]) or (None, None)
            if main is None and understood == DEFAULT_NLU_FALLBACK_INTENT_NAME:
                main = only(parts, self._config["clear"])
            if main is None:
                continue
            intent = {"name": main.intent, "confidence": main.confidence}
            rest = [one for one in message.get(INTENT_RANKING_KEY, []) if one["name"] != main.intent]
            message.set(INTENT, intent, add_to_output=True)
            message.set(INTENT_RANKING_KEY, [dict(intent), *rest], add_to_output=True)
            if other is not None:
                message.set(ENTITIES, [*message.get(ENTITIES, []), self._entity(message, other)], add_to_output=True)
        return messages

    def _entity(self, message: Message, other: Part) -> dict[str, Any]:
        value = {"intent": other.intent}
        if other.intent in QUESTIONS:
            value["question"] = mask_text(message.get(TEXT)[other.start : other.end])
        return {
            "entity": OTHER_REQUEST,
            "value": value,
            "start": other.start,
            "end": other.end,
            "extractor": type(self).__name__,
        }
