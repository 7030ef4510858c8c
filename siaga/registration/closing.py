"""A session that its place calls off: nobody can book it any more, and whoever holds a place in it is moved and told.

Everybody is moved in a transaction of their own, so that a crash in between leaves the rest for the next run, and
nobody is moved or told twice. Where a person goes: the next session of the same place that has room, on the same day
or later, one with the same vaccine rather than another; else the nearest other place of the kabupaten/kota; else to
the head of the waiting list, in the order in which places were booked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import Enum
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from siaga.db import transaction
from siaga.db.audit import note
from siaga.places.pin import distance_km
from siaga.places.timezone import zone
from siaga.registration import daytime, locks, seats, waiting
from siaga.registration.appointments import local_time
from siaga.registration.moved import Held, held, tell_cancelled, tell_moved
from siaga.registration.records import SessionFull
from siaga.registration.sessions import UnknownSession
from siaga.registration.tables import Appointment, Facility, Registration, Waiting
from siaga.registration.tables import Session as VaccinationSession

LEAD = timedelta(hours=3)
"""Nobody is moved to a session that leaves them less daytime than this to read of it and come."""
_TRIED = 40
"""How many sessions with room are tried, should they fill up meanwhile."""
_HEAD = -(10**12)
"""Added to an appointment's id this is a number on the waiting list before everybody else's, in order of booking."""


class SessionOver(Exception):
    """The session is over: there is nobody to move."""


class NoReason(Exception):
    """A session is not called off without a reason."""


class Went(Enum):
    """Where somebody went who held a place in a session called off."""

    SAME_PLACE = "same_place"
    OTHER_PLACE = "other_place"
    WAITING = "waiting"
    NOWHERE = "gone"
    """they had given up their place, or moved by themselves, meanwhile"""


@dataclass(frozen=True)
class Closed:
    """What came of calling off a session: how many people went where."""

    session_id: int
    same_place: int
    other_place: int
    waiting: int


def cancel(session_id: int, reason: str, *, actor: str, now: datetime) -> Closed:
    """Call off a session and move everybody in it; again, for whoever is left if it was interrupted.

    ``reason`` goes into the audit log and must name nobody.

    Raises:
        UnknownSession: no session has this number.
        SessionOver: it is over.
        NoReason: none is given.
    """
    with transaction() as session:
        call_off(session, session_id, reason, actor=actor, now=now)
    with transaction() as session:
        # Who was offered a place in it waits again.
        waiting.expire(session, now)
    went = dict.fromkeys(Went, 0)
    last = 0
    while True:
        with transaction() as session:
            appointment_id = _next_in(session, session_id, last)
        if appointment_id is None:
            return Closed(session_id, went[Went.SAME_PLACE], went[Went.OTHER_PLACE], went[Went.WAITING])
        with transaction() as session:
            went[rehouse(session, appointment_id, session_id, now)] += 1
        last = appointment_id


def call_off(session: Session, session_id: int, reason: str, *, actor: str, now: datetime) -> None:
    """Let nobody book a session any more. Once called off it stays so.

    Raises:
        UnknownSession, SessionOver, NoReason: as ``cancel``.
    """
    if not reason.strip():
        raise NoReason("a reason is needed")
    locks.lock_sessions(session, [session_id])
    row = session.execute(
        select(VaccinationSession.ends_at, VaccinationSession.cancelled_at, VaccinationSession.booked).where(
            VaccinationSession.id == session_id
        )
    ).one_or_none()
    if row is None:
        raise UnknownSession(f"no session has the number {session_id}")
    if row.cancelled_at is not None:
        return
    if row.ends_at <= now:
        raise SessionOver(f"session {session_id} is over")
    session.execute(
        update(VaccinationSession)
        .where(VaccinationSession.id == session_id)
        .values(cancelled_at=now)
        .execution_options(synchronize_session=False)
    )
    note(
        session,
        actor,
        "sessions.cancel",
        {"session": session_id, "reason": reason.strip()[:200], "booked": row.booked},
    )


def rehouse(session: Session, appointment_id: int, session_id: int, now: datetime) -> Went:
    """Move one person out of a session that was called off, and plan to tell them."""
    person_id, registration_id = session.execute(
        select(Appointment.person_id, Appointment.registration_id).where(Appointment.id == appointment_id)
    ).one()
    locks.lock_person(session, person_id)
    still_in = select(Appointment.id).where(
        Appointment.id == appointment_id, Appointment.session_id == session_id, Appointment.status == "booked"
    )
    if session.execute(still_in.with_for_update()).first() is None:
        return Went.NOWHERE
    before = held(session, session_id)
    for candidate in _with_room(session, session_id, before, now):
        try:
            # What a try has locked is let go with it, so that the next one is locked in order.
            with session.begin_nested():
                locks.lock_sessions(session, [session_id, candidate])
                seats.take(session, candidate, now)
        except SessionFull:
            continue
        _set(session, appointment_id, session_id=candidate, moved_by=_cause(session_id))
        seats.give_back(session, session_id)
        after = held(session, candidate)
        tell_moved(session, appointment_id, before, after, now)
        return Went.SAME_PLACE if after.facility_id == before.facility_id else Went.OTHER_PLACE
    _let_wait(session, appointment_id, person_id, registration_id, session_id, before, now)
    tell_cancelled(session, appointment_id, before, now)
    return Went.WAITING


def _cause(session_id: int) -> str:
    """What stands where otherwise the id of a message does."""
    return f"session:{session_id}"


def _next_in(session: Session, session_id: int, last: int) -> int | None:
    query = select(func.min(Appointment.id)).where(
        Appointment.session_id == session_id, Appointment.status == "booked", Appointment.id > last
    )
    return session.execute(query).scalar_one_or_none()


def _with_room(session: Session, session_id: int, before: Held, now: datetime) -> list[int]:
    """Sessions with room that somebody may be moved to, the one to try first at the front."""
    begins = local_time(before.starts_at, before.regency_code)
    day = datetime.combine(begins.date(), time(), tzinfo=begins.tzinfo)
    own = session.execute(
        select(Facility.lat, Facility.lon, Facility.is_sample).where(Facility.id == before.facility_id)
    ).one()
    query = (
        select(
            VaccinationSession.id,
            VaccinationSession.facility_id,
            VaccinationSession.starts_at,
            VaccinationSession.vaccine,
            Facility.lat,
            Facility.lon,
        )
        .join(Facility, Facility.id == VaccinationSession.facility_id)
        .where(
            *seats.bookable(now),
            Facility.regency_code == before.regency_code,
            Facility.is_sample == own.is_sample,
            VaccinationSession.id != session_id,
            VaccinationSession.starts_at >= day,
        )
    )
    local = zone(before.regency_code)
    rows = [row for row in session.execute(query) if daytime.between(now, row.starts_at, local) >= LEAD]

    def first(row: Any) -> tuple[bool, float, bool, datetime, int]:
        return (
            row.facility_id != before.facility_id,
            0.0 if row.facility_id == before.facility_id else _km(own, row),
            row.vaccine != before.vaccine,
            row.starts_at,
            row.id,
        )

    return [row.id for row in sorted(rows, key=first)[:_TRIED]]


def _km(own: Any, other: Any) -> float:
    if None in (own.lat, own.lon, other.lat, other.lon):
        return float("inf")
    return distance_km(own.lat, own.lon, other.lat, other.lon)


def _set(session: Session, appointment_id: int, **values: Any) -> None:
    session.execute(
        update(Appointment)
        .where(Appointment.id == appointment_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def _let_wait(
    session: Session,
    appointment_id: int,
    person_id: int,
    registration_id: int,
    session_id: int,
    before: Held,
    at: datetime,
) -> None:
    """Give the place up, and wait for the next one of this facility before everybody else."""
    former = waiting.entry_of(session, person_id)
    locks.lock_waiting_lists(session, {before.facility_id} | ({former.facility_id} if former else set()))
    former = waiting.entry_of(session, person_id)
    held_by = [former.session_id] if former and former.session_id is not None else []
    locks.lock_sessions(session, [session_id, *held_by])
    if former is not None:
        waiting.close(session, former, "left", at)
    _set(session, appointment_id, status="cancelled", cancelled_by=_cause(session_id))
    seats.give_back(session, session_id)
    contact_id = session.execute(select(Registration.contact_id).where(Registration.id == registration_id)).scalar_one()
    session.add(
        Waiting(
            id=_HEAD + appointment_id,
            contact_id=contact_id,
            person_id=person_id,
            registration_id=registration_id,
            facility_id=before.facility_id,
            caused_by=f"{_cause(session_id)}:{appointment_id}",
        )
    )
    session.flush()
