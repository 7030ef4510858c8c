"""Asking for a person: a hand-off is opened, and the citizen can be told honestly what to expect."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select, tuple_
from sqlalchemy.orm import Session

from siaga.content import ContentError
from siaga.front import Hours, closes, is_open, opens
from siaga.front.standing import front
from siaga.handoffs import attendants, changes, recording
from siaga.handoffs.reasons import QUIET, REASONS, URGENCIES, urgency_of
from siaga.handoffs.state import WAITING, hold_contact, open_of
from siaga.handoffs.tables import HandOff
from siaga.people.tables import Task
from siaga.people.tasks import CALLBACK, open_task

MEASURED = timedelta(days=7)
"""Of the last so many days the usual wait is made ..."""
FEWEST = 5
"""... if so many were answered then."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Opened:
    """What the citizen can honestly be told.

    ``state`` is waiting or held; ``closed`` only where the same message had opened one that is over. ``closes_at`` and
    ``callback_at`` are in the zone of the office hours: until when somebody is there, or when next (None: not known).
    ``ahead`` is how many wait before them; ``wait`` the usual time to the first reply, if it is known; ``attendants``
    how many are there now.
    """

    id: int
    is_new: bool
    state: str
    is_open: bool
    closes_at: datetime | None
    callback_at: datetime | None
    ahead: int
    wait: timedelta | None
    attendants: int


def ask(
    session: Session,
    contact_id: int,
    reason: str,
    *,
    message_id: str,
    at: datetime,
    about: str | None = None,
    urgency: int | None = None,
) -> Opened:
    """Ask for a person for a contact; each has one open hand-off at most.

    Asked for again, the one that is open keeps its place, is as urgent as the more urgent of the two, and volunteers
    read why. The same message opens no second one, and changes nothing.

    Args:
        reason: one of ``siaga.handoffs.tables.REASONS``.
        message_id: the key of the message that asks.
        about: what it is about, such as ``report:LP-7K2M-9Q``; never personal data.
        urgency: 0 usual, 1 soon, 2 at once; by the reason, if None.

    Raises:
        ValueError: no such reason.
    """
    by_reason = urgency_of(reason)
    wanted = by_reason if urgency is None else urgency
    hold_contact(session, contact_id)
    known: HandOff | None = session.execute(select(HandOff).where(HandOff.caused_by == message_id)).scalar_one_or_none()
    if known is not None:
        return _told(session, known, at, is_new=True)
    hours = office_hours()
    hand_off = open_of(session, contact_id, lock=True)
    is_new = hand_off is None
    if hand_off is None:
        hand_off = HandOff(
            contact_id=contact_id,
            reason=reason,
            about=about,
            urgency=wanted,
            state=WAITING,
            caused_by=message_id,
            opened_at=at,
            waiting_since=at,
        )
        session.add(hand_off)
        session.flush()
    else:
        _again(session, hand_off, reason, wanted, message_id, at)
        hand_off.about = hand_off.about or about
    if reason == "danger":
        hand_off.danger_at = at
    if hand_off.state == WAITING:
        promise(session, hand_off, hours, at)
    session.flush()
    changes.notify(session, hand_off.id)
    return _told(session, hand_off, at, is_new=is_new)


def explain(session: Session, hand_off: HandOff, at: datetime) -> Opened:
    """The same for a hand-off that is there; nothing is changed."""
    return _told(session, hand_off, at, is_new=False)


def office_hours() -> Hours | None:
    """When somebody is there; None where that is not known."""
    try:
        return front().hours
    except ContentError as error:
        # Nobody is left without a person for the sake of a mistake in the content.
        log.error("the office hours cannot be read: %s", error)
        return None


def promise(session: Session, hand_off: HandOff, hours: Hours | None, at: datetime) -> datetime | None:
    """Where nobody is there, promise to write at the next opening: a task at the desk; returns when, in its zone.

    None where somebody is there, where it is not known when, where a promise stands already, or where nobody has asked
    for a person.
    """
    if hand_off.reason in QUIET:
        return None
    if hours is None or is_open(hours, at) or (hand_off.callback_at is not None and hand_off.callback_at > at):
        return None
    callback_at = opens(hours, at)
    if callback_at is None:
        return None
    hand_off.callback_at = callback_at
    # One that was broken is open still, and overdue: it is the same task.
    if not _is_promised(session, hand_off.contact_id):
        open_task(
            session,
            CALLBACK,
            {"hand_off": hand_off.id},
            contact_id=hand_off.contact_id,
            message_id=f"{about_of(hand_off.id)}:{callback_at.isoformat()}",
            due_at=callback_at,
        )
    return callback_at


def raise_urgency(hand_off: HandOff, urgency: int) -> bool:
    """Make a hand-off at least so urgent; whether it was less."""
    if hand_off.urgency >= urgency:
        return False
    hand_off.urgency = urgency
    return True


def about_of(hand_off_id: int) -> str:
    """What a notice, or a task, is about that is about a hand-off."""
    return f"hand_off:{hand_off_id}"


def _again(session: Session, hand_off: HandOff, reason: str, urgency: int, message_id: str, at: datetime) -> None:
    said = f"Meminta petugas lagi: {REASONS[reason].lower()}."
    if raise_urgency(hand_off, urgency):
        said += f" Sekarang: {URGENCIES[urgency].lower()}."
    recording.system(session, hand_off, said, at, once=f"{message_id}:again")
    if hand_off.reason in QUIET and reason not in QUIET:
        # Now they wait for an answer. What it was about stays.
        hand_off.reason = reason


def _is_promised(session: Session, contact_id: int) -> bool:
    """Whether a callback stands at the desk."""
    query = select(Task.id).where(Task.contact_id == contact_id, Task.kind == CALLBACK, Task.status == "open")
    return session.scalar(query.limit(1)) is not None


def _told(session: Session, hand_off: HandOff, at: datetime, *, is_new: bool) -> Opened:
    hours = office_hours()
    closes_at = closes(hours, at) if hours else None
    return Opened(
        id=hand_off.id,
        is_new=is_new,
        state=hand_off.state,
        is_open=hours is None or closes_at is not None,
        closes_at=closes_at,
        callback_at=opens(hours, at) if hours and closes_at is None else None,
        ahead=_ahead(session, hand_off),
        wait=usual_wait(session, at),
        attendants=attendants.count(session, at),
    )


def _ahead(session: Session, hand_off: HandOff) -> int:
    if hand_off.state != WAITING:
        return 0
    sooner = or_(
        HandOff.urgency > hand_off.urgency,
        and_(
            HandOff.urgency == hand_off.urgency,
            tuple_(HandOff.waiting_since, HandOff.id) < tuple_(hand_off.waiting_since, hand_off.id),
        ),
    )
    return int(session.scalar(select(func.count()).select_from(HandOff).where(HandOff.state == WAITING, sooner)) or 0)


def usual_wait(session: Session, at: datetime) -> timedelta | None:
    """How long half of those waited at most who were answered lately; None with fewer than ``FEWEST``.

    Who came out of hours waits from the time that they were promised.
    """
    begun = func.greatest(HandOff.opened_at, HandOff.callback_at)
    seconds = func.extract("epoch", HandOff.first_reply_at - begun)
    lately = and_(HandOff.opened_at > at - MEASURED, HandOff.opened_at <= at, HandOff.first_reply_at >= begun)
    count, median = session.execute(
        select(func.count(), func.percentile_cont(0.5).within_group(seconds)).where(lately)
    ).one()
    return timedelta(seconds=float(median)) if count >= FEWEST else None
