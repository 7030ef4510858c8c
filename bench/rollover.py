"""``python -m bench.rollover``: every process is replaced under load, and Rasa's by one with another model.

As a rolling update does it (docs/deploy.md): the new process starts beside the old one, and when it answers the old one
gets SIGTERM. Citizens write on; some began a registration with the old model and go on with the new one.
"""

from __future__ import annotations

import asyncio
import re
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import typer

from bench import checker, citizens
from bench.citizens import Heard, heard, unprompted
from bench.measures import Spread, as_json
from bench.run import JSON, MODEL, PEOPLE_EACH, SEED, Running, command, outcome_of, problems, running, say
from bench.soak import IN_A_ROW, THINK_SECONDS, Kills, drain, read_records
from bench.stack import WEBHOOK, free_ports
from bench.traffic import phone
from siaga.start import model as models
from siaga.start.health import wait_until_up

OLD = typer.Option(None, help="The model before; otherwise the newest of models/ that is not this data's.")
RASA_FROM = typer.Option(None, help="A folder of commands that the new Rasa is started from.")
REST_FROM = typer.Option(None, help="The same for all the others.")
# What Kubernetes and compose give each (deploy/): after that they would kill it.
GRACE_SECONDS = 60.0
_STEADY_SECONDS = 15.0
_CONVERSATIONS = 6
_SPANNING = 6
_SPANNING_PEOPLE = range(30_000, 30_000 + 1_000)
_BEFORE = 4
"""So many messages of a registration go to the old model."""
_ANSWER_SECONDS = 300.0


@dataclass(frozen=True)
class Ended:
    """How an old process ended: by itself (``code``) or, after the grace, killed (None)."""

    name: str
    seconds: float
    code: int | None


@command
async def main(
    old: Path = OLD,
    new: Path = MODEL,
    rate: float = typer.Option(4.0, help="Messages a second that wait for no answer, beside the conversations."),
    rounds: int = typer.Option(2, help="How often everything is replaced; the models change places each time."),
    rasa_from: Path = RASA_FROM,
    rest_from: Path = REST_FROM,
    seed: int = SEED,
    as_data: bool = JSON,
) -> None:
    """Count what was lost, done twice, unanswered or refused; exit code 1 if anything was."""
    checker.prove()
    new = new or models.ensure(print)
    old = old or _another(new)
    environment = {"SIAGA_NUMBER_RATE": "0", "SIAGA_PAUSE_SECONDS": "0"}
    async with running(rasa=1, actions=1, receivers=1, model=old, seed=seed, environment=environment) as run:
        update = Update(run, rasa_from, rest_from)
        run.traffic.citizens(_CONVERSATIONS, range(10_000, 10_000 + _CONVERSATIONS * PEOPLE_EACH), THINK_SECONDS)
        run.traffic.at_rate(rate, unprompted, range(20_000, 24_000), in_a_row=IN_A_ROW)
        began = time.monotonic()
        ended: list[Ended] = []
        finished: list[bool] = []
        people = iter(_SPANNING_PEOPLE)
        for turn in range(rounds):
            await asyncio.sleep(_STEADY_SECONDS)
            replaced = asyncio.Event()
            spanning = [asyncio.create_task(_spanning(run, next(people), replaced)) for _ in range(_SPANNING)]
            await asyncio.sleep(_STEADY_SECONDS)
            ended += await update.everything(old if turn % 2 else new)
            replaced.set()
            finished += await asyncio.gather(*spanning)
        run.traffic.stopping.set()
        await drain(run)
        found = checker.check(read_records(run, Kills()))
        outcome = outcome_of(run)
        refused = sum(post.status != 200 for post in run.traffic.posts)
        killed = [one for one in ended if one.code is None]
        again = run.stack.rows("SELECT count(*) FROM inbound_message WHERE attempts > 0")[0][0]
        replies = Spread.of(one.seconds for one in outcome.answered)
        rasa_ends = [one.seconds for one in ended if one.name.startswith("rasa")]
        lines = [
            str(run.machine),
            f"{old.name} and {new.name}, {rounds} rounds, {len(run.traffic.sent)} messages in "
            f"{time.monotonic() - began:.0f} s",
            *(f"  {one.name} ended after {one.seconds:.1f} s, {_how(one)}" for one in ended),
            f"{outcome.waiting} unanswered, {run.traffic.silences} waited in vain, {refused} webhooks refused",
            f"{sum(finished)} of {len(finished)} registrations that were open while it happened were finished",
            f"{again} messages were begun more than once",
            f"reply at the Graph API after {replies}",
            str(found),
            *(f"  {one}" for one in [*found.lost, *found.doubled, *found.out_of_order][:20]),
            *problems(run.stack)[:1],
        ]
        row = (
            f"| everything replaced {rounds} times, with another model, at {len(run.traffic.sent)} messages in "
            f"{time.monotonic() - began:.0f} s (load before {run.machine.load_before}) | {found}; {outcome.waiting} "
            f"unanswered, {refused} webhooks refused, {len(killed)} killed; Rasa drained in at most "
            f"{max(rasa_ends):.1f} s; {sum(finished)} of {len(finished)} open registrations finished; reply p50 "
            f"{replies.p50:.0f} ms, p99 {replies.p99:.0f} ms | `python -m bench.rollover --rounds {rounds}` | "
            f"{run.machine.date}, {run.machine.code} |"
        )
        data = as_json(machine=run.machine, messages=len(run.traffic.sent), findings=found, replies=replies)
        data |= {"unanswered": outcome.waiting, "refused": refused, "killed": len(killed), "again": again}
        say(as_data, data, lines, row)
    if not found.clean or outcome.waiting or killed or not all(finished):
        raise typer.Exit(1)


class Update:
    """Replaces the processes of a running stack, one kind after the other."""

    def __init__(self, run: Running, rasa_from: Path | None, rest_from: Path | None) -> None:
        self._run = run
        self._rasa_from, self._rest_from = rasa_from, rest_from
        self._plain = dict(run.stack.processes.commands)
        self._now = {name.partition("-")[0]: name for name in self._plain}
        self._generations = 1

    async def everything(self, model: Path) -> list[Ended]:
        """Actions, Rasa with this model, sender, receiver: the new one up, then the old one told to end."""
        self._generations += 1
        action, rasa, receive = free_ports(3)
        url = f"http://127.0.0.1:{action}/webhook"
        here, action_before = "http://127.0.0.1", self._now["actions"]
        # The old action server stays until the Rasa that asks it has gone.
        await self._begin("actions", {"SIAGA_ACTION_PORT": str(action)}, f"{here}:{action}/health")
        own = {"SIAGA_RASA_PORT": str(rasa), "SIAGA_ACTION_URL": url, "SIAGA_MODEL": str(model)}
        rasa_before = await self._begin("rasa", own, f"{here}:{rasa}/")
        ended = [await self._end(rasa_before), await self._end(action_before)]
        ended.append(await self._end(await self._begin("sender", {}, None)))
        receiver_before = await self._begin("receiver", {"SIAGA_RECEIVE_PORT": str(receive)}, f"{here}:{receive}/")
        # A load balancer sends nothing new to what is to end.
        self._run.traffic.aim([f"{here}:{receive}{WEBHOOK}"])
        return [*ended, await self._end(receiver_before)]

    async def _begin(self, kind: str, own: dict[str, str], health: str | None) -> str:
        processes = self._run.stack.processes
        before, name = self._now[kind], f"{kind}-{self._generations}"
        source = self._rasa_from if kind == "rasa" else self._rest_from
        exports = "".join(f"export {key}='{value}'; " for key, value in own.items())
        found_first = f'export PATH="{source.absolute()}:$PATH"; ' if source else ""
        processes.commands[name] = found_first + exports + re.sub(r"^export [^;]*; ", "", self._plain[f"{kind}-1"])
        processes.start(name)
        self._now[kind] = name
        if health:
            await asyncio.to_thread(wait_until_up, processes, {name: health}, lambda line: None)
        return before

    async def _end(self, name: str) -> Ended:
        process = self._run.stack.processes.release(name)
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        while process.poll() is None and time.monotonic() - began < GRACE_SECONDS:
            await asyncio.sleep(0.05)
        seconds, code = time.monotonic() - began, process.poll()
        if code is None:
            process.kill()
            process.wait()
        return Ended(name, seconds, code)


async def _spanning(run: Running, number: int, replaced: asyncio.Event) -> bool:
    """Register somebody, with the update in the middle; whether they were registered at the end."""
    chance, who = Random(number), phone(number)
    visit = citizens.registering(chance)
    next(visit)
    content = citizens.text("mau daftar vaksin")
    for said in range(1, citizens.LONGEST_REGISTRATION + 2):
        if said > _BEFORE:
            await replaced.wait()
        before = len(_messages(run, who))
        await run.traffic.write(who, content)
        answer = await _answer(run, who, before)
        if answer is None:
            return False
        try:
            content = visit.send(answer)
        except StopIteration:
            # What follows a ticket, as the way there, may be the last.
            ends = (heard(message).body for message in _messages(run, who)[before:])
            return any(re.search("tiket|sudah terdaftar", body, re.IGNORECASE) for body in ends)
    return False


async def _answer(run: Running, who: str, before: int) -> Heard | None:
    deadline = time.monotonic() + _ANSWER_SECONDS
    while time.monotonic() < deadline:
        await asyncio.sleep(0.1)
        # A place on the map may come behind what is asked.
        if said := [one for one in map(heard, _messages(run, who)[before:]) if one.body]:
            return said[-1]
    return None


def _messages(run: Running, who: str) -> list[dict[str, object]]:
    return [arrival.message for arrival in run.graph.arrivals if arrival.to == who]


def _how(one: Ended) -> str:
    return "by itself" if one.code == 0 else "KILLED" if one.code is None else f"with exit code {one.code}"


def _another(new: Path) -> Path:
    others: Iterator[Path] = (path for path in models.MODELS.glob("siaga-*.tar.gz") if path.name != new.name)
    found = max(others, key=lambda path: path.stat().st_mtime, default=None)
    if found is None:
        raise typer.BadParameter("there is only one model: name another with --old")
    return found


if __name__ == "__main__":
    typer.run(main)
