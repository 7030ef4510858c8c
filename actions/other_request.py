"""The second of two requests in one message: offered once the first is done."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

import yaml
from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import OTHER_REQUEST, Event
from siaga.settings import ROOT


@lru_cache(maxsize=1)
def subjects() -> dict[str, dict[str, str]]:
    """Intent to ``juga`` (what the citizen also wanted) and ``tombol`` (the button that does it), of
    ``content/conversation/other_requests.yml``."""
    return dict(yaml.safe_load((ROOT / "content/conversation/other_requests.yml").read_text(encoding="utf-8")))


def asked_meanwhile(events: list[Event], intent: str) -> bool:
    """Whether something of this intent was asked after the message with the other request in it."""
    for event in reversed(events):
        if event.get("event") == "slot" and event.get("name") == OTHER_REQUEST and event.get("value"):
            # It has been put aside since by an action, or comes with the message before.
            return False
        if event.get("event") == "user":
            parsed = event.get("parse_data") or {}
            if any(entity.get("entity") == OTHER_REQUEST for entity in parsed.get("entities") or ()):
                return False
            if (parsed.get("intent") or {}).get("name") == intent:
                return True
    return False


class ActionOfferOtherRequest(Action):
    """Comes back to what the citizen asked besides, once."""

    def name(self) -> str:
        return "action_offer_other_request"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        other = tracker.get_slot(OTHER_REQUEST) or {}
        intent = str(other.get("intent"))
        subject = subjects().get(intent)
        if subject and not asked_meanwhile(tracker.events, intent):
            asked = {"question": other["question"]} if other.get("question") else {}
            payload = f"/{intent}" + (json.dumps(asked, ensure_ascii=False) if asked else "")
            dispatcher.utter_message(
                response="utter_offer_other_request",
                also=subject["juga"],
                buttons=[
                    {"title": subject["tombol"], "payload": payload},
                    {"title": "Tidak usah", "payload": "/deny"},
                ],
            )
        return [SlotSet(OTHER_REQUEST, None)]
