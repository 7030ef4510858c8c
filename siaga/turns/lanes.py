"""Leasing lanes, so that each contact's turns are worked one at a time, by whichever worker is free."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from siaga.turns.tables import InboundMessage, Lane


class LeaseLost(Exception):
    """Somebody else has the lane now: nothing of this turn may be kept."""


@dataclass(frozen=True)
class Lease:
    """The right to work a contact's lane, good as long as the lane still carries ``token``."""

    contact_id: int
    token: int


def ensure(session: Session, contact_ids: Iterable[int]) -> None:
    """Make the lanes of these contacts, where they are missing."""
    rows = [{"contact_id": contact_id} for contact_id in sorted(set(contact_ids))]
    if rows:
        session.execute(insert(Lane).values(rows).on_conflict_do_nothing())


def claim(session: Session, owner: str, limit: int, seconds: float) -> list[Lease]:
    """Lease up to ``limit`` free lanes with waiting messages, the longest waiting first."""
    waiting = (
        select(InboundMessage.contact_id, func.min(InboundMessage.id).label("first"))
        .where(InboundMessage.status == "waiting")
        .group_by(InboundMessage.contact_id)
        .subquery()
    )
    free = (
        select(Lane.contact_id)
        .join(waiting, waiting.c.contact_id == Lane.contact_id)
        .where(
            or_(Lane.lease_until.is_(None), Lane.lease_until < func.now()),
            or_(Lane.not_before.is_(None), Lane.not_before <= func.now()),
        )
        .order_by(waiting.c.first)
        .limit(limit)
        .with_for_update(of=Lane, skip_locked=True)
        .cte("free")
    )
    taken = session.execute(
        update(Lane)
        .where(Lane.contact_id == free.c.contact_id)
        .values(token=Lane.token + 1, lease_owner=owner, lease_until=func.now() + timedelta(seconds=seconds))
        .returning(Lane.contact_id, Lane.token)
        .execution_options(synchronize_session=False)
    )
    return [Lease(contact_id, token) for contact_id, token in taken]


def hold(session: Session, lease: Lease) -> Lane:
    """Lock the leased lane until the end of the transaction.

    Raises:
        LeaseLost: the lane has been leased again since.
    """
    lane = session.scalar(
        select(Lane)
        .where(Lane.contact_id == lease.contact_id, Lane.token == lease.token, Lane.lease_owner.is_not(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if lane is None:
        raise LeaseLost
    return lane


def renew(session: Session, leases: Iterable[Lease], seconds: float) -> None:
    """Hold on to the leases that are still ours for another while."""
    pairs = sorted((lease.contact_id, lease.token) for lease in leases)
    if pairs:
        session.execute(
            update(Lane)
            .where(tuple_(Lane.contact_id, Lane.token).in_(pairs), Lane.lease_owner.is_not(None))
            .values(lease_until=func.now() + timedelta(seconds=seconds))
            .execution_options(synchronize_session=False)
        )


def free(lane: Lane, *, pause: timedelta | None = None) -> None:
    """Give a held lane back; with ``pause`` nobody takes it before that."""
    lane.lease_owner = None
    lane.lease_until = None
    lane.not_before = func.now() + pause if pause else None


def release(session: Session, leases: Iterable[Lease]) -> None:
    """Give lanes back that may not be ours any more."""
    pairs = sorted((lease.contact_id, lease.token) for lease in leases)
    if pairs:
        session.execute(
            update(Lane)
            .where(tuple_(Lane.contact_id, Lane.token).in_(pairs))
            .values(lease_owner=None, lease_until=None)
            .execution_options(synchronize_session=False)
        )


def next_seq(session: Session, contact_id: int) -> int:
    """The next number among a contact's outgoing messages; others wait for this transaction to take theirs."""
    ensure(session, [contact_id])
    return session.execute(
        update(Lane)
        .where(Lane.contact_id == contact_id)
        .values(last_seq=Lane.last_seq + 1)
        .returning(Lane.last_seq)
        .execution_options(synchronize_session=False)
    ).scalar_one()


def leased() -> Any:
    """The condition that a lane is being worked."""
    return and_(Lane.lease_owner.is_not(None), Lane.lease_until >= func.now())
