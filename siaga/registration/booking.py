"""Registering a person and booking a place, and giving the place back.

Who registers the same NIK at the same time waits for a lock on it; who wants the same session waits for its row; all
in the order of ``locks``, and until the caller's transaction ends. Every refusal comes before the first write that
matters (that an old appointment has lapsed may be noted), so the caller can go on in the same transaction.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from siaga.doses import plan_next, record_told
from siaga.people.contacts import id_by_key
from siaga.people.tables import Consent, Contact, ContactPerson, Person
from siaga.privacy import mask_nik
from siaga.registration import reminding, seats, validation, waiting, writes
from siaga.registration.appointments import appointment
from siaga.registration.locks import lock_nik, lock_person, lock_sessions, lock_waiting_lists
from siaga.registration.nik import read_nik
from siaga.registration.people import ACCEPTED, LIVE, masked, meant, put_on_file, shown_name
from siaga.registration.records import AlreadyRegistered, AppointmentView, Submission, Ticket, ticket_for
from siaga.registration.tables import Appointment, Registration

CONSENT_PURPOSE = "registration"


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
    lock_nik(session, nik)
    replayed = ticket_of(session, submission.message_id)
    if replayed is not None:
        return replayed
    contact_id = id_by_key(session, submission.contact_key)
    known = meant(session, contact_id, nik, submission.name, submission.birth_date)
    if known.person_id is not None:
        _refuse_second_appointment(session, known.person_id, submission.at)
    waits = lock_for(session, known.person_id, submission.session_id)
    if submission.session_id is not None:
        seats.take(session, submission.session_id, submission.at)

    person_id = put_on_file(session, submission, contact_id, known)
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
        status=validation.first_status(session, submission, person_id),
        caused_by=submission.message_id,
        answers=submission.answers,
        outcome=submission.outcome,
        postponed_until=submission.postponed_until,
        rules_version=submission.rules_version,
        birth_date_matches_nik=submission.birth_date_matches_nik,
    )
    session.add(registration)
    session.flush()
    writes.queue_registration(session, registration.id)
    _record_doses(session, person_id, submission.answers, submission.at)
    if submission.session_id is not None:
        code = seats.assign(session, registration.id, person_id, submission.session_id, submission.message_id)
        reminding.plan(session, code, submission.at)
    if waits is not None:
        if submission.session_id is None and submission.outcome == "eligible":
            waiting.re_register(session, person_id, registration.id)
        else:
            waiting.close(session, waits, "left", submission.at)
    ticket = ticket_of(session, submission.message_id)
    if ticket is None:
        raise LookupError("the registration just made is gone")
    return ticket


def ticket_of(session: Session, message_id: str) -> Ticket | None:
    """The ticket of the registration that a message made, if it made one."""
    row = session.execute(
        select(Registration.id, Registration.status, Registration.contact_id, Person)
        .join(Person, Person.id == Registration.person_id)
        .where(Registration.caused_by == message_id)
    ).one_or_none()
    if row is None:
        return None
    name = shown_name(session, row.contact_id, row.Person)
    return ticket_for(
        name, mask_nik(row.Person.nik), row.status, appointment(session, Appointment.registration_id == row.id)
    )


def book(
    session: Session, contact_key: str, person_id: int, session_id: int, message_id: str, at: datetime
) -> AppointmentView | None:
    """Book a place for somebody whom this contact has registered without one; the same message again changes nothing.

    None for anyone else. Whoever was on a waiting list is on it no more.

    Raises:
        AlreadyRegistered: the person holds an appointment that is not over.
        SessionFull: no free place in the session, or it has begun.
    """
    registration_id = session.execute(
        select(Registration.id)
        .join(Contact, Contact.id == Registration.contact_id)
        .where(Contact.key == contact_key, Registration.person_id == person_id, Registration.status.in_(ACCEPTED))
        .order_by(Registration.id.desc())
        .limit(1)
    ).scalar_one_or_none()
    if registration_id is None:
        return None
    lock_person(session, person_id)
    booked = appointment(session, Appointment.caused_by == message_id, Appointment.person_id == person_id)
    if booked is not None:
        return booked
    _refuse_second_appointment(session, person_id, at)
    waits = lock_for(session, person_id, session_id)
    seats.take(session, session_id, at)
    code = seats.assign(session, registration_id, person_id, session_id, message_id)
    reminding.plan(session, code, at)
    if waits is not None:
        waiting.close(session, waits, "left", at)
    return appointment(session, Appointment.code == code)


def cancel(
    session: Session, contact_key: str, appointment_code: str, message_id: str, at: datetime
) -> AppointmentView | None:
    """Give an appointment's place back, to the first who waits for one, and show the appointment as it is now.

    Only a contact who booked it or looks after the person can; None for anyone else and for codes nobody has. An
    appointment cancelled, attended or lapsed before stays as it is. The registration itself stays too.
    """
    mine = owned(session, contact_key, appointment_code)
    if mine is None:
        return None
    lock_person(session, mine.person_id)
    held = session.execute(
        select(Appointment.session_id).where(Appointment.id == mine.id, Appointment.status == "booked")
    ).scalar_one_or_none()
    if held is not None:
        lock_waiting_lists(session, [waiting.facility_of(session, held)])
        lock_sessions(session, [held])
        freed = session.execute(
            update(Appointment)
            # A place that calls off a session may have moved or ended it meanwhile.
            .where(Appointment.id == mine.id, Appointment.status == "booked", Appointment.session_id == held)
            .values(status="cancelled", cancelled_by=message_id)
            .execution_options(synchronize_session=False)
        )
        if freed.rowcount:
            seats.give_back(session, held)
            reminding.take_back(session, appointment_code)
            plan_next(session, mine.person_id, at)
            waiting.place_freed(session, held, at)
    return appointment(session, Appointment.id == mine.id)


def owned(session: Session, contact_key: str, appointment_code: str) -> Any:
    """The id and person of an appointment that a contact may change; None if it is not theirs."""
    return session.execute(
        select(Appointment.id, Appointment.person_id)
        .join(Registration, Registration.id == Appointment.registration_id)
        .join(Contact, Contact.key == contact_key)
        .where(
            Appointment.code == appointment_code,
            (Registration.contact_id == Contact.id)
            | exists().where(ContactPerson.contact_id == Contact.id, ContactPerson.person_id == Appointment.person_id),
        )
    ).one_or_none()


def lock_for(session: Session, person_id: int | None, *session_ids: int | None) -> waiting.Entry | None:
    """Lock what a person's booking needs after the person: the list that they wait on, and these sessions.

    Their entry on the list as it is now; it is to be closed when they are booked.
    """
    entry = waiting.entry_of(session, person_id) if person_id is not None else None
    wanted = {session_id for session_id in session_ids if session_id is not None}
    if entry is not None:
        lock_waiting_lists(session, [entry.facility_id])
        entry = waiting.entry_of(session, entry.person_id)
        if entry is not None and entry.status == "offered" and entry.session_id is not None:
            wanted.add(entry.session_id)
    if len(wanted) > 1 or entry is not None:
        lock_sessions(session, wanted)
    return entry


def _refuse_second_appointment(session: Session, person_id: int, at: datetime) -> None:
    seats.lapse_over(session, person_id, at)
    registered = masked(session, person_id, at)
    if registered is not None and registered.appointment is not None:
        raise AlreadyRegistered(registered)


def _retire_former(session: Session, contact_id: int, person_id: int) -> None:
    """The newest registration of a NIK by a contact is the one that counts."""
    their_nik = select(Person.nik_index).where(Person.id == person_id).scalar_subquery()
    session.execute(
        update(Registration)
        .where(
            Registration.contact_id == contact_id,
            Registration.person_id.in_(select(Person.id).where(Person.nik_index == their_nik)),
            Registration.status.in_(LIVE),
        )
        .values(status="cancelled")
        .execution_options(synchronize_session=False)
    )


def _record_doses(session: Session, person_id: int, answers: dict[str, Any], at: datetime) -> None:
    received = answers.get("doses_received")
    if not isinstance(received, int) or isinstance(received, bool):
        return
    try:
        last_on = date.fromisoformat(answers["last_dose_on"])
    except (KeyError, TypeError, ValueError):  # not asked, or "I don't remember"
        last_on = None
    vaccine = answers.get("last_vaccine")
    record_told(session, person_id, received, last_on=last_on, last_vaccine=vaccine, at=at)
