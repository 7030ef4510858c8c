"""Figures of one region and disease as they are read: pure values, no database.

A day without a figure is unknown, never zero: what cannot be told is None.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

NATION = "ID"
"""The region code of all of Indonesia."""

Measure = Literal["confirmed", "recovered", "deaths", "active", "hospital", "suspected", "watched"]
"""``active``: neither recovered nor dead. ``hospital``: taken into hospital. ``suspected``: PDP, later suspek.
``watched``: ODP, later contacts under observation."""
MEASURES: tuple[Measure, ...] = ("confirmed", "recovered", "deaths", "active", "hospital", "suspected", "watched")

Count = Literal["total", "new", "now"]
"""What a number is: all since the beginning, those of the day, or as things stood that day."""

Colour = Literal["green", "yellow", "orange", "red"]


@dataclass(frozen=True)
class Source:
    """Where figures come from. ``said_by``: who published them, as citizens are told."""

    name: str
    said_by: str
    sample: bool = False
    arrived_at: datetime | None = None


@dataclass(frozen=True)
class Trail:
    """One measure of one region over time, from one source."""

    totals: Mapping[date, int] = field(default_factory=dict)
    news: Mapping[date, int] = field(default_factory=dict)
    nows: Mapping[date, int] = field(default_factory=dict)

    @property
    def newest(self) -> date | None:
        """The last day with any figure."""
        return max((day for days in (self.totals, self.news, self.nows) for day in days), default=None)

    def total(self, day: date) -> int | None:
        """All until the end of a day."""
        return self.totals.get(day)

    def now(self, day: date) -> int | None:
        """How things stood on a day."""
        return self.nows.get(day)

    def new(self, day: date) -> int | None:
        """Those of one day: as published, else the difference of two totals. Negative where cases were taken back."""
        if day in self.news:
            return self.news[day]
        return self.between(day - timedelta(days=1), day)

    def between(self, after: date, until: date) -> int | None:
        """Those after the end of one day until the end of another."""
        if after in self.totals and until in self.totals:
            return self.totals[until] - self.totals[after]
        days = [after + timedelta(days=n) for n in range(1, (until - after).days + 1)]
        if days and all(day in self.news for day in days):
            return sum(self.news[day] for day in days)
        return None

    def week(self, last: date) -> int | None:
        """Those of the seven days that end with ``last``."""
        return self.between(last - timedelta(days=7), last)

    def mean(self, last: date) -> float | None:
        """New ones a day, mean of the seven days that end with ``last``."""
        week = self.week(last)
        return None if week is None else week / 7


@dataclass(frozen=True)
class Figures:
    """All that is known of a region's disease, from the one source that is read (``siaga.radar.store``)."""

    region_code: str
    disease: str
    source: Source
    measures: Mapping[Measure, Trail] = field(default_factory=dict)

    def trail(self, measure: Measure) -> Trail:
        """A measure's figures; an empty trail where there are none."""
        return self.measures.get(measure, Trail())

    @property
    def newest(self) -> date | None:
        """The last day of which the confirmed are known, else any measure."""
        return self.trail("confirmed").newest or max(
            (day for trail in self.measures.values() if (day := trail.newest)), default=None
        )


@dataclass(frozen=True)
class Published:
    """A zone's colour as an office published it."""

    colour: Colour
    day: date
    source: Source
