"""Giving a conversation back to the bot, which says so, and goes on with what was open."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from siaga.handoffs import attendants, closing, state, wishes
from siaga.handoffs.tables import HandOff
from siaga.turns import lanes
from siaga.turns.messages import message_key
from siaga.turns.steps import WINDOW
from siaga.turns.tables import Dispatch, InboundMessage
from siaga.turns.wake import INBOX, notify


def give_back(session: Session, hand_off_id: int, *, by: str, why: str, at: datetime) -> None:
    """Close a hand-off, and have the bot say that it is back, behind what the contact has written until now; then it
    takes up what they wanted done with their data.

    Where the contact may not be written to freely any more, as they have been silent for a day, the bot says nothing of
    it; what it asks about such a wish then stays open, and is asked again when they write. One that is closed stays as
    it is.

    Args:
        by: a login, or ``citizen``, ``silence``, ``system``.
        why: one of ``siaga.handoffs.tables.CLOSED_WHY``.

    Raises:
        siaga.handoffs.state.UnknownHandOff
        ValueError: no such reason.
    """
    hand_off = state.get(session, hand_off_id, lock=True)
    if hand_off.state == state.CLOSED:
        return
    name = attendants.name_of(session, hand_off.held_by) if hand_off.held_by else None
    street = session.execute(
        select(Dispatch.channel, Dispatch.last_inbound_at).where(Dispatch.contact_id == hand_off.contact_id)
    ).one_or_none()
    # Who has no street was never written to, nor wrote.
    if street is not None:
        told = street.last_inbound_at is not None and at < street.last_inbound_at + WINDOW
        if told:
            _put(session, hand_off, f"desk:{hand_off.id}", {"why": why, "by_name": name}, at)
        if _take_up(session, hand_off, at) or told:
            lanes.arrive(session, street.channel, {hand_off.contact_id: False}, lanes.Settling(0, 0))
            notify(session, INBOX)
    closing.close(session, hand_off_id, by=by, why=why, at=at)


def take_up(session: Session, contact_id: int, at: datetime) -> None:
    """Take up what was wished for in the hand-off that the contact, whom the caller has locked, has just ended."""
    last = select(HandOff).where(HandOff.contact_id == contact_id, HandOff.state == state.CLOSED)
    hand_off = session.scalars(last.order_by(HandOff.closed_at.desc(), HandOff.id.desc()).limit(1)).first()
    if hand_off is not None:
        _take_up(session, hand_off, at)


def _take_up(session: Session, hand_off: Any, at: datetime) -> bool:
    """Whether there was anything."""
    noted = wishes.noted(session, hand_off.id)
    for wish in noted:
        _put(session, hand_off, f"desk:{hand_off.id}:{wish}", {"wish": wish}, at)
    return bool(noted)


def _put(session: Session, hand_off: Any, name: str, content: dict[str, Any], at: datetime) -> None:
    """Put a message that nobody wrote behind what has been, once. Nothing else is made of it: no window is opened."""
    new = insert(InboundMessage).values(
        key=message_key(name),
        contact_id=hand_off.contact_id,
        at=at,
        kind="desk",
        content=content,
        status="waiting",
    )
    session.execute(new.on_conflict_do_nothing())
