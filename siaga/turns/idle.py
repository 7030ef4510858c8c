"""Whether the bot still owes a contact something."""

from __future__ import annotations

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from siaga.people.contacts import phone_index
from siaga.people.tables import Contact
from siaga.turns.lanes import leased
from siaga.turns.tables import OPEN, InboundMessage, Lane, OutboundMessage


def idle(session: Session, phone: str) -> bool:
    """Whether no message of this number waits, no turn of it runs, and no reply to it is still to be sent.

    One statement, and so one moment: a turn that ends meanwhile is seen whole or not at all.
    """
    busy = or_(
        exists().where(InboundMessage.contact_id == Contact.id, InboundMessage.status == "waiting"),
        exists().where(Lane.contact_id == Contact.id, leased()),
        exists().where(OutboundMessage.contact_id == Contact.id, OutboundMessage.status.in_(OPEN)),
    )
    return not session.scalar(
        select(exists().where(Contact.phone_index == phone_index(phone), busy)),
    )
