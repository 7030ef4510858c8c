"""Who wants to be sent what was not asked for, and who does not."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, null, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from siaga.people.contacts import find_contact
from siaga.turns.messages import Preference
from siaga.turns.tables import Dispatch


def prefer(session: Session, preference: Preference, channel: str = "whatsapp") -> None:
    """Somebody told the channel whether messages that were not asked for are welcome; strangers are passed over.

    A welcome that is older than their last wish not to be written to is one that came late, or again.
    """
    contact = find_contact(session, phone=preference.phone, user_id=preference.user_id)
    if contact is None:
        return
    stopped_at = session.scalar(select(Dispatch.opted_out_at).where(Dispatch.contact_id == contact.id))
    if preference.welcome and stopped_at is not None and preference.at < stopped_at:
        return
    set_welcome(session, contact.id, preference.welcome, channel, at=preference.at)


def set_welcome(
    session: Session, contact_id: int, welcome: bool, channel: str = "whatsapp", *, at: datetime | None = None
) -> None:
    """Whether this contact may be sent what was not asked for; since ``at``, or now."""
    opted_out_at = null() if welcome else func.least(at, func.now())
    session.execute(
        insert(Dispatch)
        .values(contact_id=contact_id, channel=channel, opted_out_at=opted_out_at)
        .on_conflict_do_update(index_elements=[Dispatch.contact_id], set_={"opted_out_at": opted_out_at})
    )
