"""``python -m bench.webhooks``: how soon a webhook is answered while turns run at full load."""

from __future__ import annotations

from pathlib import Path

import typer

from bench.citizens import unprompted
from bench.measures import Spread, as_json
from bench.run import (
    JSON,
    MODEL,
    SECONDS,
    SEED,
    WARM_UP,
    command,
    measure,
    outcome_of,
    posts_in,
    problems,
    running,
    say,
)

# People who write whether there is an answer or not.
_PROBES = range(90_000, 91_000)


@command
async def main(
    processes: int = typer.Option(2, help="Rasa processes."),
    receivers: int = typer.Option(1, help="Receivers; with none, the Rasa processes get the webhooks."),
    citizens: int = typer.Option(48, help="Citizens at once who keep every lane busy, each waiting for answers."),
    rate: float = typer.Option(5.0, help="Messages a second that come besides, at random moments: these are timed."),
    seconds: float = SECONDS,
    warm_up: float = WARM_UP,
    model: Path = MODEL,
    seed: int = SEED,
    as_data: bool = JSON,
) -> None:
    """Webhooks at random moments, timed while turns take all that the machine has.

    Citizens write when they were answered, and so in moments that suit the system; who comes unasked does not.
    """
    async with running(rasa=processes, actions=1, receivers=receivers, model=model, seed=seed) as run:
        run.citizens(citizens)
        run.traffic.at_rate(rate, unprompted, _PROBES, kind="unprompted")
        stretch = await measure(run, seconds, warm_up=warm_up)
        turns = outcome_of(run).within(stretch.start, stretch.end)
        kinds = {
            kind: Spread.of(post.took for post in posts_in(run.traffic.posts, stretch, kind))
            for kind in ("unprompted", "message", "statuses")
        }
        refused = sum(post.status != 200 for post in run.traffic.posts)
        timed = kinds["unprompted"]
        load = f"{len(turns) / stretch.seconds:.1f} turns/s"
        data = as_json(
            machine=run.machine, processes=processes, receivers=receivers, citizens=citizens, usage=stretch.usage
        )
        data |= {"webhooks": {kind: as_json(x=spread)["x"] for kind, spread in kinds.items()}, "load": load}
        lines = [
            str(run.machine),
            f"while {load} ran with {processes} Rasa process(es), {receivers} receiver(s) and {citizens} citizens:",
            f"messages at random moments answered after {timed}",
            f"messages of citizens who waited for an answer after {kinds['message']}",
            f"statuses, in batches, after {kinds['statuses']}",
            f"not answered 200 at once: {refused}",
            stretch.usage.per(len(turns)),
            *problems(run.stack),
        ]
        apart = "" if receivers == 1 else f" --receivers {receivers}"
        row = (
            f"| webhook answer at full load ({load}, {processes} Rasa processes, {receivers} receivers) "
            f"| p50 {timed.p50:.0f} ms, p90 {timed.p90:.0f} ms, p99 {timed.p99:.0f} ms, max {timed.max:.0f} ms | "
            f"`python -m bench.webhooks --processes {processes}{apart}` | {run.machine.date}, {run.machine.code} |"
        )
        say(as_data, data, lines, row)


if __name__ == "__main__":
    typer.run(main)
