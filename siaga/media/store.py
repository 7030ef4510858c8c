"""Putting what is to be sent away, sealed, and finding it again."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta, timezone

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from siaga.media.tables import Media

PREFIX = "media:"
TO_SEND = timedelta(days=2)
"""A message waits for a day at most before it is sent, or is not sent at all."""


def put(session: Session, content: bytes, mime: str, *, until: datetime | None = None) -> str:
    """Keep ``content`` and return its reference, ``media:<sha256>``; the same bytes are kept once.

    Args:
        until: when it may be forgotten; without it, when no message that shows it can be waiting any more, as of what
            is drawn anew whenever it is asked for. What is put again stays the longer of both times.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    until = until or datetime.now(timezone.utc) + TO_SEND
    row = insert(Media).values(sha256=sha256, mime=mime, content=content, forget_after=until)
    session.execute(
        row.on_conflict_do_update(
            index_elements=[Media.sha256],
            set_={"forget_after": row.excluded.forget_after},
            where=Media.forget_after < row.excluded.forget_after,
        )
    )
    return PREFIX + sha256


def prolong(session: Session, reference: str, until: datetime) -> None:
    """Keep what is there until then, if it was to be forgotten before."""
    session.execute(
        update(Media)
        .where(Media.sha256 == reference.removeprefix(PREFIX), Media.forget_after < until)
        .values(forget_after=until)
        .execution_options(synchronize_session=False)
    )


def get(session: Session, reference: str) -> Media:
    """The picture or file behind a reference.

    Raises:
        KeyError: no such picture.
    """
    found = session.get(Media, reference.removeprefix(PREFIX))
    if found is None:
        raise KeyError("no such media")
    return found
