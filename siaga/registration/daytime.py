"""Hours of daytime: what a person has left to answer in, when they are not woken at night. Pure functions."""

from __future__ import annotations

from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

BEGINS = time(7)
ENDS = time(20)


def after(now: datetime, hours: timedelta, local: ZoneInfo) -> datetime:
    """The moment, in UTC, at which so much daytime has passed since ``now``; nights between do not count."""
    moment, left = now.astimezone(local), hours
    while True:
        begins, ends = (datetime.combine(moment.date(), edge, local) for edge in (BEGINS, ENDS))
        moment = max(moment, begins)
        if moment < ends:
            if moment + left <= ends:
                return (moment + left).astimezone(timezone.utc)
            left -= ends - moment
        moment = datetime.combine(moment.date() + timedelta(days=1), BEGINS, local)


def between(now: datetime, until: datetime, local: ZoneInfo) -> timedelta:
    """How much daytime lies between two moments; nothing if ``until`` is not after ``now``."""
    moment, end = now.astimezone(local), until.astimezone(local)
    total = timedelta()
    while moment < end:
        begins, ends = (datetime.combine(moment.date(), edge, local) for edge in (BEGINS, ENDS))
        total += max(min(end, ends) - max(moment, begins), timedelta())
        moment = datetime.combine(moment.date() + timedelta(days=1), time(), local)
    return total
