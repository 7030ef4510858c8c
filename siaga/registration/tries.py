"""How many NIKs a contact may name in a day, and names for each: enough for a large family with typos, too few to go
through either."""

from __future__ import annotations

from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from siaga.people.contacts import contact_by_key, ensure_key
from siaga.people.names import name_birth_index
from siaga.people.tables import Contact
from siaga.registration.people import nik_index
from siaga.registration.tables import NikTried
from siaga.settings import settings

_THE_NUMBER = b""
"""Stands for the name where the NIK alone was named."""


def may_try(session: Session, contact_key: str, nik: str, day: date) -> bool:
    """Whether a contact may name this NIK on ``day``; one that was named that day already may be named again."""
    return _counted(session, contact_key, nik_index(nik), _THE_NUMBER, day)


def may_try_name(session: Session, contact_key: str, nik: str, name: str, birth_date: date, day: date) -> bool:
    """Whether a contact may tell this name and birth date of a NIK on ``day``; one told that day may be told again."""
    return _counted(session, contact_key, nik_index(nik), name_birth_index(name, birth_date), day)


def _counted(session: Session, contact_key: str, nik: bytes, name: bytes, day: date) -> bool:
    ensure_key(session, contact_key)
    contact_id = contact_by_key(session, contact_key).id
    # A form that answers several times at once counts each of them.
    session.execute(select(Contact.id).where(Contact.id == contact_id).with_for_update(key_share=True))
    query = select(NikTried.nik_index, NikTried.name_index).where(
        NikTried.contact_id == contact_id, NikTried.day == day
    )
    tried = {(bytes(row.nik_index), bytes(row.name_index)) for row in session.execute(query)}
    if (nik, name) in tried:
        return True
    if name == _THE_NUMBER:
        most, others = settings().nik_tries_per_day, [one for one, told in tried if told == _THE_NUMBER]
    else:
        most, others = settings().name_tries_per_day, [one for one, told in tried if told and one == nik]
    if len(others) >= most:
        return False
    session.execute(
        delete(NikTried)
        .where(NikTried.contact_id == contact_id, NikTried.day < day)
        .execution_options(synchronize_session=False)
    )
    row = insert(NikTried).values(contact_id=contact_id, day=day, nik_index=nik, name_index=name)
    session.execute(row.on_conflict_do_nothing())
    return True
