"""``python -m bench.desk``: how soon a citizen's words are on a volunteer's screen, and what the desk needs for it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict
from itertools import count
from math import inf
from random import Random

import typer

from bench.citizens import text
from bench.database import own_database
from bench.desk.given import Conversation, conversations, say, volunteers
from bench.desk.process import Desk, desk
from bench.desk.screens import Screen, marked
from bench.measures import Machine, Spread, as_json
from bench.run import JSON, MODEL, SEED, command, problems, running
from bench.run import say as print_out
from siaga.db import transaction
from siaga.handoffs import attendants, claiming
from siaga.handoffs.tables import HandOff

Committed = dict[int, tuple[Conversation, float]]
"""By its number: where a message was said, and when that was committed, in monotonic seconds."""

WARM_UP = 5.0
"""Seconds of the same traffic before what is measured."""
_PATIENCE = 10.0


@asynccontextmanager
async def looking(url: str, screens: Sequence[Screen]) -> AsyncIterator[None]:
    """Volunteers sit before their screens; a screen that fails, fails the run."""
    tasks = [asyncio.create_task(screen.live(url)) for screen in screens]
    try:
        await asyncio.wait_for(asyncio.gather(*(screen.listening.wait() for screen in screens)), 60)
        yield
        for task in tasks:
            if task.done():
                task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Writing:
    """Citizens who write, half of them in a conversation that is on its holder's screen."""

    def __init__(self, all_: Sequence[Conversation], screens: Sequence[Screen], chance: Random) -> None:
        on_screens = {screen.shown for screen in screens}
        self._shown = [one for one in all_ if one.id in on_screens]
        self._others = [one for one in all_ if one.id not in on_screens]
        self._chance = chance
        self._numbers = count(1)
        self.committed: Committed = {}

    async def at_rate(self, rate: float, seconds: float) -> list[int]:
        """So many messages a second, at random moments; their numbers."""
        began, next_at = time.monotonic(), 0.0
        written: list[asyncio.Task[int]] = []
        while (next_at := next_at + self._chance.expovariate(rate)) < seconds:
            await asyncio.sleep(max(0.0, began + next_at - time.monotonic()))
            conversation = self._chance.choice(self._shown if self._chance.random() < 0.5 else self._others)
            written.append(asyncio.create_task(self._write(conversation, next(self._numbers))))
        return list(await asyncio.gather(*written))

    async def _write(self, conversation: Conversation, number: int) -> int:
        def work() -> float:
            say(conversation, marked(number))
            return time.monotonic()

        self.committed[number] = conversation, await asyncio.to_thread(work)
        return number


def spreads(numbers: Sequence[int], committed: Committed, screens: Sequence[Screen]) -> dict[str, list[float]]:
    """Seconds from the commit to the holder's open conversation, to their list, and to the last of all lists; infinite
    for what is never seen.

    A row shows the last words only: one that shows what was committed later shows that these have come.
    """
    by_login = {screen.volunteer.login: screen for screen in screens}
    rows = {screen.volunteer.login: _by_commit(screen, committed) for screen in screens}
    found: dict[str, list[float]] = {"conversation": [], "list": [], "all lists": []}
    for number in numbers:
        conversation, at = committed[number]
        seen = {login: _seen(own.get(conversation.id, ()), at) for login, own in rows.items()}
        found["all lists"].append(max(seen.values()) - at)
        holder = by_login.get(conversation.holder or "")
        if holder is None:
            continue
        if holder.shown == conversation.id:
            found["conversation"].append(holder.bubbles.get(number, inf) - at)
        else:
            found["list"].append(seen[holder.volunteer.login] - at)
    return found


def _by_commit(screen: Screen, committed: Committed) -> dict[int, list[tuple[float, float]]]:
    """By hand-off: when what a row showed had been committed, and when it was shown."""
    rows: dict[int, list[tuple[float, float]]] = {}
    for (hand_off, number), at in screen.rows.items():
        rows.setdefault(hand_off, []).append((committed[number][1], at))
    return rows


def _seen(row: Sequence[tuple[float, float]], committed_at: float) -> float:
    return min((at for committed, at in row if committed >= committed_at), default=inf)


# ---------------------------------------------------------------------- the desk alone
async def _alone(
    running_desk: Desk, all_: Sequence[Conversation], screens: Sequence[Screen], rate: float, seconds: float, seed: int
) -> tuple[dict[str, Spread], dict[str, float], int]:
    writing = Writing(all_, screens, Random(seed))
    async with looking(running_desk.url, screens):
        await writing.at_rate(rate, WARM_UP)
        used, sent, began = running_desk.cpu_seconds(), sum(one.bytes for one in screens), time.monotonic()
        numbers = await writing.at_rate(rate, seconds)
        took = time.monotonic() - began
        used = running_desk.cpu_seconds() - used
        await asyncio.sleep(2)
        sent = sum(one.bytes for one in screens) - sent
        found = spreads(numbers, writing.committed, screens)
    lost = sum(value == inf for values in found.values() for value in values)
    shares = {"cpu": used / took, "kilobytes_a_message": sent / max(len(numbers), 1) / 1000}
    return {name: Spread.of(values) for name, values in found.items()}, shares, lost


# ---------------------------------------------------------------------- with everything before it
@command
async def _whole(messages: int, model: object, seed: int) -> None:
    async with running(rasa=1, actions=1, model=model, seed=seed) as run:  # type: ignore[arg-type]
        found = await asyncio.to_thread(volunteers, 1)
        who = "62800000090001"
        await run.traffic.write(who, text("mau bicara sama petugas"))
        number = await _asked()
        await asyncio.to_thread(_claimed, number, found[0].login)
        with desk(DATABASE_URL=run.stack.url, SIAGA_GRAPH_URL=run.graph.url) as one:
            screen = Screen(found[0], number)
            times = []
            async with looking(one.url, [screen]):
                for place in range(messages + 2):
                    sent = await run.traffic.write(who, text(marked(place)))
                    limit = time.monotonic() + _PATIENCE
                    while place not in screen.bubbles and time.monotonic() < limit:
                        await asyncio.sleep(0.002)
                    times.append(screen.bubbles.get(place, inf) - sent.at)
                    await asyncio.sleep(0.3)
        # The first two warm up what is loaded at its first use.
        spread = Spread.of(times[2:])
        lines = [
            str(run.machine),
            f"webhook to the holder's screen, one citizen at a time: {spread}",
            *problems(run.stack),
        ]
        row = (
            f"| from a signed webhook to the volunteer's open conversation, over the whole running system, {messages} "
            f"messages one after the other | p50 {spread.p50:.0f} ms, max {spread.max:.0f} ms "
            f"| `python -m bench.desk --whole {messages}` |"
        )
        print_out(False, {}, lines, row)


async def _asked() -> int:
    limit = time.monotonic() + 60
    while time.monotonic() < limit:
        with transaction() as session:
            found = session.query(HandOff.id).scalar()
        if found is not None:
            return int(found)
        await asyncio.sleep(0.1)
    raise SystemExit("bench: the citizen's wish for a person has not arrived")


def _claimed(number: int, login: str) -> None:
    from bench.desk.given import now

    with transaction() as session:
        attendants.seen(session, login, login, now())
        claiming.claim(session, number, login, now())


def main(
    open_: int = typer.Option(200, "--conversations", help="That are open: four of five held by somebody."),
    people: int = typer.Option(20, "--volunteers", help="Each with a conversation open."),
    rate: float = typer.Option(10.0, help="Messages of citizens a second."),
    seconds: float = typer.Option(60.0, help="How long is measured."),
    whole: int = typer.Option(0, help="Instead: so many messages over the whole running system."),
    model: str = MODEL,
    seed: int = SEED,
    as_data: bool = JSON,
) -> None:
    """From a citizen's word to the screen."""
    if whole:
        _whole(whole, model, seed)
        return
    machine = Machine.here()
    with own_database("desk"):
        found = volunteers(people)
        with desk() as one:
            started = one.memory()
            all_ = conversations(open_, found)
            first = {conversation.holder: conversation.id for conversation in reversed(all_) if conversation.holder}
            screens = [Screen(volunteer, first[volunteer.login]) for volunteer in found]
            spread, shares, lost = asyncio.run(_alone(one, all_, screens, rate, seconds, seed))
            after = one.memory()
    events, fetches = sum(one.events for one in screens), sum(one.fetches for one in screens)
    lines = [
        f"{machine}",
        f"{open_} open conversations, {people} volunteers connected, {rate:g} messages/s for {seconds:g} s",
        *(f"from the commit to {name}: {value}" for name, value in _named(spread).items()),
        f"the desk's process: {started} before anybody came, {after} after; {shares['cpu']:.0%} of a CPU; "
        f"{shares['kilobytes_a_message']:.0f} kB to all screens a message",
        f"{events} events, {fetches} fetches; never seen: {lost}",
    ]
    own, rest = spread["conversation"], spread["all lists"]
    row = (
        f"| the desk: {open_} open conversations, {people} volunteers connected, {rate:g} messages/s; from the commit "
        f"to the holder's open conversation, and to the last of all lists | p50 {own.p50:.0f} ms, p99 {own.p99:.0f}; "
        f"p50 {rest.p50:.0f}, p99 {rest.p99:.0f}; {shares['cpu']:.0%} of a CPU, {started.pss:.0f} → {after.pss:.0f} MB "
        f"| `python -m bench.desk` |"
    )
    data = as_json(machine=machine, memory_before=started, memory_after=after) | {
        "spread": {name: asdict(value) for name, value in spread.items()},
        "lost": lost,
        **shares,
    }
    print_out(as_data, data, lines, row)
    if lost:
        raise typer.Exit(1)


def _named(spread: dict[str, Spread]) -> dict[str, Spread]:
    words = {
        "conversation": "the holder's open conversation",
        "list": "the holder's list, another conversation being open",
        "all lists": "the last of all lists",
    }
    return {words[name]: value for name, value in spread.items()}


if __name__ == "__main__":
    typer.run(main)
