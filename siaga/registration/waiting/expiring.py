"""Ending offers whose time is over, so that the next who waits has their turn."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from siaga.people import notices
from siaga.registration import seats
from siaga.registration.locks import lock_sessions, lock_waiting_lists
from siaga.registration.tables import Session as VaccinationSession
from siaga.registration.tables import Waiting
from siaga.registration.waiting.offering import LAST_CALL, about, bookable_ids, offer
from siaga.registration.waiting.rows import change

FACILITIES_A_SWEEP = 200


def expire(session: Session, now: datetime) -> int:
    """End the offers whose time is over, and offer all that is free to those who come next; how many changed.

    For a process that runs anyway, every minute or so, in a transaction of its own; several at once do no harm. A
    session that was called off takes nobody's turn away: who was offered a place in it waits on where they stood.
    """
    over = or_(
        Waiting.offered_until <= now,
        VaccinationSession.cancelled_at.is_not(None),
    )
    ended = (
        select(Waiting.facility_id)
        .join(VaccinationSession, VaccinationSession.id == Waiting.session_id)
        .where(Waiting.status == "offered", over)
        .distinct()
    )
    could = (
        select(Waiting.facility_id)
        .join(VaccinationSession, VaccinationSession.facility_id == Waiting.facility_id)
        .where(Waiting.status == "waiting", *seats.bookable(now), VaccinationSession.starts_at > now + LAST_CALL)
        .distinct()
    )
    facility_ids = {
        facility_id
        for query in (ended, could)
        for facility_id in session.execute(query.limit(FACILITIES_A_SWEEP)).scalars()
    }
    if not facility_ids:
        return 0
    lock_waiting_lists(session, facility_ids)
    ending = session.execute(
        select(Waiting.id, Waiting.session_id, VaccinationSession.cancelled_at)
        .join(VaccinationSession, VaccinationSession.id == Waiting.session_id)
        .where(Waiting.status == "offered", Waiting.facility_id.in_(facility_ids), over)
        .order_by(Waiting.id)
    ).all()
    locked = [*bookable_ids(session, facility_ids, now), *(row.session_id for row in ending)]
    lock_sessions(session, locked)
    for row in ending:
        if row.cancelled_at is None:
            change(session, row.id, status="lapsed")
        else:
            change(session, row.id, status="waiting", session_id=None, offered_until=None)
        notices.take_back(session, about(row.id))
        seats.give_back(session, row.session_id)
    return len(ending) + sum(offer(session, facility_id, locked, now) for facility_id in sorted(facility_ids))
