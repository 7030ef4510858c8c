"""The state of a question to the radar during one turn."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from rasa_sdk import Tracker
from sqlalchemy.orm import Session

from actions.conversation import Message
from actions.forms.state import OpenForm
from actions.subject import RADAR
from siaga.radar.asking import Question

PLACE = "radar_place"
TOPIC = RADAR
"""The slot that remembers what was answered, and when: ``{"question": …, "at": "2026-11-22T09:00:00+00:00"}``. Of a pin
there is the region in it, never the point."""
REMEMBERED = timedelta(minutes=30)


class Form(OpenForm):
    """Of which place is the only question. Of a pin nothing is kept: it is used in the turn that it comes in.

    The draft holds the ``question``, as ``Question.kept`` gives it; ``choices``, codes of regions that one name in it
    may mean; and ``told``, the question as it was answered.
    """

    name = "radar_form"
    answers = (PLACE,)
    draft_of = {PLACE: ("choices",)}

    def __init__(self, session: Session, tracker: Tracker) -> None:
        super().__init__(session, tracker)
        self.topic = remembered(tracker)

    @property
    def words(self) -> str:
        """What the citizen wrote, without another request in it; of a tapped button, the question it carries."""
        return self.message.question

    @property
    def question(self) -> Question:
        """What is asked, as far as it is known."""
        kept: dict[str, Any] | None = self.draft.get("question")
        return Question.of(kept) if kept else Question()

    @question.setter
    def question(self, question: Question) -> None:
        self.draft["question"] = question.kept()

    @property
    def choices(self) -> list[str]:
        known: list[str] = self.draft.get("choices") or []
        return known


def remembered(tracker: Tracker) -> Question | None:
    """What was answered in the last half hour; None for nothing, or for what cannot be read any more."""
    kept = tracker.get_slot(TOPIC)
    if not isinstance(kept, dict):
        return None
    try:
        age = Message.of(tracker).at - datetime.fromisoformat(kept["at"])
        return Question.of(kept["question"]) if age <= REMEMBERED else None
    except (KeyError, TypeError, ValueError):
        # Written by a version that asked otherwise.
        return None


def topic(question: Question, message: Message) -> dict[str, Any]:
    """The slot's value after an answer."""
    if question.kind in ("subscribe", "unsubscribe"):
        # "kalau gresik?" after it asks how things stand there, and for nothing to be sent.
        question = replace(question, kind="figures")
    return {"question": question.kept(), "at": message.at.isoformat()}
