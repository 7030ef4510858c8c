"""``python -m bench.soak``: minutes under load while everything goes wrong that can, and then the count.

Every few seconds one of the processes, of whatever kind, is killed without warning and started again; now and then an
action server or a Rasa process is stopped for a while and goes on as if nothing had happened; PostgreSQL crashes, or is
started anew in order; its disk is full for a while; and a fifth of the calls to the Graph API fail. Citizens write on,
some without waiting for answers; what is not acknowledged they, like Meta, deliver again. One process of each kind that
there are several of is never killed, and the others' kinds only in the first half: their memory has to stay flat.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import typer
from sqlalchemy.exc import SQLAlchemyError

from bench import checker
from bench.checker import Arrived, Findings, Kept, Records, Reply, Written
from bench.citizens import unprompted
from bench.measures import Spread, as_json
from bench.memory import Growth, Watch
from bench.run import JSON, MODEL, PEOPLE_EACH, SEED, Running, command, measure, outcome_of, problems, running, say
from siaga.db.server import DatabaseUnavailable
from siaga.start.health import is_up
from siaga.turns.messages import message_key

# Without waiting for answers so many of one citizen's messages follow each other at most.
IN_A_ROW = 4
# Some hold whole conversations, registrations among them.
CONVERSATIONS = 6
THINK_SECONDS = 4.0
OTHERS = ("fetcher", "remind", "registry", "desk", "radar")
"""Of these there is one each."""
SEVERAL = ("rasa", "actions", "sender", "receiver")
_WITHOUT_WAITING = range(20_000, 24_000)
_CALIBRATION = 20.0
_WARM_UP = 15.0
_DRAIN_SECONDS = 900.0
_LOOK_SECONDS = 5.0
_TELL_SECONDS = 60.0
# A worker that is stopped for longer than a lease finds, when it goes on, that others have its turns.
_HANG_SECONDS = (6.0, 20.0)
_FULL_SECONDS = 15.0
# An hour of load, with what PostgreSQL keeps besides.
_DISK_MB = 6000


@dataclass
class Kills:
    """What was done to the system, and when it could not be noted whether something had been sent."""

    count: Counter[str] = field(default_factory=Counter)
    unnoted: list[float] = field(default_factory=list)
    database_away: float = 0.0

    def __str__(self) -> str:
        return ", ".join(f"{kind} {n}" for kind, n in sorted(self.count.items()))


@command
async def main(
    minutes: float = typer.Option(10.0, help="How long it goes on."),
    processes: int = typer.Option(3, help="Rasa processes."),
    rate: float = typer.Option(0.0, help="Messages a second; 0: by --share."),
    share: float = typer.Option(0.5, help="Of what is measured first, so much is the load."),
    every: float = typer.Option(6.0, help="Seconds between kills, on average."),
    hang_every: float = typer.Option(60.0, help="Seconds between processes that are stopped for a while; 0: none."),
    database_every: float = typer.Option(150.0, help="Seconds between the database's crashes and restarts; 0: none."),
    full_every: float = typer.Option(240.0, help="Seconds between full disks; 0: none. Needs root, and Linux."),
    graph_fails: float = typer.Option(0.2, help="The share of calls to the Graph API that fail."),
    pause: float = typer.Option(0.0, help="SIAGA_PAUSE_SECONDS: above 0, messages in a row share a turn."),
    model: Path = MODEL,
    seed: int = SEED,
    as_data: bool = JSON,
) -> None:
    """Count what was lost, done twice, or out of order; exit code 1 if anything was, or if memory has grown."""
    checker.prove()
    environment = {"SIAGA_NUMBER_RATE": "0", "SIAGA_PAUSE_SECONDS": str(pause)}
    async with running(
        rasa=processes,
        actions=2,
        receivers=2,
        senders=2,
        others=OTHERS,
        disk_mb=_DISK_MB if full_every else 0,
        model=model,
        seed=seed,
        environment=environment,
    ) as run:
        if not rate:
            rate = share * await capacity(run)
        traffic = run.traffic
        began = time.monotonic()
        run.graph.failing = graph_fails
        traffic.citizens(CONVERSATIONS, range(10_000, 10_000 + CONVERSATIONS * PEOPLE_EACH), THINK_SECONDS)
        beside = CONVERSATIONS / (THINK_SECONDS + 1)
        traffic.at_rate(max(rate - beside, 0.5), unprompted, _WITHOUT_WAITING, in_a_row=IN_A_ROW)
        trouble = Trouble(run, Random(seed), every, hang_every, database_every, full_every)
        memory = Watch()
        beside_it = [asyncio.create_task(_watch(run, memory)), asyncio.create_task(_tell(run, began))]
        kills = await trouble.go_on(minutes * 60)
        for task in beside_it:
            task.cancel()
        traffic.stopping.set()
        written = time.monotonic() - began
        run.graph.failing = 0.0
        drained = await drain(run)
        kills.unnoted += run.graph.unanswered
        records = read_records(run, kills)
        found = checker.check(records)
        grown = memory.grown()
        risen = [name for name, one in grown.items() if not one.is_flat]
        replies = Spread.of(turn.seconds for turn in outcome_of(run).answered if turn.sent.at >= began)
        count = sum(sent.at >= began for sent in traffic.sent)
        again = sum(sent.tries > 1 for sent in traffic.sent)
        failed = sum(run.graph.failed.values())
        data = as_json(machine=run.machine, rate=rate, messages=count, findings=found, replies=replies)
        data |= {"kills": dict(kills.count), "delivered_again": again, "drained_seconds": drained}
        data |= {
            "graph_failed": dict(run.graph.failed),
            "memory": {name: as_json(x=g)["x"] for name, g in grown.items()},
        }
        lines = [
            str(run.machine),
            f"{count} messages in {written / 60:.1f} minutes ({count / written:.1f}/s), {len(records.replies)} replies",
            f"killed, hung and restarted: {kills}; the database was away for {kills.database_away:.0f} s in all",
            f"{failed} calls to the Graph API failed, {len(run.graph.unanswered)} of them with the message taken",
            f"{again} messages were posted more than once; all was done {drained:.0f} s after the last was written",
            f"reply at the Graph API after {replies}",
            str(found),
            *_some(found),
            *(f"memory of {name}: {one}{'' if one.is_flat else ': NOT FLAT'}" for name, one in grown.items()),
            *problems(run.stack)[:1],
        ]
        row = (
            f"| {minutes:g} minutes at {count / written:.1f} messages/s, {processes} Rasa processes, "
            f"{graph_fails:.0%} of the Graph API's answers failing (load before {run.machine.load_before}); killed, "
            f"hung, restarted: {kills} | {count} messages: {found}; reply p50 {replies.p50 / 1000:.1f} s, p99 "
            f"{replies.p99 / 1000:.0f} s; memory {_memory(grown, risen)} | "
            f"`python -m bench.soak --minutes {minutes:g}` | {run.machine.date}, {run.machine.code} |"
        )
        say(as_data, data, lines, row)
    if not found.clean or risen:
        raise typer.Exit(1)


def _some(found: Findings) -> list[str]:
    every = [*found.lost, *found.doubled, *found.out_of_order, *found.sent_again]
    return [f"  {one}" for one in every[:20]]


def _memory(grown: dict[str, Growth], risen: Sequence[str]) -> str:
    told = ", ".join(f"{name} {one.middle:.0f} MB ({one.grown:+.1f})" for name, one in grown.items())
    return f"{'flat' if not risen else 'NOT flat: ' + ', '.join(risen)} over the second half: {told}"


async def capacity(run: Running) -> float:
    """Turns a second in a closed loop, without kills."""
    run.citizens(24)
    stretch = await measure(run, _CALIBRATION, warm_up=_WARM_UP)
    run.traffic.stopping.set()
    await drain(run)
    run.traffic.stopping.clear()
    return len(outcome_of(run).within(stretch.start, stretch.end)) / stretch.seconds


async def _watch(run: Running, memory: Watch) -> None:
    """Look at what the processes hold, until cancelled."""
    while True:
        processes = run.stack.processes
        alive = [(name, processes.pid(name)) for name in processes.commands if processes.alive(name)]
        memory.look(time.monotonic(), alive)
        await asyncio.sleep(_LOOK_SECONDS)


async def _tell(run: Running, began: float) -> None:
    """Say each minute how it goes, as an hour is long, until cancelled."""
    while True:
        await asyncio.sleep(_TELL_SECONDS)
        with contextlib.suppress(SQLAlchemyError):
            count = await asyncio.to_thread(
                run.stack.rows, "SELECT count(*) FROM inbound_message WHERE status = 'waiting'"
            )
            gone, written = (time.monotonic() - began) / 60, sum(sent.at >= began for sent in run.traffic.sent)
            typer.echo(f"minute {gone:.0f}: {written} messages so far, {count[0][0]} wait", err=True)


class Trouble:
    """What goes wrong, at random moments; each kind about every so many seconds, 0: never."""

    def __init__(
        self, run: Running, chance: Random, every: float, hang_every: float, database_every: float, full_every: float
    ) -> None:
        self._run, self._chance, self._every = run, chance, every
        self._kills = Kills()
        self._hung: set[str] = set()
        self._waking: set[asyncio.Task[None]] = set()
        self._due = {
            what: (seconds, time.monotonic() + seconds * chance.uniform(0.5, 1.0))
            for what, seconds in (("hang", hang_every), ("database", database_every), ("full", full_every))
            if seconds and (what != "full" or run.stack.disk)
        }

    async def go_on(self, seconds: float) -> Kills:
        """Let things go wrong for so long; everything runs again at the end."""
        began = time.monotonic()
        while (gone := time.monotonic() - began) < seconds:
            await asyncio.sleep(self._chance.uniform(0.5, 1.5) * self._every)
            self._start_ended()
            due = next((what for what, (_, at) in self._due.items() if time.monotonic() >= at), None)
            if due is None:
                await self._kill((*SEVERAL, *OTHERS) if gone < seconds / 2 else SEVERAL)
                continue
            await {"hang": self._hang, "database": self._restart, "full": self._fill}[due]()
            every, _ = self._due[due]
            self._due[due] = (every, time.monotonic() + every * self._chance.uniform(0.7, 1.3))
        await asyncio.gather(*self._waking)
        self._start_ended()
        return self._kills

    def _start_ended(self) -> None:
        """Start what has ended by itself, as whoever supervises the processes would."""
        for name in self._run.stack.processes.commands:
            if not self._run.stack.processes.alive(name):
                self._kills.count[f"{name.partition('-')[0]} ended by itself"] += 1
                self._run.stack.processes.start(name)

    async def _kill(self, kinds: Sequence[str]) -> None:
        """Kill one process and start it again at once."""
        processes, kind = self._run.stack.processes, self._chance.choice(kinds)
        name = self._chance.choice(self._of(kind))
        # One of each kind goes on: an outage of the whole kind is another test.
        if kind == "rasa" and not await self._others_up(name):
            return
        if kind == "sender":
            self._kills.unnoted.append(time.monotonic())
        self._kills.count[kind] += 1
        self._hung.discard(name)
        processes.kill(name)
        processes.start(name)

    async def _hang(self) -> None:
        """Stop a process in the middle of whatever it does; after a while it goes on."""
        kind = self._chance.choice(("actions", "actions", "rasa"))
        name = self._chance.choice(self._of(kind))
        if name in self._hung:
            return
        self._hung.add(name)
        self._kills.count[f"{kind} hung"] += 1
        pid = self._run.stack.processes.pid(name)
        os.killpg(pid, signal.SIGSTOP)
        self._waking.add(asyncio.create_task(self._wake(name, pid, self._chance.uniform(*_HANG_SECONDS))))

    async def _wake(self, name: str, pid: int, seconds: float) -> None:
        await asyncio.sleep(seconds)
        # Unless it has been killed meanwhile.
        if name in self._hung:
            os.killpg(pid, signal.SIGCONT)
            self._hung.discard(name)

    async def _restart(self) -> None:
        """PostgreSQL crashes, or is started anew in order."""
        crash = self._chance.random() < 0.5
        self._kills.unnoted.append(time.monotonic())
        work = self._run.stack.crash_database if crash else self._run.stack.restart_database
        self._kills.database_away += await asyncio.to_thread(work)
        self._kills.unnoted.append(time.monotonic())
        self._kills.count["database crashed" if crash else "database restarted"] += 1

    async def _fill(self) -> None:
        """Nothing can be written for a while; then there is room again, and the database is brought back if it went."""
        stack, began = self._run.stack, time.monotonic()
        if stack.disk is None:
            return
        self._kills.count["disk full"] += 1
        await asyncio.to_thread(stack.disk.fill)
        await asyncio.sleep(_FULL_SECONDS)
        await asyncio.to_thread(stack.disk.empty)
        for _ in range(5):
            try:
                if await asyncio.to_thread(stack.mend_database):
                    self._kills.count["database ended on the full disk"] += 1
                break
            except DatabaseUnavailable:
                await asyncio.sleep(2.0)
        # Whether a send could be noted was open all the while.
        moments = int(time.monotonic() - began) + 1
        self._kills.unnoted += [began + second for second in range(moments)]

    def _of(self, kind: str) -> list[str]:
        """The processes of a kind that may be harmed: all but the first, where there are several."""
        names = [name for name in self._run.stack.processes.commands if name.partition("-")[0] == kind]
        return names[1:] or names

    async def _others_up(self, name: str) -> bool:
        kind = name.partition("-")[0]
        others = [url for other, url in self._run.stack.addresses().items() if other.startswith(kind) and other != name]
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
