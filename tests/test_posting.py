"""JSON that is posted comes back answered: over connections that are kept, and never with another request's answer."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from siaga.posting import NoAnswer, Server

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"


class Standing:
    """A server that takes what it answers from a list, one answer a request; None: nothing, until it is left."""

    def __init__(self, *answers: bytes | None) -> None:
        self.answers = list(answers)
        self.requests: list[bytes] = []
        self.connections = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        self.connections += 1
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = next(int(line[15:]) for line in head.split(b"\r\n") if line.startswith(b"Content-Length"))
                self.requests.append(head + await reader.readexactly(length))
                answer = self.answers.pop(0)
                if answer is None:
                    await reader.read()
                    break
                writer.write(answer)
                await writer.drain()
                if answer == b"" or b"Connection: close" in answer:
                    break
        writer.close()


@asynccontextmanager
async def standing(
    *answers: bytes | None, seconds: float = 2.0, idle: float = 3.0
) -> AsyncIterator[tuple[Standing, Server]]:
    """Who answers, and who asks."""
    there = Standing(*answers)
    listening = await asyncio.start_server(there.serve, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    server = Server(f"http://127.0.0.1:{port}/webhook?a=b", seconds=seconds, idle_seconds=idle)
    try:
        yield there, server
    finally:
        server.close()
        listening.close()
        await listening.wait_closed()


async def test_what_is_posted_is_answered_and_the_connection_kept() -> None:
    async with standing(OK, b"HTTP/1.1 400 Bad Request\r\nContent-Length: 1\r\n\r\nx", OK) as (there, server):
        first = await server.post(b'{"a": 1}', {"Authorization": "Bearer t"})
        second = await server.post(b"{}", {})
        await server.post(b"[]", {"Content-Type": "text/x"})
    assert (first.status, first.reason, first.kind, first.body) == (200, "OK", "application/json", b"{}")
    assert (second.status, second.reason, second.kind, second.body) == (400, "Bad Request", "", b"x")
    assert there.connections == 1
    line, *headers = there.requests[0].split(b"\r\n")
    assert line == b"POST /webhook?a=b HTTP/1.1"
    assert {b"Content-Type: application/json", b"Authorization: Bearer t", b"Content-Length: 8"} <= set(headers)
    assert headers[-1] == b'{"a": 1}'
    assert there.requests[2].count(b"Content-Type") == 1


async def test_an_answer_may_come_in_chunks() -> None:
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n[1\r\n3\r\n,2]\r\n0\r\n\r\n"
    async with standing(chunked, OK) as (there, server):
        assert (await server.post(b"{}", {})).body == b"[1,2]"
        assert (await server.post(b"{}", {})).body == b"{}"
    assert there.connections == 1


async def test_calls_at_once_have_connections_of_their_own() -> None:
    async with standing(*[OK] * 6) as (there, server):
        for _ in range(2):
            answers = await asyncio.gather(*(server.post(b"{}", {}) for _ in range(3)))
            assert [answer.status for answer in answers] == [200] * 3
    assert there.connections == 3


async def test_a_connection_that_the_server_closes_or_that_rested_long_is_not_used_again() -> None:
    closing = OK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    async with standing(closing, OK, OK, idle=0.0) as (there, server):
        for _ in range(3):
            assert (await server.post(b"{}", {})).body == b"{}"
    assert there.connections == 3


@pytest.mark.parametrize(
    "answer", [b"", b"SSH-2.0\r\n\r\n", b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 9\r\n\r\nx"]
)
async def test_what_is_no_whole_answer_is_none(answer: bytes) -> None:
    async with standing(answer, OK) as (there, server):
        with pytest.raises(NoAnswer):
            await server.post(b"{}", {})
        assert (await server.post(b"{}", {})).status == 200
    assert there.connections == 2


@pytest.mark.parametrize("leave", ["late", "cancelled"])
async def test_nobody_gets_the_answer_to_a_request_that_was_given_up(leave: str) -> None:
    async with standing(None, OK, seconds=0.05 if leave == "late" else 2.0) as (there, server):
        asking = asyncio.create_task(server.post(b"{}", {}))
        if leave == "cancelled":
            while not there.requests:
                await asyncio.sleep(0.001)
            asking.cancel()
        with pytest.raises(asyncio.TimeoutError if leave == "late" else asyncio.CancelledError):
            await asking
        assert (await server.post(b"[]", {})).status == 200
    assert there.connections == 2


async def test_nobody_there_is_no_answer() -> None:
    with pytest.raises(NoAnswer):
        await Server("http://127.0.0.1:9", seconds=1.0, idle_seconds=1.0).post(b"{}", {})


@pytest.mark.parametrize("url", ["https://x/", "http:///x", "http://a:b@x/", "x"])
def test_only_http_without_more(url: str) -> None:
    with pytest.raises(ValueError, match="HTTP"):
        Server(url, seconds=1.0, idle_seconds=1.0)
