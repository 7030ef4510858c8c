"""``python -m bench.stock``: turns a second and processor time of a turn, stock Rasa beside Siaga, in one run.

Both run on one machine and one PostgreSQL, and are asked the same by as many citizens at once, in turns: while one is
measured the other rests. What else differs stands in docs/performance.md; all of it makes the stock bot's turn lighter.

Two bots may stand for stock Rasa. The one that is taken is **our own project**: domain, rules, examples and actions,
with the pipeline and policies that Rasa ships, and whole visits from the first word to the ticket. Only with these does
the ratio say what the mark asks: what Siaga's engine is worth, the data and the work of a turn being the same. With
``--small`` it is a bot such as `rasa init` leads to, one rule an intent and an action that says one sentence, asked
short questions only: how little a turn of stock Rasa may cost where there is next to nothing to do.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import psutil
import typer

from bench.measures import as_json
from bench.run import JSON, MODEL, SEED, Running, command, problems, running, say
from bench.stock.asking import Load, Measured
from bench.stock.small import Small
from bench.stock.whole import Whole
from siaga.settings import ROOT
from siaga.start import model as models

KEEP = typer.Option(ROOT / ".siaga" / "bench", help="Where the stock model lies from one run to the next.")
DIFFERING = typer.Option(None, help="A file for the turns in which the two did not do the same.")
MARK = 4.0


@command
async def main(
    small: bool = typer.Option(False, "--small", help="A tiny bot and short questions instead of our own project."),
    part: int = typer.Option(0, help="The stock bot learns every N-th example; 0: all, with --small every 10th."),
    epochs: int = typer.Option(2, help="How long the networks of our own project learn; a turn is as long with more."),
    stories: bool = typer.Option(False, help="Conversations made of our rules, from which TED and UnexpecTED learn."),
    citizens: int = typer.Option(24, help="Citizens at once, each waiting for the answer before writing again."),
    seconds: float = typer.Option(30.0, help="How long each round lasts."),
    rounds: int = typer.Option(2, help="How often the two take turns."),
    warm_up: float = typer.Option(10.0, help="Seconds before each round."),
    keep: Path = KEEP,
    differing: Path = DIFFERING,
    model: Path = MODEL,
    seed: int = SEED,
    as_data: bool = JSON,
) -> None:
    """Stock Rasa beside Siaga."""
    folder = Path(tempfile.mkdtemp(prefix="siaga-stock-"))
    load = Load(citizens, seconds, warm_up, seed)
    model = model or models.ensure(typer.echo)
    comparison = (
        Small(folder, load, part) if small else Whole(folder, load, part, rounds, epochs, model, stories=stories)
    )
    try:
        comparison.train(keep, lambda line: typer.echo(line, err=True))
        async with running(rasa=1, actions=1, model=model, seed=seed) as run:
            stock = await comparison.start(run)
            try:
                await comparison.warm()
                theirs, ours = Measured(), Measured()
                for number in range(rounds):
                    of_ours, of_theirs = await comparison.round(number)
                    ours.add(*of_ours)
                    theirs.add(*of_theirs)
                theirs.memory = stock.memory()
                ours.memory = _memory(run)
            finally:
                stock.stop()
            faster, lighter = ours.rate / max(theirs.rate, 1e-9), theirs.ms() / max(ours.ms(), 1e-9)
            lines = [
                str(run.machine),
                f"stock Rasa: {theirs}",
                *comparison.lines(),
                f"Siaga: {ours}",
                f"{faster:.1f} x the turns, {lighter:.1f} x less processor time a turn; the mark is {MARK:g} x the "
                f"turns: {'held' if faster >= MARK else 'NOT held'}",
                *stock.problems[:1],
                *problems(run.stack)[:1],
            ]
            row = (
                f"| {comparison.name}, {citizens} citizens at once, in one run, in turns (load before "
                f"{run.machine.load_before}) | stock Rasa {theirs.short()}; Siaga {ours.short()}: {faster:.1f} x the "
                f"turns, {lighter:.1f} x less CPU | `{f'python -m bench.stock {comparison.options}'.strip()}` | "
                f"{run.machine.date}, {run.machine.code} |"
            )
            data = as_json(machine=run.machine, stock=theirs, siaga=ours) | {"faster": faster, "lighter": lighter}
            say(as_data, data, lines, row)
        if differing and isinstance(comparison, Whole):
            told = (f"{text!r}\n  ours  {did}\n  stock {instead}\n" for text, did, instead in comparison.differing)
            differing.write_text("".join(told), encoding="utf-8")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _memory(run: Running) -> dict[str, float]:
    processes = run.stack.processes
    return {
        name.partition("-")[0]: psutil.Process(processes.pid(name)).memory_info().rss / 1e6
        for name in processes.commands
    }


if __name__ == "__main__":
    typer.run(main)
