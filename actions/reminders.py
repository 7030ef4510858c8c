"""Reminders: stop them, start them."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import Event, open_form
from actions.forms.within import give_up


class ActionStopMessages(Action):
    """No more reminders; in the middle of a form "berhenti" means the form."""

    def name(self) -> str:
        return "action_stop_messages"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        cancelled, events = give_up(tracker) if open_form(tracker) else (None, [])
        dispatcher.utter_message(response=cancelled or "utter_stop_messages")
        return events
