"""Back to the bot: because the citizen wishes it, or because the person has ended the conversation.

Where a form is open, it asks its question again after this.
"""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import Event, Message
from siaga.db import transaction
from siaga.handoffs import closing, state
from siaga.people.contacts import ensure_key, id_by_key

SOMEBODY = "petugas"
_RESPONSES = {"held": "utter_back_to_bot", "waiting": "utter_back_to_bot_waiting", None: "utter_back_to_bot_already"}


class ActionBackToBot(Action):
    """Ends the conversation with a person, or the wait for one."""

    def name(self) -> str:
        return "action_back_to_bot"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        message = Message.of(tracker)
        with transaction() as session:
            ensure_key(session, tracker.sender_id)
            hand_off = state.open_of(session, id_by_key(session, tracker.sender_id), lock=True)
            was = None if hand_off is None else str(hand_off.state)
            if hand_off is not None:
                closing.close(session, hand_off.id, by="citizen", why="back_to_bot", at=message.at)
        dispatcher.utter_message(response=_RESPONSES[was])
        return [SlotSet("attempts", None)]


class ActionDeskClosed(Action):
    """Says that the person has ended the conversation, and that the bot answers again."""

    def name(self) -> str:
        return "action_desk_closed"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        ended = Message.of(tracker).entity("desk") or {}
        response = "utter_desk_closed_silence" if ended.get("why") == "silence" else "utter_desk_closed"
        dispatcher.utter_message(response=response, name=ended.get("by_name") or SOMEBODY)
        return [SlotSet("attempts", None)]
