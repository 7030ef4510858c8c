"""Which places are near: as the crow flies, across borders, and honest where there are none."""

from __future__ import annotations

import math
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from siaga.db import transaction
from siaga.places.pin import around, distance_km
from siaga.registration import finding, offers
from siaga.registration.tables import Session as VaccinationSession
from tests.registration.given import NOW, SURABAYA, WONOKROMO, facility, held

HERE = (-7.30, 112.74)
KM = 1 / 111.2  # degrees of latitude


@given(st.floats(-11, 6), st.floats(95, 141), st.floats(1, 100), st.floats(0, 1), st.floats(0, 360))
def test_all_within_a_distance_is_inside_the_square(lat: float, lon: float, km: float, part: float, way: float) -> None:
    south, north, west, east = around(lat, lon, km)
    up = part * km * KM * math.cos(math.radians(way))
    right = part * km * KM * math.sin(math.radians(way)) / math.cos(math.radians(lat))
    if distance_km(lat, lon, lat + up, lon + right) <= km:
        assert south <= lat + up <= north and west <= lon + right <= east


def test_a_corner_of_the_square_is_not_near(database: str) -> None:
    with transaction() as session:
        facility(session, "pojok", lat=HERE[0] + 25 * KM, lon=HERE[1] + 25 * KM)
        assert finding.near(session, HERE, NOW).near is False
        facility(session, "dekat", lat=HERE[0] + 25 * KM, lon=HERE[1])
        found = finding.near(session, HERE, NOW)
        assert found.near and [place.name for place in found.places] == ["Puskesmas Uji dekat"]
        assert found.places[0].km == pytest.approx(25, abs=0.2)


def test_what_is_free_is_counted_for_a_week(database: str) -> None:
    with transaction() as session:
        at = facility(session)
        held(session, at, quota=3, starts_at=NOW + timedelta(days=6))
        held(session, at, quota=5, starts_at=NOW + timedelta(days=8))
        off = held(session, at, quota=7, starts_at=NOW + timedelta(days=1))
        full = held(session, at, quota=1, starts_at=NOW + timedelta(days=2))
        values = {off: {"cancelled_at": NOW}, full: {"booked": 1}}
        for number, changed in values.items():
            session.execute(update(VaccinationSession).where(VaccinationSession.id == number).values(**changed))
        (place,) = finding.in_region(session, SURABAYA, NOW).places
        assert (place.free, place.next_at, place.vaccines) == (3, NOW + timedelta(days=6), ("sinovac",))
        assert place.next_at.tzname() == "WIB"
        (later,) = finding.in_region(session, SURABAYA, NOW + timedelta(days=9)).places
        assert (later.free, later.next_at, later.vaccines) == (0, None, ())


def test_with_a_pin_the_nearest_comes_first_across_borders(database: str) -> None:
    with transaction() as session:
        for code, regency, district, km in (
            ("sekecamatan", SURABAYA, WONOKROMO, 9),
            ("sekota", SURABAYA, None, 6),
            ("sebelah", "35.15", None, 3),
        ):
            held(session, facility(session, code, regency_code=regency, district_code=district, lat=HERE[0] - km * KM))
        pinned = offers.facilities(session, SURABAYA, WONOKROMO, HERE, NOW, 10)
        assert [place.name for place in pinned] == [
            "Puskesmas Uji sebelah",
            "Puskesmas Uji sekota",
            "Puskesmas Uji sekecamatan",
        ]
        told = offers.facilities(session, SURABAYA, WONOKROMO, None, NOW, 10)
        assert [place.name for place in told] == [
            "Puskesmas Uji sekecamatan",
            "Puskesmas Uji sekota",
            "Puskesmas Uji sebelah",
        ]
