"""The days that figures are about: whole days by the desk's clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from siaga.desk.showing import day_of
from siaga.front.hours import ZONES

CHOICES: Mapping[str, int] = {"1": 1, "7": 7, "30": 30, "90": 90}
"""How many days back, today being one of them."""
LABELS: Mapping[str, str] = {"1": "Hari ini", "7": "7 hari", "30": "30 hari", "90": "90 hari"}
USUAL = "7"
LONGEST = 366


class WrongPeriod(ValueError):
    """These are no days; the message says so on screen."""


@dataclass(frozen=True)
class Period:
    """From the day ``first`` to the day ``last``, both of them whole; ``choice`` is "" where they were given."""

    first: date
    last: date
    choice: str = ""

    @property
    def days(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1

    def begins(self, zone: str) -> datetime:
        """The moment it begins."""
        return datetime.combine(self.first, time(), ZONES[zone])

    def ends(self, zone: str) -> datetime:
        """The moment after it."""
        return datetime.combine(self.last + timedelta(1), time(), ZONES[zone])


def chosen(today: date, choice: str = "", first: str = "", last: str = "") -> Period:
    """The period of a number of days back, or of two days as a form sends them, ``2026-11-23``.

    Raises:
        WrongPeriod: there is no such choice, one of the days is missing or none, or there are too many of them.
    """
    if not first and not last:
        choice = choice or USUAL
        if choice not in CHOICES:
            raise WrongPeriod("Pilihan waktu itu tidak ada.")
        return Period(today - timedelta(CHOICES[choice] - 1), today, choice)
    begins, ends = day_of(first), day_of(last)
    if begins is None or ends is None:
        raise WrongPeriod("Isi tanggal awal dan tanggal akhir.")
    period = Period(begins, ends)
    if period.first > period.last:
        raise WrongPeriod("Tanggal awal harus sebelum tanggal akhir.")
    if period.days > LONGEST:
        raise WrongPeriod(f"Paling lama {LONGEST} hari.")
    return period
