"""Calling a person: because the citizen asks, or because the bot does not get any further."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy.orm import Session

from actions.conversation import Event, Message, open_form, speak
from actions.handoffs.offering import called_for
from actions.handoffs.telling import told
from siaga.db import transaction
from siaga.handoffs import opening
from siaga.people.contacts import ensure_key, id_by_key


class ActionTalkToHuman(Action):
    """Calls a person, and tells who is there, how long it takes, and the ways that do not wait."""

    def name(self) -> str:
        return "action_talk_to_human"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        reason, about = called_for(Message.of(tracker))
        return call(dispatcher, tracker, reason, about)


def call(
    dispatcher: CollectingDispatcher, tracker: Tracker, reason: str, about: str | None = None, *, unasked: bool = False
) -> list[Event]:
    """Call a person, and say so; who has been called already is called once.

    Args:
        unasked: it is the bot that does not get any further, and not the citizen who asks.
    """
    message = Message.of(tracker)
    with transaction() as session:
        opened = put_in_queue(session, tracker.sender_id, message, reason, about)
    hours = opening.office_hours()
    in_form = open_form(tracker) is not None
    speak(dispatcher, told(opened, message.at, hours, reason=reason, in_form=in_form, unasked=unasked))
    return [SlotSet("attempts", None)]


def put_in_queue(
    session: Session,
    contact_key: str,
    message: Message,
    reason: str,
    about: str | None = None,
    urgency: int | None = None,
) -> opening.Opened:
    """Put the conversation before the desk without a word to the citizen; the same message does so once."""
    ensure_key(session, contact_key)
    contact_id = id_by_key(session, contact_key)
    return opening.ask(session, contact_id, reason, message_id=message.id, at=message.at, about=about, urgency=urgency)
