"""Reminders: stop them, start them, and what is answered to them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import monitoring
from actions.conversation import Event, Message, command, open_form, option
from actions.forms.within import give_up
from actions.radar import stopping
from actions.wording import hours, weekday_date
from siaga.db import transaction
from siaga.people import notices
from siaga.people.contacts import id_by_key
from siaga.registration import coming, waiting
from siaga.registration.registry import AppointmentView
from siaga.reminders import preference
from siaga.selfcheck.monitoring import stop as stop_watching

LATER = timedelta(days=3)
MENU = command("Menu", "show_menu")
# "berhenti ingatkan" in the middle of a form is not about the form.
_REMINDERS = re.compile(r"ingat|inget|eling|engetaken|remind|notif|kabari|kirim|langganan|subscribe", re.IGNORECASE)
# To anybody else this opens the menu.
_START = re.compile(r"(?:mulai|start|on)(?:\s+(?:lagi|min|kak|ya|dong))*\W*", re.IGNORECASE)


class ActionStopMessages(Action):
    """No more reminders, daily questions, news of places; "berhenti pantau", "berhenti kabari surabaya" end these only.

    In the middle of a form a mere "berhenti" means the form.
    """

    def name(self) -> str:
        return "action_stop_messages"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        message = Message.of(tracker)
        about_reminders = bool(_REMINDERS.search(message.text))
        about_something = (
            about_reminders or monitoring.is_about_it_in_form(message.text) or stopping.is_about_it(tracker)
        )
        if open_form(tracker) and not message.tapped and not about_something:
            cancelled, events = give_up(tracker)
            if cancelled:
                dispatcher.utter_message(response=cancelled)
                return events
        if stopping.stop_by_words(dispatcher, tracker):
            return []
        if not about_reminders and monitoring.stop_by_words(dispatcher, tracker):
            return []
        with transaction() as session:
            changed = preference.stop(session, tracker.sender_id, message.at)
            watched = stop_watching(session, tracker.sender_id, message.at)
        if watched:
            dispatcher.utter_message(response="utter_monitoring_stopped_too")
        stopping.stop_all(dispatcher, tracker)
        dispatcher.utter_message(
            response="utter_stop_messages" if changed else "utter_stop_messages_already",
            buttons=[{**command("Nyalakan lagi", "start_messages"), "also": ["mulai", "mulai lagi", "start"]}, MENU],
        )
        return []


def start_again(dispatcher: CollectingDispatcher, tracker: Tracker) -> bool:
    """Whether a mere "mulai" was meant for the reminders: they are off, and nothing else is going on."""
    message = Message.of(tracker)
    if open_form(tracker) or message.tapped or not _START.fullmatch(message.text.strip()):
        return False
    with transaction() as session:
        started = preference.start(session, tracker.sender_id)
    if started:
        dispatcher.utter_message(response="utter_start_messages")
    return started


class ActionStartMessages(Action):
    """Reminders again; or to be asked every day how an illness goes."""

    def name(self) -> str:
        return "action_start_messages"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        if monitoring.begin_by_words(dispatcher, tracker):
            return []
        with transaction() as session:
            changed = preference.start(session, tracker.sender_id)
        dispatcher.utter_message(response="utter_start_messages" if changed else "utter_start_messages_already")
        return []


def choose(dispatcher: CollectingDispatcher, tracker: Tracker, slot: str, value: str) -> bool:
    """What a button of a reminder does when it is tapped; False if it is none of them."""
    if slot == "come":
        _come(dispatcher, tracker, value.split(","))
    elif slot == "later":
        _later(dispatcher, tracker, value)
    elif slot == "take_place":
        _take_place(dispatcher, tracker, value)
    elif slot == "leave_place":
        _leave_place(dispatcher, tracker, value)
    else:
        return False
    return True


def _come(dispatcher: CollectingDispatcher, tracker: Tracker, codes: list[str]) -> None:
    """The appointments of one reminder: same place, same time."""
    with transaction() as session:
        found = [coming.confirm(session, tracker.sender_id, code, Message.of(tracker).at) for code in codes]
    places = [place for place in found if place]
    if not places:
        dispatcher.utter_message(response="utter_no_such_appointment")
        return
    dispatcher.utter_message(
        response="utter_coming",
        **_when_and_where(places[0]),
        buttons=[option(f"Tiket {place.code}", "ticket", place.code) for place in places[:3]],
    )


def _later(dispatcher: CollectingDispatcher, tracker: Tracker, value: str) -> None:
    kind, _, rest = value.partition("/")
    again, _, abouts = rest.partition("/")
    due_at = Message.of(tracker).at + LATER
    with transaction() as session:
        contact_id = id_by_key(session, tracker.sender_id)
        put_off = [
            notices.put_off(session, kind, about, contact_id=contact_id, again=int(again), due_at=due_at)
            for about in abouts.split(",")
        ]
    dispatcher.utter_message(response="utter_later" if any(put_off) else "utter_whenever")


def _take_place(dispatcher: CollectingDispatcher, tracker: Tracker, about: str) -> None:
    message = Message.of(tracker)
    with transaction() as session:
        place = waiting.take(session, tracker.sender_id, _waiting_id(about), message.id, message.at)
    if place is None:
        dispatcher.utter_message(response="utter_place_gone")
        return
    dispatcher.utter_message(
        response="utter_place_taken",
        code=place.code,
        **_when_and_where(place),
        buttons=[option("Lihat tiket", "ticket", place.code)],
    )


def _leave_place(dispatcher: CollectingDispatcher, tracker: Tracker, about: str) -> None:
    message = Message.of(tracker)
    with transaction() as session:
        left = waiting.leave(session, tracker.sender_id, _waiting_id(about), message.id, message.at)
    is_off = left is not None and left.status == "left"
    dispatcher.utter_message(response="utter_place_left" if is_off else "utter_place_gone")


def _waiting_id(about: str) -> int:
    """The entry of the waiting list that a notice of a free place is about: ``waiting:12``."""
    return int(about.rpartition(":")[2])


def _when_and_where(place: AppointmentView) -> dict[str, str]:
    return {
        "facility": place.facility,
        "address": place.address,
        "date": weekday_date(place.starts_at.date()),
        "time": hours(place.starts_at, place.ends_at, place.zone_letters),
    }
