"""The entries of waiting lists, as rows and as they are shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from siaga.people.tables import Contact
from siaga.places.timezone import zone_letters
from siaga.registration.appointments import local_time
from siaga.registration.records import WaitingView
from siaga.registration.tables import Appointment, Facility, Waiting
from siaga.registration.tables import Session as VaccinationSession

OPEN = ("waiting", "offered")
"""The statuses of who is still on a list."""


@dataclass(frozen=True)
class Entry:
    """An open entry of a list as it is under the list's lock."""

    id: int
    contact_id: int
    person_id: int
    facility_id: int
    session_id: int | None
    offered_until: datetime | None
    status: str


def entry_of(session: Session, person_id: int) -> Entry | None:
    """The list that a person is on. It stands still only under that list's lock."""
    return find(session, Waiting.person_id == person_id, Waiting.status.in_(OPEN))


def re_register(session: Session, person_id: int, registration_id: int) -> None:
    """Who is registered anew keeps their place in the line; the caller has locked the list."""
    session.execute(
        update(Waiting)
        .where(Waiting.person_id == person_id, Waiting.status.in_(OPEN))
        .values(registration_id=registration_id)
        .execution_options(synchronize_session=False)
    )


def find(session: Session, *where: Any) -> Entry | None:
    row = session.execute(
        select(
            Waiting.id,
            Waiting.contact_id,
            Waiting.person_id,
            Waiting.facility_id,
            Waiting.session_id,
            Waiting.offered_until,
            Waiting.status,
        ).where(*where)
    ).one_or_none()
    return None if row is None else Entry(**row._mapping)


def of_contact(session: Session, contact_key: str, waiting_id: int) -> Any:
    return session.execute(
        select(Waiting.person_id, Waiting.facility_id)
        .join(Contact, Contact.id == Waiting.contact_id)
        .where(Waiting.id == waiting_id, Contact.key == contact_key)
    ).one_or_none()


def held_by(entry: Entry | None) -> list[int]:
    return [entry.session_id] if entry and entry.status == "offered" and entry.session_id is not None else []


def holds_place(session: Session, person_id: int, at: datetime) -> bool:
    query = (
        select(Appointment.id)
        .join(VaccinationSession, VaccinationSession.id == Appointment.session_id)
        .where(Appointment.person_id == person_id, Appointment.status == "booked", VaccinationSession.ends_at > at)
    )
    return session.execute(query).first() is not None


def change(session: Session, waiting_id: int, **values: Any) -> None:
    session.execute(
        update(Waiting)
        .where(Waiting.id == waiting_id)
        .values(status_at=func.now(), **values)
        .execution_options(synchronize_session=False)
    )


def view(session: Session, waiting_id: int) -> WaitingView:
    row = session.execute(
        select(
            Waiting.id,
            Waiting.person_id,
            Waiting.facility_id,
            Waiting.status,
            Waiting.offered_until,
            Facility.name,
            Facility.regency_code,
            VaccinationSession.starts_at,
            VaccinationSession.ends_at,
        )
        .join(Facility, Facility.id == Waiting.facility_id)
        .outerjoin(VaccinationSession, VaccinationSession.id == Waiting.session_id)
        .where(Waiting.id == waiting_id)
    ).one()
    position = None
    if row.status == "waiting":
        position = session.execute(
            select(func.count()).where(
                Waiting.facility_id == row.facility_id, Waiting.status == "waiting", Waiting.id <= row.id
            )
        ).scalar_one()
    offered = row.status == "offered"

    def local(moment: datetime | None) -> datetime | None:
        return local_time(moment, row.regency_code) if offered and moment is not None else None

    return WaitingView(
        id=row.id,
        person_id=row.person_id,
        facility_id=row.facility_id,
        facility=row.name,
        zone_letters=zone_letters(row.regency_code),
        status=row.status,
        position=position,
        starts_at=local(row.starts_at),
        ends_at=local(row.ends_at),
        until=local(row.offered_until),
    )
