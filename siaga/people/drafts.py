"""The answers of an open form, kept encrypted until it is done with, given up, or grows too old.

That nothing is saved before the citizen agreed is for the conversation to see to.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from siaga.people.contacts import contact_by_key
from siaga.people.tables import Contact, FormDraft


def load(session: Session, contact_key: str, form: str) -> dict[str, Any]:
    """The contact's draft for a form; empty if there is none."""
    query = select(FormDraft.data).join(Contact, Contact.id == FormDraft.contact_id)
    found = session.execute(query.where(Contact.key == contact_key, FormDraft.form == form)).scalar_one_or_none()
    return found or {}


def save(session: Session, contact_key: str, form: str, data: dict[str, Any]) -> None:
    """Keep ``data`` (JSON values only) in place of the contact's former draft for this form.

    Raises:
        sqlalchemy.exc.NoResultFound: no such contact.
    """
    row = insert(FormDraft).values(contact_id=contact_by_key(session, contact_key).id, form=form, data=data)
    session.execute(
        row.on_conflict_do_update(
            index_elements=[FormDraft.contact_id, FormDraft.form],
            set_={"data": row.excluded.data, "updated_at": func.now()},
        )
    )


def discard(session: Session, contact_key: str, form: str) -> None:
    """Forget the contact's draft for a form, if there is one."""
    of_contact = select(Contact.id).where(Contact.key == contact_key).scalar_subquery()
    session.execute(
        delete(FormDraft)
        .where(FormDraft.contact_id == of_contact, FormDraft.form == form)
        .execution_options(synchronize_session=False)
    )
