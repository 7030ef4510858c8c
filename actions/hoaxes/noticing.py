"""Messages that were taken for something else, or not understood, and tell what goes round all the same."""

from __future__ import annotations

from datetime import datetime, timedelta

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import Event, Message
from actions.hoaxes.telling import WAITING, tell
from siaga.hoaxes import Far, Near, Sure, asks_to_check, is_rumour, matching, says_enough
from siaga.hoaxes.links import find_links

REMEMBERED = timedelta(minutes=30)
CHECK = "check_hoax"
# What these mean is answered by what knows of claims, in every form.
_CHECKED = frozenset({CHECK, "nlu_fallback", "out_of_scope", "ask_vaccine_question", "ask_covid_question"})
# A question that does not say it is told around must be a claim so surely to get its verdict; else the claim is
# offered. Of 627 questions that tell none of ours the likeliest was at 0.66.
_PLAINLY = 0.7
# Of so many likeliest meanings it must be one for a message that says nothing of being told around.
_LIKELY = 3


def notice(
    dispatcher: CollectingDispatcher, tracker: Tracker, *, answered: bool = False, ours: bool = True
) -> list[Event] | None:
    """Check a message that is not known for a request to check it; None where it is rather something else.

    Args:
        answered: whether the knowledge base surely answers it: then only what is told around is checked instead, and
            where a check is asked for, only a claim that is found.
        ours: false for what has nothing to do with this service, which the queue of the desk is not for.
    """
    message = Message.of(tracker)
    if message.tapped or not message.text.strip():
        return None
    asked_for = is_asked_for(tracker, message)
    passed_on = message.forwarded is not None or bool(find_links(message.text))
    told_around = passed_on or is_rumour(message.text)
    may_ask = not answered and (message.intent.startswith("ask_") or _may_check(tracker))
    if not (asked_for or told_around or may_ask):
        # Nothing would be told of any claim: to look for one takes longer than all the rest of a turn.
        return None
    found = matching.check(message.text, message.preview)
    if asked_for and not (answered and isinstance(found, Far)):
        return tell(dispatcher, tracker, found, message.text)
    if isinstance(found, Sure):
        if told_around:
            return tell(dispatcher, tracker, found, message.text)
        if not may_ask:
            return None
        # "suntik insulin batal puasa ga" asks as the claim about the vaccine is told.
        offered = found if found.by_link or found.score >= _PLAINLY else Near((found.claim,), found.score)
        return tell(dispatcher, tracker, offered, message.text)
    if not passed_on or answered or not says_enough(message.text):
        return None
    if isinstance(found, Near) and (ours or message.forwarded):
        return tell(dispatcher, tracker, found, message.text)
    # What is not known goes to the desk only if it may be something for it.
    return tell(dispatcher, tracker, Far(found.score), message.text) if ours else None


def is_for_check(message: Message) -> bool:
    """Whether a message asks for a check in so many words, or was forwarded and surely tells a claim: in a form it is
    no answer, such as a name."""
    if message.tapped or message.intent not in _CHECKED:
        return False
    if asks_to_check(message.text):
        return True
    return message.forwarded is not None and isinstance(matching.check(message.text, message.preview), Sure)


def is_asked_for(tracker: Tracker, message: Message) -> bool:
    """Whether the citizen wants this message checked: it says so, or says something, and we have just asked for it."""
    return asks_to_check(message.text) or (was_asked_for(tracker) and says_enough(message.text))


def _may_check(tracker: Tracker) -> bool:
    ranking = [each["name"] for each in tracker.latest_message.get("intent_ranking") or []]
    return CHECK in [name for name in ranking if name != "nlu_fallback"][:_LIKELY]


def was_asked_for(tracker: Tracker) -> bool:
    """Whether the turn before this one asked for the message that is to be checked."""
    asked_at = tracker.get_slot(WAITING)
    if not isinstance(asked_at, str):
        return False
    if Message.of(tracker).at - datetime.fromisoformat(asked_at) > REMEMBERED:
        return False
    users = 0
    for event in reversed(tracker.events):
        users += event.get("event") == "user"
        if users == 2:
            return False
        if users == 1 and event.get("event") == "slot" and event.get("name") == WAITING and event.get("value"):
            return True
    return False


def passed_on_before(tracker: Tracker) -> str | None:
    """The message just before this one, if it was forwarded within the half hour: "ini bener ga?" is about it."""
    now = Message.of(tracker).at
    earlier = [event for event in tracker.events if event.get("event") == "user"][:-1]
    if not earlier:
        return None
    metadata = earlier[-1].get("metadata") or {}
    at = metadata.get("at")
    if not metadata.get("forwarded") or not at or now - datetime.fromisoformat(at) > REMEMBERED:
        return None
    return str(earlier[-1].get("text") or "") or None
