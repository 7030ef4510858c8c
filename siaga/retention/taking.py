"""Forgetting what is more than a row: a contact or a person with all that hangs on them, each in a transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from siaga.db import transaction
from siaga.db.audit import note
from siaga.people.tables import Contact, Person
from siaga.registration import locks
from siaga.rights.carrying_out import BY_RULE, erase_by_rule
from siaga.rights.erasing import erase
from siaga.rights.retrying import again_if_deadlocked
from siaga.rights.subjects import of_person
from siaga.turns import trackers


def drop_contact(contact_id: int, _: datetime, which: Any) -> bool:
    """Delete a contact that was there for a last message only: nobody is erased by that."""
    with transaction() as session:
        contact = session.execute(
            select(Contact).where(Contact.id == contact_id, which).with_for_update(skip_locked=True)
        ).scalar_one_or_none()
        if contact is None:
            return False
        trackers.forget(session, contact.key)
        session.delete(contact)
        return True


def erase_contact(contact_id: int, now: datetime, which: Any) -> bool:
    """Erase a contact, unless they have written since they were found, or somebody is working on them just now."""
    return not _is_held(Contact, contact_id) and erase_by_rule(contact_id, now, only_if=which)


def erase_person(person_id: int, now: datetime, which: Any) -> bool:
    """Erase a person, unless somebody has come to look after them since they were found."""

    def work() -> bool:
        with transaction() as session:
            # In the order of those who register somebody.
            locks.lock_person(session, person_id)
            found = select(Person.id).where(Person.id == person_id, which).with_for_update(skip_locked=True)
            if session.execute(found).first() is None:
                return False
            receipt = erase(session, of_person(person_id, holder=person_id), now, by="rule")
            if receipt is None:
                return False
            note(session, BY_RULE, "person.erase", receipt.for_audit())
            return True

    return again_if_deadlocked(work)


def _is_held(table: Any, row_id: int) -> bool:
    with transaction() as session:
        free = select(table.id).where(table.id == row_id).with_for_update(skip_locked=True)
        return session.execute(free).first() is None
