"""What was counted in some days, summed up in all the ways in which it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from siaga.tallies.folding import PEOPLE, PEOPLE_DAY

# All sums in one pass over the rows; the number that grouping() gives tells which of them a row belongs to.
_SUMS = text(
    """
SELECT what, grouping(day, hour, key, regency) AS kind, day, hour, key, regency, sum(n) AS n
FROM tally WHERE day BETWEEN :first AND :last
GROUP BY GROUPING SETS ((what, day), (what, hour), (what, key), (what, regency))
"""
)
_DAY, _HOUR, _KEY, _REGENCY = 0b0111, 0b1011, 0b1101, 0b1110
_PRESENT_IN_DAYS = text(
    """
SELECT day, regency, count(*) AS n FROM (
    SELECT day, contact_id, max(regency) AS regency FROM tally_person
    WHERE day BETWEEN :first AND :last AND NOT day = ANY(:counted) GROUP BY day, contact_id
) AS present GROUP BY day, regency
"""
)
_PRESENT_IN_HOURS = text(
    """
SELECT hour, count(*) AS n FROM tally_person
WHERE day BETWEEN :first AND :last AND NOT day = ANY(:counted) GROUP BY hour
"""
)

Sums = dict[str, dict[Any, int]]
"""By what was counted, then by day, hour, key or kabupaten/kota."""


@dataclass
class Counted:
    """Sums of what was counted from ``first`` to ``last``, by what: by day, hour of the day, key and kabupaten/kota.

    What was never counted is 0.
    """

    first: date
    last: date
    days: Sums = field(default_factory=dict)
    hours: Sums = field(default_factory=dict)
    keys: Sums = field(default_factory=dict)
    regencies: Sums = field(default_factory=dict)

    def total(self, what: str) -> int:
        """How often in all."""
        return sum(self.days.get(what, {}).values())

    def by_day(self, what: str) -> Mapping[date, int]:
        """Every day of the period."""
        found = self.days.get(what, {})
        length = (self.last - self.first).days + 1
        return {day: found.get(day, 0) for day in (self.first + timedelta(each) for each in range(length))}

    def by_hour(self, what: str) -> Mapping[int, int]:
        """All hours of the day, of all days together."""
        found = self.hours.get(what, {})
        return {hour: found.get(hour, 0) for hour in range(24)}

    def by_key(self, what: str) -> Mapping[str, int]:
        """By which of it."""
        return self.keys.get(what, {})

    def by_regency(self, what: str) -> Mapping[str, int]:
        """By kabupaten/kota, "" where it is not known."""
        return self.regencies.get(what, {})


def read(session: Session, first: date, last: date) -> Counted:
    """What was counted from the day ``first`` to the day ``last``; of a day that is not over, as far as it goes."""
    found = Counted(first, last)
    sums = {_DAY: found.days, _HOUR: found.hours, _KEY: found.keys, _REGENCY: found.regencies}
    for row in session.execute(_SUMS, {"first": first, "last": last}):
        _add(
            sums[row.kind], row.what, {_DAY: row.day, _HOUR: row.hour, _KEY: row.key}.get(row.kind, row.regency), row.n
        )
    # People of days that are not summed up yet.
    among = {"first": first, "last": last, "counted": list(found.days.get(PEOPLE_DAY, {}))}
    for row in session.execute(_PRESENT_IN_DAYS, among):
        _add(found.days, PEOPLE_DAY, row.day, row.n)
        _add(found.regencies, PEOPLE_DAY, row.regency, row.n)
    for row in session.execute(_PRESENT_IN_HOURS, among):
        _add(found.hours, PEOPLE, row.hour, row.n)
    return found


def _add(sums: Sums, what: str, key: Any, n: int) -> None:
    theirs = sums.setdefault(what, {})
    theirs[key] = theirs.get(key, 0) + int(n)
