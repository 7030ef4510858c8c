"""The verdict on what is told around, the text to send back to the group, and what is said when nothing is known."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import Event, Message, open_form, option
from actions.handoffs.offering import MENU, person
from actions.wording import long_date
from siaga.db import transaction
from siaga.hoaxes import Claim, Found, Near, Sure, matching, queue
from siaga.hoaxes.claims import Verdict
from siaga.people.contacts import ensure_key, id_by_key

WAITING = "hoax_waiting"
"""The slot that remembers when the message was asked for that is to be checked."""
CLAIM, CHECK, NONE = "hoax", "hoax_check", "hoax_none"
"""The options that tell a claim's verdict, have a question checked, and say that no claim offered is meant."""
MARKS: dict[Verdict, str] = {"false": "❌", "misleading": "❗", "true": "✅", "unproven": "❓"}
_DESCRIPTION = 72
"""Characters in the second line of a WhatsApp list's row."""
_LISTED = {"json_message": {"list_button": "Pilih kabar"}}
_AGREE = ["ya", "ya minta diperiksa", "minta periksa", "tolong diperiksa", "periksa", "ya periksa", "mau", "boleh"]


# ------------------------------------------------------------------ what is known
def tell(dispatcher: CollectingDispatcher, tracker: Tracker, found: Found, text: str) -> list[Event]:
    """What was found of a message: the verdict, claims to choose from, or that nothing is known, which is noted."""
    if isinstance(found, Sure):
        tell_claim(dispatcher, tracker, found.claim, found.also)
    elif isinstance(found, Near):
        _offer(dispatcher, tracker, found.claims)
    else:
        _tell_unknown(dispatcher, tracker, text)
    return no_longer_waiting(tracker)


def tell_claim(dispatcher: CollectingDispatcher, tracker: Tracker, claim: Claim, also: Iterable[Claim] = ()) -> None:
    """The verdict first; then the text to forward, as a message of its own; then what else the message told.

    In a form in short: the open question follows.
    """
    due = "\nIni sudah waktunya diperiksa ulang; pastikan juga ke petugas atau puskesmas."
    in_form = open_form(tracker) is not None
    dispatcher.utter_message(
        response="utter_hoax_in_form" if in_form else "utter_hoax",
        mark=MARKS[claim.verdict],
        verdict=claim.verdict_in_words,
        claim=claim.claim,
        why=claim.short,
        source=claim.source,
        checked=long_date(claim.checked),
        due=due if claim.is_due(Message.of(tracker).today) else "",
    )
    others = list(also)
    if in_form:
        for other in others:
            dispatcher.utter_message(response="utter_hoax_also_in_form", verdict=_line(other))
        return
    dispatcher.utter_message(response="utter_hoax_share", share=claim.share)
    if others:
        dispatcher.utter_message(response="utter_hoax_also", buttons=_rows(others))


def _offer(dispatcher: CollectingDispatcher, tracker: Tracker, claims: Iterable[Claim]) -> None:
    """Claims that may be meant. In a form, whose options take their place, each with its verdict in a line."""
    if open_form(tracker):
        dispatcher.utter_message(response="utter_hoax_near_in_form", verdicts="\n".join(map(_line, claims)))
        return
    neither = {**option("Bukan itu", NONE, "-"), "also": ["bukan", "tidak ada", "bukan semua", "beda"]}
    dispatcher.utter_message(response="utter_hoax_near", buttons=[*_rows(claims), neither], **_LISTED)


def _line(claim: Claim) -> str:
    return f"• “{claim.claim}” *{claim.verdict_in_words}*"


def _rows(claims: Iterable[Claim]) -> list[dict[str, str]]:
    return [option(claim.label, CLAIM, claim.id, _cut(claim.claim)) for claim in claims]


def _cut(text: str) -> str:
    return text if len(text) <= _DESCRIPTION else text[: _DESCRIPTION - 1].rstrip() + "…"


# ------------------------------------------------------------------ what is not known
def _tell_unknown(dispatcher: CollectingDispatcher, tracker: Tracker, text: str) -> None:
    """That it is not known; the question is noted, masked, and the staff can be asked to check it."""
    message = Message.of(tracker)
    with transaction() as session:
        ensure_key(session, tracker.sender_id)
        contact_id = id_by_key(session, tracker.sender_id)
        question = queue.ask(session, contact_id, text, message.id, message.at)
    if open_form(tracker):
        dispatcher.utter_message(response="utter_hoax_unknown_in_form")
        return
    check = {**option("Minta diperiksa", CHECK, str(question)), "also": _AGREE}
    dispatcher.utter_message(response="utter_hoax_unknown", buttons=[check, person("hoax", f"hoax:{question}"), MENU])


def _have_checked(dispatcher: CollectingDispatcher, tracker: Tracker, question: int) -> None:
    """The citizen agrees to have it checked, and to be told; what has an answer by now is told at once."""
    message = Message.of(tracker)
    with transaction() as session:
        ensure_key(session, tracker.sender_id)
        contact_id = id_by_key(session, tracker.sender_id)
        claim = matching.checker(message.preview).by_id(queue.answered_by(session, contact_id, question) or "")
        noted = claim is None and queue.wants_answer(session, contact_id, question, message.at)
    if claim is not None:
        tell_claim(dispatcher, tracker, claim)
    else:
        dispatcher.utter_message(response="utter_hoax_queued" if noted else "utter_hoax_not_queued")


# ------------------------------------------------------------------ the message that is waited for
def ask_for_message(dispatcher: CollectingDispatcher, tracker: Tracker) -> list[Event]:
    """Ask for the message that is to be checked; what comes next is taken for it."""
    if open_form(tracker):
        dispatcher.utter_message(response="utter_hoax_ask_in_form")
        return []
    dispatcher.utter_message(response="utter_hoax_ask")
    return [SlotSet(WAITING, Message.of(tracker).at.isoformat())]


def no_longer_waiting(tracker: Tracker) -> list[Event]:
    """The events after which no message is waited for."""
    return [SlotSet(WAITING, None)] if tracker.get_slot(WAITING) else []


# ------------------------------------------------------------------ options
def choose(dispatcher: CollectingDispatcher, tracker: Tracker, slot: str, value: str) -> list[Event] | None:
    """What an option of this capability does when it is tapped; None if it is none, or its claim is gone."""
    if slot == CLAIM:
        claim = matching.checker(Message.of(tracker).preview).by_id(value)
        if claim is None:
            return None
        tell_claim(dispatcher, tracker, claim)
    elif slot == CHECK and value.isdecimal():
        _have_checked(dispatcher, tracker, int(value))
    elif slot == NONE:
        _tell_unknown(dispatcher, tracker, _asked_before(tracker))
    else:
        return None
    return no_longer_waiting(tracker)


def _asked_before(tracker: Tracker) -> str:
    """The message before the tap."""
    texts: list[Any] = [event.get("text") for event in tracker.events if event.get("event") == "user"]
    return str(texts[-2] or "") if len(texts) > 1 else ""
