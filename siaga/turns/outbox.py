"""Messages on their way out: in order per contact, each sent once as far as the channel lets us know."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Float,
    Integer,
    String,
    case,
    exists,
    false,
    func,
    null,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from siaga.db import UtcDateTime
from siaga.people.contacts import find_contact
from siaga.people.tables import Contact
from siaga.turns import rates
from siaga.turns.messages import Delivery, Draft, Option, Preference, Verdict, message_key
from siaga.turns.rows import as_rows
from siaga.turns.tables import ChannelState, Dispatch, InboundMessage, OutboundMessage
from siaga.turns.wake import OUTBOX, notify

# A message that was accepted but not yet reported sent holds the contact's next one back for so long:
# the channel does not promise to deliver in the order of acceptance.
ORDER_SECONDS = 1.0
# A sender that has not finished after so long is taken for dead.
SENDING_SECONDS = 60.0
# How long after a contact's last message the channel lets us answer freely.
WINDOW = timedelta(hours=24)
# What has not been sent a day after it was written is old news, and is not sent any more.
STALE = timedelta(hours=24)
# A message that only a status said had failed is tried so often.
MOST_TRIES_BY_STATUS = 5
# A pause for which somebody has to do something begins with this, and grows as the trouble lasts.
PAUSE_SECONDS = 60.0
LONGEST_PAUSE = 300.0
# After a pause one message is sent to see whether the channel works; its sender is given so long to tell.
PROBE_SECONDS = 20.0

OPEN = ("queued", "sending", "unknown")
_ON_THE_WAY = ("sending", "unknown")
# Failed lies between sent and delivered: what has been delivered did not fail, whichever status comes first.
_RANK = {"queued": 0, "sending": 1, "unknown": 2, "accepted": 3, "sent": 4, "failed": 5, "delivered": 6, "read": 7}
# A message that was refused so that it has to rest is tried again after so long.
LATE_SECONDS = 900.0
# Seconds until a message that had been accepted is tried again, by why it failed after all.
_TRIED_AGAIN = {
    Verdict.RETRY: 5.0,
    Verdict.RETRY_CONTACT: 60.0,
    Verdict.RETRY_LATE: LATE_SECONDS,
    Verdict.RETRY_ONCE: 0.0,
    Verdict.PAUSE: PAUSE_SECONDS,
}


@dataclass(frozen=True)
class Outgoing:
    """A claimed message, with where it goes; ``key`` is our id of it, ``error_code`` why the last attempt failed."""

    key: str
    contact_id: int
    payload: dict[str, Any] = field(repr=False)
    attempts: int
    phone: str | None = field(repr=False)
    user_id: str | None = field(repr=False)
    error_code: int | None = None


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


@dataclass(frozen=True)
class Offered:
    """Options that a contact was offered last, and whether nothing has been answered since."""

    options: list[Option]
    newest: bool


def new_key() -> str:
    """A fresh id for an outgoing message."""
    return secrets.token_hex(12)


# ---------------------------------------------------------------------- putting in
def put_all(
    session: Session,
    contact_id: int,
    drafts: Sequence[Draft],
    key: str | None = None,
    *,
    channel: str = "whatsapp",
    caused_by: int | None = None,
    unasked: bool = False,
    template: dict[str, Any] | None = None,
) -> list[str]:
    """Queue messages behind the contact's others, and wake the senders; returns their keys.

    The one with options gets ``key``, with which the ids of the options begin. ``template`` is sent in place of the
    last one when the contact has been silent for too long; it may also be all there is.
    """
    if not drafts and template is None:
        return []
    count = max(1, len(drafts))
    new = insert(Dispatch).values(contact_id=contact_id, channel=channel, last_seq=count, ready_at=func.now())
    last = session.execute(
        new.on_conflict_do_update(
            index_elements=[Dispatch.contact_id],
            set_={
                "last_seq": Dispatch.last_seq + count,
                "channel": new.excluded.channel,
                "ready_at": func.coalesce(Dispatch.ready_at, new.excluded.ready_at),
            },
        ).returning(Dispatch.last_seq)
    ).scalar_one()
    rows = []
    for place, draft in enumerate(drafts or [None], 1):
        options = draft.options if draft else ()
        rows.append(
            {
                "id": key if key and (options or count == 1) else new_key(),
                "contact_id": contact_id,
                "channel": channel,
                "seq": last - count + place,
                "caused_by": caused_by,
                "unasked": unasked,
                "payload": draft.payload if draft else None,
                "template": template if place == count else None,
                "options": [asdict(option) for option in options] or None,
                "status": "queued",
            }
        )
    session.execute(insert(OutboundMessage).values(rows))
    notify(session, OUTBOX)
    return [row["id"] for row in rows]


# ---------------------------------------------------------------------- sending
def claim(session: Session, channel: str, limit: int, *, rate: float, resend_after: float) -> Claimed:
    """Take up to ``limit`` messages to send: each contact's oldest, where nothing of theirs is on its way.

    ``rate`` is how many messages a second the number may send and receive, 0 for no limit. A message whose sender
    died, or whose fate is unknown, is taken again ``resend_after`` seconds later if no status has come by then.
    """
    state = _state(session, channel)
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
    steps = [_step(row, now, resend_after) for row in _heads(session, streets)]
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


def _state(session: Session, channel: str) -> ChannelState:
    """The channel's row, locked: senders take turns at claiming."""
    find = (
        select(ChannelState)
        .where(ChannelState.channel == channel)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    state = session.scalar(find)
    if state is None:
        session.execute(insert(ChannelState).values(channel=channel).on_conflict_do_nothing())
        state = session.execute(find).scalar_one()
    return state


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
            sending_since.label("sending_since"),
        )
        .join(Contact, Contact.id == Dispatch.contact_id)
        .outerjoin(message, true())
        .where(Dispatch.contact_id.in_(contacts))
    ).all()
    order = {contact_id: place for place, contact_id in enumerate(contacts)}
    return sorted(rows, key=lambda row: order[row.contact_id])


@dataclass(frozen=True)
class _Step:
    """What happens to a street and to its first message, if anything."""

    contact_id: int
    ready_at: datetime | None
    key: str | None = None
    status: str | None = None
    outgoing: Outgoing | None = None
    tokens: float | None = None


def _step(row: Any, now: datetime, resend_after: float) -> _Step:
    """What to do about a street that is ready."""
    contact_id = row.contact_id
    if row.id is None:
        return _Step(contact_id, None)
    if row.sending_since is not None and row.sending_since + timedelta(seconds=SENDING_SECONDS) > now:
        # Another of the contact's messages is on its way, and this one waits for it.
        return _Step(contact_id, row.sending_since + timedelta(seconds=SENDING_SECONDS))
    if row.status == "sending":
        # Its sender died.
        return _Step(contact_id, now + timedelta(seconds=resend_after), row.id, "unknown")
    payload = _fitting(row, now)
    if payload is None:
        return _Step(contact_id, now, row.id, "failed")
    tokens = rates.pair_tokens(row.tokens, row.tokens_at, now)
    if tokens < 1:
        return _Step(contact_id, now + timedelta(seconds=rates.pair_wait(tokens)))
    outgoing = Outgoing(row.id, contact_id, payload, row.attempts + 1, row.phone, row.user_id, row.error_code)
    return _Step(contact_id, now + timedelta(seconds=SENDING_SECONDS), row.id, "sending", outgoing, tokens - 1)


def _fitting(row: Any, now: datetime) -> dict[str, Any] | None:
    """What of a message may be sent now: its own words while the window is open, its template after that."""
    if row.blocked_at or (row.opted_out_at and row.unasked) or row.created_at + STALE <= now:
        return None
    if row.of_channel != row.channel:
        # They write by the other road now, which cannot carry what was made for this one.
        return None
    is_open = row.last_inbound_at is not None and now < row.last_inbound_at + WINDOW
    payload: dict[str, Any] | None = row.payload if row.payload is not None and is_open else row.template
    return payload


def _take_steps(session: Session, steps: Sequence[_Step]) -> None:
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


# ---------------------------------------------------------------------- what became of it
@dataclass(frozen=True)
class _Held:
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


def accepted(session: Session, key: str, wamid: str) -> None:
    """The channel took the message and calls it ``wamid``; a status that was faster is kept."""
    accept_all(session, {key: wamid})


def accept_all(session: Session, wamids: Mapping[str, str]) -> None:
    """The channel took these messages; given is what it calls each. A status that was faster is kept."""
    held = [row for row in _hold(session, OutboundMessage.id.in_(sorted(wamids))) if row.status in _ON_THE_WAY]
    changes = [
        replace(row, status="accepted", error_code=None, channel_key=message_key(wamids[row.id])) for row in held
    ]
    _apply(session, changes)
    _let_pass(session, {row.contact_id for row in held}, ORDER_SECONDS)
    _works(session, held)


def retry(session: Session, key: str, *, seconds: float, error_code: int | None, channel_works: bool = False) -> None:
    """Not sent: try again after ``seconds``. ``channel_works`` when only this message, or its contact, was meant."""
    held = _hold_sending(session, key)
    _apply(session, [replace(row, status="queued", error_code=error_code, again_in=seconds) for row in held])
    if channel_works:
        _works(session, held)


def unknown(session: Session, key: str, *, seconds: float) -> None:
    """Perhaps sent: wait ``seconds`` for a status before sending again."""
    _apply(session, [replace(row, status="unknown", again_in=seconds) for row in _hold_sending(session, key)])


def failed(session: Session, key: str, error_code: int | None, verdict: Verdict = Verdict.DROP) -> None:
    """Refused for good; or, when only the window has closed, the template goes in its place."""
    held = _hold_sending(session, key)
    _apply(session, [_refused(row, error_code, verdict) for row in held])
    _let_pass(session, {row.contact_id for row in held})
    _works(session, held)
    if held:
        notify(session, OUTBOX)


def pause(session: Session, channel: str, seconds: float, code: int | None) -> bool:
    """Nothing of this channel is sent for ``seconds``, and for longer the longer the trouble has lasted.

    Returns whether the trouble is new. It is over when a message that was sent since it began gets through.
    """
    state = _state(session, channel)
    now = session.scalar(select(func.clock_timestamp()))
    new = state.paused_since is None
    if new:
        state.paused_since = now
    lasted = min((now - state.paused_since).total_seconds(), LONGEST_PAUSE)
    # What was there before may be no more than the time that a probe was given.
    state.paused_until = now + timedelta(seconds=max(seconds, lasted))
    state.pause_code = code
    session.flush()
    return new


def _works(session: Session, held: Sequence[_Held]) -> None:
    """The channel took these messages: a trouble that began before they were sent is over."""
    for channel in sorted({row.channel for row in held}):
        since = max(row.status_at for row in held if row.channel == channel)
        over = session.execute(
            update(ChannelState)
            .where(ChannelState.channel == channel, ChannelState.paused_since < since)
            .values(paused_until=None, paused_since=None, pause_code=None)
            .execution_options(synchronize_session=False)
        )
        if over.rowcount:
            notify(session, OUTBOX)


def _hold(session: Session, which: Any) -> list[_Held]:
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
    return [_Held(*row) for row in rows]


def _hold_sending(session: Session, key: str) -> list[_Held]:
    """The message, if it is being sent."""
    return [row for row in _hold(session, OutboundMessage.id == key) if row.status == "sending"]


def _refused(row: _Held, error_code: int | None, verdict: Verdict) -> _Held:
    if verdict is Verdict.WINDOW and row.has_payload and row.has_template:
        return replace(row, status="queued", error_code=error_code, has_payload=False, again_in=0.0)
    return replace(
        row,
        status="failed",
        error_code=error_code,
        has_payload=False,
        has_template=False,
        blocked=verdict is Verdict.BLOCKED,
        opted_out=verdict is Verdict.OPTED_OUT,
    )


def _apply(session: Session, changes: Sequence[_Held]) -> None:
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


def _let_pass(session: Session, contacts: Iterable[int], seconds: float = 0.0, *, before_retries: bool = True) -> None:
    """Let the next message of these contacts go after ``seconds``, unless one is on its way.

    Without ``before_retries`` the street of somebody whose message waits for another try is left alone.
    """
    among = sorted(contacts)
    if not among:
        return
    held_up = OutboundMessage.status.in_(_ON_THE_WAY)
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


# ---------------------------------------------------------------------- statuses
def record(session: Session, deliveries: Sequence[Delivery], channel: str = "whatsapp") -> None:
    """Note how far messages have come; a status never goes back, and one for an unknown message is no error."""
    if not deliveries:
        return
    named = [(delivery, message_key(delivery.wamid)) for delivery in deliveries]
    held = _hold(
        session,
        or_(
            OutboundMessage.channel_key.in_(sorted({name for _, name in named})),
            OutboundMessage.id.in_(sorted({delivery.key for delivery in deliveries if delivery.key})),
        ),
    )
    before = {row.id: row for row in held}
    by_name = {row.channel_key: row.id for row in held if row.channel_key}
    after: dict[str, _Held] = {}
    for delivery, name in named:
        key = by_name.get(name) or delivery.key
        row = after.get(key) or before.get(key) if key else None
        reached = _reached(row, delivery, name) if row else None
        if reached:
            after[reached.id] = reached
    _apply(session, list(after.values()))
    done = [row for row in after.values() if row.status != "queued"]
    arrived = {row.contact_id for row in done if before[row.id].status in _ON_THE_WAY}
    _let_pass(session, arrived)
    others = {row.contact_id for row in done if before[row.id].status in ("queued", "accepted")} - arrived
    _let_pass(session, others, before_retries=False)
    for row in after.values():
        if row.pause is not None:
            pause(session, channel, row.pause, row.error_code)
    if after:
        notify(session, OUTBOX)


def _reached(row: _Held, delivery: Delivery, name: str) -> _Held | None:
    """The message after a status that the channel gave under ``name``; None if it says nothing new.

    A message that was sent more than once has a name for each attempt. Of the attempts before the last nothing counts
    but that one was delivered after all. While it waits to be sent again, it has the name of the attempt that failed.
    """
    over = row.channel_key is not None and (
        row.channel_key != name if row.status not in OPEN else row.channel_key == name or row.status == "queued"
    )
    if over and delivery.status not in ("delivered", "read"):
        return None
    if _RANK[delivery.status] <= _RANK[row.status]:
        return None
    if delivery.status == "failed":
        return _failed_later(replace(row, channel_key=name), delivery)
    return replace(
        row, status=delivery.status, channel_key=name, error_code=None, has_payload=False, has_template=False
    )


def _failed_later(row: _Held, delivery: Delivery) -> _Held:
    """A message that had been accepted was not delivered after all; what can be mended by trying again is."""
    verdict = delivery.verdict or Verdict.DROP
    seconds = _TRIED_AGAIN.get(verdict)
    most = 2 if verdict is Verdict.RETRY_ONCE else MOST_TRIES_BY_STATUS
    if seconds is None or not (row.has_payload or row.has_template) or row.attempts >= most:
        return _refused(row, delivery.error_code, verdict)
    wait = seconds * 2 ** max(0, row.attempts - 1)
    pause_for = PAUSE_SECONDS if verdict in (Verdict.PAUSE, Verdict.RETRY_LATE) else None
    return replace(row, status="queued", error_code=delivery.error_code, again_in=wait, pause=pause_for)


# ---------------------------------------------------------------------- who wants what
def prefer(session: Session, preference: Preference, channel: str = "whatsapp") -> None:
    """Somebody told the channel whether messages that were not asked for are welcome; strangers are passed over."""
    contact = find_contact(session, phone=preference.phone, user_id=preference.user_id)
    if contact is not None:
        set_welcome(session, contact.id, preference.welcome, channel)


def set_welcome(session: Session, contact_id: int, welcome: bool, channel: str = "whatsapp") -> None:
    """Whether this contact may be sent what was not asked for."""
    opted_out_at = null() if welcome else func.now()
    session.execute(
        insert(Dispatch)
        .values(contact_id=contact_id, channel=channel, opted_out_at=opted_out_at)
        .on_conflict_do_update(index_elements=[Dispatch.contact_id], set_={"opted_out_at": opted_out_at})
    )


# ---------------------------------------------------------------------- what was offered
def options_of(session: Session, contact_id: int, option_id: str) -> list[Option]:
    """All options of the message in which this contact was offered the one with this id, ``<message key>.<number>``."""
    key, _, _ = option_id.partition(".")
    offered = session.scalar(
        select(OutboundMessage.options).where(OutboundMessage.id == key, OutboundMessage.contact_id == contact_id)
    )
    return [Option(**option) for option in offered or ()]


def offered_in(session: Session, contact_id: int, channel_key: str) -> Offered | None:
    """The options of the message to this contact that the channel calls so, for who answers by quoting it."""
    options = session.scalar(
        select(OutboundMessage.options).where(
            OutboundMessage.channel_key == channel_key, OutboundMessage.contact_id == contact_id
        )
    )
    return Offered([Option(**option) for option in options], True) if options else None


def last_offered(session: Session, contact_id: int) -> Offered | None:
    """The options of the last message to the contact that had any."""
    row = session.execute(
        select(OutboundMessage.options, OutboundMessage.seq)
        .where(OutboundMessage.contact_id == contact_id, OutboundMessage.options.is_not(None))
        .order_by(OutboundMessage.seq.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    answered_since = session.scalar(
        select(
            exists().where(
                OutboundMessage.contact_id == contact_id,
                OutboundMessage.seq > row.seq,
                OutboundMessage.caused_by.is_not(None),
            )
        )
    )
    return Offered([Option(**option) for option in row.options], not answered_since)
