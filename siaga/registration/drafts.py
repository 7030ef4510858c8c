"""The answers of an open registration, kept encrypted until it is confirmed, cancelled or grows too old.

That nothing is saved before the citizen agreed is for the conversation to see to.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from siaga.people.contacts import contact_by_key
from siaga.people.tables import Contact
from siaga.registration.tables import RegistrationDraft, RegistrationForm


def load(session: Session, contact_key: str) -> dict[str, Any]:
    """The contact's draft; empty if there is none."""
    query = select(RegistrationDraft.data).join(Contact, Contact.id == RegistrationDraft.contact_id)
    found = session.execute(query.where(Contact.key == contact_key)).scalar_one_or_none()
    return found or {}


def save(session: Session, contact_key: str, data: dict[str, Any]) -> None:
    """Keep ``data`` (JSON values only) in place of the contact's former draft.

    Raises:
        sqlalchemy.exc.NoResultFound: no such contact.
    """
    row = insert(RegistrationDraft).values(contact_id=contact_by_key(session, contact_key).id, data=data)
    session.execute(
        row.on_conflict_do_update(
            index_elements=[RegistrationDraft.contact_id], set_={"data": row.excluded.data, "updated_at": func.now()}
        )
    )


def discard(session: Session, contact_key: str) -> None:
    """Forget the contact's draft, if there is one; a form that was offered for it can no longer be filled in."""
    of_contact = select(Contact.id).where(Contact.key == contact_key).scalar_subquery()
    for table in (RegistrationDraft, RegistrationForm):
        session.execute(
            delete(table).where(table.contact_id == of_contact).execution_options(synchronize_session=False)
        )
