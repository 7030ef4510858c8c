"""Sentences in domain.yml: all that the code says is there, and nothing is left over.

What designers get wrong in it is told by ``siaga check`` (tests/checking); here stand the names that the code puts
together from parts, which a glance at the code cannot tell for certain.
"""

from __future__ import annotations

import inspect
import re
from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from actions.appointments.cancelling import CancelForm
from actions.appointments.form import AppointmentForm
from actions.registration.reading import UNREADABLE
from actions.rights.withdrawing import WithdrawForm
from siaga.checking.code import PARTS_OF_A_MESSAGE
from siaga.registration.steps import ANSWERS
from siaga.settings import ROOT
from tests.plain_yaml import domain

DOMAIN: dict[str, Any] = domain()
RESPONSES: dict[str, list[dict[str, Any]]] = DOMAIN["responses"]

# Names that the code puts together from parts.
COMPOSED = {
    *(f"utter_why_{slot}" for slot in ANSWERS),
    *(f"utter_example_{slot}" for slot in ANSWERS),
    *(f"utter_nik_{kind}" for kind in ("length_short", "length_long", "region", "date", "serial")),
    *(f"utter_{kind}" for kind in ("eligible", "refer", "not_eligible")),
    *UNREADABLE.values(),
    *(f"utter_why_{slot}" for slot in (*AppointmentForm.answers, *CancelForm.answers, *WithdrawForm.answers)),
    *(f"utter_example_{slot}" for slot in (*AppointmentForm.answers, *CancelForm.answers, *WithdrawForm.answers)),
}


def _said() -> set[str]:
    """Every response named in the code, the rules and the machinery."""
    names = set(COMPOSED)
    folders = (ROOT / "actions", ROOT / "siaga" / "dialogue", ROOT / "siaga" / "whatsapp" / "flows", ROOT / "data")
    for folder in folders:
        for path in (*folder.rglob("*.py"), *folder.rglob("*.yml")):
            names |= set(re.findall(r"\butter_[a-z0-9_]+\b(?!\{)", path.read_text(encoding="utf-8")))
    questions = (ROOT / "actions" / "registration" / "questions.py").read_text(encoding="utf-8")
    endings = re.findall(r'(?:return \(?|else )"([a-z_]+)"', questions)
    names |= {f"utter_ask_registration_{ending}" for ending in endings}
    return {name for name in names if not name.endswith("_")} - {"utter_action", "utter_message"}


def test_everything_that_is_said_has_a_sentence() -> None:
    assert sorted(_said() - set(RESPONSES)) == []


def test_no_sentence_is_left_over() -> None:
    assert sorted(set(RESPONSES) - _said()) == []


def test_no_placeholder_may_be_called_as_a_part_of_a_message() -> None:
    """What is said with ``text=…`` has that text instead of its response: ``siaga check`` refuses these names."""
    assert set(inspect.signature(CollectingDispatcher.utter_message).parameters) - {"self", "kwargs"} == (
        PARTS_OF_A_MESSAGE
    )


def test_the_voice() -> None:
    """At most one emoji that carries meaning in a message."""
    for name, variants in RESPONSES.items():
        for variant in variants:
            assert len(re.findall("[\U0001f300-\U0001faff☀-➿]", variant["text"])) <= 1, name
