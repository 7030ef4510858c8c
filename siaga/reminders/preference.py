"""Whether a contact wants to be told what they have not asked for; the channel's own preference is not touched."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from siaga.people.tables import Contact


def stop(session: Session, contact_key: str, at: datetime) -> bool:
    """No more reminders; whether there were any before."""
    return _set(session, Contact.key == contact_key, Contact.reminders_off_at.is_(None), since=at)


def start(session: Session, contact_key: str) -> bool:
    """Reminders again; whether they had been stopped."""
    return _set(session, Contact.key == contact_key, Contact.reminders_off_at.is_not(None), since=None)


def _set(session: Session, *where: object, since: datetime | None) -> bool:
    changed = session.execute(
        update(Contact).where(*where).values(reminders_off_at=since).execution_options(synchronize_session=False)
    )
    return bool(changed.rowcount)
