"""Doses on file, and sheets to draw; synthetic persons only."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from siaga.certificates import CODES, Certificate
from siaga.doses.tables import Dose


def dose(session: Session, person_id: int, number: int = 1, **differs: Any) -> int:
    """The id of a dose from an import."""
    values = {
        "vaccine": "astrazeneca",
        "given_on": date(2021, 7, 13 + number),
        "source": "import",
        "place": "Puskesmas Uji",
        "batch": f"UJI{number}",
    }
    made = Dose(person_id=person_id, number=number, **{**values, **differs})
    session.add(made)
    session.flush()
    return int(made.id)


def certificate(**differs: Any) -> Certificate:
    """A sheet's data."""
    values: dict[str, Any] = {
        "code": CODES.new(),
        "name": "Warga Uji 001",
        "masked_nik": "3578********9101",
        "birth_date": date(1954, 8, 1),
        "number": 2,
        "vaccine": "sinovac",
        "batch": "UJI2",
        "given_on": date(2021, 7, 14),
        "place": "Puskesmas Uji",
        "source": "import",
        "checked": True,
        "issued_on": date(2026, 11, 22),
    }
    return Certificate(**{**values, **differs})
