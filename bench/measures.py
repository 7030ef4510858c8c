"""Percentiles, processor time by kind of process, and what machine this is."""

from __future__ import annotations

import contextlib
import math
import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from importlib.metadata import version
from typing import Any

import psutil

from bench.stack import Stack, version_of_code


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of the values does not exceed; nan of nothing."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else math.nan


@dataclass(frozen=True)
class Spread:
    """How times are spread, in milliseconds."""

    n: int
    p50: float
    p90: float
    p99: float
    max: float

    @classmethod
    def of(cls, seconds: Iterable[float]) -> Spread:
        """Of times in seconds."""
        times = [value * 1000 for value in seconds]
        return cls(len(times), *(round(percentile(times, share), 1) for share in (0.5, 0.9, 0.99, 1.0)))

    def __str__(self) -> str:
        return f"p50 {self.p50:.0f} · p90 {self.p90:.0f} · p99 {self.p99:.0f} · max {self.max:.0f} ms (n={self.n})"


@dataclass(frozen=True)
class Machine:
    """Where and when something was measured."""

    date: str
    cpus: int
    cpu: str
    python: str
    rasa: str
    postgres: str
    """"" where no database runs."""
    code: str
    load_before: float
    """What else ran: the load average of the last minute, before the run."""

    @classmethod
    def here(cls, stack: Stack | None = None) -> Machine:
        """This machine, with the stack's database if there is one."""
        return cls(
            date=datetime.now(timezone.utc).date().isoformat(),
            cpus=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
            cpu=_cpu_name(),
            python=platform.python_version(),
            rasa=version("rasa"),
            postgres=str(stack.rows("SHOW server_version")[0][0]).split()[0] if stack else "",
            code=version_of_code(),
            load_before=round(os.getloadavg()[0], 1),
        )

    def __str__(self) -> str:
        postgres = f"PostgreSQL {self.postgres}, " if self.postgres else ""
        return (
            f"{self.date}, code {self.code}, {self.cpus} CPUs ({self.cpu}), Python {self.python}, Rasa {self.rasa}, "
            f"{postgres}load before {self.load_before}"
        )


def _cpu_name() -> str:
    with contextlib.suppress(OSError), open("/proc/cpuinfo") as lines:  # noqa: PTH123 - no path of ours
        for line in lines:
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def processor_seconds(stack: Stack) -> dict[str, float]:
    """Seconds of processor time so far, by kind: rasa, actions, sender, postgres, and this process (bench)."""
    used: dict[str, float] = {}
    for name in stack.processes.commands:
        kind = name.partition("-")[0]
        if stack.processes.alive(name):
            used[kind] = used.get(kind, 0.0) + _used(stack.processes.pid(name), ended=False)
    used["postgres"] = _used(stack.database_pid, ended=True)
    used["bench"] = _own(psutil.Process(), ended=False)
    return used


def _used(pid: int, *, ended: bool) -> float:
    """Seconds used by a process and its children; with ``ended`` also those of children that are no more."""
    total = 0.0
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        total = _own(process, ended=ended)
        for child in process.children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                total += _own(child, ended=False)
    return total


def _own(process: psutil.Process, *, ended: bool) -> float:
    times = process.cpu_times()
    own = times.user + times.system
    return own + (times.children_user + times.children_system if ended else 0.0)


def database_seconds(stack: Stack) -> float:
    """Seconds that sessions have spent in statements so far, waiting for locks and disk included."""
    rows = stack.rows("SELECT active_time FROM pg_stat_database WHERE datname = current_database()")
    return float(rows[0][0]) / 1000


@dataclass
class Usage:
    """What a run used, per second of it: processors by kind of process, and statements in the database."""

    seconds: float
    cpu: dict[str, float] = field(default_factory=dict)
    statements: float = 0.0

    @classmethod
    def between(
        cls, seconds: float, before: dict[str, float], after: dict[str, float], statements: float = 0.0
    ) -> Usage:
        """From two readings of ``processor_seconds``."""
        return cls(seconds, {kind: round(after[kind] - before.get(kind, 0.0), 2) for kind in after}, statements)

    def per(self, turns: int) -> str:
        """Milliseconds of each kind per turn."""
        parts = [f"{kind} {used / max(turns, 1) * 1000:.1f}" for kind, used in self.cpu.items()]
        total = sum(self.cpu.values())
        busy = f"{total / self.seconds:.2f} CPUs busy"
        statements = f"; in statements {self.statements / max(turns, 1) * 1000:.1f}" if self.statements else ""
        return f"{', '.join(parts)} ms of CPU a turn ({busy}){statements}"


def as_json(**parts: Any) -> dict[str, Any]:
    """Dataclasses turned into plain values."""
    return {name: asdict(part) if hasattr(part, "__dataclass_fields__") else part for name, part in parts.items()}
