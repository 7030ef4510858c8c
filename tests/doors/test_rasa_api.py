"""Rasa's own HTTP interface is off, and on only behind a token that stands in no process list."""

from __future__ import annotations

import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from rasa.core.agent import Agent
from rasa.core.channels.channel import register
from rasa.core.run import _create_app_without_api
from rasa.server import create_app
from rasa.shared.exceptions import RasaException
from sanic import Sanic

from siaga.doors.tokens import TokenUnfit, rasa_api_token
from siaga.settings import ROOT, Settings, settings
from siaga.start import CannotStart
from siaga.start.commands import _check_tokens
from siaga.start.environment import of_processes
from siaga.start.ports import Ports
from siaga.start.processes import read_procfile
from siaga.whatsapp.input import WhatsAppInput

Sanic.test_mode = True
TOKEN = "t" * 32
PATHS = [
    ("GET", "/version"),
    ("GET", "/status"),
    ("GET", "/domain"),
    ("GET", "/conversations/x/tracker"),
    ("GET", "/conversations/x/story"),
    ("POST", "/conversations/x/tracker/events"),
    ("POST", "/conversations/x/trigger_intent"),
    ("POST", "/conversations/x/messages"),
    ("POST", "/model/parse"),
    ("POST", "/model/train"),
    ("PUT", "/model"),
    ("DELETE", "/model"),
]


def made(*, api: bool, database: str = "") -> Sanic:
    """A server as `rasa run` makes it, with our channel."""
    app = create_app(cors_origins=None) if api else _create_app_without_api(None)
    app.name = f"{app.name}_{time.monotonic_ns()}"
    register([WhatsAppInput.from_credentials({})], app, route="/webhooks/")
    app.ctx.agent = Agent()
    return app


@asynccontextmanager
async def serving(app: Sanic) -> AsyncIterator[httpx.AsyncClient]:
    """Ask it."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = await app.create_server(sock=listener, return_asyncio_server=True)
    await server.startup()
    await server.before_start()
    await server.start_serving()
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    try:
        async with httpx.AsyncClient(base_url=address, trust_env=False) as client:
            yield client
    finally:
        server.close()
        await server.wait_closed()


async def test_only_webhooks_answer(database: str) -> None:
    async with serving(made(api=False)) as client:
        for method, path in PATHS:
            assert (await client.request(method, path)).status_code == 404, path
        assert (await client.get("/webhooks/whatsapp/")).text == "ok"
        assert (await client.get("/")).text == "ok", "Rasa would tell its version"


async def test_where_it_is_on_it_asks_for_the_token(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "rasa_api", True)
    monkeypatch.setattr(settings(), "rasa_api_token", TOKEN)
    async with serving(made(api=True)) as client:
        for method, path in PATHS:
            for headers, query in (({}, ""), ({"Authorization": "Bearer x"}, ""), ({}, f"?token={TOKEN}")):
                answer = await client.request(method, path + query, headers=headers)
                assert answer.status_code == 401, path
                assert answer.text == ""
        right = {"Authorization": f"Bearer {TOKEN}", "Origin": "https://evil.example"}
        answer = await client.get("/version", headers=right)
        assert answer.status_code == 200
        assert not answer.headers.get("access-control-allow-origin")
        assert (await client.get("/")).text == "ok"
        assert (await client.get("/webhooks/whatsapp/")).status_code == 200


@pytest.mark.parametrize(
    ("asked", "token", "why"), [(False, TOKEN, "is off"), (True, None, "RASA_API_TOKEN"), (True, "t" * 31, "32")]
)
def test_an_open_one_does_not_start(monkeypatch: pytest.MonkeyPatch, asked: bool, token: str, why: str) -> None:
    monkeypatch.setattr(settings(), "rasa_api", asked)
    monkeypatch.setattr(settings(), "rasa_api_token", token)
    with pytest.raises(RasaException, match=why) as refused:
        made(api=True)
    assert "\n" not in str(refused.value)


def test_siaga_start_refuses_it_without_a_token() -> None:
    with pytest.raises(CannotStart, match="SIAGA_RASA_API_TOKEN"):
        _check_tokens(Settings(rasa_api=True))
    _check_tokens(Settings(rasa_api=True, rasa_api_token=TOKEN))
    with pytest.raises(TokenUnfit):
        rasa_api_token(Settings())


@pytest.mark.parametrize(("asked", "there"), [(False, False), (True, True)])
def test_the_command_line_has_the_switch_and_never_the_token(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object, asked: bool, there: bool
) -> None:
    monkeypatch.setenv("SIAGA_RASA_API", "false")
    ports = Ports(rasa=1, action=2, simulator=3, receive=4)
    chosen = Settings(rasa_api=asked, rasa_api_token=TOKEN)
    environment = of_processes(chosen, ports, "postgresql://", ROOT, verbose=False)
    assert ("SIAGA_RASA_API" in environment) is there
    command = read_procfile(ROOT / "Procfile")["rasa"]
    assert "${SIAGA_RASA_API:+--enable-api}" in command
    assert "token" not in command.lower() and "--cors" not in command
