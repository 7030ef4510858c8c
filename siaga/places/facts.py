"""Facts of regions: how many live there, and which lie beside them. Dated, with their sources; no database.

What is not known is None, or told to be an estimate: never a number that nobody published.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from statistics import fmean

from siaga.places import pin, regions
from siaga.places.former import FORMER_PROVINCES

NATION = "ID"
"""The code of all of Indonesia."""

_DATA = Path(__file__).parent / "data"
_POPULATION_YEAR = 2024
_POPULATION_SOURCE = "Kemendagri (Dukcapil), Kepmendagri 300.2.2-2138/2025"
_MOST_NEIGHBOURS = 6


@dataclass(frozen=True)
class Population:
    """How many live in a region. ``year``: at the end of which. ``source``: who counted, as citizens may be told."""

    people: int
    year: int
    source: str


def _rows(file: str) -> Iterator[dict[str, str]]:
    with (_DATA / file).open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(line for line in lines if not line.startswith("#"))


@lru_cache(maxsize=1)
def _people() -> dict[str, int]:
    return {row["code"]: int(row["people"]) for row in _rows("population.csv")}


def population(code: str) -> Population | None:
    """How many live in Indonesia ("ID"), a province, a former province or a regency; None where it is not known
    (districts, codes that nobody has).

    They are those of the register of citizens at the end of 2024, for figures of any year. BPS's census of September
    2020 counted 5 % fewer in the whole country (270.2 million), so rates of 2020 come out a little low; in the
    mountains of Papua the register and the census differ by much more.
    """
    if code in FORMER_PROVINCES:
        people = sum(_people()[part] for part in FORMER_PROVINCES[code].parts)
        return Population(people, _POPULATION_YEAR, _POPULATION_SOURCE)
    if code not in _people():
        return None
    return Population(_people()[code], _POPULATION_YEAR, _POPULATION_SOURCE)


@lru_cache(maxsize=1)
def _borders() -> dict[str, tuple[str, ...]]:
    return {row["code"]: tuple(row["others"].split()) for row in _rows("borders.csv")}


@lru_cache(maxsize=1)
def _middles() -> dict[str, tuple[float, float]]:
    """The middle of each regency, and of each province: the mean of its regencies'."""
    middles = dict(pin.centroids())
    for province in regions.provinces():
        inside = [middles[code] for code in regions.regencies(province)]
        middles[province] = fmean(lat for lat, _ in inside), fmean(lon for _, lon in inside)
    return middles


def borders_known(code: str) -> bool:
    """Whether ``neighbours`` are those that border a region (all provinces but islands, the regencies of East Java);
    otherwise they are only the nearest, of which some may lie across the water or behind another."""
    return code in _borders()


@lru_cache(maxsize=1024)
def neighbours(code: str) -> tuple[str, ...]:
    """The codes of the regions of the same kind beside a province or regency, by the distance of their middles, the
    nearest first; at most six. Those that border it where that is known (``borders_known``), else the nearest.

    Empty for anything else: Indonesia, districts, former provinces, codes that nobody has.
    """
    middles = _middles()
    if code not in middles:
        return ()
    own = middles[code]
    among = _borders().get(code) or (
        other for other in middles if other != code and other.count(".") == code.count(".")
    )
    by_distance = sorted(among, key=lambda other: pin.distance_km(*own, *middles[other]))
    return tuple(by_distance[:_MOST_NEIGHBOURS])
