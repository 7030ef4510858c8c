"""How many NIKs a contact may name in a day, and names for each: enough for a large family with typos, too few to go
through either."""

from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger, Date, LargeBinary, String, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from siaga.db.prepared import Prepared, given
from siaga.people.contacts import ensure_key
from siaga.people.names import name_birth_index
from siaga.people.tables import Contact
from siaga.registration.people import nik_index
from siaga.registration.tables import NikTried
from siaga.settings import settings

_THE_NUMBER = b""
"""Stands for the name where the NIK alone was named."""

_CONTACT, _DAY = given("contact", BigInteger), given("day", Date)
# Made once: each step of a registration asks, from its name on.
_LOCK = Prepared(select(Contact.id).where(Contact.key == given("key", String)).with_for_update(key_share=True))
_TRIED = Prepared(
    select(NikTried.nik_index, NikTried.name_index).where(NikTried.contact_id == _CONTACT, NikTried.day == _DAY)
)
_FORGET = Prepared(delete(NikTried).where(NikTried.contact_id == _CONTACT, NikTried.day < _DAY))
_NOTE = Prepared(
    insert(NikTried)
    .values(contact_id=_CONTACT, day=_DAY, nik_index=given("nik", LargeBinary), name_index=given("name", LargeBinary))
    .on_conflict_do_nothing()
)


def may_try(session: Session, contact_key: str, nik: str, day: date) -> bool:
    """Whether a contact may name this NIK on ``day``; one that was named that day already may be named again."""
    return _counted(session, contact_key, nik_index(nik), _THE_NUMBER, day)


def may_try_name(session: Session, contact_key: str, nik: str, name: str, birth_date: date, day: date) -> bool:
    """Whether a contact may tell this name and birth date of a NIK on ``day``; one told that day may be told again."""
    return _counted(session, contact_key, nik_index(nik), name_birth_index(name, birth_date), day)


def _counted(session: Session, contact_key: str, nik: bytes, name: bytes, day: date) -> bool:
    ensure_key(session, contact_key)
    # A form that answers several times at once counts each of them.
    contact_id = _LOCK.scalar(session, key=contact_key)
    if contact_id is None:
        raise NoResultFound
    tried = {(row.nik_index, row.name_index) for row in _TRIED.all(session, contact=contact_id, day=day)}
    if (nik, name) in tried:
        return True
    if name == _THE_NUMBER:
        most, others = settings().nik_tries_per_day, [one for one, told in tried if told == _THE_NUMBER]
    else:
        most, others = settings().name_tries_per_day, [one for one, told in tried if told and one == nik]
    if len(others) >= most:
        return False
    _FORGET.run(session, contact=contact_id, day=day)
    _NOTE.run(session, contact=contact_id, day=day, nik=nik, name=name)
    return True
