"""``python -m bench.turns``: how many turns a second go from webhook to reply, and how long each takes."""

from __future__ import annotations

from pathlib import Path

import typer

from bench.measures import Spread, as_json
from bench.run import (
    JSON,
    MODEL,
    SECONDS,
    SEED,
    WARM_UP,
    command,
    measure,
    mix_of,
    outcome_of,
    posts_in,
    problems,
    running,
    say,
)


@command
async def main(
    processes: int = typer.Option(1, help="Rasa processes."),
    actions: int = typer.Option(1, help="Action servers."),
    citizens: int = typer.Option(24, help="Citizens at once, each waiting for the answer before writing again."),
    seconds: float = SECONDS,
    warm_up: float = WARM_UP,
    model: Path = MODEL,
    seed: int = SEED,
    as_data: bool = JSON,
) -> None:
    """Turns a second, from a signed webhook to the reply at the Graph API, with so many citizens at once."""
    async with running(rasa=processes, actions=actions, model=model, seed=seed) as run:
        run.citizens(citizens)
        stretch = await measure(run, seconds, warm_up=warm_up)
        outcome = outcome_of(run)
        turns = outcome.within(stretch.start, stretch.end)
        rate = len(turns) / stretch.seconds
        replies = Spread.of(turn.seconds for turn in turns)
        messages = Spread.of(post.took for post in posts_in(run.traffic.posts, stretch, "message"))
        statuses = Spread.of(post.took for post in posts_in(run.traffic.posts, stretch, "statuses"))
        mix = mix_of([turn.sent for turn in turns])
        registered = run.stack.rows("SELECT count(*) FROM registration")[0][0]
        data = as_json(machine=run.machine, processes=processes, actions=actions, citizens=citizens, mix=mix)
        data |= as_json(turns_a_second=round(rate, 2), replies=replies, webhooks=messages, usage=stretch.usage)
        data |= as_json(registrations=registered, silences=run.traffic.silences)
        lines = [
            str(run.machine),
            f"{rate:.1f} turns/s with {processes} Rasa process(es), {actions} action server(s), {citizens} citizens "
            f"({mix}; {registered} registrations)",
            f"reply at the Graph API after {replies}",
            f"webhook of a message answered after {messages}",
            f"webhook of statuses answered after {statuses}",
            stretch.usage.per(len(turns)),
            f"waited in vain for an answer: {run.traffic.silences}",
            *problems(run.stack),
        ]
        row = (
            f"| turns end to end, {processes} Rasa process(es) | {rate:.1f} turns/s, reply p50 {replies.p50:.0f} ms, "
            f"p99 {replies.p99:.0f} ms | `python -m bench.turns --processes {processes} --actions {actions} "
            f"--citizens {citizens}` | {run.machine.date}, {run.machine.code} |"
        )
        say(as_data, data, lines, row)


if __name__ == "__main__":
    typer.run(main)
