"""`siaga start` as an operator meets it: up, down, up again, and what it says when it cannot."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import pytest

from siaga.start.ports import Ports
from siaga.start.processes import wait_until
from tests.stack.ports import reserved, row

SIAGA = Path(sys.executable).with_name("siaga")


@dataclass
class Place:
    """Where one `siaga start` runs: ports and a home of its own, and an embedded database."""

    home: Path
    ports: Ports
    watch: int
    started: list[subprocess.Popen[bytes]]

    @property
    def output(self) -> Path:
        """What the last start has written."""
        return self.home / f"start{len(self.started) - 1}.txt"

    def start(self, **variables: str) -> tuple[subprocess.Popen[bytes], Path]:
        environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        environment |= self.ports.variables() | {"SIAGA_HOME": str(self.home)}
        environment |= {"SIAGA_WATCH_PORT": str(self.watch)} | variables
        number = len(self.started)
        with (self.home / f"start{number}.txt").open("wb") as file:
            process = subprocess.Popen(
                [SIAGA, "start"],
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                env=environment,
                start_new_session=True,
                # Whoever runs the tests may have switched this one off, as `nohup` does; an operator's shell has not.
                preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),
            )
        self.started.append(process)
        return process, self.output

    def running(self) -> tuple[subprocess.Popen[bytes], str]:
        """Start, and come back when it says that it runs."""
        process, output = self.start()
        up = wait_until(lambda: "Siaga is running." in output.read_text() or process.poll() is not None, 240)
        assert up and process.poll() is None, output.read_text()
        return process, output.read_text()

    def stop(self, process: subprocess.Popen[bytes], ending: signal.Signals) -> None:
        """Stop it this way; it must end well, and nothing that it started may be left."""
        assert len(self.processes()) >= 6, "itself, the database, and the Procfile's four"
        process.send_signal(ending)
        assert process.wait(60) == 0
        assert wait_until(lambda: self.processes() == [], 5), self.processes()
        self.ports.check()

    def processes(self) -> list[psutil.Process]:
        """Everything on this machine that was given our home or works in it."""
        mark, found = f"SIAGA_HOME={self.home}", []
        for process in psutil.process_iter():
            try:
                if process.pid == os.getpid() or process.status() == psutil.STATUS_ZOMBIE:
                    continue
                given = "\0".join(f"{name}={value}" for name, value in process.environ().items())
                if mark in given or str(self.home) in " ".join(process.cmdline()):
                    found.append(process)
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
        return found


@pytest.fixture(scope="module")
def _place(trained_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place(tmp_path_factory.mktemp("home"), reserved(), row(), [])


@pytest.fixture
def place(_place: Place) -> Iterator[Place]:
    """Where the earlier tests have started, too: only the first of them waits for a new database to be filled."""
    yield _place
    for process in _place.started:
        if process.poll() is None:
            process.terminate()
            process.wait(60)
    for left in _place.processes():
        left.kill()


def test_a_second_start_takes_seconds_and_keeps_the_data(place: Place) -> None:
    first, said = place.running()
    page = f"http://127.0.0.1:{place.ports.simulator}/"
    assert page in said
    assert httpx.get(page, trust_env=False).status_code == 200
    at = f"http://127.0.0.1:{place.ports.simulator}/api/contacts"
    contact = httpx.post(at, json={"kind": "programs"}, trust_env=False).json()["wa_id"]
    chat = f"{at}/{contact}/messages"
    httpx.post(chat, json={"type": "text", "text": {"body": "halo"}}, trust_env=False)
    before = httpx.get(chat, params={"wait": 60}, timeout=70, trust_env=False).json()["messages"]
    assert [message["direction"] for message in before] == ["in", "out"]
    place.stop(first, signal.SIGINT)

    began = time.monotonic()
    second, _ = place.running()
    took = time.monotonic() - began

    # The mark is 15 s on an idle machine; tests share theirs.
    assert took < 90, f"{took:.0f} s"
    after = httpx.get(chat, trust_env=False).json()["messages"]
    assert [message["id"] for message in after] == [message["id"] for message in before]
    httpx.post(chat, json={"type": "text", "text": {"body": "halo lagi"}}, trust_env=False)
    answered = httpx.get(chat, params={"wait": 60}, timeout=70, trust_env=False).json()["messages"]
    assert [message["direction"] for message in answered] == ["in", "out", "in", "out"]
    place.stop(second, signal.SIGHUP)


def test_after_a_killed_start_the_next_one_comes_up_and_ends_with_any_of_its_processes(place: Place) -> None:
    first, _ = place.running()
    first.kill()
    first.wait()

    # The kernel ends what it had started: nothing of it is left, though nobody stopped it.
    assert wait_until(lambda: place.processes() == [], 30), place.processes()
    second, _ = place.running()

    # A process that dies is named, and takes the rest along.
    sender = next(one for one in place.processes() if "send" in one.cmdline())

    sender.kill()

    assert second.wait(60) == 1
    last = place.output.read_text().splitlines()[-1]
    assert "The process 'sender' was ended by signal 9." in last
    assert wait_until(lambda: place.processes() == [], 5), place.processes()


def test_a_port_in_use_is_one_sentence(place: Place) -> None:
    with socket.create_server(("127.0.0.1", place.ports.rasa)):
        process, output = place.start()
        assert process.wait(60) == 1

    said = output.read_text().strip()
    assert re.fullmatch(rf"siaga: Port {place.ports.rasa}, which Rasa needs, is in use by another program: .*", said)
    assert "SIAGA_RASA_PORT" in said
    assert place.processes() == []


def test_a_database_that_is_not_there_is_one_sentence(place: Place) -> None:
    nowhere = Ports.free().rasa
    process, output = place.start(DATABASE_URL=f"postgresql://siaga:rahasia@127.0.0.1:{nowhere}/siaga")
    assert process.wait(60) == 1

    said = output.read_text().splitlines()[-1]
    assert said.startswith("siaga: The database 'siaga' on 127.0.0.1 (DATABASE_URL) cannot be used:")
    assert "rahasia" not in output.read_text()


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_stopping_while_it_starts(place: Place, ending: signal.Signals) -> None:
    process, output = place.start()
    assert wait_until(lambda: "Starting" in output.read_text(), 60)

    process.send_signal(ending)

    assert process.wait(60) == 0
    assert output.read_text().splitlines()[-1] == "Siaga has stopped."
    assert wait_until(lambda: place.processes() == [], 5), place.processes()
