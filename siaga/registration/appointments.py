"""Reading appointments and sessions out of the database, in the time of the place where they are."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from siaga.people.tables import Person
from siaga.places.timezone import zone
from siaga.registration.bringing import to_bring
from siaga.registration.records import AppointmentView
from siaga.registration.tables import Appointment, Facility, Registration
from siaga.registration.tables import Session as VaccinationSession

_COLUMNS = (
    Appointment.code,
    Appointment.status,
    Facility.name,
    Facility.address,
    Facility.regency_code,
    Facility.is_sample,
    VaccinationSession.starts_at,
    VaccinationSession.ends_at,
    VaccinationSession.vaccine,
    Appointment.person_id,
    VaccinationSession.id.label("session_id"),
    Facility.id.label("facility_id"),
    Facility.lat,
    Facility.lon,
    Person.birth_date,
    Registration.answers,
    Registration.outcome,
)


def local_time(moment: datetime, regency_code: str) -> datetime:
    """``moment`` on the clocks of a regency; its ``tzname()`` is ``WIB``, ``WITA`` or ``WIT``."""
    return moment.astimezone(zone(regency_code))


def appointment(session: Session, *conditions: Any) -> AppointmentView | None:
    """The newest appointment that meets the conditions."""
    query = (
        select(*_COLUMNS)
        .select_from(Appointment)
        .join(VaccinationSession, VaccinationSession.id == Appointment.session_id)
        .join(Facility, Facility.id == VaccinationSession.facility_id)
        .join(Registration, Registration.id == Appointment.registration_id)
        .join(Person, Person.id == Appointment.person_id)
        .where(*conditions)
        .order_by(Appointment.id.desc())
        .limit(1)
    )
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    starts_at = local_time(row.starts_at, row.regency_code)
    return AppointmentView(
        code=row.code,
        facility=row.name,
        address=row.address,
        starts_at=starts_at,
        ends_at=local_time(row.ends_at, row.regency_code),
        zone_letters=starts_at.tzname() or "",
        vaccine=row.vaccine,
        status=row.status,
        is_sample=row.is_sample,
        person_id=row.person_id,
        facility_id=row.facility_id,
        session_id=row.session_id,
        lat=row.lat,
        lon=row.lon,
        bring=_papers(row, starts_at.date()),
    )


def _papers(row: Any, on: date) -> tuple[str, ...]:
    """What to bring, by what was told with this registration."""
    birth_date = date.fromisoformat(row.birth_date)
    received = (row.answers or {}).get("doses_received")
    known = received if isinstance(received, int) and not isinstance(received, bool) else None
    return to_bring(birth_date, on, known, row.outcome)


def booked_appointment(
    session: Session, person_id: int, now: datetime | None, registration_id: int | None = None
) -> AppointmentView | None:
    """The place a person holds; with ``now`` only in a session that is not over.

    With ``registration_id`` only if it came from that registration.
    """
    conditions = [Appointment.person_id == person_id, Appointment.status == "booked"]
    if now is not None:
        conditions.append(VaccinationSession.ends_at > now)
    if registration_id is not None:
        conditions.append(Appointment.registration_id == registration_id)
    return appointment(session, *conditions)
