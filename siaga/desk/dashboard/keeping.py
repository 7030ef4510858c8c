"""Keeping what took long to compute for a while."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """Values by their keys, each for ``seconds``, at most ``most`` of them; of two who ask at once one computes."""

    def __init__(self, seconds: float, most: int = 32, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._most, self._clock = seconds, most, clock
        self._values: dict[Hashable, tuple[float, T]] = {}
        self._lock = Lock()

    def get(self, key: Hashable, compute: Callable[[], T]) -> T:
        """The value of a key."""
        with self._lock:
            found = self._values.get(key)
            if found is not None and self._clock() - found[0] < self._seconds:
                return found[1]
            value = compute()
            self._values.pop(key, None)
            while len(self._values) >= self._most:
                self._values.pop(next(iter(self._values)))
            self._values[key] = (self._clock(), value)
            return value

    def forget(self) -> None:
        """Compute all anew."""
        with self._lock:
            self._values.clear()
