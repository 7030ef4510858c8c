"""Finding hand-offs, and holding them while they are changed.

Whoever changes one locks the contact first, then the hand-off: so turns, the desk and the sweep wait for each other.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, bindparam, select
from sqlalchemy.orm import Session

from siaga.db.prepared import Prepared, given
from siaga.handoffs.tables import HandOff
from siaga.people.tables import Contact

WAITING, HELD, CLOSED = "waiting", "held", "closed"

# Made once: the first two are asked for at the end of every turn.
_CONTACT = given("contact", BigInteger)
_HOLD_CONTACT = Prepared(select(Contact.id).where(Contact.id == _CONTACT).with_for_update(key_share=True))
_IS_OPEN = Prepared(select(HandOff.id).where(HandOff.contact_id == _CONTACT, HandOff.state != CLOSED))
_OPEN = (
    select(HandOff)
    .where(HandOff.contact_id == bindparam("contact"), HandOff.state != CLOSED)
    .execution_options(populate_existing=True)
)


class UnknownHandOff(LookupError):
    """There is no hand-off with this number."""


class Over(ValueError):
    """The hand-off is closed."""


def open_of(session: Session, contact_id: int, *, lock: bool = False) -> HandOff | None:
    """The contact's open hand-off; with ``lock`` the contact is locked, then it, until the transaction ends."""
    if lock:
        hold_contact(session, contact_id)
    # Of nearly all contacts none is open, and that is found out for a fifth.
    if _IS_OPEN.scalar(session, contact=contact_id) is None:
        return None
    # Not against what refers to it: a message is recorded while somebody else looks at it.
    query = _OPEN.with_for_update(key_share=True) if lock else _OPEN
    found: HandOff | None = session.execute(query, {"contact": contact_id}).scalar_one_or_none()
    return found


def get(session: Session, hand_off_id: int, *, lock: bool = False) -> HandOff:
    """A hand-off; with ``lock`` its contact is locked, then it, until the transaction ends.

    Raises:
        UnknownHandOff
    """
    query = select(HandOff).where(HandOff.id == hand_off_id).execution_options(populate_existing=True)
    if not lock:
        return _known(session.execute(query).scalar_one_or_none(), hand_off_id)
    while True:
        contact_id = session.scalar(select(HandOff.contact_id).where(HandOff.id == hand_off_id))
        if contact_id is None:
            raise _unknown(hand_off_id)
        hold_contact(session, contact_id)
        hand_off = _known(session.execute(query.with_for_update(key_share=True)).scalar_one_or_none(), hand_off_id)
        # Two contacts may have turned out to be one meanwhile.
        if hand_off.contact_id == contact_id:
            return hand_off


def hold_contact(session: Session, contact_id: int) -> None:
    """Lock a contact until the transaction ends, as turns do."""
    _HOLD_CONTACT.all(session, contact=contact_id)


def to_change(session: Session, hand_off_id: int) -> HandOff:
    """An open hand-off, locked.

    Raises:
        UnknownHandOff
        Over: it is closed.
    """
    hand_off = get(session, hand_off_id, lock=True)
    if hand_off.state == CLOSED:
        raise Over(f"hand-off {hand_off_id} is closed")
    return hand_off


def queue_again(hand_off: HandOff, at: datetime) -> None:
    """Put a held one back: in its old place, if nobody has answered since it was taken, else from now on."""
    answered = hand_off.last_desk_at is not None and hand_off.last_desk_at >= hand_off.held_at
    hand_off.state = WAITING
    if answered:
        hand_off.waiting_since = at


def _known(found: HandOff | None, hand_off_id: int) -> HandOff:
    if found is None:
        raise _unknown(hand_off_id)
    return found


def _unknown(hand_off_id: int) -> UnknownHandOff:
    return UnknownHandOff(f"there is no hand-off {hand_off_id}")
