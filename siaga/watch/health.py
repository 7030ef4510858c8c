"""Whether a process lives, and whether it may be sent work.

What is wrong is told by the name of a part and one plain sentence: never by an error's own words, which may hold an
address, a secret or what somebody wrote.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from dataclasses import dataclass
from threading import Lock

Check = Callable[[], "str | None"]
"""None if a part is in order, else what is wrong, in a few words."""

ANSWER_SECONDS = 2.0
"""A part that does not answer for so long is not in order."""
KEEP_SECONDS = 1.0
"""So long an answer holds: however many ask, a part is asked no more often."""
START_SECONDS = 300.0
"""A process that has not yet begun to work is taken for starting for so long."""


@dataclass(frozen=True)
class Standing:
    """Whether it is in order, and what is wrong by the part's name."""

    well: bool
    wrong: Mapping[str, str]


class Health:
    """What one process tells of itself. May be used from several threads."""

    def __init__(
        self,
        kind: str,
        checks: Mapping[str, Check],
        *,
        alive_seconds: float = 60.0,
        answer_seconds: float = ANSWER_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``alive_seconds``: a process that does not say for so long that it goes on is taken for stuck."""
        self.kind = kind
        self._checks = dict(checks)
        self._alive_seconds = alive_seconds
        self._answer_seconds = answer_seconds
        self._clock = clock
        self._began = clock()
        self._beaten: float | None = None
        self._draining = False
        self._lock = Lock()
        self._threads = ThreadPoolExecutor(max(1, len(checks)), thread_name_prefix="checks")
        self._under_way: dict[str, Future[str | None]] = {}
        self._kept: tuple[float, Standing] | None = None

    def beat(self) -> None:
        """The process goes on with its work."""
        self._beaten = self._clock()

    def drain(self) -> None:
        """It is shutting down: it finishes what it has, and wants no more."""
        self._draining = True

    def alive(self) -> Standing:
        """Whether it goes on; asks nobody else, so that a fault elsewhere has no process started anew."""
        now = self._clock()
        stuck = now - self._began > START_SECONDS if self._beaten is None else now - self._beaten > self._alive_seconds
        return Standing(False, {"process": "it does not go on"}) if stuck else Standing(True, {})

    def ready(self) -> Standing:
        """Whether it may be sent work."""
        if self._draining:
            return Standing(False, {"process": "it is shutting down"})
        if self._beaten is None:
            return Standing(False, {"process": "it is starting"})
        with self._lock:
            now = self._clock()
            if self._kept is None or now - self._kept[0] > KEEP_SECONDS:
                self._kept = now, self._asked()
            return self._kept[1]

    def _asked(self) -> Standing:
        deadline = time.monotonic() + self._answer_seconds
        for name, check in self._checks.items():
            # One that still hangs is not asked a second time.
            if name not in self._under_way:
                self._under_way[name] = self._threads.submit(check)
        wrong = {}
        for name in self._checks:
            try:
                problem = self._under_way[name].result(max(0.0, deadline - time.monotonic()))
            except TooLate:
                problem = "it does not answer"
            except Exception as error:
                problem = f"it cannot be asked ({type(error).__name__})"
            if self._under_way[name].done():
                del self._under_way[name]
            if problem:
                wrong[name] = problem
        return Standing(not wrong, wrong)
