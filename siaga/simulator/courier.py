"""Carrying webhooks to the bot: in order per contact, again until the bot answers 200 or seven days have passed."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any

import aiohttp

from siaga.simulator.clock import Clock, iso
from siaga.simulator.config import Config
from siaga.simulator.faults import Faults
from siaga.simulator.webhooks import Update, body, signature

logger = logging.getLogger(__name__)

CAPACITY = 20_000
"""Updates that may wait at once."""
KEEP_TRYING = 7 * 86400.0
STATUS_WINDOW = 0.05
BATCH_WINDOW = 0.25
STATUS_BATCH = 500
CONNECTIONS = 32
ANSWER_TIMEOUT = 30.0

_STATUSES = "statuses"
_BATCHES = "batches"


class QueueFull(RuntimeError):
    """More updates wait than the simulator keeps: the bot has been away for too long."""


@dataclass
class Lane:
    """What follows one another: updates that wait, and those on their way with the tries they have had."""

    task: asyncio.Task[None] | None = None
    waiting: deque[Update] = field(default_factory=deque)
    under_way: list[Update] = field(default_factory=list)
    tries: int = 0
    next_at: float | None = None
    """When the next try is due, by the simulator's clock; None while one runs."""


class Courier:
    """One lane per contact for messages and one for all statuses; a lane's webhooks follow one another.

    Times are the simulator's clock's: moving it on makes a retry due, and a webhook too old to be tried again. Several
    addresses are used in turn, and one that fails is passed over, as a load balancer would. Made inside a running event
    loop.

    Args:
        ended: called with each update, and whether the bot has answered it with 200 (or it was dropped).
    """

    def __init__(
        self, config: Config, clock: Clock, faults: Callable[[], Faults], ended: Callable[[Update, bool], None]
    ) -> None:
        self._config = config
        self._clock = clock
        self._faults = faults
        self._ended = ended
        self._lanes: dict[str, Lane] = {}
        self._pending: Counter[str] = Counter()
        self._waiting = 0
        self._next_target = 0
        self._released = asyncio.Event()
        self.dropped = 0
        # aiohttp, since a webhook through httpx costs the simulator several times the processor time.
        self._client = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=CONNECTIONS),
            timeout=aiohttp.ClientTimeout(total=ANSWER_TIMEOUT),
            cookie_jar=aiohttp.DummyCookieJar(),
        )

    @property
    def waiting(self) -> int:
        """Updates not yet delivered."""
        return self._waiting

    def pending(self, lane: str) -> int:
        """Messages and notices of a chat that the bot has not yet answered with 200."""
        return self._pending[lane]

    def check_room(self) -> None:
        """Refuse early when no more can be kept.

        Raises:
            QueueFull: there is no room.
        """
        if self._waiting >= CAPACITY:
            raise QueueFull(f"{CAPACITY} updates wait for the bot already")

    def put(self, update: Update) -> None:
        """Send an update on its way. A status that finds no room is dropped, as Meta drops old ones."""
        if self._waiting >= CAPACITY and update.kind == "status":
            return
        name = _STATUSES if update.kind == "status" else update.lane
        if update.kind != "status":
            self._pending[update.lane] += 1
        if update.kind == "message" and self._faults().batch > 1:
            name = _BATCHES
        self._waiting += 1
        lane = self._lanes.setdefault(name, Lane())
        lane.waiting.append(update)
        if lane.task is None:
            lane.task = asyncio.create_task(self._drain(name, lane))

    def release(self) -> None:
        """Let go of what was held, if the faults hold nothing any more."""
        if not self._faults().hold:
            self._released.set()
            self._released = asyncio.Event()

    def queue(self, most: int) -> list[dict[str, Any]]:
        """The first updates that wait, with the tries they have had and when the next is due."""
        rows = (
            {
                "lane": name,
                "kind": update.kind,
                "field": update.field,
                "id": update.id,
                "since": iso(update.since),
                "tries": lane.tries if on_its_way else 0,
                "next_at": iso(lane.next_at) if on_its_way and lane.next_at is not None else None,
            }
            for name, lane in self._lanes.items()
            for on_its_way, update in chain(
                ((True, update) for update in lane.under_way), ((False, update) for update in lane.waiting)
            )
        )
        return list(islice(rows, most))

    async def close(self) -> None:
        """Stop; what was not delivered stays undelivered."""
        tasks = [lane.task for lane in self._lanes.values() if lane.task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._client.close()

    async def _drain(self, name: str, lane: Lane) -> None:
        try:
            while lane.waiting:
                for group in await self._next(name, lane):
                    lane.under_way, lane.tries = group, 0
                    delivered = await self._deliver(lane, group)
                    lane.under_way = []
                    for update in group:
                        self._done(update, delivered)
        finally:
            lane.task = None
            if not lane.waiting and self._lanes.get(name) is lane:
                del self._lanes[name]

    async def _next(self, name: str, lane: Lane) -> list[list[Update]]:
        """Take the next updates off a lane, as the bodies they shall travel in."""
        while self._faults().hold:
            await self._released.wait()
        faults = self._faults()
        if faults.reorder or name == _BATCHES:
            await asyncio.sleep(BATCH_WINDOW)
        elif name == _STATUSES:
            await asyncio.sleep(STATUS_WINDOW)
        most = STATUS_BATCH if name == _STATUSES else max(1, faults.batch) if name == _BATCHES else 1
        if faults.reorder:
            taken = list(reversed(lane.waiting))
            lane.waiting.clear()
        else:
            taken = [lane.waiting.popleft() for _ in range(min(most, len(lane.waiting)))]
        return [taken[start : start + most] for start in range(0, len(taken), most)]

    async def _deliver(self, lane: Lane, updates: list[Update]) -> bool:
        """Post until the bot answers 200; False if seven days pass first."""
        left = max(min(update.since + update.delay - self._clock.now(), update.delay) for update in updates)
        if left > 0:
            await self._pause(lane, left)
        faults = self._faults()
        content = body(self._config.phone_number_id, updates, escaped=not faults.raw_utf8)
        since = min(update.since for update in updates)
        copies = [self._post_until_accepted(lane, content, since) for _ in range(1 + faults.duplicate)]
        return all(await asyncio.gather(*copies))

    async def _pause(self, lane: Lane, seconds: float) -> None:
        lane.next_at = self._clock.now() + seconds
        await self._clock.sleep(seconds)
        lane.next_at = None

    async def _post_until_accepted(self, lane: Lane, content: bytes, since: float) -> bool:
        delays = self._config.retry_delays
        attempt = 0
        while attempt == 0 or self._clock.now() - since <= KEEP_TRYING:
            lane.tries += 1
            if await self._post_somewhere(content):
                return True
            if attempt == len(delays) - 1:
                logger.info("the bot does not take webhooks; trying again every %g s", delays[-1])
            await self._pause(lane, delays[min(attempt, len(delays) - 1)])
            attempt += 1
        logger.warning("a webhook was given up after seven days")
        return False

    async def _post_somewhere(self, content: bytes) -> bool:
        """One try: each address in turn until one answers 200."""
        targets = self._config.webhook_urls
        first, self._next_target = self._next_target, (self._next_target + 1) % len(targets)
        for number in range(len(targets)):
            if await self.post(targets[(first + number) % len(targets)], content) == 200:
                return True
        return False

    async def post(self, url: str, content: bytes, *, signed: bool = True) -> int | None:
        """Post a body, signed (or with a secret not ours), and say the HTTP status; None when there was no answer."""
        secret = self._config.app_secret if signed else secrets.token_hex()
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "siaga-simulator",
            "X-Hub-Signature-256": signature(secret, content),
        }
        try:
            async with self._client.post(url, data=content, headers=headers) as answer:
                return answer.status
        except (aiohttp.ClientError, asyncio.TimeoutError):
            return None

    def _done(self, update: Update, delivered: bool) -> None:
        self._waiting -= 1
        self.dropped += not delivered
        if update.kind != "status":
            self._pending[update.lane] -= 1
            if self._pending[update.lane] <= 0:
                del self._pending[update.lane]
        self._ended(update, delivered)
