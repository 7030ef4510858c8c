"""Lists of doses given that staff hand in: read row by row, kept where they can be right, reported where not."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from siaga.doses.recording import KnownDose, record_known
from siaga.doses.rules import OTHER
from siaga.doses.tables import Dose
from siaga.people.tables import Person
from siaga.privacy import mask_nik
from siaga.registration.gateways.base import DoseToWrite
from siaga.registration.import_files import Change, Imported, Line, Refused, read, take
from siaga.registration.nik import NikProblem, read_nik
from siaga.registration.people import nik_index
from siaga.registration.writes import queue_dose
from siaga.text.files import name_of
from siaga.text.vaccines import find_brands

KIND = "doses"
_NUMBER = re.compile(r"[0-9]{1,2}")
REQUIRED = ("nik", "number", "vaccine", "given_on")
OPTIONAL = ("place", "batch")
MOST = 9
FIRST_DAY = date(2021, 1, 13)
"""The first vaccination in Indonesia was on 13 January 2021 (press of that day)."""
LONGEST = {"place": 200, "batch": 40}


@dataclass
class ImportedDoses:
    """What came of a file. ``differ`` are the lines whose day or vaccine is another than the citizen told: the list's
    counts."""

    file: Imported
    differ: list[int] = field(default_factory=list)


def import_doses(session: Session, path: Path, *, actor: str, at: datetime) -> ImportedDoses:
    """Take a file of ``nik,number,vaccine,given_on,place,batch`` (the last two may be left out), in the caller's
    transaction: what is right is kept, and told to the outside registry if there is one.

    Only people on file have doses. What a registry has said of the same dose stays, and the row is refused.

    Raises:
        FileUnreadable: nothing of the file can be taken.
    """
    done = ImportedDoses(Imported())

    def take_line(line: Line) -> Change:
        return _take(session, line, at, done)

    lines = read(path, required=REQUIRED, optional=OPTIONAL)
    done.file = take(session, KIND, name_of(path), lines, _key, take_line, actor=actor)
    return done


def _key(line: Line) -> str:
    """Masked, since it stands in reports; two people whose masks are alike are still two lines."""
    digits = "".join(filter(str.isdigit, line.cells["nik"]))
    # In another's column there may be a NIK, too.
    number = line.cells["number"] if _NUMBER.fullmatch(line.cells["number"]) else "?"
    return f"{mask_nik(digits)} {number} {nik_index(digits).hex()[:8]}"


def _take(session: Session, line: Line, at: datetime, done: ImportedDoses) -> Change:
    cells = line.cells
    try:
        nik = read_nik(cells["nik"])
    except NikProblem as problem:
        raise Refused("nik", f"is no NIK ({problem.kind})") from None
    dose = _dose(line, at.date())
    person = session.execute(
        select(Person)
        .where(Person.nik_index == nik_index(nik.number), ~Person.disputed)
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if person is None:
        raise Refused("nik", "belongs to nobody on file")
    if dose.given_on and dose.given_on < date.fromisoformat(person.birth_date):
        raise Refused("given_on", "is before the person was born")
    _check_order(session, person.id, dose)
    kept = record_known(session, person.id, dose, "import", at=at)
    if kept.conflicts:
        raise Refused(kept.conflicts[0], f"differs from what the registry has: {', '.join(kept.conflicts)}")
    if kept.differs_from_told:
        done.differ.append(line.number)
    if kept.changed:
        _queue(session, person, dose)
    return Change.CHANGED if kept.changed else Change.NOTHING


def _dose(line: Line, today: date) -> KnownDose:
    cells = line.cells
    if not _NUMBER.fullmatch(cells["number"]) or not 1 <= int(cells["number"]) <= MOST:
        raise Refused("number", f"must be a whole number from 1 to {MOST}")
    brands = {brand.value for brand in find_brands(cells["vaccine"])}
    if len(brands) != 1:
        raise Refused("vaccine", "is no vaccine that is known")
    try:
        given_on = date.fromisoformat(cells["given_on"])
    except ValueError:
        raise Refused("given_on", "must be a date such as 2022-03-05") from None
    if not FIRST_DAY <= given_on <= today:
        raise Refused("given_on", f"must be from {FIRST_DAY} to {today}")
    for column, longest in LONGEST.items():
        if len(cells.get(column, "")) > longest:
            raise Refused(column, f"is longer than {longest} characters")
    return KnownDose(
        int(cells["number"]),
        brands.pop(),
        given_on,
        place=cells.get("place") or None,
        batch=cells.get("batch") or None,
    )


def _check_order(session: Session, person_id: int, dose: KnownDose) -> None:
    """Against what official sources have; what was told may be wrong."""
    others = session.execute(
        select(Dose.number, Dose.given_on).where(
            Dose.person_id == person_id, Dose.source != "told", Dose.given_on.is_not(None), Dose.number != dose.number
        )
    )
    for number, given_on in others:
        if dose.given_on and (number < dose.number) is not (given_on < dose.given_on):
            raise Refused("given_on", f"does not fit with dose {number}")


def _queue(session: Session, person: Person, dose: KnownDose) -> None:
    if dose.vaccine in (None, OTHER) or dose.vaccine is None or dose.given_on is None:
        return
    dose_id = session.execute(
        select(Dose.id).where(Dose.person_id == person.id, Dose.number == dose.number)
    ).scalar_one()
    told = DoseToWrite(
        nik=person.nik,
        number=dose.number,
        vaccine=dose.vaccine,
        given_on=dose.given_on,
        place=dose.place,
        regency_code=person.regency_code,
        batch=dose.batch,
    )
    queue_dose(session, person.id, dose_id, told)
