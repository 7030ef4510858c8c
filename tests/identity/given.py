"""People with a phone on record; synthetic persons only."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from siaga.people.tables import Person
from siaga.privacy import blind_index
from tests.registration.given import SURABAYA, nik

BORN = date(1954, 8, 1)


def person(session: Session, serial: int = 1, *, phone: str | None = None, **differs: Any) -> int:
    """The id of Warga Uji ``serial``, born on ``BORN``, with this phone on record."""
    number = nik(serial)
    values = {
        "nik": number,
        "nik_index": blind_index(number, "person.nik"),
        "name": f"Warga Uji {serial:03}",
        "birth_date": BORN.isoformat(),
        "sex": "L",
        "regency_code": SURABAYA,
        "phone": phone,
    }
    made = Person(**{**values, **differs})
    session.add(made)
    session.flush()
    return int(made.id)
