"""Giving a conversation back to the bot, which says so, and goes on with what was open."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from siaga.handoffs import attendants, closing, state
from siaga.turns import lanes
from siaga.turns.messages import message_key
from siaga.turns.steps import WINDOW
from siaga.turns.tables import Dispatch, InboundMessage
from siaga.turns.wake import INBOX, notify


def give_back(session: Session, hand_off_id: int, *, by: str, why: str, at: datetime) -> None:
    """Close a hand-off, and have the bot say that it is back, behind what the contact has written until now.

    Where the contact may not be written to freely any more, as they have been silent for a day, the bot says nothing.
    One that is closed stays as it is.

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
    if street is not None and street.last_inbound_at is not None and at < street.last_inbound_at + WINDOW:
        _tell_bot(session, hand_off, street.channel, {"why": why, "by_name": name}, at)
    closing.close(session, hand_off_id, by=by, why=why, at=at)


def _tell_bot(session: Session, hand_off: Any, channel: str, content: dict[str, Any], at: datetime) -> None:
    """Put a message that nobody wrote into the contact's lane. Nothing else is made of it: no window is opened."""
    session.add(
        InboundMessage(
            key=message_key(f"desk:{hand_off.id}"),
            contact_id=hand_off.contact_id,
            at=at,
            kind="desk",
            content=content,
            status="waiting",
        )
    )
    session.flush()
    lanes.arrive(session, channel, {hand_off.contact_id: False}, lanes.Settling(0, 0))
    notify(session, INBOX)
