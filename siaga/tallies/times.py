"""The hours that are counted by: those of the desk's zone."""

from __future__ import annotations

from datetime import date, datetime

from siaga.front.hours import ZONES
from siaga.settings import settings


def hour_of(at: datetime) -> tuple[date, int]:
    """The day, and the hour (0 to 23), of an aware moment."""
    there = at.astimezone(ZONES[settings().desk_zone])
    return there.date(), there.hour
