"""Moments as staff write and read them: the programme's days, in the zone named or in Jakarta's."""

from __future__ import annotations

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

_ZONES = {"WIB": ZoneInfo("Asia/Jakarta"), "WITA": ZoneInfo("Asia/Makassar"), "WIT": ZoneInfo("Asia/Jayapura")}
_WRITTEN = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[ T](\d{1,2})[.:](\d{2}))?(?:\s*(WIB|WITA|WIT))?", re.IGNORECASE)


class TimeError(ValueError):
    """No moment, told for whoever wrote it."""


def moment(written: str, *, with_time: bool = False) -> datetime:
    """``2026-12-24 08:00``, ``2026-12-24 08.00 WITA``; a day alone is its beginning, if not ``with_time``.

    Raises:
        TimeError: it cannot be read, or there is no such day or time.
    """
    match = _WRITTEN.fullmatch(written.strip())
    if match and with_time and match[2] is None:
        raise TimeError(f"“{written}” needs a time, too: “{written} 23:59”, if all of that day is meant.")
    if match:
        day, hour, minute, zone = match.groups()
        try:
            naive = datetime.fromisoformat(day).replace(hour=int(hour or 0), minute=int(minute or 0))
        except ValueError:
            match = None
        else:
            # The first and the last year have moments that are none by the clock of another zone.
            if date.min.year < naive.year < date.max.year:
                return naive.replace(tzinfo=_ZONES[(zone or "WIB").upper()])
    raise TimeError(f"“{written}” is no moment: write it like 2026-12-24 08:00, in WIB, or with WITA or WIT behind it.")


def shown(at: datetime) -> str:
    """``24-12-2026 08.00 WIB``."""
    return f"{at.astimezone(_ZONES['WIB']):%d-%m-%Y %H.%M} WIB"
