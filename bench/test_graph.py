"""``pytest bench``: the stand-in for Meta fails as often as it is told to, and notes what it took all the same."""

from __future__ import annotations

import asyncio
from collections import Counter

import aiohttp
import pytest

from bench import graph
from bench.graph import FakeGraph
from bench.stack import free_ports

CALLS = 200


@pytest.mark.parametrize("share", [0.0, 0.5])
def test_a_share_of_the_calls_fails(share: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graph, "_SILENT_SECONDS", 0.0)
    found, answers = asyncio.run(_calls(share))
    assert sum(found.failed.values()) == pytest.approx(share * CALLS, abs=0.2 * CALLS if share else 0)
    assert answers[500] == found.failed["error"]
    assert answers[429] == found.failed["too_many"]
    assert answers[0] == found.failed["not_taken"] + found.failed["unanswered"]
    assert len(found.unanswered) == found.failed["unanswered"]
    assert len(found.arrivals) == answers[200] + found.failed["unanswered"]
    assert len(found.take_statuses()) == len(graph.LADDER) * len(found.arrivals)


async def _calls(share: float) -> tuple[FakeGraph, Counter[int]]:
    found = FakeGraph(free_ports(1)[0])
    found.failing = share
    answers: Counter[int] = Counter()
    await found.start()
    try:
        async with aiohttp.ClientSession() as http:
            for number in range(CALLS):
                message = {"to": "+6280000000001", "type": "text", "biz_opaque_callback_data": f"k{number}"}
                try:
                    async with http.post(f"{found.url}/v1/1/messages", json=message) as answer:
                        answers[answer.status] += 1
                except aiohttp.ClientError:
                    answers[0] += 1
    finally:
        await found.stop()
    return found, answers
