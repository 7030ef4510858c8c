"""Emergency departments near a pin or in a region; a sample is told only while nothing real is known."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given as each
from hypothesis import settings
from hypothesis import strategies as st
from sqlalchemy import select

from siaga.db import transaction
from siaga.people.tables import ContactPerson
from siaga.places.pin import distance_km
from siaga.registration import departments, finding
from siaga.registration.departments import FARTHEST_KM, in_regions, nearest
from siaga.registration.home import home_of
from siaga.registration.registry import LocalRegistry
from siaga.registration.tables import Facility
from tests.registration.given import NOW, contact, facility, held, submission

HERE = (-7.28, 112.74)


def hospital(session: Any, code: str, **differs: Any) -> int:
    values = {"name": f"RS Uji {code}", "emergency": True, "is_sample": False, "lat": -7.28, "lon": 112.75}
    return facility(session, code, **{**values, **differs})


@pytest.fixture
def hospitals(database: str) -> None:
    """Two in Surabaya, one in Sidoarjo, one far away, one without a pin, one closed, and places that are none."""
    with transaction() as session:
        hospital(session, "dekat", lat=-7.281, lon=112.741, phone="031-0000001")
        hospital(session, "kota", lat=-7.25, lon=112.75, district_code="35.78.07")
        hospital(session, "sda", regency_code="35.15", district_code="35.15.08", lat=-7.45, lon=112.70)
        hospital(session, "jauh", regency_code="35.10", district_code=None, lat=-8.22, lon=114.36)
        hospital(session, "buta", district_code=None, lat=None, lon=None)
        hospital(session, "tutup", lat=-7.28, lon=112.74, is_open=False)
        facility(session, "puskesmas", lat=-7.28, lon=112.74, is_sample=False)


def names(found: tuple[departments.Department, ...]) -> list[str]:
    return [one.name.removeprefix("RS Uji ") for one in found]


def test_the_nearest_to_a_pin(hospitals: None) -> None:
    with transaction() as session:
        found = nearest(session, HERE)
    assert names(found) == ["dekat", "kota", "sda"]
    assert found[0].km == pytest.approx(0.157, abs=0.01)
    assert (found[0].phone, found[0].regency_name) == ("031-0000001", "Kota Surabaya")


def test_only_so_many_are_told(hospitals: None) -> None:
    with transaction() as session:
        assert names(nearest(session, HERE, limit=1)) == ["dekat"]


def test_none_is_told_that_is_too_far(hospitals: None) -> None:
    with transaction() as session:
        assert names(nearest(session, (-8.22, 114.36))) == ["jauh"]
        assert nearest(session, (-2.53, 140.70)) == (), "Jayapura"


def test_those_of_a_region_then_those_around(hospitals: None) -> None:
    with transaction() as session:
        assert names(in_regions(session, ["35.78.07"])) == ["kota", "dekat", "buta"]
        assert set(names(in_regions(session, ["35.78"]))) == {"kota", "dekat", "buta"}
        assert names(in_regions(session, ["35.15"]))[0] == "sda"
        assert names(in_regions(session, ["35.25"], limit=1)) == ["kota"], "Gresik has none"
        assert in_regions(session, ["91.71"]) == ()


def test_one_name_of_two_regions(hospitals: None) -> None:
    with transaction() as session:
        found = names(in_regions(session, ["35.10", "35.15"], limit=2))
    assert sorted(found) == ["jauh", "sda"]


def test_a_sample_only_while_there_is_nothing_real(database: str) -> None:
    with transaction() as session:
        hospital(session, "contoh", is_sample=True)
        assert [one.is_sample for one in nearest(session, HERE)] == [True]
        hospital(session, "asli", lat=-7.40)
        assert names(nearest(session, HERE)) == ["asli"], "though the sample is nearer"


@settings(max_examples=40)
@each(
    st.lists(st.tuples(st.floats(-8.5, -7.0), st.floats(112.0, 114.0)), min_size=1, max_size=6, unique=True),
    st.tuples(st.floats(-8.5, -7.0), st.floats(112.0, 114.0)),
)
def test_no_other_is_nearer(pins: list[tuple[float, float]], here: tuple[float, float]) -> None:
    class Row:
        def __init__(self, number: int, lat: float, lon: float) -> None:
            self.name, self.address, self.phone = f"RS {number}", "", None
            self.regency_code, self.district_code, self.is_sample = "35.78", None, False
            self.lat, self.lon = lat, lon

    rows = [Row(number, lat, lon) for number, (lat, lon) in enumerate(pins)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(departments, "_known", lambda session: rows)
        found = nearest(None, here)  # type: ignore[arg-type]
    reached = sorted(km for row in rows if (km := distance_km(*here, row.lat, row.lon)) <= FARTHEST_KM)
    assert [one.km for one in found] == pytest.approx(reached[: departments.SHOWN])


# ---------------------------------------------------------------------- and places that vaccinate
def test_a_hospital_without_sessions_is_no_place_to_be_vaccinated(database: str) -> None:
    with transaction() as session:
        hospital(session, "igd")
        facility(session, "puskesmas", name="Puskesmas Uji", lat=-7.30, lon=112.74)
        assert [one.name for one in finding.near(session, HERE, NOW).places] == ["Puskesmas Uji"]
        assert [one.name for one in finding.in_region(session, "35.78", NOW).places] == ["Puskesmas Uji"]
        igd = session.execute(select(Facility.id).where(Facility.code == "igd")).scalar_one()
        held(session, igd)
        assert [one.name for one in finding.near(session, HERE, NOW).places] == ["RS Uji igd", "Puskesmas Uji"]


# ---------------------------------------------------------------------- about where a contact is at home
def test_home_is_that_of_the_only_person(database: str) -> None:
    with transaction() as session:
        key = contact(session)
        assert home_of(session, key) is None
        registry = LocalRegistry(session)
        registry.register(submission(key, None, 1))
        assert home_of(session, key) == "35.78.04"
        registry.register(submission(key, None, 2, relation="mother", regency_code="35.15", district_code=None))
        assert home_of(session, key) is None, "one of two lives elsewhere"


def test_home_without_a_district_and_of_another_contact(database: str) -> None:
    with transaction() as session:
        key, other = contact(session), contact(session, 2)
        LocalRegistry(session).register(submission(key, None, 1, district_code=None))
        assert (home_of(session, key), home_of(session, other)) == ("35.78", None)


def test_of_somebody_whom_the_contact_does_not_look_after_nothing_is_told(database: str) -> None:
    with transaction() as session:
        key = contact(session)
        LocalRegistry(session).register(submission(key, None, 1))
        for row in session.execute(select(ContactPerson)).scalars():
            session.delete(row)
        session.flush()
        assert home_of(session, key) is None
