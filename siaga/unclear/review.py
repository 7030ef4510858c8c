"""What waits for review, and what reviewers make of it: for the command, and for the desk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from siaga.privacy import mask_text
from siaga.unclear.collect import LONGEST
from siaga.unclear.tables import UnclearMessage

DISCARD = "discard"
# A sitting does not get further; what is older comes first.
MOST = 2000


@dataclass(frozen=True)
class Message:
    """A message as a reviewer sees it; ``label`` is there where it was reviewed before and came back."""

    id: int
    at: datetime
    text: str = field(repr=False)
    ranking: Sequence[tuple[str, float]] = ()
    asked: str | None = None
    suggested: str | None = None
    label: str | None = None


def waiting(session: Session, most: int = MOST) -> list[Message]:
    """The messages that wait for review, oldest first."""
    rows = session.scalars(
        select(UnclearMessage)
        .where(UnclearMessage.reviewed_at.is_(None))
        .order_by(UnclearMessage.at, UnclearMessage.id)
        .limit(most)
    )
    return [_message(row) for row in rows]


def waiting_among(session: Session, ids: Iterable[int]) -> list[Message]:
    """Those of these messages that still wait for review, oldest first, locked."""
    rows = session.scalars(
        select(UnclearMessage)
        .where(UnclearMessage.id.in_(sorted(ids)), UnclearMessage.reviewed_at.is_(None))
        .order_by(UnclearMessage.at, UnclearMessage.id)
        .with_for_update()
    )
    return [_message(row) for row in rows]


def labelled(session: Session) -> list[Message]:
    """The messages that have a meaning and are not among the examples yet, oldest first, locked."""
    rows = session.scalars(
        select(UnclearMessage)
        .where(
            UnclearMessage.reviewed_at.is_not(None),
            UnclearMessage.label != DISCARD,
            UnclearMessage.exported_at.is_(None),
        )
        .order_by(UnclearMessage.at, UnclearMessage.id)
        .with_for_update()
    )
    return [_message(row) for row in rows]


def give_label(session: Session, ids: Iterable[int], label: str) -> None:
    """These messages mean this intent, or are worth nothing: ``DISCARD``."""
    _set(session, ids, label=label, reviewed_at=_now())


def rewrite(session: Session, ids: Iterable[int], text: str) -> str:
    """Put a reviewer's wording in these messages' place; returns it as it is kept, masked."""
    text = mask_text(text).strip()[:LONGEST]
    _set(session, ids, text=text)
    return text


def send_back(session: Session, ids: Iterable[int]) -> None:
    """Have these messages reviewed again."""
    _set(session, ids, reviewed_at=None)


def unsettle(session: Session, ids: Iterable[int], label: str) -> list[int]:
    """Take a label back that was a slip, as if it had never been given; returns which messages wait again.

    Not of those that have another label by now, or are among the examples.
    """
    slipped = session.execute(
        update(UnclearMessage)
        .where(
            UnclearMessage.id.in_(sorted(ids)),
            UnclearMessage.label == label,
            UnclearMessage.reviewed_at.is_not(None),
            UnclearMessage.exported_at.is_(None),
        )
        .values(label=None, reviewed_at=None)
        .returning(UnclearMessage.id)
        .execution_options(synchronize_session=False)
    )
    return sorted(int(number) for number in slipped.scalars())


def mark_exported(session: Session, ids: Iterable[int]) -> None:
    """These messages are among the examples now."""
    _set(session, ids, exported_at=_now())


def count_waiting(session: Session) -> int:
    """How many messages wait for review."""
    found = session.scalar(select(func.count()).select_from(UnclearMessage).where(UnclearMessage.reviewed_at.is_(None)))
    return int(found or 0)


def count_labelled(session: Session) -> int:
    """How many messages could be exported."""
    found = session.scalar(
        select(func.count())
        .select_from(UnclearMessage)
        .where(
            UnclearMessage.reviewed_at.is_not(None),
            UnclearMessage.label != DISCARD,
            UnclearMessage.exported_at.is_(None),
        )
    )
    return int(found or 0)


def _message(row: UnclearMessage) -> Message:
    ranking = [(str(intent), float(sure)) for intent, sure in row.ranking]
    return Message(row.id, row.at, row.text, ranking, row.asked, row.suggested, row.label)


def _set(session: Session, ids: Iterable[int], **values: Any) -> None:
    session.execute(
        update(UnclearMessage)
        .where(UnclearMessage.id.in_(sorted(ids)))
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def _now() -> datetime:
    return datetime.now(timezone.utc)
