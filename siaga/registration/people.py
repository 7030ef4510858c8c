"""People on file: who they are by NIK, and who may see and correct them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import exists, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from siaga.people.names import name_birth_index, same_name
from siaga.people.tables import Contact, ContactPerson, Person
from siaga.privacy import blind_index, mask_name, mask_nik
from siaga.registration.appointments import booked_appointment
from siaga.registration.nik import read_nik
from siaga.registration.records import Bookable, Registered, Submission
from siaga.registration.tables import Appointment, Registration
from siaga.registration.tables import Session as VaccinationSession

LIVE = ("confirmed", "waiting_validation", "refused")
"""The statuses of a registration that counts; one refused does, until it is made anew: its place is still held."""


ACCEPTED = ("confirmed", "waiting_validation")
"""The statuses with which a place may be looked for; one refused is to be made anew first."""


def nik_index(nik: str) -> bytes:
    """The blind index under which a NIK is found, however it is spaced."""
    return blind_index("".join(filter(str.isdigit, nik)), "person.nik")


def person_by_nik(session: Session, nik: str) -> int | None:
    """The id of the person with this NIK."""
    return session.execute(select(Person.id).where(Person.nik_index == nik_index(nik))).scalar_one_or_none()


def find(session: Session, nik: str, now: datetime | None) -> Registered | None:
    """The registered person with this NIK, masked, for anyone who knows the number."""
    person_id = person_by_nik(session, nik)
    return None if person_id is None else masked(session, person_id, now)


def masked(session: Session, person_id: int, now: datetime | None) -> Registered | None:
    """A registered person as strangers may know them; None without a live registration."""
    query = (
        select(Registration.status, Person.nik, Person.name)
        .join(Person, Person.id == Registration.person_id)
        .where(Person.id == person_id, Registration.status.in_(LIVE))
        .order_by(Registration.id.desc())
        .limit(1)
    )
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    return Registered(
        person_id=person_id,
        masked_nik=mask_nik(row.nik),
        masked_name=mask_name(row.name),
        status=row.status,
        appointment=booked_appointment(session, person_id, now),
    )


def registered_by(session: Session, contact_key: str, now: datetime | None) -> list[Registered]:
    """The people a contact has registered, in the order of their newest registration, with their names."""
    query = (
        select(
            Registration.id,
            Registration.person_id,
            Registration.status,
            Registration.told,
            Person.nik,
            Person.name,
            Registration.refused_for,
            ContactPerson.relation,
            ContactPerson.sees_name,
        )
        .join(Contact, Contact.id == Registration.contact_id)
        .join(Person, Person.id == Registration.person_id)
        .outerjoin(
            ContactPerson,
            (ContactPerson.contact_id == Registration.contact_id) & (ContactPerson.person_id == Registration.person_id),
        )
        .where(Contact.key == contact_key, Registration.status.in_(LIVE))
        .order_by(Registration.id)
    )
    registered = []
    for row in session.execute(query):
        name = _name_for(row.name, row.told, row.sees_name)
        own = row.id if row.told else None
        registered.append(
            Registered(
                person_id=row.person_id,
                masked_nik=mask_nik(row.nik),
                masked_name=mask_name(row.told["name"] if row.told else row.name),
                status=row.status,
                appointment=booked_appointment(session, row.person_id, now, registration_id=own),
                name=name,
                relation=row.relation or (row.told or {}).get("relation"),
                refused_for=row.refused_for,
            )
        )
    return registered


def name_mask(name: str) -> str:
    """``Warga Uji 001`` -> ``W•••• U•• 0••``: a mask that WhatsApp does not take for bold."""
    return mask_name(name).replace("*", "•")


def _name_for(name: str, told: dict[str, Any] | None, sees_name: bool | None) -> str:
    if told:
        return str(told["name"])
    return name_mask(name) if sees_name is False else name


def shown_name(session: Session, contact_id: int, person: Person, told: dict[str, Any] | None) -> str:
    """A person's name as a contact who registered them may read it: as they told it, or on file, or the mask of it."""
    query = select(ContactPerson.sees_name).where(
        ContactPerson.contact_id == contact_id, ContactPerson.person_id == person.id
    )
    return _name_for(person.name, told, session.execute(query).scalar_one_or_none())


def holds_place(session: Session, contact_key: str, nik: str, now: datetime | None) -> bool:
    """Whether this contact has registered the person with this NIK, and they hold an appointment.

    Of those whom others registered it tells nothing, nor does it take longer for them.
    """
    person_id = person_by_nik(session, nik)
    mine = registered_by(session, contact_key, now)
    return any(one.person_id == person_id and one.appointment is not None for one in mine)


def is_registered_elsewhere(session: Session, nik: str, name: str, birth_date: date, now: datetime) -> bool:
    """Whether the person with this NIK holds an appointment, asked by who knows their name and birth date, too.

    Nobody learns from a NIK alone that somebody has it.
    """
    held = exists().where(
        Appointment.person_id == Person.id,
        Appointment.status == "booked",
        VaccinationSession.id == Appointment.session_id,
        VaccinationSession.ends_at > now,
    )
    query = select(Person.name, Person.birth_date, held.label("held")).where(Person.nik_index == nik_index(nik))
    row = session.execute(query).one_or_none()
    on_file = {"name": row.name if row else "", "birth_date": row.birth_date if row else ""}
    known = _same_person({"name": name, "birth_date": birth_date.isoformat()}, on_file)
    return bool(row and row.held and known)


def may_learn_mask(session: Session, contact_key: str, nik: str) -> bool:
    """Whether a contact may be shown the mask of the name that an official list has for a NIK.

    Not where somebody is on file whom they do not look after: then they must know the name.
    """
    theirs = exists().where(
        ContactPerson.person_id == Person.id, Contact.id == ContactPerson.contact_id, Contact.key == contact_key
    )
    row = session.execute(select(theirs).where(Person.nik_index == nik_index(nik))).one_or_none()
    return row is None or bool(row[0])


def bookable(session: Session, contact_key: str, person_id: int) -> Bookable | None:
    """What is known of somebody for whom a contact may look for a place; None without a registration that allows it."""
    row = session.execute(
        select(Registration.outcome, Registration.postponed_until, Person.regency_code, Person.district_code)
        .join(Contact, Contact.id == Registration.contact_id)
        .join(Person, Person.id == Registration.person_id)
        .where(Contact.key == contact_key, Person.id == person_id, Registration.status.in_(ACCEPTED))
        .order_by(Registration.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else Bookable(person_id=person_id, **row._mapping)


def put_on_file(session: Session, submission: Submission, contact_id: int) -> tuple[int, dict[str, str] | None]:
    """The person of a submission, made or brought up to date, and what was told that differs from what is on file.

    Whoever registers a person first, or tells the same name and birth date, looks after them and may correct their
    data. From anyone else a known NIK changes nothing and shows nothing: what they told is kept beside, to be
    validated. The caller holds the lock on the NIK.
    """
    nik = read_nik(submission.nik)
    told = {"name": submission.name, "birth_date": submission.birth_date.isoformat()}
    details = {
        **told,
        "name_birth_index": name_birth_index(submission.name, submission.birth_date),
        "regency_code": submission.regency_code,
        "district_code": submission.district_code,
    }
    new = insert(Person).values(nik=nik.number, nik_index=nik_index(nik.number), sex=nik.sex, **details)
    person_id = session.execute(
        new.on_conflict_do_nothing(index_elements=[Person.nik_index]).returning(Person.id)
    ).scalar_one_or_none()
    if person_id is None:
        person = session.execute(
            select(Person).where(Person.nik_index == nik_index(nik.number)).execution_options(populate_existing=True)
        ).scalar_one()
        person_id = person.id
        on_file = {"name": person.name, "birth_date": person.birth_date}
        if not _looks_after(session, contact_id, person_id) and (submission.by_mask or not _same_person(told, on_file)):
            # What only the mask of is known was not told.
            name = name_mask(submission.name) if submission.by_mask else submission.name
            guardian = {"guardian": "yes"} if submission.guardian else {}
            return person_id, {**told, "name": name, "relation": submission.relation, **guardian}
        if person.birth_date != told["birth_date"] or not same_name(person.name, submission.name):
            # What was validated is not what is on file any more.
            person.validated_at = person.validated_by = None
        for column, value in details.items():
            setattr(person, column, value)
    bond = insert(ContactPerson).values(
        contact_id=contact_id,
        person_id=person_id,
        relation=submission.relation,
        guardian=submission.guardian,
        sees_name=not submission.by_mask,
    )
    session.execute(
        bond.on_conflict_do_update(
            index_elements=[ContactPerson.contact_id, ContactPerson.person_id],
            set_={
                "relation": bond.excluded.relation,
                "guardian": or_(ContactPerson.guardian, bond.excluded.guardian),
                "sees_name": or_(ContactPerson.sees_name, bond.excluded.sees_name),
            },
        )
    )
    return person_id, None


def _looks_after(session: Session, contact_id: int, person_id: int) -> bool:
    query = select(ContactPerson.id).where(ContactPerson.contact_id == contact_id, ContactPerson.person_id == person_id)
    return session.execute(query).first() is not None


def _same_person(told: dict[str, str], on_file: dict[str, str]) -> bool:
    def plain(details: dict[str, str]) -> tuple[str, str]:
        return "".join(filter(str.isalnum, details["name"].casefold())), details["birth_date"]

    return plain(told) == plain(on_file)
