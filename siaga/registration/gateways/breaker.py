"""A circuit breaker: who has failed again and again is left alone for a while, and then tried by one call.

``pybreaker`` 1.4, the library kept for this, holds a lock while a call is under way, so that the calls of several
threads wait for each other: the slower the registry, the longer. Here the lock is held only to count.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

FAILURES = 5
REST_SECONDS = 30.0
LONGEST_REST_SECONDS = 300.0


class Breaker:
    """One service's state in this process; safe between threads."""

    def __init__(
        self,
        failures: int = FAILURES,
        rest_seconds: float = REST_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limit = failures
        self._rest = rest_seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._open_until: float | None = None

    def rests_for(self) -> float:
        """How many seconds to leave the service alone; 0: call it, and say afterwards how it went.

        When the rest is over one caller is let through, and the others rest on until it has said.
        """
        with self._lock:
            if self._open_until is None:
                return 0.0
            left = self._open_until - self._clock()
            if left > 0:
                return left
            # If the one let through never tells, the next is let through after another rest.
            self._open_until = self._clock() + self._rest
            return 0.0

    def succeeded(self) -> None:
        """The service has answered."""
        with self._lock:
            self._failures = 0
            self._open_until = None

    def failed(self, asked_for: float | None = None) -> None:
        """The service has not answered, or has asked to be left alone for ``asked_for`` seconds."""
        with self._lock:
            self._failures += 1
            if asked_for is not None:
                self._open_until = self._clock() + min(asked_for, LONGEST_REST_SECONDS)
            elif self._failures >= self._limit:
                self._open_until = self._clock() + self._rest
