"""Messages on their way out: in order per contact, each sent once as far as the channel lets us know."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, exists, func, null, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from siaga.people.contacts import find_contact
from siaga.people.tables import Contact
from siaga.turns import rates
from siaga.turns.messages import Delivery, Draft, Option, Preference, Verdict, message_key
from siaga.turns.tables import ChannelState, Dispatch, InboundMessage, OutboundMessage
from siaga.turns.wake import OUTBOX, notify

# A message that was accepted but not yet reported sent holds the contact's next one back for so long:
# the channel does not promise to deliver in the order of acceptance.
ORDER_SECONDS = 1.0
# A sender that has not finished after so long is taken for dead.
SENDING_SECONDS = 60.0
# How long after a contact's last message the channel lets us answer freely.
WINDOW = timedelta(hours=24)
# A message that only a status said had failed is tried so often.
MOST_TRIES_BY_STATUS = 5

OPEN = ("queued", "sending", "unknown")
_RANK = {"queued": 0, "sending": 1, "unknown": 2, "accepted": 3, "sent": 4, "delivered": 5, "read": 6}
_TRIED_AGAIN = {Verdict.RETRY: 5.0, Verdict.RETRY_CONTACT: 60.0, Verdict.RETRY_LATE: 3600.0, Verdict.PAUSE: 60.0}


@dataclass(frozen=True)
class Outgoing:
    """A claimed message, with where it goes; ``key`` is our id of it."""

    key: str
    contact_id: int
    payload: dict[str, Any] = field(repr=False)
    attempts: int
    phone: str | None = field(repr=False)
    user_id: str | None = field(repr=False)


@dataclass(frozen=True)
class Claimed:
    """What may be sent now; ``again_in`` is in how many seconds to ask again, if sooner than usual."""

    messages: list[Outgoing]
    again_in: float | None = None


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
    paused = session.scalar(
        select(func.extract("epoch", ChannelState.paused_until - func.now())).where(ChannelState.channel == channel)
    )
    if paused is not None and paused > 0:
        return Claimed([], float(paused))
    room, again_in = _room(session, state, limit, rate)
    if not room:
        return Claimed([], again_in)
    streets = {
        street.contact_id: street
        for street in session.scalars(
            select(Dispatch)
            .where(Dispatch.channel == channel, Dispatch.ready_at <= func.now())
            .order_by(Dispatch.ready_at)
            .limit(room)
            .with_for_update(skip_locked=True)
            .execution_options(populate_existing=True)
        )
    }
    if not streets:
        return Claimed([])
    now = session.scalar(select(func.now()))
    heads = _heads(session, streets)
    claimed = []
    for contact_id, street in streets.items():
        head = heads.get(contact_id)
        if head is None:
            street.ready_at = None
            continue
        message, phone, user_id = head
        if message.status == "sending":
            # Its sender died.
            message.status, message.status_at = "unknown", now
            street.ready_at = now + timedelta(seconds=resend_after)
            continue
        payload = _fitting(message, street, now)
        if payload is None:
            message.status, message.payload, message.template = "failed", None, None
            message.status_at = now
            street.ready_at = now
            again_in = 0.0
            continue
        tokens = rates.pair_tokens(street.tokens, street.tokens_at, now)
        if tokens < 1:
            street.ready_at = now + timedelta(seconds=rates.pair_wait(tokens))
            continue
        street.tokens, street.tokens_at = tokens - 1, now
        message.status, message.status_at = "sending", now
        message.attempts += 1
        street.ready_at = now + timedelta(seconds=SENDING_SECONDS)
        claimed.append(Outgoing(message.id, contact_id, payload, message.attempts, phone, user_id))
    if rate:
        state.tokens -= len(claimed)
    session.flush()
    return Claimed(claimed, again_in)


def _state(session: Session, channel: str) -> ChannelState:
    """The channel's row, locked: senders take turns at claiming."""
    session.execute(insert(ChannelState).values(channel=channel).on_conflict_do_nothing())
    return session.execute(
        select(ChannelState)
        .where(ChannelState.channel == channel)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one()


def _room(session: Session, state: ChannelState, limit: int, rate: float) -> tuple[int, float | None]:
    """How many messages may be sent now, and, if fewer than wanted, when there is room again.

    What came in counts like what goes out.
    """
    if not rate:
        return limit, None
    now, came = session.execute(
        select(
            func.clock_timestamp(),
            select(func.count())
            .select_from(InboundMessage)
            .where(InboundMessage.received_at > state.tokens_at)
            .scalar_subquery(),
        )
    ).one()
    state.tokens = rates.number_tokens(state.tokens, state.tokens_at, now, rate, came)
    state.tokens_at = now
    room = min(limit, int(state.tokens))
    return max(0, room), None if room == limit else rates.number_wait(state.tokens, rate)


def _heads(session: Session, streets: Iterable[int]) -> dict[int, tuple[OutboundMessage, str | None, str | None]]:
    """The oldest open message of each contact, with the contact's aliases."""
    first = (
        select(OutboundMessage.contact_id, func.min(OutboundMessage.seq).label("seq"))
        .where(OutboundMessage.contact_id.in_(sorted(streets)), OutboundMessage.status.in_(OPEN))
        .group_by(OutboundMessage.contact_id)
        .subquery()
    )
    rows = session.execute(
        select(OutboundMessage, Contact.phone, Contact.user_id)
        .join(first, (first.c.contact_id == OutboundMessage.contact_id) & (first.c.seq == OutboundMessage.seq))
        .join(Contact, Contact.id == OutboundMessage.contact_id)
        .execution_options(populate_existing=True)
    )
    return {message.contact_id: (message, phone, user_id) for message, phone, user_id in rows}


def _fitting(message: OutboundMessage, street: Dispatch, now: datetime) -> dict[str, Any] | None:
    """What of a message may be sent now: its own words while the window is open, its template after that."""
    if street.blocked_at or (street.opted_out_at and message.unasked):
        return None
    open_until = street.last_inbound_at + WINDOW if street.last_inbound_at else now
    return message.payload if message.payload is not None and now < open_until else message.template


# ---------------------------------------------------------------------- what became of it
def accepted(session: Session, key: str, wamid: str) -> None:
    """The channel took the message and calls it ``wamid``; a status that was faster is kept."""
    street = _street_of(session, key)
    message = session.get(OutboundMessage, key, populate_existing=True)
    if street is None or message is None:
        return
    message.channel_key = message.channel_key or message_key(wamid)
    if message.status in OPEN:
        message.status, message.status_at = "accepted", func.now()
        street.ready_at = func.now() + timedelta(seconds=ORDER_SECONDS)
        session.flush()


def retry(session: Session, key: str, *, seconds: float, error_code: int | None) -> None:
    """Not sent: try again after ``seconds``."""
    _settle(session, key, "queued", error_code, seconds)


def unknown(session: Session, key: str, *, seconds: float) -> None:
    """Perhaps sent: wait ``seconds`` for a status before sending again."""
    _settle(session, key, "unknown", None, seconds)


def failed(session: Session, key: str, error_code: int | None, verdict: Verdict = Verdict.DROP) -> None:
    """Refused for good; or, when only the window has closed, the template goes in its place."""
    street = _street_of(session, key)
    message = session.get(OutboundMessage, key, populate_existing=True)
    if street is not None and message is not None and message.status == "sending":
        _refused(session, message, street, error_code, verdict)
        session.flush()
        street.ready_at = func.now()
        notify(session, OUTBOX)


def pause(session: Session, channel: str, seconds: float, code: int | None) -> None:
    """Nothing of this channel is sent for a while."""
    new = insert(ChannelState).values(
        channel=channel, paused_until=func.now() + timedelta(seconds=seconds), pause_code=code, paused_since=func.now()
    )
    session.execute(
        new.on_conflict_do_update(
            index_elements=[ChannelState.channel],
            set_={
                "paused_until": func.greatest(ChannelState.paused_until, new.excluded.paused_until),
                "pause_code": new.excluded.pause_code,
                "paused_since": case(
                    (ChannelState.paused_until > func.now() - timedelta(seconds=seconds), ChannelState.paused_since),
                    else_=new.excluded.paused_since,
                ),
            },
        )
    )


def _street_of(session: Session, key: str) -> Dispatch | None:
    """The street of a message, locked: before the message itself, everywhere, so that nobody waits in a circle."""
    return session.scalar(
        select(Dispatch)
        .join(OutboundMessage, OutboundMessage.contact_id == Dispatch.contact_id)
        .where(OutboundMessage.id == key)
        .with_for_update(of=Dispatch)
        .execution_options(populate_existing=True)
    )


def _settle(session: Session, key: str, status: str, error_code: int | None, seconds: float) -> None:
    street = _street_of(session, key)
    message = session.get(OutboundMessage, key, populate_existing=True)
    if street is None or message is None or message.status != "sending":
        return
    message.status, message.status_at, message.error_code = status, func.now(), error_code
    street.ready_at = func.now() + timedelta(seconds=seconds)
    session.flush()


def _refused(
    session: Session, message: OutboundMessage, street: Dispatch, error_code: int | None, verdict: Verdict
) -> None:
    message.error_code, message.status_at = error_code, func.now()
    if verdict is Verdict.WINDOW and message.template is not None and message.payload is not None:
        message.status, message.payload = "queued", None
        return
    message.status, message.payload, message.template = "failed", None, None
    if verdict is Verdict.BLOCKED:
        street.blocked_at = func.now()


# ---------------------------------------------------------------------- statuses
def _below(status: str) -> frozenset[str]:
    """The statuses that ``status`` may follow: it never goes back, and nothing fails that was delivered."""
    if status == "failed":
        return frozenset({*OPEN, "accepted", "sent"})
    return frozenset(name for name, rank in _RANK.items() if rank < _RANK[status])


def record(session: Session, deliveries: Sequence[Delivery], channel: str = "whatsapp") -> None:
    """Note how far messages have come; a status never goes back, and one for an unknown message is no error."""
    if not deliveries:
        return
    channel_keys = {delivery.wamid: message_key(delivery.wamid) for delivery in deliveries}
    names = or_(
        OutboundMessage.channel_key.in_(sorted(channel_keys.values())),
        OutboundMessage.id.in_(sorted({delivery.key for delivery in deliveries if delivery.key})),
    )
    contacts = sorted(set(session.scalars(select(OutboundMessage.contact_id).where(names))))
    streets = {
        street.contact_id: street
        for street in session.scalars(
            select(Dispatch)
            .where(Dispatch.contact_id.in_(contacts))
            .order_by(Dispatch.contact_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    }
    messages = list(session.scalars(select(OutboundMessage).where(names).execution_options(populate_existing=True)))
    by_key = {message.id: message for message in messages}
    by_channel_key = {message.channel_key: message for message in messages if message.channel_key}
    changed: set[int] = set()
    for delivery in deliveries:
        message = by_channel_key.get(channel_keys[delivery.wamid]) or by_key.get(delivery.key or "")
        if message is None or message.status not in _below(delivery.status):
            continue
        message.channel_key = message.channel_key or channel_keys[delivery.wamid]
        if delivery.status == "failed":
            _failed_later(session, message, streets[message.contact_id], delivery, channel)
        else:
            message.status, message.status_at, message.error_code = delivery.status, func.now(), None
            message.payload = message.template = None
        changed.add(message.contact_id)
    session.flush()
    _let_pass(session, sorted(changed))
    if changed:
        notify(session, OUTBOX)


def _failed_later(
    session: Session, message: OutboundMessage, street: Dispatch, delivery: Delivery, channel: str
) -> None:
    """A message that had been accepted was not delivered after all; what can be mended by trying again is."""
    verdict = delivery.verdict or Verdict.DROP
    seconds = _TRIED_AGAIN.get(verdict)
    can_be_sent = message.payload is not None or message.template is not None
    if seconds is None or not can_be_sent or message.attempts >= MOST_TRIES_BY_STATUS:
        _refused(session, message, street, delivery.error_code, verdict)
        return
    message.status, message.status_at, message.error_code = "queued", func.now(), delivery.error_code
    # The channel will have another name for it.
    message.channel_key = None
    street.ready_at = func.now() + timedelta(seconds=seconds * 2 ** max(0, message.attempts - 1))
    if verdict is Verdict.PAUSE:
        pause(session, channel, seconds, delivery.error_code)


def _let_pass(session: Session, contacts: Sequence[int]) -> None:
    """Let the next message of these contacts go, unless one is on its way or waits for another try."""
    if not contacts:
        return
    theirs = OutboundMessage.contact_id == Dispatch.contact_id
    session.execute(
        update(Dispatch)
        .where(
            Dispatch.contact_id.in_(contacts),
            ~exists().where(theirs, OutboundMessage.status.in_(OPEN), OutboundMessage.attempts > 0),
        )
        .values(ready_at=case((exists().where(theirs, OutboundMessage.status == "queued"), func.now()), else_=null()))
        .execution_options(synchronize_session=False)
    )


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
