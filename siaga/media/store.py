"""Putting pictures away and finding them again."""

from __future__ import annotations

import hashlib

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from siaga.media.tables import Media

PREFIX = "media:"


def put(session: Session, content: bytes, mime: str) -> str:
    """Keep ``content`` and return its reference, ``media:<sha256>``; the same bytes are kept once."""
    sha256 = hashlib.sha256(content).hexdigest()
    row = insert(Media).values(sha256=sha256, mime=mime, content=content).on_conflict_do_nothing()
    session.execute(row)
    return PREFIX + sha256


def get(session: Session, reference: str) -> Media:
    """The picture behind a reference.

    Raises:
        KeyError: no such picture.
    """
    found = session.get(Media, reference.removeprefix(PREFIX))
    if found is None:
        raise KeyError("no such media")
    return found
