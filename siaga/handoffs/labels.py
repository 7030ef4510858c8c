"""Words that volunteers put on hand-offs, to find them again and to count."""

from __future__ import annotations

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from siaga.handoffs import changes
from siaga.handoffs.tables import HandOffLabel

LONGEST = 40


def add(session: Session, hand_off_id: int, label: str) -> str:
    """Put a label on a hand-off, once; returns it as it is kept: in lower case, with single spaces.

    Raises:
        ValueError: nothing is left of it, or it is longer than ``LONGEST`` characters.
    """
    kept = _plain(label)
    if not 0 < len(kept) <= LONGEST:
        raise ValueError(f"a label has 1 to {LONGEST} characters")
    session.execute(insert(HandOffLabel).values(hand_off_id=hand_off_id, label=kept).on_conflict_do_nothing())
    changes.notify(session, hand_off_id)
    return kept


def remove(session: Session, hand_off_id: int, label: str) -> None:
    """Take a label off, if it is there."""
    session.execute(
        delete(HandOffLabel)
        .where(HandOffLabel.hand_off_id == hand_off_id, HandOffLabel.label == _plain(label))
        .execution_options(synchronize_session=False)
    )
    changes.notify(session, hand_off_id)


def of(session: Session, hand_off_id: int) -> list[str]:
    """A hand-off's labels, in the order of the alphabet."""
    query = select(HandOffLabel.label).where(HandOffLabel.hand_off_id == hand_off_id).order_by(HandOffLabel.label)
    return list(session.scalars(query))


def known(session: Session) -> list[str]:
    """All labels that stand anywhere, the most used first."""
    query = select(HandOffLabel.label).group_by(HandOffLabel.label).order_by(func.count().desc(), HandOffLabel.label)
    return list(session.scalars(query))


def _plain(label: str) -> str:
    return " ".join(label.split()).lower()
