"""Files that citizens sent: expected when their message arrives, fetched soon after, kept for a while.

Any number of fetchers share the work: one that claims a file has a while to bring it, then it is another's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from siaga.media.tables import ReceivedMedia

# As long as the channel keeps what was sent to us.
KEPT_BY_CHANNEL = timedelta(days=7)


@dataclass(frozen=True)
class Expected:
    """A file that a message brings.

    ``content`` is the message's: ``{"media_kind", "media_id", "mime"?, "sha256"? (hex), "filename"?}``.
    """

    contact_id: int
    message_key: str
    channel: str
    content: dict[str, Any] = field(repr=False)


@dataclass(frozen=True)
class Received:
    """A file as far as it is here; its bytes are read apart, with ``content_of``.

    ``status`` is waiting, kept, refused or gone; ``mime`` and ``size`` (bytes) are there when it is kept, ``reason``
    (type, size, damaged, gone) when it will not be.
    """

    contact_id: int
    message_key: str
    media_kind: str
    status: str
    reason: str | None
    mime: str | None
    size: int | None
    received_at: datetime
    file_name: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Claimed:
    """A file to fetch now. ``attempts`` counts this one too, and tells a claim from a later one."""

    id: int
    media_kind: str
    channel_id: str = field(repr=False)
    declared_mime: str | None
    declared_sha256: str | None
    attempts: int


def expect(session: Session, files: Sequence[Expected]) -> None:
    """Note files to be fetched; one that is noted already stays as it is."""
    if not files:
        return
    rows = [
        {
            "contact_id": file.contact_id,
            "message_key": file.message_key,
            "media_kind": file.content["media_kind"],
            "channel": file.channel,
            "channel_id": file.content["media_id"],
            "declared_mime": file.content.get("mime"),
            "declared_sha256": file.content.get("sha256"),
            "file_name": file.content.get("filename"),
            "status": "waiting",
            "next_try_at": func.now(),
        }
        for file in files
    ]
    session.execute(insert(ReceivedMedia).values(rows).on_conflict_do_nothing(index_elements=["message_key"]))


def withdraw(session: Session, contact_id: int, message_key: str) -> None:
    """The contact has taken the message back that brought this file: it is forgotten."""
    session.execute(
        delete(ReceivedMedia)
        .where(ReceivedMedia.contact_id == contact_id, ReceivedMedia.message_key == message_key)
        .execution_options(synchronize_session=False)
    )


# ---------------------------------------------------------------- who looks at them
_SHOWN = (
    ReceivedMedia.contact_id,
    ReceivedMedia.message_key,
    ReceivedMedia.media_kind,
    ReceivedMedia.status,
    ReceivedMedia.reason,
    ReceivedMedia.mime,
    ReceivedMedia.size,
    ReceivedMedia.received_at,
    ReceivedMedia.file_name,
)


def get(session: Session, message_key: str) -> Received | None:
    """The file that a message brought, if it brought one and it has not been forgotten."""
    row = session.execute(select(*_SHOWN).where(ReceivedMedia.message_key == message_key)).one_or_none()
    return Received(*row) if row else None


def of_contact(session: Session, contact_id: int) -> list[Received]:
    """A contact's files, oldest first."""
    rows = session.execute(select(*_SHOWN).where(ReceivedMedia.contact_id == contact_id).order_by(ReceivedMedia.id))
    return [Received(*row) for row in rows]


def content_of(session: Session, message_key: str) -> bytes | None:
    """The bytes of a file that is kept."""
    return session.scalar(
        select(ReceivedMedia.content).where(ReceivedMedia.message_key == message_key, ReceivedMedia.status == "kept")
    )


# ---------------------------------------------------------------- who brings them
def claim(session: Session, channel: str, limit: int, *, seconds: float) -> list[Claimed]:
    """Up to ``limit`` files that it is time for, each for this caller alone during ``seconds``."""
    due = (
        select(ReceivedMedia.id)
        .where(
            ReceivedMedia.channel == channel,
            ReceivedMedia.status == "waiting",
            ReceivedMedia.next_try_at <= func.now(),
        )
        .order_by(ReceivedMedia.next_try_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    rows = session.execute(
        update(ReceivedMedia)
        .where(ReceivedMedia.id == due.c.id)
        .values(attempts=ReceivedMedia.attempts + 1, next_try_at=func.now() + timedelta(seconds=seconds))
        .returning(
            ReceivedMedia.id,
            ReceivedMedia.media_kind,
            ReceivedMedia.channel_id,
            ReceivedMedia.declared_mime,
            ReceivedMedia.declared_sha256,
            ReceivedMedia.attempts,
        )
        .execution_options(synchronize_session=False)
    )
    return [Claimed(*row) for row in rows]


def keep(session: Session, file: Claimed, content: bytes, mime: str) -> bool:
    """Put a file's bytes away; False if it is not this caller's any more, or was erased meanwhile."""
    return _settle(session, file, status="kept", content=content, mime=mime, size=len(content), channel_id=None)


def refuse(session: Session, file: Claimed, reason: str) -> bool:
    """The file will not be kept: type, size or damaged; as ``keep``."""
    return _settle(session, file, status="refused", reason=reason, channel_id=None)


def gone(session: Session, file: Claimed) -> bool:
    """The channel has the file no more; as ``keep``."""
    return _settle(session, file, status="gone", reason="gone", channel_id=None)


def again(session: Session, file: Claimed, *, seconds: float) -> bool:
    """Try again after so many seconds; as ``keep``."""
    return _settle(session, file, next_try_at=func.now() + timedelta(seconds=seconds))


def give_up(session: Session, channel: str) -> int:
    """Wait no longer for files that the channel has thrown away by now; returns how many."""
    given_up = session.execute(
        update(ReceivedMedia)
        .where(
            ReceivedMedia.channel == channel,
            ReceivedMedia.status == "waiting",
            ReceivedMedia.received_at <= func.now() - KEPT_BY_CHANNEL,
        )
        .values(status="gone", reason="gone", channel_id=None, next_try_at=None)
        .execution_options(synchronize_session=False)
    )
    return int(given_up.rowcount)


def _settle(session: Session, file: Claimed, **values: Any) -> bool:
    if "status" in values:
        values["next_try_at"] = None
    settled = session.execute(
        update(ReceivedMedia)
        .where(
            ReceivedMedia.id == file.id,
            ReceivedMedia.status == "waiting",
            ReceivedMedia.attempts == file.attempts,
        )
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return bool(settled.rowcount)
