"""Data that staff correct after they have seen an identity card or a family card, and what hangs on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from siaga.db.audit import note
from siaga.people import notices
from siaga.people.names import name_birth_index
from siaga.people.tables import Person
from siaga.registration import writes
from siaga.registration.gateways.base import Known
from siaga.registration.locks import lock_person
from siaga.registration.people import settle
from siaga.registration.tables import Registration
from siaga.registration.validation import FIELDS, compare, confirm, on_lists

STAFF = "staff"
"""What a person's data agreed with: somebody has seen their card."""
NAME = 100
"""Characters of a name."""


class UnknownPerson(LookupError):
    """There is nobody with this number."""


@dataclass(frozen=True)
class Correction:
    """What a correction changes: names of fields, never their values.

    ``differs``: what official lists have otherwise. ``confirms``: registrations of the contact that are confirmed by
    it, and whose contact is told.
    """

    fields: tuple[str, ...]
    differs: tuple[str, ...]
    confirms: int


def planned(
    session: Session, person_id: int, name: str, birth_date: date, *, contact_id: int | None, today: date
) -> Correction:
    """What a correction would change; nothing is written.

    Args:
        contact_id: who brought the card: of this contact's registrations those that wait or were refused are confirmed.

    Raises:
        UnknownPerson
        ValueError: the name has no letter or is too long, or the birth date is not one.
    """
    written = " ".join(name.split())
    if not any(letter.isalpha() for letter in written) or len(written) > NAME:
        raise ValueError("no name")
    if not date(1900, 1, 1) <= birth_date <= today:
        raise ValueError("no birth date")
    person = session.get(Person, person_id, populate_existing=True)
    if person is None:
        raise UnknownPerson(f"there is no person {person_id}")
    fields = [field for field, old, new in _pairs(person, written, birth_date) if old != new]
    official = on_lists(session, person.nik)
    differs = compare(Known("", written, birth_date, person.sex), official) if official else frozenset()
    return Correction(
        tuple(fields),
        tuple(field for field in FIELDS if field in differs),
        len(_to_confirm(session, person_id, contact_id)),
    )


def correct(
    session: Session,
    person_id: int,
    name: str,
    birth_date: date,
    *,
    contact_id: int | None,
    actor: str,
    at: datetime,
    today: date,
) -> Correction:
    """Write down what stands on somebody's card: from now on it is what is on file, and is believed. Whoever else
    registered the NIK with other data is disputed from now on.

    Whose registration is confirmed by it is told; the outside registry is told what it has refused before.

    Raises:
        UnknownPerson, ValueError: as ``planned``.
    """
    try:
        lock_person(session, person_id)
    except NoResultFound:
        raise UnknownPerson(f"there is no person {person_id}") from None
    made = planned(session, person_id, name, birth_date, contact_id=contact_id, today=today)
    person = session.get(Person, person_id, with_for_update=True, populate_existing=True)
    person.name, person.birth_date = " ".join(name.split()), birth_date.isoformat()
    person.name_birth_index = name_birth_index(person.name, birth_date)
    person.validated_at, person.validated_by = at, STAFF
    settle(session, person)
    for registration in _to_confirm(session, person_id, contact_id):
        registration.refused_for = None
        notices.take_back(session, f"registration:{registration.id}")
        confirm(session, registration, person, at)
    session.flush()
    stands = select(Registration.id).where(Registration.person_id == person_id, Registration.status == "confirmed")
    for registration_id in session.scalars(stands.order_by(Registration.id)).all():
        writes.queue_registration(session, registration_id)
    note(
        session,
        actor,
        "person.correct",
        {"person": person_id, "fields": list(made.fields), "confirmed": made.confirms},
    )
    return made


def _pairs(person: Person, name: str, birth_date: date) -> list[tuple[str, str, str]]:
    return [("name", person.name, name), ("birth_date", person.birth_date, birth_date.isoformat())]


def _to_confirm(session: Session, person_id: int, contact_id: int | None) -> Sequence[Registration]:
    """The contact's registrations of a person that are not believed, locked."""
    query = (
        select(Registration)
        .where(
            Registration.person_id == person_id,
            Registration.contact_id == contact_id,
            Registration.status.in_(("waiting_validation", "refused")),
        )
        .order_by(Registration.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return list(session.scalars(query))
