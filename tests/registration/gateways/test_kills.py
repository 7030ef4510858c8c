"""Worker processes are killed at random moments, requests fail at random: nothing is lost, nothing is told twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from siaga.db import transaction
from siaga.registration import writes
from siaga.registration.tables import RegistryWrite
from tests.registration.gateways.fhir_stub import AUTH, BASE, CLIENT, ORGANIZATION, patient
from tests.registration.gateways.stub import Fault, JsonRegistry
from tests.registration.gateways.test_writes import person
from tests.registration.gateways.worlds import World, dose, http, satusehat
from tests.registration.given import nik

PEOPLE, DOSES, ROUNDS, WORKERS = 15, 3, 12, 3
LEASE = 1.5
# Who has no word for "the same again" must not still be at it when the next one looks: on a busy machine, too.
LONG_LEASE = 5.0
FAULTS = [Fault("drop"), Fault("drop_after"), Fault("status", 500), Fault("late", seconds=0.3), Fault("status", 429)]


@contextmanager
def nursery(world: World, kind: str, database: str, lease: float) -> Iterator[Callable[[], int]]:
    """Starts a worker at each call, and gives its process id."""
    environment = os.environ | {
        "DATABASE_URL": database,
        "SIAGA_REGISTRY": kind,
        "SIAGA_REGISTRY_URL": world.url,
        "SIAGA_REGISTRY_TOKEN": JsonRegistry.token,
        "SIAGA_SATUSEHAT_URL": world.url + BASE,
        "SIAGA_SATUSEHAT_AUTH_URL": world.url + AUTH,
        "SIAGA_SATUSEHAT_CLIENT_ID": CLIENT["client_id"],
        "SIAGA_SATUSEHAT_CLIENT_SECRET": CLIENT["client_secret"],
        "SIAGA_SATUSEHAT_ORGANIZATION_ID": ORGANIZATION,
    }
    with subprocess.Popen(
        [sys.executable, "-m", "tests.registration.gateways.worker", str(lease)],
        env=environment,
        cwd=Path(__file__).parents[3],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        lines_in, lines_out = process.stdin, process.stdout

        def start() -> int:
            lines_in.write("\n")
            lines_in.flush()
            return int(lines_out.readline())

        yield start


def waiting() -> int:
    with transaction() as session:
        return session.execute(
            select(func.count()).select_from(RegistryWrite).where(RegistryWrite.status == "waiting")
        ).scalar_one()


def prepare(world: World) -> None:
    assert world.state is not None
    with transaction() as session:
        for serial in range(1, PEOPLE + 1):
            person_id = person(session, serial)
            given: dict[str, Any] = {"id": f"p-{serial}", "name": "Warga Uji"}
            known = given if issubclass(world.state, JsonRegistry) else patient(nik(serial), f"P{serial}")
            world.state.people[nik(serial)] = known
            for number in range(1, DOSES + 1):
                told = dose(number, nik=nik(serial)).payload()
                writes.queue(session, "dose", person_id, told, f"dose:{serial}:{number}")


@pytest.mark.parametrize("kind", ["http", "satusehat", "satusehat without If-None-Exist"])
def test_nothing_lost_and_nothing_twice(kind: str, database: str) -> None:
    chance = random.Random(20211114)
    world_of = http if kind == "http" else satusehat
    lease = LONG_LEASE if "without" in kind else LEASE
    with world_of() as world, nursery(world, kind.split()[0], database, lease) as start:
        assert world.state is not None
        if "without" in kind:
            world.state.conditional = False  # type: ignore[attr-defined]
        # On its way there and back, so that many are killed before it is done and many after.
        world.state.seconds_each_way = 0.03 if kind == "http" else 0.01
        prepare(world)
        workers: list[int] = []
        try:
            for _ in range(ROUNDS):
                workers += [start() for _ in range(WORKERS - len(workers))]
                world.faults.extend(chance.choice([*FAULTS, None, None, None]) for _ in range(4))
                time.sleep(chance.uniform(0.1, 0.5))
                for _ in range(chance.randint(1, WORKERS)):
                    os.kill(workers.pop(), signal.SIGKILL)
            assert waiting() > 0, "otherwise the last ones were killed for nothing"
            world.faults.clear()
            workers += [start() for _ in range(WORKERS - len(workers))]
            deadline = time.monotonic() + 90
            while waiting() and time.monotonic() < deadline:
                time.sleep(0.1)
        finally:
            for worker in workers:
                os.kill(worker, signal.SIGKILL)
        assert waiting() == 0
        assert world.creates() == PEOPLE * DOSES
        for told in world.state.doses.values():
            numbers = [one.get("number") or one["protocolApplied"][0]["doseNumberPositiveInt"] for one in told]
            assert numbers == list(range(1, DOSES + 1)), "not all of them, or out of order"
    with transaction() as session:
        rows = session.execute(select(RegistryWrite)).scalars().all()
        assert {row.status for row in rows} == {"done"}
        assert max(row.attempts for row in rows) > 1, "otherwise nothing was tested"
