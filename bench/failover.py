"""``python -m bench.failover``: the database's replica takes its place under load, and then the count.

The address that all processes have names both servers, so nobody is told anything. Figures are read from the replica
meanwhile, as the desk reads them. By a crash and without waiting for the replica, what it had not been sent yet is
lost: that is counted, and no fault of anybody's.
"""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import typer
from sqlalchemy import text

from bench import checker
from bench.citizens import unprompted
from bench.measures import Spread, as_json
from bench.run import JSON, MODEL, PEOPLE_EACH, SEED, Running, command, outcome_of, problems, running, say
from bench.soak import IN_A_ROW, OTHERS, THINK_SECONDS, Kills, drain, read_records
from bench.standby import Pair
from siaga.db.engine import forget
from siaga.db.replica import lag, reading
from siaga.settings import settings

_CONVERSATIONS = 3
_BACK_SECONDS = 120.0
_LISTENERS = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"
_FIGURES = "SELECT count(*) FROM inbound_message"


@command
async def main(
    crash: bool = typer.Option(True, help="End the server by a crash; otherwise in order."),
    synchronous: str = typer.Option("on", help="synchronous_commit, with the replica; empty: no commit waits for it."),
    rate: float = typer.Option(2.0, help="Messages a second that wait for no answer, beside the conversations."),
    before: float = typer.Option(40.0, help="Seconds of load before it."),
    after: float = typer.Option(60.0, help="Seconds of load after it."),
    model: Path = MODEL,
    seed: int = SEED,
    as_data: bool = JSON,
) -> None:
    """Count what was lost or done twice, and how soon all is as before; exit code 1 if anything was lost or doubled."""
    checker.prove()
    pairs: list[Pair] = []

    def both(home: Path) -> Pair:
        pairs.append(Pair(home, synchronous=synchronous))
        return pairs[0]

    environment = {"SIAGA_NUMBER_RATE": "0", "SIAGA_PAUSE_SECONDS": "0"}
    async with running(
        rasa=1, actions=1, model=model, seed=seed, others=OTHERS, environment=environment, server=both
    ) as run:
        pair, traffic = pairs[0], run.traffic
        _read_from(pair.follower_url)
        traffic.citizens(_CONVERSATIONS, range(10_000, 10_000 + _CONVERSATIONS * PEOPLE_EACH), THINK_SECONDS)
        traffic.at_rate(rate, unprompted, range(20_000, 24_000), in_a_row=IN_A_ROW)
        lags = await _lags(before)
        listeners = run.stack.rows(_LISTENERS)[0][0]
        kept = await asyncio.to_thread(reading, lambda session: session.scalar(text(_FIGURES)))
        behind = pair.lag_bytes()
        began = time.monotonic()
        away = await asyncio.to_thread(pair.fail_over, in_order=not crash)
        promoted = began + away
        listening = await _listening(run, listeners)
        await asyncio.sleep(max(0.0, promoted + after - time.monotonic()))
        traffic.stopping.set()
        drained = await drain(run)
        # Whether what was sent around that moment could be noted is not known.
        kills = Kills(unnoted=[began + second for second in range(int(away + 10))])
        found = checker.check(read_records(run, kills))
        ended = [name for name in run.stack.processes.commands if not run.stack.processes.alive(name)]
        first = min((one.at + one.took for one in traffic.posts if one.status == 200 and one.at > began), default=0.0)
        answers = [one for one in outcome_of(run).answered if one.sent.at >= began]
        replied = min((one.at for one in answers), default=0.0)
        refused = sum(one.status != 200 for one in traffic.posts)
        replies = Spread.of(one.seconds for one in answers)
        how = f"{'crash' if crash else 'in order'}, synchronous_commit {synchronous or 'on, without a standby named'}"
        times = (
            f"the replica took writes after {away:.1f} s; webhook acknowledged {first - began:.1f} s and answer to one "
            f"from after it {replied - began:.1f} s after the end, all {listeners} listeners back after "
            f"{listening - began:.1f} s"
        )
        lines = [
            str(run.machine),
            f"{how}: {len(traffic.sent)} messages, {kept} of them read from the replica before; lag "
            f"{Spread.of(lags)}; {behind} bytes not replayed at the end",
            times,
            f"{refused} webhooks refused and posted again; ended by themselves: {', '.join(ended) or 'none'}; all was "
            f"done {drained:.0f} s after the last was written",
            f"reply at the Graph API to what came after it, after {replies}",
            str(found),
            *(f"  {one}" for one in [*found.lost, *found.doubled, *found.out_of_order, *found.sent_again][:20]),
            *problems(run.stack)[:1],
        ]
        row = (
            f"| failover: {how} (load before {run.machine.load_before}) | {len(traffic.sent)} messages: {found}; "
            f"{times} | `python -m bench.failover` | {run.machine.date}, {run.machine.code} |"
        )
        data = as_json(machine=run.machine, messages=len(traffic.sent), findings=found, replies=replies)
        data |= {"away": away, "acknowledged": first - began, "answered": replied - began, "refused": refused}
        data |= {"listening": listening - began, "ended": ended}
        say(as_data, data, lines, row)
    if not found.clean or ended:
        raise typer.Exit(1)


def _read_from(url: str) -> None:
    os.environ["SIAGA_DATABASE_READ_URL"] = url
    settings.cache_clear()
    forget()


async def _lags(seconds: float) -> list[float]:
    """How far the replica was behind, a look a second."""
    found = []
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found.append(await asyncio.to_thread(lag) or 0.0)
        await asyncio.sleep(1.0)
    return found


async def _listening(run: Running, listeners: int) -> float:
    """When as many connections listen as did before."""
    until = time.monotonic() + _BACK_SECONDS
    while time.monotonic() < until and run.stack.rows(_LISTENERS)[0][0] < listeners:
        await asyncio.sleep(0.1)
    return time.monotonic()


if __name__ == "__main__":
    typer.run(main)
