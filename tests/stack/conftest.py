"""The whole running system, once for all tests here: its own ports, database and home; one trained model."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.pool import NullPool

from siaga.settings import Settings, settings
from siaga.start import model
from siaga.start.processes import wait_until
from siaga.start.system import System
from tests.stack.ports import reserved
from tests.whatsapp.flows.phone import PASSPHRASE, new_key, pem

_SHORTER = {
    # Short enough to wait for after a kill, long enough for a turn on a busy machine.
    "SIAGA_LEASE_SECONDS": "4.0",
    # Programs type without pauses; what is about several messages in a turn sends them faster than this.
    "SIAGA_PAUSE_SECONDS": "0.15",
    # A process that is killed on purpose, whenever it is at a turn, makes the turn look as if it had killed it.
    "SIAGA_TURN_ATTEMPTS": "50",
}
WATCHED = ("actions", "receiver", "sender", "fetcher", "remind", "desk", "radar", "rasa")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder talks to the stack."""
    here = Path(__file__).parent
    for item in items:
        if item.path.parent == here:
            item.add_marker(pytest.mark.stack)


@dataclass
class Stack:
    """The running system, and a hand on it."""

    system: System
    home: Path
    database: Engine
    log: list[tuple[str, str]]
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.simulator = self.system.chat_page
        self.rasa = f"http://127.0.0.1:{self.system.ports.rasa}"
        self._client = httpx.Client(base_url=self.simulator, timeout=130, trust_env=False)

    def pid(self, name: str) -> int:
        """The id of ``simulator``, ``actions``, ``sender`` or ``rasa``."""
        return self.system.processes.pid(name)

    def kill(self, name: str) -> None:
        """Kill one process as the kernel would."""
        self.system.processes.kill(name)

    def restart(self, name: str) -> None:
        """Start it again and wait until it answers."""
        self.system.restart(name)

    def contact(self) -> str:
        """A number that nobody has written from."""
        made = self._client.post(
            "/api/contacts", json={"kind": "programs", "name": f"Warga Uji {next(self._numbers):03}"}
        )
        made.raise_for_status()
        return made.json()["wa_id"]

    def write(self, contact: str, text: str) -> str:
        """Write as a citizen; the message's id."""
        return self.post(f"/api/contacts/{contact}/messages", {"type": "text", "text": {"body": text}})["id"]

    def post(self, path: str, content: dict[str, Any]) -> dict[str, Any]:
        """Call the simulator's interface for programs."""
        answer = self._client.post(path, json=content)
        answer.raise_for_status()
        return answer.json()

    def replies(self, contact: str, wait: float = 0.0, after: int = 0) -> list[dict[str, Any]]:
        """What the bot has sent, in order; with ``wait`` once its turn has ended, which must be within that time."""
        found = self._client.get(f"/api/contacts/{contact}/messages", params={"wait": wait, "after": after}).json()
        assert not wait or found["ended"], f"the turn has not ended within {wait} s"
        return [one["message"] for one in found["messages"] if one["direction"] == "out"]

    def has_ended(self, contact: str, wait: float) -> bool:
        """Whether the bot's turn has ended within ``wait`` seconds."""
        params = {"wait": wait}
        return bool(self._client.get(f"/api/contacts/{contact}/messages", params=params).json().get("ended"))

    def say(self, contact: str, text: str, wait: float = 30.0) -> list[dict[str, Any]]:
        """Write, wait until the turn has ended, and return all that the bot has sent this contact so far."""
        self.write(contact, text)
        return self.replies(contact, wait)

    def rows(self, statement: str, **values: Any) -> Sequence[Any]:
        """Rows from the stack's database."""
        with self.database.connect() as connection:
            return connection.execute(sa.text(statement), values).all()

    def now(self) -> datetime:
        """The time, in UTC."""
        return datetime.now(timezone.utc)


def body(message: dict[str, Any]) -> str:
    """The text that a citizen reads in a message, whatever its kind."""
    if message["type"] == "interactive":
        return message["interactive"].get("body", {}).get("text", "")
    kind = message.get(message["type"], {})
    return kind.get("body") or kind.get("caption") or "" if isinstance(kind, dict) else ""


@pytest.fixture(scope="session")
def trained_model() -> Path:
    """The model for the data as it is; trained now if `make test` has not done so."""
    return model.ensure(print)


@pytest.fixture(scope="package")
def _stack(database_url: str, trained_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running(database_url, trained_model, tmp_path_factory.mktemp("stack"), "stack") as stack:
        yield stack


@pytest.fixture(scope="package")
def flow_key() -> RSAPrivateKey:
    """With which forms are decrypted that are sent to ``three``."""
    return new_key()


@pytest.fixture(scope="package")
def _three(
    database_url: str, trained_model: Path, flow_key: RSAPrivateKey, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stack]:
    with ExitStack() as held:
        with pytest.MonkeyPatch.context() as patch:
            # For these processes only.
            patch.setitem(os.environ, "SIAGA_WHATSAPP_FLOW_ID", "700000000000001")
            patch.setitem(os.environ, "SIAGA_WHATSAPP_FLOW_PRIVATE_KEY", pem(flow_key))
            patch.setitem(os.environ, "SIAGA_WHATSAPP_FLOW_PASSPHRASE", PASSPHRASE)
            home = tmp_path_factory.mktemp("three")
            stack = held.enter_context(running(database_url, trained_model, home, "three", rasa=3))
        settings.cache_clear()
        yield stack


@pytest.fixture
def three(_three: Stack) -> Stack:
    """Another running system, with three Rasa processes, all of them alive, and the registration's form."""
    for name in _three.system.ports.all_rasa:
        if not _three.system.processes.alive(name):
            _three.restart(name)
    return _three


@contextmanager
def running(
    database_url: str, trained_model: Path, home: Path, label: str, rasa: int = 1, verbose: bool = False
) -> Iterator[Stack]:
    """The whole system over a database of its own; ``verbose``: all that it has to tell is in its log."""
    from siaga.start.system import prepare_database

    url = make_url(database_url)
    # No connection is kept: between the first statement and the last a test may have cut all there are.
    server = sa.create_engine(url, future=True, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    name = f"{url.database}_{label}"
    with server.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    own = url.set(database=name).render_as_string(hide_password=False)

    with _elsewhere(own):
        prepare_database(sample_data=True)
    ports = reserved(rasa, [*WATCHED, *(f"rasa.{number}" for number in range(2, rasa + 1))])
    # Where there are several Rasa processes, they receive, too.
    doors = [ports.receive, *(ports.all_rasa.values() if rasa > 1 else ())]
    webhooks = ",".join(f"http://127.0.0.1:{port}/webhooks/whatsapp/webhook" for port in doors)
    chosen = Settings(home=home, database_url=own, simulator_webhook_url=webhooks)
    lines: list[tuple[str, str]] = []
    system = System(chosen, ports, own, trained_model, lambda name, line: lines.append((name, line)), verbose)
    # As it is collected by machines; all that there is to tell, as it is read at a terminal.
    told = "plain" if verbose else "json"
    system.environment.update(_SHORTER | {"SIAGA_SIMULATOR_WEBHOOK_URL": webhooks, "SIAGA_LOG": told})
    database = sa.create_engine(own, future=True)
    try:
        system.start(print)
        yield Stack(system, home, database, lines)
    finally:
        system.stop()
        for process, line in lines[-200:]:
            print(f"{process:10}| {line}")
        database.dispose()
        with server.connect() as connection:
            connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
        server.dispose()
        shutil.rmtree(home, ignore_errors=True)
        # What was read while this test's variables were set is not for the next one.
        settings.cache_clear()


@pytest.fixture
def stack(_stack: Stack) -> Iterator[Stack]:
    """The running system, whole again after each test: nothing faulty is left to the next one."""
    yield _stack
    _stack.post("/api/faults", {})
    _stack.post("/api/clock", {"offset": 0})
    for name in _stack.system.processes.commands:
        if not _stack.system.processes.alive(name):
            _stack.restart(name)
    assert wait_until(lambda: _stack.system.processes.ended() is None, 1)


class _elsewhere:  # noqa: N801 - reads as a word in a `with`
    """Within the block, ``siaga.db`` works in another database."""

    def __init__(self, url: str) -> None:
        self._url = url

    def __enter__(self) -> None:
        self._before = os.environ["DATABASE_URL"]
        self._use(self._url)

    def __exit__(self, *problem: object) -> None:
        self._use(self._before)

    @staticmethod
    def _use(url: str) -> None:
        from siaga.db.engine import forget
        from siaga.settings import settings

        os.environ["DATABASE_URL"] = url
        settings.cache_clear()
        forget()
