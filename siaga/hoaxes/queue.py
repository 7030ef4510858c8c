"""Claims that nobody has checked yet: who asks about them, when many do, and what is told when there is an answer."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from rapidfuzz import fuzz
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from siaga.db import audit
from siaga.hoaxes import matching
from siaga.hoaxes.passages import LONGEST, claim_words
from siaga.hoaxes.tables import HoaxAsker, HoaxQuestion
from siaga.people import notices
from siaga.people.tables import Task
from siaga.people.tasks import open_task
from siaga.privacy import mask_text
from siaga.settings import settings
from siaga.text.vectors import E5

TASK = "hoax_alarm"
NOTICE = "hoax_answered"
OF_USE = timedelta(days=7)
"""After so long an answer is no news any more."""
ALIKE_MEANING, ALIKE_WORDS = 0.72, 60
"""How alike two messages must be to be the same claim: cosine of their vectors, and share of words in per cent …"""
ALIKE_ALONE = 92
"""… or of words alone. Of two claims that only look alike one would be told the other's answer."""
_COMPARED = 2000
"""Questions that a new one is compared with, the newest first."""
_ZONE = "Asia/Jakarta"
# Any number that nothing else takes a lock on: two who ask the same at once ask one question.
_LOCK = 0x51A60A


class UnknownQuestion(LookupError):
    """There is no open question of this number."""


class UnknownClaim(LookupError):
    """There is no entry of content/hoaxes with this id."""


@dataclass(frozen=True)
class Waiting:
    """A question for the desk: ``people`` have asked it, ``waiting`` of them want to be told."""

    id: int
    text: str
    first_at: datetime
    last_at: datetime
    people: int
    waiting: int
    alarmed_at: datetime | None


# ---------------------------------------------------------------------- asking
def ask(session: Session, contact_id: int, text: str, message_id: str, at: datetime) -> int:
    """Note that a contact asks about a claim that is not known; alike claims are one question.

    The text is kept masked. The same message, or the same contact, changes nothing the second time.

    Returns:
        The number of the question.
    """
    session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    before = session.scalar(
        select(HoaxAsker.question_id).where(HoaxAsker.contact_id == contact_id, HoaxAsker.message_id == message_id)
    )
    if before is not None:
        return int(before)
    # Cut after masking: half a number looks harmless.
    masked = mask_text(text).strip()[:LONGEST]
    said = " ".join(claim_words(masked))
    vector = _vector(said)
    question_id = _alike(session, said, vector, at)
    if question_id is None:
        question = HoaxQuestion(
            text=masked, vector=None if vector is None else vector.astype(np.float16).tobytes(), first_at=at
        )
        session.add(question)
        session.flush()
        question_id = int(question.id)
    row = insert(HoaxAsker).values(question_id=question_id, contact_id=contact_id, message_id=message_id, asked_at=at)
    # Who asks again asks now: the alarm is of people within hours.
    session.execute(
        row.on_conflict_do_update(
            index_elements=[HoaxAsker.question_id, HoaxAsker.contact_id],
            set_={"asked_at": func.greatest(HoaxAsker.asked_at, row.excluded.asked_at)},
        )
    )
    _alarm(session, question_id, at)
    return question_id


def wants_answer(session: Session, contact_id: int, question_id: int, at: datetime) -> bool:
    """Note that a contact has agreed to be told once a claim has been checked.

    Returns:
        Whether they will be: the question is open, and they have asked it.
    """
    state = session.scalar(select(HoaxQuestion.state).where(HoaxQuestion.id == question_id).with_for_update())
    if state != "open":
        return False
    changed = session.execute(
        update(HoaxAsker)
        .where(HoaxAsker.question_id == question_id, HoaxAsker.contact_id == contact_id)
        .values(wants_answer_at=func.coalesce(HoaxAsker.wants_answer_at, at))
        .execution_options(synchronize_session=False)
    )
    return bool(changed.rowcount)


def answered_by(session: Session, contact_id: int, question_id: int) -> str | None:
    """The id of the claim that answers a contact's question; None if it is open, or not theirs."""
    found: str | None = session.scalar(
        select(HoaxQuestion.hoax_id)
        .join(HoaxAsker, HoaxAsker.question_id == HoaxQuestion.id)
        .where(HoaxQuestion.id == question_id, HoaxAsker.contact_id == contact_id)
    )
    return found


# ---------------------------------------------------------------------- at the desk
def waiting(session: Session, limit: int = 100) -> list[Waiting]:
    """The open questions: those first that raised an alarm, then those that most people ask."""
    people = func.count(HoaxAsker.contact_id)
    query = (
        _with_askers()
        .where(HoaxQuestion.state == "open")
        .order_by(HoaxQuestion.alarmed_at.is_(None), people.desc(), HoaxQuestion.first_at, HoaxQuestion.id)
        .limit(limit)
    )
    return [_waiting(*row) for row in session.execute(query)]


def one(session: Session, question_id: int) -> Waiting:
    """An open question.

    Raises:
        UnknownQuestion
    """
    query = _with_askers().where(HoaxQuestion.id == question_id, HoaxQuestion.state == "open")
    row = session.execute(query).one_or_none()
    if row is None:
        raise UnknownQuestion(f"there is no open question {question_id}")
    return _waiting(*row)


def alike(asked: Waiting, others: Iterable[Waiting], most: int = 5) -> list[Waiting]:
    """Of other open questions those in nearly the same words that are not taken for the same: the likest first."""
    said = " ".join(claim_words(asked.text))
    scored = [
        (fuzz.token_set_ratio(said, " ".join(claim_words(other.text))), other)
        for other in others
        if other.id != asked.id
    ]
    ranked = sorted(scored, key=lambda pair: (-pair[0], pair[1].id))
    return [other for score, other in ranked if score >= ALIKE_WORDS][:most]


def _with_askers() -> Any:
    asked = (func.count(HoaxAsker.contact_id), func.count(HoaxAsker.wants_answer_at), func.max(HoaxAsker.asked_at))
    return (
        select(HoaxQuestion, *asked).join(HoaxAsker, HoaxAsker.question_id == HoaxQuestion.id).group_by(HoaxQuestion.id)
    )


def _waiting(question: HoaxQuestion, people: int, told: int, last_at: datetime) -> Waiting:
    return Waiting(question.id, question.text, question.first_at, last_at, people, told, question.alarmed_at)


def answer(session: Session, question_id: int, hoax_id: str, by: str, at: datetime) -> int:
    """Say which claim a question is: those who wanted to know are told.

    Returns:
        How many will be told.

    Raises:
        UnknownQuestion, UnknownClaim
    """
    claim = matching.checker().by_id(hoax_id)
    if claim is None:
        raise UnknownClaim(f"there is no claim {hoax_id} that is published")
    _close(session, question_id, "answered", by, at, hoax_id)
    wanted = (
        HoaxAsker.question_id == question_id,
        HoaxAsker.wants_answer_at.is_not(None),
        HoaxAsker.told_at.is_(None),
    )
    told = list(session.scalars(select(HoaxAsker.contact_id).where(*wanted).order_by(HoaxAsker.contact_id)))
    for contact_id in told:
        notices.plan(
            session,
            NOTICE,
            f"hoax:{question_id}:{hoax_id}",
            contact_id=contact_id,
            values={"kabar": claim.claim, "hasil": claim.verdict_in_words, "sumber": claim.source},
            due_at=at,
            until=at + OF_USE,
            zone=_ZONE,
        )
    session.execute(update(HoaxAsker).where(*wanted).values(told_at=at).execution_options(synchronize_session=False))
    audit.note(session, by, "hoax.answer", {"question": question_id, "hoax": hoax_id, "told": len(told)})
    return len(told)


def drop(session: Session, question_id: int, by: str, at: datetime) -> None:
    """Take a question out of the queue that is none: nobody is told, and the same asked again does not come back.

    Raises:
        UnknownQuestion
    """
    _close(session, question_id, "dropped", by, at, None)
    audit.note(session, by, "hoax.drop", {"question": question_id})


def _close(session: Session, question_id: int, state: str, by: str, at: datetime, hoax_id: str | None) -> None:
    closed = session.execute(
        update(HoaxQuestion)
        .where(HoaxQuestion.id == question_id, HoaxQuestion.state == "open")
        .values(state=state, hoax_id=hoax_id, closed_at=at, closed_by=by)
        .execution_options(synchronize_session=False)
    )
    if not closed.rowcount:
        raise UnknownQuestion(f"there is no open question {question_id}")
    session.execute(
        update(Task)
        .where(Task.caused_by.like(f"hoax:{question_id}:%:{TASK}"), Task.status == "open")
        .values(status="done", done_at=at, done_by=by[:60])
        .execution_options(synchronize_session=False)
    )


# ---------------------------------------------------------------------- alike, and many
def _vector(text: str) -> np.ndarray | None:
    vector = E5.vector(text)
    return vector if vector.any() else None


def _alike(session: Session, said: str, vector: np.ndarray | None, at: datetime) -> int | None:
    """The question that asks the same, the most alike of them."""
    best: tuple[float, int] | None = None
    for question_id, other, other_vector in _questions(session, at):
        words = fuzz.token_sort_ratio(said, " ".join(claim_words(other)))
        meaning = 0.0
        if vector is not None and other_vector is not None:
            meaning = float(np.dot(vector, np.frombuffer(other_vector, dtype=np.float16).astype(np.float32)))
        if words >= ALIKE_ALONE or (meaning >= ALIKE_MEANING and words >= ALIKE_WORDS):
            best = max(best or (-math.inf, 0), (meaning + words / 100, question_id))
    return best[1] if best else None


def _questions(session: Session, at: datetime) -> Iterator[tuple[int, str, bytes | None]]:
    query = (
        select(HoaxQuestion.id, HoaxQuestion.text, HoaxQuestion.vector)
        # What was answered, and is asked again all the same, is not found by its entry: it is to be looked at anew.
        .where(
            HoaxQuestion.state.in_(("open", "dropped")),
            HoaxQuestion.first_at > at - timedelta(days=settings().hoax_days),
        )
        .order_by(HoaxQuestion.id.desc())
        .limit(_COMPARED)
    )
    for row in session.execute(query):
        yield int(row.id), row.text, row.vector


def _alarm(session: Session, question_id: int, at: datetime) -> None:
    """Tell the desk when many ask the same within hours, once a day for each question."""
    limits = settings()
    question = session.get(HoaxQuestion, question_id, with_for_update=True, populate_existing=True)
    if question is None or question.state != "open":
        return
    if question.alarmed_at is not None and at - question.alarmed_at < timedelta(days=1):
        return
    since = at - timedelta(hours=limits.hoax_alarm_hours)
    people = session.scalar(
        select(func.count()).where(
            HoaxAsker.question_id == question_id, HoaxAsker.asked_at > since, HoaxAsker.asked_at <= at
        )
    )
    if people < limits.hoax_alarm_people:
        return
    question.alarmed_at = at
    data: Mapping[str, Any] = {"question": question_id, "people": people, "hours": limits.hoax_alarm_hours}
    open_task(session, TASK, data, contact_id=None, message_id=f"hoax:{question_id}:{at.isoformat()}")
