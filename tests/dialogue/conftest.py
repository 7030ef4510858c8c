"""A real Rasa agent with a tiny model: keywords, rules, and one form."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from rasa.core.agent import Agent
from rasa.model_training import train
from rasa.utils.endpoints import EndpointConfig
from rasa.utils.log_utils import configure_structlog

from siaga.dialogue.tracker_store import PostgresTrackerStore
from siaga.dialogue.worker import Worker
from siaga.settings import settings
from siaga.whatsapp.client import GraphClient
from siaga.whatsapp.output import WhatsAppDoor
from tests.dialogue.actions import Actions, running
from tests.whatsapp import graph as graphs

MODEL = Path(__file__).parent / "model"


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The tiny model, trained once."""
    # As `rasa run --debug` sets it up; how much is logged is then the loggers' own affair.
    configure_structlog(logging.DEBUG)
    logging.getLogger("rasa").setLevel(logging.INFO)
    output = tmp_path_factory.mktemp("model")
    result = train(
        domain=str(MODEL / "domain.yml"),
        config=str(MODEL / "config.yml"),
        training_files=[str(MODEL / "data.yml")],
        output=str(output),
        force_training=True,
    )
    return result.model


@pytest.fixture
def actions() -> Iterator[Actions]:
    with running() as actions:
        yield actions


@pytest.fixture
def graph() -> Iterator[graphs.Graph]:
    with graphs.running() as graph:
        yield graph


@pytest.fixture
def load_agent(model: str, actions: Actions, database: str, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Agent]:
    """Makes agents as Rasa's server does, each with its own locks."""
    monkeypatch.setattr(settings(), "action_url", actions.url)
    monkeypatch.setattr(settings(), "action_seconds", 1.0)

    def load() -> Agent:
        return Agent.load(
            model, tracker_store=PostgresTrackerStore(None), action_endpoint=EndpointConfig(url=actions.url)
        )

    return load


@pytest.fixture
def agent(load_agent: Callable[[], Agent]) -> Agent:
    return load_agent()


@pytest.fixture
async def start_worker(graph: graphs.Graph, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Callable[..., object]]:
    """Starts workers, and stops them at the end; ``lease`` in seconds."""
    client = GraphClient(graph.access)
    workers: list[Worker] = []

    async def start(agent: Agent | SimpleNamespace, *, lease: float = 10.0, lanes: int = 8) -> Worker:
        monkeypatch.setattr(settings(), "lease_seconds", lease)
        monkeypatch.setattr(settings(), "lanes", lanes)
        worker = Worker(agent, WhatsAppDoor(client))  # type: ignore[arg-type]
        await worker.start()
        workers.append(worker)
        return worker

    yield start
    for worker in workers:
        await worker.stop()
    await client.close()
