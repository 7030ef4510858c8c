"""What a turn tells about understanding: a message that was not understood, or what the one before it had meant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rasa.shared.core.constants import REQUESTED_SLOT
from sqlalchemy.orm import Session

from siaga.dialogue.memory import PERSONAL_SLOTS
from siaga.turns.trackers import Events
from siaga.unclear.collect import FALLBACK, Unclear, keep, suggest

# Run when no rule, or no intent, fits; and the response with which meanings are offered.
UNSURE_ACTIONS = frozenset({"action_unsure", "action_default_fallback"})
OFFER = "utter_unsure"
# Counts how often a form has not understood the answers to its question.
ATTEMPTS = "attempts"


@dataclass(frozen=True)
class Meant:
    """The message ``key`` was meant so, by the choice of whoever wrote it."""

    key: str
    intent: str


Noticed = Unclear | Meant


def noticed(kept: Events, key: str | None, parse_data: Mapping[str, Any] | None) -> Noticed | None:
    """What the turn of the message ``key`` tells, from the masked conversation after it."""
    said = [place for place, event in enumerate(kept) if event["event"] == "user"][-2:]
    if not key or not said or kept[said[-1]].get("message_id") != key:
        return None
    before, message, after = kept[: said[-1]], kept[said[-1]], kept[said[-1] + 1 :]
    kind = message["metadata"].get("kind")
    if kind == "option" and len(said) == 2:
        return _meant(message, before[said[0] :])
    asked = _last(before, "slot", REQUESTED_SLOT)
    if kind != "text" or asked in PERSONAL_SLOTS or not _was_unclear(message, before, after):
        return None
    ranking = [(each["name"], each["confidence"]) for each in (parse_data or {}).get("intent_ranking") or ()]
    # Whoever reviews it needs the words as they were typed; names and numbers are masked before it is kept.
    text = str((parse_data or {}).get("text") or message["text"])
    return Unclear(key, datetime.fromisoformat(message["metadata"]["at"]), text, ranking, asked)


def note(session: Session, contact_id: int, noticed: Noticed | None) -> None:
    """Keep what was noticed; the caller commits it with its turn."""
    if isinstance(noticed, Unclear):
        keep(session, contact_id, noticed)
    elif noticed is not None:
        suggest(session, contact_id, noticed.key, noticed.intent)


def _meant(chosen: Mapping[str, Any], previous: Events) -> Meant | None:
    """``previous`` is the turn before: its message, and what followed."""
    intent = chosen["parse_data"]["intent"].get("name")
    offered = any(e["event"] == "bot" and e["metadata"].get("utter_action") == OFFER for e in previous)
    key = previous[0].get("message_id")
    if not offered or not key or not intent or intent == FALLBACK or chosen["parse_data"]["entities"]:
        return None
    return Meant(key, intent)


def _was_unclear(message: Mapping[str, Any], before: Events, after: Events) -> bool:
    """Outside of forms: no intent or no rule fits. In a form: it is no intent, and no answer to the question either."""
    no_intent = message["parse_data"]["intent"].get("name") == FALLBACK
    if _last(before, "active_loop"):
        refused = any(event["event"] == "action_execution_rejected" for event in after)
        return no_intent and (refused or bool(_last(after, "slot", ATTEMPTS)))
    return no_intent or any(e["event"] == "action" and e.get("name") in UNSURE_ACTIONS for e in after)


def _last(events: Events, kind: str, name: str | None = None) -> Any:
    """The value of the last event of a kind, of a slot the last value; of a loop its name."""
    for event in reversed(events):
        if event["event"] == kind and (name is None or event["name"] == name):
            return event["value"] if kind == "slot" else event["name"]
    return None
