"""Contacts to write to."""

from __future__ import annotations

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from siaga.people.contacts import ensure_contact
from siaga.turns.tables import Dispatch


def correspondent(session: Session, phone: str | None = "628000000001", user_id: str | None = None) -> int:
    """The id of a contact who has just written: the window is open."""
    contact_id: int = ensure_contact(session, phone=phone, user_id=user_id).id
    new = insert(Dispatch).values(contact_id=contact_id, channel="whatsapp", last_inbound_at=func.now())
    session.execute(
        new.on_conflict_do_update(
            index_elements=[Dispatch.contact_id], set_={"last_inbound_at": new.excluded.last_inbound_at}
        )
    )
    return contact_id
