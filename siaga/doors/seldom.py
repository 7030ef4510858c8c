"""Saying the same thing seldom: what anybody can make us log must not fill the disk."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock


class Seldom:
    """Lets one through in ``seconds``, and tells it how many it stands for."""

    def __init__(self, seconds: float = 60.0, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._last: float | None = None
        self._unsaid = 0
        self._lock = Lock()

    def __call__(self) -> int:
        """How many times this has happened since it was said last, now included; 0: it need not be said now."""
        with self._lock:
            self._unsaid += 1
            now = self._clock()
            if self._last is not None and now - self._last < self._seconds:
                return 0
            self._last, count, self._unsaid = now, self._unsaid, 0
            return count
