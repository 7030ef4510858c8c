"""What goes round, and is passed on to be checked, is a request to check it, whatever its words resemble most.

A chain message reads like a call for advice, a report, good news, an answer to the open question. What decides here is
not learned: that it was forwarded and surely tells a claim that we know, that it asks in so many words or about what
was forwarded just before, or that we have just asked for it. So it holds for every intent, in and out of forms, and
after every training.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from siaga.hoaxes import Far, Sure, asks_to_check, is_rumour, matching, names_nothing, says_enough
from siaga.turns.trackers import Events

CHECK = "check_hoax"
WAITING = "hoax_waiting"
"""The slot that remembers when the message was asked for that is to be checked."""
REMEMBERED = timedelta(minutes=30)
# Danger goes before all, and what leads a conversation is no message to be checked.
_NEVER = frozenset({"emergency", CHECK})
# What claims are easily taken for; in place of other requests only what is surely a claim is checked.
_LIKE_CLAIMS = frozenset(
    "nlu_fallback out_of_scope ask_vaccine_question ask_covid_question ask_tips ask_case_data good_news "
    "report_incident report_symptoms report_contact check_eligibility start_self_check complaint".split()
)
_OTHER_REQUEST = "other_request"
log = logging.getLogger(__name__)


def read() -> None:
    """Read the claims, so that nobody waits for it."""
    matching.checker()


def heard(parse_data: dict[str, Any], about: Mapping[str, Any], before: Events) -> dict[str, Any]:
    """What was understood of a text, as a request to check it if it is one.

    Args:
        about: the metadata of the message, as ``reading.metadata`` makes it.
        before: the conversation up to this message.
    """
    intent = (parse_data.get("intent") or {}).get("name")
    if intent in _NEVER:
        return parse_data
    try:
        checks = _is_for_check(parse_data, about, before, str(intent))
    except Exception as error:
        # Understood as it was, the message still gets its answer.
        log.error("a message could not be compared with the claims: %s", type(error).__name__)
        return parse_data
    return _as_request(parse_data) if checks else parse_data


def _is_for_check(parse_data: Mapping[str, Any], about: Mapping[str, Any], before: Events, intent: str) -> bool:
    text = str(parse_data.get("text") or "")
    at = str(about.get("at") or "")
    if asks_to_check(text) or (_was_passed_on(before, at) and is_rumour(text) and names_nothing(text)):
        # Of two requests in one message the one may be this one, and has its turn.
        return not _other_requests(parse_data)
    forwarded = about.get("forwarded") is not None
    asked = _was_asked_for(before, at)
    if not (forwarded or asked) or not says_enough(text):
        return False
    found = matching.check(text, about.get("preview") is True)
    return isinstance(found, Sure) or (asked and intent in _LIKE_CLAIMS and not isinstance(found, Far))


def _as_request(parse_data: dict[str, Any]) -> dict[str, Any]:
    name = {"name": CHECK, "confidence": 1.0}
    rest = [one for one in parse_data.get("intent_ranking") or [] if one.get("name") != CHECK]
    # Who passes something on asks for nothing that stands in it.
    entities = [one for one in parse_data.get("entities") or [] if one.get("entity") != _OTHER_REQUEST]
    return {**parse_data, "intent": name, "intent_ranking": [dict(name), *rest], "entities": entities}


def _other_requests(parse_data: Mapping[str, Any]) -> bool:
    return any(one.get("entity") == _OTHER_REQUEST for one in parse_data.get("entities") or [])


def _was_asked_for(before: Events, at: str) -> bool:
    """Whether the turn before this one asked for the message that is to be checked."""
    for event in reversed(before):
        if event["event"] == "user":
            return False
        if event["event"] == "slot" and event["name"] == WAITING:
            asked_at = event["value"]
            if not asked_at or not at:
                return False
            return datetime.fromisoformat(at) - datetime.fromisoformat(asked_at) <= REMEMBERED
    return False


def _was_passed_on(before: Events, at: str) -> bool:
    """Whether the message just before was forwarded, a short while ago: "ini bener ga?" is about it."""
    metadata = next((event.get("metadata") or {} for event in reversed(before) if event["event"] == "user"), {})
    if not metadata.get("forwarded") or not metadata.get("at") or not at:
        return False
    return datetime.fromisoformat(at) - datetime.fromisoformat(metadata["at"]) <= REMEMBERED
