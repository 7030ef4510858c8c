"""Lengths of time as rules tell them: 28 days, 8 weeks, 6 months."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Span:
    """A length of time: ``count`` days, weeks or calendar months."""

    count: int
    unit: str

    def after(self, start: date) -> date:
        """The day that comes this long after ``start``; 31 August and one month is 30 September."""
        if self.unit != "month":
            return start + timedelta(days=self.count * (7 if self.unit == "week" else 1))
        month = start.month - 1 + self.count
        year, month = start.year + month // 12, month % 12 + 1
        return date(year, month, min(start.day, monthrange(year, month)[1]))
