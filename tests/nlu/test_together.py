"""Intents that begin the same conversation: between them there is no doubt."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.engine.storage.resource import Resource
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from siaga.nlu.fallback import OpenSetDecision

WORDS = "saya positif kemarin batuk"


def decided(*ranking: tuple[str, float], together: list[list[str]]) -> tuple[str, float, list[str]]:
    """The intent with its confidence, and the ranking behind it."""
    config: dict[str, Any] = {**OpenSetDecision.get_default_config(), "together": together}
    decision = OpenSetDecision(config, None, Resource("x"), frozenset(WORDS.split()))  # type: ignore[arg-type]
    message = Message({TEXT: WORDS})
    message.set(TOKENS_NAMES[TEXT], [Token(word, 0, lemma=word) for word in WORDS.split()])
    message.set(INTENT, {"name": ranking[0][0], "confidence": ranking[0][1]})
    message.set(INTENT_RANKING_KEY, [{"name": name, "confidence": share} for name, share in ranking])
    (found,) = decision.process([message])
    intent = found.get(INTENT)
    return intent["name"], intent["confidence"], [one["name"] for one in found.get(INTENT_RANKING_KEY)]


PAIR = [["report_symptoms", "report_contact"]]
HALVES = (("report_symptoms", 0.45), ("report_contact", 0.4), ("greet", 0.1))


def test_two_of_a_group_are_understood_together() -> None:
    name, confidence, ranking = decided(*HALVES, together=PAIR)
    assert (name, ranking) == ("report_symptoms", ["report_symptoms", "greet"])
    assert confidence == pytest.approx(0.85)


def test_two_of_no_group_are_in_doubt() -> None:
    name, _, ranking = decided(*HALVES, together=[])
    assert name == "nlu_fallback" and ranking[1:] == ["report_symptoms", "report_contact", "greet"]


def test_a_group_is_in_doubt_with_another_meaning() -> None:
    name, _, _ = decided(("report_symptoms", 0.3), ("greet", 0.45), ("report_contact", 0.2), together=PAIR)
    assert name == "nlu_fallback"
    name, _, _ = decided(("report_symptoms", 0.35), ("greet", 0.4), ("report_contact", 0.2), together=PAIR)
    assert name == "nlu_fallback"
