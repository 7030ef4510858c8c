"""What people are told when a place changes or calls off the session that they hold a place in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from siaga.doses import plan_next
from siaga.people import notices
from siaga.people.tables import Person
from siaga.places.timezone import zone
from siaga.registration import daytime, reminding
from siaga.registration.appointments import local_time
from siaga.registration.tables import Appointment, Facility, Registration
from siaga.registration.tables import Session as VaccinationSession
from siaga.text.vaccines import brand_label
from siaga.text.written import hours, weekday_date

MOVED = "session_moved"
CANCELLED = "session_cancelled"
STILL_OF_USE = timedelta(days=7)
"""That a session was called off without another in its place is worth knowing for so long."""


TIME_TO_TELL = timedelta(hours=1)
"""With less daytime than this before the session, people are told at night, too: better than coming in vain."""


@dataclass(frozen=True)
class Held:
    """A session as somebody holds a place in it."""

    facility_id: int
    facility: str
    regency_code: str
    starts_at: datetime
    ends_at: datetime
    vaccine: str

    @property
    def when(self) -> str:
        """``Senin, 23 November 2026, pukul 09.00–11.00 WIB``, on the clocks of the place."""
        return written(self.starts_at, self.ends_at, self.regency_code)


def written(starts_at: datetime, ends_at: datetime, regency_code: str) -> str:
    """A session's day and hours, on the clocks of its place."""
    begins, closes = local_time(starts_at, regency_code), local_time(ends_at, regency_code)
    return f"{weekday_date(begins.date())}, pukul {hours(begins, closes, begins.tzname() or '')}"


def held(session: Session, session_id: int) -> Held:
    """A session with its place.

    Raises:
        sqlalchemy.exc.NoResultFound: no such session.
    """
    row = session.execute(
        select(VaccinationSession, Facility)
        .join(Facility, Facility.id == VaccinationSession.facility_id)
        .where(VaccinationSession.id == session_id)
        .execution_options(populate_existing=True)
    ).one()
    one, place = row
    return Held(place.id, place.name, place.regency_code, one.starts_at, one.ends_at, one.vaccine)


def tell_moved(session: Session, appointment_id: int, before: Held, after: Held, now: datetime) -> None:
    """Plan to tell that an appointment is at another time or place, and its reminders anew."""
    whose = _whose(session, appointment_id)
    reminding.plan(session, whose.code, now)
    new = after.when
    if after.vaccine != before.vaccine:
        new = f"{new}, vaksin {brand_label(after.vaccine)}"
    if after.facility_id != before.facility_id:
        new = f"{new}, di {after.facility}"
    notices.plan(
        session,
        MOVED,
        whose.code,
        contact_id=whose.contact_id,
        person_id=whose.person_id,
        values={**_values(whose, before), "jadwal_baru": new},
        due_at=now,
        until=after.starts_at,
        zone=zone(before.regency_code).key,
        urgent=_presses(before.regency_code, min(before.starts_at, after.starts_at), now),
    )


def tell_cancelled(session: Session, appointment_id: int, before: Held, now: datetime) -> None:
    """Plan to tell that an appointment is off and there is no other place yet; it is reminded of no more."""
    whose = _whose(session, appointment_id)
    reminding.take_back(session, whose.code)
    plan_next(session, whose.person_id, now)
    notices.plan(
        session,
        CANCELLED,
        whose.code,
        contact_id=whose.contact_id,
        person_id=whose.person_id,
        values=_values(whose, before),
        due_at=now,
        until=max(before.ends_at, now + STILL_OF_USE),
        zone=zone(before.regency_code).key,
        urgent=_presses(before.regency_code, before.starts_at, now),
    )


def tell_new_hours(session: Session, session_id: int, starts_at: datetime, ends_at: datetime, now: datetime) -> None:
    """Plan to tell everybody in a session that its hours are others than ``starts_at`` to ``ends_at``."""
    after = held(session, session_id)
    before = Held(after.facility_id, after.facility, after.regency_code, starts_at, ends_at, after.vaccine)
    query = select(Appointment.id).where(Appointment.session_id == session_id, Appointment.status == "booked")
    for appointment_id in session.execute(query.order_by(Appointment.id)).scalars().all():
        tell_moved(session, appointment_id, before, after, now)


def _presses(regency_code: str, first: datetime, now: datetime) -> bool:
    return daytime.between(now, first, zone(regency_code)) < TIME_TO_TELL


def _whose(session: Session, appointment_id: int) -> Any:
    return session.execute(
        select(Appointment.code, Appointment.person_id, Registration.contact_id, Person.name)
        .join(Registration, Registration.id == Appointment.registration_id)
        .join(Person, Person.id == Appointment.person_id)
        .where(Appointment.id == appointment_id)
    ).one()


def _values(whose: Any, before: Held) -> dict[str, str]:
    return {"nama": reminding.first_name(whose.name), "tempat": before.facility, "jadwal_lama": before.when}
