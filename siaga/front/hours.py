"""When somebody is there: office hours by day of the week, less holidays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY_NAMES = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
"""As citizens read them."""
DAYS = tuple(name.lower() for name in DAY_NAMES)
ZONES: Mapping[str, ZoneInfo] = {
    "WIB": ZoneInfo("Asia/Jakarta"),
    "WITA": ZoneInfo("Asia/Makassar"),
    "WIT": ZoneInfo("Asia/Jayapura"),
}
LOOK_AHEAD = 60
"""Days; after the longest holidays somebody is there again."""

Span = tuple[time, time]


@dataclass(frozen=True)
class Hours:
    """``days`` has the spans of each day of the week, Monday first, in their order; none: closed. Times are the
    zone's. ``holidays`` are closed whatever day they are, by name."""

    zone: str
    days: tuple[tuple[Span, ...], ...]
    holidays: Mapping[date, str]

    def on(self, day: date) -> tuple[Span, ...]:
        """The spans of one day."""
        return () if day in self.holidays else self.days[day.weekday()]


def _local(hours: Hours, at: datetime) -> datetime:
    return at.astimezone(ZONES[hours.zone])


def is_open(hours: Hours, at: datetime) -> bool:
    """Whether somebody is there at an (aware) moment."""
    return closes(hours, at) is not None


def closes(hours: Hours, at: datetime) -> datetime | None:
    """Until when somebody is there, in the zone of the hours; None if nobody is there at that moment."""
    local = _local(hours, at)
    for begin, end in hours.on(local.date()):
        if begin <= local.time() < end:
            return datetime.combine(local.date(), end, local.tzinfo)
    return None


def opens(hours: Hours, at: datetime) -> datetime | None:
    """When somebody is there next, in the zone of the hours; None if not within two months."""
    local = _local(hours, at)
    for ahead in range(LOOK_AHEAD + 1):
        day = local.date() + timedelta(days=ahead)
        for begin, _ in hours.on(day):
            moment = datetime.combine(day, begin, local.tzinfo)
            if moment > local:
                return moment
    return None


def closed_for(hours: Hours, at: datetime) -> str | None:
    """The holiday's name, if the moment's day is one."""
    return hours.holidays.get(_local(hours, at).date())
