"""``python -m bench.sizing``: from what a turn costs to how many machines a province needs, and what breaks first.

The costs are those in ``costs.json`` beside this file, or are measured now (``--measure``, two minutes) and written
there. What follows from them is pure arithmetic: docs/sizing.md explains it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import typer

from bench.run import MODEL, SEED, command, outcome_of, running
from bench.scale import CITIZENS_EACH, measured
from bench.sql import PAGE, written

COSTS = Path(__file__).parent / "costs.json"
_COSTS_FILE = typer.Option(COSTS, help="Where they lie.")
MARK = "<!-- python -m bench.sizing --write -->"
KINDS = ("rasa", "actions", "receiver", "sender")


@dataclass(frozen=True)
class Costs:
    """What a turn costs: milliseconds of processor time by kind of process, and what the database writes."""

    cpu_ms: dict[str, float]
    commits: float
    rows: float
    wal_bytes: float
    fsyncs: float
    stored_bytes: float
    measured: str
    """when, on which code and machine, beside what load"""

    @property
    def total_ms(self) -> float:
        """All processes together."""
        return sum(self.cpu_ms.values())


@dataclass(frozen=True)
class Assumptions:
    """What is taken for granted: every one of them can be changed by an option."""

    headroom: float = 0.6
    """a processor is planned to be so busy, at the peak"""
    number_rate: float = 80.0
    """messages a second, in and out together, of one phone number; Meta raises it to 1,000 for large ones"""
    connections: int = 200
    """of PostgreSQL"""
    connections_each: dict[str, int] | None = None
    """of each process, at most; without, those of the code: a pool by what it does at once, and one that listens"""
    database_cpus: int = 16
    """of the largest database machine that is to be had"""
    log_mb: float = 200.0
    """megabytes a second that its disk takes of the log"""
    fsyncs: float = 3000.0
    """a second that its disk completes"""

    def holds(self, kind: str) -> int:
        """Connections of one process of a kind."""
        return (self.connections_each or {"rasa": 11, "actions": 10, "receiver": 7, "sender": 3})[kind]


@dataclass(frozen=True)
class Size:
    """What so many messages a second need."""

    messages: float
    """from citizens, a second, on average; each is a turn"""
    peak: float
    """turns a second that it is made for"""
    numbers: int
    """phone numbers of the installation, at the rate of each"""
    processes: dict[str, int]
    cpus: dict[str, float]
    connections: int
    log_mb_a_second: float
    commits_a_second: float
    gb_a_day: float
    """that stay, before retention forgets them"""
    breaks: str

    @property
    def all_cpus(self) -> float:
        """Of all machines together."""
        return sum(self.cpus.values())


def ceilings(costs: Costs, given: Assumptions = Assumptions(), numbers: int = 1) -> list[tuple[str, float]]:
    """Turns a second beyond which each part of an installation with so many numbers gives way, the first first.

    The processes beside the database are none of them: there can be more of them.
    """
    which = "the number" if numbers == 1 else f"the {numbers} numbers"
    a_turn_connections = sum(given.holds(kind) * costs.cpu_ms[kind] / 1000 / given.headroom for kind in KINDS)
    parts = {
        f"{which} ({given.number_rate:g} messages/s{', in and out' if numbers == 1 else ' each'})": numbers
        * given.number_rate
        / 2,
        f"PostgreSQL's connections ({given.connections})": given.connections / a_turn_connections,
        f"PostgreSQL's {given.database_cpus} CPUs": given.database_cpus
        * given.headroom
        / (costs.cpu_ms["postgres"] / 1000),
        f"its disk's writing ({given.log_mb:g} MB/s)": given.log_mb * 1e6 / costs.wal_bytes,
        f"its disk's fsyncs ({given.fsyncs:g}/s)": given.fsyncs / max(costs.fsyncs, 1e-9),
    }
    return sorted(parts.items(), key=lambda part: part[1])


def size(costs: Costs, messages: float, factor: float, given: Assumptions = Assumptions()) -> Size:
    """What ``messages`` a second on average need, with a peak ``factor`` times as high.

    Raises:
        ValueError: a rate, factor or headroom that cannot be.
    """
    if messages <= 0 or factor < 1 or not 0 < given.headroom <= 1:
        raise ValueError("messages and headroom are more than 0, the factor is at least 1, the headroom at most 1")
    peak = messages * factor
    cpus = {kind: peak * ms / 1000 / given.headroom for kind, ms in costs.cpu_ms.items()}
    # One of each may die; on a single machine, which may die itself, one of each does.
    least = 1 if peak * costs.total_ms / 1000 / given.headroom <= 2 else 2
    processes = {kind: max(least, math.ceil(cpus[kind])) for kind in KINDS}
    numbers = max(1, math.ceil(2 * peak / given.number_rate))
    parts = ceilings(costs, given, numbers)
    first, ceiling = parts[0]
    broken = [part for part, at in parts if at < peak]
    return Size(
        messages=messages,
        peak=peak,
        numbers=numbers,
        processes=processes,
        cpus=cpus,
        connections=sum(given.holds(kind) * count for kind, count in processes.items()),
        log_mb_a_second=peak * costs.wal_bytes / 1e6,
        commits_a_second=peak * costs.commits,
        gb_a_day=messages * 86_400 * costs.stored_bytes / 1e9,
        breaks="; ".join(broken) or f"nothing; {first} would, at {ceiling:.0f} turns/s",
    )


def load(path: Path = COSTS) -> Costs:
    """The costs that were measured."""
    return Costs(**json.loads(path.read_text(encoding="utf-8")))


def table(sizes: Sequence[Size]) -> list[str]:
    """The sizes as a table in Markdown."""
    heads = [f"{one.messages:g} messages/s (peak {one.peak:g})" for one in sizes]
    lines = ["|  | " + " | ".join(heads) + " |", "|---" * (len(sizes) + 1) + "|"]

    def line(what: str, values: Sequence[str]) -> None:
        lines.append(f"| {what} | " + " | ".join(values) + " |")

    line("phone numbers at the number's rate", [str(one.numbers) for one in sizes])
    for kind in KINDS:
        line(f"{kind}: processes (CPUs)", [f"{one.processes[kind]} ({one.cpus[kind]:.1f})" for one in sizes])
    line("PostgreSQL: CPUs", [f"{one.cpus['postgres']:.1f}" for one in sizes])
    line("CPUs in all", [f"{one.all_cpus:.1f}" for one in sizes])
    line("connections to PostgreSQL", [str(one.connections) for one in sizes])
    line("its log, MB/s", [f"{one.log_mb_a_second:.2f}" for one in sizes])
    line("its transactions a second", [f"{one.commits_a_second:.0f}" for one in sizes])
    line("stored, GB a day", [f"{one.gb_a_day:.1f}" for one in sizes])
    line("what breaks", [one.breaks for one in sizes])
    return lines


@command
async def main(
    messages: str = typer.Option("0.4x10,80x1,730x1.5", help="Messages a second, each with its peak's factor."),
    headroom: float = typer.Option(Assumptions.headroom, help="How busy a processor may be at the peak."),
    number_rate: float = typer.Option(Assumptions.number_rate, help="Messages a second of a phone number."),
    connections: int = typer.Option(Assumptions.connections, help="Of PostgreSQL."),
    database_cpus: int = typer.Option(Assumptions.database_cpus, help="Of the database's machine."),
    measure_now: bool = typer.Option(False, "--measure", help="Measure the costs first, and write them down."),
    costs_file: Path = _COSTS_FILE,
    seconds: float = typer.Option(60.0, help="How long they are measured."),
    model: Path = MODEL,
    seed: int = SEED,
    write: bool = typer.Option(False, "--write", help="Bring the table in docs/sizing.md up to date."),
    as_data: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """What so many messages a second need, by what a turn costs."""
    if measure_now:
        costs = await _measure(model, seed, seconds)
        costs_file.write_text(json.dumps(asdict(costs), indent=2) + "\n", encoding="utf-8")
    costs = load(costs_file)
    given = replace(
        Assumptions(),
        headroom=headroom,
        number_rate=number_rate,
        connections=connections,
        database_cpus=database_cpus,
    )
    wanted = [one.partition("x") for one in messages.split(",")]
    sizes = [size(costs, float(rate), float(factor or 1), given) for rate, _, factor in wanted]
    if as_data:
        typer.echo(json.dumps({"costs": asdict(costs), "sizes": [asdict(one) for one in sizes]}, indent=2))
        return
    limits = "; ".join(f"{part} {at:.0f}/s" for part, at in ceilings(costs, given))
    made = f"{told(costs)} ({costs.measured}).\n\n" + "\n".join(table(sizes))
    made += f"\n\nOne installation with one number gives way at: {limits}."
    typer.echo(made)
    if write:
        PAGE.write_text(written(PAGE.read_text(encoding="utf-8"), made, MARK), encoding="utf-8")


def told(costs: Costs) -> str:
    """What 1,000 turns cost, in a line."""
    parts = ", ".join(f"{kind} {ms:.1f}" for kind, ms in costs.cpu_ms.items())
    return (
        f"1,000 turns cost {costs.total_ms:.0f} s of processor time ({parts}), {1000 * costs.commits:,.0f} "
        f"transactions, {1000 * costs.rows:,.0f} rows, {costs.wal_bytes / 1000:.1f} MB of log in "
        f"{1000 * costs.fsyncs:,.0f} fsyncs, and {costs.stored_bytes / 1000:.1f} MB stored"
    )


async def _measure(model: Path | None, seed: int, seconds: float) -> Costs:
    """Cost of a turn at full load, with one process of each kind."""
    async with running(rasa=1, actions=1, model=model, seed=seed) as run:
        run.citizens(CITIZENS_EACH)
        stretch, writes, _ = await measured(run, seconds, 15.0)
        turns = len(outcome_of(run).within(stretch.start, stretch.end))
        each: dict[str, Any] = {name: round(value, 2) for name, value in asdict(writes.each(turns)).items()}
        used = stretch.usage.cpu
        cpu = {kind: round(used[kind] / max(turns, 1) * 1000, 2) for kind in (*KINDS, "postgres")}
        return Costs(cpu, **each, measured=f"{run.machine}, {turns / stretch.seconds:.1f} turns/s")


if __name__ == "__main__":
    typer.run(main)
