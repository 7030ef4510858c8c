"""A question without an answer: said so, with a way to a person, and kept for staff."""

from __future__ import annotations

from collections.abc import Iterable

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import Event, Message, command, open_form
from siaga.db import transaction
from siaga.knowledge.unanswered import keep
from siaga.people.contacts import ensure_key, id_by_key

# What is asked otherwise has an answer elsewhere: of the menu, the rules of eligibility, hoaxes.
_ASKED = ("ask_vaccine_question", "ask_covid_question")


def tell_unknown(
    dispatcher: CollectingDispatcher, tracker: Tracker, nearest: Iterable[str] = (), *, asked: bool = False
) -> list[Event]:
    """That the answer is not known. In a form nothing is kept: what was written may tell of somebody's health.

    Args:
        asked: it is a question for the knowledge base, whatever it was taken for.
    """
    message = Message.of(tracker)
    if open_form(tracker):
        dispatcher.utter_message(response="utter_answer_unknown", kept="")
        return []
    kept = (
        (asked or message.intent in _ASKED)
        and not message.tapped
        and _keep(tracker, message, message.question, nearest)
    )
    _say(dispatcher, kept)
    return []


def tell_none_of_these(dispatcher: CollectingDispatcher, tracker: Tracker) -> list[Event]:
    """None of the questions offered was meant: what was asked before them has no answer."""
    if open_form(tracker):
        dispatcher.utter_message(response="utter_answer_unknown", kept="")
        return []
    texts = [str(event.get("text") or "") for event in tracker.events if event.get("event") == "user"]
    _say(dispatcher, len(texts) > 1 and _keep(tracker, Message.of(tracker), texts[-2]))
    return []


def _keep(tracker: Tracker, message: Message, text: str, nearest: Iterable[str] = ()) -> bool:
    with transaction() as session:
        ensure_key(session, tracker.sender_id)
        contact_id = id_by_key(session, tracker.sender_id)
        return keep(
            session,
            contact_id,
            text,
            message_id=message.id,
            at=message.at,
            intent=message.intent,
            nearest=nearest,
        )


def _say(dispatcher: CollectingDispatcher, kept: bool) -> None:
    # Nothing is promised: staff see it, and an answer may come.
    line = (
        "\nPertanyaannya saya catat tanpa nama dan nomor, supaya petugas tahu apa yang belum terjawab." if kept else ""
    )
    dispatcher.utter_message(
        response="utter_answer_unknown",
        kept=line,
        buttons=[command("Hubungi petugas", "talk_to_human"), command("Menu", "show_menu")],
    )
