"""Places that vaccinate, for whoever looks for one: near a pin, in a region, or by name; what is free in a week."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from siaga.places import regions
from siaga.places.pin import around, centroids, distance_km
from siaga.registration import seats
from siaga.registration.appointments import local_time
from siaga.registration.facility_names import Named, best
from siaga.registration.offers import NEAR_KM, Point
from siaga.registration.tables import Facility
from siaga.registration.tables import Session as VaccinationSession

AHEAD = timedelta(days=7)
SHOWN = 4
"""So many places fit into one message with what is known of them."""
ELSEWHERE = 2
"""So many are named where there is none near."""


@dataclass(frozen=True)
class Place:
    """A place as citizens see it.

    ``km`` is known only from a pin. ``free`` counts the places in the sessions of the coming ``AHEAD``; ``next_at``,
    in the place's own zone, and ``vaccines`` are those of all sessions to come that have room.
    """

    id: int
    name: str
    address: str
    phone: str | None
    opening: str | None
    district_name: str | None
    regency_name: str
    lat: float | None
    lon: float | None
    km: float | None
    is_open: bool
    is_sample: bool
    free: int
    next_at: datetime | None
    vaccines: tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """What was found; ``near`` False: there is none there, and these are the nearest elsewhere."""

    places: tuple[Place, ...]
    near: bool


def near(session: Session, point: Point, now: datetime, limit: int = SHOWN, vaccine: str | None = None) -> Found:
    """The nearest places to a pin; those within ``NEAR_KM``, or else the nearest at all."""
    south, north, west, east = around(*point, NEAR_KM)
    here = _rows(
        session,
        Facility.is_open,
        _vaccinates(now),
        Facility.lat.between(south, north),
        Facility.lon.between(west, east),
    )
    inside = [row for row in _with(session, here, now, vaccine) if _km(row, point) <= NEAR_KM]
    if inside:
        nearest = sorted(inside, key=lambda row: (_km(row, point), row.name))[:limit]
        return Found(_places(session, nearest, now, point), near=True)
    pinned = _with(session, _rows(session, Facility.is_open, _vaccinates(now), Facility.lat.is_not(None)), now, vaccine)
    nearest = sorted(pinned, key=lambda row: (_km(row, point), row.name))[:ELSEWHERE]
    return Found(_places(session, nearest, now, point), near=False)


def in_region(session: Session, code: str, now: datetime, limit: int = SHOWN, vaccine: str | None = None) -> Found:
    """The places of a kecamatan or kabupaten/kota, those with room first; or else the nearest elsewhere.

    A kecamatan's are followed by others of its kabupaten/kota that lie near.
    """
    regency = code if regions.level(code) == "regency" else regions.parent(code) or code
    rows = _with(
        session, _rows(session, Facility.is_open, _vaccinates(now), Facility.regency_code == regency), now, vaccine
    )
    inside = [row for row in rows if code in (row.regency_code, row.district_code)]
    middle = _middle(inside, regency)
    room = _with_room(session, [row.id for row in rows], now)

    def order(row: Any) -> tuple[bool, bool, float, str]:
        return row not in inside, row.id not in room, _km(row, middle), row.name

    if inside:
        return Found(_places(session, sorted(rows, key=order)[:limit], now), near=True)
    if not rows:
        rows = _with(
            session, _rows(session, Facility.is_open, _vaccinates(now), Facility.lat.is_not(None)), now, vaccine
        )
        province = [row for row in rows if row.regency_code[:2] == regency[:2]]
        rows = province or rows
    nearest = sorted(rows, key=lambda row: (_km(row, middle), row.name))[:ELSEWHERE]
    return Found(_places(session, nearest, now), near=False)


def by_name(
    session: Session, text: str, now: datetime, regencies: Collection[str] = (), limit: int = SHOWN
) -> tuple[Place, ...]:
    """The places that a text names, closed ones too; where ``regencies`` leave any, only those that lie there."""
    rows = _rows(session)
    named = set(best(text, (Named(row.id, row.name) for row in rows)))
    found = [row for row in rows if row.id in named]
    found = [row for row in found if row.regency_code in regencies] or found
    return _places(session, found[:limit], now)


def place(session: Session, place_id: int, now: datetime) -> Place | None:
    """One place, closed or not."""
    return next(iter(_places(session, _rows(session, Facility.id == place_id), now)), None)


def _rows(session: Session, *where: Any) -> list[Any]:
    query = select(
        Facility.id, Facility.name, Facility.regency_code, Facility.district_code, Facility.lat, Facility.lon
    ).where(*where)
    return list(session.execute(query.order_by(Facility.name, Facility.id)))


def _vaccinates(now: datetime) -> Any:
    """A hospital that is only listed for its emergency department is no place to be vaccinated."""
    to_come = VaccinationSession.cancelled_at.is_(None) & (VaccinationSession.ends_at > now)
    held = select(VaccinationSession.id).where(VaccinationSession.facility_id == Facility.id, to_come)
    return or_(Facility.emergency.is_(False), held.exists())


def _with(session: Session, rows: list[Any], now: datetime, vaccine: str | None) -> list[Any]:
    """Those that will give a vaccine, if one is asked for."""
    if vaccine is None or not rows:
        return rows
    giving = _with_room(session, [row.id for row in rows], now, VaccinationSession.vaccine == vaccine)
    return [row for row in rows if row.id in giving]


def _with_room(session: Session, ids: Iterable[int], now: datetime, *where: Any) -> set[int]:
    query = select(VaccinationSession.facility_id).where(
        VaccinationSession.facility_id.in_(list(ids)), *seats.bookable(now), *where
    )
    return set(session.execute(query.distinct()).scalars())


def _middle(rows: list[Any], regency: str) -> Point | None:
    """The middle of places, or else of their regency."""
    pinned = [(row.lat, row.lon) for row in rows if row.lat is not None]
    if not pinned:
        return centroids().get(regency)
    return sum(lat for lat, _ in pinned) / len(pinned), sum(lon for _, lon in pinned) / len(pinned)


def _km(row: Any, point: Point | None) -> float:
    if point is None or row.lat is None or row.lon is None:
        return float("inf")
    return distance_km(*point, row.lat, row.lon)


def _places(session: Session, rows: list[Any], now: datetime, point: Point | None = None) -> tuple[Place, ...]:
    """The places of ``rows``, in their order, with what is free."""
    ids = [row.id for row in rows]
    soon = VaccinationSession.starts_at <= now + AHEAD
    query = (
        select(
            Facility,
            func.coalesce(func.sum(VaccinationSession.quota - VaccinationSession.booked).filter(soon), 0).label("free"),
            func.min(VaccinationSession.starts_at).label("next_at"),
            func.array_remove(func.array_agg(VaccinationSession.vaccine.distinct()), None).label("vaccines"),
        )
        .outerjoin(VaccinationSession, (VaccinationSession.facility_id == Facility.id) & _all(seats.bookable(now)))
        .where(Facility.id.in_(ids))
        .group_by(Facility.id)
    )
    known = {row.Facility.id: row for row in session.execute(query.execution_options(populate_existing=True))}
    return tuple(_place(known[place_id], point) for place_id in ids)


def _all(conditions: tuple[Any, ...]) -> Any:
    first, *others = conditions
    for other in others:
        first = first & other
    return first


def _place(row: Any, point: Point | None) -> Place:
    one = row.Facility
    km = _km(one, point)
    return Place(
        id=one.id,
        name=one.name,
        address=one.address,
        phone=one.phone,
        opening=one.opening,
        district_name=regions.name(one.district_code) if one.district_code else None,
        regency_name=regions.name(one.regency_code) or "",
        lat=one.lat,
        lon=one.lon,
        km=None if km == float("inf") else km,
        is_open=one.is_open,
        is_sample=one.is_sample,
        free=int(row.free),
        next_at=None if row.next_at is None else local_time(row.next_at, one.regency_code),
        vaccines=tuple(sorted(row.vaccines or ())),
    )
