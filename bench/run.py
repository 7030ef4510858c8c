"""What every command does: bring the system up, let traffic run, measure a stretch of it, take it down."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec

import typer

from bench.graph import FakeGraph
from bench.measures import Machine, Usage, database_seconds, processor_seconds
from bench.outcome import Outcome, read_outcome
from bench.stack import UNHINDERED, Stack, free_ports
from bench.traffic import Post, Sent, Traffic
from siaga.db.server import DatabaseUnavailable
from siaga.start import CannotStart

P = ParamSpec("P")

# Options that commands share.
SECONDS = typer.Option(60.0, help="How long is measured.")
WARM_UP = typer.Option(15.0, help="Seconds before that.")
MODEL = typer.Option(None, envvar="SIAGA_MODEL", help="A trained model; otherwise the one for this data.")
SEED = typer.Option(1, help="Another number, other texts.")
JSON = typer.Option(False, "--json", help="Print JSON.")

# People for each citizen at once: nobody comes back so soon that Meta's pair rate would hold their answers back.
PEOPLE_EACH = 40


@dataclass
class Running:
    """The system, its traffic, and where the system runs."""

    stack: Stack
    graph: FakeGraph
    traffic: Traffic
    machine: Machine

    def citizens(self, at_once: int) -> None:
        """From now on so many citizens write at once, each when the last message was answered."""
        self.traffic.citizens(at_once, range(1, 1 + at_once * PEOPLE_EACH))


@dataclass
class Stretch:
    """A measured stretch of a run, in monotonic seconds, and what was used in it."""

    start: float
    end: float
    usage: Usage

    @property
    def seconds(self) -> float:
        """How long it was."""
        return self.end - self.start


@asynccontextmanager
async def running(
    *,
    rasa: int,
    actions: int,
    model: Path | None,
    seed: int,
    receivers: int = 1,
    environment: Mapping[str, str] = UNHINDERED,
    **more: Any,
) -> AsyncIterator[Running]:
    """The system while it runs; everything is stopped and removed at the end. ``more`` is for the stack."""
    graph = FakeGraph(free_ports(1)[0], seed)
    await graph.start()
    stack = Stack(
        graph.url, rasa=rasa, actions=actions, receivers=receivers, trained=model, environment=environment, **more
    )
    try:
        machine = Machine.here(stack)
        stack.start()
        traffic = Traffic(stack.webhooks, graph, seed)
        try:
            yield Running(stack, graph, traffic, machine)
        finally:
            await traffic.close()
    finally:
        stack.stop()
        await graph.stop()


async def measure(run: Running, seconds: float, *, warm_up: float) -> Stretch:
    """Let it run warm, and then for so many seconds more, with the meters read before and after those."""
    await asyncio.sleep(warm_up)
    used, statements, start = processor_seconds(run.stack), database_seconds(run.stack), time.monotonic()
    await asyncio.sleep(seconds)
    end, after = time.monotonic(), processor_seconds(run.stack)
    # The database writes its statistics down now and then.
    await asyncio.sleep(1.0)
    statements = database_seconds(run.stack) - statements
    return Stretch(start, end, Usage.between(end - start, used, after, round(statements, 2)))


def command(work: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """Makes a command with the same options, which says in a sentence why the system cannot be started if so."""

    @wraps(work)
    def run(*arguments: P.args, **options: P.kwargs) -> None:
        try:
            asyncio.run(work(*arguments, **options))
        except (CannotStart, DatabaseUnavailable) as problem:
            typer.echo(f"bench: {problem}", err=True)
            raise typer.Exit(2) from None

    return run


def outcome_of(run: Running) -> Outcome:
    """What became of every message so far."""
    return read_outcome(run.stack, run.traffic.sent, run.graph.arrivals)


def posts_in(posts: list[Post], stretch: Stretch, kind: str) -> list[Post]:
    """The webhooks of a kind in a stretch."""
    return [post for post in posts if post.kind == kind and stretch.start <= post.at < stretch.end]


def mix_of(sent: list[Sent]) -> str:
    """How much of what was written was tapped, and how many of the texts were unlike all others."""
    texts = [one.text for one in sent if not one.tapped]
    tapped = 1 - len(texts) / max(len(sent), 1)
    return f"{tapped:.0%} taps, {len(set(texts)) / max(len(texts), 1):.0%} of the texts distinct"


def say(as_data: bool, data: dict[str, Any], lines: list[str], row: str) -> None:
    """Print the result: JSON, or lines for people and the row for docs/performance.md."""
    if as_data:
        typer.echo(json.dumps(data, indent=2))
        return
    for line in lines:
        typer.echo(line)
    typer.echo(f"\nfor docs/performance.md:\n{row}")


def problems(stack: Stack) -> list[str]:
    """What the processes complained of: how often, and the first."""
    found = stack.problems
    return [f"{len(found)} warnings or errors in {stack.log.name}; the first: {found[0]}"] if found else []
