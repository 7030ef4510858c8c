"""When somebody may be written to who has not just written: not at night, by the clocks of where they live."""

from __future__ import annotations

from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

BEGINS = time(7)
ENDS = time(20)
"""From the first to just before the second, on the local clock."""


def is_daytime(moment: datetime, zone: str) -> bool:
    """Whether it is day in a zone such as ``Asia/Makassar``."""
    return BEGINS <= moment.astimezone(ZoneInfo(zone)).time() < ENDS


def next_daytime(moment: datetime, zone: str) -> datetime:
    """The first moment, from this one on, at which it is day in a zone; in UTC."""
    local = moment.astimezone(ZoneInfo(zone))
    if local.time() >= ENDS:
        local += timedelta(days=1)
    elif local.time() >= BEGINS:
        return moment.astimezone(timezone.utc)
    return datetime.combine(local.date(), BEGINS, local.tzinfo).astimezone(timezone.utc)


def first_moment(due_at: datetime, until: datetime, zone: str, *, urgent: bool = False) -> datetime | None:
    """The first moment from ``due_at`` on, and not after ``until``, at which something may be said; in UTC.

    None if there is none. What is ``urgent`` does not wait for the day.
    """
    moment = due_at.astimezone(timezone.utc) if urgent else next_daytime(due_at, zone)
    return moment if moment <= until else None
