"""The doses of the people whom a contact looks after, and of nobody else."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from siaga.doses.next import Given
from siaga.doses.rules import OTHER, VACCINES
from siaga.doses.tables import Dose
from siaga.people.tables import Contact, ContactPerson, Person
from siaga.privacy import mask_name, mask_nik


@dataclass(frozen=True)
class Recorded:
    """A dose on file; ``told`` by the citizen, else from an official list or registry."""

    number: int
    vaccine: str | None
    given_on: date | None
    told: bool


@dataclass(frozen=True)
class LookedAfter:
    """Somebody whom a contact looks after, as the conversation may name them."""

    id: int
    relation: str
    sex: str
    masked_name: str
    masked_nik: str
    birth_date: date = field(repr=False)


def looked_after(session: Session, contact_key: str) -> list[LookedAfter]:
    """The people a contact looks after, in the order in which they came.

    Not those of whom they were only shown the mask of a name: whose NIK one knows, one does not look after.
    """
    query = (
        select(Person, ContactPerson.relation)
        .join(ContactPerson, ContactPerson.person_id == Person.id)
        .join(Contact, Contact.id == ContactPerson.contact_id)
        .where(Contact.key == contact_key, ContactPerson.sees_name)
        .order_by(ContactPerson.id)
    )
    return [
        LookedAfter(
            person.id,
            relation,
            person.sex,
            mask_name(person.name),
            mask_nik(person.nik),
            date.fromisoformat(person.birth_date),
        )
        for person, relation in session.execute(query)
    ]


def recorded(session: Session, person_id: int) -> list[Recorded]:
    """The doses on file of a person, the first one first."""
    query = (
        select(Dose.number, Dose.vaccine, Dose.given_on, Dose.source)
        .where(Dose.person_id == person_id)
        .order_by(Dose.number)
    )
    return [Recorded(row.number, row.vaccine, row.given_on, row.source == "told") for row in session.execute(query)]


def history(doses: list[Recorded]) -> list[Given]:
    """Recorded doses as the rules take them: of days that contradict each other, the last dose's counts."""
    given: list[Given] = []
    latest: date | None = None
    for dose in reversed(doses):
        day = dose.given_on
        if day is not None and latest is not None and day > latest:
            day = None
        latest = day or latest
        vaccine = dose.vaccine if dose.vaccine is None or dose.vaccine in VACCINES else OTHER
        given.append(Given(dose.number, vaccine, day))
    return given[::-1]
