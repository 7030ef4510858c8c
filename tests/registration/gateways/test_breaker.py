"""The circuit opens after failures, lets one through after a rest, and closes when that one has come back well."""

from __future__ import annotations

import threading

import pytest

from siaga.registration.gateways.base import Unavailable
from siaga.registration.gateways.breaker import LONGEST_REST_SECONDS, Breaker
from tests.registration.gateways.stub import Fault
from tests.registration.gateways.worlds import NIK, QUICK, http


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def opened(clock: Clock) -> Breaker:
    breaker = Breaker(failures=3, rest_seconds=30, clock=clock)
    for _ in range(3):
        assert breaker.rests_for() == 0
        breaker.failed()
    return breaker


def test_it_opens_after_so_many_failures_in_a_row(clock: Clock) -> None:
    breaker = opened(clock)
    assert breaker.rests_for() == 30
    clock.now += 29
    assert breaker.rests_for() == 1


def test_a_success_in_between_counts(clock: Clock) -> None:
    breaker = Breaker(failures=3, rest_seconds=30, clock=clock)
    for _ in range(5):
        breaker.failed()
        breaker.failed()
        breaker.succeeded()
    assert breaker.rests_for() == 0


def test_after_the_rest_one_is_let_through(clock: Clock) -> None:
    breaker = opened(clock)
    clock.now += 31
    assert breaker.rests_for() == 0
    assert breaker.rests_for() > 0
    breaker.succeeded()
    assert breaker.rests_for() == 0


def test_a_failed_trial_opens_it_again(clock: Clock) -> None:
    breaker = opened(clock)
    clock.now += 31
    assert breaker.rests_for() == 0
    breaker.failed()
    assert breaker.rests_for() == 30


def test_a_trial_that_never_tells_does_not_close_the_door_for_ever(clock: Clock) -> None:
    breaker = opened(clock)
    clock.now += 31
    assert breaker.rests_for() == 0
    clock.now += 31
    assert breaker.rests_for() == 0


def test_who_asks_for_a_rest_has_it_within_bounds(clock: Clock) -> None:
    breaker = Breaker(clock=clock)
    breaker.failed(asked_for=7)
    assert breaker.rests_for() == 7
    breaker.failed(asked_for=1e9)
    assert breaker.rests_for() == LONGEST_REST_SECONDS


def test_of_many_at_once_one_is_let_through(clock: Clock) -> None:
    breaker = opened(clock)
    clock.now += 31
    through: list[float] = []
    threads = [threading.Thread(target=lambda: through.append(breaker.rests_for())) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert through.count(0) == 1


def test_an_open_circuit_spares_the_registry_and_closes_when_it_is_back(clock: Clock) -> None:
    with http(QUICK, Breaker(failures=3, rest_seconds=30, clock=clock)) as world:
        assert world.state is not None
        world.faults.extend([Fault("status", 500)] * 3)
        with pytest.raises(Unavailable):
            world.gateway.lookup(NIK)
        asked = len(world.state.seen)
        for _ in range(10):
            with pytest.raises(Unavailable) as outage:
                world.gateway.lookup(NIK)
            assert outage.value.code == "circuit_open"
        assert len(world.state.seen) == asked == 3
        clock.now += 31
        assert world.gateway.lookup(NIK) is not None
        assert world.gateway.lookup(NIK) is not None
