"""When not to claim understanding: ``nlu_fallback`` instead of a guess."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from siaga.nlu.classifier import LEAD
from siaga.nlu.emergency import EMERGENCY
from siaga.nlu.entities import is_bare_answer
from siaga.nlu.evaluate import OUT_OF_SCOPE
from siaga.nlu.extractor import day_of

_FILE = "vocabulary.json"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class OpenSetDecision(GraphComponent, IntentClassifier):
    """Says ``nlu_fallback`` instead of a guess.

    That is for a bare value (a NIK, a date, a place), for words never met in training (a name), and for a likeliest
    intent below ``threshold`` (``strange`` when half the words or more are unknown) or closer than ``margin`` to the
    next; ``out_of_scope`` needs only ``refuse`` and half the margin. Any other intent must be ``ahead`` of it: by its
    confidence, and by how much nearer its examples are. (Danger need not: to be wrong costs a sentence.) Intents of
    one group of ``together`` begin the same conversation: between them there is no doubt, so what is likely of them is
    added up. The ranking stays behind ``nlu_fallback``, so that the likeliest meanings can be offered. What is word for
    word an example of one intent alone ("radar") is that intent, however unsure the network is of so short a text.
    Put it after the extractor.
    """

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        vocabulary: frozenset[str] = frozenset(),
        examples: Mapping[str, str] | None = None,
    ) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._vocabulary = vocabulary
        self._examples = examples or {}

    @classmethod
    def required_components(cls) -> list[type]:
        # Runs after a classifier, but trains beside it: Rasa checks the order of training.
        return [Tokenizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {
            "threshold": 0.6,
            "margin": 0.2,
            "refuse": 0.4,
            "ahead": 0.83,
            "strange": 0.8,
            "familiar": 3,
            "together": [],
            "version": 1,
        }

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> OpenSetDecision:
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Learns which words are familiar, those of at least ``familiar`` examples, and the examples themselves."""
        counts = Counter(
            word
            for example in training_data.intent_examples
            for word in {t.lemma for t in example.get(TOKENS_NAMES[TEXT]) or []}
        )
        self._vocabulary = frozenset(word for word, count in counts.items() if count >= self._config["familiar"])
        self._examples = _of_one_intent(training_data.intent_examples)
        learned = {"words": sorted(self._vocabulary), "examples": self._examples}
        with self._model_storage.write_to(self._resource) as folder:
            (folder / _FILE).write_text(json.dumps(learned, ensure_ascii=False), encoding="utf-8")
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> OpenSetDecision:
        with model_storage.read_from(resource) as folder:
            learned = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        return cls(config, model_storage, resource, frozenset(learned["words"]), learned["examples"])

    def process(self, messages: list[Message]) -> list[Message]:
        """Puts ``nlu_fallback`` before the ranking of each message that is not understood."""
        for message in messages:
            self._add_up(message)
            if not self._is_example(message) and not self._understood(message):
                intent = {"name": DEFAULT_NLU_FALLBACK_INTENT_NAME, "confidence": float(self._config["threshold"])}
                ranking = message.get(INTENT_RANKING_KEY, [])
                message.set(INTENT, intent, add_to_output=True)
                message.set(INTENT_RANKING_KEY, [dict(intent), *ranking], add_to_output=True)
        return messages

    def _add_up(self, message: Message) -> None:
        """Give the likeliest intent what its group has together; the others of the group then stand for nothing."""
        ranking = message.get(INTENT_RANKING_KEY, [])
        if not ranking:
            return
        group = next((set(names) for names in self._config["together"] if ranking[0]["name"] in names), None)
        if group is None:
            return
        share = sum(one["confidence"] for one in ranking if one["name"] in group)
        first = {**ranking[0], "confidence": min(share, 1.0)}
        rest = [one for one in ranking if one["name"] not in group]
        message.set(INTENT, dict(first), add_to_output=True)
        message.set(INTENT_RANKING_KEY, [first, *rest], add_to_output=True)

    def _is_example(self, message: Message) -> bool:
        """Whether the message is, word for word, an example of one intent, which then comes first."""
        intent = self._examples.get(_plain(message))
        ranking = message.get(INTENT_RANKING_KEY, [])
        if intent is None or not ranking or _is_bare(message):
            return False
        confidence = next((one["confidence"] for one in ranking if one["name"] == intent), 0.0)
        first = {"name": intent, "confidence": max(confidence, float(self._config["threshold"]))}
        rest = [one for one in ranking if one["name"] != intent]
        message.set(INTENT, dict(first), add_to_output=True)
        message.set(INTENT_RANKING_KEY, [first, *rest], add_to_output=True)
        return True

    def _understood(self, message: Message) -> bool:
        ranking = message.get(INTENT_RANKING_KEY, [])
        if not ranking or _is_bare(message):
            return False
        words = [token.lemma for token in message.get(TOKENS_NAMES[TEXT]) or [] if not token.text.isdigit()]
        familiar = sum(any(part in self._vocabulary for part in (word, *word.split())) for word in words)
        if not familiar:
            return False
        # "Warga Uji 001": with half the words unknown it may well be a name.
        threshold = self._config["threshold" if 2 * familiar > len(words) else "strange"]
        margin = self._config["margin"]
        if ranking[0]["name"] == OUT_OF_SCOPE:
            # It answers nothing: to be wrong costs less.
            threshold, margin = min(threshold, self._config["refuse"]), margin / 2
        elif not self._ahead(message, ranking):
            return False
        first = ranking[0]["confidence"]
        second = ranking[1]["confidence"] if len(ranking) > 1 else 0.0
        return bool(first >= threshold and first - second >= margin)

    def _ahead(self, message: Message, ranking: list[dict[str, Any]]) -> bool:
        """Whether the likeliest intent is far enough from what is none of our business."""
        lead = message.get(LEAD)
        if ranking[0]["name"] == EMERGENCY or lead is None:
            return True
        none_of_ours = next((one["confidence"] for one in ranking if one["name"] == OUT_OF_SCOPE), 0.0)
        return bool(ranking[0]["confidence"] - none_of_ours + lead >= self._config["ahead"])


def _of_one_intent(examples: Iterable[Message]) -> dict[str, str]:
    """The examples in plain words, each with its intent; those of two intents are left out."""
    intents: dict[str, set[str]] = defaultdict(set)
    for example in examples:
        intents[_plain(example)].add(example.get(INTENT))
    return {text: next(iter(names)) for text, names in intents.items() if text and len(names) == 1}


def _plain(message: Message) -> str:
    return " ".join(token.lemma for token in message.get(TOKENS_NAMES[TEXT]) or [])


def _is_bare(message: Message) -> bool:
    return is_bare_answer(message.get(TEXT) or "", message.get(ENTITIES, []), day_of(message))
