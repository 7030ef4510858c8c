"""Messages that come too late to be answered one by one: one apology, and a question what is still wanted."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import Event, Message, open_form


class ActionLate(Action):
    """Says sorry, once for all that waited; where one of the messages told of danger, that comes first."""

    def name(self) -> str:
        return "action_late"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        late = Message.of(tracker).entity("late") or {}
        if late.get("danger"):
            dispatcher.utter_message(response="utter_late_danger")
        dispatcher.utter_message(response="utter_late_in_form" if open_form(tracker) else "utter_late")
        return []
