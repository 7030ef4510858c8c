"""``python -m bench.soak``: minutes under load while processes are killed at random, and then the count.

Every few seconds one of the Rasa processes, action servers or the sender is killed without warning and started again,
and now and then PostgreSQL's processes are. Citizens write on, some without waiting for answers; what is not
acknowledged they, like Meta, deliver again.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import typer

from bench import checker
from bench.checker import Arrived, Findings, Kept, Records, Reply, Written
from bench.citizens import unprompted
from bench.measures import Spread, as_json
from bench.run import JSON, MODEL, PEOPLE_EACH, SEED, Running, command, measure, outcome_of, problems, running, say
from siaga.start.health import is_up
from siaga.turns.messages import message_key

# Without waiting for answers so many of one citizen's messages follow each other at most.
IN_A_ROW = 4
# Some hold whole conversations, registrations among them.
CONVERSATIONS = 6
THINK_SECONDS = 4.0
_WITHOUT_WAITING = range(20_000, 24_000)
_CALIBRATION = 20.0
_WARM_UP = 15.0
_DRAIN_SECONDS = 900.0


@dataclass
class Kills:
    """What was killed, and when a sender or the database was."""

    count: Counter[str] = field(default_factory=Counter)
    unnoted: list[float] = field(default_factory=list)
    database_away: float = 0.0


@command
async def main(
    minutes: float = typer.Option(10.0, help="How long processes are killed."),
    processes: int = typer.Option(3, help="Rasa processes."),
    rate: float = typer.Option(0.0, help="Messages a second; 0: 80 % of what is measured first."),
    every: float = typer.Option(6.0, help="Seconds between kills, on average."),
    database_every: float = typer.Option(150.0, help="Seconds between crashes of the database; 0: none."),
    pause: float = typer.Option(0.0, help="SIAGA_PAUSE_SECONDS: above 0, messages in a row share a turn."),
    model: Path = MODEL,
    seed: int = SEED,
    as_data: bool = JSON,
) -> None:
    """Count what was lost, done twice, or out of order; exit code 1 if anything was."""
    checker.prove()
    environment = {"SIAGA_NUMBER_RATE": "0", "SIAGA_PAUSE_SECONDS": str(pause)}
    async with running(rasa=processes, actions=2, receivers=2, model=model, seed=seed, environment=environment) as run:
        if not rate:
            rate = 0.8 * await _capacity(run)
        traffic = run.traffic
        began = time.monotonic()
        traffic.citizens(CONVERSATIONS, range(10_000, 10_000 + CONVERSATIONS * PEOPLE_EACH), THINK_SECONDS)
        beside = CONVERSATIONS / (THINK_SECONDS + 1)
        traffic.at_rate(max(rate - beside, 0.5), unprompted, _WITHOUT_WAITING, in_a_row=IN_A_ROW)
        kills = await _kill(run, minutes * 60, every, database_every, Random(seed))
        traffic.stopping.set()
        written = time.monotonic() - began
        drained = await drain(run)
        records = read_records(run, kills)
        found = checker.check(records)
        turns = [turn for turn in outcome_of(run).answered if turn.sent.at >= began]
        replies = Spread.of(turn.seconds for turn in turns)
        count = sum(sent.at >= began for sent in traffic.sent)
        again = sum(sent.tries > 1 for sent in traffic.sent)
        killed = ", ".join(f"{kind} {n}" for kind, n in sorted(kills.count.items()))
        data = as_json(machine=run.machine, rate=rate, messages=count, findings=found, replies=replies)
        data |= {"kills": dict(kills.count), "delivered_again": again, "drained_seconds": drained}
        lines = [
            str(run.machine),
            f"{count} messages in {written / 60:.1f} minutes ({count / written:.1f}/s), {len(records.replies)} replies",
            f"killed: {killed}; the database was away for {kills.database_away:.0f} s in all",
            f"{again} messages were posted more than once; all was done {drained:.0f} s after the last was written",
            f"reply at the Graph API after {replies}",
            str(found),
            *_some(found),
            *problems(run.stack)[:1],
        ]
        row = (
            f"| {minutes:g} minutes at {count / written:.1f} messages/s, {processes} Rasa processes, killed: {killed} "
            f"| "
            f"{count} messages: {found}; reply p50 {replies.p50:.0f} ms, p99 {replies.p99:.0f} ms | "
            f"`python -m bench.soak --minutes {minutes:g} --processes {processes}` | "
            f"{run.machine.date}, {run.machine.code} |"
        )
        say(as_data, data, lines, row)
    if not found.clean:
        raise typer.Exit(1)


def _some(found: Findings) -> list[str]:
    every = [*found.lost, *found.doubled, *found.out_of_order, *found.sent_again]
    return [f"  {one}" for one in every[:20]]


async def _capacity(run: Running) -> float:
    """Turns a second in a closed loop, without kills."""
    run.citizens(24)
    stretch = await measure(run, _CALIBRATION, warm_up=_WARM_UP)
    run.traffic.stopping.set()
    await drain(run)
    run.traffic.stopping.clear()
    return len(outcome_of(run).within(stretch.start, stretch.end)) / stretch.seconds


async def _kill(run: Running, seconds: float, every: float, database_every: float, chance: Random) -> Kills:
    """Kill something every now and then, and start it again at once."""
    stack, kills = run.stack, Kills()
    began = time.monotonic()
    crash_at = began + database_every * chance.uniform(0.5, 1.0) if database_every else float("inf")
    while time.monotonic() - began < seconds:
        await asyncio.sleep(chance.uniform(0.5, 1.5) * every)
        _start_ended(run, kills)
        if time.monotonic() >= crash_at:
            kills.unnoted.append(time.monotonic())
            kills.database_away += stack.crash_database()
            kills.unnoted.append(time.monotonic())
            kills.count["database"] += 1
            crash_at = time.monotonic() + database_every * chance.uniform(0.7, 1.3)
            continue
        kind = chance.choice(("rasa", "actions", "sender", "receiver"))
        name = chance.choice([name for name in stack.processes.commands if name.startswith(kind)])
        # One of each kind goes on: an outage of the whole kind is another test.
        if kind == "rasa" and not await _others_up(run, name):
            continue
        if kind == "sender":
            kills.unnoted.append(time.monotonic())
        kills.count[kind] += 1
        stack.processes.kill(name)
        stack.processes.start(name)
    _start_ended(run, kills)
    return kills


def _start_ended(run: Running, kills: Kills) -> None:
    """Start what has ended by itself, as whoever supervises the processes would."""
    for name in run.stack.processes.commands:
        if not run.stack.processes.alive(name):
            kills.count[f"{name.partition('-')[0]} ended by itself"] += 1
            run.stack.processes.start(name)


async def _others_up(run: Running, name: str) -> bool:
    kind = name.partition("-")[0]
    others = [url for other, url in run.stack.addresses().items() if other.startswith(kind) and other != name]
    return all(await asyncio.gather(*(asyncio.to_thread(is_up, url) for url in others)))


async def drain(run: Running) -> float:
    """Wait until nothing waits to be worked or sent any more; seconds, at most ``_DRAIN_SECONDS``."""
    began = time.monotonic()
    while time.monotonic() - began < _DRAIN_SECONDS:
        await asyncio.sleep(1.0)
        if not run.traffic.writing and not run.stack.rows(
            "SELECT 1 FROM inbound_message WHERE status = 'waiting' UNION ALL "
            "SELECT 1 FROM outbound_message WHERE status IN ('queued', 'sending', 'unknown') LIMIT 1"
        ):
            break
    return time.monotonic() - began


def read_records(run: Running, kills: Kills) -> Records:
    """All that was written, kept, replied and has arrived."""
    stack = run.stack
    return Records(
        [Written(message_key(one.wamid), one.phone, one.number) for one in run.traffic.sent],
        [
            Kept(row.key, str(row.contact_id), row.id, row.turn_id or row.id, row.status)
            for row in stack.rows("SELECT key, contact_id, id, turn_id, status FROM inbound_message")
        ],
        [
            Reply(row.id, str(row.contact_id), row.seq, row.caused_by, str(row.created_at))
            for row in stack.rows("SELECT id, contact_id, seq, caused_by, created_at FROM outbound_message")
        ],
        [Arrived(one.key, one.to, one.at) for one in run.graph.arrivals],
        kills.unnoted,
    )


if __name__ == "__main__":
    typer.run(main)
