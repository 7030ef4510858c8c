"""Emergency departments (IGD) near a place, for who needs one now."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from siaga.places import regions
from siaga.places.pin import centroids, distance_km
from siaga.registration.offers import Point
from siaga.registration.tables import Facility

FARTHEST_KM = 75.0
"""Farther than this the call to 119 is worth more than a name."""
SHOWN = 3


@dataclass(frozen=True)
class Department:
    """A hospital with an emergency department; ``km``, as the crow flies, is known only from a pin."""

    name: str
    address: str
    phone: str | None
    regency_name: str
    lat: float | None
    lon: float | None
    km: float | None
    is_sample: bool


def nearest(session: Session, point: Point, limit: int = SHOWN) -> tuple[Department, ...]:
    """The departments nearest to a pin (degrees), none farther than ``FARTHEST_KM``."""
    reached = [(km, row) for row in _known(session) if (km := _km(row, point)) is not None and km <= FARTHEST_KM]
    return tuple(_department(row, km) for km, row in sorted(reached, key=lambda one: (one[0], one[1].name))[:limit])


def in_regions(session: Session, codes: Collection[str], limit: int = SHOWN) -> tuple[Department, ...]:
    """The departments of kecamatan or kabupaten/kota, a kecamatan's own first; those around follow, or stand for them.

    Several codes are what one name may mean.
    """
    regencies = {code if regions.level(code) == "regency" else regions.parent(code) or code for code in codes}
    middles = [middle for code in regencies if (middle := centroids().get(code))]

    def from_middle(row: Any) -> float:
        return min((km for middle in middles if (km := _km(row, middle)) is not None), default=float("inf"))

    def order(row: Any) -> tuple[bool, bool, float, str]:
        return row.district_code not in codes, row.regency_code not in regencies, from_middle(row), row.name

    rows = [row for row in _known(session) if row.regency_code in regencies or from_middle(row) <= FARTHEST_KM]
    return tuple(_department(row, None) for row in sorted(rows, key=order)[:limit])


def _known(session: Session) -> list[Any]:
    """All departments; the samples only while there is none that is real, lest anybody be sent to one."""
    query = select(
        Facility.name,
        Facility.address,
        Facility.phone,
        Facility.regency_code,
        Facility.district_code,
        Facility.lat,
        Facility.lon,
        Facility.is_sample,
    ).where(Facility.emergency, Facility.is_open)
    rows = list(session.execute(query))
    return [row for row in rows if not row.is_sample] or rows


def _km(row: Any, point: Point) -> float | None:
    return None if row.lat is None or row.lon is None else distance_km(*point, row.lat, row.lon)


def _department(row: Any, km: float | None) -> Department:
    return Department(
        name=row.name,
        address=row.address,
        phone=row.phone,
        regency_name=regions.short_name(row.regency_code) or "",
        lat=row.lat,
        lon=row.lon,
        km=km,
        is_sample=row.is_sample,
    )
