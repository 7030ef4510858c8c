"""Leasing lanes, so that each contact's turns are worked one at a time, by whichever worker is free."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Float,
    Integer,
    String,
    Text,
    and_,
    case,
    cast,
    func,
    literal,
    not_,
    select,
    tuple_,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from siaga.db import UtcDateTime
from siaga.db.bulk import given_rows
from siaga.db.prepared import Prepared, given
from siaga.handoffs.state import CLOSED, HELD
from siaga.handoffs.tables import HandOff
from siaga.turns.tables import Lane

MANY = 100
"""With so many lanes ready it matters who is next."""
# Danger is as if it had waited for so long, which nothing else does: older messages are not taken in.
_AHEAD = timedelta(days=30)


class LeaseLost(Exception):
    """Somebody else has the lane now: nothing of this turn may be kept."""


@dataclass(frozen=True)
class Lease:
    """The right to work a contact's lane, good as long as the lane still carries ``token``.

    ``abandoned``: whoever had it before never gave it back.
    """

    contact_id: int
    token: int
    abandoned: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class Settling:
    """How long to wait for more of what somebody is sending: after each message, and at most; in seconds."""

    pause: float
    longest: float


def _arriving() -> Prepared:
    """Made once: it is asked for every webhook."""
    came = given_rows("came", contact_id=BigInteger, more=Boolean, urgent=Boolean)
    is_held = (
        select(HandOff.id)
        .where(HandOff.contact_id == came.c.contact_id, HandOff.state != CLOSED, HandOff.state == HELD)
        .exists()
    )
    waits = case((and_(came.c.more, not_(is_held)), 1), else_=0) * timedelta(seconds=1)
    ahead = case((came.c.urgent, 1), else_=0) * _AHEAD
    new = insert(Lane).from_select(
        ["contact_id", "channel", "ready_at", "settle_until"],
        select(
            came.c.contact_id,
            cast(given("channel", Text), Text),
            func.now() + given("pause", Float) * waits - ahead,
            func.now() + given("longest", Float) * waits,
        ),
    )
    overtakes = Lane.lease_owner.is_(None) & Lane.settle_until.is_not(None) & (new.excluded.ready_at < func.now())
    settles = Lane.lease_owner.is_(None) & (Lane.settle_until >= Lane.ready_at) & (Lane.ready_at > func.now())
    return Prepared(
        new.on_conflict_do_update(
            index_elements=[Lane.contact_id],
            set_={
                "channel": new.excluded.channel,
                "ready_at": case(
                    (Lane.ready_at.is_(None), new.excluded.ready_at),
                    (overtakes, func.least(new.excluded.ready_at, Lane.ready_at)),
                    (settles, func.least(new.excluded.ready_at, Lane.settle_until)),
                    else_=Lane.ready_at,
                ),
                "settle_until": case((Lane.ready_at.is_(None), new.excluded.settle_until), else_=Lane.settle_until),
            },
        )
    )


_ARRIVE = _arriving()


def arrive(
    session: Session, channel: str, settle: Mapping[int, bool], settling: Settling, urgent: Collection[int] = ()
) -> None:
    """Something new waits for these contacts; where the value is True, more may follow soon.

    Nobody waits for more where a person has the conversation. Who is ``urgent`` overtakes all who are not.

    A lane that is leased is left alone: whoever works it looks again before giving it back. So is one that rests after
    a failure, and one that is ready already.
    """
    if not settle:
        return
    contacts = sorted(settle)
    _ARRIVE.run(
        session,
        channel=channel,
        pause=settling.pause,
        longest=settling.longest,
        contact_id=contacts,
        more=[settle[contact_id] and contact_id not in urgent for contact_id in contacts],
        urgent=[contact_id in urgent for contact_id in contacts],
    )


def claim(
    session: Session, owner: str, limit: int, seconds: float, *, channel: str = "whatsapp", share: int | None = None
) -> list[Lease]:
    """Lease up to ``limit`` lanes that are ready, the longest ready first. Whether something waits there is seen next.

    Where many are ready, ``share`` of them, half unless given, go to contacts who have had a turn before: however many
    strangers write at once, they have no more than the other half. The lanes stay locked until the transaction ends.
    """
    if share is None:
        share = (limit + random.getrandbits(1)) // 2
    taken = _claiming(limit, share).all(session, channel=channel, owner=owner, seconds=seconds)
    return [Lease(*row) for row in taken]


def _oldest(place: int) -> Any:
    """Lanes that are ready, the longest ready first, locked; those that others are taking just now are passed by."""
    return (
        select(Lane.contact_id, Lane.lease_owner.is_not(None).label("abandoned"), literal(place).label("place"))
        .where(_READY)
        .order_by(Lane.ready_at)
        .with_for_update(skip_locked=True)
    )


# As many as there are lanes in a process, times their halves.
@lru_cache(maxsize=256)
def _claiming(limit: int, share: int) -> Prepared:
    """Limits that are known beforehand: the plan is made for a few rows, however many wait."""
    some = select(Lane.contact_id).where(_READY).limit(MANY).subquery()
    are_many = select(func.count() >= MANY).select_from(some).scalar_subquery()
    known = _oldest(0).where(Lane.token > 0, are_many).limit(share).cte("known")
    others = _oldest(1).where(Lane.contact_id.not_in(select(known.c.contact_id))).limit(limit).cte("others")
    either = union_all(select(known), select(others)).subquery()
    ready = select(either).order_by(either.c.place).limit(limit).cte("ready")
    return Prepared(
        update(Lane)
        .where(Lane.contact_id == ready.c.contact_id)
        .values(
            token=Lane.token + 1,
            lease_owner=given("owner", Text),
            ready_at=func.now() + given("seconds", Float) * timedelta(seconds=1),
        )
        .returning(Lane.contact_id, Lane.token, ready.c.abandoned)
    )


_READY = and_(Lane.channel == given("channel", String), Lane.ready_at <= func.now())
_NEXT_READY = Prepared(
    select(func.extract("epoch", Lane.ready_at - func.clock_timestamp()))
    .where(Lane.channel == given("channel", String), Lane.ready_at > func.now())
    .order_by(Lane.ready_at)
    .limit(1)
)


def next_ready(session: Session, channel: str) -> float | None:
    """In how many seconds a lane that is not ready now will be; None when none will."""
    seconds: float | None = _NEXT_READY.scalar(session, channel=channel)
    return seconds


@dataclass
class HeldLane:
    """A leased lane that is locked until the end of ``session``'s transaction; what is changed of it is written when it
    is given back, or kept on."""

    session: Session = field(repr=False)
    contact_id: int
    channel: str
    lease_owner: str
    failures: int
    unread: int
    outage_told_at: datetime | None
    busy_told_at: datetime | None


_HOLD = Prepared(
    select(
        Lane.contact_id,
        Lane.channel,
        Lane.lease_owner,
        Lane.failures,
        Lane.unread,
        Lane.outage_told_at,
        Lane.busy_told_at,
    )
    .where(
        Lane.contact_id == given("contact", BigInteger),
        Lane.token == given("token", BigInteger),
        Lane.lease_owner.is_not(None),
    )
    .with_for_update()
)


def hold(session: Session, lease: Lease) -> HeldLane:
    """Lock the leased lane until the end of the transaction.

    Raises:
        LeaseLost: the lane has been leased again since.
    """
    row = _HOLD.first(session, contact=lease.contact_id, token=lease.token)
    if row is None:
        raise LeaseLost
    return HeldLane(session, *row)


def lock(session: Session, contact_ids: Iterable[int]) -> None:
    """Lock these lanes until the end of the transaction.

    Whoever needs several takes them in one order, so that nobody waits in a circle.
    """
    session.execute(
        select(Lane.contact_id)
        .where(Lane.contact_id.in_(sorted(contact_ids)))
        .order_by(Lane.contact_id)
        .with_for_update()
    ).all()


def renew(session: Session, leases: Iterable[Lease], seconds: float) -> None:
    """Hold on to the leases that are still ours for another while."""
    pairs = sorted((lease.contact_id, lease.token) for lease in leases)
    if pairs:
        lock(session, (contact_id for contact_id, _ in pairs))
        session.execute(
            update(Lane)
            .where(tuple_(Lane.contact_id, Lane.token).in_(pairs), Lane.lease_owner.is_not(None))
            .values(ready_at=func.now() + timedelta(seconds=seconds))
            .execution_options(synchronize_session=False)
        )


def _ending(**values: Any) -> Prepared:
    """Written at the end of every turn, with all that may have been changed of a held lane."""
    return Prepared(
        update(Lane)
        .where(Lane.contact_id == given("contact", BigInteger))
        .values(
            failures=given("failures", Integer),
            unread=given("unread", Integer),
            outage_told_at=given("outage_told_at", UtcDateTime),
            busy_told_at=given("busy_told_at", UtcDateTime),
            **values,
        )
    )


def _in(name: str) -> Any:
    """The moment in so many seconds; none, if the seconds are none."""
    return func.now() + given(name, Float) * timedelta(seconds=1)


_FREE = _ending(lease_owner=None, ready_at=_in("ready"), settle_until=_in("settle"))
_KEEP_ON = _ending(ready_at=_in("ready"))


def free(lane: HeldLane, *, waiting: bool, pause: float = 0, failed: bool = False) -> None:
    """Give a held lane back; where something waits it may be taken after ``pause`` seconds.

    Something new ends the pause, where it is none after a failure.
    """
    ready = pause if waiting else None
    _end(_FREE, lane, ready=ready, settle=None if failed else ready)


def keep_on(lane: HeldLane, seconds: float) -> None:
    """Keep a held lane for its next turn, leased for so long from now."""
    _end(_KEEP_ON, lane, ready=seconds)


def _end(statement: Prepared, lane: HeldLane, **seconds: float | None) -> None:
    statement.run(
        lane.session,
        contact=lane.contact_id,
        failures=lane.failures,
        unread=lane.unread,
        outage_told_at=lane.outage_told_at,
        busy_told_at=lane.busy_told_at,
        **seconds,
    )


def release(session: Session, leases: Iterable[Lease]) -> None:
    """Give lanes back that may not be ours any more; something may wait there."""
    pairs = sorted((lease.contact_id, lease.token) for lease in leases)
    if pairs:
        lock(session, (contact_id for contact_id, _ in pairs))
        session.execute(
            update(Lane)
            .where(tuple_(Lane.contact_id, Lane.token).in_(pairs), Lane.lease_owner.is_not(None))
            .values(lease_owner=None, ready_at=func.now())
            .execution_options(synchronize_session=False)
        )


def is_urgent() -> Any:
    """The condition that danger waits in a lane, and nobody is at it."""
    return and_(Lane.lease_owner.is_(None), Lane.ready_at < func.now() - _AHEAD / 2)


def leased() -> Any:
    """The condition that a lane is being worked."""
    return and_(Lane.lease_owner.is_not(None), Lane.ready_at >= func.now())
