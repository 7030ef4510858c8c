"""Finding and making contacts by their WhatsApp aliases."""

from __future__ import annotations

import secrets

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from siaga.people.tables import Contact
from siaga.privacy import blind_index


def phone_index(phone: str) -> bytes:
    """The blind index of a phone number in digits with country code, ``6281…``."""
    return blind_index(phone.lstrip("+"), "contact.phone")


def user_id_index(user_id: str) -> bytes:
    """The blind index of a WhatsApp business-scoped user id."""
    return blind_index(user_id, "contact.user_id")


def find_contact(session: Session, *, phone: str | None = None, user_id: str | None = None) -> Contact | None:
    """The contact with this user id, else with this phone number."""
    if user_id:
        found = session.scalar(select(Contact).where(Contact.user_id_index == user_id_index(user_id)))
        if found:
            return found
    if phone:
        return session.scalar(select(Contact).where(Contact.phone_index == phone_index(phone)))
    return None


def ensure_contact(session: Session, *, phone: str | None = None, user_id: str | None = None) -> Contact:
    """The contact with these aliases, made if new; an alias not known before is added to it.

    Safe when two processes meet the same new contact at once.
    """
    if not phone and not user_id:
        raise ValueError("a contact needs a phone number or a user id")
    contact = find_contact(session, phone=phone, user_id=user_id)
    if contact is None:
        values: dict[str, object] = {"key": secrets.token_hex(16)}
        if phone:
            values |= {"phone": phone.lstrip("+"), "phone_index": phone_index(phone)}
        if user_id:
            values |= {"user_id": user_id, "user_id_index": user_id_index(user_id)}
        session.execute(insert(Contact).values(**values).on_conflict_do_nothing())
        contact = find_contact(session, phone=phone, user_id=user_id)
        if contact is None:
            raise LookupError("the contact just made is gone")
    if user_id and contact.user_id_index is None:
        contact.user_id, contact.user_id_index = user_id, user_id_index(user_id)
    if phone and contact.phone_index is None and not find_contact(session, phone=phone):
        contact.phone, contact.phone_index = phone.lstrip("+"), phone_index(phone)
    return contact


def contact_by_key(session: Session, key: str) -> Contact:
    """The contact whose key is Rasa's ``sender_id``.

    Raises:
        sqlalchemy.exc.NoResultFound: nobody has it.
    """
    return session.execute(select(Contact).where(Contact.key == key)).scalar_one()


def ensure_key(session: Session, key: str) -> None:
    """A contact for a ``sender_id`` that no WhatsApp stands behind, as in ``rasa shell``; one that is known stays."""
    session.execute(insert(Contact).values(key=key).on_conflict_do_nothing())
