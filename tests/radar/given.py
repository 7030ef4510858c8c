"""Figures and subscribers for the tests; nothing in them was ever published."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone

from sqlalchemy.orm import Session

from siaga.places.facts import population
from siaga.radar import store
from siaga.radar.figures import Colour, Measure
from siaga.radar.importing import ColourRow, Row, Table

SURABAYA, GRESIK, SIDOARJO, MALANG = "35.78", "35.25", "35.15", "35.07"
OFFICE = "Dinas Kesehatan Uji"
RATES = {1: 5, 2: 30, 3: 100, 4: 300}
"""New confirmed of a week per 100,000 people, well inside each level."""
NOON = datetime(2026, 11, 22, 5, tzinfo=timezone.utc)
"""Twelve o'clock in Jakarta, on 22 November 2026."""
TODAY = date(2026, 11, 22)


def rows(
    levels: Mapping[str, int], day: date = TODAY, measure: Measure = "confirmed", rates: Mapping[int, int] = RATES
) -> tuple[Row, ...]:
    """Totals of the eight days that end with ``day``, which put each region at its level."""
    found = []
    for code, level in levels.items():
        people = population(code)
        assert people
        daily = math.ceil(rates[level] * people.people / 100_000 / 7)
        found += [Row(code, measure, "total", day - timedelta(days=7 - n), 10_000 + n * daily) for n in range(8)]
    return tuple(found)


def bring(
    session: Session,
    levels: Mapping[str, int] | None = None,
    *,
    day: date = TODAY,
    colours: Mapping[str, Colour] | None = None,
    source: str = "uji",
    disease: str = "covid19",
    at: datetime = NOON,
    sample: bool = False,
    more: tuple[Row, ...] = (),
) -> int:
    """Take figures in that put regions at these levels, or give them these colours; the import's number."""
    table = Table(
        "uji",
        source,
        OFFICE,
        disease,
        (*rows(levels or {}, day), *more),
        tuple(ColourRow(code, day, colour) for code, colour in (colours or {}).items()),
    )
    digest = hashlib.sha256(f"{table}{at}".encode()).hexdigest()
    return store.take_in(session, table, digest=digest, file="uji.csv", at=at, sample=sample).import_id
