"""``siaga registry``, and when it is among what `siaga start` runs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import update
from typer.testing import CliRunner

from siaga.db import transaction
from siaga.registration import registry_commands
from siaga.registration.tables import RegistryWrite
from siaga.settings import Settings
from siaga.start.ports import Ports
from siaga.start.system import System
from tests.registration.gateways.test_writes import queue_doses
from tests.registration.gateways.worlds import OUTSIDE, World, http

run = CliRunner().invoke


@pytest.mark.parametrize("kind", list(OUTSIDE))
def test_the_connection_is_checked(kind: str, outside: Callable[[str, World], None]) -> None:
    with OUTSIDE[kind]() as world:
        outside(kind, world)
        up = run(registry_commands.app, ["check"])
        assert up.exit_code == 0 and up.stdout.startswith(f"{kind}: it answers.\n")
        assert ("names are taken to be hidden" in up.stdout) is (kind == "satusehat")
        assert world.state is not None
        world.state.down = True
        down = run(registry_commands.app, ["check"])
        assert down.exit_code == 1 and "http_503" in down.output


def test_our_own_database_answers(database: str) -> None:
    assert run(registry_commands.app, ["check"]).stdout == "local: it answers.\n"


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, outside: Callable[[str, World], None]) -> None:
    with http() as world:
        outside("satusehat", world)
        monkeypatch.setenv("SIAGA_SATUSEHAT_CLIENT_SECRET", "")
        registry_commands.settings.cache_clear()
        missing = run(registry_commands.app, ["check"])
        assert missing.exit_code == 1 and "SIAGA_SATUSEHAT_CLIENT_SECRET must be set" in missing.output


def test_the_queue_is_counted(database: str) -> None:
    queue_doses(1, 2)
    printed = json.loads(run(registry_commands.app, ["queue"]).stdout)
    assert (printed["waiting"], printed["done"], printed["errors"]) == (2, 0, {})


def test_the_queue_is_worked_until_stopped_through_an_outage(
    database: str, outside: Callable[[str, World], None]
) -> None:
    queue_doses(1, 2, 3)
    with transaction() as session:
        session.execute(update(RegistryWrite).values(not_before=datetime.now(timezone.utc) - timedelta(seconds=1)))
    with http() as world:
        assert world.state is not None
        world.state.down = True
        stop = threading.Event()
        worker = threading.Thread(target=registry_commands.keep_telling, args=(world.gateway, stop, 0.05))
        worker.start()
        time.sleep(0.5)
        assert world.creates() == 0
        world.state.down = False
        deadline = time.monotonic() + 30
        while world.creates() < 3 and time.monotonic() < deadline:
            world.breaker.succeeded()
            with transaction() as session:
                session.execute(update(RegistryWrite).values(not_before=datetime.now(timezone.utc)))
            time.sleep(0.1)
        stop.set()
        worker.join(10)
        assert not worker.is_alive()
        assert world.creates() == 3


def test_without_an_outside_registry_it_waits_to_be_stopped(database: str) -> None:
    """One that ended would end all the others of the Procfile with it."""
    with subprocess.Popen(
        [sys.executable, "-m", "siaga.cli", "registry", "run"],
        env=os.environ | {"DATABASE_URL": database, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None and "our own database" in process.stdout.readline()
        assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


@pytest.mark.parametrize(("registry", "runs"), [("local", False), ("http", True), ("satusehat", True)])
def test_it_runs_only_where_there_is_an_outside_registry(registry: str, runs: bool) -> None:
    chosen = Settings(_env_file=None, registry=registry)  # type: ignore[call-arg]
    system = System(chosen, Ports(1, 2, 3, 4), "postgresql://", Path("model"), lambda name, line: None)
    assert ("registry" in system.processes.commands) is runs
