"""Whose data a contact may see: those they look after, and for a while those whose code they had."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from siaga.identity.checks import PASS_LIFE
from siaga.identity.tables import IdentityCheck
from siaga.people.tables import Contact, ContactPerson


def belongs_to(session: Session, contact_key: str, person_id: int) -> bool:
    """Whether the contact looks after the person, and knows their name rather than the mask of it."""
    query = (
        select(ContactPerson.id)
        .join(Contact, Contact.id == ContactPerson.contact_id)
        .where(Contact.key == contact_key, ContactPerson.person_id == person_id, ContactPerson.sees_name)
    )
    return session.execute(query).first() is not None


def may_see(session: Session, contact_key: str, person_id: int, now: datetime) -> bool:
    """Whether the contact may see the person's data: they look after them, or have shown who they are lately."""
    if belongs_to(session, contact_key, person_id):
        return True
    query = (
        select(IdentityCheck.id)
        .join(Contact, Contact.id == IdentityCheck.contact_id)
        .where(
            Contact.key == contact_key,
            IdentityCheck.person_id == person_id,
            IdentityCheck.passed_at > now - PASS_LIFE,
        )
    )
    return session.execute(query).first() is not None
