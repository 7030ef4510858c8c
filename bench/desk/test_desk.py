"""What is never seen is counted, and what only a later row shows is seen with it."""

from __future__ import annotations

from math import inf

import pytest

from bench.desk.__main__ import spreads
from bench.desk.given import Conversation, Volunteer
from bench.desk.screens import Screen

HELD, OTHER, WAITING = Conversation(1, "1", "ani"), Conversation(2, "2", "ani"), Conversation(3, "3", None)


def screen(login: str, shown: int, rows: dict[tuple[int, int], float], bubbles: dict[int, float]) -> Screen:
    return Screen(Volunteer(login, login, "-"), shown, rows=rows, bubbles=bubbles)


def test_times_are_from_the_commit_to_each_place() -> None:
    committed = {1: (HELD, 10.0), 2: (OTHER, 10.0), 3: (OTHER, 10.2), 4: (WAITING, 11.0)}
    ani = screen("ani", 1, {(1, 1): 10.1, (2, 3): 10.5, (3, 4): 11.1}, {1: 10.3})
    budi = screen("budi", 9, {(1, 1): 10.4, (2, 3): 10.6, (3, 4): 11.2}, {})
    found = spreads([1, 2, 3, 4], committed, [ani, budi])
    assert found["conversation"] == [pytest.approx(0.3)]
    assert found["list"] == [pytest.approx(0.5), pytest.approx(0.3)]
    assert found["all lists"] == [pytest.approx(each) for each in (0.4, 0.6, 0.4, 0.2)]


def test_what_is_never_seen_takes_for_ever() -> None:
    ani, budi = screen("ani", 1, {(1, 1): 10.1}, {}), screen("budi", 9, {}, {})
    found = spreads([1], {1: (HELD, 10.0)}, [ani, budi])
    assert found == {"conversation": [inf], "list": [], "all lists": [inf]}
