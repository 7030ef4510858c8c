"""What nobody at the desk reads of a conversation, although a person has been called: reports, which may be made
without a name (beside who wrote them they would have one), and answers to personal questions of the bot's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rasa.shared.core.constants import REQUESTED_SLOT

from siaga.dialogue.memory import PERSONAL_SLOTS

FORM, INTENT = "report_form", "report_incident"
HIDDEN = "[tentang laporan, tidak ditampilkan]"
ANSWER = "[jawaban pertanyaan pribadi, tidak ditampilkan]"
# Said while such a question is open, but to a person, or for everybody to see.
_NO_ANSWER = frozenset({"talk_to_human", "emergency", "back_to_bot"})
# What is said of reports only offers one where somebody has told of danger.
_SAID, _OFFERED = ("utter_report_", "utter_ask_report_"), "utter_report_offer"


Event = Mapping[str, Any]


def hidden_as(before: Sequence[Event], after: Sequence[Event] = ()) -> str | None:
    """What stands at the desk in place of a turn's words; None: they are shown.

    What the bot asks for itself, such as a NIK or how somebody's health is, it keeps where such answers belong, or
    forgets as it has promised.

    Args:
        before: the conversation up to the turn; ``after``: the same with the turn, where it has ended well.
    """
    if is_of_report(before, after):
        return HIDDEN
    asked = next((e["value"] for e in reversed(before) if e["event"] == "slot" and e["name"] == REQUESTED_SLOT), None)
    message = next((event for event in reversed(after) if event["event"] == "user"), None)
    return ANSWER if asked in PERSONAL_SLOTS and _intent(message) not in _NO_ANSWER else None


def is_of_report(before: Sequence[Event], after: Sequence[Event] = ()) -> bool:
    """Whether a turn is about a report: is part of one, begins one, or tells what has become of one by its number.

    Args:
        before: the conversation up to the turn; ``after``: the same with the turn, where it has ended well.
    """
    if next((event["name"] for event in reversed(before) if event["event"] == "active_loop"), None) == FORM:
        return True
    for event in reversed(after):
        if _tells(event):
            return True
        if event["event"] == "user":
            break
    return False


def _tells(event: Event) -> bool:
    kind = event["event"]
    if kind == "user":
        return _intent(event) == INTENT
    if kind == "active_loop":
        return event["name"] == FORM
    said = (event.get("metadata") or {}).get("utter_action") or "" if kind == "bot" else ""
    return said.startswith(_SAID) and said != _OFFERED


def _intent(message: Event | None) -> str | None:
    return (((message or {}).get("parse_data") or {}).get("intent") or {}).get("name")
