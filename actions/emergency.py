"""Danger signs come before everything: whom to call, where to go, what to do until help comes; and what follows.

Whom to call is told whatever else fails: without the database, or with content that cannot be read, the rest is left
out.
"""

from __future__ import annotations

import logging
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy.exc import SQLAlchemyError

from actions import monitoring
from actions.conversation import Event, Message, Say, open_form, option
from actions.departments import (
    ASK_LOCATION,
    ELSEWHERE,
    Whereabouts,
    first_line,
    known_before,
    listed,
    near,
    others,
    place_of,
    sample,
    told_now,
)
from actions.forms.reading import is_short
from actions.forms.waiting import AT, WAITS, waits
from actions.reports.questions import offer_after_danger
from siaga.content import ContentError
from siaga.db import transaction
from siaga.emergency import asks_department, helped_as, is_recent, read_aftermath, steps_for
from siaga.registration.departments import Department
from siaga.text.danger import Sign, find_danger

# Who helps depends on the danger; otherwise it is 119 and the nearest emergency department.
_RESPONSES: dict[Sign, str] = {"suicide": "utter_emergency_self_harm", "violence": "utter_emergency_violence"}
# What a button of ours says after an emergency.
CHOICE, OVER = "emergency", "over"
_CLOSES = frozenset({"thanks", "goodbye"})
Found = tuple[Department, ...]

log = logging.getLogger(__name__)


class ActionEmergency(Action):
    """Whom to call, at once; the open form waits."""

    def name(self) -> str:
        return "action_emergency"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        message = Message.of(tracker)
        now = message.at.isoformat()
        waiting = SlotSet(WAITS, now if open_form(tracker) else None)
        danger = find_danger(message.text)
        sign = danger.sign if danger else None
        if sign is None and asks_department(message.text):
            _say(dispatcher, _where_to_go(tracker.sender_id, message))
            return [SlotSet(AT, now), waiting]
        # What is offered beside it has buttons, and a pin would come before the words then.
        offered = CollectingDispatcher()
        if not open_form(tracker):
            offer_after_danger(offered, tracker)
        events = [waiting]
        if sign in _RESPONSES:
            dispatcher.utter_message(response=_RESPONSES[sign])
            # A pin after this is no call for an ambulance.
            events.append(SlotSet(AT, None))
        else:
            _say(dispatcher, _answer(tracker.sender_id, message, sign, pinned=not offered.messages))
            events.append(SlotSet(AT, now))
        monitoring.note_danger(tracker)
        dispatcher.messages.extend(offered.messages)
        return events


class ActionAfterEmergency(Action):
    """What follows upon an emergency: a pin, "udah di RS", "bukan darurat kok"; the form goes on only when wished."""

    def name(self) -> str:
        return "action_after_emergency"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        message = Message.of(tracker)
        if not is_recent(tracker.get_slot(AT), message.at):
            return self._after_own_numbers(dispatcher, message)
        aftermath = read_aftermath(message.text)
        if aftermath in ("false_alarm", "go_on"):
            calm = {"false_alarm": "utter_emergency_false_alarm", "go_on": "utter_emergency_go_on"}[aftermath]
            dispatcher.utter_message(response=calm)
            return [SlotSet(AT, None), SlotSet(WAITS, None)]
        _say(dispatcher, self._answer(tracker, message, aftermath))
        return []

    def _after_own_numbers(self, dispatcher: CollectingDispatcher, message: Message) -> list[Event]:
        """The form waits because of self-harm or violence, or for long: there is nobody to be brought to a hospital."""
        if read_aftermath(message.text) in ("false_alarm", "go_on"):
            dispatcher.utter_message(response="utter_danger_go_on")
            return [SlotSet(WAITS, None)]
        _say(dispatcher, _with_way_on(Say.it("utter_danger_still"), in_form=True))
        return []

    def _answer(self, tracker: Tracker, message: Message, aftermath: str | None) -> Say:
        in_form = bool(open_form(tracker)) and waits(tracker)
        if aftermath == "helped" or (aftermath is None and message.intent in _CLOSES):
            response = "utter_emergency_helped" if aftermath else "utter_emergency_thanks"
            return _with_way_on(Say.it(response), in_form)
        if aftermath == "unhelped":
            return _unhelped(tracker.sender_id, message)
        if asks_department(message.text, hospital=True):
            return _where_to_go(tracker.sender_id, message)
        if told_now(message, asked=is_short(message)) is not None:
            return _where_to_go(tracker.sender_id, message)
        return _with_way_on(Say.it("utter_emergency_still"), in_form)


def choose(tracker: Tracker, slot: str, value: str) -> list[Event] | None:
    """What an option of an emergency does when it is tapped: the form goes on by itself; None if it is no such one."""
    return [SlotSet(AT, None), SlotSet(WAITS, None)] if (slot, value) == (CHOICE, OVER) else None


# ---------------------------------------------------------------------- what is said
def _say(dispatcher: CollectingDispatcher, say: Say) -> None:
    dispatcher.utter_message(response=say.response, **say.values)


def _departments(contact: str, message: Message, *, asked: bool = False) -> tuple[Whereabouts | None, Found]:
    """Where help is needed, as far as is known, and the departments there; nothing where the database is away."""
    try:
        with transaction() as session:
            where = told_now(message, asked=asked) or known_before(session, contact)
            return where, near(session, where) if where else ()
    except SQLAlchemyError as problem:
        log.warning("emergency departments could not be looked up: %s", type(problem).__name__)
        return None, ()


def _steps(sign: str | None, preview: bool) -> str:
    try:
        return "".join(f"\n• {line}" for line in steps_for(sign, preview).lines)
    except ContentError as problem:
        log.error("what to do until help comes is left out: %s", problem)
        return ""


def _answer(contact: str, message: Message, sign: str | None, *, pinned: bool) -> Say:
    """119 and the nearest department, then what to do until help comes."""
    steps = _steps(helped_as(sign, message.text), message.preview)
    where, found = _departments(contact, message)
    if where is None or not found:
        if where is not None and where.point and where.told:
            return Say.it("utter_emergency", steps=steps, ask="")
        return Say.it("utter_emergency", steps=steps, ask=f"\n{ASK_LOCATION}", json_message={"ask_location": True})
    custom: dict[str, Any] = {}
    if not where.told:
        custom = {"ask_location": True}
    elif pinned and (place := place_of(found[0])):
        custom = {"location": place}
    return Say.it(
        "utter_emergency_near",
        nearest=first_line(found[0], where),
        steps=steps,
        more=_more(found[1:], where),
        sample=sample(*found),
        json_message=custom,
    )


def _more(rest: Found, where: Whereabouts) -> str:
    lines = [others(rest, where), "" if where.told else ELSEWHERE]
    return "".join(f"\n{line}" for line in lines if line)


def _where_to_go(contact: str, message: Message) -> Say:
    where, found = _departments(contact, message, asked=is_short(message))
    if where is None:
        return Say.it("utter_departments_where", json_message={"ask_location": True})
    return listed(found, where)


def _unhelped(contact: str, message: Message) -> Say:
    """Nobody answers, no ambulance, turned away: what still can be done, and other departments where they are known."""
    where, found = _departments(contact, message)
    if where is None or not found:
        return Say.it("utter_emergency_unhelped", more="", json_message={"ask_location": True})
    more = f"\n{first_line(found[0], where)}.{_more(found[1:], where)}{sample(*found)}"
    return Say.it("utter_emergency_unhelped", more=more)


def _with_way_on(say: Say, in_form: bool) -> Say:
    """With a button to go on with the form that waits."""
    if not in_form:
        return say
    return Say.it(say.response, **say.values, buttons=[option("Lanjutkan", CHOICE, OVER)])
