"""What is said in a hand-off: each message once, in the order in which it is written down here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import String, column, select, table, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from siaga.handoffs import changes
from siaga.handoffs.tables import HandOff, HandOffMessage
from siaga.people.tasks import CALLBACK, done_meanwhile
from siaga.privacy import blind_index

WITHDRAWN = "withdrawn"
"""The kind of a message that its sender has taken back: nothing of it is kept."""

# Of the outbox no more is needed than this; it belongs to the turns.
_OUTBOX = table("outbound_message", column("id", String), column("status", String))


@dataclass(frozen=True)
class Said:
    """Something that was said; ``author`` and ``content`` as ``siaga.handoffs.tables.HandOffMessage`` has them.

    ``status`` is how far the outbox has come with it: queued, sending, unknown, accepted, sent, delivered, read or
    failed; None for what was never sent from there, or so long ago that it is forgotten.
    """

    id: int
    at: datetime
    author: str
    login: str | None
    kind: str
    content: dict[str, Any] = field(repr=False)
    outbound_id: str | None
    status: str | None
    message_key: str | None


def citizen_said(session: Session, hand_off: HandOff, waiting: Sequence[Mapping[str, Any]], at: datetime) -> int:
    """Record messages of the citizen's, each once by its key; returns the id of the last.

    Args:
        waiting: at least one, ``{"key", "at", "kind", "content", "wamid"}`` each; the ``wamid`` is kept inside the
            content, for read marks.
        at: when they wrote last.
    """
    last = 0
    for message in waiting:
        last = _record(
            session,
            hand_off,
            at=message["at"],
            author="citizen",
            kind=message["kind"],
            content={**message["content"], "wamid": message["wamid"]},
            message_key=message["key"],
        )
    hand_off.last_citizen_at = max(at, hand_off.last_citizen_at or at)
    return last


def bot_said(
    session: Session,
    hand_off: HandOff,
    text: str,
    outbound_id: str | None,
    *,
    at: datetime,
    options: Sequence[str] = (),
    picture: str | None = None,
) -> int:
    """Record an answer of the bot's, once by its id in the outbox; ``options`` are the labels of what it offered."""
    content = _content(text, options, picture)
    return _record(session, hand_off, at=at, author="bot", content=content, outbound_id=outbound_id)


def desk_said(
    session: Session,
    hand_off: HandOff,
    login: str,
    text: str,
    outbound_id: str | None,
    *,
    at: datetime,
    kind: str = "text",
    picture: str | None = None,
) -> int:
    """Record what somebody at the desk has written to the citizen; a callback that was promised is kept by it."""
    said = _record(
        session,
        hand_off,
        at=at,
        author="desk",
        login=login,
        kind=kind,
        content=_content(text, (), picture),
        outbound_id=outbound_id,
    )
    hand_off.first_reply_at = hand_off.first_reply_at or at
    hand_off.last_desk_at = at
    callback_kept(session, hand_off, login, at)
    return said


def system(
    session: Session, hand_off: HandOff, text: str, at: datetime, *, once: str | None = None, wish: str | None = None
) -> int:
    """Record what happened, in words for volunteers; of the same ``once`` a single time.

    ``wish`` is what the bot takes up later, see ``siaga.handoffs.wishes``.
    """
    key = blind_index(once, "hand_off.once").hex()[:32] if once else None
    content = {"text": text, "wish": wish} if wish else {"text": text}
    return _record(session, hand_off, at=at, author="system", content=content, message_key=key)


def note(session: Session, hand_off: HandOff, login: str, text: str, at: datetime) -> int:
    """Record a note for colleagues."""
    return _record(session, hand_off, at=at, author="note", login=login, content={"text": text})


def messages(session: Session, hand_off_id: int, after: int = 0, limit: int = 200) -> list[Said]:
    """What was said since the message with the id ``after``, oldest first, at most ``limit`` of them."""
    return _said(session, HandOffMessage.hand_off_id == hand_off_id, HandOffMessage.id > after, limit=limit)


def withdrawn(session: Session, hand_off_id: int, limit: int = 200) -> list[Said]:
    """What the citizen has taken back, oldest first: that there was something, and nothing of it."""
    return _said(session, HandOffMessage.hand_off_id == hand_off_id, HandOffMessage.kind == WITHDRAWN, limit=limit)


def _said(session: Session, *which: Any, limit: int) -> list[Said]:
    rows = session.execute(
        select(HandOffMessage, _OUTBOX.c.status)
        .outerjoin(_OUTBOX, _OUTBOX.c.id == HandOffMessage.outbound_id)
        .where(*which)
        .order_by(HandOffMessage.id)
        .limit(limit)
    )
    return [
        Said(row.id, row.at, row.author, row.login, row.kind, row.content, row.outbound_id, status, row.message_key)
        for row, status in rows
    ]


def withdraw(session: Session, contact_id: int, key: str) -> None:
    """The contact has taken a message back: what it said is forgotten, that there was one is not."""
    theirs = select(HandOff.id).where(HandOff.contact_id == contact_id)
    changed = session.execute(
        update(HandOffMessage)
        .where(HandOffMessage.message_key == key, HandOffMessage.hand_off_id.in_(theirs))
        .values(kind=WITHDRAWN, content={})
        .returning(HandOffMessage.hand_off_id)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if changed is not None:
        changes.notify(session, changed)


def callback_kept(session: Session, hand_off: HandOff, by: str, at: datetime) -> None:
    """The promise to write has been kept, or is not needed any more."""
    if hand_off.callback_at is not None:
        done_meanwhile(session, hand_off.contact_id, (CALLBACK,), by=by, at=at)


def _content(text: str, options: Sequence[str], picture: str | None) -> dict[str, Any]:
    content: dict[str, Any] = {"text": text}
    if options:
        content["options"] = list(options)
    if picture:
        content["picture"] = picture
    return content


def _record(session: Session, hand_off: HandOff, *, at: datetime, **values: Any) -> int:
    new = insert(HandOffMessage).values(hand_off_id=hand_off.id, at=at, **values).on_conflict_do_nothing()
    said: int | None = session.execute(new.returning(HandOffMessage.id)).scalar_one_or_none()
    if said is None:
        same = [
            getattr(HandOffMessage, name) == values[name] for name in ("message_key", "outbound_id") if values.get(name)
        ]
        return int(session.execute(select(HandOffMessage.id).where(*same)).scalar_one())
    changes.notify(session, hand_off.id)
    return said
