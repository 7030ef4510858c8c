"""The desk as it runs on a server: a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
import psutil

from bench.stack import free_ports
from siaga.settings import ROOT

_UP_SECONDS = 60


@dataclass(frozen=True)
class Memory:
    """Megabytes: what is resident, and of it what is the process's own share."""

    rss: float
    pss: float

    def __str__(self) -> str:
        return f"{self.rss:.0f} MB resident ({self.pss:.0f} proportional)"


@dataclass(frozen=True)
class Desk:
    """A running desk."""

    url: str
    process: psutil.Process

    def memory(self) -> Memory:
        """What it has now."""
        info = self.process.memory_full_info()
        return Memory(info.rss / 1e6, getattr(info, "pss", info.uss) / 1e6)

    def cpu_seconds(self) -> float:
        """Processor time so far."""
        times = self.process.cpu_times()
        return float(times.user + times.system)


@contextmanager
def desk(**environment: str) -> Iterator[Desk]:
    """`siaga desk run` over the database of the environment.

    Raises:
        RuntimeError: it does not answer in time.
    """
    (port,) = free_ports(1)
    command = [sys.executable, "-m", "siaga.cli", "desk", "run", "--port", str(port)]
    made = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore", "SIAGA_DESK_RATE": "0", **environment}
    with subprocess.Popen(command, env=made, cwd=ROOT) as started:
        try:
            url = f"http://127.0.0.1:{port}"
            _wait(started, url)
            yield Desk(url, psutil.Process(started.pid))
        finally:
            started.terminate()


def _wait(started: subprocess.Popen[bytes], url: str) -> None:
    limit = time.monotonic() + _UP_SECONDS
    while time.monotonic() < limit and started.poll() is None:
        try:
            if httpx.get(f"{url}/health", trust_env=False).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise RuntimeError("the desk does not answer")
