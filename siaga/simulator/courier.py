"""Carrying webhooks to the bot: in order per contact, again until the bot answers 200."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Callable

import aiohttp

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


class Courier:
    """One lane per contact for messages and one for all statuses; a lane's webhooks follow one another.

    Made inside a running event loop.

    Args:
        delivered: called with each update that the bot has answered with 200.
    """

    def __init__(self, config: Config, faults: Callable[[], Faults], delivered: Callable[[Update], None]) -> None:
        self._config = config
        self._faults = faults
        self._delivered = delivered
        self._lanes: dict[str, deque[Update]] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._pending: Counter[str] = Counter()
        self._waiting = 0
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

    def pending(self, wa_id: str) -> int:
        """Messages of a contact that the bot has not yet answered with 200."""
        return self._pending[wa_id]

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
        lane = _STATUSES if update.kind == "status" else update.wa_id
        if update.kind == "message":
            self._pending[update.wa_id] += 1
            if self._faults().batch > 1:
                lane = _BATCHES
        self._waiting += 1
        self._lanes.setdefault(lane, deque()).append(update)
        if lane not in self._tasks:
            self._tasks[lane] = asyncio.create_task(self._drain(lane))

    async def close(self) -> None:
        """Stop; what was not delivered stays undelivered."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._client.close()

    async def _drain(self, lane: str) -> None:
        queue = self._lanes[lane]
        try:
            while queue:
                for group in await self._next(lane, queue):
                    await self._wait_until(max(update.due for update in group))
                    await self._deliver(group)
                    for update in group:
                        self._done(update)
        finally:
            self._tasks.pop(lane, None)
            if not queue:
                self._lanes.pop(lane, None)

    async def _next(self, lane: str, queue: deque[Update]) -> list[list[Update]]:
        """Take the next updates off a lane, as the bodies they shall travel in."""
        faults = self._faults()
        if faults.reorder or lane == _BATCHES:
            await asyncio.sleep(BATCH_WINDOW)
        elif lane == _STATUSES:
            await asyncio.sleep(STATUS_WINDOW)
        most = STATUS_BATCH if lane == _STATUSES else max(1, faults.batch) if lane == _BATCHES else 1
        if faults.reorder:
            taken = list(reversed(queue))
            queue.clear()
        else:
            taken = [queue.popleft() for _ in range(min(most, len(queue)))]
        return [taken[start : start + most] for start in range(0, len(taken), most)]

    async def _wait_until(self, due: float) -> None:
        left = due - asyncio.get_running_loop().time()
        if left > 0:
            await asyncio.sleep(left)

    async def _deliver(self, updates: list[Update]) -> None:
        content = body(self._config.phone_number_id, updates)
        copies = 1 + self._faults().duplicate
        await asyncio.gather(*(self._post_until_accepted(content) for _ in range(copies)))

    async def _post_until_accepted(self, content: bytes) -> None:
        loop = asyncio.get_running_loop()
        give_up = loop.time() + KEEP_TRYING
        delays = self._config.retry_delays
        attempt = 0
        while not await self._post(content):
            if loop.time() > give_up:
                logger.warning("a webhook was given up after seven days")
                return
            if attempt == len(delays) - 1:
                logger.info("the bot does not take webhooks; trying again every %g s", delays[-1])
            await asyncio.sleep(delays[min(attempt, len(delays) - 1)])
            attempt += 1

    async def _post(self, content: bytes) -> bool:
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "siaga-simulator",
            "X-Hub-Signature-256": signature(self._config.app_secret, content),
        }
        try:
            async with self._client.post(self._config.webhook_url, data=content, headers=headers) as answer:
                return answer.status == 200
        except (aiohttp.ClientError, asyncio.TimeoutError):
            return False

    def _done(self, update: Update) -> None:
        self._waiting -= 1
        if update.kind == "message":
            self._pending[update.wa_id] -= 1
            if self._pending[update.wa_id] <= 0:
                del self._pending[update.wa_id]
        self._delivered(update)
