"""The answers of an open form, kept encrypted until it is done with, given up, or grows too old.

That nothing is saved before the citizen agreed is for the conversation to see to.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import String, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from siaga.db.prepared import Prepared, given
from siaga.people.tables import Contact, FormDraft

_CONTACT = select(Contact.id).where(Contact.key == given("key", String))
_FORM = given("form", String)
_OF_CONTACT = (FormDraft.contact_id == _CONTACT.scalar_subquery(), FormDraft.form == _FORM)

# Made once: each step of a form asks for its draft, and keeps it.
_LOAD = Prepared(select(FormDraft.data).where(*_OF_CONTACT))
_ROW = insert(FormDraft).from_select(
    ["contact_id", "form", "data"], _CONTACT.add_columns(_FORM, given("data", FormDraft.data.type))
)
_SAVE = Prepared(
    _ROW.on_conflict_do_update(
        index_elements=[FormDraft.contact_id, FormDraft.form],
        set_={"data": _ROW.excluded.data, "updated_at": func.now()},
    )
)
_DISCARD = Prepared(delete(FormDraft).where(*_OF_CONTACT))


def load(session: Session, contact_key: str, form: str) -> dict[str, Any]:
    """The contact's draft for a form; empty if there is none."""
    return _LOAD.scalar(session, key=contact_key, form=form) or {}


def save(session: Session, contact_key: str, form: str, data: dict[str, Any]) -> None:
    """Keep ``data`` (JSON values only) in place of the contact's former draft for this form.

    Raises:
        sqlalchemy.exc.NoResultFound: no such contact.
    """
    if not _SAVE.run(session, key=contact_key, form=form, data=data):
        raise NoResultFound


def discard(session: Session, contact_key: str, form: str) -> None:
    """Forget the contact's draft for a form, if there is one."""
    _DISCARD.run(session, key=contact_key, form=form)
