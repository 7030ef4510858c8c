"""Taking messages to send: each once, as far as the channel lets us know, and when rates and pauses allow it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Float, Integer, String, any_, case, func, null, select, true, update
from sqlalchemy.orm import Session

from siaga.db import UtcDateTime
from siaga.db.bulk import given_rows
from siaga.db.prepared import Prepared, given, given_all
from siaga.people.tables import Contact
from siaga.turns import failures, rates
from siaga.turns.pauses import PROBE_SECONDS, hold_channel
from siaga.turns.roads import FIRST, road
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


# Made once: this is asked many times a second.
_CHANNEL = Prepared(
    select(ChannelState.tokens, ChannelState.tokens_at, ChannelState.paused_until)
    .add_columns(ChannelState.paused_since, ChannelState.pause_code)
    .where(ChannelState.channel == given("channel", String))
    .with_for_update()
)
_CLOCK = func.clock_timestamp(type_=UtcDateTime).label("now")
_NOW = Prepared(select(_CLOCK))
_CAME = (
    select(func.count())
    .where(InboundMessage.received_at > given("since", UtcDateTime))
    .where(InboundMessage.our_number == given("number", String))
    .scalar_subquery()
)
_NOW_AND_CAME = Prepared(select(_CLOCK, _CAME.label("came")))
_TOKENS = Prepared(
    update(ChannelState)
    .where(ChannelState.channel == given("channel", String))
    .values(tokens=given("tokens", Float), tokens_at=given("now", UtcDateTime))
)
_PROBE = Prepared(
    update(ChannelState)
    .where(ChannelState.channel == given("channel", String))
    .values(paused_until=given("until", UtcDateTime))
)
# The contacts whose turn it is, the longest ready first, locked; those that others are busy with are passed by.
_STREETS = Prepared(
    select(Dispatch.contact_id)
    .where(Dispatch.channel == given("channel", String), Dispatch.our_number == given("number", String))
    .where(Dispatch.ready_at <= given("now", UtcDateTime))
    .order_by(Dispatch.ready_at)
    .limit(given("room", Integer))
    .with_for_update(skip_locked=True)
)
_NEXT_READY = Prepared(
    select(Dispatch.ready_at)
    .where(Dispatch.channel == given("channel", String), Dispatch.our_number == given("number", String))
    .where(Dispatch.ready_at > given("now", UtcDateTime))
    .order_by(Dispatch.ready_at)
    .limit(1)
)
_MESSAGE = (
    select(OutboundMessage)
    .where(OutboundMessage.contact_id == Dispatch.contact_id, OutboundMessage.status.in_(OPEN))
    .order_by(OutboundMessage.seq)
    .limit(1)
    .lateral("message")
)
_SENDING_SINCE = (
    select(func.max(OutboundMessage.status_at))
    .where(OutboundMessage.contact_id == Dispatch.contact_id, OutboundMessage.status == "sending")
    .scalar_subquery()
)
_CAUSE = select(InboundMessage.key).where(InboundMessage.id == _MESSAGE.c.caused_by).scalar_subquery()
_HEADS = Prepared(
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
        _MESSAGE.c.id,
        _MESSAGE.c.status,
        _MESSAGE.c.channel.label("of_channel"),
        _MESSAGE.c.payload,
        _MESSAGE.c.template,
        _MESSAGE.c.unasked,
        _MESSAGE.c.attempts,
        _MESSAGE.c.error_code,
        _MESSAGE.c.created_at,
        _MESSAGE.c.until,
        _SENDING_SINCE.label("sending_since"),
        _CAUSE.label("trace"),
    )
    .join(Contact, Contact.id == Dispatch.contact_id)
    .outerjoin(_MESSAGE, true())
    .where(Dispatch.contact_id == any_(given_all("contacts", BigInteger)))
)
_STREET = given_rows("street", contact_id=BigInteger, ready_at=UtcDateTime, tokens=Float)
_TAKE_STREETS = Prepared(
    update(Dispatch)
    .where(Dispatch.contact_id == _STREET.c.contact_id)
    .values(
        ready_at=_STREET.c.ready_at,
        tokens=func.coalesce(_STREET.c.tokens, Dispatch.tokens),
        tokens_at=case((_STREET.c.tokens.is_(None), Dispatch.tokens_at), else_=func.clock_timestamp()),
    )
)
_TAKEN = given_rows("taken", id=String, status=String)
_GIVEN_UP = _TAKEN.c.status == "failed"
_TAKE_MESSAGES = Prepared(
    update(OutboundMessage)
    .where(OutboundMessage.id == _TAKEN.c.id)
    .values(
        status=_TAKEN.c.status,
        status_at=func.clock_timestamp(),
        attempts=OutboundMessage.attempts + case((_TAKEN.c.status == "sending", 1), else_=0),
        payload=case((_GIVEN_UP, null()), else_=OutboundMessage.payload),
        template=case((_GIVEN_UP, null()), else_=OutboundMessage.template),
    )
)


def claim(
    session: Session, channel: str, limit: int, *, rate: float, resend_after: float, number: str = FIRST
) -> Claimed:
    """Take up to ``limit`` messages to send by a number of ours: each contact's oldest, where nothing of theirs is on
    its way. What is for others stays, whatever they wait for: each number has its own rate and pauses.

    ``rate`` is how many messages a second the number may send and receive, 0 for no limit. A message whose sender
    died, or whose fate is unknown, is taken again ``resend_after`` seconds later if no status has come by then.
    """
    by = road(channel, number)
    state = _hold_channel(session, by)
    # Now, and not when the transaction began: it may have waited for another sender.
    now, came = (
        _NOW_AND_CAME.first(session, since=state.tokens_at, number=number) if rate else (_NOW.scalar(session), 0)
    )
    if state.paused_until is not None:
        if state.paused_until > now:
            trouble = (state.pause_code, state.paused_since or now)
            return Claimed([], (state.paused_until - now).total_seconds(), trouble=trouble)
        limit = 1
    tokens, room, again_in = _room(state, limit, rate, now, came)
    streets = _STREETS.scalars(session, channel=channel, number=number, room=room, now=now) if room else []
    steps = [next_step(row, now, resend_after) for row in _heads(session, streets)]
    claimed = [step.outgoing for step in steps if step.outgoing]
    _take_steps(session, steps)
    if rate:
        _TOKENS.run(session, channel=by, tokens=tokens - len(claimed), now=now)
    if not room:
        return Claimed([], again_in, firm=True)
    if claimed and state.paused_until is not None:
        _PROBE.run(session, channel=by, until=now + timedelta(seconds=PROBE_SECONDS))
        return Claimed(claimed, PROBE_SECONDS)
    if len(claimed) == room:
        return Claimed(claimed, again_in, firm=again_in is not None)
    if len(streets) == room or any(step.status == "failed" for step in steps):
        # Some had to wait, or were given up: whoever is behind them may be next.
        return Claimed(claimed, 0.0)
    return Claimed(claimed, _next_ready(session, channel, number, now))


def _hold_channel(session: Session, by: str) -> Any:
    """The number's row, locked: its senders take turns at claiming."""
    state = _CHANNEL.first(session, channel=by)
    if state is None:
        hold_channel(session, by)
        state = _CHANNEL.first(session, channel=by)
    return state


def _room(state: Any, limit: int, rate: float, now: datetime, came: int) -> tuple[float, int, float | None]:
    """The number's tokens, how many messages may be sent now, and, if fewer than wanted, when there is room again.

    What came in counts like what goes out.
    """
    if not rate:
        return 0.0, limit, None
    tokens = rates.number_tokens(state.tokens, state.tokens_at, now, rate, came)
    room = max(0, min(limit, int(tokens)))
    return tokens, room, None if room == limit else rates.number_wait(tokens - room, rate)


def _next_ready(session: Session, channel: str, number: str, now: datetime) -> float | None:
    """Seconds until the next street is ready, None if none will be."""
    next_at = _NEXT_READY.scalar(session, channel=channel, number=number, now=now)
    return (next_at - now).total_seconds() if next_at else None


def _heads(session: Session, contacts: Sequence[int]) -> list[Any]:
    """Each contact's street, aliases, and oldest open message, with when the one on its way (if any) was taken."""
    rows = _HEADS.all(session, contacts=list(contacts)) if contacts else []
    order = {contact_id: place for place, contact_id in enumerate(contacts)}
    return sorted(rows, key=lambda row: order[row.contact_id])


def _take_steps(session: Session, steps: Sequence[Step]) -> None:
    if not steps:
        return
    _TAKE_STREETS.run(
        session,
        contact_id=[step.contact_id for step in steps],
        ready_at=[step.ready_at for step in steps],
        tokens=[step.tokens for step in steps],
    )
    changed = [step for step in steps if step.status]
    if changed:
        failures.note(session, (), given_up=sum(step.status == "failed" for step in changed))
        _TAKE_MESSAGES.run(session, id=[step.key for step in changed], status=[step.status for step in changed])
