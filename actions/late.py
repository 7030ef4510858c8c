"""Messages that come too late to be answered one by one: one apology, and a question what is still wanted."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import Event, Message, open_form
from actions.forms.waiting import AT


class ActionLate(Action):
    """Says sorry, once for all that waited; where one of the messages told of danger, that comes first."""

    def name(self) -> str:
        return "action_late"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        message = Message.of(tracker)
        late = message.entity("late") or {}
        events: list[Event] = []
        if late.get("danger"):
            dispatcher.utter_message(response="utter_late_danger")
            # A pin that follows asks for the nearest emergency department.
            events.append(SlotSet(AT, message.at.isoformat()))
        dispatcher.utter_message(response="utter_late_in_form" if open_form(tracker) else "utter_late")
        return events
