"""Greeting, taking leave, and what to do with what is not a sentence: options and pins."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from actions import emergency, monitoring, reminders
from actions.appointments import cancelling
from actions.conversation import Event, Message, open_form, speak
from actions.details import form as details
from actions.doses import ends as next_doses
from actions.facilities import telling
from actions.facilities.validate import tell_near
from actions.front import notice
from actions.handoffs.waiting import remind
from actions.hoaxes import telling as hoaxes
from actions.knowledge import following as answers
from actions.knowledge import tell_answer
from actions.radar import following as radar
from actions.registration import people, tickets
from actions.reports import telling as reports
from actions.rights import erasing, seeing, withdrawing
from actions.tips import telling as tips
from siaga.places import pin
from siaga.radar.knowing import where_of

_SALAM = re.compile(r"\bass?alam|\bass?mu|\bwr\.?\s*wb\b|\baslm\b|\bsamlekum", re.IGNORECASE)
_PART_OF_DAY = re.compile(r"\b(pagi|siang|sore|malam)\b", re.IGNORECASE)


def salutation(text: str) -> str:
    """A greeting returned in kind."""
    if _SALAM.search(text):
        return "Wa'alaikumsalam."
    part = _PART_OF_DAY.search(text)
    return f"Selamat {part.group(1).lower()}." if part else "Halo."


class ActionGreet(Action):
    """Returns a greeting; in the middle of a form without offering anything else."""

    def name(self) -> str:
        return "action_greet"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        salam = salutation(Message.of(tracker).text)
        if open_form(tracker):
            dispatcher.utter_message(response="utter_greet_back", salam=salam)
            return []
        told, events = notice(tracker)
        dispatcher.utter_message(response="utter_greet", salam=salam, **told)
        remind(dispatcher, tracker)
        return events


class ActionThanks(Action):
    """Returns thanks; with what an answer was worth, that is counted."""

    def name(self) -> str:
        return "action_thanks"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        if (told := answers.follow(dispatcher, tracker)) is not None:
            return told
        dispatcher.utter_message(response="utter_thanks")
        return []


class ActionGoodbye(Action):
    """Takes leave; with a question still open only returns the kindness."""

    def name(self) -> str:
        return "action_goodbye"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        dispatcher.utter_message(response="utter_thanks" if open_form(tracker) else "utter_goodbye")
        return []


class ActionChooseOption(Action):
    """An option tapped while no form is open: an answer to read, a ticket to show, or one from long ago."""

    def name(self) -> str:
        return "action_choose_option"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        slot, value = Message.of(tracker).option or ("", "")
        if slot == "ask_cancel":
            return [FollowupAction(cancelling.CancelForm.name)]
        if (started := details.choose(slot)) is not None:
            return started
        if (asks_again := erasing.choose(dispatcher, tracker, slot, value)) is not None:
            return asks_again
        if (asks_again := withdrawing.choose(dispatcher, tracker, slot, value)) is not None:
            return asks_again
        if (goes_on := emergency.choose(tracker, slot, value)) is not None:
            if not open_form(tracker):
                dispatcher.utter_message(response="utter_emergency_go_on")
            return goes_on
        if (told := tell_answer(dispatcher, tracker, slot, value)) is not None:
            return told
        if (told := tips.choose(dispatcher, tracker, slot, value)) is not None:
            return told
        if (told := radar.choose(dispatcher, tracker, slot, value)) is not None:
            return told
        if (told := hoaxes.choose(dispatcher, tracker, slot, value)) is not None:
            return told
        if not (
            tickets.choose(dispatcher, tracker, slot, value)
            or cancelling.choose(dispatcher, tracker, slot, value)
            or telling.choose(dispatcher, Message.of(tracker), slot, value)
            or people.choose(dispatcher, tracker, slot, value)
            or reminders.choose(dispatcher, tracker, slot, value)
            or monitoring.choose(dispatcher, tracker, slot, value)
            or next_doses.choose(dispatcher, tracker, slot, value)
            or seeing.choose(dispatcher, tracker, slot)
            or reports.choose(dispatcher, tracker.sender_id, Message.of(tracker), slot, value)
        ):
            dispatcher.utter_message(response="utter_option_stale")
        return []


class ActionAcknowledgeLocation(Action):
    """A pin nobody asked for: says where it is, that it isn't kept, how things stand there in short, and which places
    that vaccinate are near. After an answer of the radar it asks the radar."""

    def name(self) -> str:
        return "action_acknowledge_location"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        point = Message.of(tracker).entity("location")
        located = pin.locate(point["lat"], point["lon"]) if point else None
        if located is None:
            dispatcher.utter_message(response="utter_residence_outside")
            return []
        if (told := radar.tell_pin(dispatcher, tracker, located)) is not None:
            return told
        # The pin is gone after this turn, so that both it may be for is told now.
        dispatcher.utter_message(response="utter_location_thanks", place=where_of(located))
        more = []
        if (short := radar.in_short(tracker, located)) is not None:
            speak(dispatcher, [short])
            more = [radar.here(located)]
        tell_near(dispatcher, (point["lat"], point["lon"]), Message.of(tracker).at, more)
        return []
