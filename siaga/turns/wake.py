"""Being woken by the database instead of asking it over and over."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import Any

import psycopg2
from sqlalchemy import Text, func, select
from sqlalchemy.orm import Session

from siaga.db.engine import ALIVE, engine
from siaga.db.prepared import Prepared, given

INBOX = "siaga_inbox"
OUTBOX = "siaga_outbox"
STATUSES = "siaga_statuses"
"""How far a message has come, for who shows it; it gives the sender nothing to do."""
RECONNECT_SECONDS = 1.0

_NOTIFY = Prepared(select(func.pg_notify(given("channel", Text), "")))

log = logging.getLogger(__name__)


def notify(session: Session, channel: str) -> None:
    """Wake whoever listens on ``channel`` when this transaction commits."""
    _NOTIFY.all(session, channel=channel)


def _listen(channel: str) -> Any:
    url = engine().url
    arguments, keywords = engine().dialect.create_connect_args(url)
    connection = psycopg2.connect(*arguments, **{**ALIVE, **keywords})
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"LISTEN {channel}")
    return connection


class Wake:
    """Waits for a notification on a channel, or a time, whichever comes first.

    While the database is away the time alone wakes; the connection is made anew in the background.
    """

    def __init__(self, channel: str) -> None:
        if not channel.isidentifier():
            raise ValueError("a channel is named like an identifier")
        self.channel = channel
        self._event = asyncio.Event()
        self._lost = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._beside: list[Wake] = []

    def beside(self) -> Wake:
        """Another to wait for the same, by this one's connection, as long as this one listens."""
        other = Beside(self.channel)
        self._beside.append(other)
        return other

    async def __aenter__(self) -> Wake:
        self._task = asyncio.create_task(self._keep_listening())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    def set(self) -> None:
        """Wake the waiter from within this process."""
        self._event.set()

    async def wait(self, seconds: float) -> None:
        """Return at the next notification (one that came since the last wait counts), or after ``seconds``."""
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._event.wait(), seconds)
        self._event.clear()

    async def _keep_listening(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                connection = await loop.run_in_executor(None, _listen, self.channel)
            except Exception as error:
                log.warning("not listening on %s: %s", self.channel, type(error).__name__)
                await asyncio.sleep(RECONNECT_SECONDS)
                continue
            # What came while nobody listened is found by looking once.
            self._set_all()
            self._lost.clear()
            descriptor = connection.fileno()
            loop.add_reader(descriptor, self._read, connection)
            try:
                await self._lost.wait()
            finally:
                loop.remove_reader(descriptor)
                connection.close()
            await asyncio.sleep(RECONNECT_SECONDS)

    def _read(self, connection: Any) -> None:
        try:
            connection.poll()
        except psycopg2.Error as error:
            log.warning("lost the connection that listens on %s: %s", self.channel, type(error).__name__)
            self._lost.set()
            return
        if connection.notifies:
            connection.notifies.clear()
            self._set_all()

    def _set_all(self) -> None:
        for one in (self, *self._beside):
            one.set()


class Beside(Wake):
    """One that another listens for."""

    async def __aenter__(self) -> Wake:
        return self
