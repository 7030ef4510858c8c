"""The real system for measuring: its own PostgreSQL with real fsync, and every process as `siaga start` runs it."""

from __future__ import annotations

import asyncio
import base64
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import psutil
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bench.disk import NoDisk, SmallDisk
from bench.standby import Pair
from siaga.db.server import EmbeddedServer
from siaga.registration.tables import Session as VaccinationSession
from siaga.settings import ROOT, Settings, settings
from siaga.start import model, search
from siaga.start.environment import of_processes
from siaga.start.health import wait_until_up
from siaga.start.ports import Ports
from siaga.start.processes import Processes, read_procfile

WEBHOOK = "/webhooks/whatsapp/webhook"
# Sample sessions have a dozen places each; a run registers thousands of people.
PLACES_A_SESSION = 1_000_000
# Beside other work four Rasa processes take their time.
_START_SECONDS = 600.0
_WARNING = re.compile(r"warning|error|refused|Traceback", re.IGNORECASE)

# Nothing holds a turn back on purpose: no pause that gathers messages, no rate of the number, no bound on what somebody
# may write.
UNHINDERED = {"SIAGA_NUMBER_RATE": "0", "SIAGA_PAUSE_SECONDS": "0", "SIAGA_WAITING_MESSAGES": "1000000000"}


def free_ports(count: int) -> list[int]:
    """Ports that nothing listens on now."""
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    numbers = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return numbers


class Stack:
    """Database, action servers, senders and several Rasa processes, in a folder that is removed at the end."""

    def __init__(
        self,
        graph_url: str,
        *,
        rasa: int = 1,
        actions: int = 1,
        receivers: int = 1,
        senders: int = 1,
        others: Sequence[str] = (),
        disk_mb: int = 0,
        trained: Path | None = None,
        environment: Mapping[str, str] = UNHINDERED,
        server: Callable[[Path], EmbeddedServer | Pair] | None = None,
    ) -> None:
        """Without ``receivers`` the Rasa processes get the webhooks.

        ``others`` are further lines of the Procfile, one process each. With ``disk_mb`` the database and all other
        files lie on a file system of that size, where one can be made. ``server`` makes another database than a single
        one, in this folder.
        """
        self.home = Path(tempfile.mkdtemp(prefix="siaga-bench-"))
        self._senders, self._others = senders, others
        self.disk = _small_disk(self.home, disk_mb) if disk_mb else None
        self.problems: list[str] = []
        """Warnings and errors that the processes wrote."""
        self.log = (self.home.parent / f"{self.home.name}.log").open("w")
        self._server = server(self.home) if server else EmbeddedServer(self.home / "postgres", durable=True)
        try:
            self._bring_up(graph_url, rasa, actions, receivers, trained, environment)
        except BaseException:
            self.stop()
            raise

    def _bring_up(
        self,
        graph_url: str,
        rasa: int,
        actions: int,
        receivers: int,
        trained: Path | None,
        environment: Mapping[str, str],
    ) -> None:
        self._server.start()
        self.url = self._server.url
        self._own_settings()
        self.database: Engine = sa.create_engine(self.url, future=True, pool_pre_ping=True)
        self._prepare()

        numbers = free_ports(rasa + receivers + actions)
        self.rasa_ports, self.receive_ports = numbers[:rasa], numbers[rasa : rasa + receivers]
        self.action_ports = numbers[rasa + receivers :]
        ports = Ports(self.rasa_ports[0], self.action_ports[0], 0, 0, desk=free_ports(1)[0])
        made = of_processes(
            Settings(home=self.home, database_url=self.url), ports, self.url, trained or model.ensure(print), False
        )
        # As `siaga start` does: computed beside the turns, on a fresh checkout, they would be most of what is measured.
        search.ensure(print)
        # The code beside this file is measured, wherever the package is installed from.
        made |= {"PYTHONPATH": str(ROOT), "SIAGA_GRAPH_URL": graph_url, **environment}
        self.processes = Processes(self._commands(), made, ROOT, self._wrote, verbose=False)

    def _own_settings(self) -> None:
        from siaga.db.engine import forget
        from siaga.privacy.keys import ring

        os.environ |= {
            "SIAGA_HOME": str(self.home),
            "DATABASE_URL": self.url,
            "SIAGA_KEYS": "bench:" + base64.b64encode(secrets.token_bytes(32)).decode(),
            "SIAGA_INDEX_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
        }
        settings.cache_clear()
        # Of the stack before, if this process has had one.
        ring.cache_clear()
        forget()

    def _prepare(self) -> None:
        from siaga.start.system import prepare_database

        prepare_database(sample_data=True)
        with self.database.begin() as connection:
            connection.execute(sa.update(VaccinationSession).values(quota=PLACES_A_SESSION))

    def _commands(self) -> dict[str, str]:
        lines = read_procfile(ROOT / "Procfile")
        commands = {}
        for number, port in enumerate(self.action_ports, 1):
            commands[f"actions-{number}"] = f"export SIAGA_ACTION_PORT={port}; {lines['actions']}"
        commands |= {f"sender-{number}": lines["sender"] for number in range(1, self._senders + 1)}
        commands |= {f"{name}-1": lines[name] for name in self._others}
        for number, port in enumerate(self.receive_ports, 1):
            commands[f"receiver-{number}"] = f"export SIAGA_RECEIVE_PORT={port}; {lines['receiver']}"
        for number, port in enumerate(self.rasa_ports, 1):
            # Each Rasa process has an action server of its own where there are several.
            action = self.action_ports[(number - 1) % len(self.action_ports)]
            own = f"SIAGA_RASA_PORT={port} SIAGA_ACTION_URL=http://127.0.0.1:{action}/webhook"
            commands[f"rasa-{number}"] = f"export {own}; {lines['rasa']}"
        return commands

    @property
    def webhooks(self) -> list[str]:
        """The webhook's address at each process that gets webhooks."""
        ports = self.receive_ports or self.rasa_ports
        return [f"http://127.0.0.1:{port}{WEBHOOK}" for port in ports]

    def start(self) -> None:
        """Start all processes and wait until they answer.

        Raises:
            CannotStart: a process has ended, or does not answer in time.
        """
        self.processes.start_all()
        wait_until_up(self.processes, self.addresses(), _silent, _START_SECONDS)

    async def restart_with(self, names: Sequence[str], environment: Mapping[str, str]) -> None:
        """Start processes anew with these variables added; an earlier call's are gone."""
        for name in names:
            # Beside the event loop, on which the Graph API runs that they still talk to.
            await asyncio.to_thread(self.processes.stop, name)
            added = "".join(f"export {key}={value}; " for key, value in environment.items())
            self.processes.commands[name] = added + self._commands()[name]
            self.processes.start(name)
        addresses = self.addresses()
        await asyncio.to_thread(wait_until_up, self.processes, {name: addresses[name] for name in names}, _silent)

    def addresses(self) -> dict[str, str]:
        """Which address of which process answers 200 when it is ready; a sender has none."""
        found = {f"actions-{n}": f"http://127.0.0.1:{port}/health" for n, port in enumerate(self.action_ports, 1)}
        found |= {f"receiver-{n}": f"http://127.0.0.1:{port}/" for n, port in enumerate(self.receive_ports, 1)}
        return found | {f"rasa-{n}": f"http://127.0.0.1:{port}/" for n, port in enumerate(self.rasa_ports, 1)}

    def crash_database(self) -> float:
        """Kill PostgreSQL's processes without a word (`pg_ctl restart -m immediate`); seconds until it is back."""
        began = time.monotonic()
        if self._server.pid:
            os.kill(self._server.pid, signal.SIGQUIT)
        self._server.stop()
        self._server.start()
        return time.monotonic() - began

    def restart_database(self) -> float:
        """Stop PostgreSQL in order and start it again, as for an update; seconds until it is back."""
        began = time.monotonic()
        self._server.stop()
        self._server.start()
        return time.monotonic() - began

    def mend_database(self) -> bool:
        """Start PostgreSQL again if it has ended by itself, as whoever supervises it would; whether it had.

        Raises:
            DatabaseUnavailable: it does not come up.
        """
        try:
            if psutil.Process(self.database_pid).status() != psutil.STATUS_ZOMBIE:
                return False
        except psutil.NoSuchProcess:
            pass
        self._server.stop()
        self._server.start()
        return True

    @property
    def database_pid(self) -> int:
        """PostgreSQL's first process; its others are its children."""
        return self._server.pid or 0

    def rows(self, statement: str, **values: Any) -> Sequence[Any]:
        """Rows from the stack's database."""
        with self.database.connect() as connection:
            return connection.execute(sa.text(statement), values).all()

    def stop(self) -> None:
        """Stop everything and remove what it kept."""
        if hasattr(self, "processes"):
            self.processes.stop_all()
        from siaga.db.engine import forget

        forget()
        if hasattr(self, "database"):
            self.database.dispose()
        self._server.stop()
        self.log.close()
        if self.disk:
            self.disk.remove()
        shutil.rmtree(self.home, ignore_errors=True)

    def _wrote(self, name: str, line: str) -> None:
        print(f"{time.strftime('%H:%M:%S')} {name:10} {line}", file=self.log, flush=True)
        if _WARNING.search(line):
            self.problems.append(f"{name}: {line}")


def version_of_code() -> str:
    """The commit that is measured, with a + if files differ from it."""
    git = ["git", "-C", str(ROOT)]
    commit = subprocess.run([*git, "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    changed = subprocess.run([*git, "status", "--porcelain", "-uno"], capture_output=True, text=True, check=False)
    return (commit.stdout.strip() or "unknown") + ("+" if changed.stdout.strip() else "")


def _small_disk(folder: Path, megabytes: int) -> SmallDisk | None:
    try:
        return SmallDisk(folder, megabytes)
    except NoDisk as problem:
        print(f"bench: no small disk here ({problem}): it is not filled")
        return None


def _silent(_: str) -> None:
    """Told of every process that is up."""
