"""Taking messages to send: each once, as far as the channel lets us know, and when rates and pauses allow it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Float, String, case, func, null, select, true, update
from sqlalchemy.orm import Session

from siaga.db import UtcDateTime
from siaga.db.bulk import as_rows
from siaga.people.tables import Contact
from siaga.turns import failures, rates
from siaga.turns.pauses import PROBE_SECONDS, hold_channel
from siaga.turns.steps import Outgoing, Step, next_step
from siaga.turns.tables import OPEN, ChannelState, Dispatch, InboundMessage, OutboundMessage


@dataclass(frozen=True)
class Claimed:
    """What may be sent now; ``again_in`` is in how many seconds to ask again, if sooner than usual.

    To ask before that is no use when the number's rate is the reason (``firm``). In a pause: for which error code, and
    since when there is ``trouble``.
    """

    messages: list[Outgoing]
    again_in: float | None = None
    firm: bool = False
    trouble: tuple[int | None, datetime] | None = None


def claim(session: Session, channel: str, limit: int, *, rate: float, resend_after: float) -> Claimed:
    """Take up to ``limit`` messages to send: each contact's oldest, where nothing of theirs is on its way.

    ``rate`` is how many messages a second the number may send and receive, 0 for no limit. A message whose sender
    died, or whose fate is unknown, is taken again ``resend_after`` seconds later if no status has come by then.
    """
    state = hold_channel(session, channel)
    # Now, and not when the transaction began: it may have waited for another sender.
    now: datetime = session.scalar(select(func.clock_timestamp()))
    if state.paused_until is not None:
        if state.paused_until > now:
            trouble = (state.pause_code, state.paused_since or now)
            return Claimed([], (state.paused_until - now).total_seconds(), trouble=trouble)
        limit = 1
    room, again_in = _room(session, state, limit, rate, now)
    if not room:
        return Claimed([], again_in, firm=True)
    streets = _streets(session, channel, room, now)
    if not streets:
        return Claimed([], _next_ready(session, channel, now))
    steps = [next_step(row, now, resend_after) for row in _heads(session, streets)]
    _take_steps(session, steps)
    claimed = [step.outgoing for step in steps if step.outgoing]
    if rate:
        state.tokens -= len(claimed)
    if claimed and state.paused_until is not None:
        state.paused_until = now + timedelta(seconds=PROBE_SECONDS)
        session.flush()
        return Claimed(claimed, PROBE_SECONDS)
    session.flush()
    if len(claimed) < room:
        # Some had to wait, or were given up: whoever is behind them may be next.
        return Claimed(claimed, 0.0)
    return Claimed(claimed, again_in, firm=again_in is not None)


def _room(session: Session, state: ChannelState, limit: int, rate: float, now: datetime) -> tuple[int, float | None]:
    """How many messages may be sent now, and, if fewer than wanted, when there is room again.

    What came in counts like what goes out.
    """
    if not rate:
        return limit, None
    came = session.scalar(
        select(func.count()).select_from(InboundMessage).where(InboundMessage.received_at > state.tokens_at)
    )
    state.tokens = rates.number_tokens(state.tokens, state.tokens_at, now, rate, came)
    state.tokens_at = now
    session.flush()
    room = max(0, min(limit, int(state.tokens)))
    return room, None if room == limit else rates.number_wait(state.tokens - room, rate)


def _streets(session: Session, channel: str, room: int, now: datetime) -> list[int]:
    """The contacts whose turn it is, the longest ready first, locked; those that others are busy with are passed by."""
    return list(
        session.scalars(
            select(Dispatch.contact_id)
            .where(Dispatch.channel == channel, Dispatch.ready_at <= now)
            .order_by(Dispatch.ready_at)
            .limit(room)
            .with_for_update(skip_locked=True)
        )
    )


def _next_ready(session: Session, channel: str, now: datetime) -> float | None:
    """Seconds until the next street is ready, None if none will be."""
    next_at = session.scalar(
        select(func.min(Dispatch.ready_at)).where(Dispatch.channel == channel, Dispatch.ready_at > now)
    )
    return (next_at - now).total_seconds() if next_at else None


def _heads(session: Session, contacts: Sequence[int]) -> list[Any]:
    """Each contact's street, aliases, and oldest open message, with when the one on its way (if any) was taken."""
    message = (
        select(OutboundMessage)
        .where(OutboundMessage.contact_id == Dispatch.contact_id, OutboundMessage.status.in_(OPEN))
        .order_by(OutboundMessage.seq)
        .limit(1)
        .lateral("message")
    )
    sending_since = (
        select(func.max(OutboundMessage.status_at))
        .where(OutboundMessage.contact_id == Dispatch.contact_id, OutboundMessage.status == "sending")
        .scalar_subquery()
    )
    rows: list[Any] = session.execute(
        select(
            Dispatch.contact_id,
            Dispatch.channel,
            Dispatch.tokens,
            Dispatch.tokens_at,
            Dispatch.last_inbound_at,
            Dispatch.blocked_at,
            Dispatch.opted_out_at,
            Contact.phone,
            Contact.user_id,
            message.c.id,
            message.c.status,
            message.c.channel.label("of_channel"),
            message.c.payload,
            message.c.template,
            message.c.unasked,
            message.c.attempts,
            message.c.error_code,
            message.c.created_at,
            message.c.until,
            sending_since.label("sending_since"),
        )
        .join(Contact, Contact.id == Dispatch.contact_id)
        .outerjoin(message, true())
        .where(Dispatch.contact_id.in_(contacts))
    ).all()
    order = {contact_id: place for place, contact_id in enumerate(contacts)}
    return sorted(rows, key=lambda row: order[row.contact_id])


def _take_steps(session: Session, steps: Sequence[Step]) -> None:
    street = as_rows(
        "street",
        contact_id=(BigInteger(), [step.contact_id for step in steps]),
        ready_at=(UtcDateTime(), [step.ready_at for step in steps]),
        tokens=(Float(), [step.tokens for step in steps]),
    )
    session.execute(
        update(Dispatch)
        .where(Dispatch.contact_id == street.c.contact_id)
        .values(
            ready_at=street.c.ready_at,
            tokens=func.coalesce(street.c.tokens, Dispatch.tokens),
            tokens_at=case((street.c.tokens.is_(None), Dispatch.tokens_at), else_=func.clock_timestamp()),
        )
        .execution_options(synchronize_session=False)
    )
    changed = [step for step in steps if step.status]
    if not changed:
        return
    message = as_rows(
        "message",
        id=(String(), [step.key for step in changed]),
        status=(String(), [step.status for step in changed]),
    )
    failures.note(session, (), given_up=sum(step.status == "failed" for step in changed))
    given_up = message.c.status == "failed"
    session.execute(
        update(OutboundMessage)
        .where(OutboundMessage.id == message.c.id)
        .values(
            status=message.c.status,
            status_at=func.clock_timestamp(),
            attempts=OutboundMessage.attempts + case((message.c.status == "sending", 1), else_=0),
            payload=case((given_up, null()), else_=OutboundMessage.payload),
            template=case((given_up, null()), else_=OutboundMessage.template),
        )
        .execution_options(synchronize_session=False)
    )
