"""Taking messages in, each once, and giving them out in the order in which they came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from siaga.people.contacts import ensure_contact
from siaga.turns import lanes
from siaga.turns.messages import Incoming, message_key
from siaga.turns.tables import InboundMessage
from siaga.turns.wake import INBOX, notify

# Where a message's own id lies in its encrypted content, as long as that is kept.
_WAMID = "wamid"


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A message whose turn it is."""

    id: int
    key: str
    wamid: str = field(repr=False)
    contact_id: int
    at: datetime
    kind: str
    content: dict[str, Any] = field(repr=False)
    attempts: int


def receive(session: Session, messages: Sequence[Incoming]) -> int:
    """Keep the messages not seen before, and wake the workers; returns how many were new.

    Within one delivery the messages' own times decide the order. The caller commits: nothing may be acknowledged
    before that.
    """
    contacts: dict[tuple[str | None, str | None], int] = {}
    # In one order everywhere, so that two webhooks with the same people never wait for each other.
    for alias in sorted({(message.phone or "", message.user_id or "") for message in messages}):
        phone, user_id = alias[0] or None, alias[1] or None
        contact = ensure_contact(session, phone=phone, user_id=user_id)
        session.flush()
        contacts[phone, user_id] = contact.id
    rows = [
        {
            "key": message_key(message.wamid),
            "contact_id": contacts[message.phone, message.user_id],
            "at": message.at,
            "kind": message.kind,
            "content": None if message.kind == "ignored" else {**message.content, _WAMID: message.wamid},
            "status": "ignored" if message.kind == "ignored" else "waiting",
        }
        for message in sorted(messages, key=lambda message: message.at)
    ]
    if not rows:
        return 0
    lanes.ensure(session, contacts.values())
    new = session.execute(
        insert(InboundMessage)
        .values(rows)
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(InboundMessage.status)
    ).all()
    if any(status == "waiting" for (status,) in new):
        notify(session, INBOX)
    return len(new)


def first_waiting(session: Session, contact_id: int) -> Waiting | None:
    """The contact's oldest message that has not had its turn."""
    row = session.scalar(
        select(InboundMessage)
        .where(InboundMessage.contact_id == contact_id, InboundMessage.status == "waiting")
        .order_by(InboundMessage.id)
        .limit(1)
    )
    if row is None:
        return None
    content = dict(row.content or {})
    return Waiting(
        id=row.id,
        key=row.key,
        wamid=content.pop(_WAMID, ""),
        contact_id=row.contact_id,
        at=row.at,
        kind=row.kind,
        content=content,
        attempts=row.attempts,
    )


def finish(session: Session, message_id: int) -> None:
    """The message's turn is over: its content is forgotten.

    Raises:
        LeaseLost: it was over already.
    """
    ended = session.execute(
        update(InboundMessage)
        .where(InboundMessage.id == message_id, InboundMessage.status == "waiting")
        .values(status="done", content=None, last_error=None)
        .execution_options(synchronize_session=False)
    )
    if ended.rowcount != 1:
        raise lanes.LeaseLost


def fail(session: Session, message_id: int, error: str, *, limit: int) -> bool:
    """Count a failed run; at the limit the message is parked. Returns whether it was.

    ``error`` is the name of an exception's class, never its text.
    """
    row = session.get(InboundMessage, message_id, with_for_update=True, populate_existing=True)
    if row is None or row.status != "waiting":
        raise lanes.LeaseLost
    row.attempts += 1
    row.last_error = error[:80]
    if row.attempts < limit:
        return False
    row.status = "parked"
    return True
