"""Finding and making contacts by their WhatsApp aliases."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import or_, select, update
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


@dataclass(frozen=True)
class Alias:
    """What WhatsApp calls somebody: a phone number in digits, a business-scoped user id, or both."""

    phone: str | None = field(default=None, repr=False)
    user_id: str | None = field(default=None, repr=False)


def find_contact(session: Session, *, phone: str | None = None, user_id: str | None = None) -> Contact | None:
    """The contact with this user id, else with this phone number.

    A number that is known under another user id is somebody else's now: numbers are given out again.
    """
    if user_id:
        found = session.scalar(select(Contact).where(Contact.user_id_index == user_id_index(user_id)))
        if found:
            return found
    if phone:
        found = session.scalar(select(Contact).where(Contact.phone_index == phone_index(phone)))
        if found and (not user_id or found.user_id_index is None):
            return found
    return None


def ensure_contact(session: Session, *, phone: str | None = None, user_id: str | None = None) -> Contact:
    """The contact with these aliases, made if new; an alias not known before is added to it.

    Safe when two processes meet the same new contact at once.
    """
    alias = Alias(phone, user_id)
    return session.get(Contact, ensure_contacts(session, [alias])[alias], populate_existing=True)


def ensure_contacts(session: Session, aliases: Iterable[Alias]) -> dict[Alias, int]:
    """The ids of the contacts with these aliases, those who are new being made, in a few statements for all of them.

    Safe when two processes meet the same new contacts at once.

    Raises:
        ValueError: neither a phone number nor a user id.
    """
    wanted = list(dict.fromkeys(aliases))
    if any(not alias.phone and not alias.user_id for alias in wanted):
        raise ValueError("a contact needs a phone number or a user id")
    found = _find_all(session, wanted)
    missing = [alias for alias in wanted if alias not in found]
    if missing:
        _give_up_numbers(session, missing)
        # In one order everywhere, so that two webhooks with the same people never wait for each other.
        rows = sorted((_values(alias) for alias in missing), key=lambda row: (row["phone_index"] or b"", row["key"]))
        session.execute(insert(Contact).values(rows).on_conflict_do_nothing())
        found |= _find_all(session, missing)
    lost = [alias for alias in wanted if alias not in found]
    if lost:
        raise LookupError("a contact just made is gone")
    return {alias: row.id for alias, row in _completed(session, found).items()}


def _values(alias: Alias) -> dict[str, Any]:
    return {
        "key": secrets.token_hex(16),
        "phone": alias.phone.lstrip("+") if alias.phone else None,
        "phone_index": phone_index(alias.phone) if alias.phone else None,
        "user_id": alias.user_id,
        "user_id_index": user_id_index(alias.user_id) if alias.user_id else None,
    }


def _find_all(session: Session, aliases: Sequence[Alias]) -> dict[Alias, Any]:
    phones = {phone_index(alias.phone): alias for alias in aliases if alias.phone}
    user_ids = {user_id_index(alias.user_id): alias for alias in aliases if alias.user_id}
    rows = session.execute(
        select(Contact.id, Contact.phone_index, Contact.user_id_index).where(
            or_(Contact.phone_index.in_(sorted(phones)), Contact.user_id_index.in_(sorted(user_ids)))
        )
    ).all()
    by_user_id = {row.user_id_index: row for row in rows if row.user_id_index}
    by_phone = {row.phone_index: row for row in rows if row.phone_index}
    found: dict[Alias, Any] = {}
    for alias in aliases:
        row = by_user_id.get(user_id_index(alias.user_id)) if alias.user_id else None
        if row is None and alias.phone:
            row = by_phone.get(phone_index(alias.phone))
            if row is not None and alias.user_id and row.user_id_index is not None:
                row = None
        if row is not None:
            found[alias] = row
    return found


def _give_up_numbers(session: Session, aliases: Sequence[Alias]) -> None:
    """Take the phone numbers of new contacts from those who had them before."""
    phones = sorted(phone_index(alias.phone) for alias in aliases if alias.phone and alias.user_id)
    if phones:
        session.execute(
            update(Contact)
            .where(Contact.phone_index.in_(phones), Contact.user_id_index.is_not(None))
            .values(phone=None, phone_index=None)
            .execution_options(synchronize_session=False)
        )


def _completed(session: Session, found: dict[Alias, Any]) -> dict[Alias, Any]:
    """Add the aliases that were not known before to the contacts found."""
    for alias, row in found.items():
        if alias.user_id and row.user_id_index is None:
            _set(session, row.id, user_id=alias.user_id, user_id_index=user_id_index(alias.user_id))
        if alias.phone and alias.user_id and row.phone_index != phone_index(alias.phone):
            # The user id says who it is; whoever had the number before has it no longer.
            number = phone_index(alias.phone)
            session.execute(
                update(Contact)
                .where(Contact.phone_index == number)
                .values(phone=None, phone_index=None)
                .execution_options(synchronize_session=False)
            )
            _set(session, row.id, phone=alias.phone.lstrip("+"), phone_index=number)
    return found


def _set(session: Session, contact_id: int, **values: Any) -> None:
    session.execute(
        update(Contact).where(Contact.id == contact_id).values(**values).execution_options(synchronize_session=False)
    )


def contact_by_key(session: Session, key: str) -> Contact:
    """The contact whose key is Rasa's ``sender_id``.

    Raises:
        sqlalchemy.exc.NoResultFound: nobody has it.
    """
    return session.execute(select(Contact).where(Contact.key == key)).scalar_one()


def ensure_key(session: Session, key: str) -> None:
    """A contact for a ``sender_id`` that no WhatsApp stands behind, as in ``rasa shell``; one that is known stays."""
    session.execute(insert(Contact).values(key=key).on_conflict_do_nothing())
