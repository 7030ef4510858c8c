"""When somebody is reminded of their appointment, planned in the transaction that books, moves or cancels it.

Two reminders: the evening before, and on the morning itself. Both times are on the clocks of the place.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from siaga.doses import next_dose_booked
from siaga.people import notices
from siaga.people.tables import Person
from siaga.places.timezone import zone, zone_letters
from siaga.registration.people import shown_name
from siaga.registration.tables import Appointment, Facility, Registration
from siaga.registration.tables import Session as VaccinationSession
from siaga.text.written import hours, weekday_date

DAY_BEFORE = "appointment_day_before"
MORNING = "appointment_morning"
EVENING_AT = time(18)
MORNING_AT = time(6, 30)
LEAD = timedelta(hours=1)
"""The morning's reminder comes at least so long before the session begins."""


@dataclass(frozen=True)
class Due:
    """A reminder is sent from ``at`` on, and not any more after ``until``; both in UTC."""

    kind: str
    at: datetime
    until: datetime


def due(starts_at: datetime, local: ZoneInfo, now: datetime) -> tuple[Due, ...]:
    """The reminders of a session that begins at ``starts_at``; those whose time has passed ``now`` are left out.

    On the evening before they are told of "tomorrow", so that reminder is of no use after midnight.
    """
    start = starts_at.astimezone(local)
    midnight = datetime.combine(start.date(), time(), local)
    evening = datetime.combine(start.date() - timedelta(days=1), EVENING_AT, local)
    morning = min(datetime.combine(start.date(), MORNING_AT, local), start - LEAD)
    planned = [Due(DAY_BEFORE, _utc(evening), _utc(midnight)), Due(MORNING, _utc(morning), _utc(start))]
    return tuple(one for one in planned if one.at > now)


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(timezone.utc)


def first_name(name: str) -> str:
    """How somebody is called in a reminder that others may see on a screen: the first word of the name as told."""
    return name.split()[0] if name.split() else name


def plan(session: Session, code: str, now: datetime) -> None:
    """Plan the reminders of a booked appointment anew, for the contact who registered the person.

    What was planned for its former time is taken back, and so is that they said they would come then; an appointment
    that is not booked is reminded of no more. Of the dose that they are booked for they need not be told that it is
    due.
    """
    take_back(session, code)
    session.execute(
        update(Appointment)
        .where(Appointment.code == code, Appointment.confirmed_at.is_not(None))
        .values(confirmed_at=None)
        .execution_options(synchronize_session=False)
    )
    row = session.execute(
        select(
            Registration.contact_id,
            Person,
            Facility.name.label("facility"),
            Facility.regency_code,
            VaccinationSession.starts_at,
            VaccinationSession.ends_at,
        )
        .select_from(Appointment)
        .join(Registration, Registration.id == Appointment.registration_id)
        .join(Person, Person.id == Appointment.person_id)
        .join(VaccinationSession, VaccinationSession.id == Appointment.session_id)
        .join(Facility, Facility.id == VaccinationSession.facility_id)
        .where(Appointment.code == code, Appointment.status == "booked")
    ).one_or_none()
    if row is None:
        return
    next_dose_booked(session, row.Person.id)
    local = zone(row.regency_code)
    values = {
        "nama": first_name(shown_name(session, row.contact_id, row.Person)),
        **when_and_where(row.facility, row.regency_code, row.starts_at, row.ends_at),
    }
    for reminder in due(row.starts_at, local, now):
        notices.plan(
            session,
            reminder.kind,
            code,
            contact_id=row.contact_id,
            person_id=row.Person.id,
            values=values,
            due_at=reminder.at,
            until=reminder.until,
            zone=local.key,
            # Its hour was chosen for the place; waiting for the day's beginning could come too late.
            urgent=reminder.kind == MORNING,
        )


def take_back(session: Session, code: str) -> None:
    """An appointment that is given up is not reminded of."""
    notices.take_back(session, code)


def when_and_where(facility: str, regency_code: str, starts_at: datetime, ends_at: datetime) -> dict[str, str]:
    """The values that every notice about a session has: ``tempat``, ``hari_tanggal``, ``jam``."""
    local = zone(regency_code)
    start, end = starts_at.astimezone(local), ends_at.astimezone(local)
    return {
        "tempat": facility,
        "hari_tanggal": weekday_date(start.date()),
        "jam": hours(start, end, zone_letters(regency_code)),
    }
