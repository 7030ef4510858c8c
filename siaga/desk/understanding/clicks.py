"""What a reviewer has clicked: kept in the audit log, so that a slip can be taken back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from siaga.db import audit
from siaga.db.audit import Audit
from siaga.unclear import review

LABEL, UNDO = "unclear.label", "unclear.undo"
REMEMBERED = timedelta(hours=2)
"""So long a click can be taken back."""


class NoSuchClick(LookupError):
    """There was none, it was somebody else's, or it is too long ago."""


@dataclass(frozen=True)
class Click:
    """These messages were given this label, an intent or ``review.DISCARD``."""

    id: int
    label: str
    ids: tuple[int, ...]


def give(session: Session, by: str, ids: Iterable[int], label: str) -> Click:
    """Give messages a label, and note who did."""
    kept = sorted(ids)
    review.give_label(session, kept, label)
    row = Audit(actor=by, action=LABEL, detail={"label": label, "messages": kept})
    session.add(row)
    session.flush()
    return _click(row)


def last(session: Session, by: str, now: datetime) -> Click | None:
    """What somebody clicked last, unless they have taken it back."""
    row = session.scalars(
        select(Audit)
        .where(Audit.actor == by, Audit.action.in_((LABEL, UNDO)), Audit.at > now - REMEMBERED)
        .order_by(Audit.id.desc())
        .limit(1)
    ).one_or_none()
    return _click(row) if row is not None and row.action == LABEL else None


def undo(session: Session, by: str, click_id: int, now: datetime) -> list[int]:
    """Take a click back; returns the messages that wait again.

    Raises:
        NoSuchClick
    """
    row = session.scalars(
        select(Audit).where(Audit.id == click_id, Audit.actor == by, Audit.action == LABEL, Audit.at > now - REMEMBERED)
    ).one_or_none()
    if row is None:
        raise NoSuchClick(f"no click {click_id}")
    click = _click(row)
    waiting = review.unsettle(session, click.ids, click.label)
    audit.note(session, by, UNDO, {"click": click_id, "messages": len(waiting)})
    return waiting


def _click(row: Audit) -> Click:
    return Click(int(row.id), str(row.detail["label"]), tuple(row.detail["messages"]))
