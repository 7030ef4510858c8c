"""Waiting lists in the conversation: what is said to who joins, and a place that is held answered in words."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import reminders
from actions.appointments.lists import held_in_words, place_options
from actions.conversation import Message
from siaga.db import transaction
from siaga.registration.registry import LocalRegistry, WaitingView
from siaga.settings import settings


def tell_joined(dispatcher: CollectingDispatcher, view: WaitingView, person: str) -> None:
    """That somebody is on the list, and how it goes on; or that a place is free right now."""
    if view.status == "offered":
        dispatcher.utter_message(
            response="utter_place_held", **held_in_words(view, person), buttons=place_options(view)
        )
        return
    dispatcher.utter_message(
        response="utter_waiting_joined",
        person=person,
        facility=view.facility,
        position=view.position or 1,
        hours=f"{settings().waiting_hours:g}".replace(".", ","),
    )


def answer_offer(dispatcher: CollectingDispatcher, tracker: Tracker) -> bool:
    """A "ya" or "tidak" that answers no question, while a place is held for somebody from this contact; whether it did.

    Yes takes the only place that is held. Anything else shows what is held: nobody loses a place by one word.
    """
    message = Message.of(tracker)
    with transaction() as session:
        registry = LocalRegistry(session)
        offers = [view for view in registry.waits(tracker.sender_id) if view.status == "offered"]
        names = {
            person.person_id: person.name or person.masked_name
            for person in (registry.mine(tracker.sender_id, now=message.at) if offers else [])
        }
    if not offers:
        return False
    if message.intent == "affirm" and len(offers) == 1:
        return reminders.choose(dispatcher, tracker, "take_place", f"waiting:{offers[0].id}")
    for view in offers[:1]:
        dispatcher.utter_message(
            response="utter_place_held",
            **held_in_words(view, names.get(view.person_id, "")),
            buttons=place_options(view),
        )
    return True
