"""A running simulator with a running bot behind it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from siaga.simulator.app import SimulatorServer
from siaga.simulator.config import Config
from tests.simulator.stub_bot import NUMBER, SECRET, TOKEN, StubBot, free_port


class Running:
    """A simulator in a thread on a port of its own."""

    def __init__(self, config: Config, port: int) -> None:
        self.url = config.base_url
        self.server = SimulatorServer(config, host="127.0.0.1", port=port)
        self._thread = threading.Thread(target=self.server.run, daemon=True)
        self._thread.start()
        limit = time.monotonic() + 10
        while not self.server.started:
            assert time.monotonic() < limit, "the simulator did not start"
            time.sleep(0.01)
        self.client = httpx.Client(base_url=self.url, timeout=30, trust_env=False)

    def stop(self) -> None:
        self.client.close()
        self.server.end_streams()
        self.server.should_exit = True
        self._thread.join(timeout=10)
        assert not self._thread.is_alive()

    def post(self, path: str, content: Any = None) -> Any:
        answer = self.client.post(path, json={} if content is None else content)
        assert answer.is_success, answer.text
        return answer.json()

    def get(self, path: str, **params: Any) -> Any:
        answer = self.client.get(path, params=params)
        assert answer.is_success, answer.text
        return answer.json()

    def says(self, wa_id: str, body: str) -> str:
        """A citizen writes a text; its id."""
        return self.post(f"/api/contacts/{wa_id}/messages", {"type": "text", "text": {"body": body}})["id"]

    def chat(self, wa_id: str, **params: Any) -> list[dict[str, Any]]:
        return self.get(f"/api/contacts/{wa_id}/messages", **params)["messages"]


@pytest.fixture
def bot() -> Iterator[StubBot]:
    stub = StubBot()
    yield stub
    stub.close()


@pytest.fixture
def launch(bot: StubBot, tmp_path: Path) -> Iterator[Callable[..., Running]]:
    """Start a simulator before the stub bot; keyword arguments change its configuration."""
    running: list[Running] = []

    def start(**changes: Any) -> Running:
        port = free_port()
        config = Config(
            home=tmp_path / "simulator",
            webhook_url=bot.url,
            app_secret=SECRET,
            access_token=TOKEN,
            phone_number_id=NUMBER,
            base_url=f"http://127.0.0.1:{port}",
            delivered_after=0.02,
            read_after=0.04,
            retry_delays=(0.02, 0.05, 0.1),
            database=False,
        )
        simulator = Running(replace(config, **changes), port)
        bot.graph_url = simulator.url
        running.append(simulator)
        return simulator

    yield start
    for simulator in running:
        if simulator.server.started and not simulator.server.should_exit:
            simulator.stop()


@pytest.fixture
def simulator(launch: Callable[..., Running]) -> Running:
    return launch()


@pytest.fixture(scope="session")
def every_kind(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The raw webhook of each kind that the simulator can send, by the names in ``kinds``."""
    from tests.simulator.kinds import collect

    stub = StubBot()
    port = free_port()
    config = Config(
        home=tmp_path_factory.mktemp("kinds"),
        webhook_url=stub.url,
        app_secret=SECRET,
        access_token=TOKEN,
        phone_number_id=NUMBER,
        base_url=f"http://127.0.0.1:{port}",
        delivered_after=0.0,
        read_after=0.0,
        database=False,
    )
    running = Running(config, port)
    stub.graph_url = running.url
    try:
        return collect(running, stub)
    finally:
        running.stop()
        stub.close()
