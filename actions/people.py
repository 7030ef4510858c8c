"""Complaints."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.knowledge import following as answers


class ActionComplaint(Action):
    """Regrets, with a way to a person; of an answer that did not help, it is counted."""

    def name(self) -> str:
        return "action_complaint"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        if (told := answers.follow(dispatcher, tracker)) is not None:
            return told
        dispatcher.utter_message(response="utter_complaint")
        return []
