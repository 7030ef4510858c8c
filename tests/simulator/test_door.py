"""The simulator is for programs and pages of this machine, and for development."""

from __future__ import annotations

import dataclasses
import socket
from pathlib import Path

import httpx
import pytest
from starlette.types import Message, Scope

from siaga.settings import Settings, settings
from siaga.simulator.app import create_app
from siaga.simulator.config import Config, NotInProduction
from siaga.simulator.door import AT_ONCE, Door, is_another_sites, is_ours
from tests.simulator.conftest import Running

HERE = Config(
    home=Path(), webhook_url="", app_secret="", access_token="", phone_number_id="", base_url="http://127.0.0.1:8088"
)
OUTSIDE = dataclasses.replace(HERE, from_elsewhere=True, hosts=("0.0.0.0", "simulator"))


@pytest.mark.parametrize("host", ["127.0.0.1:8088", "127.0.0.1", "localhost:8088", "[::1]:8088", "a.localhost"])
def test_this_machine_is_known_by_all_its_names(host: str) -> None:
    assert is_ours(host, HERE)


@pytest.mark.parametrize(
    "host",
    ["evil.example:8088", "127.0.0.1.evil.example", "localhost.evil.example", "192.0.2.1:8088", "", "[", "evil@x:y"],
)
def test_other_names_that_lead_here_are_refused(host: str) -> None:
    assert not is_ours(host, HERE)


def test_where_it_listens_for_others_addresses_will_do_and_names_that_were_given() -> None:
    assert is_ours("192.0.2.1:8088", OUTSIDE)
    assert is_ours("simulator:8088", OUTSIDE)
    assert not is_ours("evil.example:8088", OUTSIDE)


@pytest.mark.parametrize(
    ("headers", "another"),
    [
        ({"host": "127.0.0.1:8088"}, False),
        ({"host": "127.0.0.1:8088", "origin": "http://127.0.0.1:8088"}, False),
        ({"host": "127.0.0.1:8088", "origin": "http://127.0.0.1:3000"}, True),
        ({"host": "127.0.0.1:8088", "origin": "https://evil.example"}, True),
        ({"host": "127.0.0.1:8088", "origin": "null"}, True),
        ({"host": "127.0.0.1:8088", "sec-fetch-site": "same-origin"}, False),
        ({"host": "127.0.0.1:8088", "sec-fetch-site": "none"}, False),
        ({"host": "127.0.0.1:8088", "sec-fetch-site": "cross-site"}, True),
        ({"host": "127.0.0.1:8088", "sec-fetch-site": "same-site", "origin": "http://127.0.0.1:8088"}, True),
    ],
)
def test_browsers_say_whose_page_asks(headers: dict[str, str], another: bool) -> None:
    assert is_another_sites(headers) is another


def test_a_page_that_the_developer_visits_drives_nothing(simulator: Running) -> None:
    wrote = {"json": {"kind": "people"}}
    before = simulator.get("/api/contacts")
    assert simulator.client.get("/", headers={"Host": "evil.example"}).status_code == 421
    assert simulator.client.get("/api/contacts", headers={"Host": "evil.example:8088"}).status_code == 421
    for said in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert simulator.client.post("/api/contacts", **wrote, headers=said).status_code == 403
        assert simulator.client.post("/api/reset", headers=said).status_code == 403
        assert simulator.client.delete("/v25.0/1", headers=said).status_code == 403
    assert simulator.get("/api/contacts") == before
    own = {"Origin": simulator.url, "Sec-Fetch-Site": "same-origin"}
    assert simulator.client.post("/api/contacts", **wrote, headers=own).status_code == 201


def test_its_answers_carry_headers_that_keep_them_ours(simulator: Running) -> None:
    for path in ("/", "/health", "/api/contacts", "/static/main.js", "/tidak/ada"):
        answer = simulator.client.get(path)
        assert "default-src 'none'" in answer.headers["content-security-policy"], path
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "server" not in answer.headers
        assert not [name for name in answer.headers if name.startswith("access-control")]


def test_it_listens_on_this_machine_only(simulator: Running) -> None:
    assert simulator.server.config.host == "127.0.0.1"
    others = {one[4][0] for one in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)} - {"127.0.0.1"}
    port = int(simulator.url.rpartition(":")[2])
    for address in others:
        if not address.startswith("127."):
            with pytest.raises(httpx.ConnectError):
                httpx.get(f"http://{address}:{port}/", trust_env=False)


async def test_another_machine_is_held_back_and_this_one_is_not() -> None:
    statuses: list[int] = []

    async def app(scope: Scope, receive: object, send: object) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})  # type: ignore[operator]

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    async def ask(address: str, times: int) -> list[int]:
        statuses.clear()
        scope = {
            "type": "http",
            "method": "GET",
            "path": "/",
            "client": (address, 1),
            "headers": [(b"host", b"192.0.2.1")],
        }
        for _ in range(times):
            await door(scope, None, send)  # type: ignore[arg-type]
        return statuses

    door = Door(app, OUTSIDE)
    assert set(await ask("127.0.0.1", AT_ONCE * 3)) == {200}
    assert 429 in await ask("192.0.2.7", AT_ONCE * 3)


def test_it_is_made_in_development_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "environment", "production")
    with pytest.raises(NotInProduction):
        create_app(HERE)


def test_an_environment_that_is_mistyped_is_neither() -> None:
    with pytest.raises(ValueError, match="environment"):
        Settings(environment="prod")  # type: ignore[arg-type]
