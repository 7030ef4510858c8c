"""The same person under two NIKs: one digit off, or another number with the same name and birth date.

NIKs are looked for by their blind indexes: a number has 144 neighbours that differ in one digit, so those are asked
for, and nothing has to be opened but what was found.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import literal, or_, select
from sqlalchemy.orm import Session

from siaga.db.bulk import is_any
from siaga.people.contacts import contact_by_key
from siaga.people.names import name_birth_index, same_name
from siaga.people.tables import ContactPerson, Person
from siaga.registration.nik import read_nik
from siaga.registration.people import nik_index
from siaga.registration.tables import OfficialPerson

_DIGITS = "0123456789"


@dataclass(frozen=True)
class Near:
    """Somebody who may be meant; ``mine``: the contact looks after them, and may be told the masked NIK."""

    nik: str = field(repr=False)
    mine: bool


def one_digit_off(nik: str) -> list[str]:
    """All numbers that differ from a NIK in exactly one digit; valid or not."""
    return [
        nik[:place] + digit + nik[place + 1 :]
        for place, written in enumerate(nik)
        for digit in _DIGITS
        if digit != written
    ]


def near_duplicate(session: Session, contact_key: str, nik: str, name: str, birth_date: date) -> Near | None:
    """Somebody of the same name and birth date with another NIK, on file or on an official list; first the contact's.

    None too where the NIK itself is on an official list with that name and birth date: then it is the right one.
    """
    number = read_nik(nik).number
    if _listed_so(session, number, name, birth_date):
        return None
    neighbours = [nik_index(other) for other in one_digit_off(number)]
    namesakes = name_birth_index(name, birth_date)
    found: dict[str, bool] = {}
    mine = select(ContactPerson.person_id).where(ContactPerson.contact_id == contact_by_key(session, contact_key).id)
    for table, looked_after in ((Person, Person.id.in_(mine)), (OfficialPerson, literal(False))):
        query = select(table.nik, table.name, table.birth_date, looked_after).where(
            or_(is_any(table.nik_index, neighbours), table.name_birth_index == namesakes)
        )
        for other, their_name, born, is_mine in session.execute(query):
            if other != number and born == birth_date.isoformat() and same_name(their_name, name):
                found[other] = found.get(other, False) or is_mine
    # The order of the numbers, so that the same question is asked each time.
    return next((Near(other, found[other]) for other in sorted(found, key=lambda one: (not found[one], one))), None)


def _listed_so(session: Session, nik: str, name: str, birth_date: date) -> bool:
    query = select(OfficialPerson.name, OfficialPerson.birth_date).where(OfficialPerson.nik_index == nik_index(nik))
    row = session.execute(query).one_or_none()
    return row is not None and row.birth_date == birth_date.isoformat() and same_name(row.name, name)
