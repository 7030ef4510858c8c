"""``pytest bench``: a leak is seen, and what is none is not."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.memory import Watch, growth


def _samples(
    minutes: float, leak_per_hour: float, *, start: float = 400.0, noise: float = 2.0
) -> list[tuple[float, float]]:
    chance = Random(1)
    return [
        (10.0 * n, start + leak_per_hour * 10.0 * n / 3600 + chance.uniform(-noise, noise))
        for n in range(int(minutes * 6))
    ]


@pytest.mark.parametrize(("leak", "flat"), [(0, True), (20, True), (120, False), (400, False)])
def test_a_leak_is_seen_in_an_hour(leak: float, flat: bool) -> None:
    found = growth(_samples(60, leak))
    assert found is not None
    assert found.is_flat == flat
    assert found.per_hour == pytest.approx(leak, abs=8)


def test_what_is_taken_while_it_warms_up_is_no_leak() -> None:
    rising = [(10.0 * n, min(400.0, 200.0 + 10 * n)) for n in range(60)]
    found = growth(rising)
    assert found is not None
    assert found.is_flat


@given(st.integers(0, 29), st.floats(500, 5000))
def test_one_burst_decides_nothing(place: int, megabytes: float) -> None:
    samples = _samples(10, 0, noise=0)
    samples[30 + place] = (samples[30 + place][0], megabytes)
    found = growth(samples)
    assert found is not None
    assert found.is_flat
    assert found.most == megabytes


def test_of_few_samples_nothing_is_said() -> None:
    assert growth([(float(n), 100.0) for n in range(5)]) is None
    assert growth([]) is None


def test_a_process_that_has_just_begun_is_not_judged() -> None:
    assert growth([(5.0 * n, 20.0 * n) for n in range(30)]) is None


def test_the_longest_lived_process_of_a_name_counts() -> None:
    import os

    watch = Watch()
    for at in range(20):
        watch.look(30.0 * at, [("me", os.getpid()), ("gone", 2**22 - 1)])
    assert list(watch.grown()) == ["me"]
