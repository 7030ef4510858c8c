"""Offering places: what is free is held for the first who waits, until a deadline; then it goes to the next."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from siaga.people import notices
from siaga.people.tables import Person
from siaga.places.timezone import zone, zone_letters
from siaga.registration import daytime, reminding, seats
from siaga.registration.appointments import local_time
from siaga.registration.locks import lock_sessions, lock_waiting_lists
from siaga.registration.people import ACCEPTED, shown_name
from siaga.registration.tables import Facility, Registration, Waiting
from siaga.registration.tables import Session as VaccinationSession
from siaga.registration.waiting.rows import Entry, change, find, holds_place
from siaga.settings import settings
from siaga.text.written import hour, weekday_date

PLACE_FREE = "place_free"
LAST_CALL = timedelta(hours=1)
"""A place is held no longer than until so long before the session begins."""
TIME_TO_ANSWER = timedelta(hours=1)
"""A place is not held at all with less daytime than this to answer in: who asks for it first may have it."""


def offer_until(now: datetime, starts_at: datetime, regency_code: str) -> datetime | None:
    """Until when a place that is free now is held for somebody, in UTC; None if there is too little time to answer."""
    local = zone(regency_code)
    last = starts_at - LAST_CALL
    if daytime.between(now, last, local) < TIME_TO_ANSWER:
        return None
    return min(daytime.after(now, timedelta(hours=settings().waiting_hours), local), last)


def close(session: Session, entry: Entry, status: str, now: datetime) -> None:
    """End an open entry; a place held by it is given back and offered on.

    The caller has locked the list and, of an offer, the session.
    """
    change(session, entry.id, status=status)
    notices.take_back(session, about(entry.id))
    if entry.status == "offered" and entry.session_id is not None:
        seats.give_back(session, entry.session_id)
        offer(session, entry.facility_id, [entry.session_id], now)


def place_freed(session: Session, session_id: int, now: datetime) -> None:
    """Offer a place that was just given back; the caller has locked its facility's list and the session."""
    facility_id = facility_of(session, session_id)
    offer(session, facility_id, [session_id], now)


def facility_of(session: Session, session_id: int) -> int:
    """Where a session is held.

    Raises:
        sqlalchemy.exc.NoResultFound: no such session.
    """
    found: int = session.execute(
        select(VaccinationSession.facility_id).where(VaccinationSession.id == session_id)
    ).scalar_one()
    return found


def offer_free(session: Session, facility_ids: Iterable[int], now: datetime) -> int:
    """Offer what is free at these facilities to those who wait there, as after sessions were added; how many were.

    Takes the locks; the caller holds none but, at most, a person's.
    """
    wanted = sorted(set(facility_ids))
    lock_waiting_lists(session, wanted)
    free = bookable_ids(session, wanted, now)
    lock_sessions(session, free)
    return sum(offer(session, facility_id, free, now) for facility_id in wanted)


def bookable_ids(session: Session, facility_ids: Iterable[int], now: datetime) -> list[int]:
    query = select(VaccinationSession.id).where(
        VaccinationSession.facility_id.in_(list(facility_ids)), *seats.bookable(now)
    )
    return list(session.execute(query).scalars())


def offer(session: Session, facility_id: int, session_ids: list[int], now: datetime) -> int:
    """Hold the free places of sessions that are locked for those who wait first; how many."""
    first = _next(session, facility_id, None, now)
    if first is None or not session_ids:
        return 0
    rows = session.execute(
        select(VaccinationSession, Facility.name, Facility.regency_code)
        .join(Facility, Facility.id == VaccinationSession.facility_id)
        .where(
            VaccinationSession.id.in_(session_ids), VaccinationSession.facility_id == facility_id, *seats.bookable(now)
        )
        .order_by(VaccinationSession.starts_at, VaccinationSession.id)
        .execution_options(populate_existing=True)
    ).all()
    offered = 0
    for held, facility, regency_code in rows:
        until = offer_until(now, held.starts_at, regency_code)
        if until is None:
            continue
        for _ in range(held.quota - held.booked):
            if first is None:
                return offered
            seats.take(session, held.id, now)
            change(session, first.id, status="offered", session_id=held.id, offered_until=until)
            _tell(session, first, facility, regency_code, held, until, now)
            offered += 1
            first = _next(session, facility_id, first.id, now)
    return offered


def _next(session: Session, facility_id: int, after: int | None, now: datetime) -> Entry | None:
    """Who waits next after an entry, or first of all; those who need no place any more are taken off on the way."""
    while True:
        query = (
            select(Waiting.id, Registration.status)
            .join(Registration, Registration.id == Waiting.registration_id)
            .where(Waiting.facility_id == facility_id, Waiting.status == "waiting")
            .order_by(Waiting.id)
            .limit(1)
        )
        row = session.execute(query if after is None else query.where(Waiting.id > after)).one_or_none()
        if row is None:
            return None
        entry = find(session, Waiting.id == row.id)
        if entry is not None and row.status in ACCEPTED and not holds_place(session, entry.person_id, now):
            return entry
        change(session, row.id, status="left")
        after = row.id


def _tell(
    session: Session, entry: Entry, facility: str, regency_code: str, held: Any, until: datetime, now: datetime
) -> None:
    person = session.execute(
        select(Person)
        .join(Registration, Registration.person_id == Person.id)
        .join(Waiting, Waiting.registration_id == Registration.id)
        .where(Waiting.id == entry.id)
    ).scalar_one()
    deadline = local_time(until, regency_code)
    notices.plan(
        session,
        PLACE_FREE,
        about(entry.id),
        contact_id=entry.contact_id,
        person_id=entry.person_id,
        values={
            "nama": reminding.first_name(shown_name(session, entry.contact_id, person)),
            **reminding.when_and_where(facility, regency_code, held.starts_at, held.ends_at),
            "batas": f"{weekday_date(deadline.date())} pukul {hour(deadline)} {zone_letters(regency_code)}",
        },
        due_at=now,
        until=until,
        zone=zone(regency_code).key,
    )


def about(waiting_id: int) -> str:
    """What a notice of a free place hangs on."""
    return f"waiting:{waiting_id}"
