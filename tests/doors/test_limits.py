"""How often an address may knock, by a clock of the test's own."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from siaga.doors.limits import PerAddress, retry_after
from siaga.doors.seldom import Seldom


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_so_many_at_once_and_then_so_many_a_second() -> None:
    clock = Clock()
    limit = PerAddress(2.0, 5, clock=clock)
    assert [limit.knock("192.0.2.1") for _ in range(5)] == [0.0] * 5
    wait = limit.knock("192.0.2.1")
    assert 0 < wait <= 0.5
    clock.now += wait
    assert limit.knock("192.0.2.1") == 0.0
    assert limit.knock("192.0.2.1") > 0


def test_each_address_has_its_own() -> None:
    limit = PerAddress(1.0, 1, clock=Clock())
    assert limit.knock("192.0.2.1") == 0.0
    assert limit.knock("192.0.2.2") == 0.0
    assert limit.knock("192.0.2.1") > 0
    assert limit.knock("2001:db8::1") == 0.0
    assert limit.knock("2001:db8::2") > 0, "one network, as one house has it"


def test_a_rate_of_nothing_is_no_limit() -> None:
    limit = PerAddress(0, 1, clock=Clock())
    assert not any(limit.knock("192.0.2.1") for _ in range(1000))
    assert len(limit) == 0


def test_a_rate_below_one_a_second_is_held() -> None:
    clock = Clock()
    limit = PerAddress(0.2, 1, clock=clock)
    assert limit.knock("a") == 0.0
    assert limit.knock("a") == 5.0
    clock.now += 5
    assert limit.knock("a") == 0.0


def test_many_addresses_do_not_fill_the_memory() -> None:
    limit = PerAddress(1.0, 1, most=100, clock=Clock())
    limit.knock("known")
    for number in range(5000):
        limit.knock(f"2001:db8:{number:x}::1")
        assert limit.knock("known") > 0, "who comes again and again is not forgotten"
    assert len(limit) == 100


@given(
    rate=st.floats(0.5, 50),
    burst=st.integers(1, 50),
    pauses=st.lists(st.floats(0, 3), max_size=200),
)
def test_however_they_come_no_more_get_in_than_the_rate_allows(rate: float, burst: int, pauses: list[float]) -> None:
    clock = Clock()
    limit = PerAddress(rate, burst, clock=clock)
    began = clock.now
    entered = 0
    for pause in pauses:
        clock.now += pause
        entered += limit.knock("a") == 0.0
    # Clocks are read in milliseconds, rates kept in whole requests an hour.
    assert entered <= burst + (clock.now - began + 0.002) * (rate + 0.001) + 1e-6


def test_the_wait_is_told_in_whole_seconds() -> None:
    assert retry_after(0.01) == {"Retry-After": "1"}
    assert retry_after(4.2) == {"Retry-After": "5"}


def test_what_happens_often_is_said_seldom_with_how_often() -> None:
    clock = Clock()
    seldom = Seldom(60, clock=clock)
    assert [seldom() for _ in range(1000)] == [1] + [0] * 999
    clock.now += 59
    assert seldom() == 0
    clock.now += 1
    assert seldom() == 1001
