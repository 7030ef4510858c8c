"""Draining the outbox: in order per contact, many contacts at once, as fast as the channel lets us."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from siaga.db import transaction
from siaga.retention.sweeping import sweep
from siaga.turns import claims, outcomes, pauses, steps
from siaga.turns.messages import Verdict
from siaga.turns.roads import FIRST, road
from siaga.turns.steps import Outgoing
from siaga.turns.wake import OUTBOX, Wake
from siaga.watch import metrics, trace
from siaga.whatsapp.client import Ambiguous, Recipient, Refused, Unreachable
from siaga.whatsapp.errors import hint, verdict
from siaga.whatsapp.pictures import Pictures

# Messages on their way at once, of different contacts: enough for the number's rate when the channel takes a second
# for each, within these bounds.
FEWEST_AT_ONCE = 16
MOST_AT_ONCE = 128
# The outbox wakes us; without that it is looked at so often.
POLL_SECONDS = 1.0
# The outbox is not asked more often than this, nor written that messages were accepted: what comes meanwhile is taken,
# and written down, together.
GATHER_SECONDS = 0.1
TIDY_SECONDS = 600.0
# A message waits no longer than this for another try, nor an unreachable channel.
LONGEST_WAIT = 300.0
AWAY_SECONDS = 30.0
# The shortest pause for all senders when the number as a whole is refused.
BREATH_SECONDS = 1.0
# The channel may name a longer pause, up to an hour.
LONGEST_NAMED = 3600.0
DATABASE_SECONDS = 1.0

_AGAIN = frozenset({Verdict.RETRY, Verdict.RETRY_CONTACT, Verdict.RETRY_LATE, Verdict.PAUSE})

T = TypeVar("T")
log = logging.getLogger(__name__)


class Client(Protocol):
    """The door to a channel."""

    async def send(self, payload: dict[str, Any], recipient: Recipient, key: str) -> str:
        """Send a message and return what the channel calls it.

        Raises:
            Refused, Unreachable, Ambiguous
        """


def at_once(rate: float) -> int:
    """How many messages may be on their way at ``rate`` messages a second, 0 for no limit."""
    return MOST_AT_ONCE if not rate else int(min(MOST_AT_ONCE, max(FEWEST_AT_ONCE, rate)))


def wait_of_message(refusal: Refused, attempts: int) -> float:
    """Seconds until a refused message is tried again, which grow; for the pair rate Meta asks for powers of four."""
    if refusal.verdict is Verdict.RETRY_CONTACT:
        return max(min(4.0**attempts, LONGEST_WAIT), min(refusal.retry_after or 0.0, LONGEST_NAMED))
    if refusal.verdict is Verdict.RETRY_LATE:
        return outcomes.LATE_SECONDS
    if refusal.verdict is Verdict.RETRY:
        return min(2.0 ** min(attempts, 10), LONGEST_WAIT)
    return 0.0


def pause_of_channel(refusal: Refused) -> float:
    """Seconds for which nobody sends anything after such a refusal; 0 if only this message is meant."""
    if refusal.verdict is Verdict.RETRY:
        return min(max(BREATH_SECONDS, refusal.retry_after or 0.0), LONGEST_NAMED)
    if refusal.verdict in (Verdict.RETRY_LATE, Verdict.PAUSE):
        return min(max(pauses.PAUSE_SECONDS, refusal.retry_after or 0.0), LONGEST_NAMED)
    return 0.0


@dataclass
class _Accepted:
    """Messages that the channel took, to be written down together."""

    wamids: dict[str, str] = field(default_factory=dict, repr=False)
    written: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Sender:
    """Sends what the outbox holds for one of our numbers. Any number of senders may run; each message goes through one
    of them. Those of one process share its ``threads`` and what wakes them; the first number's tidies for all.
    """

    def __init__(
        self,
        client: Client,
        *,
        rate: float,
        resend_after: float,
        channel: str = "whatsapp",
        pictures: Callable[[ThreadPoolExecutor], Pictures] | None = None,
        explain: Callable[[int | None], str] = hint,
        number: str = FIRST,
        threads: ThreadPoolExecutor | None = None,
        wake: Wake | None = None,
    ) -> None:
        self._client = client
        self._rate = rate
        self._resend_after = resend_after
        self._channel = channel
        self.number = number
        self._by = f" by the number {number}" if number else ""
        self._explain = explain
        self._at_once = at_once(rate)
        self._stopping = False
        self._told: datetime | None = None
        self._away = 0
        self._away_until = 0.0
        self._under_way: set[asyncio.Task[None]] = set()
        self._accepted: _Accepted | None = None
        self._writing: asyncio.Task[None] | None = None
        self._own_threads = threads is None
        self._threads = threads or ThreadPoolExecutor(8, thread_name_prefix="outbox")
        self._pictures = pictures(self._threads) if pictures else None
        self._wake = wake or Wake(OUTBOX)

    def stop(self) -> None:
        """Take no more messages; ``run`` returns when those under way are done."""
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        """Send until told to stop."""
        tidying = asyncio.create_task(self._tidy() if self.number == FIRST else asyncio.sleep(0))
        async with self._wake as wake:
            while not self._stopping:
                began = time.monotonic()
                wait, firm = await self._take()
                until = time.monotonic() + wait
                while not self._stopping and (rest := until - time.monotonic()) > 0:
                    await wake.wait(rest)
                    if not firm:
                        break
                await asyncio.sleep(max(0.0, began + GATHER_SECONDS - time.monotonic()))
            await asyncio.gather(*self._under_way, return_exceptions=True)
        tidying.cancel()
        await asyncio.gather(tidying, return_exceptions=True)
        if self._own_threads:
            self._threads.shutdown()

    async def _take(self) -> tuple[float, bool]:
        """Begin to send what may be sent; returns in how many seconds to look again, and whether in no case before.

        When there is no room, the first of those under way that ends wakes us.
        """
        room = self._at_once - len(self._under_way)
        away = self._away_until - time.monotonic()
        if away > 0:
            return away, True
        if room <= 0:
            return POLL_SECONDS, False
        if self._away:
            # One is enough to see whether the channel is back.
            room = 1
        try:
            claimed = await self._in_database(
                lambda s: claims.claim(
                    s, self._channel, room, rate=self._rate, resend_after=self._resend_after, number=self.number
                )
            )
        except Exception as error:
            log.warning("the outbox cannot be read: %s", type(error).__name__)
            return DATABASE_SECONDS, True
        self._tell_trouble(claimed.trouble)
        for message in claimed.messages:
            task = asyncio.create_task(self._send(message))
            self._under_way.add(task)
            task.add_done_callback(self._done)
        if claimed.again_in is None or len(claimed.messages) == room:
            return POLL_SECONDS, False
        return min(claimed.again_in, POLL_SECONDS), claimed.firm

    def _tell_trouble(self, trouble: tuple[int | None, datetime] | None) -> None:
        """Say once why nothing can be sent, in the words for an operator if one has to do something."""
        if trouble is None or trouble[1] == self._told:
            return
        code, self._told = trouble
        if self._explain(code):
            log.error("nothing can be sent%s (code %s): %s", self._by, code, self._explain(code))
        else:
            log.warning("the channel asks us to wait%s (code %s)", self._by, code)

    def _done(self, task: asyncio.Task[None]) -> None:
        full = len(self._under_way) >= self._at_once
        self._under_way.discard(task)
        if full or self._away or self._stopping:
            self._wake.set()
        if not task.cancelled() and task.exception():
            # What became of the message is unknown, and settled as for a sender that died.
            log.error("sending went wrong: %s", type(task.exception()).__name__)

    async def _send(self, message: Outgoing) -> None:
        key = message.key
        trace.follow(message.trace)
        if message.attempts == 1:
            metrics.LATENCY.see(message.waited, "outbox")
        try:
            payload = message.payload
            if self._pictures:
                payload = await self._pictures.uploaded(payload, anew=verdict(message.error_code) is Verdict.RETRY_ONCE)
            with metrics.LATENCY.timed("send"):
                wamid = await self._client.send(payload, Recipient(message.phone, message.user_id), key)
        except Refused as refusal:
            self._away = 0
            self._tell(message, refusal.verdict.name.lower())
            await self._refused(message, refusal)
        except Unreachable:
            self._tell(message, "away")
            await self._unreachable(message)
        except Ambiguous:
            self._tell(message, "unsure")
            log.warning("no answer about message %s: waiting for a status", key)
            await self._keep(lambda s: outcomes.unknown(s, key, seconds=self._resend_after))
        except KeyError:
            self._tell(message, "picture_gone")
            log.error("the picture of message %s is gone", key)
            await self._keep(lambda s: outcomes.failed(s, key, None, number=self.number))
        else:
            self._away = 0
            self._tell(message, "accepted")
            await self._write_accepted(key, wamid)

    def _tell(self, message: Outgoing, outcome: str) -> None:
        metrics.SENDS.add(outcome)
        trace.station("sent", outgoing=message.key, outcome=outcome)

    async def _refused(self, message: Outgoing, refusal: Refused) -> None:
        key, code, meaning = message.key, refusal.code, refusal.verdict
        if meaning in _AGAIN or (meaning is Verdict.RETRY_ONCE and message.attempts == 1):
            wait, pause = wait_of_message(refusal, message.attempts), pause_of_channel(refusal)
            log.info("message %s again in %.0f seconds: %s", key, max(wait, pause), refusal)

            def again(session: Any) -> None:
                outcomes.retry(session, key, seconds=wait, error_code=code, channel_works=not pause, number=self.number)
                if pause:
                    pauses.pause(session, road(self._channel, self.number), pause, code)

            await self._keep(again)
            return
        if meaning in (Verdict.DROP, Verdict.RETRY_ONCE):
            log.error("message %s was refused: %s", key, refusal)
        else:
            log.info("message %s was refused (%s): %s", key, meaning.name, refusal)
        await self._keep(lambda s: outcomes.failed(s, key, code, meaning, self.number))

    async def _unreachable(self, message: Outgoing) -> None:
        """Nothing was sent, and most likely nothing can be from here: this sender rests; others may be better off."""
        if time.monotonic() >= self._away_until:
            self._away += 1
            self._away_until = time.monotonic() + min(2.0 ** (self._away - 1), AWAY_SECONDS)
            log.warning("the channel cannot be reached")
        await self._keep(lambda s: outcomes.retry(s, message.key, seconds=0, error_code=None))

    async def _write_accepted(self, key: str, wamid: str) -> None:
        """Write down that a message was accepted, together with all that are at about the same time."""
        if self._accepted is None:
            self._accepted = _Accepted()
        mine = self._accepted
        mine.wamids[key] = wamid
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())
        await asyncio.shield(mine.written)

    async def _write(self) -> None:
        while self._accepted is not None:
            await asyncio.sleep(GATHER_SECONDS)
            batch, self._accepted = self._accepted, None
            try:
                await self._keep(lambda s: outcomes.accept_all(s, batch.wamids, self.number))  # noqa: B023 - awaited here
            except Exception as error:
                batch.written.set_exception(error)
            else:
                batch.written.set_result(None)

    async def _tidy(self) -> None:
        """Now and then forget what has been kept for long enough."""
        while True:
            await asyncio.sleep(TIDY_SECONDS)
            try:
                await self._in_thread(sweep)
                metrics.done("sweep")
            except Exception as error:
                log.warning("what is old cannot be forgotten: %s", type(error).__name__)

    async def _keep(self, work: Callable[[Any], T]) -> T:
        """Write down what became of a message, however long the database is away, until the message counts as lost."""
        deadline = time.monotonic() + steps.SENDING_SECONDS
        while True:
            try:
                return await self._in_database(work)
            except SQLAlchemyError as error:
                if time.monotonic() > deadline:
                    raise
                log.warning("the outbox cannot be written: %s", type(error).__name__)
                await asyncio.sleep(DATABASE_SECONDS)

    async def _in_database(self, work: Callable[[Any], T]) -> T:
        def run() -> T:
            with transaction() as session:
                return work(session)

        return await self._in_thread(run)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)
