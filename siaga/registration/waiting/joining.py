"""What somebody who waits does: joins a list, takes the place that is held for them, leaves."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from siaga.people import notices
from siaga.people.contacts import id_by_key
from siaga.people.tables import Contact
from siaga.places import regions
from siaga.places.pin import centroids, distance_km
from siaga.registration import reminding, seats
from siaga.registration.appointments import appointment
from siaga.registration.locks import lock_person, lock_sessions, lock_waiting_lists
from siaga.registration.people import ACCEPTED
from siaga.registration.records import AppointmentView, FullFacility, WaitingView
from siaga.registration.tables import Appointment, Facility, Registration, Waiting
from siaga.registration.tables import Session as VaccinationSession
from siaga.registration.waiting.offering import about, bookable_ids, close, offer
from siaga.registration.waiting.rows import OPEN, change, entry_of, find, held_by, holds_place, of_contact, view

OFFERED = 24


class CannotWait(Exception):
    """The person has no live registration from this contact, or holds an appointment."""


def join(
    session: Session, contact_key: str, person_id: int, facility_id: int, message_id: str, at: datetime
) -> WaitingView:
    """Put a person on a facility's list; on another one they are no more. What is free by now is offered at once.

    The same message again, or a list that they are on already, changes nothing.

    Raises:
        CannotWait: the contact has no live registration of the person, or the person holds an appointment.
        sqlalchemy.exc.NoResultFound: no such contact, person or facility.
    """
    contact_id = id_by_key(session, contact_key)
    lock_person(session, person_id)
    made = session.execute(select(Waiting.id).where(Waiting.caused_by == message_id)).scalar_one_or_none()
    if made is not None:
        return view(session, made)
    registration_id = session.execute(
        select(Registration.id)
        .where(
            Registration.contact_id == contact_id,
            Registration.person_id == person_id,
            Registration.status.in_(ACCEPTED),
        )
        .order_by(Registration.id.desc())
        .limit(1)
    ).scalar_one_or_none()
    if registration_id is None or holds_place(session, person_id, at):
        raise CannotWait
    former = entry_of(session, person_id)
    lock_waiting_lists(session, {facility_id} | ({former.facility_id} if former else set()))
    former = entry_of(session, person_id)
    if former is not None and former.facility_id == facility_id:
        return view(session, former.id)
    free = bookable_ids(session, [facility_id], at)
    lock_sessions(session, [*free, *held_by(former)])
    if former is not None:
        close(session, former, "left", at)
    entry = Waiting(
        contact_id=contact_id,
        person_id=person_id,
        registration_id=registration_id,
        facility_id=facility_id,
        caused_by=message_id,
    )
    session.add(entry)
    session.flush()
    offer(session, facility_id, free, at)
    return view(session, entry.id)


def take(session: Session, contact_key: str, waiting_id: int, message_id: str, at: datetime) -> AppointmentView | None:
    """Make the place that is held for somebody their appointment; the same message again changes nothing.

    None if nothing is held for them any more (or never was): then the place has gone to the next.
    """
    who = of_contact(session, contact_key, waiting_id)
    if who is None:
        return None
    lock_person(session, who.person_id)
    lock_waiting_lists(session, [who.facility_id])
    taken = appointment(session, Appointment.caused_by == message_id, Appointment.person_id == who.person_id)
    if taken is not None:
        return taken
    entry = find(session, Waiting.id == waiting_id)
    if entry is None or entry.status != "offered" or entry.session_id is None or entry.offered_until is None:
        return None
    lock_sessions(session, [entry.session_id])
    called_off = session.execute(
        select(VaccinationSession.cancelled_at).where(VaccinationSession.id == entry.session_id)
    ).scalar_one()
    if entry.offered_until <= at or called_off is not None or holds_place(session, entry.person_id, at):
        close(session, entry, "lapsed" if entry.offered_until <= at else "left", at)
        return None
    seats.lapse_over(session, entry.person_id, at)
    registration_id = session.execute(select(Waiting.registration_id).where(Waiting.id == entry.id)).scalar_one()
    code = seats.assign(session, registration_id, entry.person_id, entry.session_id, message_id)
    change(session, entry.id, status="taken")
    notices.take_back(session, about(entry.id))
    reminding.plan(session, code, at)
    return appointment(session, Appointment.code == code)


def leave(session: Session, contact_key: str, waiting_id: int, message_id: str, at: datetime) -> WaitingView | None:
    """Take somebody off the list; a place that was held for them is offered to the next.

    None if this contact has no such entry. One that is over already stays as it is.
    """
    who = of_contact(session, contact_key, waiting_id)
    if who is None:
        return None
    lock_person(session, who.person_id)
    lock_waiting_lists(session, [who.facility_id])
    entry = find(session, Waiting.id == waiting_id, Waiting.status.in_(OPEN))
    if entry is not None:
        lock_sessions(session, held_by(entry))
        close(session, entry, "left", at)
    return view(session, waiting_id)


def listed(session: Session, contact_key: str) -> list[WaitingView]:
    """Those on a list from this contact, who came first, first."""
    found = session.execute(
        select(Waiting.id)
        .join(Contact, Contact.id == Waiting.contact_id)
        .where(Contact.key == contact_key, Waiting.status.in_(OPEN))
        .order_by(Waiting.id)
    ).scalars()
    return [view(session, waiting_id) for waiting_id in found]


def full_facilities(
    session: Session, regency_code: str, district_code: str | None, now: datetime, limit: int = OFFERED
) -> list[FullFacility]:
    """Places that are open, yet have no free place to come: of the district, then of the regency, by distance from its
    middle."""
    bookable = exists().where(VaccinationSession.facility_id == Facility.id, *seats.bookable(now))
    queue = (
        select(func.count()).where(Waiting.facility_id == Facility.id, Waiting.status == "waiting").scalar_subquery()
    )
    rows = session.execute(
        select(Facility, queue.label("queue")).where(Facility.regency_code == regency_code, Facility.is_open, ~bookable)
    ).all()
    middle = centroids().get(regency_code)

    def nearness(row: Any) -> tuple[bool, float, str]:
        place = row.Facility
        known = middle is not None and place.lat is not None and place.lon is not None
        far = distance_km(*middle, place.lat, place.lon) if known and middle else float("inf")
        return district_code is None or place.district_code != district_code, far, place.name

    return [
        FullFacility(
            id=row.Facility.id,
            name=row.Facility.name,
            district_name=regions.name(row.Facility.district_code) if row.Facility.district_code else None,
            regency_name=regions.name(row.Facility.regency_code) or "",
            waiting=row.queue,
        )
        for row in sorted(rows, key=nearness)[:limit]
    ]
