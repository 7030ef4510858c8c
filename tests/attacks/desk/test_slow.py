"""Who does not come to the end of what they ask: the desk hangs up, and is there for others meanwhile."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timezone

import httpx
import pytest

from siaga.db import transaction
from siaga.desk import sessions
from siaga.desk.access import cookie_name
from siaga.desk.editor.writing_pages import LONGEST
from siaga.doors import patience
from tests.desk.conftest import account
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


def test_what_cannot_be_read_is_refused_and_fills_no_log(port: int, caplog: pytest.LogCaptureFixture) -> None:
    log = logging.getLogger("uvicorn.error")
    log.addHandler(caplog.handler)
    for said in [b"GET / HTTP/9\r\n\r\n", b"\x16\x03\x01\x00", b"GET  HTTP/1.1\r\n\r\n"] * 5:
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(said)
            assert connection.recv(100).startswith(b"HTTP/1.1 400")
    log.removeHandler(caplog.handler)
    assert len({id(record) for record in caplog.records if record.name == "uvicorn.error"}) <= 1


def test_an_editors_longest_text_holds_nobody_else_up(port: int) -> None:
    """Two at once of what takes longest: thousands of short values, as a form."""
    with transaction() as session:
        token = sessions.begin(session, account("ed", "editor"), datetime.now(timezone.utc))
        here = sessions.find(session, token, datetime.now(timezone.utc))
    assert here is not None
    asks = {"Cookie": f"{cookie_name()}={token}", "X-CSRF-Token": here.csrf}
    text = "id: satu\nshort: x\nvariants:\n" + "- a\n" * (LONGEST // 20)
    told: list[int] = []

    def send() -> None:
        form = {"yaml": text, "bentuk": "form", "berkas": "satu.yml"}
        address = f"http://127.0.0.1:{port}/isi/answer/satu/periksa"
        told.append(httpx.post(address, data=form, headers=asks, timeout=60, trust_env=False).status_code)

    editors = [threading.Thread(target=send) for _ in range(2)]
    for editor in editors:
        editor.start()
    waits: list[float] = []
    while any(editor.is_alive() for editor in editors):
        began = time.monotonic()
        assert httpx.get(f"http://127.0.0.1:{port}/masuk", trust_env=False).status_code == 200
        waits.append(time.monotonic() - began)
        time.sleep(0.05)
    assert told == [200] * 2
    assert max(waits) < 3, "the others wait for as long as one who writes"
