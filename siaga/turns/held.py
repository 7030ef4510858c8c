"""Messages, and the streets of their contacts, held while it is written down what has become of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Boolean, Float, Integer, String, any_, case, false, func, null, or_, select, update
from sqlalchemy.orm import Session

from siaga.db.bulk import as_rows, given_rows
from siaga.db.prepared import Prepared, given, given_all
from siaga.turns import failures
from siaga.turns.roads import FIRST
from siaga.turns.tables import ON_THE_WAY, OPEN, Dispatch, OutboundMessage


@dataclass(frozen=True)
class Held:
    """A message whose contact's street is locked, and what is to become of both.

    ``number`` is that of ours which answers the contact now, whichever the message was sent by. ``again_in`` is in how
    many seconds the street is ready, if that is to change; ``pause`` for how many the number is not.
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
    number: str = FIRST
    again_in: float | None = None
    pause: float | None = None
    blocked: bool = False
    opted_out: bool = False


# Made once: this is done for every message that is sent, and for every status.
_IDS, _NAMES, _CONTACTS = given_all("ids", String), given_all("names", String), given_all("contacts", BigInteger)
_WHICH = or_(OutboundMessage.id == any_(_IDS), OutboundMessage.channel_key == any_(_NAMES))
_STREETS = Prepared(
    select(Dispatch.contact_id, Dispatch.our_number)
    .where(Dispatch.contact_id.in_(select(OutboundMessage.contact_id).where(_WHICH)))
    .order_by(Dispatch.contact_id)
    .with_for_update()
)
_ROWS = Prepared(
    select(
        OutboundMessage.id,
        OutboundMessage.contact_id,
        OutboundMessage.channel,
        OutboundMessage.status,
        OutboundMessage.status_at,
        OutboundMessage.attempts,
        OutboundMessage.channel_key,
        OutboundMessage.error_code,
        OutboundMessage.payload.is_not(None).label("has_payload"),
        OutboundMessage.template.is_not(None).label("has_template"),
    ).where(OutboundMessage.contact_id == any_(_CONTACTS), _WHICH)
)


def hold(session: Session, ids: Collection[str], names: Collection[str] = ()) -> list[Held]:
    """The messages with these ids, or that the channel calls so (``message_key``), with their streets locked.

    Streets are locked before messages, and in one order, everywhere, so that nobody waits in a circle.
    """
    which = {"ids": sorted(ids), "names": sorted(names)}
    numbers = {row.contact_id: row.our_number for row in _STREETS.all(session, **which)}
    rows = _ROWS.all(session, contacts=list(numbers), **which) if numbers else []
    return [Held(*[*row, numbers[row.contact_id]]) for row in rows]


_NEW = given_rows(
    "new",
    id=String,
    status=String,
    error_code=Integer,
    channel_key=String,
    has_payload=Boolean,
    has_template=Boolean,
)
_WRITE = Prepared(
    update(OutboundMessage)
    .where(OutboundMessage.id == _NEW.c.id)
    .values(
        status=_NEW.c.status,
        status_at=func.clock_timestamp(),
        error_code=_NEW.c.error_code,
        channel_key=_NEW.c.channel_key,
        payload=case((_NEW.c.has_payload, OutboundMessage.payload), else_=null()),
        template=case((_NEW.c.has_template, OutboundMessage.template), else_=null()),
    )
)


def write(session: Session, changes: Sequence[Held]) -> None:
    """Write down what has become of messages and their streets."""
    if not changes:
        return
    _WRITE.run(
        session,
        id=[row.id for row in changes],
        status=[row.status for row in changes],
        error_code=[row.error_code for row in changes],
        channel_key=[row.channel_key for row in changes],
        has_payload=[row.has_payload for row in changes],
        has_template=[row.has_template for row in changes],
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


def _let_pass(held_up: Any) -> Prepared:
    # None if nothing is open. As a scalar it is looked up in the index for each contact, and never joined as a whole.
    is_held_up = (
        select(func.bool_or(held_up))
        .where(OutboundMessage.contact_id == Dispatch.contact_id, OutboundMessage.status.in_(OPEN))
        .scalar_subquery()
    )
    then = func.clock_timestamp() + given("seconds", Float) * timedelta(seconds=1)
    return Prepared(
        update(Dispatch)
        .where(
            Dispatch.contact_id == any_(_CONTACTS),
            Dispatch.ready_at.is_not(None),
            func.coalesce(is_held_up, false()) == false(),
        )
        .values(ready_at=case((is_held_up.is_(None), null()), else_=then))
        .returning(Dispatch.ready_at)
    )


_ON_ITS_WAY = OutboundMessage.status.in_(ON_THE_WAY)
_PASS = _let_pass(_ON_ITS_WAY)
_PASS_BEHIND_RETRIES = _let_pass(
    or_(_ON_ITS_WAY, (OutboundMessage.status == "queued") & (OutboundMessage.attempts > 0))
)


def let_pass(session: Session, contacts: Iterable[int], seconds: float = 0.0, *, before_retries: bool = True) -> bool:
    """Let the next message of these contacts go after ``seconds``, unless one is on its way; whether any has one.

    Without ``before_retries`` the street of somebody whose message waits for another try is left alone.
    """
    among = sorted(contacts)
    if not among:
        return False
    statement = _PASS if before_retries else _PASS_BEHIND_RETRIES
    return any(ready_at for ready_at in statement.scalars(session, contacts=among, seconds=seconds))
