"""One place in a session: taken, given back, and written down as somebody's; callers hold the locks of ``locks``."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from siaga.registration.records import SessionFull
from siaga.registration.tables import Appointment, Facility
from siaga.registration.tables import Session as VaccinationSession
from siaga.registration.ticket import new_code


def bookable(at: datetime) -> tuple[Any, ...]:
    """What a session must meet for a place in it to be given: it is to come, was not called off, has room, and its
    facility is open."""
    place = aliased(Facility)
    return (
        VaccinationSession.starts_at > at,
        VaccinationSession.cancelled_at.is_(None),
        VaccinationSession.booked < VaccinationSession.quota,
        VaccinationSession.facility_id.in_(select(place.id).where(place.is_open)),
    )


def take(session: Session, session_id: int, at: datetime) -> None:
    """Count one more place as taken.

    Raises:
        SessionFull: no free place, the session has begun, was called off, or is gone, or its facility is closed.
    """
    taken = session.execute(
        update(VaccinationSession)
        .where(VaccinationSession.id == session_id, *bookable(at))
        .values(booked=VaccinationSession.booked + 1)
        .execution_options(synchronize_session=False)
    )
    if taken.rowcount == 0:
        raise SessionFull("no free place in the session")


def give_back(session: Session, session_id: int) -> None:
    """Count one place less as taken."""
    session.execute(
        update(VaccinationSession)
        .where(VaccinationSession.id == session_id)
        .values(booked=VaccinationSession.booked - 1)
        .execution_options(synchronize_session=False)
    )


def assign(session: Session, registration_id: int, person_id: int, session_id: int, message_id: str) -> str:
    """Write the appointment for a place that was taken; its code, one that nobody has."""
    while True:
        row = insert(Appointment).values(
            registration_id=registration_id,
            person_id=person_id,
            session_id=session_id,
            code=new_code(),
            status="booked",
            caused_by=message_id,
        )
        code: str | None = session.execute(
            row.on_conflict_do_nothing(index_elements=[Appointment.code]).returning(Appointment.code)
        ).scalar_one_or_none()
        if code is not None:
            return code


def lapse_over(session: Session, person_id: int, at: datetime) -> None:
    """Note that a person's booked appointment has lapsed where its session is over."""
    over = select(VaccinationSession.id).where(
        VaccinationSession.id == Appointment.session_id, VaccinationSession.ends_at <= at
    )
    session.execute(
        update(Appointment)
        .where(Appointment.person_id == person_id, Appointment.status == "booked", over.exists())
        .values(status="lapsed")
        .execution_options(synchronize_session=False)
    )
