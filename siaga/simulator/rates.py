"""How fast Meta lets a number send: token buckets in real time."""

from __future__ import annotations

import time
from collections.abc import Callable

from siaga.simulator.errors import GraphRefusal

PAIR_BURST = 45
PAIR_SECONDS = 6.0


class Bucket:
    """``size`` tokens, refilled at ``per_second``."""

    def __init__(self, size: float, per_second: float, now: float) -> None:
        self.size = size
        self.per_second = per_second
        self.tokens = size
        self.at = now

    def take(self, now: float) -> bool:
        """Whether there was a token to take."""
        self.tokens = min(self.size, self.tokens + (now - self.at) * self.per_second)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


class Rates:
    """The pair rate of each contact, and the throughput of the number, counted in both directions."""

    def __init__(self, pair_rate: bool, throughput: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.set(pair_rate, throughput)

    def set(self, pair_rate: bool, throughput: int) -> None:
        """Change the limits; all buckets are full again."""
        self.pair_rate = pair_rate
        self.throughput = throughput
        self._pairs: dict[str, Bucket] = {}
        self._number = Bucket(throughput, throughput, self._clock()) if throughput else None

    def received(self) -> None:
        """A citizen wrote: that counts for the number's throughput, and is never refused."""
        if self._number:
            self._number.take(self._clock())

    def check_send(self, wa_id: str) -> None:
        """Count one message to a contact.

        Raises:
            GraphRefusal: 130429 (the number's throughput), 131056 (this contact's pair rate).
        """
        now = self._clock()
        if self._number and not self._number.take(now):
            raise GraphRefusal(130429, f"More than {self.throughput} messages a second on this number")
        if self.pair_rate:
            bucket = self._pairs.setdefault(wa_id, Bucket(PAIR_BURST, 1 / PAIR_SECONDS, now))
            if not bucket.take(now):
                raise GraphRefusal(131056, "Too many messages to this recipient in a short time")
