"""The process that does what is due: places held for too long, registrations to validate, hand-offs in which nothing
happens, what contacts want with their data, and what is to be told.

Each kind of work is in transactions of its own: when one fails, the others go on.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial

from siaga.db import transaction
from siaga.people.notices import CHANNEL
from siaga.registration import waiting
from siaga.registration.gateways.access import is_outside
from siaga.registration.validation import validate_all
from siaga.reminders import attending, sending
from siaga.reminders.clock import Clock
from siaga.reminders.heads import Heads
from siaga.rights import listed
from siaga.rights.carrying_out import carry_out
from siaga.tallies.folding import fold
from siaga.turns.wake import Wake
from siaga.watch.metrics import done

LONGEST_SLEEP = 30.0
"""Seconds; what is planned to be told at once wakes us before."""
NEXT_ROOM = 0.5
"""Seconds after which the outbox is looked at again that had no room."""
JUMP = 1.0
"""Seconds between two looks at a clock that may be moved."""
SWEEP_SECONDS = 30.0

log = logging.getLogger(__name__)


def expire_places(now: datetime) -> int:
    """Offer places that were held for too long to the next; how many changed."""
    with transaction() as session:
        return waiting.expire(session, now)


def validate(now: datetime) -> int:
    """Compare all registrations that wait with the official lists; how many were decided.

    Where an outside registry is asked, which takes its time, `siaga registry run` does so.
    """
    if is_outside():
        return 0
    swept = validate_all(now)
    return swept.agreed + swept.differed


class Process:
    """Does what is due until it is told to stop. Any number of them may run."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._wake = Wake(CHANNEL)
        self._stopping = False
        self._swept: dict[str, float] = {}
        self._heads = Heads()
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="reminders")

    def stop(self) -> None:
        """Return from ``run`` after the round that is under way."""
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        """Do what is due, and sleep until the next is."""
        loop = asyncio.get_running_loop()
        async with self._wake as wake:
            while not self._stopping:
                pause = await loop.run_in_executor(self._threads, self.round)
                if not self._stopping:
                    await wake.wait(pause)
        self._threads.shutdown()

    def round(self) -> float:
        """Do once what is due; seconds until the next round."""
        now = self._clock.now()
        self._sweep("places", partial(expire_places, now))
        self._sweep("validation", partial(validate, now))
        self._sweep("hand-offs", partial(attending.attend, now))
        self._sweep("tallies", partial(fold, now))
        self._sweep("audit head", partial(self._heads.tell, now))
        pause = self._carry_out(now)
        return min(pause, self._send(now))

    def _sweep(self, name: str, work: Callable[[], int]) -> None:
        """Do some work, now and then."""
        if not self._clock.may_jump and time.monotonic() - self._swept.get(name, float("-inf")) < SWEEP_SECONDS:
            return
        try:
            work()
            done(name)
        except Exception as problem:
            log.warning("%s: not now (%s)", name, type(problem).__name__)
        self._swept[name] = time.monotonic()

    def _carry_out(self, now: datetime) -> float:
        """Do what contacts want with their data, each time: they wait for it. Seconds until something else may be."""
        pause = LONGEST_SLEEP
        try:
            pause = carry_out(now) or LONGEST_SLEEP
            done("wishes")
        except Exception as problem:
            log.warning("wishes for one's data: not now (%s)", type(problem).__name__)
        try:
            listed.append_new()
            done("erased list")
        except Exception as problem:
            log.error("who was erased cannot be written to the list: %s", type(problem).__name__)
        return pause

    def _send(self, now: datetime) -> float:
        longest = JUMP if self._clock.may_jump else LONGEST_SLEEP
        try:
            sent = sending.send_due(now)
            with transaction() as session:
                next_at = sending.next_due(session, now)
        except Exception as problem:
            log.warning("nothing can be told: %s", type(problem).__name__)
            return min(JUMP * 5, longest)
        done("notices")
        if sent.messages or sent.skipped or sent.failed:
            log.info("told %d, passed over %d, failed for %d", sent.messages, sent.skipped, sent.failed)
        if sent.more:
            return NEXT_ROOM
        return max(0.05, min(longest, (next_at - now).total_seconds())) if next_at else longest
