"""The simulator's clock: the real time, moved by whoever tests tomorrow."""

from __future__ import annotations

import asyncio
import re
import time
from contextlib import suppress
from datetime import datetime, timezone

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def seconds(duration: float | str) -> float:
    """``90``, ``"90s"``, ``"15m"``, ``"25h"``, ``"2d"`` in seconds.

    Raises:
        ValueError: something else.
    """
    if isinstance(duration, (int, float)) and not isinstance(duration, bool):
        return float(duration)
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([smhd])\s*", str(duration))
    if not found:
        raise ValueError("a duration is a number of seconds, or a number with s, m, h or d, such as 25h")
    return float(found[1]) * _UNITS[found[2]]


def iso(at: float) -> str:
    """Unix seconds as ISO 8601 in UTC, to the millisecond."""
    return datetime.fromtimestamp(at, timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Clock:
    """Unix seconds, ``offset`` seconds away from the machine's."""

    def __init__(self, offset: float = 0.0) -> None:
        self._offset = offset
        self._moved = asyncio.Event()

    @property
    def offset(self) -> float:
        """Seconds ahead of the machine's clock."""
        return self._offset

    @offset.setter
    def offset(self, offset: float) -> None:
        self._offset = offset
        # Whoever sleeps looks at the time anew.
        self._moved.set()
        self._moved = asyncio.Event()

    def now(self) -> float:
        return time.time() + self._offset

    async def sleep(self, duration: float) -> None:
        """Wait until ``duration`` seconds have passed here, or in the real world if this clock was put back."""
        due, awake = self.now() + duration, time.monotonic() + duration
        while True:
            left = min(due - self.now(), awake - time.monotonic())
            if left <= 0:
                return
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._moved.wait(), left)
