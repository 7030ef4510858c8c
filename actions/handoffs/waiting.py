"""What is said otherwise while a person has been called: nobody is called twice, and is reminded of it once."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import Event, Message
from actions.handoffs.telling import ASKED, UNSURE, WAITING


def waits(tracker: Tracker) -> bool:
    """Whether a person has been called, and has not come yet."""
    return Message.of(tracker).hand_off == "waiting"


def remind(dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
    """Say that somebody has been called, unless that was said since."""
    if waits(tracker) and not _was_reminded(tracker.events):
        dispatcher.utter_message(response=WAITING)


def _was_reminded(events: list[Event]) -> bool:
    for event in reversed(events):
        said = (event.get("metadata") or {}).get("utter_action") if event.get("event") == "bot" else None
        if said in (ASKED, UNSURE):
            return False
        if said == WAITING:
            return True
    return False
