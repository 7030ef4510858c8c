"""What would be told by the hundred while something is away: told now and then, with how often it was."""

from __future__ import annotations

import logging
import time

SECONDS = 10.0


class Seldom:
    """One line of a logger's, at most every ``seconds``; safe to use from one event loop."""

    def __init__(self, log: logging.Logger, level: int, seconds: float = SECONDS) -> None:
        self._log = log
        self._level = level
        self._seconds = seconds
        self._quiet_until = float("-inf")
        self._untold = 0

    def tell(self, line: str) -> None:
        """Log it, unless that was done just now; the next that is logged says how many were not."""
        now = time.monotonic()
        if now < self._quiet_until:
            self._untold += 1
            return
        more = f" (and {self._untold} more since it was last said)" if self._untold else ""
        self._log.log(self._level, "%s%s", line, more)
        self._quiet_until, self._untold = now + self._seconds, 0
