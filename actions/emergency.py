"""Danger signs come before everything."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import monitoring
from siaga.text.danger import find_danger

# Who helps depends on the danger; otherwise it is 119 and the nearest emergency department.
_RESPONSES = {"suicide": "utter_emergency_self_harm", "violence": "utter_emergency_violence"}


class ActionEmergency(Action):
    """Whom to call, at once."""

    def name(self) -> str:
        return "action_emergency"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        danger = find_danger((tracker.latest_message or {}).get("text") or "")
        dispatcher.utter_message(response=_RESPONSES.get(danger.sign if danger else "", "utter_emergency"))
        monitoring.note_danger(tracker)
        return []
