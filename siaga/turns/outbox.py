"""Messages on their way out: in order per contact, each sent once as far as the channel lets us know."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, case, exists, func, null, or_, select, update
from sqlalchemy.orm import Session, aliased

from siaga.people.tables import Contact
from siaga.turns import lanes
from siaga.turns.messages import Delivery, Option, message_key
from siaga.turns.tables import OutboundMessage
from siaga.turns.wake import OUTBOX, notify

# A message that was accepted but not yet reported sent holds the contact's next one back for so long:
# the channel does not promise to deliver in the order of acceptance.
ORDER_SECONDS = 1.0
# A sender that has not finished after so long is taken for dead.
SENDING_SECONDS = 60.0
# The window in which the channel lets us answer freely; what could not be sent by then is given up.
WINDOW = timedelta(hours=24)

_RANK = {"queued": 0, "sending": 1, "unknown": 2, "accepted": 3, "sent": 4, "delivered": 5, "read": 6}
_FAILED_RANK = 4


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
class Offered:
    """Options that a contact was offered last, and whether nothing has been answered since."""

    options: list[Option]
    newest: bool


def new_key() -> str:
    """A fresh id for an outgoing message."""
    return secrets.token_hex(12)


def put(
    session: Session,
    contact_id: int,
    payload: dict[str, Any],
    options: Sequence[Option] = (),
    *,
    key: str | None = None,
    caused_by: int | None = None,
) -> str:
    """Queue a message behind the contact's others, and wake the senders; returns its key."""
    message = OutboundMessage(
        id=key or new_key(),
        contact_id=contact_id,
        seq=lanes.next_seq(session, contact_id),
        caused_by=caused_by,
        payload=payload,
        options=[asdict(option) for option in options] or None,
        status="queued",
    )
    session.add(message)
    session.flush()
    notify(session, OUTBOX)
    return message.id


def claim(session: Session, limit: int, *, resend_after: float) -> list[Outgoing]:
    """Take up to ``limit`` messages to send: each contact's oldest, where nothing of theirs is on its way.

    A message whose sender died, or whose fate is unknown, is taken again ``resend_after`` seconds later if no
    status has come for it by then.
    """
    _mark_lost_as_unknown(session, resend_after)
    before = aliased(OutboundMessage)
    blocked = exists().where(
        before.contact_id == OutboundMessage.contact_id,
        before.id != OutboundMessage.id,
        or_(
            before.status.in_(("sending", "unknown")),
            and_(before.status == "queued", before.seq < OutboundMessage.seq),
            and_(before.status == "accepted", before.status_at > func.now() - timedelta(seconds=ORDER_SECONDS)),
        ),
    )
    ready = (
        select(OutboundMessage, Contact.phone, Contact.user_id)
        .join(Contact, Contact.id == OutboundMessage.contact_id)
        .where(
            OutboundMessage.status.in_(("queued", "unknown")),
            or_(OutboundMessage.next_try_at.is_(None), OutboundMessage.next_try_at <= func.now()),
            ~blocked,
        )
        .order_by(OutboundMessage.created_at, OutboundMessage.seq)
        .limit(limit)
        .with_for_update(of=OutboundMessage, skip_locked=True)
    )
    claimed = []
    for message, phone, user_id in session.execute(ready):
        message.status = "sending"
        message.status_at = func.now()
        message.next_try_at = func.now() + timedelta(seconds=SENDING_SECONDS)
        message.attempts += 1
        claimed.append(
            Outgoing(message.id, message.contact_id, message.payload or {}, message.attempts, phone, user_id)
        )
    session.flush()
    return claimed


def _mark_lost_as_unknown(session: Session, resend_after: float) -> None:
    session.execute(
        update(OutboundMessage)
        .where(OutboundMessage.status == "sending", OutboundMessage.next_try_at < func.now())
        .values(status="unknown", next_try_at=func.now() + timedelta(seconds=resend_after), status_at=func.now())
        .execution_options(synchronize_session=False)
    )


def accepted(session: Session, key: str, wamid: str) -> None:
    """The channel took the message and calls it ``wamid``; a status that was faster is kept."""
    session.execute(
        update(OutboundMessage)
        .where(OutboundMessage.id == key)
        .values(
            channel_key=message_key(wamid),
            status=case((OutboundMessage.status.in_(_below("accepted")), "accepted"), else_=OutboundMessage.status),
            status_at=func.now(),
            next_try_at=None,
        )
        .execution_options(synchronize_session=False)
    )


def retry(session: Session, key: str, *, seconds: float, error_code: int | None) -> None:
    """Not sent: try again after ``seconds``, or give up when the window has closed by then."""
    late = OutboundMessage.created_at < func.now() - WINDOW
    session.execute(
        update(OutboundMessage)
        .where(OutboundMessage.id == key, OutboundMessage.status == "sending")
        .values(
            status=case((late, "failed"), else_="queued"),
            payload=case((late, null()), else_=OutboundMessage.payload),
            next_try_at=func.now() + timedelta(seconds=seconds),
            status_at=func.now(),
            error_code=error_code,
        )
        .execution_options(synchronize_session=False)
    )


def unknown(session: Session, key: str, *, seconds: float) -> None:
    """Perhaps sent: wait ``seconds`` for a status before sending again."""
    session.execute(
        update(OutboundMessage)
        .where(OutboundMessage.id == key, OutboundMessage.status == "sending")
        .values(status="unknown", next_try_at=func.now() + timedelta(seconds=seconds), status_at=func.now())
        .execution_options(synchronize_session=False)
    )


def failed(session: Session, key: str, error_code: int | None) -> None:
    """Refused for good."""
    session.execute(
        update(OutboundMessage)
        .where(OutboundMessage.id == key, OutboundMessage.status == "sending")
        .values(status="failed", error_code=error_code, payload=None, status_at=func.now(), next_try_at=None)
        .execution_options(synchronize_session=False)
    )
    # The contact's next message may go now.
    notify(session, OUTBOX)


def _below(status: str) -> list[str]:
    rank = _FAILED_RANK if status == "failed" else _RANK[status]
    return [name for name, its in _RANK.items() if its < rank or (status == "failed" and its == rank)]


def record(session: Session, deliveries: Iterable[Delivery]) -> None:
    """Note how far messages have come; a status never goes back, and one for an unknown message is no error."""
    noted = False
    for delivery in deliveries:
        channel_key = message_key(delivery.wamid)
        names = [OutboundMessage.channel_key == channel_key]
        if delivery.key:
            names.append(OutboundMessage.id == delivery.key)
        changed = session.execute(
            update(OutboundMessage)
            .where(or_(*names), OutboundMessage.status.in_(_below(delivery.status)))
            .values(
                status=delivery.status,
                channel_key=func.coalesce(OutboundMessage.channel_key, channel_key),
                status_at=func.now(),
                next_try_at=None,
                payload=None,
                error_code=delivery.error_code,
            )
            .execution_options(synchronize_session=False)
        )
        noted = noted or changed.rowcount > 0
    if noted:
        notify(session, OUTBOX)


def find_option(session: Session, contact_id: int, option_id: str) -> Option | None:
    """The option with this id among all that this contact was offered: ids are ``<message key>.<number>``."""
    key, _, _ = option_id.partition(".")
    offered = session.scalar(
        select(OutboundMessage.options).where(OutboundMessage.id == key, OutboundMessage.contact_id == contact_id)
    )
    return next((Option(**option) for option in offered or () if option["id"] == option_id), None)


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


def forget_sent(session: Session) -> None:
    """Drop what was written to people in messages that were accepted a day ago and never reported on since."""
    session.execute(
        update(OutboundMessage)
        .where(
            OutboundMessage.status == "accepted",
            OutboundMessage.payload.is_not(None),
            OutboundMessage.status_at < func.now() - WINDOW,
        )
        .values(payload=None)
        .execution_options(synchronize_session=False)
    )
