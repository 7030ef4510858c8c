"""How long somebody may take to ask something of a server that uvicorn runs, and how long the head of it may be.

uvicorn waits for ever for the rest of what has begun: a thousand connections that say nothing more would be all that a
process may have open, and nobody else would get in.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from siaga.doors.seldom import Seldom

SECONDS = 15.0
"""Within which a request must have come, from when its connection is there, or from its first byte on ..."""
SLOWEST = 8_000
"""... and one second more for so many bytes of its body that have come: five megabytes may take ten minutes."""
HEAD_BYTES = 64_000
"""An address and headers that are longer than this are nobody's."""


class _Seldom(logging.Filter):
    """uvicorn warns of each request that it cannot read, which anybody may send without end."""

    def __init__(self) -> None:
        super().__init__()
        self._seldom = Seldom()

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether it is to be said."""
        return record.levelno != logging.WARNING or self._seldom() > 0


logging.getLogger("uvicorn.error").addFilter(_Seldom())


class Patient(HttpToolsProtocol):
    """uvicorn's protocol, which hangs up on who does not come to the end."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._hurry: asyncio.TimerHandle | None = None
        self._begun = 0.0
        self._head, self._body = 0, 0
        self._in_head = True

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Somebody is there: from now on they have so long."""
        super().connection_made(transport)
        self._begin()

    def connection_lost(self, exc: Exception | None) -> None:
        """They are gone."""
        self._end()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Something of a request, which may be none of its end."""
        if self._hurry is None:
            self._begin()
        super().data_received(data)
        if self._in_head:
            self._head += len(data)
            if self._head > HEAD_BYTES:
                self.transport.abort()

    def on_message_begin(self) -> None:
        """One begins, which may stand right behind another."""
        if self._hurry is None:
            self._begin()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """The head is whole."""
        self._in_head = False
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Some of the body."""
        self._body += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is whole: the answer may take as long as it likes."""
        self._end()
        super().on_message_complete()

    def _begin(self) -> None:
        self._begun = self.loop.time()
        self._head, self._body, self._in_head = 0, 0, True
        self._hurry = self.loop.call_later(SECONDS, self._look)

    def _end(self) -> None:
        if self._hurry is not None:
            self._hurry.cancel()
            self._hurry = None

    def _look(self) -> None:
        left = SECONDS + self._body / SLOWEST - (self.loop.time() - self._begun)
        if left > 0:
            self._hurry = self.loop.call_later(left, self._look)
        else:
            self.transport.abort()
