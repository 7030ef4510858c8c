"""What a contact did for persons whom others look after: it goes on in the others' hands."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from siaga.people.tables import ContactPerson
from siaga.registration import reminding
from siaga.registration.people import ACCEPTED, LIVE
from siaga.registration.tables import Appointment, Registration, Waiting
from siaga.registration.waiting.rows import OPEN
from siaga.rights.subjects import Subject


def hand_over(session: Session, subject: Subject, now: datetime) -> int:
    """Hang places and waiting list entries of shared persons on a contact who stays; how many persons had any.

    Only on one who looks after the person and knows them by name: others may have what this contact told no more
    than anybody else. The caller holds the locks.
    """
    return sum(_hand_over(session, subject.contact_id, person_id, now) for person_id in sorted(subject.shared))


def _hand_over(session: Session, contact_id: int | None, person_id: int, now: datetime) -> bool:
    heir = session.execute(
        select(ContactPerson.contact_id)
        .where(ContactPerson.person_id == person_id, ContactPerson.contact_id != contact_id, ContactPerson.sees_name)
        .order_by(ContactPerson.id)
        .limit(1)
    ).scalar_one_or_none()
    mine = _newest(session, contact_id, person_id, LIVE)
    if heir is None or mine is None:
        return False
    theirs = _newest(session, heir, person_id, ACCEPTED)
    if theirs is None:
        _set(session, Registration, Registration.id == mine, contact_id=heir)
        theirs = mine
    ours = select(Registration.id).where(
        Registration.person_id == person_id,
        (Registration.contact_id == contact_id) | (Registration.id == theirs),
    )
    _set(session, Appointment, Appointment.registration_id.in_(ours), registration_id=theirs)
    waits = (Waiting.person_id == person_id) & Waiting.status.in_(OPEN) & (Waiting.contact_id == contact_id)
    _set(session, Waiting, waits, contact_id=heir, registration_id=theirs)
    booked = session.execute(
        select(Appointment.code).where(Appointment.registration_id == theirs, Appointment.status == "booked")
    ).scalar_one_or_none()
    if booked is not None:
        reminding.plan(session, booked, now)
    return True


def _newest(session: Session, contact_id: int | None, person_id: int, statuses: tuple[str, ...]) -> Any:
    return session.execute(
        select(Registration.id)
        .where(
            Registration.contact_id == contact_id,
            Registration.person_id == person_id,
            Registration.status.in_(statuses),
        )
        .order_by(Registration.id.desc())
        .limit(1)
    ).scalar_one_or_none()


def _set(session: Session, table: Any, which: Any, **values: Any) -> None:
    session.execute(update(table).where(which).values(**values).execution_options(synchronize_session=False))
