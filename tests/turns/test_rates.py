"""Token buckets: how fast one contact, and the number as a whole, may be written to."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.turns import rates

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=timezone.utc)


def test_a_contact_who_was_never_written_to_may_be_sent_a_burst() -> None:
    assert rates.pair_tokens(None, None, NOW) == rates.PAIR_BURST


@given(steps=st.lists(st.tuples(st.floats(0, 120), st.integers(0, 60)), max_size=20))
def test_a_contact_never_gets_more_than_the_burst_and_what_time_allows(steps: list[tuple[float, int]]) -> None:
    tokens, since, sent, now = rates.PAIR_BURST, NOW, 0, NOW
    for seconds, wanted in steps:
        now += timedelta(seconds=seconds)
        for _ in range(wanted):
            tokens, since = rates.pair_tokens(tokens, since, now), now
            if tokens < 1:
                break
            tokens, sent = tokens - 1, sent + 1
    assert sent <= rates.PAIR_BURST + (now - NOW).total_seconds() / rates.PAIR_SECONDS + 1e-6


@given(tokens=st.floats(0, 0.99))
def test_after_the_wait_there_is_a_message_to_a_contact(tokens: float) -> None:
    later = NOW + timedelta(seconds=rates.pair_wait(tokens)) + timedelta(microseconds=1)
    assert rates.pair_tokens(tokens, NOW, later) >= 1 - 1e-6


@pytest.mark.parametrize(
    ("tokens", "seconds", "received", "expected"),
    [(0.0, 0.1, 0, 8.0), (0.0, 60.0, 0, 20.0), (20.0, 0.0, 5, 15.0), (0.0, 0.0, 500, -80.0), (-80.0, 1.0, 0, 0.0)],
)
def test_the_number_fills_up_to_a_quarter_second_and_owes_at_most_one(
    tokens: float, seconds: float, received: int, expected: float
) -> None:
    later = NOW + timedelta(seconds=seconds)
    assert rates.number_tokens(tokens, NOW, later, 80, received) == pytest.approx(expected)


@given(tokens=st.floats(-500, 7), rate=st.floats(1, 1000))
def test_after_the_wait_the_number_may_send(tokens: float, rate: float) -> None:
    later = NOW + timedelta(seconds=rates.number_wait(tokens, rate)) + timedelta(microseconds=1)
    assert rates.number_tokens(tokens, NOW, later, rate, 0) >= 1 - 1e-3


def test_a_clock_that_goes_back_takes_nothing() -> None:
    earlier = NOW - timedelta(seconds=5)
    assert rates.pair_tokens(10.0, NOW, earlier) == 10.0
    assert rates.number_tokens(10.0, NOW, earlier, 80, 0) == 10.0
