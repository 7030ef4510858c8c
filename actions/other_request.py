"""The second of two requests in one message: offered once the first is done."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

import yaml
from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import OTHER_REQUEST, Event, Message
from siaga.settings import ROOT


@lru_cache(maxsize=1)
def subjects() -> dict[str, dict[str, str]]:
    """Intent to ``juga`` (what the citizen also wanted) and ``tombol`` (the button that does it), of
    ``content/conversation/other_requests.yml``."""
    return dict(yaml.safe_load((ROOT / "content/conversation/other_requests.yml").read_text(encoding="utf-8")))


class ActionOfferOtherRequest(Action):
    """Comes back to what the citizen asked besides, once."""

    def name(self) -> str:
        return "action_offer_other_request"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        other = tracker.get_slot(OTHER_REQUEST) or {}
        intent = str(other.get("intent"))
        subject = subjects().get(intent)
        # Asked meanwhile in another way: nothing is left to offer.
        if subject and intent != Message.of(tracker).intent:
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
