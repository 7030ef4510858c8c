"""JSON posted to a server over connections that are kept: what aiohttp does, for a fifth of the processor time.

No more than calls between our own processes need: HTTP/1.1 without TLS, proxies, redirects, cookies, compression.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import urlsplit

import httptools


class NoAnswer(ConnectionError):
    """No connection, or it was closed before the whole answer had come; what was sent may have been carried out."""


@dataclass(frozen=True)
class Answer:
    """What a server answered; ``kind`` is its content type."""

    status: int
    reason: str
    kind: str
    body: bytes = field(repr=False)


class Server:
    """A server, for use in one event loop; there are as many connections as calls at once."""

    def __init__(self, url: str, *, seconds: float, idle_seconds: float) -> None:
        """After ``seconds`` a call without an answer is given up, after ``idle_seconds`` a connection that rests.

        Raises:
            ValueError: the address is none of HTTP without TLS.
        """
        parts = urlsplit(url)
        if parts.scheme != "http" or not parts.hostname or "@" in parts.netloc:
            raise ValueError("not an address of HTTP without TLS")
        self._host, self._port = parts.hostname, parts.port or 80
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._first = f"POST {path} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
        self._seconds, self._idle_seconds = seconds, idle_seconds
        self._rested: list[_Connection] = []

    async def post(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Post JSON.

        Raises:
            NoAnswer, asyncio.TimeoutError
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + self._seconds
        own = {"Content-Type": "application/json", "Accept": "application/json", **headers, "Content-Length": len(body)}
        head = "".join(f"{name}: {value}\r\n" for name, value in own.items())
        connection = self._at_rest(loop.time()) or await self._new()
        try:
            answer = await connection.ask(f"{self._first}{head}\r\n".encode() + body, until)
        except BaseException:
            # What comes now would be taken for the answer to the next request.
            connection.close()
            raise
        if connection.is_open:
            connection.rests_since = loop.time()
            self._rested.append(connection)
        return answer

    def close(self) -> None:
        """Close the connections that rest."""
        while self._rested:
            self._rested.pop().close()

    def _at_rest(self, now: float) -> _Connection | None:
        """The connection that was used last; one that has rested for long may just be closed by the server."""
        while self._rested:
            connection = self._rested.pop()
            if connection.is_open and connection.rests_since > now - self._idle_seconds:
                return connection
            connection.close()
        return None

    async def _new(self) -> _Connection:
        making = asyncio.get_running_loop().create_connection(_Connection, self._host, self._port)
        try:
            _, connection = await asyncio.wait_for(making, self._seconds)
        except OSError as error:
            raise NoAnswer(type(error).__name__) from None
        return connection


class _Connection(asyncio.Protocol):
    """One connection, on which one request at a time is asked."""

    def __init__(self) -> None:
        self.is_open = False
        self.rests_since = 0.0
        self._parser = httptools.HttpResponseParser(self)
        self._answer: asyncio.Future[Answer] | None = None

    def ask(self, request: bytes, until: float) -> asyncio.Future[Answer]:
        """Send a request; its answer, which is waited for until then by the loop's clock."""
        loop = asyncio.get_running_loop()
        self._reason = self._kind = ""
        self._parts: list[bytes] = []
        self._answer = loop.create_future()
        timer = loop.call_at(until, self._fail, asyncio.TimeoutError())
        self._answer.add_done_callback(lambda _: timer.cancel())
        self._transport.write(request)
        return self._answer

    def close(self) -> None:
        """Close it; a request that is still open fails."""
        self.is_open = False
        self._transport.close()

    def _fail(self, error: Exception) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error)

    # ------------------------------------------------------------------ asyncio calls these
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It stands."""
        self._transport, self.is_open = cast(asyncio.Transport, transport), True

    def data_received(self, data: bytes) -> None:
        """Some of an answer has come."""
        if self._answer is None or self._answer.done():
            self.close()  # nothing was asked
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self.close()
            self._fail(NoAnswer("not HTTP"))

    def connection_lost(self, _: Exception | None) -> None:
        """The server has closed it."""
        self.is_open = False
        self._fail(NoAnswer("closed"))

    # ------------------------------------------------------------------ the parser calls these
    def on_status(self, reason: bytes) -> None:
        """The words behind the status."""
        self._reason += reason.decode("latin-1")

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header."""
        if name.lower() == b"content-type":
            self._kind = value.decode("latin-1")

    def on_body(self, part: bytes) -> None:
        """Some of the body."""
        self._parts.append(part)

    def on_message_complete(self) -> None:
        """The answer is whole."""
        if not self._parser.should_keep_alive():
            self.close()
        if self._answer is not None and not self._answer.done():
            status = self._parser.get_status_code()
            self._answer.set_result(Answer(status, self._reason, self._kind, b"".join(self._parts)))
