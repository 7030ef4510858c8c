"""What is asked further about an answer, or thought of it, while it is what was talked about last."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import Event, Message, Say, open_form
from actions.knowledge import feedback
from actions.knowledge.telling import (
    PERSON,
    WHOM,
    Told,
    after,
    differing,
    due,
    knowledge,
    longer,
    remember,
    remembered,
    said,
    say,
    tell,
    tell_more,
)
from actions.subject import ANSWER, subject
from actions.wording import long_date
from siaga.knowledge import Answer, Sure
from siaga.knowledge.answers import Audience
from siaga.knowledge.asking import Follow, read_follow

_MAY = frozenset({"boleh", "bisa", "aman"})


def follow(dispatcher: CollectingDispatcher, tracker: Tracker) -> list[Event] | None:
    """Answer a message that by itself means nothing, or something else, but follows upon an answer; None if it doesn't.
    In a form the open question comes first."""
    message = Message.of(tracker)
    if message.tapped or open_form(tracker) or subject(tracker) != ANSWER:
        return None
    told = remembered(tracker)
    follows = read_follow(message.text) if told else None
    if told is None or follows is None:
        return None
    return _tell(dispatcher, tracker, told, follows)


def _tell(dispatcher: CollectingDispatcher, tracker: Tracker, told: Told, follows: Follow) -> list[Event]:
    if follows.kind in ("helpful", "unhelpful"):
        return feedback.tell(dispatcher, tracker, told, helpful=follows.kind == "helpful")
    if follows.kind in ("more", "unclear"):
        return tell_more(dispatcher, tracker, told)
    if follows.kind == "audience":
        return _tell_for(dispatcher, tracker, told, follows.audiences)
    message, answer = Message.of(tracker), told.answer
    if follows.kind == "why" and answer.why:
        say(dispatcher, tracker, said(answer, message, answer.why.strip()), after(told))
    elif follows.kind == "why":
        say(dispatcher, tracker, Say.it("utter_answer_no_why"), [*longer(told), PERSON])
    elif follows.kind == "source":
        source = Say.it(
            "utter_answer_source",
            source=answer.source,
            checked=long_date(answer.checked),
            due=due(answer, message.today),
        )
        say(dispatcher, tracker, source, after(told))
    else:
        say(dispatcher, tracker, Say.it("utter_answer_somebody"), [*longer(told), PERSON])
    return remember(told, message)


def _tell_for(
    dispatcher: CollectingDispatcher, tracker: Tracker, told: Told, whom: tuple[Audience, ...]
) -> list[Event]:
    """What differs for them, else the answer that is about them; else that nothing is known which does, with what the
    answer warns of, and a person."""
    message, answer = Message.of(tracker), told.answer
    told = Told(answer, whom, told.all)
    if own := differing(answer, whom):
        say(dispatcher, tracker, said(answer, message, own), after(told))
        return remember(told, message)
    if (other := _about(tracker, answer, whom)) is not None:
        return tell(dispatcher, tracker, other, text=message.text)
    if answer.audience in whom:
        # The answer was about them from the beginning.
        return tell(dispatcher, tracker, answer, text=message.text)
    warning = "\n".join(line for line in answer.short.splitlines() if line.startswith("⚠"))
    names = " dan ".join(WHOM[each] for each in whom)
    nothing = Say.it("utter_answer_no_variant", whom=names, warning=f"\n{warning}" if warning else "")
    say(dispatcher, tracker, nothing, [*longer(told), PERSON])
    return remember(told, message)


def _about(tracker: Tracker, answer: Answer, whom: tuple[Audience, ...]) -> Answer | None:
    """The answer about these people that goes with this one, or that a question whether they may is surely about."""
    message = Message.of(tracker)
    known = knowledge(message.preview)
    for name in answer.related:
        other = known.by_id(name)
        if other is not None and other.audience in whom:
            return other
    if not _MAY & set(message.text.lower().replace("?", " ").split()):
        return None
    found = known.ask(message.text, answer.topic)
    if isinstance(found, Sure) and found.answer.topic == answer.topic and found.answer.audience in whom:
        return found.answer if found.answer.id != answer.id else None
    return None
