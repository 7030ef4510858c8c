"""Registrations as a table for the programme's staff: without names unless that is asked for, and always noted.

Without names a row holds no NIK, name, day of birth or phone: an age group, a region, and what was told for planning.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TextIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from siaga.db.audit import note
from siaga.details import asked_now, told_by
from siaga.people.ages import age_on
from siaga.people.tables import Person
from siaga.places import regions
from siaga.registration.appointments import local_time
from siaga.registration.tables import Appointment, Facility, Registration
from siaga.registration.tables import Session as VaccinationSession
from siaga.text.cells import harmless

PERSONAL = ("nik", "name", "birth_date")
"""The columns that say who somebody is."""
PLAIN = (
    "registration",
    "registered_on",
    "status",
    "outcome",
    "sex",
    "age_group",
    "regency_code",
    "regency",
    "district_code",
    "district",
    "facility",
    "session_on",
    "vaccine",
    "appointment",
    "disputed",
)
# Lowest age of each group; the programme's own, after who was called to vaccination when.
_GROUPS = ((60, "60+"), (18, "18-59"), (12, "12-17"), (6, "6-11"), (0, "0-5"))
_BATCH = 1000


@dataclass(frozen=True)
class Exported:
    """How many rows were written, and with which columns."""

    rows: int
    columns: tuple[str, ...]


def age_group(birth_date: date, day: date) -> str:
    """``60+``, ``18-59``, ``12-17``, ``6-11`` or ``0-5``."""
    age = age_on(birth_date, day)
    return next(name for least, name in _GROUPS if age >= least)


def export(
    session: Session,
    out: TextIO,
    *,
    actor: str,
    day: date,
    names: bool = False,
    reason: str | None = None,
    regency_code: str | None = None,
    since: datetime | None = None,
) -> Exported:
    """Write registrations as CSV, the oldest first, and note in the audit log that it was done.

    Args:
        actor: who asked for it.
        day: on which ages are reckoned.
        names: whether the ``PERSONAL`` columns are written, too; then ``reason`` must be given.
        regency_code: only of people who live there; ``since``: only those registered from then on.

    Raises:
        ValueError: names without a reason.
    """
    if names and not (reason or "").strip():
        raise ValueError("names are only given out for a reason; tell it")
    fields = tuple(question.id for question in asked_now().questions)
    columns = (*PLAIN, *fields, *(PERSONAL if names else ()))
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    rows = 0
    for batch in _batches(session, regency_code, since):
        told = told_by(session, [row.person_id for row in batch])
        for row in batch:
            values = {**_plain(row, day), **{field: told[row.person_id].get(field, "") for field in fields}}
            if names:
                values |= _personal(row)
            writer.writerow({column: _cell(values[column]) for column in columns})
            rows += 1
    note(
        session,
        actor,
        "export_registrations",
        {"rows": rows, "columns": list(columns), "regency": regency_code, "reason": reason},
    )
    return Exported(rows, columns)


_COLUMNS = (
    Registration.id.label("registration"),
    Registration.created_at,
    Registration.status,
    Registration.outcome,
    Person.disputed,
    Person.id.label("person_id"),
    Person.nik,
    Person.name,
    Person.birth_date,
    Person.sex,
    Person.regency_code,
    Person.district_code,
    Appointment.status.label("appointment"),
    VaccinationSession.starts_at,
    VaccinationSession.vaccine,
    Facility.name.label("facility"),
    Facility.regency_code.label("facility_regency"),
)


def _batches(session: Session, regency_code: str | None, since: datetime | None) -> Iterator[list[Any]]:
    """Registrations with their people and the place that each holds, so many at a time."""
    query = (
        select(*_COLUMNS)
        .join(Person, Person.id == Registration.person_id)
        .outerjoin(Appointment, (Appointment.registration_id == Registration.id) & (Appointment.status != "cancelled"))
        .outerjoin(VaccinationSession, VaccinationSession.id == Appointment.session_id)
        .outerjoin(Facility, Facility.id == VaccinationSession.facility_id)
        .order_by(Registration.id, Appointment.id)
        .limit(_BATCH)
    )
    if regency_code:
        query = query.where(Person.regency_code == regency_code)
    if since:
        query = query.where(Registration.created_at >= since)
    last = 0
    while batch := session.execute(query.where(Registration.id > last)).all():
        # A registration whose rows the limit has cut comes whole with the next batch.
        if len(batch) == _BATCH and batch[0].registration != batch[-1].registration:
            batch = [row for row in batch if row.registration != batch[-1].registration]
        yield batch
        last = batch[-1].registration


def _plain(row: Any, day: date) -> dict[str, Any]:
    return {
        "registration": row.registration,
        "registered_on": local_time(row.created_at, row.regency_code).date(),
        "status": row.status,
        "outcome": row.outcome,
        "sex": row.sex,
        "age_group": age_group(date.fromisoformat(row.birth_date), day),
        "regency_code": row.regency_code,
        "regency": regions.name(row.regency_code),
        "district_code": row.district_code,
        "district": regions.name(row.district_code) if row.district_code else None,
        "facility": row.facility,
        "session_on": local_time(row.starts_at, row.facility_regency).date() if row.starts_at else None,
        "vaccine": row.vaccine,
        "appointment": row.appointment,
        "disputed": "yes" if row.disputed else "",
    }


def _personal(row: Any) -> dict[str, str]:
    return {"nik": row.nik, "name": row.name, "birth_date": row.birth_date}


def _cell(value: Any) -> str:
    """A value as text that no spreadsheet takes for a formula."""
    return "" if value is None else harmless(str(value))
