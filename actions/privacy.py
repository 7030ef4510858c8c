"""Whether one's data are safe."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import Event
from actions.radar import following as radar


class ActionTellPrivacy(Action):
    """What is kept and by whom; a mere "aman ga?" after figures of a place is about that place."""

    def name(self) -> str:
        return "action_tell_privacy"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        if (told := radar.follow(dispatcher, tracker)) is not None:
            return told
        dispatcher.utter_message(response="utter_privacy")
        return []
