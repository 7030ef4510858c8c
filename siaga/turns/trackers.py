"""Conversation states, one row each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from siaga.turns.tables import TrackerRow

Events = list[dict[str, Any]]


class TrackerConflict(Exception):
    """The conversation was written by someone else since it was read."""


@dataclass(frozen=True)
class Stored:
    """The events of a conversation, and the version that a write must build on; 0 when there is none yet."""

    events: Events = field(repr=False)
    version: int


def load(session: Session, key: str) -> Stored:
    """What is stored of a conversation."""
    row = session.execute(select(TrackerRow.events, TrackerRow.version).where(TrackerRow.key == key)).one_or_none()
    return Stored(row.events, row.version) if row else Stored([], 0)


def write(session: Session, key: str, events: Events, *, version: int) -> None:
    """Replace what was read as ``version``.

    Raises:
        TrackerConflict: that is no longer what is stored.
    """
    if version == 0:
        statement = insert(TrackerRow).values(key=key, version=1, events=events).on_conflict_do_nothing()
    else:
        statement = (
            update(TrackerRow)
            .where(TrackerRow.key == key, TrackerRow.version == version)
            .values(events=events, version=version + 1, updated_at=func.now())
            .execution_options(synchronize_session=False)
        )
    if session.execute(statement).rowcount != 1:
        raise TrackerConflict


def forget(session: Session, key: str) -> None:
    """Delete a conversation."""
    session.execute(delete(TrackerRow).where(TrackerRow.key == key))


def keys(session: Session) -> list[str]:
    """All conversations."""
    return list(session.scalars(select(TrackerRow.key)))
