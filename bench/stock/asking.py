"""Asking one bot while the other rests, and what came of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

import aiohttp

from bench.citizens import Visit
from bench.measures import Spread, Usage, processor_seconds
from bench.run import PEOPLE_EACH, Running, outcome_of
from bench.soak import drain
from bench.stock.server import Stock

_FIRST_PERSON = 50_000
_ANSWER_SECONDS = 60.0


@dataclass(frozen=True)
class Load:
    """How each bot is asked: so many citizens at once, for so many seconds after a warm-up."""

    citizens: int
    seconds: float
    warm_up: float
    seed: int

    @property
    def each(self) -> int:
        """How many people there are for a round."""
        return self.citizens * PEOPLE_EACH

    def people(self, number: int) -> range:
        """Those of a round, from 0 on: others in each."""
        first = _FIRST_PERSON + number * self.each
        return range(first, first + self.each)

    def short(self) -> Load:
        """Enough that both have done what is done once, such as reading what answers are searched by."""
        return replace(self, seconds=1.0, warm_up=4.0)


@dataclass
class Measured:
    """A bot's figures, over all of its rounds."""

    replies: list[float] = field(default_factory=list)
    seconds: float = 0.0
    cpu: dict[str, float] = field(default_factory=dict)
    memory: dict[str, float] = field(default_factory=dict)
    """Megabytes that each process holds"""

    @property
    def rate(self) -> float:
        """Turns a second."""
        return len(self.replies) / max(self.seconds, 1e-9)

    def ms(self, *, bench: bool = False) -> float:
        """Milliseconds of processor time a turn, what asks left out."""
        used = sum(seconds for kind, seconds in self.cpu.items() if bench or kind != "bench")
        return used / max(len(self.replies), 1) * 1000

    def add(self, replies: Sequence[float], usage: Usage) -> None:
        """Another round."""
        self.replies += replies
        self.seconds += usage.seconds
        for kind, seconds in usage.cpu.items():
            self.cpu[kind] = self.cpu.get(kind, 0.0) + seconds

    def short(self) -> str:
        """For a table."""
        return (
            f"{self.rate:.1f} turns/s, reply p50 {Spread.of(self.replies).p50:.0f} ms, {self.ms():.0f} ms of CPU a "
            f"turn, {self._held()}"
        )

    def __str__(self) -> str:
        parts = ", ".join(
            f"{kind} {seconds / max(len(self.replies), 1) * 1000:.1f}" for kind, seconds in self.cpu.items()
        )
        return (
            f"{self.rate:.1f} turns/s, reply after {Spread.of(self.replies)}, {self.ms():.1f} ms of CPU a turn "
            f"({parts}); memory {self._held()}"
        )

    def _held(self) -> str:
        return ", ".join(f"{kind} {megabytes:.0f} MB" for kind, megabytes in self.memory.items())


Round = tuple[list[float], Usage]
"""Seconds of each reply within the measured stretch, and what that used."""


class Asking:
    """The stock bot's REST channel, which holds a request until its turn has ended."""

    def __init__(self, url: str) -> None:
        self.over = asyncio.Event()
        """Set, nobody asks any more."""
        self.answered: list[tuple[float, float]] = []
        """When each answer came, and after how long."""
        self.silences = 0
        """How often nothing was answered."""
        self._url = url
        self._http = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0), timeout=aiohttp.ClientTimeout(total=_ANSWER_SECONDS)
        )

    async def post(self, sender: str, text: str, metadata: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        """What is answered; nothing where something failed."""
        began = time.monotonic()
        said: list[dict[str, Any]] = []
        asked = {"sender": sender, "message": text, **({"metadata": metadata} if metadata else {})}
        with suppress(aiohttp.ClientError, asyncio.TimeoutError):
            async with self._http.post(self._url, json=asked) as answer:
                said = await answer.json() if answer.status == 200 else []
        if said:
            self.answered.append((time.monotonic(), time.monotonic() - began))
        else:
            self.silences += 1
        return said

    async def close(self) -> None:
        """Hang up."""
        await self._http.close()


async def ask_stock(
    run: Running, stock: Stock, load: Load, visit: Callable[[Asking], Awaitable[None]]
) -> tuple[Round, int]:
    """Visits of the stock bot, one after the other for each citizen; and how often it answered nothing."""
    asking = Asking(stock.url)

    async def live() -> None:
        while not asking.over.is_set():
            await visit(asking)

    tasks = [asyncio.create_task(live()) for _ in range(load.citizens)]
    await asyncio.sleep(load.warm_up)
    before, start = _used(run, stock), time.monotonic()
    await asyncio.sleep(load.seconds)
    end, after = time.monotonic(), _used(run, stock)
    asking.over.set()
    await asyncio.gather(*tasks)
    await asking.close()
    replies = [took for at, took in asking.answered if start <= at < end]
    return (replies, Usage.between(end - start, before, after)), asking.silences


def _used(run: Running, stock: Stock) -> dict[str, float]:
    shared = processor_seconds(run.stack)
    return {**stock.processor_seconds(), "postgres": shared["postgres"], "bench": shared["bench"]}


async def ask_siaga(run: Running, load: Load, people: range, visits: Callable[[Random], Visit]) -> Round:
    """Ask by signed webhooks; the answer comes to the Graph API."""
    run.traffic.stopping.clear()
    run.traffic.citizens(load.citizens, people, visits=visits)
    await asyncio.sleep(load.warm_up)
    before, start = processor_seconds(run.stack), time.monotonic()
    await asyncio.sleep(load.seconds)
    end, after = time.monotonic(), processor_seconds(run.stack)
    run.traffic.stopping.set()
    await drain(run)
    return [one.seconds for one in outcome_of(run).within(start, end)], Usage.between(end - start, before, after)
