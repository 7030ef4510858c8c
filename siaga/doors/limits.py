"""How often an address may knock: a bucket for each, in memory that cannot grow without end.

Each process counts for itself: behind a balancer an address has as many buckets as there are processes.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from pyrate_limiter import Duration, Rate, TokenBucket

from siaga.doors.addresses import network_of

Clock = Callable[[], float]
"""Seconds, from whenever it began."""


class PerAddress:
    """``burst`` at once, and then ``a_second`` in each second, by address.

    With 0 a second there is no limit. No more than ``most`` addresses are remembered: those that have not come for the
    longest time are forgotten first, and have their whole burst again.
    """

    def __init__(self, a_second: float, burst: int, *, most: int = 20_000, clock: Clock = time.monotonic) -> None:
        # Its intervals are whole milliseconds, its counts whole numbers: a slow rate is one in so many of them.
        per_hour = max(1, round(a_second * 3600))
        self._rates = [Rate(per_hour, Duration.HOUR, burst=max(1, burst))] if a_second > 0 else []
        self._bucket = TokenBucket()
        self._states: OrderedDict[str, tuple[float, ...]] = OrderedDict()
        self._most = most
        self._clock = clock
        self._lock = Lock()

    def knock(self, address: str) -> float:
        """Count one more; 0 if it may come in, else in how many seconds to try again. Who may not is not counted."""
        if not self._rates:
            return 0.0
        who = network_of(address)
        now = int(self._clock() * 1000)
        with self._lock:
            before = self._states.pop(who, None) or self._bucket.initial(self._rates)
            self._states[who], decision = self._bucket.step(self._rates, before, now, 1)
            if len(self._states) > self._most:
                self._states.popitem(last=False)
        return 0.0 if decision.allowed else max(0.001, (decision.retry_after_ms or 0) / 1000)

    def __len__(self) -> int:
        return len(self._states)


def retry_after(seconds: float) -> dict[str, str]:
    """The header that tells when to come again, in whole seconds."""
    return {"Retry-After": str(max(1, -int(-seconds // 1)))}
