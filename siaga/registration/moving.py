"""Moving an appointment to another session, and putting one back that was cancelled by mistake; the code stays."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from siaga.registration import reminding, seats, waiting
from siaga.registration.appointments import appointment
from siaga.registration.booking import lock_for, owned
from siaga.registration.locks import lock_person, lock_sessions, lock_waiting_lists
from siaga.registration.people import ACCEPTED, masked
from siaga.registration.records import AlreadyRegistered, AppointmentView
from siaga.registration.tables import Appointment, Registration
from siaga.registration.tables import Session as VaccinationSession


def move(
    session: Session, contact_key: str, appointment_code: str, session_id: int, message_id: str, at: datetime
) -> AppointmentView | None:
    """Move a booked appointment to another session; its former place goes to the first who waits there.

    The same message again changes nothing. None if this contact holds no such appointment, or it is over.

    Raises:
        SessionFull: no free place in the session, or it has begun; the appointment stays where it was.
    """
    mine = owned(session, contact_key, appointment_code)
    if mine is None:
        return None
    lock_person(session, mine.person_id)
    held = _booked(session, mine.id, at)
    if held is None:
        return None
    if held.moved_by == message_id or held.session_id == session_id:
        return appointment(session, Appointment.id == mine.id)
    lock_waiting_lists(session, [waiting.facility_of(session, held.session_id)])
    lock_sessions(session, [held.session_id, session_id])
    held = _booked(session, mine.id, at, session_id=held.session_id)
    if held is None:  # called off, and moved or ended by the place meanwhile
        return None
    seats.take(session, session_id, at)
    # That they would come was said of another time.
    _set(session, mine.id, session_id=session_id, moved_by=message_id, confirmed_at=None)
    seats.give_back(session, held.session_id)
    reminding.plan(session, appointment_code, at)
    waiting.place_freed(session, held.session_id, at)
    return appointment(session, Appointment.id == mine.id)


def restore(
    session: Session, contact_key: str, appointment_code: str, message_id: str, at: datetime
) -> AppointmentView | None:
    """Take a cancelled appointment's place back, if it is still free; the same message again changes nothing.

    None if this contact has no such cancelled appointment, or the registration does not count any more.

    Raises:
        AlreadyRegistered: the person holds another appointment by now.
        SessionFull: the place has gone to somebody else, or the session has begun.
    """
    mine = owned(session, contact_key, appointment_code)
    if mine is None:
        return None
    lock_person(session, mine.person_id)
    row = session.execute(
        select(
            Appointment.status, Appointment.session_id, Appointment.moved_by, Registration.status.label("registered")
        )
        .join(Registration, Registration.id == Appointment.registration_id)
        .where(Appointment.id == mine.id)
    ).one()
    if row.status == "booked" and row.moved_by == message_id:
        return appointment(session, Appointment.id == mine.id)
    if row.status != "cancelled" or row.registered not in ACCEPTED:
        return None
    seats.lapse_over(session, mine.person_id, at)
    registered = masked(session, mine.person_id, at)
    if registered is not None and registered.appointment is not None:
        raise AlreadyRegistered(registered)
    waits = lock_for(session, mine.person_id, row.session_id)
    seats.take(session, row.session_id, at)
    _set(session, mine.id, status="booked", cancelled_by=None, moved_by=message_id)
    reminding.plan(session, appointment_code, at)
    if waits is not None:
        waiting.close(session, waits, "left", at)
    return appointment(session, Appointment.id == mine.id)


def _booked(session: Session, appointment_id: int, at: datetime, session_id: int | None = None) -> Any:
    """Where a booked appointment is and which message moved it last; None if it is over, or not in ``session_id``."""
    query = (
        select(Appointment.session_id, Appointment.moved_by)
        .join(VaccinationSession, VaccinationSession.id == Appointment.session_id)
        .where(Appointment.id == appointment_id, Appointment.status == "booked", VaccinationSession.ends_at > at)
    )
    if session_id is not None:
        query = query.where(Appointment.session_id == session_id)
    return session.execute(query).one_or_none()


def _set(session: Session, appointment_id: int, **values: Any) -> None:
    session.execute(
        update(Appointment)
        .where(Appointment.id == appointment_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
