"""The desk as a server: whose word counts for where somebody comes from, and streams that end."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from sqlalchemy import select

from siaga.db import transaction
from siaga.desk import attempts
from siaga.desk.server import DeskServer
from siaga.desk.tables import DeskAttempt
from siaga.settings import settings
from tests.simulator.stub_bot import free_port


@contextmanager
def running() -> Iterator[str]:
    """The desk on a port of its own; its address."""
    port = free_port()
    server = DeskServer(host="127.0.0.1", port=port)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    limit = time.monotonic() + 10
    while not server.started:
        assert time.monotonic() < limit, "the desk did not start"
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.end_streams()
        server.should_exit = True
        thread.join(10)
        assert not thread.is_alive()


@pytest.mark.parametrize(
    ("proxies", "said", "counts"),
    [
        ("", "203.0.113.5", "127.0.0.1"),
        ("192.0.2.1", "203.0.113.5", "127.0.0.1"),
        ("127.0.0.1", "203.0.113.5", "203.0.113.5"),
        ("127.0.0.0/8,10.0.0.0/8", "1.1.1.1, 203.0.113.5, 10.1.2.3", "203.0.113.5"),
    ],
)
def test_only_a_trusted_proxy_says_where_somebody_comes_from(
    database: str, monkeypatch: pytest.MonkeyPatch, proxies: str, said: str, counts: str
) -> None:
    monkeypatch.setattr(settings(), "desk_proxies", proxies)
    with running() as url:
        answer = httpx.post(
            f"{url}/masuk", data={"login": "rini", "password": "x"}, headers={"X-Forwarded-For": said}, trust_env=False
        )
    assert answer.status_code == 422
    assert "server" not in answer.headers
    with transaction() as session:
        known = set(session.execute(select(DeskAttempt.who)).scalars())
    assert known == {attempts.of_login("rini").who, attempts.of_address(counts).who}
