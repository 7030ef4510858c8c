"""What nobody at the desk reads of a conversation, although a person has been called: reports, which may be made
without a name. Beside who wrote them they would have one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

FORM, INTENT = "report_form", "report_incident"
HIDDEN = "[tentang laporan, tidak ditampilkan]"
# What is said of reports only offers one where somebody has told of danger.
_SAID, _OFFERED = ("utter_report_", "utter_ask_report_"), "utter_report_offer"


Event = Mapping[str, Any]


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
        return ((event.get("parse_data") or {}).get("intent") or {}).get("name") == INTENT
    if kind == "active_loop":
        return event["name"] == FORM
    said = (event.get("metadata") or {}).get("utter_action") or "" if kind == "bot" else ""
    return said.startswith(_SAID) and said != _OFFERED
