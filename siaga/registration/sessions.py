"""The sessions of the places that vaccinate, as staff keep them: imported, listed, added, changed.

Hours are the clock's at the place. How a session is called off is in ``closing``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, get_args

from sqlalchemy import select
from sqlalchemy.orm import Session

from siaga.db.audit import note
from siaga.places.timezone import zone
from siaga.registration import import_files
from siaga.registration.appointments import local_time
from siaga.registration.import_files import Change, Imported, Line, Refused
from siaga.registration.moved import tell_new_hours
from siaga.registration.tables import Facility
from siaga.registration.tables import Session as VaccinationSession
from siaga.text.files import name_of
from siaga.text.vaccines import BrandName, find_brands

COLUMNS = ("facility_code", "date", "start", "end", "vaccine", "quota")

_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})[/-](\d{1,2})[/-](\d{4})")
_HOUR = re.compile(r"(\d{1,2})[.:](\d{2})")
_QUOTA = re.compile(r"[0-9]{1,9}")
_MOST_PLACES = 10_000
_FARTHEST = timedelta(days=366)
"""A session farther ahead than this is a slip in its year."""
VACCINES: tuple[str, ...] = tuple(name for group in get_args(BrandName) for name in get_args(group)) or get_args(
    BrandName
)


class UnknownSession(Exception):
    """No session has this number."""


@dataclass(frozen=True)
class SessionRow:
    """A session as staff see it; times are the place's own."""

    id: int
    facility_code: str
    facility_name: str
    starts_at: datetime
    ends_at: datetime
    zone_letters: str
    vaccine: str
    quota: int
    booked: int
    cancelled_at: datetime | None


@dataclass(frozen=True)
class Hours:
    """A session as a line of a file tells it, on the clocks of its place."""

    day: date
    start: time
    end: time

    def at(self, regency_code: str) -> tuple[datetime, datetime]:
        """Begin and end as moments."""
        local = zone(regency_code)
        return datetime.combine(self.day, self.start, tzinfo=local), datetime.combine(self.day, self.end, tzinfo=local)


# ---------------------------------------------------------------------- what is right
def read_hours(day: str, start: str, end: str) -> Hours:
    """``2026-11-23`` (or ``23/11/2026``), ``08.00`` (or ``8:00``), ``11.00``.

    Raises:
        Refused: one of them cannot be read, or the end is not after the beginning.
    """
    hours = Hours(_day(day), _hour("start", start), _hour("end", end))
    if hours.end <= hours.start:
        raise Refused("end", "is not after start")
    return hours


def _day(cell: str) -> date:
    match = _DAY.fullmatch(cell)
    if match:
        parts = match.group(1, 2, 3) if match[1] else match.group(6, 5, 4)
        try:
            return date(*map(int, parts))
        except ValueError:
            pass
    raise Refused("date", "is no day such as 2026-11-23 or 23/11/2026")


def _hour(column: str, cell: str) -> time:
    match = _HOUR.fullmatch(cell)
    if match:
        try:
            return time(int(match[1]), int(match[2]))
        except ValueError:
            pass
    raise Refused(column, "is no hour such as 08.00")


def read_vaccine(cell: str) -> str:
    """The brand's name as kept: ``Astra Zeneca`` -> ``astrazeneca``.

    Raises:
        Refused: no brand that is known.
    """
    found = {brand.value for brand in find_brands(cell)}
    if len(found) != 1:
        raise Refused("vaccine", f"is none of {', '.join(VACCINES)}")
    return found.pop()


def read_quota(cell: str) -> int:
    """A number of places.

    Raises:
        Refused: no number, or not between 1 and 10,000.
    """
    if not _QUOTA.fullmatch(cell) or not 1 <= int(cell) <= _MOST_PLACES:
        raise Refused("quota", f"must be a whole number from 1 to {_MOST_PLACES}")
    return int(cell)


# ---------------------------------------------------------------------- import
def import_sessions(session: Session, path: Path, *, actor: str, now: datetime) -> Imported:
    """Take the sessions of a CSV file. One of the same place, beginning and vaccine is changed: its end and places.

    Raises:
        FileUnreadable: nothing of it can be taken.
    """
    lines = import_files.read(path, required=COLUMNS, optional=())

    def take_line(line: Line) -> Change:
        return put(session, line.cells, now)[1]

    def key_of(line: Line) -> str:
        return _key(line.cells)

    return import_files.take(session, "sessions", name_of(path), lines, key_of, take_line, actor=actor)


def _key(cells: Mapping[str, str]) -> str:
    """What a line is about, however day, hour and brand are written."""
    try:
        start = f"{_day(cells['date'])} {_hour('start', cells['start']):%H.%M}"
        return f"{cells['facility_code']} {start} {read_vaccine(cells['vaccine'])}"
    except Refused:
        return " ".join(cells[column] for column in ("facility_code", "date", "start", "vaccine"))


def put(session: Session, cells: Mapping[str, str], now: datetime) -> tuple[int, Change]:
    """Add a session, or bring the one up to date that is there: its id and what changed.

    Raises:
        Refused: a value is wrong, the place is not known, it is over, was called off, or has more people than that.
    """
    place = session.execute(
        select(Facility.id, Facility.regency_code).where(Facility.code == cells["facility_code"])
    ).one_or_none()
    if place is None:
        raise Refused("facility_code", "no place has this code: import the places first")
    hours = read_hours(cells["date"], cells["start"], cells["end"])
    starts_at, ends_at = hours.at(place.regency_code)
    vaccine, quota = read_vaccine(cells["vaccine"]), read_quota(cells["quota"])
    held = _locked(
        session,
        VaccinationSession.facility_id == place.id,
        VaccinationSession.starts_at == starts_at,
        VaccinationSession.vaccine == vaccine,
    )
    if held is None:
        if starts_at <= now:
            raise Refused("date", "is past")
        if starts_at > now + _FARTHEST:
            raise Refused("date", "is more than a year ahead")
        held = VaccinationSession(
            facility_id=place.id, starts_at=starts_at, ends_at=ends_at, vaccine=vaccine, quota=quota
        )
        session.add(held)
        session.flush()
        return held.id, Change.NEW
    if held.quota == quota and held.ends_at == ends_at:
        return held.id, Change.NOTHING
    _change(session, held, quota, held.starts_at, ends_at, now)
    return held.id, Change.CHANGED


def _locked(session: Session, *where: Any) -> Any:
    """A session whose number of free places stands still until the transaction ends."""
    query = select(VaccinationSession).where(*where).with_for_update()
    return session.execute(query.execution_options(populate_existing=True)).scalar_one_or_none()


def _change(session: Session, held: Any, quota: int, starts_at: datetime, ends_at: datetime, now: datetime) -> None:
    """Change a session that is locked, and plan to tell the people in it when its hours are others.

    Raises:
        Refused: it was called off, or has more people than that.
    """
    if held.cancelled_at is not None:
        raise Refused("", "this session was called off: add another one")
    if quota < held.booked:
        raise Refused("quota", f"{held.booked} places are taken: no fewer are possible")
    before = held.starts_at, held.ends_at
    held.quota, held.starts_at, held.ends_at = quota, starts_at, ends_at
    session.flush()
    if before != (starts_at, ends_at):
        tell_new_hours(session, held.id, *before, now)


# ---------------------------------------------------------------------- one by one
def add(session: Session, cells: Mapping[str, str], *, actor: str, now: datetime) -> SessionRow:
    """Add a session, given as in a file.

    Raises:
        Refused: a value is wrong, or the place has such a session.
    """
    session_id, change = put(session, cells, now)
    if change is not Change.NEW:
        raise Refused("", f"the place has this session already, as number {session_id}")
    note(session, actor, "sessions.add", {"session": session_id})
    return show(session, session_id)


def edit(
    session: Session,
    session_id: int,
    *,
    actor: str,
    now: datetime,
    quota: str | None = None,
    start: str | None = None,
    end: str | None = None,
) -> SessionRow:
    """Change a session's places or hours; its day stays. Whoever holds a place is told of other hours.

    Raises:
        UnknownSession: no session has this number.
        Refused: a value is wrong, it is over, was called off, or has more people than that.
    """
    held = _locked(session, VaccinationSession.id == session_id)
    if held is None:
        raise UnknownSession(f"no session has the number {session_id}")
    if held.ends_at <= now:
        raise Refused("", "this session is over")
    regency_code = session.execute(select(Facility.regency_code).where(Facility.id == held.facility_id)).scalar_one()
    begins, closes = local_time(held.starts_at, regency_code), local_time(held.ends_at, regency_code)
    hours = read_hours(begins.date().isoformat(), start or begins.strftime("%H.%M"), end or closes.strftime("%H.%M"))
    starts_at, ends_at = hours.at(regency_code)
    if starts_at != held.starts_at and starts_at <= now:
        raise Refused("start", "is past")
    places = held.quota if quota is None else read_quota(quota)
    if (starts_at, ends_at, places) != (held.starts_at, held.ends_at, held.quota):
        twin = select(VaccinationSession.id).where(
            VaccinationSession.facility_id == held.facility_id,
            VaccinationSession.starts_at == starts_at,
            VaccinationSession.vaccine == held.vaccine,
            VaccinationSession.id != held.id,
        )
        if session.execute(twin).first():
            raise Refused("start", "the place has another session of this vaccine at that hour")
        _change(session, held, places, starts_at, ends_at, now)
        changed = {"quota": quota, "start": start, "end": end}
        given = sorted(name for name, value in changed.items() if value is not None)
        note(session, actor, "sessions.edit", {"session": session_id, "fields": given})
    return show(session, session_id)


def show(session: Session, session_id: int) -> SessionRow:
    """One session.

    Raises:
        UnknownSession: no session has this number.
    """
    found = _rows(session, VaccinationSession.id == session_id)
    if not found:
        raise UnknownSession(f"no session has the number {session_id}")
    return found[0]


def listed(
    session: Session,
    *,
    now: datetime,
    days: int = 14,
    facility_code: str | None = None,
    cancelled: bool = False,
) -> list[SessionRow]:
    """The sessions that are not over within so many days, the earliest first; on wish with those called off."""
    where = [VaccinationSession.ends_at > now, VaccinationSession.starts_at <= now + timedelta(days=days)]
    if facility_code:
        where.append(Facility.code == facility_code)
    if not cancelled:
        where.append(VaccinationSession.cancelled_at.is_(None))
    return _rows(session, *where)


def _rows(session: Session, *where: Any) -> list[SessionRow]:
    query = (
        select(VaccinationSession, Facility.code, Facility.name, Facility.regency_code)
        .join(Facility, Facility.id == VaccinationSession.facility_id)
        .where(*where)
        .order_by(VaccinationSession.starts_at, Facility.name, VaccinationSession.id)
    )
    found = []
    for held, code, name, regency_code in session.execute(query):
        starts_at = local_time(held.starts_at, regency_code)
        found.append(
            SessionRow(
                id=held.id,
                facility_code=code,
                facility_name=name,
                starts_at=starts_at,
                ends_at=local_time(held.ends_at, regency_code),
                zone_letters=starts_at.tzname() or "",
                vaccine=held.vaccine,
                quota=held.quota,
                booked=held.booked,
                cancelled_at=held.cancelled_at,
            )
        )
    return found
