"""What happens at the desk, told to the pages that are open: one listener a process, and a stream for each page.

The database notifies on two channels: a hand-off has changed (its number), or something has become of a message in the
outbox. What comes within a moment is looked up once, and goes to all streams as it is. Who looks at a conversation, and
who types, is known here only, and to the pages of this process.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg2

from siaga.db.engine import ALIVE, engine
from siaga.turns.wake import OUTBOX, RECONNECT_SECONDS, STATUSES

CHANNEL = "siaga_desk"
GATHER_SECONDS = 0.15
"""What changes within so many seconds is looked up together."""
TYPING_SECONDS = 8.0
"""Somebody who has not typed for so long types no more."""
FRESH_SECONDS = 2.0
"""Nothing is told to who was last seen to be signed in longer ago than this."""
KEEP_ALIVE = 15.0
BACKLOG = 300
"""A page with so many events behind is given up: it comes back, and reads what it missed."""
_LOOK_SECONDS = 1.0

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Event:
    """Something to tell pages: all of them, or those that show the conversation ``hand_off``."""

    name: str
    data: Mapping[str, Any] = field(repr=False)
    hand_off: int | None = None

    def written(self) -> str:
        """As a server-sent event."""
        return f"event: {self.name}\ndata: {json.dumps(self.data, ensure_ascii=False)}\n\n"


AGAIN = Event("lagi", {})
"""Something may have been missed: look at everything anew."""

Look = Callable[[Collection[int], Collection[int], bool], Sequence[Event]]
"""What there is to tell of hand-offs that have changed, given those that are on screens, and whether something has
become of messages. Called in a thread."""


@dataclass(eq=False)
class Page:
    """A page that is open, of whom, and which conversation it shows."""

    login: str
    name: str
    hand_off: int | None
    events: asyncio.Queue[str] = field(default_factory=lambda: asyncio.Queue(BACKLOG), repr=False)
    lost: bool = False

    def tell(self, event: str) -> None:
        """Put an event behind the others, or give the page up."""
        try:
            self.events.put_nowait(event)
        except asyncio.QueueFull:
            self.lost = True


class Hub:
    """Listens for one process, and tells its pages; all but ``look`` happens in the loop of the first page."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._pages: list[Page] = []
        self._typing: dict[int, dict[str, tuple[str, float]]] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._ids: set[int] = set()
        self._outbox = False
        self._news = asyncio.Event()

    # ------------------------------------------------------------------ pages
    def join(self, page: Page) -> None:
        """Tell a page from now on; it is told ``lagi`` as soon as nothing can be missed any more."""
        self._pages.append(page)
        if len(self._pages) == 1:
            self._news = asyncio.Event()
            self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._publish())]
        else:
            page.tell(AGAIN.written())
        self._tell_colleagues(page.hand_off)

    def leave(self, page: Page) -> None:
        """Tell a page no more."""
        self._pages.remove(page)
        if page.hand_off is not None:
            self._typing.get(page.hand_off, {}).pop(page.login, None)
        if not self._pages:
            for task in self._tasks:
                task.cancel()
            self._tasks = []
        self._tell_colleagues(page.hand_off)

    def open_of(self, login: str) -> int:
        """How many pages of theirs are told."""
        return sum(page.login == login for page in self._pages)

    def typing(self, hand_off_id: int, login: str, name: str) -> None:
        """Somebody writes in a conversation just now, which somebody has on their screen."""
        if all(page.hand_off != hand_off_id for page in self._pages):
            return
        told = self._typing.setdefault(hand_off_id, {})
        told[login] = (name, time.monotonic() + TYPING_SECONDS)
        self._tell_colleagues(hand_off_id)

    def not_typing(self, hand_off_id: int, login: str) -> None:
        """They have sent it, or have left it."""
        if self._typing.get(hand_off_id, {}).pop(login, None):
            self._tell_colleagues(hand_off_id)

    def colleagues(self, hand_off_id: int, but: str) -> dict[str, list[str]]:
        """Who looks at a conversation, and who types in it, beside ``but``: names."""
        now = time.monotonic()
        typing = {login: told for login, told in self._typing.get(hand_off_id, {}).items() if told[1] > now}
        looking = {page.login: page.name for page in self._pages if page.hand_off == hand_off_id}
        return {
            "melihat": sorted({name for login, name in looking.items() if login not in (but, *typing)}),
            "mengetik": sorted({name for login, (name, _) in typing.items() if login != but}),
        }

    def _tell_colleagues(self, hand_off_id: int | None) -> None:
        if hand_off_id is None:
            return
        for page in self._pages:
            if page.hand_off == hand_off_id:
                told = {"id": hand_off_id, **self.colleagues(hand_off_id, page.login)}
                page.tell(Event("rekan", told).written())

    def _tell(self, events: Sequence[Event]) -> None:
        for event in events:
            written = event.written()
            for page in self._pages:
                if event.hand_off is None or event.hand_off == page.hand_off:
                    page.tell(written)

    # ------------------------------------------------------------------ news
    def changed(self, hand_off_id: int) -> None:
        """A hand-off is another than before; called in the loop."""
        self._ids.add(hand_off_id)
        self._news.set()

    async def _publish(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._news.wait()
            self._news.clear()
            (ids, self._ids), (outbox, self._outbox) = (self._ids, set()), (self._outbox, False)
            shown = {page.hand_off for page in self._pages if page.hand_off is not None}
            if ids or (outbox and shown):
                try:
                    events = await loop.run_in_executor(None, self._look, ids, shown, outbox)
                except Exception as problem:
                    log.warning("what has changed at the desk cannot be read: %s", type(problem).__name__)
                    await asyncio.sleep(RECONNECT_SECONDS)
                    events = [AGAIN]
                self._tell(events)
            await asyncio.sleep(GATHER_SECONDS)

    async def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                connection = await loop.run_in_executor(None, _connect)
            except Exception as problem:
                log.warning("the desk does not hear the database: %s", type(problem).__name__)
                await asyncio.sleep(RECONNECT_SECONDS)
                continue
            # What came while nobody listened is found by looking at everything.
            self._tell([AGAIN])
            lost = asyncio.Event()
            descriptor = connection.fileno()
            loop.add_reader(descriptor, self._read, connection, lost)
            try:
                await lost.wait()
            finally:
                loop.remove_reader(descriptor)
                connection.close()
            await asyncio.sleep(RECONNECT_SECONDS)

    def _read(self, connection: Any, lost: asyncio.Event) -> None:
        try:
            connection.poll()
        except psycopg2.Error as problem:
            log.warning("the desk has lost its ear at the database: %s", type(problem).__name__)
            lost.set()
            return
        heard, connection.notifies = connection.notifies, []
        for notification in heard:
            if notification.channel in (OUTBOX, STATUSES):
                self._outbox = True
            elif notification.payload.isdecimal():
                self._ids.add(int(notification.payload))
        if heard:
            self._news.set()


def _connect() -> Any:
    arguments, keywords = engine().dialect.create_connect_args(engine().url)
    connection = psycopg2.connect(*arguments, **{**ALIVE, **keywords})
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"LISTEN {CHANNEL}; LISTEN {OUTBOX}; LISTEN {STATUSES}")
    return connection


async def stream(
    hub: Hub, page: Page, *, is_over: Callable[[], bool], still_there: Callable[[], Awaitable[bool]], every: float
) -> AsyncIterator[str]:
    """What a page is told, until ``is_over``, until it falls behind, or ``still_there`` says no.

    ``still_there`` is an asynchronous function, asked every so many seconds, and before something is told.
    """
    hub.join(page)
    said = asked = time.monotonic()
    try:
        yield "retry: 1000\n\n"
        while not page.lost and not is_over():
            try:
                event = await asyncio.wait_for(page.events.get(), _LOOK_SECONDS)
            except asyncio.TimeoutError:
                event = ": masih di sini\n\n" if time.monotonic() - said > KEEP_ALIVE else ""
            if time.monotonic() - asked > (min(every, FRESH_SECONDS) if event else every):
                asked = time.monotonic()
                if not await still_there():
                    return
            if event:
                said = time.monotonic()
                yield event
    finally:
        hub.leave(page)
