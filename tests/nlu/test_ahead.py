"""An intent is believed when it is far enough from what is none of our business."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.engine.storage.resource import Resource
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from siaga.nlu.classifier import LEAD
from siaga.nlu.fallback import OpenSetDecision


def _decided(first: str, confidence: float, strange: float, lead: float | None) -> str:
    """The intent of a message, when it is likely with ``confidence``, and ``strange`` is how likely out_of_scope is."""
    config: dict[str, Any] = {**OpenSetDecision.get_default_config(), "ahead": 0.75}
    nowhere: Any = None
    message = Message({TEXT: "kabar"})
    message.set(TOKENS_NAMES[TEXT], [Token("kabar", 0, lemma="kabar")])
    ranking = [{"name": first, "confidence": confidence}, {"name": "out_of_scope", "confidence": strange}]
    message.set(INTENT, ranking[0])
    message.set(INTENT_RANKING_KEY, ranking)
    message.set(LEAD, lead)
    (found,) = OpenSetDecision(config, nowhere, Resource("x"), frozenset(["kabar"])).process([message])
    name: str = found.get(INTENT)["name"]
    return name


@pytest.mark.parametrize(
    ("confidence", "strange", "lead", "understood"),
    [
        (0.9, 0.02, 0.0, True),
        (0.9, 0.02, -0.2, False),
        (0.8, 0.1, 0.0, False),
        (0.7, 0.05, 0.2, True),
        # Nothing that is out of scope was learned.
        (0.7, 0.05, None, True),
    ],
)
def test_ahead_in_confidence_and_likeness(
    confidence: float, strange: float, lead: float | None, understood: bool
) -> None:
    assert (_decided("check_hoax", confidence, strange, lead) == "check_hoax") is understood


def test_danger_need_not_be_ahead() -> None:
    assert _decided("emergency", 0.7, 0.2, -0.5) == "emergency"


def test_nor_need_what_is_out_of_scope() -> None:
    assert _decided("out_of_scope", 0.9, 0.0, 0.0) == "out_of_scope"
