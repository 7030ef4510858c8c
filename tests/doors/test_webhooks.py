"""The webhooks' door: what is forged is turned away more and more shortly, and what is genuine is always taken."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator
from functools import partial

import httpx
import pytest
from sqlalchemy import func, select

from siaga.db import transaction
from siaga.doors import forged
from siaga.doors.forged import AT_ONCE, Refusals
from siaga.settings import settings
from siaga.turns.tables import InboundMessage
from siaga.whatsapp import routes
from siaga.whatsapp.signature import HEADER, sign
from tests.doors.test_limits import Clock
from tests.whatsapp.door import PATH, serving
from tests.whatsapp.webhooks import body, message, webhook

GENUINE = body(webhook([message()]))
GOOD = {HEADER: sign(GENUINE, "rahasia-simulator")}
VERIFY = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": "siaga-lokal"}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """By which the door counts."""
    made = Clock()
    monkeypatch.setattr(routes, "Refusals", partial(Refusals, clock=made))
    return made


@pytest.fixture
async def door(database: str, clock: Clock) -> AsyncIterator[httpx.AsyncClient]:
    async with serving() as address, httpx.AsyncClient(base_url=address, trust_env=False) as client:
        yield client


async def _forge(door: httpx.AsyncClient, times: int, **headers: str) -> list[int]:
    return [(await door.post(PATH, content=b"{}", headers=headers)).status_code for _ in range(times)]


async def test_forged_webhooks_are_turned_away_and_genuine_ones_never(door: httpx.AsyncClient, clock: Clock) -> None:
    assert await _forge(door, AT_ONCE) == [403] * AT_ONCE
    refused = await door.post(PATH, content=b"{}")
    assert refused.status_code == 429 and int(refused.headers["retry-after"]) >= 1
    for number in range(20):
        content = body(webhook([message(wamid=f"wamid.{number}")]))
        signed = {HEADER: sign(content, settings().whatsapp_app_secret)}
        assert (await door.post(PATH, content=content, headers=signed)).status_code == 200
    with transaction() as session:
        assert session.scalar(select(func.count()).select_from(InboundMessage)) == 20
    assert (await door.get(PATH, params=VERIFY)).text == VERIFY["hub.challenge"]
    clock.now += 1 / settings().forged_rate
    assert await _forge(door, 2) == [403, 429]


async def test_the_token_cannot_be_guessed_by_trying(door: httpx.AsyncClient) -> None:
    wrong = VERIFY | {"hub.verify_token": "x"}
    tried = [(await door.get(PATH, params=wrong)).status_code for _ in range(AT_ONCE + 5)]
    assert tried == [403] * AT_ONCE + [429] * 5
    assert (await door.get(PATH, params=VERIFY)).status_code == 200


async def test_a_flood_of_forged_webhooks_is_a_line_a_minute(
    door: httpx.AsyncClient, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        await _forge(door, AT_ONCE * 3)
        clock.now += 61
        await _forge(door, 5)
    lines = [record.getMessage() for record in caplog.records if record.name == forged.__name__]
    assert len(lines) == 2
    assert str(AT_ONCE * 3) in lines[1]
    assert "127.0.0.1" not in "".join(lines), "an address is somebody's"


async def test_only_a_proxy_of_ours_says_whose_it_is(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "desk_proxies", "127.0.0.1")
    monkeypatch.setattr(settings(), "forged_rate", 0.001)
    async with serving() as address, httpx.AsyncClient(base_url=address, trust_env=False) as door:
        assert 429 in await _forge(door, AT_ONCE + 1, **{"X-Forwarded-For": "203.0.113.1"})
        assert await _forge(door, 1, **{"X-Forwarded-For": "203.0.113.2"}) == [403]
    monkeypatch.setattr(settings(), "desk_proxies", "")
    async with serving() as address, httpx.AsyncClient(base_url=address, trust_env=False) as door:
        assert 429 in await _forge(door, AT_ONCE + 1, **{"X-Forwarded-For": "203.0.113.1"})
        assert await _forge(door, 1, **{"X-Forwarded-For": "203.0.113.2"}) == [429]


async def test_answers_say_nothing_of_what_made_them(door: httpx.AsyncClient) -> None:
    good = await door.post(PATH, content=GENUINE, headers=GOOD)
    forged_, missing, other = [
        await door.post(PATH, content=b"{"),
        await door.get("/webhooks/whatsapp/tidak-ada"),
        await door.put(PATH, content=b"x"),
    ]
    assert [one.status_code for one in (good, forged_, missing, other)] == [200, 403, 404, 405]
    for answer in (good, forged_, missing, other):
        assert "server" not in answer.headers
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-type"].startswith("text/plain")
        assert answer.text == ""
        assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize(
    "raw",
    [
        b"GET /\x00 HTTP/1.1\r\n\r\n",
        b"NONSENSE\r\n\r\n",
        b"POST " + PATH.encode() + b" HTTP/1.1\r\nHost: x\r\nContent-Length: abc\r\n\r\n",
        b"POST " + PATH.encode() + b" HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n\r\n",
    ],
)
async def test_a_malformed_request_is_told_nothing(
    door: httpx.AsyncClient, raw: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.create_connection(("127.0.0.1", door.base_url.port), timeout=10) as line:  # type: ignore[arg-type]
        line.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_sendall(line, raw)
        said = await asyncio.wait_for(loop.sock_recv(line, 65536), 10)
    assert b"Traceback" not in said and b"site-packages" not in said and b"File " not in said
    assert b"HTTP/1.1 4" in said or said == b""
    assert PATH not in "".join(one.getMessage() for one in caplog.records if one.name.startswith("siaga"))
    assert (await door.get("/webhooks/whatsapp/")).status_code == 200
