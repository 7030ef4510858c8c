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
    """Of each of the bot's numbers the pair rate of each contact, and its throughput, counted in both directions."""

    def __init__(self, pair_rate: bool, throughput: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.set(pair_rate, throughput)

    def set(self, pair_rate: bool, throughput: int) -> None:
        """Change the limits; all buckets are full again."""
        self.pair_rate = pair_rate
        self.throughput = throughput
        self._pairs: dict[tuple[str | None, str], Bucket] = {}
        self._numbers: dict[str | None, Bucket] = {}

    def received(self, ours: str | None = None) -> None:
        """A citizen wrote to this number: that counts for its throughput, and is never refused."""
        self._take(ours)

    def _take(self, ours: str | None) -> bool:
        now, most = self._clock(), self.throughput
        return not most or self._numbers.setdefault(ours, Bucket(most, most, now)).take(now)

    def check_send(self, wa_id: str, ours: str | None = None) -> None:
        """Count one message from this number to a contact.

        Raises:
            GraphRefusal: 130429 (the number's throughput), 131056 (this contact's pair rate).
        """
        if not self._take(ours):
            raise GraphRefusal(130429, f"More than {self.throughput} messages a second on this number")
        if self.pair_rate:
            now = self._clock()
            bucket = self._pairs.setdefault((ours, wa_id), Bucket(PAIR_BURST, 1 / PAIR_SECONDS, now))
            if not bucket.take(now):
                raise GraphRefusal(131056, "Too many messages to this recipient in a short time")
