"""The hand-offs in which nothing happens: given back to the bot, back into the queue, or promised for later.

``siaga.handoffs.silence`` says what is due. Each is done in a transaction of its own.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, aliased

from siaga.db import transaction
from siaga.front import Hours
from siaga.handoffs import claiming, opening, recording, state, telling
from siaga.handoffs.reasons import QUIET
from siaga.handoffs.silence import Due, Patience, Standing, due
from siaga.handoffs.tables import HandOff, HandOffMessage
from siaga.settings import settings
from siaga.turns import resume

log = logging.getLogger(__name__)


def attend(now: datetime) -> int:
    """Do what is due; for how many hand-offs something was.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: the database is away; the rest is done another time.
    """
    config = settings()
    patience = Patience(
        silence=timedelta(minutes=config.handoff_silence_minutes), reply=timedelta(minutes=config.handoff_reply_minutes)
    )
    hours = opening.office_hours()
    with transaction() as session:
        concerned = _concerned(session, now, patience)
    done = 0
    for hand_off_id in concerned:
        try:
            with transaction() as session:
                done += _attend(session, hand_off_id, now, hours, patience)
        except SQLAlchemyError:
            raise
        except Exception as error:
            # The others are not to wait for it.
            log.error("hand-off %d cannot be attended to: %s", hand_off_id, type(error).__name__)
    return done


def _concerned(session: Session, now: datetime, patience: Patience) -> list[int]:
    """Those in which something may be due, looked at without a lock."""
    long_held = (HandOff.state == state.HELD) & (HandOff.held_at <= now - min(patience.silence, patience.reply))
    unpromised = and_(
        HandOff.state == state.WAITING,
        HandOff.reason.not_in(QUIET),
        or_(HandOff.callback_at.is_(None), HandOff.callback_at <= now),
    )
    query = select(HandOff.id).where(HandOff.state != state.CLOSED, or_(long_held, unpromised)).order_by(HandOff.id)
    return list(session.scalars(query))


def _attend(session: Session, hand_off_id: int, now: datetime, hours: Hours | None, patience: Patience) -> bool:
    # Most have nothing due, and nobody is to wait for a look at them.
    if _due(session, state.get(session, hand_off_id), now, hours, patience) is None:
        return False
    hand_off = state.get(session, hand_off_id, lock=True)
    what = _due(session, hand_off, now, hours, patience)
    if what == "give_back":
        resume.give_back(session, hand_off_id, by="silence", why="silence", at=now)
    elif what == "requeue":
        waits = _waits(hand_off)
        claiming.requeue(session, hand_off, now)
        if not _promised(session, hand_off, hours, now) and waits:
            telling.requeued(session, hand_off, hours, now)
    elif what == "callback":
        _promised(session, hand_off, hours, now)
    return what is not None


def _waits(hand_off: HandOff) -> bool:
    """Whether the citizen knows that they wait for somebody: whoever took a report, say, may only have read it."""
    if hand_off.reason not in QUIET or hand_off.first_reply_at is not None:
        return True
    return hand_off.last_citizen_at is not None and hand_off.last_citizen_at >= hand_off.held_at


def _promised(session: Session, hand_off: HandOff, hours: Hours | None, now: datetime) -> bool:
    """Out of hours promise when somebody writes, and say so; False where there is nothing to promise."""
    callback_at = opening.promise(session, hand_off, hours, now)
    if callback_at is None or hours is None:
        return False
    telling.callback(session, hand_off, hours, callback_at, now)
    words = f"Di luar jam petugas: dijanjikan {telling.opening(callback_at, hours)}."
    recording.system(session, hand_off, words, now)
    return True


def _due(session: Session, hand_off: HandOff, now: datetime, hours: Hours | None, patience: Patience) -> Due | None:
    return due(_standing(session, hand_off), now, hours, patience)


def _standing(session: Session, hand_off: HandOff) -> Standing:
    """By the order in which words were recorded, since the clocks of the channel and of the desk are not one."""
    answered_at = unanswered_at = None
    if hand_off.state == state.HELD and hand_off.last_desk_at is not None and hand_off.last_desk_at >= hand_off.held_at:
        answered_at = hand_off.last_desk_at
        theirs = aliased(HandOffMessage)
        last = (
            select(func.max(theirs.id))
            .where(theirs.hand_off_id == hand_off.id, theirs.author == "desk")
            .scalar_subquery()
        )
        unanswered_at = session.scalar(
            select(func.min(HandOffMessage.at)).where(
                HandOffMessage.hand_off_id == hand_off.id, HandOffMessage.author == "citizen", HandOffMessage.id > last
            )
        )
    return Standing(hand_off.state, hand_off.held_at, answered_at, unanswered_at, hand_off.callback_at)
