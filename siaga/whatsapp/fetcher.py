"""Bringing in the files that citizens sent: a few at once, each checked, kept encrypted or not at all."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeVar

from sqlalchemy.orm import Session

from siaga.db import transaction
from siaga.media import received
from siaga.media.checking import Unwanted, check, most_bytes
from siaga.media.received import Claimed
from siaga.watch.metrics import FILES
from siaga.whatsapp.download import AccessRefused, Download, Gone, NotNow, TooLarge

# Files on their way at once.
AT_ONCE = 3
POLL_SECONDS = 1.0
# One that takes longer than this is tried again.
DOWNLOAD_SECONDS = 120.0
# Longer than a download may take, and its way into the database.
CLAIM_SECONDS = 180.0
FIRST_PAUSE = 5.0
LONGEST_PAUSE = 3600.0
ACCESS_PAUSE = 60.0
GIVE_UP_SECONDS = 600.0
STOP_SECONDS = 3.0

T = TypeVar("T")
log = logging.getLogger(__name__)


def pause_after(attempts: int, told: float | None) -> float:
    """Seconds until a file is tried again: as Meta has told, or doubling up to an hour, never two alike."""
    if told is not None:
        return min(told, LONGEST_PAUSE)
    doubled = min(FIRST_PAUSE * 2.0 ** min(attempts - 1, 12), LONGEST_PAUSE)
    return doubled * random.uniform(0.7, 1.0)  # noqa: S311 - spreads load


class Source(Protocol):
    """Where a channel's files are fetched from."""

    async def download(self, channel_id: str, most_bytes: int, /) -> Download:
        """The file that the channel calls so, unless it is larger than ``most_bytes``.

        Raises:
            Gone, TooLarge, NotNow, AccessRefused
        """


class Fetcher:
    """Fetches a channel's files that are waited for. Any number of fetchers may run; each file goes through one."""

    def __init__(self, source: Source, *, document_mb: int, channel: str = "whatsapp") -> None:
        self._source = source
        self._channel = channel
        self._document_mb = document_mb
        self._stopping = False
        self._paused_until = 0.0
        self._under_way: set[asyncio.Task[None]] = set()
        self._threads = ThreadPoolExecutor(AT_ONCE + 1, thread_name_prefix="media")
        self._awake = asyncio.Event()
        # On its way into the database a file is in memory about ten times over: one at a time.
        self._putting_away = asyncio.Lock()

    def stop(self) -> None:
        """Take no more files; ``run`` returns soon, and what is not finished by then is another's."""
        self._stopping = True
        self._awake.set()

    async def run(self) -> None:
        """Fetch until told to stop."""
        gave_up_at = -GIVE_UP_SECONDS
        while not self._stopping:
            if time.monotonic() - gave_up_at > GIVE_UP_SECONDS:
                gave_up_at = time.monotonic()
                await self._give_up()
            if not await self._take():
                await self._rest()
        if self._under_way:
            _, unfinished = await asyncio.wait(self._under_way, timeout=STOP_SECONDS)
            for task in unfinished:
                task.cancel()
            await asyncio.gather(*unfinished, return_exceptions=True)
        self._threads.shutdown()

    async def _rest(self) -> None:
        try:
            await asyncio.wait_for(self._awake.wait(), POLL_SECONDS)
        except asyncio.TimeoutError:
            return
        self._awake.clear()

    async def _take(self) -> bool:
        room = AT_ONCE - len(self._under_way)
        if room <= 0 or time.monotonic() < self._paused_until:
            return False
        try:
            claimed = await self._in_database(lambda s: received.claim(s, self._channel, room, seconds=CLAIM_SECONDS))
        except Exception as error:
            log.warning("files to fetch cannot be read: %s", type(error).__name__)
            return False
        for file in claimed:
            task = asyncio.create_task(self._fetch(file))
            self._under_way.add(task)
            task.add_done_callback(self._done)
        return bool(claimed)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self._awake.set()
        if not task.cancelled() and task.exception():
            # The file is claimed again when its time is over, as after a fetcher that died.
            log.error("a file could not be brought in: %s", type(task.exception()).__name__)

    async def _fetch(self, file: Claimed) -> None:
        try:
            limit = most_bytes(file.media_kind, self._document_mb)
            brought = await asyncio.wait_for(self._source.download(file.channel_id, limit), DOWNLOAD_SECONDS)
            async with self._putting_away:
                await self._in_thread(lambda: _put_away(file, brought))
            FILES.add("kept")
        except Unwanted as unwanted:
            await self._refuse(file, unwanted.reason)
        except TooLarge:
            await self._refuse(file, "size")
        except Gone:
            FILES.add("gone")
            log.info("a file is gone")
            await self._in_database(lambda s: received.gone(s, file))
        except AccessRefused as refusal:
            FILES.add("later")
            log.error("no file can be fetched (%s): trying again in %d seconds", refusal, ACCESS_PAUSE)
            self._paused_until = time.monotonic() + ACCESS_PAUSE
            await self._in_database(lambda s: received.again(s, file, seconds=ACCESS_PAUSE))
        except (NotNow, asyncio.TimeoutError) as trouble:
            pause = pause_after(file.attempts, trouble.seconds if isinstance(trouble, NotNow) else None)
            FILES.add("later")
            log.warning("a file again in %.0f seconds: %s", pause, str(trouble) or "it takes too long")
            await self._in_database(lambda s: received.again(s, file, seconds=pause))
        except asyncio.CancelledError:
            await self._in_database(lambda s: received.again(s, file, seconds=0))
            raise

    async def _refuse(self, file: Claimed, reason: str) -> None:
        FILES.add("refused")
        log.info("a file (%s) is not kept: %s", file.media_kind, reason)
        await self._in_database(lambda s: received.refuse(s, file, reason))

    async def _give_up(self) -> None:
        try:
            count = await self._in_database(lambda s: received.give_up(s, self._channel))
        except Exception as error:
            log.warning("old files cannot be given up: %s", type(error).__name__)
            return
        if count:
            log.warning("%d files could not be fetched while the channel had them", count)

    async def _in_database(self, work: Callable[[Session], T]) -> T:
        def run() -> T:
            with transaction() as session:
                return work(session)

        return await self._in_thread(run)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


def _put_away(file: Claimed, brought: Download) -> None:
    mime = check(
        brought.content,
        file.media_kind,
        file.declared_mime or brought.mime,
        file.declared_sha256 or brought.sha256,
    )
    with transaction() as session:
        received.keep(session, file, brought.content, mime)
