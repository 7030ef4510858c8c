"""Erasing again who was erased before, after a backup from before was restored."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from siaga.db import transaction
from siaga.db.audit import note
from siaga.people.tables import Contact, Person
from siaga.rights.erasing import erase
from siaga.rights.listed import Entry
from siaga.rights.retrying import again_if_deadlocked
from siaga.rights.subjects import of_contact, of_person


@dataclass
class Again:
    """What came of a list: how many are back and were erased, or would be; and how many are not there."""

    contacts: int = 0
    persons: int = 0
    absent: int = 0


def erase_again(entries: Iterable[Entry], by: str, now: datetime, *, really: bool) -> Again:
    """Erase who is back, each in a transaction of their own; without ``really`` they are counted only.

    Who was met after their erasure has come again, and is left alone. The same list once more changes nothing.
    """
    done = Again()
    for entry in entries:
        with transaction() as session:
            found = _found(session, entry)
        if really:
            found = [one for one in found if again_if_deadlocked(partial(_erase, entry, one, by, now))]
        if not found:
            done.absent += 1
        elif entry.nik_index is None:
            done.contacts += len(found)
        else:
            done.persons += len(found)
    return done


def _erase(entry: Entry, found: int, by: str, now: datetime) -> bool:
    with transaction() as session:
        if entry.nik_index is not None:
            subject = of_person(found, holder=found)
        else:
            # By the same condition as before: they may go by another number by now.
            contact = session.execute(select(Contact).where(Contact.id == found, _is_meant(entry))).scalar_one_or_none()
            if contact is None:
                return False
            subject = of_contact(session, contact)
        receipt = erase(session, subject, now, by="again", number=entry.number, at=entry.at)
        if receipt is not None:
            note(session, by[:80], "person.erase_again", receipt.for_audit())
        return receipt is not None


def _found(session: Session, entry: Entry) -> list[int]:
    """The ids of whom it means and who are there: a person, or contacts."""
    if entry.nik_index is not None:
        query = select(Person.id).where(Person.nik_index == entry.nik_index, Person.created_at <= entry.at)
    else:
        query = select(Contact.id).where(_is_meant(entry)).order_by(Contact.id)
    return list(session.scalars(query))


def _is_meant(entry: Entry) -> Any:
    """Who was met before, by their user id, or by the number, unless that is known under another user id: numbers are
    given out again."""
    aliases = []
    if entry.user_id_index is not None:
        aliases.append(Contact.user_id_index == entry.user_id_index)
    if entry.phone_index is not None:
        aliases.append((Contact.phone_index == entry.phone_index) & Contact.user_id_index.is_(None))
    return or_(*aliases) & (Contact.created_at <= entry.at)
