"""The stock bot's two processes: `rasa run` with its REST channel, and a rasa_sdk action server."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import psutil
import sqlalchemy as sa

from bench.stack import Stack, free_ports
from bench.stock.training import MODEL, environment
from siaga.start.health import wait_until_up
from siaga.start.processes import Processes

DATABASE = "stock"
Connect = Callable[[Path, str, dict[str, Any]], None]
"""Writes into the project's folder where the action server is, and where trackers are kept."""
_START_SECONDS = 600.0


def new_database(stack: Stack, name: str) -> str:
    """Its address, on the stack's PostgreSQL."""
    with stack.database.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    return sa.engine.make_url(stack.url).set(database=name).render_as_string(hide_password=False)


class Stock:
    """It runs beside a stack, with trackers in a database of their own on the stack's PostgreSQL."""

    def __init__(
        self, folder: Path, model: Path, stack: Stack, connect: Connect, for_actions: Mapping[str, str] | None = None
    ) -> None:
        """Start it and wait until it answers; ``for_actions`` are more variables for the action server.

        Raises:
            CannotStart: a process has ended, or does not answer in time.
        """
        rasa, actions = free_ports(2)
        self.url = f"http://127.0.0.1:{rasa}/webhooks/rest/webhook"
        self.problems: list[str] = []
        self._trackers = sa.create_engine(new_database(stack, DATABASE), future=True)
        socket = sa.engine.make_url(stack.url).query["host"]
        store = {"type": "SQL", "dialect": "postgresql", "username": "postgres", "db": DATABASE}
        connect(folder, f"http://127.0.0.1:{actions}/webhook", {**store, "query": {"host": socket}})
        shutil.copyfile(model, folder / MODEL)
        # As nice as Siaga's own processes of the same kinds.
        python = f"exec nice -n {{}} {sys.executable} -m"
        own = "".join(f"export {name}='{value}'; " for name, value in (for_actions or {}).items())
        self.processes = Processes(
            {
                "actions": f"{own}{python.format(5)} rasa_sdk --actions actions --port {actions}",
                "rasa": f"{python.format(10)} rasa run --quiet --model {MODEL} --port {rasa} "
                "--endpoints endpoints.yml --credentials credentials.yml",
            },
            environment(),
            folder,
            self._wrote,
            verbose=False,
        )
        ready = {"rasa": f"http://127.0.0.1:{rasa}/", "actions": f"http://127.0.0.1:{actions}/health"}
        try:
            self.processes.start_all()
            wait_until_up(self.processes, ready, lambda line: None, _START_SECONDS)
        except BaseException:
            self.stop()
            raise

    def processor_seconds(self) -> dict[str, float]:
        """Seconds of processor time so far, by process."""
        used = {}
        for name in self.processes.commands:
            times = psutil.Process(self.processes.pid(name)).cpu_times()
            used[name] = times.user + times.system
        return used

    def memory(self) -> dict[str, float]:
        """Megabytes that each process holds."""
        return {
            name: psutil.Process(self.processes.pid(name)).memory_info().rss / 1e6 for name in self.processes.commands
        }

    def events(self, key: str) -> Sequence[dict[str, Any]]:
        """What its tracker store has kept of a conversation, in order."""
        kept = sa.text("SELECT data FROM events WHERE sender_id = :key ORDER BY id")
        with self._trackers.connect() as connection:
            return [json.loads(data) for data in connection.scalars(kept, {"key": key})]

    def stop(self) -> None:
        """Stop both."""
        self.processes.stop_all()
        self._trackers.dispose()

    def _wrote(self, name: str, line: str) -> None:
        if "Error" in line or "Traceback" in line:
            self.problems.append(f"{name}: {line}")
