"""``pytest bench``: what the launch morning is judged by can fail."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.launch import Morning, Told, overtaken, told

_times = st.floats(0, 1000, allow_nan=False)


def test_the_morning_rises_to_its_peak_and_falls_again() -> None:
    morning = Morning(100, 10, 50)
    assert [morning.rate(at) for at in (-1, 0, 12.5, 25, 50, 75, 87.5, 100, 101)] == [
        10,
        10,
        30,
        50,
        50,
        50,
        30,
        10,
        10,
    ]


def test_as_many_write_as_should() -> None:
    moments = list(Morning(100, 10, 50).moments(Random(1)))
    assert moments == sorted(moments)
    assert len(moments) == pytest.approx(25 * 30 + 50 * 50 + 25 * 30, rel=0.05)


@given(st.lists(_times, min_size=1, max_size=30))
def test_nobody_is_overtaken_in_a_queue(written: list[float]) -> None:
    in_order = sorted(written)
    assert set(overtaken((at, place) for place, at in enumerate(in_order))) == {0.0}


@given(st.lists(_times, min_size=2, max_size=30, unique=True))
def test_in_a_stack_everybody_but_the_last_is(written: list[float]) -> None:
    youngest = max(written)
    behind = overtaken((at, -at) for at in written)
    assert sorted(behind) == sorted(youngest - at for at in written)


def test_who_waits_is_told_once() -> None:
    waits = {"a": [(0.0, 10.0)], "b": [(0.0, 3.0)], "c": [(0.0, 10.0), (4.0, 12.0)], "d": [(0.0, 10.0), (20.0, 30.0)]}
    assert told(waits, {"a": [5.5], "c": [6.0], "d": [6.0, 26.0]}, 5.0) == Told(4, 4, 0, 0)
    assert told(waits, {}, 5.0) == Told(4, 0, 0, 0)


@pytest.mark.parametrize(
    ("notes", "twice", "needless"),
    [({"a": [5.0, 6.0]}, 1, 0), ({"c": [5.0, 11.0]}, 1, 0), ({"a": [11.0]}, 0, 1), ({"nobody": [1.0]}, 0, 1)],
)
def test_a_note_too_many_is_seen(notes: dict[str, list[float]], twice: int, needless: int) -> None:
    waits = {"a": [(0.0, 10.0)], "c": [(0.0, 10.0), (4.0, 12.0)]}
    found = told(waits, notes, 5.0)
    assert (found.twice, found.needless, found.honest) == (twice, needless, False)
