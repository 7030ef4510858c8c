"""Taking a consent back: what was done with it ends, at once and for good; what is on file stays until it is erased."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from siaga import details
from siaga.people import notices
from siaga.people.tables import Consent, Contact, ContactPerson, FormDraft, Person
from siaga.registration import booking, seats, writes
from siaga.registration.kept import Kept, kept
from siaga.registration.locks import lock_person, lock_sessions, lock_waiting_lists
from siaga.registration.people import LIVE, nik_index
from siaga.registration.tables import Appointment, Registration, Waiting
from siaga.registration.tables import Session as VaccinationSession
from siaga.registration.waiting import OPEN, close
from siaga.registration.waiting.rows import find, held_by


@dataclass(frozen=True)
class Withdrawn:
    """Numbers of persons whose consent was taken back, and of appointments that were given up with it."""

    persons: int
    appointments: int


def persons_with_consent(session: Session, contact_key: str, now: datetime) -> list[Kept]:
    """For whom a contact has agreed and not taken it back."""
    return [one for one in kept(session, contact_key, now) if one.agreed]


def was_withdrawn(session: Session, contact_key: str, at: datetime) -> bool:
    """Whether a contact has taken a consent back at just this moment."""
    query = (
        select(Consent.id)
        .join(Contact, Contact.id == Consent.contact_id)
        .where(Contact.key == contact_key, Consent.withdrawn_at == at)
        .limit(1)
    )
    return session.execute(query).first() is not None


def withdraw(
    session: Session, contact_key: str, person_ids: Collection[int], now: datetime, *, message_id: str
) -> Withdrawn:
    """Take back what a contact has agreed to for these persons; of anybody else nothing changes.

    Their registrations from this contact end, places go back and to who waits next, answers for planning go, nothing
    more is planned to be told about them, and what an outside registry has not been told yet it is not told. The same
    message again changes nothing, and gives the same numbers.
    """
    # Whoever registers from there meanwhile waits.
    contact_id = session.execute(
        select(Contact.id).where(Contact.key == contact_key).with_for_update(key_share=True)
    ).scalar_one_or_none()
    if contact_id is None:
        return Withdrawn(0, 0)
    own = (Consent.contact_id == contact_id, Consent.person_id.in_(person_ids))
    standing = select(Consent.person_id).where(*own, Consent.withdrawn_at.is_(None)).distinct()
    people = sorted(session.execute(standing).scalars())
    if people:
        _end(session, contact_key, contact_id, people, message_id, now)
        session.execute(
            update(Consent)
            .where(*own, Consent.withdrawn_at.is_(None))
            .values(withdrawn_at=now)
            .execution_options(synchronize_session=False)
        )
    taken_back = select(func.count(Consent.person_id.distinct())).where(*own, Consent.withdrawn_at == now)
    given_up = select(func.count()).where(Appointment.cancelled_by == message_id, Appointment.person_id.in_(person_ids))
    return Withdrawn(session.execute(taken_back).scalar_one(), session.execute(given_up).scalar_one())


def _end(
    session: Session, contact_key: str, contact_id: int, people: list[int], message_id: str, now: datetime
) -> None:
    """All that hangs on the consent; in this order none of them is offered a place that is just given back."""
    _lock(session, people)
    for person_id in people:
        seats.lapse_over(session, person_id, now)
    mine = select(Registration.id).where(Registration.contact_id == contact_id, Registration.person_id.in_(people))
    registrations = list(session.execute(mine).scalars())
    lists = select(Waiting.id).where(
        Waiting.person_id.in_(people),
        Waiting.status.in_(OPEN),
        or_(Waiting.contact_id == contact_id, Waiting.registration_id.in_(registrations)),
    )
    for waiting_id in session.execute(lists).scalars().all():
        entry = find(session, Waiting.id == waiting_id, Waiting.status.in_(OPEN))
        if entry is not None:
            lock_sessions(session, held_by(entry))
            close(session, entry, "left", now)
    booked = select(Appointment.code).where(
        Appointment.registration_id.in_(registrations), Appointment.status == "booked"
    )
    for code in session.execute(booked.order_by(Appointment.id)).scalars().all():
        booking.cancel(session, contact_key, code, message_id, now)
    session.execute(
        update(Registration)
        .where(Registration.id.in_(registrations), Registration.status.in_(LIVE))
        .values(status="cancelled")
        .execution_options(synchronize_session=False)
    )
    writes.drop_registrations(session, registrations)
    cared_for = select(ContactPerson.person_id).where(
        ContactPerson.contact_id == contact_id, ContactPerson.person_id.in_(people)
    )
    details.forget(session, list(session.execute(cared_for).scalars()))
    # Last: giving up an appointment may have planned to tell of the next dose.
    notices.take_back_of(session, contact_id, people)
    _discard_drafts(session, contact_id, people)


def _lock(session: Session, people: list[int]) -> None:
    """Every kind at once, in the order of ``locks``, so that what follows for one after the other waits for nobody."""
    for person_id in people:
        lock_person(session, person_id)
    lists = select(Waiting.facility_id, Waiting.session_id).where(
        Waiting.person_id.in_(people), Waiting.status.in_(OPEN)
    )
    booked = (
        select(VaccinationSession.facility_id, VaccinationSession.id)
        .join(Appointment, Appointment.session_id == VaccinationSession.id)
        .where(Appointment.person_id.in_(people), Appointment.status == "booked")
    )
    lock_waiting_lists(session, {row[0] for query in (lists, booked) for row in session.execute(query)})
    # Read anew: under the lists' locks nobody is offered a place any more.
    lock_sessions(
        session, {row[1] for query in (lists, booked) for row in session.execute(query) if row[1] is not None}
    )


def _discard_drafts(session: Session, contact_id: int, people: list[int]) -> None:
    """Answers on their way that are about one of them: by their number on file, or by NIK."""
    niks = set(session.execute(select(Person.nik_index).where(Person.id.in_(people))).scalars())

    def is_about(draft: dict[str, Any]) -> bool:
        nik = draft.get("nik")
        return draft.get("person") in people or (isinstance(nik, str) and nik_index(nik) in niks)

    drafts = session.execute(select(FormDraft.form, FormDraft.data).where(FormDraft.contact_id == contact_id)).all()
    session.execute(
        delete(FormDraft)
        .where(
            FormDraft.contact_id == contact_id, FormDraft.form.in_([row.form for row in drafts if is_about(row.data)])
        )
        .execution_options(synchronize_session=False)
    )
