"""Telling those who look after a person that their next dose is due."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from siaga.doses.history import history, recorded
from siaga.doses.next import HistoryError, Next, next_dose
from siaga.people import consents
from siaga.people.notices import plan, take_back
from siaga.people.tables import Contact, ContactPerson, Person
from siaga.places.timezone import zone
from siaga.registration.tables import Appointment
from siaga.registration.tables import Session as VaccinationSession
from siaga.text.written import long_date

KIND = "next_dose"
MORNING = time(9)
OF_USE = timedelta(days=14)
AHEAD = timedelta(days=366)
"""By then the rules will have changed: nobody is promised more."""
VACCINE = "vaksin COVID-19"


def about(person_id: int) -> str:
    """What the notices of a person's next dose hang on."""
    return f"dose:{person_id}"


def upcoming(session: Session, person_id: int, day: date) -> Next | None:
    """The next dose of a person on file; None for somebody who is not."""
    person = session.get(Person, person_id, populate_existing=True)
    if person is None:
        return None
    try:
        return next_dose(history(recorded(session, person_id)), date.fromisoformat(person.birth_date), day)
    except (HistoryError, LookupError):
        # What was told cannot be: nobody is reminded of what cannot be worked out.
        return None


def plan_next(session: Session, person_id: int, at: datetime) -> date | None:
    """Plan, change or take back the notices of a person's next dose, as known ``at`` a moment; the day it falls due.

    Nobody is told of a dose that was due already when it was recorded: they have just heard of it, or ask; nor of one
    that they have an appointment for.
    """
    person = session.get(Person, person_id, populate_existing=True)
    if person is None:
        return None
    where = zone(person.regency_code)
    today = at.astimezone(where).date()
    found = upcoming(session, person_id, today)
    due = found.start if found and found.kind in ("due", "too_young") else None
    if found is None or due is None or not today < due <= today + AHEAD or _is_booked(session, person_id, at):
        take_back(session, about(person_id))
        return None
    morning = datetime.combine(due, MORNING, where)
    values = {
        # Others may see it on a screen: the first word is enough.
        "nama": person.name.split()[0],
        "vaksin": VACCINE,
        "dosis": str(found.number),
        "mulai_tanggal": long_date(due),
    }
    contacts = session.execute(
        select(ContactPerson.contact_id)
        .where(ContactPerson.person_id == person_id, ContactPerson.sees_name, ~consents.is_taken_back(ContactPerson))
        .order_by(ContactPerson.id)
    )
    for contact_id in contacts.scalars().all():
        plan(
            session,
            KIND,
            about(person_id),
            contact_id=contact_id,
            person_id=person_id,
            values=values,
            due_at=morning,
            until=morning + OF_USE,
            zone=where.key,
        )
    return due


def _is_booked(session: Session, person_id: int, at: datetime) -> bool:
    query = (
        select(Appointment.id)
        .join(VaccinationSession, VaccinationSession.id == Appointment.session_id)
        .where(Appointment.person_id == person_id, Appointment.status == "booked", VaccinationSession.ends_at > at)
    )
    return session.execute(query).first() is not None


def next_dose_booked(session: Session, person_id: int) -> None:
    """The next dose has an appointment, which has reminders of its own."""
    take_back(session, about(person_id))


def reminders_are_off(session: Session, contact_key: str) -> bool:
    """Whether a contact has said that they want none."""
    query = select(Contact.reminders_off_at).where(Contact.key == contact_key)
    return session.execute(query).scalar_one_or_none() is not None
