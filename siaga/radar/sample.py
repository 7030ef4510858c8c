"""Made-up figures, so that a fresh system has something to show: East Java's 38 regencies, all provinces, Indonesia.

They follow waves drawn from ``SEED``, a region's name and the day alone: the same day has the same figures at every
start, and none of them was ever published. They are marked as samples, and passed over as soon as there are real ones
of their disease (``siaga.radar.store``).
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

import numpy as np
from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from siaga.places import facts, regions
from siaga.radar.figures import NATION, Colour, Count, Measure
from siaga.radar.importing.table import ColourRow, Row, Table
from siaga.radar.store import take_in
from siaga.radar.tables import RadarImport

SEED = "contoh-1"
DISEASE = "covid19"
SOURCE = "contoh"
SAID_BY = "data contoh Siaga"
DAYS = 120
"""How many days there are figures of."""
PROVINCE = "35"
"""The province whose regencies have figures of their own."""

Rates = np.ndarray
"""Expected new cases, one value a day, from the first day of the counting."""

# Of a week's new cases in 100,000 people, the highest and the lowest point of a region's wave.
_PEAKS = (20.0, 320.0)
_TROUGHS = (1.0, 9.0)
_PERIODS = (95.0, 150.0)
"""Days from one peak to the next."""
# Laboratories rest on Sundays: Monday to Sunday, on average 1.
_WEEKDAYS = np.array([0.82, 0.96, 1.08, 1.12, 1.14, 1.06, 0.82])
_SCATTER = 0.18
# Of the cases, how many come so, and how many days after the positive test.
_COURSES: dict[Measure, tuple[float, int]] = {"recovered": (0.985, 13), "deaths": (0.011, 16)}
_HOSPITAL = (0.12, 3)
# A zone's colour is made up from a week's new cases in 100,000 people, each Monday.
_COLOURS: tuple[tuple[float, Colour], ...] = ((8.0, "green"), (35.0, "yellow"), (110.0, "orange"))
_MONDAY = 0

_LOCK = 7_424_211
"""Any number that nobody else in this database locks."""


def people_of(code: str) -> int:
    """How many live in a region.

    Raises:
        LookupError: nobody knows.
    """
    found = facts.population(code)
    if found is None:
        raise LookupError(f"no population of {code}")
    return found.people


def made_up(last: date, people: Callable[[str], int] = people_of) -> Table:
    """``DAYS`` days of figures that end with ``last``.

    A province is the sum of its regencies where those have figures, Indonesia the sum of its provinces. Totals count
    from New Year's Day of the year before; nothing ever falls.
    """
    first = date(last.year - 1, 1, 1)
    alone = [code for code in regions.provinces() if code != PROVINCE]
    regencies = regions.regencies(PROVINCE)
    counted = {code: _counted(_expected(code, people(code), first, last)) for code in (*alone, *regencies)}
    colours = tuple(_colours(regencies, counted, people, first, last))
    counted[PROVINCE] = _sum([counted[code] for code in regencies])
    counted[NATION] = _sum([counted[code] for code in (*alone, PROVINCE)])
    rows = tuple(row for code in sorted(counted) for row in _rows(code, counted[code], last))
    return Table("sample", SOURCE, SAID_BY, DISEASE, rows, colours)


def load(session: Session, today: date, at: datetime) -> int:
    """Make sample figures until yesterday, in the place of those that were there; how many."""
    last = today - timedelta(days=1)
    digest = hashlib.sha256(f"{SEED} {last.isoformat()}".encode()).hexdigest()
    drop(session)
    return take_in(session, made_up(last), digest=digest, file="contoh", at=at, sample=True).taken


def drop(session: Session) -> bool:
    """Take all sample figures away; whether there were any."""
    gone = session.execute(delete(RadarImport).where(RadarImport.sample).returning(RadarImport.id)).all()
    return bool(gone)


def refresh(session: Session, today: date, at: datetime) -> int:
    """Bring the sample figures up to yesterday; how many were made.

    Where anything real has been imported, whatever its disease, samples are taken away instead: who has begun to fill
    the radar is to see what is missing, not what is made up.
    """
    # Two systems may start at once over one database.
    session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    standing = RadarImport.undone_at.is_(None)
    if session.scalar(select(func.count()).where(~RadarImport.sample, standing)):
        drop(session)
        return 0
    newest = session.scalar(select(func.max(RadarImport.last_day)).where(RadarImport.sample, standing))
    if newest == today - timedelta(days=1):
        return 0
    return load(session, today, at)


# ---------------------------------------------------------------------- the waves
def _drawn(*of: object) -> float:
    """A number from 0 to 1 that looks drawn by lot, and comes out the same everywhere."""
    mixed = hashlib.blake2b(" ".join(map(str, (SEED, *of))).encode(), digest_size=8).digest()
    return int.from_bytes(mixed, "big") / 2**64


def _between(least: float, most: float, share: float) -> float:
    """Of numbers that differ by factors, the one at a share of the way."""
    return least * (most / least) ** share


def _expected(code: str, people: int, first: date, last: date) -> Rates:
    """How many new cases a region may expect on each day."""
    days = np.arange(first.toordinal(), last.toordinal() + 1)
    peak = _between(*_PEAKS, _drawn(code, "peak"))
    trough = _between(*_TROUGHS, _drawn(code, "trough"))
    period = _PERIODS[0] + (_PERIODS[1] - _PERIODS[0]) * _drawn(code, "period")
    # Each at another time, so that on any day there is something of everything to see.
    shift = period * _drawn(code, "shift")
    wave = ((1 + np.cos(2 * math.pi * (days - shift) / period)) / 2) ** 2
    scatter = np.array([1 + _SCATTER * (2 * _drawn(code, day) - 1) for day in days.tolist()])
    weekday = _WEEKDAYS[(days - 1) % 7]  # the first of all days was a Monday
    return (trough + (peak - trough) * wave) / 7 * people / 100_000 * weekday * scatter


def _counted(expected: Rates) -> dict[Measure, np.ndarray]:
    """Totals of each measure at the end of each day: whole people, who never become fewer."""
    cases = np.cumsum(expected)
    totals: dict[Measure, np.ndarray] = {"confirmed": np.floor(cases)}
    for measure, (share, later) in (*_COURSES.items(), ("hospital", _HOSPITAL)):
        totals[measure] = np.floor(share * np.concatenate([np.zeros(later), cases])[: len(cases)])
    return {measure: total.astype(int) for measure, total in totals.items()}


def _sum(parts: list[dict[Measure, np.ndarray]]) -> dict[Measure, np.ndarray]:
    return {measure: np.sum([part[measure] for part in parts], axis=0) for measure in parts[0]}


# ---------------------------------------------------------------------- as rows
def _rows(code: str, totals: dict[Measure, np.ndarray], last: date) -> Iterator[Row]:
    """The last ``DAYS`` days of a region."""
    active = totals["confirmed"] - totals["recovered"] - totals["deaths"]
    shown: list[tuple[Measure, Count, np.ndarray]] = [
        ("confirmed", "total", totals["confirmed"]),
        ("recovered", "total", totals["recovered"]),
        ("deaths", "total", totals["deaths"]),
        ("hospital", "total", totals["hospital"]),
        ("active", "now", active),
    ]
    for measure, count, values in shown:
        for back in range(min(DAYS, len(values)) - 1, -1, -1):
            yield Row(code, measure, count, last - timedelta(days=back), int(values[-1 - back]))


def _colours(
    codes: tuple[str, ...],
    counted: dict[str, dict[Measure, np.ndarray]],
    people: Callable[[str], int],
    first: date,
    last: date,
) -> Iterator[ColourRow]:
    """Each Monday's colours, made up from the week before it."""
    for back in range(DAYS - 1, -1, -1):
        day = last - timedelta(days=back)
        index = (day - first).days - 1
        if day.weekday() != _MONDAY or index < 7:
            continue
        for code in codes:
            cases = counted[code]["confirmed"]
            week = float(cases[index] - cases[index - 7]) / people(code) * 100_000
            yield ColourRow(code, day, next((colour for below, colour in _COLOURS if week < below), "red"))
