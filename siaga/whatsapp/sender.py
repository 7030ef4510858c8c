"""Draining the outbox: in order per contact, several contacts at once, until all that can be sent has been."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from typing import Any, TypeVar

from siaga import media
from siaga.db import transaction
from siaga.media.store import PREFIX
from siaga.turns import outbox
from siaga.turns.messages import Verdict
from siaga.turns.outbox import Outgoing
from siaga.turns.wake import OUTBOX, Wake
from siaga.whatsapp.client import Ambiguous, GraphClient, Recipient, Refused, Unreachable
from siaga.whatsapp.errors import MEDIA_CODES

# Messages on their way at once; one contact has at most one.
AT_ONCE = 16
POLL_SECONDS = 1.0
TIDY_SECONDS = 600.0
LONGEST_PAUSE = 300.0
LATE_SECONDS = 3600.0
CHANNEL_PAUSE = 60.0
# Meta keeps uploads for thirty days.
UPLOAD_LIFE = timedelta(days=29)

CHANNEL = "whatsapp"
_AGAIN = frozenset({Verdict.RETRY, Verdict.RETRY_CONTACT, Verdict.RETRY_LATE, Verdict.PAUSE})

T = TypeVar("T")
log = logging.getLogger(__name__)


def pause_after(refusal: Refused, attempts: int) -> float:
    """Seconds until a refused message is tried again, which doubles; for the pair rate Meta asks for powers of four."""
    if refusal.retry_after is not None:
        return min(refusal.retry_after, LATE_SECONDS)
    if refusal.verdict is Verdict.RETRY_LATE:
        return LATE_SECONDS
    base = 4.0 if refusal.verdict is Verdict.RETRY_CONTACT else 2.0
    return min(base ** min(attempts, 10), LONGEST_PAUSE)


class Sender:
    """Sends what the outbox holds. Any number of senders may run; each message goes through one of them."""

    def __init__(self, client: GraphClient, *, rate: float, resend_after: float) -> None:
        self._client = client
        self._rate = rate
        self._resend_after = resend_after
        self._stopping = False
        self._paused_until = 0.0
        self._under_way: set[asyncio.Task[None]] = set()
        self._uploads: dict[str, asyncio.Lock] = {}
        self._threads = ThreadPoolExecutor(8, thread_name_prefix="outbox")
        self._wake = Wake(OUTBOX)

    def stop(self) -> None:
        """Take no more messages; ``run`` returns when those under way are done."""
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        """Send until told to stop."""
        tidied = time.monotonic()
        async with self._wake as wake:
            while not self._stopping:
                again_in = await self._take()
                if again_in:
                    await wake.wait(again_in)
                if time.monotonic() - tidied > TIDY_SECONDS:
                    tidied = time.monotonic()
                    await self._tidy()
            await asyncio.gather(*self._under_way, return_exceptions=True)
        self._threads.shutdown()

    async def _take(self) -> float:
        """Begin to send what may be sent; returns after how many seconds to look again."""
        room = AT_ONCE - len(self._under_way)
        if room <= 0 or time.monotonic() < self._paused_until:
            return POLL_SECONDS
        try:
            claimed = await self._in_database(
                lambda s: outbox.claim(s, CHANNEL, room, rate=self._rate, resend_after=self._resend_after)
            )
        except Exception as error:
            log.warning("the outbox cannot be read: %s", type(error).__name__)
            return POLL_SECONDS
        for message in claimed.messages:
            task = asyncio.create_task(self._send(message))
            self._under_way.add(task)
            task.add_done_callback(self._done)
        if claimed.again_in is not None:
            return min(claimed.again_in, POLL_SECONDS)
        return 0 if claimed.messages else POLL_SECONDS

    def _done(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self._wake.set()
        if not task.cancelled() and task.exception():
            # What became of the message is unknown, and settled as for a sender that died.
            log.error("sending went wrong: %s", type(task.exception()).__name__)

    async def _send(self, message: Outgoing) -> None:
        key = message.key
        recipient = Recipient(message.phone, message.user_id)
        try:
            wamid = await self._client.send(await self._with_media(message.payload), recipient, key)
        except Refused as refusal:
            await self._refused(message, refusal)
        except Unreachable:
            pause = min(2.0 ** min(message.attempts, 5), 30.0)
            await self._in_database(lambda s: outbox.retry(s, key, seconds=pause, error_code=None))
        except Ambiguous:
            log.warning("no answer about message %s: waiting for a status", key)
            await self._in_database(lambda s: outbox.unknown(s, key, seconds=self._resend_after))
        except KeyError:
            log.error("the picture of message %s is gone", key)
            await self._in_database(lambda s: outbox.failed(s, key, None))
        else:
            await self._in_database(lambda s: outbox.accepted(s, key, wamid))

    async def _refused(self, message: Outgoing, refusal: Refused) -> None:
        key, code = message.key, refusal.code
        if refusal.verdict is Verdict.DROP and code in MEDIA_CODES and message.attempts == 1:
            await self._in_database(lambda s: _forget_upload(s, message.payload))
            await self._in_database(lambda s: outbox.retry(s, key, seconds=0, error_code=code))
            return
        if refusal.verdict not in _AGAIN:
            log.error("message %s was refused: %s", key, refusal)
            await self._in_database(lambda s: outbox.failed(s, key, code, refusal.verdict))
            return
        pause = pause_after(refusal, message.attempts)
        if refusal.verdict is Verdict.PAUSE:
            log.error("nothing can be sent (%s): trying again in %d seconds", refusal, CHANNEL_PAUSE)
            self._paused_until = time.monotonic() + CHANNEL_PAUSE
            pause = CHANNEL_PAUSE
        elif refusal.verdict is Verdict.RETRY:
            # The number as a whole is too fast, or Meta is unwell: a breath for everyone.
            self._paused_until = max(self._paused_until, time.monotonic() + min(pause, 2.0) / 2)
        log.info("message %s again in %.0f seconds: %s", key, pause, refusal)
        await self._in_database(lambda s: outbox.retry(s, key, seconds=pause, error_code=code))

    async def _with_media(self, payload: dict[str, Any]) -> dict[str, Any]:
        """The payload with our pictures' names replaced by what the Graph API calls them."""
        picture = _picture(payload)
        if picture is None:
            return payload
        reference = picture["id"]
        async with self._uploads.setdefault(reference, asyncio.Lock()):
            graph_id, content, mime = await self._in_database(lambda s: _stored(s, reference))
            if graph_id is None:
                try:
                    graph_id = await self._client.upload(content, mime)
                except Ambiguous:
                    # An upload twice does no harm.
                    raise Unreachable from None
                await self._in_database(lambda s: _remember_upload(s, reference, graph_id))
        return _replaced(payload, reference, graph_id)

    async def _tidy(self) -> None:
        self._uploads.clear()

    async def _in_database(self, work: Callable[[Any], T]) -> T:
        def run() -> T:
            with transaction() as session:
                return work(session)

        return await asyncio.get_running_loop().run_in_executor(self._threads, run)


def _picture(payload: dict[str, Any]) -> dict[str, Any] | None:
    """The part of a payload that names one of our stored pictures."""
    places = (payload, payload.get("interactive", {}).get("header", {}))
    found = (place["image"] for place in places if "image" in place)
    return next((image for image in found if str(image.get("id", "")).startswith(PREFIX)), None)


def _replaced(value: Any, old: str, new: str) -> Any:
    if isinstance(value, dict):
        return {key: _replaced(part, old, new) for key, part in value.items()}
    if isinstance(value, list):
        return [_replaced(part, old, new) for part in value]
    return new if value == old else value


def _stored(session: Any, reference: str) -> tuple[str | None, bytes, str]:
    row = media.get(session, reference)
    fresh = row.graph_id and row.graph_until and row.graph_until > datetime.now(timezone.utc)
    return (row.graph_id if fresh else None), bytes(row.content), row.mime


def _remember_upload(session: Any, reference: str, graph_id: str) -> None:
    row = media.get(session, reference)
    row.graph_id, row.graph_until = graph_id, datetime.now(timezone.utc) + UPLOAD_LIFE


def _forget_upload(session: Any, payload: dict[str, Any]) -> None:
    picture = _picture(payload)
    if picture:
        media.get(session, picture["id"]).graph_id = None
