"""Issuing certificates: one for each dose that an official source knows, once.

A dose that only the person told of has none. A certificate's code hangs on its dose: when the name or the date is put
right, the same code stands on the new sheet, and looking it up tells what is true now.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from siaga.certificates import tables
from siaga.doses.tables import Dose
from siaga.people.tables import Person
from siaga.places.timezone import zone
from siaga.privacy import mask_name, mask_nik
from siaga.privacy.codes import Codes

# Six hundred milliards of codes: none is met by trying.
CODES = Codes("SV", groups=(4, 4, 2), purpose="certificate.qr")
TOLD = "told"


@dataclass(frozen=True)
class Certificate:
    """What stands on a sheet. ``source`` is ``import`` or ``registry``; ``issued_on`` is a day where the person lives.

    ``checked``: name and birth date agree with official data; else they are as registered.
    """

    code: str
    name: str = field(repr=False)
    masked_nik: str
    birth_date: date = field(repr=False)
    number: int
    vaccine: str | None
    batch: str | None
    given_on: date | None
    place: str | None
    source: str
    checked: bool
    issued_on: date


@dataclass(frozen=True)
class Issued:
    """A person's certificates by dose; ``told`` are the numbers of the doses that have none, being only told."""

    certificates: tuple[Certificate, ...] = ()
    told: tuple[int, ...] = ()


@dataclass(frozen=True)
class Found:
    """What there is to a code, for whoever holds a sheet and compares."""

    code: str
    number: int
    vaccine: str | None
    given_on: date | None
    masked_name: str


def issue(session: Session, person_id: int, now: datetime) -> Issued:
    """The certificates of a person; those that are not there yet are issued. Who may see them, the caller knows."""
    rows = session.execute(
        select(Dose, Person)
        .join(Person, Person.id == Dose.person_id)
        .where(Dose.person_id == person_id)
        .order_by(Dose.number)
        .execution_options(populate_existing=True)
    ).all()
    official = [(dose, person) for dose, person in rows if dose.source != TOLD]
    codes = _codes(session, [dose.id for dose, _ in official], now)
    return Issued(
        tuple(_certificate(dose, person, *codes[dose.id]) for dose, person in official),
        tuple(dose.number for dose, _ in rows if dose.source == TOLD),
    )


def qr_text(code: str) -> str:
    """What a certificate's QR says: ``<code>.<signature>``, nothing about the person."""
    return CODES.signed(code)


def look_up(session: Session, code: str) -> Found | None:
    """The dose behind a code, as it is on file now; None if no certificate has it."""
    row = session.execute(
        select(Dose, Person.name)
        .join(tables.Certificate, tables.Certificate.dose_id == Dose.id)
        .join(Person, Person.id == Dose.person_id)
        .where(tables.Certificate.code == code, Dose.source != TOLD)
    ).one_or_none()
    if row is None:
        return None
    return Found(code, row.Dose.number, row.Dose.vaccine, row.Dose.given_on, mask_name(row.name))


def _codes(session: Session, dose_ids: list[int], now: datetime) -> dict[int, tuple[str, datetime]]:
    """The code of each of these doses, and when it was issued."""
    for dose_id in dose_ids:
        row = insert(tables.Certificate).values(dose_id=dose_id, code=CODES.new(), issued_at=now)
        session.execute(row.on_conflict_do_nothing(index_elements=[tables.Certificate.dose_id]))
    found = session.execute(select(tables.Certificate).where(tables.Certificate.dose_id.in_(dose_ids))).scalars()
    return {row.dose_id: (row.code, row.issued_at) for row in found}


def _certificate(dose: Dose, person: Person, code: str, issued_at: datetime) -> Certificate:
    return Certificate(
        code=code,
        name=person.name,
        masked_nik=mask_nik(person.nik),
        birth_date=date.fromisoformat(person.birth_date),
        number=dose.number,
        vaccine=dose.vaccine,
        batch=dose.batch,
        given_on=dose.given_on,
        place=dose.place,
        source=dose.source,
        checked=person.validated_at is not None,
        issued_on=issued_at.astimezone(zone(person.regency_code)).date(),
    )
