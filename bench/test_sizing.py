"""``pytest bench``: the model of costs, and the judgement of what limits a system."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.costs import Writes, limiting_part
from bench.measures import Usage
from bench.sizing import KINDS, Assumptions, Costs, ceilings, load, size, table, told

COSTS = Costs(
    {"rasa": 30.0, "actions": 5.0, "receiver": 2.0, "sender": 3.0, "postgres": 5.0},
    commits=8,
    rows=12,
    wal_bytes=20_000,
    fsyncs=5,
    stored_bytes=10_000,
    measured="here",
)
RATES = st.floats(0.1, 5000)


def test_a_small_town_runs_on_a_laptop() -> None:
    small = size(COSTS, 0.4, 10)
    assert small.processes == dict.fromkeys(KINDS, 1)
    assert small.numbers == 1
    assert small.all_cpus == pytest.approx(4 * 45 / 1000 / 0.6)
    assert small.breaks.startswith("nothing; the number")


def test_what_a_number_sends_needs_two_numbers_if_each_message_is_answered() -> None:
    full = size(COSTS, 80, 1)
    assert full.numbers == 2
    assert full.processes == {"rasa": 4, "actions": 2, "receiver": 2, "sender": 2}
    assert full.log_mb_a_second == pytest.approx(1.6)
    assert full.commits_a_second == 640
    assert full.gb_a_day == pytest.approx(69.12)
    assert full.breaks == "nothing; the 2 numbers (80 messages/s each) would, at 80 turns/s"


def test_the_launch_morning_breaks_the_connections_when_there_are_numbers_enough() -> None:
    launch = size(COSTS, 730, 1.5)
    assert launch.numbers == 28
    assert launch.breaks.startswith("PostgreSQL's connections")
    assert "number" not in launch.breaks


@given(RATES, RATES, st.floats(1, 20))
def test_more_messages_never_need_less(one: float, other: float, factor: float) -> None:
    small, large = (size(COSTS, rate, factor) for rate in sorted((one, other)))
    assert small.all_cpus <= large.all_cpus
    assert small.numbers <= large.numbers
    assert all(small.processes[kind] <= large.processes[kind] for kind in KINDS)
    assert all(large.processes[kind] * 0.6 >= large.cpus[kind] * 0.6 - 1e-9 for kind in KINDS)


@given(RATES)
def test_a_size_breaks_nothing_below_the_lowest_ceiling(rate: float) -> None:
    sized = size(COSTS, rate, 1)
    first, lowest = ceilings(COSTS, numbers=sized.numbers)[0]
    assert sized.breaks.startswith("nothing") == (rate <= lowest)
    assert first in sized.breaks


@pytest.mark.parametrize(("messages", "factor", "headroom"), [(0, 1, 0.6), (1, 0.5, 0.6), (1, 1, 0), (1, 1, 1.1)])
def test_what_cannot_be_is_refused(messages: float, factor: float, headroom: float) -> None:
    with pytest.raises(ValueError, match="more than 0"):
        size(COSTS, messages, factor, Assumptions(headroom=headroom))


def test_the_kept_costs_make_a_table() -> None:
    costs = load()
    lines = table([size(costs, rate, 1) for rate in (0.4, 80)])
    assert len({line.count("|") for line in lines}) == 1
    assert str(round(costs.total_ms)) in told(costs)


def test_writes_are_shared_out() -> None:
    before, after = Writes(10, 20, 1000, 1, 5000), Writes(30, 60, 5000, 11, 9000)
    assert after.since(before).each(10) == Writes(2, 4, 400, 1, 400)


def _usage(statements: float = 0.0, **cpu: float) -> Usage:
    return Usage(10.0, {kind: 10 * used for kind, used in cpu.items()}, statements)


@pytest.mark.parametrize(
    ("usage", "busy", "limit"),
    [
        (_usage(rasa=1.2, postgres=0.5, bench=0.2), 1.9, "the 2 CPUs: 1.9 busy; of ours rasa 63%"),
        (_usage(rasa=0.5, bench=0.1), 2.0, "the 2 CPUs: 2.0 busy, 1.4 by other work"),
        (_usage(rasa=0.95, postgres=0.3), 1.3, "rasa: each of 1 uses 0.95"),
        (_usage(rasa=0.4, sender=0.92), 1.4, "sender: each of 1"),
        (_usage(statements=45.0, rasa=0.4, postgres=0.2), 0.7, "the database's disk and locks: 4.3 sessions"),
        (_usage(rasa=0.4, postgres=0.2), 0.7, "who writes"),
    ],
)
def test_the_limiting_part_is_read_from_the_figures(usage: Usage, busy: float, limit: str) -> None:
    assert limiting_part(usage, {"rasa": 1, "sender": 1}, 2, busy).startswith(limit)
