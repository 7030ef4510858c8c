"""About where a contact is at home, as far as their registrations tell: a region, nothing closer."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from siaga.people.tables import Contact, ContactPerson, Person
from siaga.registration.people import LIVE
from siaga.registration.tables import Registration


def home_of(session: Session, contact_key: str) -> str | None:
    """The kecamatan, or else kabupaten/kota, of the only person whom a contact has registered.

    None with several people; and where the contact does not look after the person: what is on file is not theirs to
    learn.
    """
    query = (
        select(
            Person.id,
            Person.regency_code,
            Person.district_code,
            ContactPerson.id.label("looks_after"),
        )
        .join(Registration, Registration.person_id == Person.id)
        .join(Contact, Contact.id == Registration.contact_id)
        .outerjoin(ContactPerson, (ContactPerson.contact_id == Contact.id) & (ContactPerson.person_id == Person.id))
        .where(Contact.key == contact_key, Registration.status.in_(LIVE))
    )
    rows = list(session.execute(query))
    if len({row.id for row in rows}) != 1 or rows[0].looks_after is None:
        return None
    return rows[0].district_code or rows[0].regency_code
