"""The end of a hand-off."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from siaga.handoffs import attendants, changes, recording
from siaga.handoffs.opening import about_of
from siaga.handoffs.reasons import ENDS
from siaga.handoffs.state import CLOSED, get
from siaga.handoffs.tables import HandOff
from siaga.people.notices import take_back

_BY = {"citizen": "warga", "silence": "sistem", "system": "sistem"}


def close(session: Session, hand_off_id: int, *, by: str, why: str, at: datetime) -> HandOff:
    """Close a hand-off: the bot answers again. One that is closed stays as it is.

    The bot says nothing of it by itself: see ``siaga.turns.resume``.

    Args:
        by: a login, or ``citizen``, ``silence``, ``system``.
        why: one of ``siaga.handoffs.tables.CLOSED_WHY``.

    Raises:
        UnknownHandOff
        ValueError: no such reason.
    """
    if why not in ENDS:
        raise ValueError(f"there is no reason {why!r} to close a hand-off")
    hand_off = get(session, hand_off_id, lock=True)
    if hand_off.state == CLOSED:
        return hand_off
    hand_off.state, hand_off.wanted_login = CLOSED, None
    hand_off.closed_at, hand_off.closed_by, hand_off.closed_why = at, by, why
    who = _BY.get(by) or attendants.name_of(session, by)
    recording.system(session, hand_off, f"Ditutup oleh {who}: {ENDS[why].lower()}.", at)
    recording.callback_kept(session, hand_off, by, at)
    take_back(session, about_of(hand_off_id))
    session.flush()
    changes.notify(session, hand_off_id)
    return hand_off
