"""Two contacts turn out to be one person, who is on the way to a person twice."""

from __future__ import annotations

from datetime import datetime, timezone

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from siaga.handoffs import changes, recording
from siaga.handoffs.opening import raise_urgency
from siaga.handoffs.state import CLOSED, HELD
from siaga.handoffs.tables import HandOff, HandOffMessage


def merge(session: Session, gone: int, stays: int) -> None:
    """Where both contacts, whom the caller has locked, have an open hand-off, make one of them.

    The one that a person holds stays open, else the more urgent, else the older; it gets what was said in the other.
    """
    both = session.scalars(
        select(HandOff)
        .where(HandOff.contact_id.in_((gone, stays)), HandOff.state != CLOSED)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    if len(both) < 2:
        return
    kept, ended = sorted(both, key=lambda one: (one.state != HELD, -one.urgency, one.opened_at, one.id))
    at = datetime.now(timezone.utc)
    session.execute(
        update(HandOffMessage)
        .where(HandOffMessage.hand_off_id == ended.id)
        .values(hand_off_id=kept.id)
        .execution_options(synchronize_session=False)
    )
    raise_urgency(kept, ended.urgency)
    for name in ("last_citizen_at", "danger_at"):
        moments = [moment for moment in (getattr(kept, name), getattr(ended, name)) if moment is not None]
        setattr(kept, name, max(moments, default=None))
    kept.callback_at = kept.callback_at or ended.callback_at
    ended.state, ended.wanted_login = CLOSED, None
    ended.closed_at, ended.closed_by, ended.closed_why = at, "system", "merged"
    recording.system(session, kept, "Digabung dengan percakapan lain dari orang yang sama.", at)
    session.flush()
    changes.notify(session, ended.id)
