"""``python -m bench.backlog``: whether work gets slower when very much of it waits."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from pathlib import Path
from random import Random

import typer

from bench.citizens import unprompted
from bench.measures import Spread, as_json
from bench.run import JSON, MODEL, SEED, Running, command, problems, running, say
from bench.stack import UNHINDERED
from bench.traffic import phone, webhook
from siaga.db import transaction
from siaga.turns import lanes

# Updates that Meta puts into one webhook at most.
UPDATES = 1000
CLAIMS = 40
LANES = 8
# With less than this waiting a run of turns would come to its end while it is measured.
_LEAST_WORKED = 3000
_LOAD_SECONDS = 10.0

# No lanes: what comes in waits. Nobody is told that it is busy, which would be another 30,000 messages to send.
IDLE: Mapping[str, str] = UNHINDERED | {"SIAGA_LANES": "0", "SIAGA_BUSY_MESSAGES": "1000000000"}
WORKING: Mapping[str, str] = {"SIAGA_LANES": str(LANES)}


class _Undo(Exception):
    """Takes back a transaction that was only timed."""


@command
async def main(
    messages: int = typer.Option(100_000, help="Messages that wait."),
    contacts: int = typer.Option(30_000, help="From so many contacts."),
    processes: int = typer.Option(2, help="Rasa processes."),
    seconds: float = typer.Option(30.0, help="How long turns are counted, with all waiting and near the end."),
    model: Path = MODEL,
    seed: int = SEED,
    as_data: bool = JSON,
) -> None:
    """Fill the inbox through webhooks, then time claims and count turns as it empties."""
    async with running(rasa=processes, actions=1, model=model, seed=seed, environment=IDLE) as run:
        began = time.monotonic()
        posts = await _fill(run, messages, contacts, Random(seed))
        filled = time.monotonic() - began
        claims: dict[int, Spread] = {}
        turns: dict[int, float] = {}
        steps = [size for size in (messages, 50_000, 10_000, 1_000) if size <= messages]
        for size in dict.fromkeys(steps):
            if size < messages:
                _leave(run, size)
            claims[size] = _time_claims()
            if size == messages:
                turns[size] = await _count_turns(run, seconds)
        _leave(run, 0)
        await _fill(run, _LEAST_WORKED, contacts, Random(seed + 1))
        turns[_LEAST_WORKED] = await _count_turns(run, seconds)

        data = as_json(machine=run.machine, messages=messages, contacts=contacts, webhooks=posts)
        data |= {"claim_ms": {size: as_json(x=spread)["x"] for size, spread in claims.items()}, "turns": turns}
        lines = [
            str(run.machine),
            f"{messages} messages of {contacts} contacts taken in within {filled:.0f} s ({messages / filled:.0f}/s); "
            f"a webhook of {UPDATES} answered after {posts}",
            *(f"{size:7} waiting: {LANES} lanes claimed in {spread}" for size, spread in claims.items()),
            *(f"{size:7} waiting: {rate:.1f} messages/s worked" for size, rate in turns.items()),
            *problems(run.stack),
        ]
        told = ", ".join(f"{spread.p50:.1f} ms at {size:,}" for size, spread in claims.items())
        worked = ", ".join(f"{rate:.1f} messages/s at {size:,}" for size, rate in turns.items())
        row = (
            f"| backlog of {messages:,} messages from {contacts:,} contacts "
            f"| webhook of {UPDATES}: p50 {posts.p50:.0f} "
            f"ms, max {posts.max:.0f} ms; claim of {LANES} lanes p50: {told}; worked: {worked} | "
            f"`python -m bench.backlog` | {run.machine.date}, {run.machine.code} |"
        )
        say(as_data, data, lines, row)


async def _fill(run: Running, messages: int, contacts: int, chance: Random) -> Spread:
    """Let so many messages come in, in the largest webhooks there are, one after the other."""
    who = [phone(1 + number % contacts) for number in range(messages)]
    chance.shuffle(who)
    took = []
    for first in range(0, messages, UPDATES):
        batch = [run.traffic.message(one, unprompted(chance))[0] for one in who[first : first + UPDATES]]
        post = await run.traffic.post(webhook(batch), len(batch), "backlog")
        if post.status != 200:
            raise RuntimeError(f"a webhook of {len(batch)} messages was answered {post.status}")
        took.append(post.took)
    return Spread.of(took)


def _time_claims() -> Spread:
    """Claim lanes and take it back, again and again."""
    took = []
    for _ in range(CLAIMS):
        try:
            with transaction() as session:
                session.connection()
                began = time.monotonic()
                claimed = lanes.claim(session, "bench", LANES, 10.0)
                took.append(time.monotonic() - began)
                if len(claimed) != LANES:
                    raise RuntimeError(f"{len(claimed)} lanes claimed where {LANES} wait")
                raise _Undo
        except _Undo:
            continue
    return Spread.of(took)


async def _count_turns(run: Running, seconds: float) -> float:
    """Messages worked per second by Rasa processes with lanes, which are idle again afterwards."""
    stack = run.stack
    rasa = [name for name in stack.processes.commands if name.startswith("rasa")]
    await stack.restart_with(rasa, WORKING)
    await asyncio.sleep(_LOAD_SECONDS)
    before, began = _done(run), time.monotonic()
    await asyncio.sleep(seconds)
    rate = (_done(run) - before) / (time.monotonic() - began)
    await stack.restart_with(rasa, {})
    return rate


def _done(run: Running) -> int:
    return int(run.stack.rows("SELECT count(*) FROM inbound_message WHERE status = 'done'")[0][0])


def _leave(run: Running, size: int) -> None:
    """Let all but the newest messages be done, as if they had been worked."""
    with run.stack.database.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE inbound_message SET status = 'done', content = NULL WHERE status = 'waiting' AND id NOT IN "
            f"(SELECT id FROM inbound_message WHERE status = 'waiting' ORDER BY id DESC LIMIT {size})"
        )
        connection.exec_driver_sql(
            "UPDATE lane SET ready_at = NULL, settle_until = NULL WHERE ready_at IS NOT NULL AND NOT EXISTS (SELECT 1 "
            "FROM inbound_message i WHERE i.contact_id = lane.contact_id AND i.status = 'waiting')"
        )


if __name__ == "__main__":
    typer.run(main)
