"""Whether somebody will come to their appointment, as answered to a reminder; forgotten when it moves."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from siaga.registration.appointments import appointment
from siaga.registration.booking import owned
from siaga.registration.records import AppointmentView
from siaga.registration.tables import Appointment
from siaga.registration.tables import Session as VaccinationSession


def confirm(session: Session, contact_key: str, appointment_code: str, at: datetime) -> AppointmentView | None:
    """Note that they will come; said once more it changes nothing.

    None if this contact holds no such appointment, or it was given up, or is over.
    """
    mine = owned(session, contact_key, appointment_code)
    if mine is None:
        return None
    to_come = select(VaccinationSession.id).where(
        VaccinationSession.id == Appointment.session_id, VaccinationSession.ends_at > at
    )
    noted = session.execute(
        update(Appointment)
        .where(Appointment.id == mine.id, Appointment.status == "booked", to_come.exists())
        .values(confirmed_at=func.coalesce(Appointment.confirmed_at, at))
        .execution_options(synchronize_session=False)
    )
    return appointment(session, Appointment.id == mine.id) if noted.rowcount else None
