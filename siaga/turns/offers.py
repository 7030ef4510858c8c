"""What contacts were offered to choose from, so that a tap, a number or a quoted message is understood."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import BigInteger, Text, exists, select
from sqlalchemy.orm import Session, aliased

from siaga.db.prepared import Prepared, given
from siaga.turns.messages import Option
from siaga.turns.tables import OutboundMessage

# Made once: each is asked for many turns.
_CONTACT = given("contact", BigInteger)
_LATER = aliased(OutboundMessage)
_OF = Prepared(
    select(OutboundMessage.options).where(
        OutboundMessage.id == given("key", Text), OutboundMessage.contact_id == _CONTACT
    )
)
_LAST = Prepared(
    select(
        OutboundMessage.options,
        exists()
        .where(_LATER.contact_id == _CONTACT, _LATER.seq > OutboundMessage.seq, _LATER.caused_by.is_not(None))
        .label("answered_since"),
    )
    .where(OutboundMessage.contact_id == _CONTACT, OutboundMessage.options.is_not(None))
    .order_by(OutboundMessage.seq.desc())
    .limit(1)
)


@dataclass(frozen=True)
class Offered:
    """Options that a contact was offered last, and whether nothing has been answered since."""

    options: list[Option]
    newest: bool


def options_of(session: Session, contact_id: int, option_id: str) -> list[Option]:
    """All options of the message in which this contact was offered the one with this id, ``<message key>.<number>``."""
    key, _, _ = option_id.partition(".")
    offered = _OF.scalar(session, key=key, contact=contact_id)
    return [Option(**option) for option in offered or ()]


def offered_in(session: Session, contact_id: int, channel_key: str) -> Offered | None:
    """The options of the message to this contact that the channel calls so, for who answers by quoting it."""
    options = session.scalar(
        select(OutboundMessage.options).where(
            OutboundMessage.channel_key == channel_key, OutboundMessage.contact_id == contact_id
        )
    )
    return Offered([Option(**option) for option in options], True) if options else None


def last_offered(session: Session, contact_id: int) -> Offered | None:
    """The options of the last message to the contact that had any."""
    row = _LAST.first(session, contact=contact_id)
    return Offered([Option(**option) for option in row.options], not row.answered_since) if row else None
