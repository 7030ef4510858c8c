"""Giving back the places of those who are erased, so that whoever waits next is offered them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from siaga.people.tables import Contact
from siaga.registration import booking, locks
from siaga.registration.tables import Appointment, Registration, Waiting
from siaga.registration.tables import Session as VaccinationSession
from siaga.registration.waiting.offering import close
from siaga.registration.waiting.rows import OPEN, find, held_by
from siaga.rights.subjects import Subject


def lock(session: Session, subject: Subject) -> None:
    """Hold all that is touched, in the order of ``siaga.registration.locks``: every kind at once, so that what is done
    for one person after the other waits for nobody."""
    for person_id in sorted(subject.persons):
        locks.lock_person(session, person_id)
    lists = select(Waiting.facility_id, Waiting.session_id).where(
        Waiting.person_id.in_(subject.persons), Waiting.status.in_(OPEN)
    )
    booked = (
        select(VaccinationSession.facility_id, VaccinationSession.id)
        .join(Appointment, Appointment.session_id == VaccinationSession.id)
        .where(Appointment.person_id.in_(subject.persons), Appointment.status == "booked")
    )
    locks.lock_waiting_lists(session, {row[0] for query in (lists, booked) for row in session.execute(query)})
    # Read anew: under the lists' locks nobody is offered a place any more.
    sessions = {row[1] for query in (lists, booked) for row in session.execute(query) if row[1] is not None}
    locks.lock_sessions(session, sessions)


def give_back(session: Session, subject: Subject, receipt: str, now: datetime) -> tuple[int, int]:
    """Take the erased off the waiting lists, then give back their appointments; how many of each.

    Of shared persons only what still hangs on this contact. In this order nobody who is erased is offered a place.
    """
    waits = session.execute(
        select(Waiting.id).where(Waiting.status.in_(OPEN), _goes(Waiting, Waiting.contact_id, subject))
    ).scalars()
    left = 0
    for waiting_id in waits.all():
        entry = find(session, Waiting.id == waiting_id, Waiting.status.in_(OPEN))
        if entry is not None:
            locks.lock_sessions(session, held_by(entry))
            close(session, entry, "left", now)
            left += 1
    booked = session.execute(
        select(Appointment.code, Contact.key)
        .join(Registration, Registration.id == Appointment.registration_id)
        .join(Contact, Contact.id == Registration.contact_id)
        .where(Appointment.status == "booked", _goes(Appointment, Registration.contact_id, subject))
        .order_by(Appointment.id)
    ).all()
    for code, key in booked:
        booking.cancel(session, key, code, receipt, now)
    return left, len(booked)


def _goes(table: Any, contact_id: Any, subject: Subject) -> Any:
    gone = table.person_id.in_(subject.alone)
    return gone if subject.contact_id is None else or_(gone, contact_id == subject.contact_id)
