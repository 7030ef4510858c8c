"""Deliveries that come at about the same time are kept together, and none takes the blame for another."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from siaga.turns import gathering
from siaga.turns.gathering import Gathering
from siaga.turns.messages import Batch, Oddity


def _batch(name: str) -> Batch:
    return Batch(oddities=[Oddity(name, None)])


class _Keeper:
    """Keeps what it is given when it may, and remembers in which groups."""

    def __init__(self) -> None:
        self.groups: list[list[str]] = []
        self.may = threading.Event()
        self.may.set()

    def __call__(self, batches: Sequence[Batch]) -> list[Exception | None]:
        names = [batch.oddities[0].reason for batch in batches]
        self.groups.append(names)
        self.may.wait(10)
        if "away" in names:
            raise ConnectionError
        return [ValueError(name) if name == "bad" else None for name in names]


def test_who_comes_while_others_are_kept_is_kept_with_all_who_came_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(gathering, "PATIENCE_SECONDS", 10.0)
    keeper = _Keeper()

    async def run() -> None:
        with ThreadPoolExecutor(4) as threads:
            together = Gathering(keeper, threads)
            keeper.may.clear()
            first = asyncio.create_task(together.keep(_batch("a")))
            await asyncio.sleep(0.05)
            others = [asyncio.create_task(together.keep(_batch(name))) for name in ("b", "bad", "c")]
            await asyncio.sleep(0.05)
            assert keeper.groups == [["a"]] and not first.done()
            keeper.may.set()
            assert await first is None
            kept = await asyncio.gather(*others, return_exceptions=True)
            assert [type(one) for one in kept] == [type(None), ValueError, type(None)]

    asyncio.run(run())
    assert keeper.groups == [["a"], ["b", "bad", "c"]]


def test_one_that_takes_long_holds_nobody_up_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "PATIENCE_SECONDS", 0.05)
    keeper = _Keeper()

    async def run() -> None:
        with ThreadPoolExecutor(4) as threads:
            together = Gathering(keeper, threads)
            keeper.may.clear()
            waits = [asyncio.create_task(together.keep(_batch("a")))]
            await asyncio.sleep(0.02)
            waits.append(asyncio.create_task(together.keep(_batch("b"))))
            await asyncio.sleep(0.5)
            assert keeper.groups == [["a"], ["b"]] and not any(one.done() for one in waits)
            keeper.may.set()
            await asyncio.gather(*waits)

    asyncio.run(run())


def test_when_the_database_is_away_nobody_is_told_that_they_were_kept() -> None:
    keeper = _Keeper()

    async def run() -> list[object]:
        with ThreadPoolExecutor(1) as threads:
            together = Gathering(keeper, threads, 0.05)
            return await asyncio.gather(
                together.keep(_batch("a")), together.keep(_batch("away")), return_exceptions=True
            )

    assert [type(one) for one in asyncio.run(run())] == [ConnectionError, ConnectionError]
    assert keeper.groups == [["a", "away"]]


def test_who_hangs_up_takes_nobody_along() -> None:
    keeper = _Keeper()

    async def run() -> None:
        with ThreadPoolExecutor(1) as threads:
            together = Gathering(keeper, threads, 0.1)
            gone = asyncio.create_task(together.keep(_batch("a")))
            stays = asyncio.create_task(together.keep(_batch("b")))
            await asyncio.sleep(0.02)
            gone.cancel()
            assert await stays is None

    asyncio.run(run())
    assert keeper.groups == [["a", "b"]]


def test_a_group_is_no_larger_than_it_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "MOST", 3)
    keeper = _Keeper()

    async def run() -> None:
        with ThreadPoolExecutor(1) as threads:
            together = Gathering(keeper, threads, 0.05)
            await asyncio.gather(*(together.keep(_batch(str(number))) for number in range(7)))

    asyncio.run(run())
    assert sorted(map(len, keeper.groups)) == [1, 3, 3]
    assert sorted(name for group in keeper.groups for name in group) == [str(number) for number in range(7)]
