"""The action server in a process of its own: the token, and what its answers tell."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from rasa.utils.endpoints import EndpointConfig
from sqlalchemy import select

from siaga.db import transaction
from siaga.dialogue.action_endpoint import guarded
from siaga.doors.tokens import TokenUnfit, action_token, bearer, opens
from siaga.people.tables import Contact
from siaga.privacy.keys import ring
from siaga.settings import ROOT, Settings

CALL = {
    "next_action": "action_no_such_action",
    "sender_id": "k",
    "version": "3.6.21",
    "domain": {},
    "tracker": {"sender_id": "k", "slots": {}, "latest_message": {}, "events": [], "active_loop": {}},
}


@contextmanager
def running(module: list[str], **environment: str) -> Iterator[httpx.Client]:
    """The server, up."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", *module, "--port", str(port)],
        cwd=ROOT,
        env=os.environ | environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    client = httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=30)
    try:
        until = time.monotonic() + 60
        while time.monotonic() < until and process.poll() is None:
            try:
                client.get("/health")
                break
            except httpx.HTTPError:
                time.sleep(0.1)
        yield client
    finally:
        client.close()
        process.terminate()
        _, said = process.communicate(timeout=20)
        assert "3578011708549001" not in said


@pytest.fixture(scope="module")
def server(database_url: str) -> Iterator[httpx.Client]:
    """`python -m actions`."""
    with running(["actions"]) as client:
        yield client


def _authorized() -> dict[str, str]:
    return {"Authorization": bearer(action_token())}


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer x"}, {"Authorization": ""}, {"Authorization": "Basic YTpi"}, {"authorization": "é"}],
)
@pytest.mark.parametrize(("method", "path"), [("POST", "/webhook"), ("GET", "/actions"), ("GET", "/tidak-ada")])
def test_nothing_is_told_without_the_token(
    server: httpx.Client, method: str, path: str, headers: dict[str, str]
) -> None:
    answer = server.request(method, path, json=CALL, headers={k: v.encode() for k, v in headers.items()})
    assert answer.status_code == 401
    assert "action_" not in answer.text


def test_whether_it_runs_may_be_asked_by_anybody(server: httpx.Client) -> None:
    assert server.get("/health").status_code == 200


def test_the_token_opens(server: httpx.Client) -> None:
    assert server.post("/webhook", json=CALL, headers=_authorized()).status_code == 404
    assert {"name": "action_tell_news"} in server.get("/actions", headers=_authorized()).json()


async def test_rasa_shows_the_token(server: httpx.Client) -> None:
    url = f"{str(server.base_url).rstrip('/')}/webhook"
    endpoint = guarded(EndpointConfig(url=url), Settings(action_url=url))
    assert endpoint.headers["Authorization"] == bearer(action_token())
    answer = await endpoint.request(json=CALL | {"next_action": "action_tell_news", "tracker": _tracker()})
    await endpoint.close()
    assert "events" in answer


def _tracker() -> dict[str, object]:
    from rasa.shared.core.domain import Domain
    from rasa.shared.core.trackers import DialogueStateTracker

    slots = Domain.load(str(ROOT / "domain.yml")).slots
    return DialogueStateTracker.from_events("kunci", [], slots=slots).current_state()


def test_an_action_makes_nobody_anew_who_was_erased_since_they_wrote(server: httpx.Client, database: str) -> None:
    """The server goes on for a while with a turn whose contact is gone."""

    def call(metadata: dict[str, object]) -> int:
        message = {"text": "data saya", "intent": {"name": "see_my_data"}, "entities": [], "metadata": metadata}
        tracker = {**CALL["tracker"], "sender_id": "erased", "latest_message": message}
        body = {**CALL, "next_action": "action_see_my_data", "tracker": tracker}
        return server.post("/webhook", json=body, headers=_authorized()).status_code

    def is_there() -> bool:
        with transaction() as session:
            return session.scalar(select(Contact.id).where(Contact.key == "erased")) is not None

    of_channel = {"message_id": "m", "kind": "text", "at": "2026-11-23T03:00:00+00:00"}
    assert call(of_channel) == 500
    assert not is_there()
    # Behind `rasa shell` there is no channel that makes them.
    assert call({}) == 200
    assert is_there()
    assert call(of_channel) == 200


def test_another_sites_page_may_not_ask(server: httpx.Client) -> None:
    origin = {"Origin": "https://example.com", "Access-Control-Request-Method": "POST"}
    for answer in (
        server.options("/webhook", headers=origin),
        server.post("/webhook", json=CALL, headers=origin | _authorized()),
    ):
        assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"{", {}, 400),
        (b"[]", {}, 500),
        (b"null", {}, 400),
        (b'{"next_action": "action_tell_news", "tracker": {"slots": "3578011708549001"}}', {}, 500),
        (b"x", {"Content-Encoding": "deflate"}, 415),
        (b" " * (9 * 1024 * 1024), {}, 413),
    ],
    ids=["broken", "list", "null", "odd", "packed", "large"],
)
def test_a_malformed_call_is_refused_without_saying_how(
    server: httpx.Client, body: bytes, headers: dict[str, str], status: int
) -> None:
    answer = server.post("/webhook", content=body, headers=headers | _authorized())
    assert answer.status_code == status
    assert set(answer.json()) <= {"error", "action_name"}
    assert "Traceback" not in answer.text
    assert "3578011708549001" not in answer.text


def test_what_serves_is_not_told(server: httpx.Client) -> None:
    for answer in (server.get("/health"), server.get("/actions")):
        assert "server" not in answer.headers
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_it_does_not_start_in_production_without_keys() -> None:
    ended = _ended({"SIAGA_ENVIRONMENT": "production"}, without=("SIAGA_KEYS", "SIAGA_INDEX_KEY"))
    assert ended.returncode == 1
    assert ended.stderr.strip().splitlines()[-1] == "siaga: SIAGA_KEYS and SIAGA_INDEX_KEY must be set in production"
    assert "Traceback" not in ended.stderr


def _ended(more: dict[str, str], without: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in without} | more
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    return subprocess.run(
        [sys.executable, "-m", "actions", "--port", str(port)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_a_stock_server_is_open_to_a_tester_and_closed_in_production(database_url: str) -> None:
    stock = ["rasa_sdk", "--actions", "actions", "--quiet"]
    with running(stock) as client:
        assert client.post("/webhook", json=CALL).status_code == 404
    with running(stock, SIAGA_ENVIRONMENT="production") as client:
        assert client.post("/webhook", json=CALL).status_code == 401
        assert client.post("/webhook", json=CALL, headers=_authorized()).status_code == 404


def test_a_token_of_ones_own_must_be_long() -> None:
    assert action_token(Settings(action_token="t" * 32)) == "t" * 32
    for short in ("", "t" * 31, "t" * 31 + "é", "t t" * 20):
        with pytest.raises(TokenUnfit, match="SIAGA_ACTION_TOKEN"):
            action_token(Settings(action_token=short))


def test_a_token_is_compared_whole() -> None:
    token = "t" * 32
    assert opens(bearer(token), token)
    for wrong in (None, "", token, f"bearer {token}", bearer(token)[:-1], bearer(token) + "t", "Bearer \ud800"):
        assert not opens(wrong, token)


def test_the_token_is_made_of_the_key_and_is_not_the_key() -> None:
    assert len(action_token()) == 64
    assert action_token() != ring().index.hex()
