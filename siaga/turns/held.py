"""Messages, and the streets of their contacts, held while it is written down what has become of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Boolean, Float, Integer, String, case, false, func, null, or_, select, update
from sqlalchemy.orm import Session

from siaga.db.bulk import as_rows
from siaga.turns import failures
from siaga.turns.tables import ON_THE_WAY, OPEN, Dispatch, OutboundMessage


@dataclass(frozen=True)
class Held:
    """A message whose contact's street is locked, and what is to become of both.

    ``again_in`` is in how many seconds the street is ready, if that is to change; ``pause`` for how many the channel
    is not.
    """

    id: str
    contact_id: int
    channel: str
    status: str
    status_at: datetime
    attempts: int
    channel_key: str | None
    error_code: int | None
    has_payload: bool
    has_template: bool
    again_in: float | None = None
    pause: float | None = None
    blocked: bool = False
    opted_out: bool = False


def hold(session: Session, which: Any) -> list[Held]:
    """These messages, with the streets of their contacts locked.

    Streets are locked before messages, and in one order, everywhere, so that nobody waits in a circle.
    """
    contacts = sorted(set(session.scalars(select(OutboundMessage.contact_id).where(which))))
    if not contacts:
        return []
    session.execute(
        select(Dispatch.contact_id)
        .where(Dispatch.contact_id.in_(contacts))
        .order_by(Dispatch.contact_id)
        .with_for_update()
    ).all()
    rows = session.execute(
        select(
            OutboundMessage.id,
            OutboundMessage.contact_id,
            OutboundMessage.channel,
            OutboundMessage.status,
            OutboundMessage.status_at,
            OutboundMessage.attempts,
            OutboundMessage.channel_key,
            OutboundMessage.error_code,
            OutboundMessage.payload.is_not(None),
            OutboundMessage.template.is_not(None),
        ).where(OutboundMessage.contact_id.in_(contacts), which)
    )
    return [Held(*row) for row in rows]


def write(session: Session, changes: Sequence[Held]) -> None:
    """Write down what has become of messages and their streets."""
    if not changes:
        return
    new = as_rows(
        "new",
        id=(String(), [row.id for row in changes]),
        status=(String(), [row.status for row in changes]),
        error_code=(Integer(), [row.error_code for row in changes]),
        channel_key=(String(), [row.channel_key for row in changes]),
        has_payload=(Boolean(), [row.has_payload for row in changes]),
        has_template=(Boolean(), [row.has_template for row in changes]),
    )
    session.execute(
        update(OutboundMessage)
        .where(OutboundMessage.id == new.c.id)
        .values(
            status=new.c.status,
            status_at=func.clock_timestamp(),
            error_code=new.c.error_code,
            channel_key=new.c.channel_key,
            payload=case((new.c.has_payload, OutboundMessage.payload), else_=null()),
            template=case((new.c.has_template, OutboundMessage.template), else_=null()),
        )
        .execution_options(synchronize_session=False)
    )
    failures.note(session, (row.error_code for row in changes if row.status == "failed"))
    waits: dict[int, float] = {}
    for row in changes:
        if row.again_in is not None:
            waits[row.contact_id] = max(row.again_in, waits.get(row.contact_id, 0.0))
    if waits:
        street = as_rows(
            "street", contact_id=(BigInteger(), sorted(waits)), seconds=(Float(), [waits[i] for i in sorted(waits)])
        )
        session.execute(
            update(Dispatch)
            .where(Dispatch.contact_id == street.c.contact_id)
            .values(ready_at=func.clock_timestamp() + street.c.seconds * timedelta(seconds=1))
            .execution_options(synchronize_session=False)
        )
    _unwelcome(session, {row.contact_id for row in changes if row.blocked}, Dispatch.blocked_at)
    _unwelcome(session, {row.contact_id for row in changes if row.opted_out}, Dispatch.opted_out_at)


def _unwelcome(session: Session, contacts: set[int], since: Any) -> None:
    if contacts:
        session.execute(
            update(Dispatch)
            .where(Dispatch.contact_id.in_(sorted(contacts)))
            .values({since: func.clock_timestamp()})
            .execution_options(synchronize_session=False)
        )


def let_pass(session: Session, contacts: Iterable[int], seconds: float = 0.0, *, before_retries: bool = True) -> None:
    """Let the next message of these contacts go after ``seconds``, unless one is on its way.

    Without ``before_retries`` the street of somebody whose message waits for another try is left alone.
    """
    among = sorted(contacts)
    if not among:
        return
    held_up = OutboundMessage.status.in_(ON_THE_WAY)
    if not before_retries:
        held_up = or_(held_up, (OutboundMessage.status == "queued") & (OutboundMessage.attempts > 0))
    # None if nothing is open. As a scalar it is looked up in the index for each contact, and never joined as a whole.
    is_held_up = (
        select(func.bool_or(held_up))
        .where(OutboundMessage.contact_id == Dispatch.contact_id, OutboundMessage.status.in_(OPEN))
        .scalar_subquery()
    )
    session.execute(
        update(Dispatch)
        .where(
            Dispatch.contact_id.in_(among),
            Dispatch.ready_at.is_not(None),
            func.coalesce(is_held_up, false()) == false(),
        )
        .values(
            ready_at=case((is_held_up.is_(None), null()), else_=func.clock_timestamp() + timedelta(seconds=seconds))
        )
        .execution_options(synchronize_session=False)
    )
