"""What turns cost the database in writing, and which part of a system limits it: readings, and pure judgement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from bench.measures import Usage
from bench.stack import Stack

# Sums over counters that only grow; a crash of the database sets them to zero.
_WRITES = """
SELECT
    (SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()) AS commits,
    (SELECT tup_inserted + tup_updated + tup_deleted FROM pg_stat_database WHERE datname = current_database()) AS rows,
    (SELECT wal_bytes FROM pg_stat_wal)::bigint AS wal_bytes,
    (SELECT coalesce(sum(fsyncs), 0) FROM pg_stat_io WHERE object = 'wal')::bigint AS fsyncs,
    pg_database_size(current_database()) AS stored_bytes
"""
# From so much of a processor on, whatever has only one has all of it.
WHOLE = 0.9


@dataclass(frozen=True)
class Writes:
    """What the database has written: transactions, rows, its log in bytes and in calls of fsync, its files' growth."""

    commits: float
    rows: float
    wal_bytes: float
    fsyncs: float
    stored_bytes: float

    def since(self, before: Writes) -> Writes:
        """The difference."""
        now, then = asdict(self), asdict(before)
        return Writes(**{name: now[name] - then[name] for name in now})

    def each(self, turns: int) -> Writes:
        """For one of so many turns."""
        return Writes(**{name: value / max(turns, 1) for name, value in asdict(self).items()})

    def __str__(self) -> str:
        return (
            f"{self.commits:.1f} transactions, {self.rows:.1f} rows, {self.wal_bytes / 1000:.1f} kB of log in "
            f"{self.fsyncs:.1f} fsyncs, {self.stored_bytes / 1000:.1f} kB stored"
        )


def read_writes(stack: Stack) -> Writes:
    """What the stack's database has written so far."""
    row = stack.rows(_WRITES)[0]
    return Writes(*(float(value) for value in row))


def limiting_part(usage: Usage, processes: Mapping[str, int], cpus: int, busy: float) -> str:
    """What keeps a system from being faster, by its figures.

    Args:
        usage: of a measured stretch at full load.
        processes: how many there are of each kind; each can use one processor at most, PostgreSQL's aside.
        cpus: of the machine.
        busy: how many of them were, by whomever.
    """
    used = {kind: seconds / usage.seconds for kind, seconds in usage.cpu.items()}
    ours = sum(used.values())
    if busy >= WHOLE * cpus:
        others = f", {busy - ours:.1f} by other work" if busy - ours > 0.1 * cpus else ""
        most = sorted(used, key=lambda kind: -used[kind])[:2]
        shares = ", ".join(f"{kind} {used[kind] / max(ours, 1e-9):.0%}" for kind in most)
        return f"the {cpus} CPUs: {busy:.1f} busy{others}; of ours {shares}"
    for kind, count in sorted(processes.items(), key=lambda one: -used.get(one[0], 0.0) / max(one[1], 1)):
        if count and used.get(kind, 0.0) / count >= WHOLE:
            return f"{kind}: each of {count} uses {used[kind] / count:.2f} of a CPU"
    waiting = usage.statements / usage.seconds - used.get("postgres", 0.0)
    if waiting > cpus:
        return f"the database's disk and locks: {waiting:.1f} sessions wait in statements at any time"
    return f"who writes: of {cpus} CPUs {busy:.1f} are busy, and no part is full"
