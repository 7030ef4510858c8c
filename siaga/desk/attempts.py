"""Tries that failed, by login and by address: after too many, nobody gets in there for a while, for longer each time.

A try is counted before it is looked at, and given back when it was right: many at the same moment are no way around.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, case, delete, func, null, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from siaga.desk.tables import DeskAttempt
from siaga.doors.addresses import network_of
from siaga.privacy import blind_index

WITHIN = timedelta(minutes=15)
SHORTEST, LONGEST = timedelta(minutes=1), timedelta(hours=1)
FORGOTTEN_AFTER = timedelta(days=1)
"""Whoever was locked out before is locked out for longer the next time, within this time."""


@dataclass(frozen=True)
class Count:
    """What tries are counted by, and how many of them lock it."""

    who: bytes
    most: int


def of_login(login: str) -> Count:
    """Five for a login, whether or not there is one of this name."""
    return Count(blind_index(login, "desk_attempt.login"), 5)


def of_address(address: str) -> Count:
    """Twenty for an address, behind which a whole office may be; of the sixth generation, for its network."""
    return Count(blind_index(network_of(address), "desk_attempt.address"), 20)


def of_code(account_id: int) -> Count:
    """Five one-time codes, or tries of one's own password, of an account."""
    return Count(blind_index(str(account_id), "desk_attempt.code"), 5)


def take(session: Session, counts: Sequence[Count], now: datetime) -> timedelta | None:
    """Count one try more; how long nobody gets in yet, if it must not even be looked at, and is not counted."""
    waits = []
    with session.begin_nested() as counting:
        # In one order, so that nobody waits for one another.
        for count in sorted(counts, key=lambda count: count.who):
            if not _add(session, count, now):
                waits.append(_until(session, count) - now)
        if waits:
            counting.rollback()
    return max(waits, default=None)


def _add(session: Session, count: Count, now: datetime) -> bool:
    """Count it, and lock where it is the last that is let through; False: it is locked."""
    was_locked = DeskAttempt.locked_until.isnot(None)
    over = or_(
        and_(~was_locked, DeskAttempt.last_at < now - WITHIN),
        and_(was_locked, DeskAttempt.locked_until < now - FORGOTTEN_AFTER),
    )
    failures = session.execute(
        insert(DeskAttempt)
        .values(who=count.who, failures=1, last_at=now)
        .on_conflict_do_update(
            index_elements=[DeskAttempt.who],
            set_={
                "failures": case((over, 1), else_=DeskAttempt.failures + 1),
                "last_at": now,
                "locked_until": case((over, null()), else_=DeskAttempt.locked_until),
            },
            where=or_(~was_locked, DeskAttempt.locked_until <= now),
        )
        .returning(DeskAttempt.failures)
    ).scalar_one_or_none()
    if failures is None:
        return False
    if failures >= count.most:
        until = now + min(LONGEST, SHORTEST * 2 ** min(failures - count.most, 10))
        session.execute(update(DeskAttempt).where(DeskAttempt.who == count.who).values(locked_until=until))
    return True


def _until(session: Session, count: Count) -> datetime:
    return session.execute(select(DeskAttempt.locked_until).where(DeskAttempt.who == count.who)).scalar_one()


def is_locked(session: Session, count: Count, now: datetime) -> bool:
    """Whether the next try would not be looked at."""
    until = session.scalar(select(DeskAttempt.locked_until).where(DeskAttempt.who == count.who))
    return until is not None and until > now


def clear(session: Session, count: Count) -> None:
    """Forget the tries: one was right."""
    session.execute(delete(DeskAttempt).where(DeskAttempt.who == count.who))


def give_back(session: Session, count: Count) -> None:
    """Take back one try that was right; the wrong ones stay counted."""
    left = func.greatest(DeskAttempt.failures - 1, 0)
    session.execute(
        update(DeskAttempt)
        .where(DeskAttempt.who == count.who)
        .values(failures=left, locked_until=case((left < count.most, null()), else_=DeskAttempt.locked_until))
        .execution_options(synchronize_session=False)
    )


def once(session: Session, value: str, now: datetime) -> bool:
    """Whether this is the first time that something which must come once has come."""
    done = session.execute(
        insert(DeskAttempt)
        .values(who=blind_index(value, "desk_attempt.once"), failures=0, last_at=now)
        .on_conflict_do_nothing()
    )
    return bool(done.rowcount)
