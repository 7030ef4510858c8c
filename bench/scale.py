"""``python -m bench.scale``: 1, 2 and 4 Rasa processes on one PostgreSQL: how much each brings, and what limits."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import astuple
from pathlib import Path
from typing import Any

import psutil
import typer

from bench.costs import Writes, limiting_part, read_writes
from bench.measures import Machine, Spread, as_json
from bench.run import JSON, MODEL, SEED, Running, Stretch, command, measure, outcome_of, problems, running, say

# Each Rasa process works eight lanes: more would only wait.
CITIZENS_EACH = 16


@command
async def main(
    processes: str = typer.Option("1,2,4", help="Numbers of Rasa processes, with commas; one stack after the other."),
    seconds: float = typer.Option(40.0, help="How long each is measured."),
    warm_up: float = typer.Option(15.0, help="Seconds before that."),
    model: Path = MODEL,
    seed: int = SEED,
    as_data: bool = JSON,
) -> None:
    """Turns a second by number of Rasa processes, with the processor time of each kind and the limiting part."""
    machine: Machine | None = None
    found: list[dict[str, object]] = []
    lines: list[str] = []
    told: list[str] = []
    for count in [int(one) for one in processes.split(",")]:
        actions = max(1, count // 2)
        async with running(rasa=count, actions=actions, model=model, seed=seed) as run:
            machine = machine or run.machine
            run.citizens(CITIZENS_EACH * count)
            stretch, writes, busy = await measured(run, seconds, warm_up)
            turns = outcome_of(run).within(stretch.start, stretch.end)
            rate = len(turns) / stretch.seconds
            replies = Spread.of(turn.seconds for turn in turns)
            kinds = Counter(name.partition("-")[0] for name in run.stack.processes.commands)
            limit = limiting_part(stretch.usage, kinds, machine.cpus, busy)
            each = writes.each(len(turns))
            lines += [
                f"{count} Rasa, {actions} action server(s): {rate:.1f} turns/s; reply after {replies}",
                f"  {stretch.usage.per(len(turns))}",
                f"  a turn: {each}",
                f"  limiting part: {limit}",
                *problems(run.stack)[:1],
            ]
            told.append(f"{count} Rasa: {rate:.1f} turns/s (reply p50 {replies.p50 / 1000:.1f} s), limit {limit}")
            found.append(
                as_json(processes=count, rate=round(rate, 2), turns=len(turns), busy=round(busy, 2), limit=limit)
                | as_json(replies=replies, usage=stretch.usage, turn=each)
            )
    if machine is None:
        raise typer.BadParameter("no number of processes", param_hint="--processes")
    row = (
        f"| one PostgreSQL, {machine.cpus} CPUs for everything (load before {machine.load_before}) | "
        f"{'; '.join(told)} | `python -m bench.scale` | {machine.date}, {machine.code} |"
    )
    say(as_data, as_json(machine=machine) | {"runs": found}, [str(machine), *lines], row)


async def measured(run: Running, seconds: float, warm_up: float) -> tuple[Stretch, Writes, float]:
    """A stretch, what the database wrote in it, and how many processors were busy, by whomever."""
    await asyncio.sleep(warm_up)
    writes, times, began = read_writes(run.stack), psutil.cpu_times(), time.monotonic()
    stretch = await measure(run, seconds, warm_up=0.0)
    took, after = time.monotonic() - began, psutil.cpu_times()
    busy = (_worked(after) - _worked(times)) / took
    written = read_writes(run.stack).since(writes)
    # The reading takes a second longer than the stretch.
    return stretch, Writes(*(value * stretch.seconds / took for value in astuple(written))), busy


def _worked(times: Any) -> float:
    return float(sum(getattr(times, part, 0.0) for part in ("user", "nice", "system", "irq", "softirq", "steal")))


if __name__ == "__main__":
    typer.run(main)
