"""``python -m bench.stock``: turns a second and processor time of a turn, stock Rasa beside Siaga, in one run.

Both run on one machine and one PostgreSQL, and are asked the same by as many citizens at once, in turns: while one is
measured the other rests. What differs is told in docs/performance.md; all of it makes the stock bot's turn lighter.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import aiohttp
import psutil
import typer

from bench.citizens import Visit, unprompted
from bench.measures import Spread, Usage, as_json, processor_seconds
from bench.run import JSON, MODEL, PEOPLE_EACH, SEED, Running, command, outcome_of, problems, running, say
from bench.soak import drain
from bench.stock import project
from bench.stock.server import Stock
from bench.traffic import phone
from siaga.settings import ROOT

KEEP = typer.Option(ROOT / ".siaga" / "bench", help="Where the stock model lies from one run to the next.")
MARK = 4.0
_FIRST_PERSON = 50_000
_ANSWER_SECONDS = 60.0


@dataclass
class Measured:
    """A bot's figures, over all of its rounds."""

    replies: list[float] = field(default_factory=list)
    seconds: float = 0.0
    cpu: dict[str, float] = field(default_factory=dict)
    memory: float = 0.0

    @property
    def rate(self) -> float:
        """Turns a second."""
        return len(self.replies) / max(self.seconds, 1e-9)

    def ms(self, *, bench: bool = False) -> float:
        """Milliseconds of processor time a turn, what asks left out."""
        used = sum(seconds for kind, seconds in self.cpu.items() if bench or kind != "bench")
        return used / max(len(self.replies), 1) * 1000

    def add(self, replies: list[float], usage: Usage) -> None:
        """Another round."""
        self.replies += replies
        self.seconds += usage.seconds
        for kind, seconds in usage.cpu.items():
            self.cpu[kind] = self.cpu.get(kind, 0.0) + seconds

    def short(self) -> str:
        """For a table."""
        return (
            f"{self.rate:.1f} turns/s, reply p50 {Spread.of(self.replies).p50:.0f} ms, {self.ms():.0f} ms of CPU a "
            f"turn, {self.memory:.0f} MB"
        )

    def __str__(self) -> str:
        parts = ", ".join(
            f"{kind} {seconds / max(len(self.replies), 1) * 1000:.1f}" for kind, seconds in self.cpu.items()
        )
        return (
            f"{self.rate:.1f} turns/s, reply after {Spread.of(self.replies)}, {self.ms():.1f} ms of CPU a turn "
            f"({parts}), Rasa process {self.memory:.0f} MB"
        )


@command
async def main(
    part: int = typer.Option(10, min=1, help="The stock bot learns every N-th example: all of them take hours."),
    citizens: int = typer.Option(24, help="Citizens at once, each waiting for the answer before writing again."),
    seconds: float = typer.Option(30.0, help="How long each round lasts."),
    rounds: int = typer.Option(2, help="How often the two take turns."),
    warm_up: float = typer.Option(10.0, help="Seconds before each round."),
    keep: Path = KEEP,
    model: Path = MODEL,
    seed: int = SEED,
    as_data: bool = JSON,
) -> None:
    """Stock Rasa beside Siaga."""
    folder = Path(tempfile.mkdtemp(prefix="siaga-stock-"))
    try:
        trained = project.trained(folder, keep, part, lambda line: typer.echo(line, err=True))
        async with running(rasa=1, actions=1, model=model, seed=seed) as run:
            stock = await asyncio.to_thread(Stock, folder, trained, run.stack)
            try:
                theirs, ours = Measured(), Measured()
                for number in range(rounds):
                    chance = Random(f"{seed} {number}")
                    theirs.add(*await _ask_stock(run, stock, citizens, warm_up, seconds, chance))
                    ours.add(*await _ask_siaga(run, citizens, warm_up, seconds))
                theirs.memory = stock.memory()
                ours.memory = psutil.Process(run.stack.processes.pid("rasa-1")).memory_info().rss / 1e6
            finally:
                stock.stop()
            faster, lighter = ours.rate / max(theirs.rate, 1e-9), theirs.ms() / max(ours.ms(), 1e-9)
            lines = [
                str(run.machine),
                f"stock Rasa: {theirs}; it did not understand {stock.said[True]} of {stock.said.total()} messages, "
                "which spares it the action server",
                f"Siaga: {ours}",
                f"{faster:.1f} x the turns, {lighter:.1f} x less processor time a turn; the mark is {MARK:g} x the "
                f"turns: {'held' if faster >= MARK else 'NOT held'}",
                *stock.problems[:1],
                *problems(run.stack)[:1],
            ]
            row = (
                f"| the same questions, {citizens} citizens at once, in one run, in turns (load before "
                f"{run.machine.load_before}) | stock Rasa {theirs.short()}; Siaga {ours.short()}: {faster:.1f} x the "
                f"turns, {lighter:.1f} x less CPU | `python -m bench.stock` | {run.machine.date}, {run.machine.code} |"
            )
            data = as_json(machine=run.machine, stock=theirs, siaga=ours) | {"faster": faster, "lighter": lighter}
            say(as_data, data, lines, row)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def questions(chance: Random) -> Visit:
    """A handful of messages, none of which needs what came before."""
    for _ in range(chance.randint(1, 5)):
        yield unprompted(chance)


async def _ask_stock(
    run: Running, stock: Stock, citizens: int, warm_up: float, seconds: float, chance: Random
) -> tuple[list[float], Usage]:
    """Ask over the REST channel, which holds the request until the turn has ended."""
    answered: list[tuple[float, float]] = []
    over = asyncio.Event()
    people = _people(citizens)
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_ANSWER_SECONDS)) as http:

        async def live() -> None:
            while not over.is_set():
                who = phone(next(people))
                for message in questions(chance):
                    began = time.monotonic()
                    asked = {"sender": who, "message": message["text"]["body"]}
                    with suppress(aiohttp.ClientError, asyncio.TimeoutError):
                        async with http.post(stock.url, json=asked) as answer:
                            if answer.status == 200 and (said := await answer.json()):
                                answered.append((time.monotonic(), time.monotonic() - began))
                                stock.said[said[0].get("text") == project.UNSURE] += 1
                    if over.is_set():
                        return

        tasks = [asyncio.create_task(live()) for _ in range(citizens)]
        await asyncio.sleep(warm_up)
        before, start = _used(run, stock), time.monotonic()
        await asyncio.sleep(seconds)
        end, after = time.monotonic(), _used(run, stock)
        over.set()
        await asyncio.gather(*tasks)
    return [took for at, took in answered if start <= at < end], Usage.between(end - start, before, after)


def _used(run: Running, stock: Stock) -> dict[str, float]:
    shared = processor_seconds(run.stack)
    return {**stock.processor_seconds(), "postgres": shared["postgres"], "bench": shared["bench"]}


async def _ask_siaga(run: Running, citizens: int, warm_up: float, seconds: float) -> tuple[list[float], Usage]:
    """Ask by signed webhooks; the answer comes to the Graph API."""
    first = _FIRST_PERSON
    run.traffic.stopping.clear()
    run.traffic.citizens(citizens, range(first, first + citizens * PEOPLE_EACH), visits=questions)
    await asyncio.sleep(warm_up)
    before, start = processor_seconds(run.stack), time.monotonic()
    await asyncio.sleep(seconds)
    end, after = time.monotonic(), processor_seconds(run.stack)
    run.traffic.stopping.set()
    await drain(run)
    return [one.seconds for one in outcome_of(run).within(start, end)], Usage.between(end - start, before, after)


def _people(citizens: int) -> Iterator[int]:
    """As many people as Siaga has, over and over."""
    while True:
        yield from range(_FIRST_PERSON, _FIRST_PERSON + citizens * PEOPLE_EACH)


if __name__ == "__main__":
    typer.run(main)
