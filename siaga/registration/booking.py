"""Registering a person and booking a place, and giving the place back.

Who registers the same NIK at the same time waits for a lock on it; who wants the same session waits for its row. Both
are held until the caller's transaction ends. Every refusal comes before the first write that matters (that an old
appointment has lapsed may be noted), so the caller can go on in the same transaction.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import exists, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from siaga.doses import record_told
from siaga.people.contacts import contact_by_key
from siaga.people.tables import Consent, Contact, ContactPerson, Person
from siaga.privacy import mask_nik
from siaga.registration.appointments import appointment
from siaga.registration.nik import read_nik
from siaga.registration.people import LIVE, masked, nik_index, person_by_nik, put_on_file
from siaga.registration.records import AlreadyRegistered, AppointmentView, SessionFull, Submission, Ticket, ticket_for
from siaga.registration.tables import Appointment, Registration
from siaga.registration.tables import Session as VaccinationSession
from siaga.registration.ticket import new_code

CONSENT_PURPOSE = "registration"
# The first of the two numbers of our advisory locks; the second is made from the NIK's blind index.
_NIK_LOCKS = 3578


def register(session: Session, submission: Submission) -> Ticket:
    """Register a person, with an appointment if a session was chosen.

    The same ``message_id`` again gives the same ticket and changes nothing.

    Raises:
        AlreadyRegistered: the person holds an appointment that is not over.
        SessionFull: no free place in the session, or it has begun.
        sqlalchemy.exc.NoResultFound: no such contact.
        NikProblem: the NIK is none.
    """
    nik = read_nik(submission.nik).number
    _lock_nik(session, nik)
    replayed = ticket_of(session, submission.message_id)
    if replayed is not None:
        return replayed
    contact_id = contact_by_key(session, submission.contact_key).id
    known = person_by_nik(session, nik)
    if known is not None:
        _refuse_second_appointment(session, known, submission.at)
    if submission.session_id is not None:
        _take_place(session, submission.session_id, submission.at)

    person_id, told = put_on_file(session, submission, contact_id)
    session.add(
        Consent(
            contact_id=contact_id,
            person_id=person_id,
            purpose=CONSENT_PURPOSE,
            version=submission.consent_version,
            given_at=submission.consented_at,
            message_id=submission.consent_message_id or submission.message_id,
        )
    )
    _retire_former(session, contact_id, person_id)
    registration = Registration(
        contact_id=contact_id,
        person_id=person_id,
        status="confirmed" if submission.birth_date_matches_nik and told is None else "waiting_validation",
        caused_by=submission.message_id,
        answers=submission.answers,
        outcome=submission.outcome,
        postponed_until=submission.postponed_until,
        rules_version=submission.rules_version,
        birth_date_matches_nik=submission.birth_date_matches_nik,
        told=told,
    )
    session.add(registration)
    session.flush()
    if told is None:
        _record_doses(session, person_id, submission.answers)
    if submission.session_id is not None:
        _book(session, registration.id, person_id, submission.session_id, submission.message_id)
    ticket = ticket_of(session, submission.message_id)
    if ticket is None:
        raise LookupError("the registration just made is gone")
    return ticket


def ticket_of(session: Session, message_id: str) -> Ticket | None:
    """The ticket of the registration that a message made, if it made one."""
    row = session.execute(
        select(Registration.id, Registration.status, Registration.told, Person.name, Person.nik)
        .join(Person, Person.id == Registration.person_id)
        .where(Registration.caused_by == message_id)
    ).one_or_none()
    if row is None:
        return None
    name = row.told["name"] if row.told else row.name
    return ticket_for(name, mask_nik(row.nik), row.status, appointment(session, Appointment.registration_id == row.id))


def cancel(session: Session, contact_key: str, appointment_code: str, message_id: str) -> AppointmentView | None:
    """Give an appointment's place back, and show the appointment as it is now.

    Only a contact who booked it or looks after the person can; None for anyone else and for codes nobody has. An
    appointment cancelled, attended or lapsed before stays as it is. The registration itself stays too.
    """
    mine = (
        select(Appointment.id)
        .join(Registration, Registration.id == Appointment.registration_id)
        .join(Contact, Contact.key == contact_key)
        .where(
            Appointment.code == appointment_code,
            (Registration.contact_id == Contact.id)
            | exists().where(ContactPerson.contact_id == Contact.id, ContactPerson.person_id == Appointment.person_id),
        )
    )
    appointment_id = session.execute(mine).scalar_one_or_none()
    if appointment_id is None:
        return None
    freed = session.execute(
        update(Appointment)
        .where(Appointment.id == appointment_id, Appointment.status == "booked")
        .values(status="cancelled", cancelled_by=message_id)
        .returning(Appointment.session_id)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if freed is not None:
        session.execute(
            update(VaccinationSession)
            .where(VaccinationSession.id == freed)
            .values(booked=VaccinationSession.booked - 1)
            .execution_options(synchronize_session=False)
        )
    return appointment(session, Appointment.id == appointment_id)


def _lock_nik(session: Session, nik: str) -> None:
    key = int.from_bytes(nik_index(nik)[:4], "big", signed=True)
    session.execute(text("SELECT pg_advisory_xact_lock(:space, :key)"), {"space": _NIK_LOCKS, "key": key})


def _refuse_second_appointment(session: Session, person_id: int, at: datetime) -> None:
    over = select(VaccinationSession.id).where(
        VaccinationSession.id == Appointment.session_id, VaccinationSession.ends_at <= at
    )
    session.execute(
        update(Appointment)
        .where(Appointment.person_id == person_id, Appointment.status == "booked", over.exists())
        .values(status="lapsed")
        .execution_options(synchronize_session=False)
    )
    registered = masked(session, person_id, at)
    if registered is not None and registered.appointment is not None:
        raise AlreadyRegistered(registered)


def _take_place(session: Session, session_id: int, at: datetime) -> None:
    taken = session.execute(
        update(VaccinationSession)
        .where(
            VaccinationSession.id == session_id,
            VaccinationSession.starts_at > at,
            VaccinationSession.booked < VaccinationSession.quota,
        )
        .values(booked=VaccinationSession.booked + 1)
        .execution_options(synchronize_session=False)
    )
    if taken.rowcount == 0:
        raise SessionFull("no free place in the session")


def _retire_former(session: Session, contact_id: int, person_id: int) -> None:
    """The newest registration of a person by a contact is the one that counts."""
    session.execute(
        update(Registration)
        .where(
            Registration.contact_id == contact_id,
            Registration.person_id == person_id,
            Registration.status.in_(LIVE),
        )
        .values(status="cancelled")
        .execution_options(synchronize_session=False)
    )


def _record_doses(session: Session, person_id: int, answers: dict[str, Any]) -> None:
    received = answers.get("doses_received")
    if not isinstance(received, int) or isinstance(received, bool):
        return
    try:
        last_on = date.fromisoformat(answers["last_dose_on"])
    except (KeyError, TypeError, ValueError):  # not asked, or "I don't remember"
        last_on = None
    vaccine = answers.get("last_vaccine")
    record_told(session, person_id, received, last_on=last_on, last_vaccine=vaccine)


def _book(session: Session, registration_id: int, person_id: int, session_id: int, message_id: str) -> None:
    """Write the appointment under a code that is free."""
    booked = None
    while booked is None:
        row = insert(Appointment).values(
            registration_id=registration_id,
            person_id=person_id,
            session_id=session_id,
            code=new_code(),
            status="booked",
            caused_by=message_id,
        )
        booked = session.execute(
            row.on_conflict_do_nothing(index_elements=[Appointment.code]).returning(Appointment.id)
        ).scalar_one_or_none()
