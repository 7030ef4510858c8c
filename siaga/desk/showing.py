"""How times and lengths of time are written on the desk's pages: by the clock of ``SIAGA_DESK_ZONE``."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

from babel.dates import format_date, format_datetime

from siaga.front.hours import ZONES
from siaga.settings import settings


def now() -> datetime:
    """This moment, as it is stored."""
    return datetime.now(timezone.utc)


def local(at: datetime) -> datetime:
    """A moment by the desk's clock."""
    return at.astimezone(ZONES[settings().desk_zone])


def today() -> date:
    """The day by the desk's clock."""
    return local(now()).date()


def day_of(typed: str) -> date | None:
    """A day as a browser's field has it; None for what is none, and for a year that has no moments of its own in every
    zone, such as the first."""
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return None
    return day if date.min.year < day.year < date.max.year else None


def hour(at: datetime) -> str:
    """``13.05``."""
    return format_datetime(local(at), "HH.mm", locale="id")


def moment(at: datetime) -> str:
    """``13.05 WIB`` of today, ``Sen 23 Nov, 13.05 WIB`` of another day, with its year where it is another one."""
    there = local(at)
    zone = settings().desk_zone
    if there.date() == today():
        return f"{hour(at)} {zone}"
    year = "" if there.year == today().year else " y"
    return f"{format_datetime(there, f'EEE d MMM{year}, HH.mm', locale='id')} {zone}"


def day(on: date) -> str:
    """``Senin, 23 November 2026``."""
    return format_date(on, "EEEE, d MMMM y", locale="id")


def length(time: timedelta) -> str:
    """``kurang dari semenit``, ``12 menit``, ``3 jam``, ``2 hari``."""
    minutes = int(time.total_seconds() // 60)
    if minutes < 1:
        return "kurang dari semenit"
    if minutes < 60:
        return f"{minutes} menit"
    if minutes < 48 * 60:
        return f"{minutes // 60} jam"
    return f"{minutes // (24 * 60)} hari"


def since(at: datetime) -> str:
    """How long ago: ``12 menit``."""
    return length(max(timedelta(), now() - at))
