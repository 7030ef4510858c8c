""" "Bener ga?": a claim, a message or a link is checked."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import Event, Message, was_unsure_before
from actions.hoaxes.noticing import is_asked_for, passed_on_before
from actions.hoaxes.telling import ask_for_message, no_longer_waiting, tell
from actions.knowledge import tell_if_known
from siaga.hoaxes import Far, Sure, matching, names_nothing, says_enough
from siaga.hoaxes.passages import SHORT


def _not_understood(tracker: Tracker) -> str | None:
    """The message before, if "Cek kabar" was offered as what it may have meant."""
    if not was_unsure_before(tracker.events):
        return None
    return str([event for event in tracker.events if event.get("event") == "user"][-2].get("text") or "") or None


class ActionCheckHoax(Action):
    """The verdict, claims to choose from, or that it is not known. Without a claim the message is asked for."""

    def name(self) -> str:
        return "action_check_hoax"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        return check(dispatcher, tracker)


def check_if_asked(dispatcher: CollectingDispatcher, tracker: Tracker) -> list[Event] | None:
    """Check a message that was not understood, or is none of our business, if the citizen wants it checked."""
    message = Message.of(tracker)
    if message.tapped or not is_asked_for(tracker, message):
        return None
    return check(dispatcher, tracker)


def check(dispatcher: CollectingDispatcher, tracker: Tracker) -> list[Event]:
    """What is known of the latest message, or of the one before that it is about."""
    message = Message.of(tracker)
    text = message.question
    if names_nothing(text):
        before = _not_understood(tracker) if message.tapped else passed_on_before(tracker)
        if before is None or names_nothing(before):
            return ask_for_message(dispatcher, tracker)
        text = before
    found = matching.check(text, message.preview)
    # Who wants a message checked gets an answer in place of a verdict only where no claim is found.
    claimed = isinstance(found, Sure) or (is_asked_for(tracker, message) and not isinstance(found, Far))
    # "vaksin halal ga, hoax?" has an answer, though no claim.
    question = not claimed and message.forwarded is None and len(text.split()) <= SHORT
    if question and (told := tell_if_known(dispatcher, tracker, text)) is not None:
        return [*told, *no_longer_waiting(tracker)]
    if not isinstance(found, Sure) and not says_enough(text):
        return ask_for_message(dispatcher, tracker)
    return tell(dispatcher, tracker, found, text)
