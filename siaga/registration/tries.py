"""How many NIKs a contact may name in a day: enough for a large family, too few to go through numbers."""

from __future__ import annotations

from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from siaga.people.contacts import contact_by_key, ensure_key
from siaga.registration.people import nik_index
from siaga.registration.tables import NikTried
from siaga.settings import settings


def may_try(session: Session, contact_key: str, nik: str, day: date) -> bool:
    """Whether a contact may name this NIK on ``day``; one that was named that day already may be named again."""
    ensure_key(session, contact_key)
    contact_id = contact_by_key(session, contact_key).id
    index = nik_index(nik)
    query = select(NikTried.nik_index).where(NikTried.contact_id == contact_id, NikTried.day == day)
    named = {bytes(one) for one in session.execute(query).scalars()}
    if index in named:
        return True
    if len(named) >= settings().nik_tries_per_day:
        return False
    session.execute(
        delete(NikTried)
        .where(NikTried.contact_id == contact_id, NikTried.day < day)
        .execution_options(synchronize_session=False)
    )
    row = insert(NikTried).values(contact_id=contact_id, day=day, nik_index=index)
    session.execute(row.on_conflict_do_nothing())
    return True
