"""Conversation states, one row each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import BigInteger, Text, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from siaga.db.prepared import Prepared, given
from siaga.turns.tables import TrackerRow

Events = list[dict[str, Any]]

# Made once: each is asked for every turn.
_KEY, _EVENTS = given("key", Text), given("events", TrackerRow.__table__.c.events.type)
_LOAD = Prepared(select(TrackerRow.events, TrackerRow.version).where(TrackerRow.key == _KEY))
_BEGIN = Prepared(insert(TrackerRow).values(key=_KEY, version=1, events=_EVENTS).on_conflict_do_nothing())
_REPLACE = Prepared(
    update(TrackerRow)
    .where(TrackerRow.key == _KEY, TrackerRow.version == given("version", BigInteger))
    .values(events=_EVENTS, version=TrackerRow.version + 1, updated_at=func.now())
)


class TrackerConflict(Exception):
    """The conversation was written by someone else since it was read."""


@dataclass(frozen=True)
class Stored:
    """The events of a conversation, and the version that a write must build on; 0 when there is none yet."""

    events: Events = field(repr=False)
    version: int


def load(session: Session, key: str) -> Stored:
    """What is stored of a conversation."""
    row = _LOAD.first(session, key=key)
    return Stored(row.events, row.version) if row else Stored([], 0)


def write(session: Session, key: str, events: Events, *, version: int) -> None:
    """Replace what was read as ``version``.

    Raises:
        TrackerConflict: that is no longer what is stored.
    """
    if version == 0:
        written = _BEGIN.run(session, key=key, events=events)
    else:
        written = _REPLACE.run(session, key=key, events=events, version=version)
    if written != 1:
        raise TrackerConflict


def forget(session: Session, key: str) -> None:
    """Delete a conversation."""
    session.execute(delete(TrackerRow).where(TrackerRow.key == key))


def keys(session: Session) -> list[str]:
    """All conversations."""
    return list(session.scalars(select(TrackerRow.key)))
