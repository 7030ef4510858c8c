"""Who does not come to the end of what they ask: the desk hangs up, and is there for others meanwhile."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest

from siaga.doors import patience
from tests.desk.test_server import running

MANY = 60
HEAD = b"POST /masuk HTTP/1.1\r\nHost: desk.test\r\n"
FORM = HEAD + b"Content-Type: application/x-www-form-urlencoded\r\n"


@pytest.fixture(scope="module")
def hasty() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(patience, "SECONDS", 0.6)
        yield


@pytest.fixture
def port(database: str, hasty: None) -> Iterator[int]:
    with running() as url:
        yield int(url.rpartition(":")[2])


def hung_up(connection: socket.socket, drip: bytes = b"", seconds: float = 4.0) -> float | None:
    """After how long the other end was gone, with a little more sent all the while; None: it is still there."""
    began = time.monotonic()
    connection.settimeout(0.1)
    while time.monotonic() - began < seconds:
        try:
            if drip:
                connection.sendall(drip)
            while connection.recv(65_536):
                pass
            return time.monotonic() - began
        except TimeoutError:
            continue
        except OSError:
            return time.monotonic() - began
    return None


@pytest.mark.parametrize(
    ("said", "drip"),
    [
        (b"", b""),
        (b"", b"\r\n"),
        (HEAD, b""),
        (HEAD, b"X-A: b\r\n"),
        (FORM + b"Content-Length: 1000\r\n\r\nlogin=", b"a"),
        (FORM + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n"),
        (b"GET /health HTTP/1.1\r\nHost: desk.test\r\nContent-Length: 1000\r\n\r\n", b"a"),
        (b"GET /health HTTP/1.1\r\nHost: desk.test\r\n\r\n", b"\r\n"),
        (b"GET /health HTTP/1.1\r\nHost: desk.test\r\n\r\nGET /h", b""),
    ],
    ids=[
        "nothing", "blank lines", "half a head", "a head without end", "half a form", "a form without end",
        "the body of an answered one", "blank lines after an answer", "another half behind a whole",
    ],
)  # fmt: skip
def test_who_does_not_come_to_the_end_is_hung_up_on(port: int, said: bytes, drip: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(said)
        assert hung_up(connection, drip) is not None


def test_a_head_without_end_is_not_kept(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "SECONDS", 60.0)
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(HEAD)
        assert hung_up(connection, b"X-A: " + b"b" * 20_000 + b"\r\n") is not None


def test_a_crowd_of_them_keeps_nobody_out(port: int) -> None:
    with ExitStack() as crowd:
        for number in range(MANY):
            connection = crowd.enter_context(socket.create_connection(("127.0.0.1", port)))
            connection.sendall(HEAD if number % 2 else FORM + b"Content-Length: 9\r\n\r\nlogin=")
        began = time.monotonic()
        assert httpx.get(f"http://127.0.0.1:{port}/masuk", trust_env=False).status_code == 200
        assert time.monotonic() - began < 2


def test_who_is_slow_but_comes_on_is_heard(port: int) -> None:
    body = b"login=ani&password=" + b"x" * 30_000
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(FORM + b"Content-Length: %d\r\n\r\n" % len(body))
        for at in range(0, len(body), 6_000):
            connection.sendall(body[at : at + 6_000])
            time.sleep(0.2)
        assert b" 422 " in connection.recv(200).partition(b"\r\n")[0]


@pytest.mark.parametrize("size", [200_000, 4_000_000])
def test_what_names_no_length_is_limited_too(port: int, size: int) -> None:
    """Chunked: nobody knows how much there will be."""

    def pieces() -> Iterator[bytes]:
        for _ in range(size // 50_000):
            yield b"a" * 50_000

    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = httpx.post(f"http://127.0.0.1:{port}/masuk", content=pieces(), headers=kind, trust_env=False)
    assert answer.status_code == (413 if size > 3_000_000 else 422)
