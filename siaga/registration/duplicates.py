"""The same person under two NIKs: one digit off, or another number with the same name and birth date.

NIKs are looked for by their blind indexes: a number has 144 neighbours that differ in one digit, so those are asked
for, and nothing has to be opened but what was found.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from siaga.db.bulk import is_any
from siaga.people.contacts import id_by_key
from siaga.people.names import name_birth_index, same_name
from siaga.people.tables import ContactPerson, Person
from siaga.registration.nik import read_nik
from siaga.registration.people import nik_index
from siaga.registration.tables import OfficialPerson

_DIGITS = "0123456789"


def one_digit_off(nik: str) -> list[str]:
    """All numbers that differ from a NIK in exactly one digit; valid or not."""
    return [
        nik[:place] + digit + nik[place + 1 :]
        for place, written in enumerate(nik)
        for digit in _DIGITS
        if digit != written
    ]


def near_duplicate(session: Session, contact_key: str, nik: str, name: str, birth_date: date) -> str | None:
    """The NIK of somebody of the same name and birth date whom the contact looks after under another number.

    Nobody is asked, or told, about others' people: who has the same name with another number is no concern of theirs.
    None too where the NIK itself is on an official list with that name and birth date: then it is the right one.
    """
    number = read_nik(nik).number
    if _listed_so(session, number, name, birth_date):
        return None
    neighbours = [nik_index(other) for other in one_digit_off(number)]
    namesakes = name_birth_index(name, birth_date)
    query = (
        select(Person.nik, Person.name, Person.birth_date)
        .join(ContactPerson, ContactPerson.person_id == Person.id)
        .where(
            ContactPerson.contact_id == id_by_key(session, contact_key),
            or_(is_any(Person.nik_index, neighbours), Person.name_birth_index == namesakes),
        )
    )
    found = [
        other
        for other, their_name, born in session.execute(query)
        if other != number and born == birth_date.isoformat() and same_name(their_name, name)
    ]
    # The order of the numbers, so that the same question is asked each time.
    return min(found, default=None)


def _listed_so(session: Session, nik: str, name: str, birth_date: date) -> bool:
    query = select(OfficialPerson.name, OfficialPerson.birth_date).where(OfficialPerson.nik_index == nik_index(nik))
    row = session.execute(query).one_or_none()
    return row is not None and row.birth_date == birth_date.isoformat() and same_name(row.name, name)
