"""Which places and sessions can be offered to someone who lives somewhere."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from siaga.places import regions
from siaga.places.pin import around, centroids, distance_km
from siaga.registration import seats
from siaga.registration.appointments import local_time
from siaga.registration.records import FacilityView, SessionView
from siaga.registration.tables import Facility
from siaga.registration.tables import Session as VaccinationSession

Point = tuple[float, float]
NEAR_KM = 30.0
"""Farther from a pin than this a place is not near."""


def facilities(
    session: Session, regency_code: str, district_code: str | None, point: Point | None, now: datetime, limit: int
) -> list[FacilityView]:
    """Places with a free place in a session to come, the nearest first.

    With a ``point`` (latitude and longitude in degrees) by distance from it, also across borders. Otherwise those of
    the district, then of the regency, then of the rest of the province; among equals by distance from the regency's
    middle.
    """
    here = Facility.regency_code == regency_code
    found = _with_free_places(session, now, here if point is None else here | _near(*point))
    middle = point or centroids().get(regency_code)
    if len(found) < limit:
        province = Facility.regency_code.startswith(regency_code[:2] + ".", autoescape=True)
        known = [row.id for row in found]
        found += _with_free_places(session, now, province, Facility.id.not_in(known))

    def nearness(row: Any) -> tuple[bool, bool, float, str]:
        from_here = _km(row, middle)
        return (
            point is None and (district_code is None or row.district_code != district_code),
            point is None and row.regency_code != regency_code,
            float("inf") if from_here is None else from_here,
            row.name,
        )

    return [_view(row, point) for row in sorted(found, key=nearness)[:limit]]


def sessions(session: Session, facility_id: int, now: datetime, limit: int) -> list[SessionView]:
    """A facility's sessions to come that have free places, the earliest first."""
    query = (
        select(VaccinationSession, Facility.name, Facility.address, Facility.regency_code)
        .join(Facility, Facility.id == VaccinationSession.facility_id)
        .where(VaccinationSession.facility_id == facility_id, *seats.bookable(now))
        .order_by(VaccinationSession.starts_at, VaccinationSession.id)
        .limit(limit)
        # The count of free places must be the database's, not what this transaction read earlier.
        .execution_options(populate_existing=True)
    )
    offered = []
    for held, name, address, regency_code in session.execute(query):
        starts_at = local_time(held.starts_at, regency_code)
        offered.append(
            SessionView(
                id=held.id,
                facility_id=held.facility_id,
                facility_name=name,
                address=address,
                starts_at=starts_at,
                ends_at=local_time(held.ends_at, regency_code),
                zone_letters=starts_at.tzname() or "",
                vaccine=held.vaccine,
                free=held.quota - held.booked,
            )
        )
    return offered


def _near(lat: float, lon: float) -> Any:
    south, north, west, east = around(lat, lon, NEAR_KM)
    return Facility.lat.between(south, north) & Facility.lon.between(west, east)


def _with_free_places(session: Session, now: datetime, *where: Any) -> list[Any]:
    query = (
        select(
            Facility.id,
            Facility.name,
            Facility.regency_code,
            Facility.district_code,
            Facility.lat,
            Facility.lon,
            Facility.is_sample,
            func.sum(VaccinationSession.quota - VaccinationSession.booked).label("free"),
            func.min(VaccinationSession.starts_at).label("next_at"),
        )
        .join(VaccinationSession, VaccinationSession.facility_id == Facility.id)
        .where(*seats.bookable(now), *where)
        .group_by(Facility.id)
    )
    return list(session.execute(query))


def _km(row: Any, point: Point | None) -> float | None:
    if point is None or row.lat is None or row.lon is None:
        return None
    return distance_km(*point, row.lat, row.lon)


def _view(row: Any, point: Point | None) -> FacilityView:
    return FacilityView(
        id=row.id,
        name=row.name,
        district_name=regions.name(row.district_code) if row.district_code else None,
        regency_name=regions.name(row.regency_code) or "",
        km=_km(row, point),
        free=int(row.free),
        next_at=local_time(row.next_at, row.regency_code),
        is_sample=row.is_sample,
    )
