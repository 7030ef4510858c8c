"""What the options of an answer do when they are tapped."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import Event, Message
from actions.knowledge import feedback, unanswered
from actions.knowledge.telling import (
    BAD,
    GOOD,
    MORE,
    NONE,
    RELATED,
    TELL,
    Told,
    knowledge,
    remembered,
    tell,
    tell_more,
    tell_related,
)


def tell_answer(dispatcher: CollectingDispatcher, tracker: Tracker, slot: str, value: str) -> list[Event] | None:
    """What an option of the answers does when it is tapped; None if it is none, or its answer has been taken away."""
    if slot == TELL and value == NONE:
        return unanswered.tell_none_of_these(dispatcher, tracker)
    if slot not in (TELL, MORE, RELATED, GOOD, BAD):
        return None
    answer = knowledge(Message.of(tracker).preview).by_id(value)
    if answer is None:
        return None
    before = remembered(tracker)
    told = before if before and before.answer.id == answer.id else Told(answer)
    if slot == TELL:
        return tell(dispatcher, tracker, answer)
    if slot == MORE:
        # Who taps an older message wants that text, however often.
        return tell_more(dispatcher, tracker, Told(answer, told.whom))
    if slot == RELATED:
        return tell_related(dispatcher, tracker, told)
    return feedback.tell(dispatcher, tracker, told, helpful=slot == GOOD)
