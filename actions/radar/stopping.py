""" "Berhenti": of being told of places, of all of them or of those that are named."""

from __future__ import annotations

import re

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import Message
from actions.radar.telling import MENU, OTHER
from siaga.db import transaction
from siaga.places import regions
from siaga.radar import subscriptions
from siaga.radar.asking import read_question
from siaga.radar.diseases import find_disease
from siaga.radar.place import name_of

_RADAR = re.compile(r"\b(?:radar|zona|zone|level|kasus|wabah|penularan|daerah|wilayah)", re.IGNORECASE)
# Of an appointment or a dose, wherever that is.
_OTHER_MESSAGES = re.compile(
    r"\b(?:vaksin\w*|dosis|booster|jadwal\w*|suntik\w*|pengingat\w*|reminder\w*|pantau\w*)\b", re.IGNORECASE
)


def is_about_it(tracker: Tracker) -> bool:
    """Whether a "berhenti" is about places: "berhenti kabari surabaya", "stop radar".

    Whoever is told of no place at all means something else.
    """
    message = Message.of(tracker)
    if message.tapped or _OTHER_MESSAGES.search(message.text):
        return False
    places = read_question(message.text, message.today).places
    if not (places or _RADAR.search(message.text) or find_disease(message.text)):
        return False
    with transaction() as session:
        # One that this very message has ended counts: a turn may run twice.
        return subscriptions.is_told(session, tracker.sender_id, message.id)


def stop_by_words(dispatcher: CollectingDispatcher, tracker: Tracker) -> bool:
    """Take "berhenti kabari surabaya": only that ends, reminders stay; whether the message was that."""
    if not is_about_it(tracker):
        return False
    message = Message.of(tracker)
    named = {_held(code) for possible in read_question(message.text, message.today).places for code in possible}
    disease = find_disease(message.text)
    with transaction() as session:
        ended = subscriptions.unsubscribe(
            session,
            tracker.sender_id,
            message.id,
            message.at,
            codes=named or None,
            disease=disease.disease.id if disease else None,
        )
        still = subscriptions.of_contact(session, tracker.sender_id)
    response = "utter_radar_unsubscribed" if ended else "utter_radar_unsubscribed_other"
    dispatcher.utter_message(response=response, places=_names(ended or still), buttons=[OTHER, MENU])
    return True


def stop_all(dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
    """End them with the reminders, and say so if there were any."""
    message = Message.of(tracker)
    with transaction() as session:
        ended = subscriptions.unsubscribe(session, tracker.sender_id, message.id, message.at)
    if ended:
        dispatcher.utter_message(response="utter_radar_unsubscribed_too", places=_names(ended))


def _held(code: str) -> str:
    """A kecamatan's kabupaten or kota, which is what somebody is told of."""
    return (regions.parent(code) or code) if code.count(".") == 2 else code


def _names(found: list[subscriptions.Subscription]) -> str:
    return ", ".join(dict.fromkeys(name_of(each.code) for each in found))
