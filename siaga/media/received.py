"""Files that citizens sent: expected when their message arrives, fetched soon after, kept for a while."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from siaga.media.tables import ReceivedMedia


@dataclass(frozen=True)
class Expected:
    """A file that a message brings.

    ``content`` is the message's: ``{"media_kind", "media_id", "mime"?, "sha256"? (hex), "filename"?}``.
    """

    contact_id: int
    message_key: str
    channel: str
    content: dict[str, Any] = field(repr=False)


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
