"""The stock bot's two processes: `rasa run` with its REST channel, and a rasa_sdk action server."""

from __future__ import annotations

import shutil
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import psutil
import sqlalchemy as sa

from bench.stack import Stack, free_ports
from bench.stock import project
from bench.understanding.data import examples
from siaga.start.environment import quiet
from siaga.start.health import wait_until_up
from siaga.start.processes import Processes

DATABASE = "stock"
_START_SECONDS = 600.0


class Stock:
    """It runs beside a stack, with trackers in a database of their own on the stack's PostgreSQL."""

    def __init__(self, folder: Path, model: Path, stack: Stack) -> None:
        """Start it and wait until it answers.

        Raises:
            CannotStart: a process has ended, or does not answer in time.
        """
        rasa, actions = free_ports(2)
        self.url = f"http://127.0.0.1:{rasa}/webhooks/rest/webhook"
        self.problems: list[str] = []
        self.said: Counter[bool] = Counter()
        """How many answers said that it did not understand, and how many did not."""
        socket = sa.engine.make_url(stack.url).query["host"]
        with stack.database.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {DATABASE}")
        store: dict[str, Any] = {"type": "SQL", "dialect": "postgresql", "username": "postgres", "db": DATABASE}
        texts = examples(folder / "data" / "nlu")
        project.write(
            folder, project.files(texts, f"http://127.0.0.1:{actions}/webhook", {**store, "query": {"host": socket}})
        )
        (folder / "actions.py").write_text(project.ACTIONS, encoding="utf-8")
        shutil.copyfile(model, folder / project.MODEL)
        # As nice as Siaga's own processes of the same kinds.
        python = f"exec nice -n {{}} {sys.executable} -m"
        self.processes = Processes(
            {
                "actions": f"{python.format(5)} rasa_sdk --actions actions --port {actions}",
                "rasa": f"{python.format(10)} rasa run --quiet --model {project.MODEL} --port {rasa} "
                "--endpoints endpoints.yml --credentials credentials.yml",
            },
            quiet() | {"PYTHONWARNINGS": "ignore"},
            folder,
            self._wrote,
            verbose=False,
        )
        try:
            self.processes.start_all()
            wait_until_up(self.processes, {"rasa": f"http://127.0.0.1:{rasa}/"}, lambda line: None, _START_SECONDS)
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

    def memory(self) -> float:
        """Megabytes that the Rasa process holds."""
        return float(psutil.Process(self.processes.pid("rasa")).memory_info().rss / 1e6)

    def stop(self) -> None:
        """Stop both."""
        self.processes.stop_all()

    def _wrote(self, name: str, line: str) -> None:
        if "Error" in line or "Traceback" in line:
            self.problems.append(f"{name}: {line}")
