"""Telling those who look on that a hand-off has changed."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

CHANNEL = "siaga_desk"
"""Notified with a hand-off's number when it, or what was said in it, has changed."""


def notify(session: Session, hand_off_id: int) -> None:
    """Tell it when this transaction commits."""
    session.execute(select(func.pg_notify(CHANNEL, str(hand_off_id))))
