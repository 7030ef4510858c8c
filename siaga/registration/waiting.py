"""The waiting lists of places that are full: who waits first is offered the place that somebody gives back.

Whoever gives up a place offers it in the same transaction: it goes on counting as booked and is held for the first who
waits, until a deadline, by which they take it or it is held for the next. ``expire`` is called by a process that runs
anyway. A list changes only under its lock (``locks``); whoever registers, books or moves somebody who waits takes that
lock, too, so that nobody who has a place is offered another.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, func, or_, select, update
from sqlalchemy.orm import Session

from siaga.people import notices
from siaga.people.contacts import contact_by_key
from siaga.people.tables import Contact, Person
from siaga.places import regions
from siaga.places.pin import centroids, distance_km
from siaga.places.timezone import zone, zone_letters
from siaga.registration import daytime, reminding, seats
from siaga.registration.appointments import appointment, local_time
from siaga.registration.locks import lock_person, lock_sessions, lock_waiting_lists
from siaga.registration.people import ACCEPTED, shown_name
from siaga.registration.records import AppointmentView, FullFacility, WaitingView
from siaga.registration.tables import Appointment, Facility, Registration, Waiting
from siaga.registration.tables import Session as VaccinationSession
from siaga.settings import settings
from siaga.text.written import hour, weekday_date

OPEN = ("waiting", "offered")
"""The statuses of who is still on a list."""
PLACE_FREE = "place_free"
LAST_CALL = timedelta(hours=1)
"""A place is held no longer than until so long before the session begins."""
TIME_TO_ANSWER = timedelta(hours=1)
"""A place is not held at all with less daytime than this to answer in: who asks for it first may have it."""
FACILITIES_A_SWEEP = 200
OFFERED = 24


class CannotWait(Exception):
    """The person has no live registration from this contact, or holds an appointment."""


@dataclass(frozen=True)
class Entry:
    """An open entry of a list as it is under the list's lock."""

    id: int
    contact_id: int
    person_id: int
    facility_id: int
    session_id: int | None
    offered_until: datetime | None
    status: str


def offer_until(now: datetime, starts_at: datetime, regency_code: str) -> datetime | None:
    """Until when a place that is free now is held for somebody, in UTC; None if there is too little time to answer."""
    local = zone(regency_code)
    last = starts_at - LAST_CALL
    if daytime.between(now, last, local) < TIME_TO_ANSWER:
        return None
    return min(daytime.after(now, timedelta(hours=settings().waiting_hours), local), last)


# ---------------------------------------------------------------------- what who waits does
def join(
    session: Session, contact_key: str, person_id: int, facility_id: int, message_id: str, at: datetime
) -> WaitingView:
    """Put a person on a facility's list; on another one they are no more. What is free by now is offered at once.

    The same message again, or a list that they are on already, changes nothing.

    Raises:
        CannotWait: the contact has no live registration of the person, or the person holds an appointment.
        sqlalchemy.exc.NoResultFound: no such contact, person or facility.
    """
    contact_id = contact_by_key(session, contact_key).id
    lock_person(session, person_id)
    made = session.execute(select(Waiting.id).where(Waiting.caused_by == message_id)).scalar_one_or_none()
    if made is not None:
        return _view(session, made)
    registration_id = session.execute(
        select(Registration.id)
        .where(
            Registration.contact_id == contact_id,
            Registration.person_id == person_id,
            Registration.status.in_(ACCEPTED),
        )
        .order_by(Registration.id.desc())
        .limit(1)
    ).scalar_one_or_none()
    if registration_id is None or _holds_place(session, person_id, at):
        raise CannotWait
    former = entry_of(session, person_id)
    lock_waiting_lists(session, {facility_id} | ({former.facility_id} if former else set()))
    former = entry_of(session, person_id)
    if former is not None and former.facility_id == facility_id:
        return _view(session, former.id)
    free = _bookable_ids(session, [facility_id], at)
    lock_sessions(session, [*free, *_held_by(former)])
    if former is not None:
        close(session, former, "left", at)
    entry = Waiting(
        contact_id=contact_id,
        person_id=person_id,
        registration_id=registration_id,
        facility_id=facility_id,
        caused_by=message_id,
    )
    session.add(entry)
    session.flush()
    _offer(session, facility_id, free, at)
    return _view(session, entry.id)


def take(session: Session, contact_key: str, waiting_id: int, message_id: str, at: datetime) -> AppointmentView | None:
    """Make the place that is held for somebody their appointment; the same message again changes nothing.

    None if nothing is held for them any more (or never was): then the place has gone to the next.
    """
    who = _of_contact(session, contact_key, waiting_id)
    if who is None:
        return None
    lock_person(session, who.person_id)
    lock_waiting_lists(session, [who.facility_id])
    taken = appointment(session, Appointment.caused_by == message_id, Appointment.person_id == who.person_id)
    if taken is not None:
        return taken
    entry = _entry(session, Waiting.id == waiting_id)
    if entry is None or entry.status != "offered" or entry.session_id is None or entry.offered_until is None:
        return None
    lock_sessions(session, [entry.session_id])
    called_off = session.execute(
        select(VaccinationSession.cancelled_at).where(VaccinationSession.id == entry.session_id)
    ).scalar_one()
    if entry.offered_until <= at or called_off is not None or _holds_place(session, entry.person_id, at):
        close(session, entry, "lapsed" if entry.offered_until <= at else "left", at)
        return None
    seats.lapse_over(session, entry.person_id, at)
    registration_id = session.execute(select(Waiting.registration_id).where(Waiting.id == entry.id)).scalar_one()
    code = seats.assign(session, registration_id, entry.person_id, entry.session_id, message_id)
    _set(session, entry.id, status="taken")
    notices.take_back(session, _about(entry.id))
    reminding.plan(session, code, at)
    return appointment(session, Appointment.code == code)


def leave(session: Session, contact_key: str, waiting_id: int, message_id: str, at: datetime) -> WaitingView | None:
    """Take somebody off the list; a place that was held for them is offered to the next.

    None if this contact has no such entry. One that is over already stays as it is.
    """
    who = _of_contact(session, contact_key, waiting_id)
    if who is None:
        return None
    lock_person(session, who.person_id)
    lock_waiting_lists(session, [who.facility_id])
    entry = _entry(session, Waiting.id == waiting_id, Waiting.status.in_(OPEN))
    if entry is not None:
        lock_sessions(session, _held_by(entry))
        close(session, entry, "left", at)
    return _view(session, waiting_id)


def listed(session: Session, contact_key: str) -> list[WaitingView]:
    """Those on a list from this contact, who came first, first."""
    found = session.execute(
        select(Waiting.id)
        .join(Contact, Contact.id == Waiting.contact_id)
        .where(Contact.key == contact_key, Waiting.status.in_(OPEN))
        .order_by(Waiting.id)
    ).scalars()
    return [_view(session, waiting_id) for waiting_id in found]


def full_facilities(
    session: Session, regency_code: str, district_code: str | None, now: datetime, limit: int = OFFERED
) -> list[FullFacility]:
    """Places that are open, yet have no free place to come: of the district, then of the regency, by distance from its
    middle."""
    bookable = exists().where(VaccinationSession.facility_id == Facility.id, *seats.bookable(now))
    queue = (
        select(func.count()).where(Waiting.facility_id == Facility.id, Waiting.status == "waiting").scalar_subquery()
    )
    rows = session.execute(
        select(Facility, queue.label("queue")).where(Facility.regency_code == regency_code, Facility.is_open, ~bookable)
    ).all()
    middle = centroids().get(regency_code)

    def nearness(row: Any) -> tuple[bool, float, str]:
        place = row.Facility
        known = middle is not None and place.lat is not None and place.lon is not None
        far = distance_km(*middle, place.lat, place.lon) if known and middle else float("inf")
        return district_code is None or place.district_code != district_code, far, place.name

    return [
        FullFacility(
            id=row.Facility.id,
            name=row.Facility.name,
            district_name=regions.name(row.Facility.district_code) if row.Facility.district_code else None,
            regency_name=regions.name(row.Facility.regency_code) or "",
            waiting=row.queue,
        )
        for row in sorted(rows, key=nearness)[:limit]
    ]


# ---------------------------------------------------------------------- what others do to a list
def entry_of(session: Session, person_id: int) -> Entry | None:
    """The list that a person is on. It stands still only under that list's lock."""
    return _entry(session, Waiting.person_id == person_id, Waiting.status.in_(OPEN))


def close(session: Session, entry: Entry, status: str, now: datetime) -> None:
    """End an open entry; a place held by it is given back and offered on.

    The caller has locked the list and, of an offer, the session.
    """
    _set(session, entry.id, status=status)
    notices.take_back(session, _about(entry.id))
    if entry.status == "offered" and entry.session_id is not None:
        seats.give_back(session, entry.session_id)
        _offer(session, entry.facility_id, [entry.session_id], now)


def re_register(session: Session, person_id: int, registration_id: int) -> None:
    """Who is registered anew keeps their place in the line; the caller has locked the list."""
    session.execute(
        update(Waiting)
        .where(Waiting.person_id == person_id, Waiting.status.in_(OPEN))
        .values(registration_id=registration_id)
        .execution_options(synchronize_session=False)
    )


def place_freed(session: Session, session_id: int, now: datetime) -> None:
    """Offer a place that was just given back; the caller has locked its facility's list and the session."""
    facility_id = facility_of(session, session_id)
    _offer(session, facility_id, [session_id], now)


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
    free = _bookable_ids(session, wanted, now)
    lock_sessions(session, free)
    return sum(_offer(session, facility_id, free, now) for facility_id in wanted)


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
    locked = [*_bookable_ids(session, facility_ids, now), *(row.session_id for row in ending)]
    lock_sessions(session, locked)
    for row in ending:
        if row.cancelled_at is None:
            _set(session, row.id, status="lapsed")
        else:
            _set(session, row.id, status="waiting", session_id=None, offered_until=None)
        notices.take_back(session, _about(row.id))
        seats.give_back(session, row.session_id)
    return len(ending) + sum(_offer(session, facility_id, locked, now) for facility_id in sorted(facility_ids))


# ---------------------------------------------------------------------- offering
def _bookable_ids(session: Session, facility_ids: Iterable[int], now: datetime) -> list[int]:
    query = select(VaccinationSession.id).where(
        VaccinationSession.facility_id.in_(list(facility_ids)), *seats.bookable(now)
    )
    return list(session.execute(query).scalars())


def _offer(session: Session, facility_id: int, session_ids: list[int], now: datetime) -> int:
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
            _set(session, first.id, status="offered", session_id=held.id, offered_until=until)
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
        entry = _entry(session, Waiting.id == row.id)
        if entry is not None and row.status in ACCEPTED and not _holds_place(session, entry.person_id, now):
            return entry
        _set(session, row.id, status="left")
        after = row.id


def _tell(
    session: Session, entry: Entry, facility: str, regency_code: str, held: Any, until: datetime, now: datetime
) -> None:
    row = session.execute(
        select(Registration.told, Person)
        .join(Waiting, Waiting.registration_id == Registration.id)
        .join(Person, Person.id == Registration.person_id)
        .where(Waiting.id == entry.id)
    ).one()
    deadline = local_time(until, regency_code)
    notices.plan(
        session,
        PLACE_FREE,
        _about(entry.id),
        contact_id=entry.contact_id,
        person_id=entry.person_id,
        values={
            "nama": reminding.first_name(shown_name(session, entry.contact_id, row.Person, row.told)),
            **reminding.when_and_where(facility, regency_code, held.starts_at, held.ends_at),
            "batas": f"{weekday_date(deadline.date())} pukul {hour(deadline)} {zone_letters(regency_code)}",
        },
        due_at=now,
        until=until,
        zone=zone(regency_code).key,
    )


def _about(waiting_id: int) -> str:
    """What a notice of a free place hangs on."""
    return f"waiting:{waiting_id}"


# ---------------------------------------------------------------------- rows
def _entry(session: Session, *where: Any) -> Entry | None:
    row = session.execute(
        select(
            Waiting.id,
            Waiting.contact_id,
            Waiting.person_id,
            Waiting.facility_id,
            Waiting.session_id,
            Waiting.offered_until,
            Waiting.status,
        ).where(*where)
    ).one_or_none()
    return None if row is None else Entry(**row._mapping)


def _of_contact(session: Session, contact_key: str, waiting_id: int) -> Any:
    return session.execute(
        select(Waiting.person_id, Waiting.facility_id)
        .join(Contact, Contact.id == Waiting.contact_id)
        .where(Waiting.id == waiting_id, Contact.key == contact_key)
    ).one_or_none()


def _held_by(entry: Entry | None) -> list[int]:
    return [entry.session_id] if entry and entry.status == "offered" and entry.session_id is not None else []


def _holds_place(session: Session, person_id: int, at: datetime) -> bool:
    query = (
        select(Appointment.id)
        .join(VaccinationSession, VaccinationSession.id == Appointment.session_id)
        .where(Appointment.person_id == person_id, Appointment.status == "booked", VaccinationSession.ends_at > at)
    )
    return session.execute(query).first() is not None


def _set(session: Session, waiting_id: int, **values: Any) -> None:
    session.execute(
        update(Waiting)
        .where(Waiting.id == waiting_id)
        .values(status_at=func.now(), **values)
        .execution_options(synchronize_session=False)
    )


def _view(session: Session, waiting_id: int) -> WaitingView:
    row = session.execute(
        select(
            Waiting.id,
            Waiting.person_id,
            Waiting.facility_id,
            Waiting.status,
            Waiting.offered_until,
            Facility.name,
            Facility.regency_code,
            VaccinationSession.starts_at,
            VaccinationSession.ends_at,
        )
        .join(Facility, Facility.id == Waiting.facility_id)
        .outerjoin(VaccinationSession, VaccinationSession.id == Waiting.session_id)
        .where(Waiting.id == waiting_id)
    ).one()
    position = None
    if row.status == "waiting":
        position = session.execute(
            select(func.count()).where(
                Waiting.facility_id == row.facility_id, Waiting.status == "waiting", Waiting.id <= row.id
            )
        ).scalar_one()
    offered = row.status == "offered"

    def local(moment: datetime | None) -> datetime | None:
        return local_time(moment, row.regency_code) if offered and moment is not None else None

    return WaitingView(
        id=row.id,
        person_id=row.person_id,
        facility_id=row.facility_id,
        facility=row.name,
        zone_letters=zone_letters(row.regency_code),
        status=row.status,
        position=position,
        starts_at=local(row.starts_at),
        ends_at=local(row.ends_at),
        until=local(row.offered_until),
    )
