"""What figures mean on a day: how they changed, per 100,000 people, which level; and how regions compare.

Pure. What is not known is None or absent, never zero, and every value is of the one day that is told with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Literal

from siaga.radar.figures import Colour, Figures, Measure, Published, Source, Trail
from siaga.radar.levels import MEASURES, LevelRules, Transmission, transmission

STALE_DAYS = 3
"""Older figures are told as old."""
COLOUR_DAYS = 14
"""The task force gave its colours anew every week: one that is older than two has been missed twice."""
CORRECTION_DAYS = 14
"""The days that a week and the one before take in."""
FEW = 10
"""Below this many in the week before, a ratio says more than there is: from 1 to 3 is no “200 percent”."""
SAME = 10
"""Up to one in so many more or less, a tenth, is about the same."""
SAME_FEW = 2
"""Among few, so many more or less is about the same."""

Trend = Literal["up", "down", "same", "unknown"]
Unsure = Literal["missing", "few", "corrected"]
"""Why there is no ratio: a week is not known, the week before had less than ``FEW``, or so many were taken back that
the weeks cannot be compared."""


@dataclass(frozen=True)
class Correction:
    """A day on which an office took back more than it added; ``value`` is below zero."""

    measure: Measure
    day: date
    value: int


@dataclass(frozen=True)
class Situation:
    """One region's disease as it is known today.

    ``day`` is the newest of which the confirmed are known; ``total``, ``new`` and ``now`` hold the measures of which
    that day's number is known. ``latest`` has the newest day of each measure, where it is another. ``week`` are the
    new confirmed of the seven days that end with ``day``, ``week_before`` those of the seven before; ``change`` is
    0.25 for a quarter more, None with the reason in ``unsure``. ``per_100k`` are those of the week per 100,000 people.
    ``level_unsure``: no level is told because it would hang on what an office took back that week. ``colour`` is as
    published, with its age; it has no part in ``transmission``.
    """

    region_code: str
    disease: str
    source: Source
    day: date | None = None
    days_old: int | None = None
    stale: bool = False
    total: Mapping[Measure, int] = field(default_factory=dict)
    new: Mapping[Measure, int] = field(default_factory=dict)
    now: Mapping[Measure, int] = field(default_factory=dict)
    latest: Mapping[Measure, date] = field(default_factory=dict)
    week: int | None = None
    week_before: int | None = None
    change: float | None = None
    unsure: Unsure | None = "missing"
    trend: Trend = "unknown"
    population: int | None = None
    per_100k: float | None = None
    transmission: Transmission | None = None
    level_unsure: bool = False
    colour: Published | None = None
    colour_days_old: int | None = None
    colour_old: bool = False
    corrections: tuple[Correction, ...] = ()


def per_100k(people: int, population: int) -> float:
    """So many people per 100,000. Multiplied first, so that 3 of 15,000 are exactly 20, where a level begins."""
    return people * 100_000 / population


def _until(days: Mapping[date, int], today: date) -> dict[date, int]:
    return {day: value for day, value in days.items() if day <= today}


def _known(figures: Figures, today: date) -> Figures:
    """The figures without what is said of days that are yet to come: of those, nothing can be known."""
    if all(trail.newest is None or trail.newest <= today for trail in figures.measures.values()):
        return figures
    measures = {
        measure: Trail(_until(trail.totals, today), _until(trail.news, today), _until(trail.nows, today))
        for measure, trail in figures.measures.items()
    }
    return replace(figures, measures=measures)


def _negative(trail: Trail, last: date, days: int) -> dict[date, int]:
    """The days below zero among those that end with ``last``, oldest first."""
    span = (last - timedelta(days=back) for back in reversed(range(days)))
    return {day: new for day in span if (new := trail.new(day)) is not None and new < 0}


def compare(week: int | None, before: int | None) -> tuple[float | None, Unsure | None, Trend]:
    """The change between two weeks as a ratio, why there is none, and the trend in a word.

    Among few there is no ratio, and the trend goes by the number: from none to some is always up.
    """
    if week is None or before is None:
        return None, "missing", "unknown"
    if week < 0 or before < 0:
        return None, "corrected", "unknown"
    if before < FEW:
        if abs(week - before) <= SAME_FEW and bool(week) == bool(before):
            return None, "few", "same"
        return None, "few", "up" if week > before else "down"
    trend: Trend = "same" if abs(week - before) * SAME <= before else "up" if week > before else "down"
    return (week - before) / before, None, trend


def _week(trail: Trail, last: date, whole: bool) -> int | None:
    """The seven days that end with ``last``; ``whole``: as if nothing had been taken back.

    Numbers of days that are known to be new count whole even where the totals say less.
    """
    week = trail.week(last)
    if week is None or not whole:
        return week
    news = [trail.news.get(last - timedelta(days=back)) for back in range(7)]
    added = sum(max(new, 0) for new in news if new is not None) if None not in news else 0
    return max(week - sum(_negative(trail, last, 7).values()), added)


def _change(trail: Trail, day: date) -> tuple[float | None, Unsure | None, Trend]:
    """The change against the week before, as ``compare`` has it; no more of it than would hold if nothing had been
    taken back."""
    net, whole = (
        compare(_week(trail, day, kind), _week(trail, day - timedelta(days=7), kind)) for kind in (False, True)
    )
    if net[2] != whole[2]:
        return None, "corrected", "unknown"
    if net[0] is not None and (whole[0] is None or abs(net[0] - whole[0]) * SAME > 1):
        return None, "corrected", net[2]
    return net


Rates = tuple[float | None, float | None, float | None]


def _rates(figures: Figures, day: date, population: int, whole: bool) -> Rates:
    """The week's confirmed, hospital and deaths per 100,000; ``whole`` as in ``_week``."""
    weeks = (_week(figures.trail(measure), day, whole) for measure in MEASURES)
    confirmed, hospital, deaths = (None if week is None else per_100k(week, population) for week in weeks)
    return confirmed, hospital, deaths


def _level(
    figures: Figures, day: date, population: int | None, rules: LevelRules | None
) -> tuple[Transmission | None, bool]:
    """The level, and whether it is left open because of what was taken back.

    400 taken back in a week of 500 new ones leave 100: a low level that says nothing of how many fell ill. So a level
    counts only if it is the same with and without what was taken back.
    """
    if rules is None or not population:
        return None, False
    net = transmission(*_rates(figures, day, population, whole=False), rules)
    whole = transmission(*_rates(figures, day, population, whole=True), rules)
    if (net and net.level) != (whole and whole.level):
        return None, True
    return whole, False


def situation(
    figures: Figures,
    today: date,
    *,
    population: int | None,
    colour: Published | None,
    rules: LevelRules | None,
    stale_days: int = STALE_DAYS,
) -> Situation:
    """What is known of a region today.

    Args:
        population: the people of the region, None where not known.
        rules: the thresholds to go by (``siaga.radar.levels``), None where there are none.
        stale_days: how old figures may be before they are called old.
    """
    figures = _known(figures, today)
    told = Situation(figures.region_code, figures.disease, figures.source, population=population or None)
    if colour is not None and colour.day <= today:
        age = (today - colour.day).days
        told = replace(told, colour=colour, colour_days_old=age, colour_old=age > COLOUR_DAYS)
    day = figures.newest
    if day is None:
        return told
    confirmed = figures.trail("confirmed")
    week, before = confirmed.week(day), confirmed.week(day - timedelta(days=7))
    change, unsure, trend = _change(confirmed, day)
    level, level_unsure = _level(figures, day, population, rules)
    trails = {measure: trail for measure, trail in figures.measures.items() if trail.newest is not None}
    days_old = (today - day).days
    return replace(
        told,
        day=day,
        days_old=days_old,
        stale=days_old > stale_days,
        total={measure: value for measure, trail in trails.items() if (value := trail.total(day)) is not None},
        new={measure: value for measure, trail in trails.items() if (value := trail.new(day)) is not None},
        now={measure: value for measure, trail in trails.items() if (value := trail.now(day)) is not None},
        latest={m: trail.newest for m, trail in trails.items() if trail.newest and trail.newest != day},
        week=week,
        week_before=before,
        change=change,
        unsure=unsure,
        trend=trend,
        per_100k=per_100k(week, population) if week is not None and week >= 0 and population else None,
        transmission=level,
        level_unsure=level_unsure,
        corrections=tuple(
            Correction(measure, negative, value)
            for measure, trail in trails.items()
            for negative, value in _negative(trail, day, CORRECTION_DAYS).items()
        ),
    )


By = Literal["level", "colour", "week", "per_100k", "new", "total", "now"]
COLOURS: tuple[Colour, ...] = ("green", "yellow", "orange", "red")


@dataclass(frozen=True)
class Ranked:
    """One region of a list, with the number it stands there for: its level, its colour (1 green to 4 red), or how
    many."""

    situation: Situation
    value: float


@dataclass(frozen=True)
class Ranking:
    """The highest first (or the lowest); ``unknown`` are the regions that cannot be compared with them: nothing is
    known, or only of days long before theirs. ``day``: the newest that the list goes by, ``oldest`` the oldest."""

    by: By
    listed: tuple[Ranked, ...]
    unknown: tuple[Situation, ...]
    day: date | None
    oldest: date | None


def _value(told: Situation, by: By, measure: Measure) -> float | None:
    if by == "level":
        return told.transmission.level if told.transmission else None
    if by == "colour":
        # An old colour is no ground to call a place red, or safe, today.
        return 1 + COLOURS.index(told.colour.colour) if told.colour and not told.colour_old else None
    if by in ("week", "per_100k"):
        count = told.week if by == "week" else told.per_100k
        return count if count is not None and count >= 0 else None
    numbers = {"new": told.new, "total": told.total, "now": told.now}[by]
    return numbers.get(measure)


def _day(told: Situation, by: By) -> date | None:
    return (told.colour.day if told.colour else None) if by == "colour" else told.day


def ranking(
    situations: Iterable[Situation],
    by: By,
    *,
    measure: Measure = "confirmed",
    level: int | None = None,
    colour: Colour | None = None,
    highest: bool = True,
    limit: int | None = None,
) -> Ranking:
    """Regions in the order of a number, those of the same number by code.

    Figures of days that lie more than ``STALE_DAYS`` apart are not compared: a region that has been silent for a week
    would look calm beside the others. Colours are compared while they are not old.

    Args:
        measure: which one ``new``, ``total`` and ``now`` count; ``week`` and ``per_100k`` are of the confirmed.
        level: only those at this level.
        colour: only those of this published colour.
        limit: at most so many are listed.
    """
    needed: tuple[By, ...] = (by, *(("level",) if level else ()), *(("colour",) if colour else ()))
    valued = [(told, [_value(told, each, measure) for each in needed], _day(told, by)) for told in situations]
    newest = max((day for _, values, day in valued if day is not None and None not in values), default=None)
    listed: list[Ranked] = []
    unknown: list[Situation] = []
    for told, (value, *rest), day in valued:
        apart = newest - day if newest and day else timedelta.max
        if value is None or None in rest or (by != "colour" and apart.days > STALE_DAYS):
            unknown.append(told)
        elif (not level or _value(told, "level", measure) == level) and (
            not colour or (told.colour is not None and told.colour.colour == colour)
        ):
            listed.append(Ranked(told, value))
    listed.sort(key=lambda each: (-each.value if highest else each.value, each.situation.region_code))
    days = [day for each in listed if (day := _day(each.situation, by))]
    return Ranking(by, tuple(listed[:limit]), tuple(unknown), newest, min(days, default=None))
