"""What there is to count of a turn: from the names in its events, and from what is known about it besides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from sqlalchemy.orm import Session

from siaga.dialogue.turn import Named, Spoken
from siaga.dialogue.unclear import ATTEMPTS, UNSURE_ACTIONS
from siaga.dialogue.work import Work
from siaga.places import regions
from siaga.tallies.capabilities import OTHER, PEOPLE, Capabilities, capabilities
from siaga.tallies.counting import Count, count_contact
from siaga.turns.trackers import Events
from siaga.unclear.collect import FALLBACK

SILENCE = timedelta(hours=1)
"""Who writes again after so long begins a new conversation."""
HOME = "residence"
"""The slot of where somebody lives who is being registered."""
_ACTIONS = {"action_out_of_scope": Count("out_of_scope"), "action_emergency": Count("emergency")}
_SAID = {
    "utter_stop_messages": Count("opted_out"),
    "utter_start_messages": Count("opted_in"),
    **{
        f"utter_selfcheck_{level}": Count("selfcheck", level)
        for level in ("emergency", "doctor", "isolate", "watch", "none")
    },
}
_NO_ACTIONS = frozenset({ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME})


@dataclass(frozen=True)
class About:
    """What is known about a turn besides its events; ``previous`` is when the contact wrote before."""

    messages: int
    answers: int
    first_at: datetime
    previous: datetime | None


def named(event: Mapping[str, Any]) -> Named | None:
    """The names in an event, as a tracker keeps it or as it is published: nothing that anybody has written.

    A slot's value is only there where it is a region's code, or tells that a form did not understand.
    """
    kind = event["event"]
    if kind == "user":
        return Named(kind, ((event.get("parse_data") or {}).get("intent") or {}).get("name"))
    if kind in ("action", "active_loop", "action_execution_rejected"):
        return Named(kind, event.get("name"))
    if kind == "bot":
        return Named(kind, (event.get("metadata") or {}).get("utter_action"))
    if kind == "slot" and event["name"] == HOME:
        return Named(kind, HOME, _regency(event["value"]))
    if kind == "slot" and event["name"] == ATTEMPTS:
        return Named(kind, ATTEMPTS, "yes" if event["value"] else None)
    return None


def _regency(value: Any) -> str | None:
    """``35.78`` of 35.78 and of 35.78.04; None of what is no code of a place."""
    code = ".".join(value.split(".")[:2]) if isinstance(value, str) else ""
    return code if code.count(".") == 1 and regions.name(code) else None


def tally(session: Session, work: Work, spoken: Spoken) -> None:
    """Count a turn that ends well, with the transaction that ends it; nothing of a chat that is only for trying out."""
    if work.preview:
        return
    about = About(len(work.turn), len(spoken.drafts), work.turn[0].at, work.last_message_at)
    counts, home = counted(work.stored.events, spoken.events, about, capabilities())
    count_contact(session, work.turn[-1].at, work.lease.contact_id, counts, home or "")


def counted(
    before: Events, events: Sequence[Named], about: About, known: Capabilities
) -> tuple[list[Count], str | None]:
    """What to count of a turn, and the kabupaten/kota that the conversation tells.

    Args:
        before: the conversation up to the turn, as it is stored.
        events: what the turn has added to it; nothing where no bot answered.
    """
    is_new = about.previous is None or about.first_at - about.previous >= SILENCE
    is_silent = not events and not about.answers
    previous = _previous(before, known)
    # Where Rasa had no part in it, it went to a person, or the page of a long list was turned.
    unheard = PEOPLE if is_silent else previous or OTHER
    which = _capability(events, _form(before), known) if events else unheard
    counts = [Count("message", n=about.messages, placed=True), Count("turn", which)]
    if about.answers:
        counts.append(Count("answer", n=about.answers))
    if is_new:
        counts.append(Count("conversation", placed=True))
    # What is said to a person is not kept with the conversation: of that it is not known what was before.
    if is_new or (which != previous and not is_silent):
        counts.append(Count("use", which))
    if is_silent:
        counts.append(Count("held"))
    if _was_unclear(events, _form(before)):
        counts.append(Count("not_understood"))
    return [*counts, *dict.fromkeys(_marks(events))], _home(before, events)


def _capability(events: Sequence[Named], form: str | None, known: Capabilities) -> str:
    """What a turn was about: the form that took it; else what was asked; else the form that it was said into."""
    acted = next((each.name for each in events if each.kind == "action" and each.name not in _NO_ACTIONS), None)
    if acted is not None and acted in known.of_form:
        return known.of_form[acted]
    intent = next((each.name for each in events if each.kind == "user"), None)
    which = known.of_intent.get(intent or "", OTHER)
    return known.of_form.get(form or "", which) if which == OTHER else which


def _previous(before: Events, known: Capabilities) -> str | None:
    """What the turn before was about; None if there was none."""
    for place in range(len(before) - 1, -1, -1):
        if before[place]["event"] == "user":
            return _capability(list(_names(before[place:])), _form(before[:place]), known)
    return None


def _names(events: Iterable[Mapping[str, Any]]) -> Iterator[Named]:
    return (name for event in events if (name := named(event)) is not None)


def _form(before: Events) -> str | None:
    """The form that was open."""
    return next((event["name"] for event in reversed(before) if event["event"] == "active_loop"), None)


def _was_unclear(events: Sequence[Named], form: str | None) -> bool:
    """As ``siaga.dialogue.unclear`` has it; counted here is also what is not kept there, such as an unreadable NIK."""
    fell_back = any(each.kind == "user" and each.name == FALLBACK for each in events)
    if form is None:
        return fell_back or any(each.kind == "action" and each.name in UNSURE_ACTIONS for each in events)
    refused = any(each.kind == "action_execution_rejected" for each in events)
    tries = [each.value for each in events if each.kind == "slot" and each.name == ATTEMPTS]
    return fell_back and (refused or bool(tries and tries[-1]))


def _marks(events: Sequence[Named]) -> Iterator[Count]:
    for each in events:
        marks = {"action": _ACTIONS, "bot": _SAID}.get(each.kind, {})
        if each.name in marks:
            yield marks[each.name]


def _home(before: Events, events: Sequence[Named]) -> str | None:
    """The kabupaten/kota of whoever is being registered, or was in this conversation."""
    said = next((each.value for each in reversed(events) if each.name == HOME and each.value), None)
    return said or next(
        (code for event in reversed(before) if event.get("name") == HOME and (code := _regency(event.get("value")))),
        None,
    )
