"""Pins: where they lie, and how often the nearest known point is right."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.places import pin, regions


def test_the_middle_of_each_regency_lies_in_it() -> None:
    assert set(pin.centroids()) == set(regions.regencies())
    wrong = []
    for code, (lat, lon) in pin.centroids().items():
        located = pin.locate(lat, lon)
        if located is None or located.regency_code != code:
            wrong.append((code, located))
    assert wrong == []


@pytest.mark.parametrize(
    ("lat", "lon", "regency", "district"),
    [
        (-7.2575, 112.7521, "35.78", "35.78.10"),
        (-7.446, 112.718, "35.15", "35.15.08"),
        (-6.2, 106.83, "31.71", None),
        (4.14, 117.66, "65.03", "65.03.02"),
    ],
)
def test_known_places(lat: float, lon: float, regency: str, district: str | None) -> None:
    located = pin.locate(lat, lon)
    assert located is not None
    assert (located.regency_code, located.district_code) == (regency, district)
    assert located.regency_name == regions.name(regency)


@pytest.mark.parametrize(
    ("lat", "lon"),
    [
        (1.3521, 103.8198),
        (-8.5569, 125.5603),
        (3.139, 101.687),
        (0, 0),
        (-9.9, 110),
        (52.37, 4.9),
        (float("nan"), 110),
        (float("inf"), 0),
    ],
)
def test_elsewhere_is_nowhere(lat: float, lon: float) -> None:
    assert pin.locate(lat, lon) is None


@given(st.floats(), st.floats())
def test_never_raises(lat: float, lon: float) -> None:
    pin.locate(lat, lon)


def test_how_often_the_nearest_other_point_is_right() -> None:
    points = pin._points()
    hits = places = 0
    for index, point in enumerate(points):
        if point.regency is None or index < len(pin.centroids()):
            continue
        kilometres = pin._distances(point.lat, point.lon)
        kilometres[index] = np.inf
        places += 1
        hits += points[int(np.argmin(kilometres))].regency == point.regency
    assert places > 1900
    assert 0.83 < hits / places < 0.90  # the docstring says 85 in 100


def test_distance() -> None:
    assert pin.distance_km(-7.2575, 112.7521, -6.2, 106.83) == pytest.approx(664, abs=5)
    assert pin.distance_km(1, 1, 1, 1) == 0
