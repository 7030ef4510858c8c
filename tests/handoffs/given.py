"""Contacts, attendants and hand-offs for the tests; synthetic persons only."""

from __future__ import annotations

from datetime import datetime, time, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import select

from siaga.db import transaction
from siaga.front import Hours
from siaga.handoffs import attendants, opening
from siaga.handoffs.tables import HandOff, HandOffMessage
from siaga.people.contacts import ensure_contact

# A Monday, 10.00 WIB.
NOW = datetime(2026, 11, 23, 3, 0, tzinfo=timezone.utc)
NIGHT = datetime(2026, 11, 23, 14, 0, tzinfo=timezone.utc)
WEEKDAYS = Hours("WIB", (((time(7, 30), time(16)),),) * 5 + ((), ()), {})


def keep_hours(monkeypatch: pytest.MonkeyPatch, hours: Hours | None = WEEKDAYS) -> None:
    """Let the office have these hours."""
    monkeypatch.setattr(opening, "office_hours", lambda: hours)


def contact(number: int = 1) -> int:
    """The id of the contact with this number."""
    with transaction() as session:
        return ensure_contact(session, phone=f"62800000{number:04}").id


def ask(number: int = 1, reason: str = "asked", at: datetime = NOW, **differs: Any) -> opening.Opened:
    """Contact ``number`` asks for a person."""
    who = contact(number)
    given = {"message_id": f"m{number}", **differs}
    with transaction() as session:
        return opening.ask(session, who, reason, at=at, **given)


def come(*logins: str, at: datetime = NOW) -> None:
    """These are at the desk; ``ani`` is called Ani."""
    with transaction() as session:
        for login in logins:
            attendants.seen(session, login, login.capitalize(), at)


def row(hand_off_id: int) -> HandOff:
    """A hand-off as it is stored."""
    with transaction() as session:
        return session.get(HandOff, hand_off_id)


def told(hand_off_id: int) -> list[tuple[str, str]]:
    """Who said what in a hand-off, in order."""
    query = select(HandOffMessage).where(HandOffMessage.hand_off_id == hand_off_id).order_by(HandOffMessage.id)
    with transaction() as session:
        return [(said.author, said.content.get("text", "")) for said in session.scalars(query)]


def minutes(count: float) -> timedelta:
    """So many minutes."""
    return timedelta(minutes=count)
