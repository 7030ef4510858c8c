"""👍 and 👎 for an answer: counted, thanked for, and after 👎 with a way on."""

from __future__ import annotations

from dataclasses import replace

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import Event, Message, Say
from actions.knowledge.telling import LISTED, PERSON, Told, related, remember, say
from siaga.db import transaction
from siaga.knowledge.feedback import record
from siaga.people.contacts import ensure_key, id_by_key


def tell(dispatcher: CollectingDispatcher, tracker: Tracker, told: Told, *, helpful: bool) -> list[Event]:
    """Count what is thought of an answer, and thank for it; where it did not help, offer other ones and a person."""
    message = Message.of(tracker)
    with transaction() as session:
        ensure_key(session, tracker.sender_id)
        contact_id = id_by_key(session, tracker.sender_id)
        record(session, contact_id, told.answer.id, helpful, message_id=message.id, at=message.at)
    if helpful:
        say(dispatcher, tracker, Say.it("utter_answer_helped"))
    else:
        rows = related(tracker, told.answer)
        say(dispatcher, tracker, Say.it("utter_answer_sorry"), [*rows, PERSON], **(LISTED if rows else {}))
    return remember(replace(told, missed=not helpful), message)
