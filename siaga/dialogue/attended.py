"""Conversations that are a person's, or on their way to one: what the bot still answers, and what is written down.

While a person has the conversation the bot is silent, but to who tells of danger, or wants the bot back. What somebody
wants done with their data is noted then, and taken up when the bot answers again.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

from sqlalchemy.orm import Session

from siaga.dialogue.confidential import hidden_as
from siaga.dialogue.reading import DESK, Read, late, read
from siaga.dialogue.turn import Spoken
from siaga.dialogue.work import Work
from siaga.handoffs import back, patience, recording, state, wishes
from siaga.handoffs.opening import raise_urgency
from siaga.handoffs.reasons import AT_ONCE
from siaga.handoffs.tables import HandOff
from siaga.text.danger import find_danger
from siaga.turns import inbox
from siaga.turns.inbox import Waiting
from siaga.turns.messages import Draft, Shown

BACK = "back_to_bot"
CALL = "talk_to_human"
EMERGENCY = "emergency"
_LATE = "late_messages"
_ANSWERED = "Warga menulis tanda bahaya. Bot sudah menjawab dengan pertolongan darurat (119)."
_UNANSWERED = "Warga menulis tanda bahaya. Bot belum bisa menjawabnya."

Show = Callable[[Draft], Shown]


# ------------------------------------------------------------------ what is heard
def heard(work: Work) -> Read:
    """A turn as Rasa gets it. A person is answered in words: what the bot had offered counts only if it is tapped."""
    if work.is_late and not work.form_sent:
        return late(work.turn)
    if work.is_held and work.turn[-1].kind != "option":
        return read(work.turn, None, None, form_sent=work.form_sent)
    return read(work.turn, work.tapped, work.offered, form_sent=work.form_sent)


def wants_back(parse_data: dict[str, Any]) -> dict[str, Any]:
    """What was understood of a text, as the wish for the bot if it is that, in so many words."""
    if intent_of(parse_data) == EMERGENCY or not back.wants_bot(str(parse_data.get("text") or "")):
        return parse_data
    return {**parse_data, "entities": [], **_intent(BACK)}


def asks_after_person(parse_data: dict[str, Any], hand_off: str | None) -> dict[str, Any]:
    """What was understood of a text; of who waits for a person and asks where they are, that they call them again."""
    waits = hand_off == state.WAITING and intent_of(parse_data) != EMERGENCY
    if not (waits and patience.asks_after_person(str(parse_data.get("text") or ""))):
        return parse_data
    return {**parse_data, "entities": [], **_intent(CALL)}


def by_words(text: str) -> dict[str, Any]:
    """What is understood where the model fails: whether somebody is in danger, or wants the bot."""
    name = EMERGENCY if find_danger(text) else BACK if back.wants_bot(text) else None
    return {"text": text, "entities": [], **_intent(name)}


def tells_danger(parse_data: Mapping[str, Any]) -> bool:
    """Whether a message, or one of those that came too late to be answered one by one, tells of danger."""
    intent = intent_of(parse_data)
    if intent == _LATE:
        return any((entity.get("value") or {}).get("danger") for entity in parse_data.get("entities") or ())
    return intent == EMERGENCY


def is_for_person(parse_data: Mapping[str, Any]) -> bool:
    """Whether a message in a conversation that a person has is for them alone."""
    return not tells_danger(parse_data) and intent_of(parse_data) != BACK


def intent_of(parse_data: Mapping[str, Any]) -> str | None:
    """The name of what was understood."""
    return (parse_data.get("intent") or {}).get("name")


def _intent(name: str | None) -> dict[str, Any]:
    intent = {"name": name, "confidence": 1.0}
    return {"intent": intent, "intent_ranking": [dict(intent)]}


# ------------------------------------------------------------------ what is written down
def is_held(hand_off: HandOff | None) -> bool:
    """Whether a person has the conversation."""
    return hand_off is not None and hand_off.state == state.HELD


def record(session: Session, hand_off: HandOff, work: Work, spoken: Spoken, keys: Sequence[str], show: Show) -> None:
    """Write down a turn that ends well: what the contact said, and what the bot answers under these keys."""
    # To a person one speaks openly.
    hidden = None if spoken.silent else hidden_as(work.stored.events, spoken.kept)
    _record_turn(session, hand_off, work, hidden=hidden)
    record_answer(session, hand_off, spoken.drafts, keys, show, hidden=hidden)
    if spoken.danger:
        _alarm(session, hand_off, work, _ANSWERED)
    if spoken.silent:
        _note_wishes(session, hand_off, work)


def record_failed(session: Session, hand_off: HandOff, work: Work, danger: bool) -> None:
    """Write down a turn that has not ended well, so that it can be seen although nobody has answered it."""
    _record_turn(session, hand_off, work, hidden=None if work.is_held else hidden_as(work.stored.events))
    if danger or any(find_danger(_words(message)) for message in work.turn):
        _alarm(session, hand_off, work, _UNANSWERED)


def cries(session: Session, contact_id: int, since: datetime | None) -> bool:
    """Whether a message that waits tells of danger, by its words, and has come after ``since``."""
    waiting = [one for one in inbox.waiting(session, contact_id) if find_danger(_words(one))]
    passed = (datetime.now(timezone.utc) - since).total_seconds() if since else math.inf
    return any(one.waited < passed for one in waiting)


def record_answer(
    session: Session,
    hand_off: HandOff,
    drafts: Sequence[Draft],
    keys: Sequence[str],
    show: Show,
    *,
    hidden: str | None = None,
) -> None:
    """Write down what the bot says under these keys, if it has any."""
    at = datetime.now(timezone.utc)
    for draft, key in zip(drafts, keys, strict=False):
        said = Shown(hidden) if hidden else show(draft)
        recording.bot_said(session, hand_off, said.text, key, at=at, options=said.options, picture=said.picture)


def _record_turn(session: Session, hand_off: HandOff, work: Work, *, hidden: str | None) -> None:
    if not work.is_of_desk:
        # What came late, as after an outage, nobody could have read before.
        at = datetime.now(timezone.utc) if work.is_late else None
        told = [_told(message, at or message.at, hidden=hidden) for message in work.turn]
        recording.citizen_said(session, hand_off, told, at or work.turn[-1].at)


def _told(message: Waiting, at: datetime, *, hidden: str | None) -> dict[str, Any]:
    # What a form holds is kept where its answers belong.
    content = {"text": hidden} if hidden else {} if message.kind == "form" else message.content
    return {
        "key": message.key,
        "at": at,
        "kind": "text" if hidden else message.kind,
        "content": content,
        "wamid": message.wamid,
    }


def _alarm(session: Session, hand_off: HandOff, work: Work, words: str) -> None:
    at = work.turn[-1].at
    raise_urgency(hand_off, AT_ONCE)
    hand_off.danger_at = max(at, hand_off.danger_at or at)
    recording.system(session, hand_off, words, at, once=f"{work.turn[0].key}:{words}")


def _note_wishes(session: Session, hand_off: HandOff, work: Work) -> None:
    for message in work.turn:
        # One that was noted before, and that the bot was to take up when the next person came.
        wish = message.content.get("wish") if message.kind == DESK else wishes.wished(_words(message))
        if wish in wishes.WORDS:
            wishes.note(session, hand_off, wish, message.at)


def _words(message: Waiting) -> str:
    return str(message.content.get("text") or message.content.get("caption") or message.content.get("title") or "")
