"""Photos, voice notes and other things that are not words: what can be done instead of reading them."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import Event, Message, open_form

# By the entity media_kind; each has a sentence of its own in the domain.
_SAID = {
    "image": "utter_media_image",
    "audio": "utter_media_audio",
    "video": "utter_media_video",
    "document": "utter_media_document",
    "sticker": "utter_media_sticker",
    "contacts": "utter_media_contacts",
    "order": "utter_media_order",
    "poll": "utter_media_poll",
    "form": "utter_media_form",
    "edit": "utter_media_edit",
    "unsupported": "utter_media_unsupported",
}
# Where the NIK is asked for, these show an identity card, most likely.
_ASK_FOR_NIK = ("nik", "certificate_nik")
_MAY_SHOW_A_CARD = frozenset({"image", "video", "document"})


def answer_to(kind: str | None, *, in_form: bool, asked: str | None) -> str:
    """The response for something of this kind; ``asked`` is the slot that an open form asks for."""
    if in_form and asked in _ASK_FOR_NIK and kind in _MAY_SHOW_A_CARD:
        return "utter_media_nik"
    if in_form and kind == "image":
        # What the photo is about has been asked already.
        return "utter_media_image_in_form"
    return _SAID.get(kind or "", "utter_media_unsupported")


class ActionExplainMedia(Action):
    """What was sent can't be read: says so, kindly, and what works instead."""

    def name(self) -> str:
        return "action_explain_media"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        kind = Message.of(tracker).entity("media_kind")
        in_form = open_form(tracker) is not None
        response = answer_to(kind, in_form=in_form, asked=tracker.get_slot("requested_slot"))
        dispatcher.utter_message(response=response)
        return []
