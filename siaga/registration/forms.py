"""The form that may be filled in instead of answering in the chat: who holds its token, and the answers so far.

The answers are kept encrypted, and forgotten together with the draft, which takes them over when the form is sent.
They are ``consented_at`` (ISO), ``beneficiary``, ``nik``, ``birth_date`` (ISO), ``birth_date_matches``, ``name``,
``regency``, ``district`` (None: not known), and ``doubted``: a birth date that the NIK does not show, said once so far.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import String, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from siaga.db.prepared import Prepared, given
from siaga.people.contacts import id_by_key
from siaga.people.tables import Contact
from siaga.privacy import blind_index
from siaga.registration.tables import RegistrationForm

LIFE = timedelta(days=1)
NEEDED = ("consented_at", "beneficiary", "nik", "birth_date", "name", "regency")
"""Without these the form is not complete."""

_CONTACT = select(Contact.id).where(Contact.key == given("key", String)).scalar_subquery()
# Made once: asked whenever a registration opens or ends.
_DISCARD = Prepared(delete(RegistrationForm).where(RegistrationForm.contact_id == _CONTACT))


def offer(session: Session, contact_key: str, now: datetime) -> str:
    """A token for a new form, in place of a former one of the contact.

    Raises:
        sqlalchemy.exc.NoResultFound: no such contact.
    """
    token = secrets.token_urlsafe(32)
    row = insert(RegistrationForm).values(
        contact_id=id_by_key(session, contact_key), token_index=_index(token), expires_at=now + LIFE
    )
    fresh = {name: row.excluded[name] for name in ("token_index", "answers", "expires_at", "sent_at")}
    session.execute(row.on_conflict_do_update(index_elements=[RegistrationForm.contact_id], set_=fresh))
    return token


def is_open(session: Session, contact_key: str, now: datetime) -> bool:
    """Whether the contact has been offered a form that can still be filled in."""
    query = (
        select(RegistrationForm.contact_id)
        .join(Contact, Contact.id == RegistrationForm.contact_id)
        .where(Contact.key == contact_key, RegistrationForm.expires_at > now, RegistrationForm.sent_at.is_(None))
    )
    return session.execute(query).scalar_one_or_none() is not None


def held(session: Session, token: str, now: datetime) -> RegistrationForm | None:
    """The form that a token opens, locked; None when it opens none, or none any more."""
    query = (
        select(RegistrationForm)
        .where(RegistrationForm.token_index == _index(token), RegistrationForm.expires_at > now)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return session.execute(query).scalar_one_or_none()


def was_sent(session: Session, contact_id: int, token: str) -> bool:
    """Whether a token is of this contact's form, and that form was filled in to its end."""
    query = select(RegistrationForm.sent_at).where(
        RegistrationForm.contact_id == contact_id, RegistrationForm.token_index == _index(token)
    )
    return session.execute(query).scalar_one_or_none() is not None


def sent_answers(session: Session, contact_key: str) -> dict[str, Any]:
    """The answers of the contact's form, if it was filled in to its end; else nothing."""
    query = (
        select(RegistrationForm.answers)
        .join(Contact, Contact.id == RegistrationForm.contact_id)
        .where(Contact.key == contact_key, RegistrationForm.sent_at.is_not(None))
    )
    return session.execute(query).scalar_one_or_none() or {}


def _index(token: str) -> bytes:
    return blind_index(token, "registration_form.token")


def discard(session: Session, contact_key: str) -> None:
    """Forget the contact's form and what was filled in, if there is one; it can no longer be filled in."""
    _DISCARD.run(session, key=contact_key)
