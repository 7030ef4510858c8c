"""Contacts and messages that were not understood, for tests."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from siaga.db import transaction
from siaga.people.contacts import ensure_contact
from siaga.unclear import collect
from siaga.unclear.tables import UnclearMessage

AT = datetime.now(timezone.utc).replace(microsecond=0) - timedelta(days=1)
RANKING = [("nlu_fallback", 0.5), ("check_registration", 0.41), ("ask_next_dose", 0.22), ("find_facility", 0.11)]
_keys = count(1)


def contact(session: Session, phone: str = "628000000001") -> int:
    """A contact's id."""
    return int(ensure_contact(session, phone=phone).id)


def collected(text: str, *, days: float = 0, suggested: str | None = None, **rest: Any) -> str:
    """Collect a message that came so many days before ``AT``; returns its key."""
    key = f"{next(_keys):032d}"
    rest = {"ranking": RANKING, **rest}
    with transaction() as session:
        person = contact(session)
        collect.keep(session, person, collect.Unclear(key, AT - timedelta(days=days), text, **rest))
        if suggested:
            collect.suggest(session, person, key, suggested)
    return key


def rows() -> list[UnclearMessage]:
    """All that is kept, oldest first."""
    with transaction() as session:
        return list(session.scalars(select(UnclearMessage).order_by(UnclearMessage.at, UnclearMessage.id)))


def texts() -> list[str]:
    """The texts that are kept, oldest first."""
    return [str(row.text) for row in rows()]
