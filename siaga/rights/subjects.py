"""Whose data it is about: a contact, found by phone number, or a person, found by NIK; and which persons go with it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import false, select
from sqlalchemy.orm import Session

from siaga.people.contacts import find_contact
from siaga.people.data_requests import PREFIX
from siaga.people.tables import Contact, ContactPerson, DataRequest
from siaga.registration.people import LIVE, all_by_nik, person_by_nik
from siaga.registration.tables import Registration
from siaga.schema import Base

_NIK_DIGITS = 16
_REQUEST = re.compile(rf"(?:{'|'.join(PREFIX.values())})-[0-9A-F]{{12}}")
# Tables whose rows are a contact's or a person's by the row that they hang on.
_PARENTS = {
    "appointment": "registration",
    "certificate": "dose",
    "hand_off_message": "hand_off",
    "hand_off_label": "hand_off",
}


class NotANumber(ValueError):
    """What was given is neither a phone number nor a NIK."""


@dataclass(frozen=True)
class Subject:
    """A contact with the persons they look after or registered, or (``contact_id`` None) those of one NIK.

    ``linked``: those they look after; of others whose NIK they named nothing that is on file is told. ``named``: those
    whose name they may read. ``known``: those whose doses and the like they may have: themselves, or nobody else's.
    ``own``: themselves; only of them the NIK is told.
    """

    contact_id: int | None
    key: str | None = field(default=None, repr=False)
    persons: frozenset[int] = frozenset()
    linked: frozenset[int] = frozenset()
    named: frozenset[int] = frozenset()
    known: frozenset[int] = frozenset()
    own: frozenset[int] = frozenset()
    shared: frozenset[int] = frozenset()
    """those whom another contact looks after too, or has registered: they are not erased with this contact"""

    @property
    def alone(self) -> frozenset[int]:
        """The persons who are erased with it."""
        return self.persons - self.shared


def find(session: Session, number: str) -> Subject | None:
    """Whose number it is: a NIK (16 digits), a WhatsApp number, or that of a wish for one's data (``HD-…``, ``DS-…``);
    None if nobody has it.

    Raises:
        NotANumber: it is none of these; the text of it holds nothing of what was given.
    """
    if _REQUEST.fullmatch(number.strip().upper()):
        wished = select(DataRequest.contact_id).where(DataRequest.number == number.strip().upper())
        asker = session.execute(select(Contact).where(Contact.id.in_(wished))).scalar_one_or_none()
        return None if asker is None else of_contact(session, asker)
    digits = re.sub(r"[\s.\-+()]", "", number)
    if not (digits.isascii() and digits.isdigit()) or not 8 <= len(digits) <= _NIK_DIGITS:
        raise NotANumber("neither a WhatsApp number, nor a NIK of 16 digits, nor the number of a request")
    if len(digits) == _NIK_DIGITS:
        persons = all_by_nik(session, digits)
        return of_person(*persons, holder=person_by_nik(session, digits)) if persons else None
    phone = "62" + digits[1:] if digits.startswith("0") else digits
    contact = find_contact(session, phone=phone)
    return None if contact is None else of_contact(session, contact)


def open_erasure(number: str) -> str | None:
    """The number if it is that of a wish to be erased: the receipt goes by it, too."""
    number = number.strip().upper()
    return number if _REQUEST.fullmatch(number) and number.startswith(PREFIX["erase"]) else None


def of_person(*person_ids: int, holder: int | None) -> Subject:
    """All on file under a NIK, whoever looks after them; of those who dispute the NIK the ``holder`` is told no more
    than that they are there."""
    everyone = frozenset(person_ids)
    own = everyone & {holder}
    return Subject(None, persons=everyone, linked=everyone, named=own, known=own, own=own)


def of_contact(session: Session, contact: Contact) -> Subject:
    """A contact with their persons."""
    bonds = session.execute(select(ContactPerson).where(ContactPerson.contact_id == contact.id)).scalars().all()
    registered = session.execute(
        select(Registration.person_id).where(Registration.contact_id == contact.id, Registration.person_id.is_not(None))
    ).scalars()
    linked = frozenset(bond.person_id for bond in bonds)
    persons = linked | frozenset(registered)
    shared = _of_others(session, contact.id, persons)
    named = frozenset(bond.person_id for bond in bonds if bond.sees_name)
    own = frozenset(bond.person_id for bond in bonds if bond.sees_name and bond.relation == "self")
    return Subject(contact.id, contact.key, persons, linked, named, own | (named - shared), own, shared)


def condition(table: Any, subject: Subject) -> Any:
    """Which rows of a table are the subject's to have; false for tables that hold nothing of anybody."""
    columns = table.c
    if table.name == "contact":
        return columns.id == subject.contact_id if subject.contact_id is not None else false()
    if table.name == "person":
        return columns.id.in_(subject.linked)
    if table.name == "tracker":
        return columns.key == subject.key if subject.key is not None else false()
    if "contact_id" in columns and subject.contact_id is not None:
        return columns.contact_id == subject.contact_id
    if table.name in _PARENTS and (subject.contact_id is not None or "person_id" not in columns):
        parent = Base.metadata.tables[_PARENTS[table.name]]
        link = next(key for key in table.foreign_keys if key.column.table is parent)
        return link.parent.in_(select(link.column).where(condition(parent, subject)))
    if "person_id" in columns:
        return columns.person_id.in_(subject.known)
    return false()


def _of_others(session: Session, contact_id: int, persons: frozenset[int]) -> frozenset[int]:
    bonds = select(ContactPerson.person_id).where(
        ContactPerson.contact_id != contact_id, ContactPerson.person_id.in_(persons)
    )
    live = select(Registration.person_id).where(
        Registration.contact_id != contact_id,
        Registration.person_id.in_(persons),
        Registration.status.in_(LIVE),
    )
    return frozenset(session.execute(bonds.union(live)).scalars())
