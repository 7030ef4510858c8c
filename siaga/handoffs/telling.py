"""What a citizen who waits for a person is told without having asked; its words are in ``content/notices``."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from siaga.front import Hours
from siaga.front.hours import ZONES
from siaga.handoffs.opening import about_of
from siaga.handoffs.tables import HandOff
from siaga.people import notices
from siaga.text.written import hour, weekday_month

REQUEUED, CALLBACK = "hand_off_requeued", "hand_off_callback"
OF_USE = timedelta(hours=2)
"""So long after they went back into the queue it makes sense to tell them."""
_PROGRAMME = "WIB"


def requeued(session: Session, hand_off: HandOff, hours: Hours | None, at: datetime) -> None:
    """Whoever had the conversation has not answered in time: it is in the queue again."""
    zone = ZONES[hours.zone if hours else _PROGRAMME].key
    _tell(session, hand_off, REQUEUED, {}, zone, at, at + OF_USE)


def callback(session: Session, hand_off: HandOff, hours: Hours, callback_at: datetime, at: datetime) -> None:
    """The office has closed; when somebody writes."""
    values = {"jam": opening(callback_at, hours)}
    _tell(session, hand_off, CALLBACK, values, ZONES[hours.zone].key, at, callback_at)


def opening(at: datetime, hours: Hours) -> str:
    """``Senin 23 November, mulai 07.30 WIB``."""
    local = at.astimezone(ZONES[hours.zone])
    return f"{weekday_month(local)}, mulai {hour(local)} {hours.zone}"


def _tell(
    session: Session,
    hand_off: HandOff,
    kind: str,
    values: dict[str, str],
    zone: str,
    at: datetime,
    until: datetime,
) -> None:
    notices.plan(
        session,
        kind,
        about_of(hand_off.id),
        contact_id=hand_off.contact_id,
        values=values,
        due_at=at,
        until=until,
        zone=zone,
        # They look at their phone for it.
        urgent=True,
    )
