"""Meta's rates, by a clock of the test's own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from siaga.simulator.errors import GraphRefusal
from siaga.simulator.rates import Rates
from tests.simulator.conftest import Running
from tests.simulator.stub_bot import StubBot, text


class Hand:
    """A clock moved by hand."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


def refused(rates: Rates, wa_id: str = "628000000001") -> int | None:
    try:
        rates.check_send(wa_id)
    except GraphRefusal as problem:
        return problem.code
    return None


def test_a_contact_may_be_sent_45_at_once_then_one_every_6_seconds() -> None:
    clock = Hand()
    rates = Rates(pair_rate=True, throughput=0, clock=clock)
    assert [refused(rates) for _ in range(46)] == [None] * 45 + [131056]
    assert refused(rates, "628000000002") is None
    clock.at = 5.9
    assert refused(rates) == 131056
    clock.at = 6.1
    assert [refused(rates), refused(rates)] == [None, 131056]


def test_the_number_has_80_messages_a_second_in_both_directions() -> None:
    clock = Hand()
    rates = Rates(pair_rate=False, throughput=80, clock=clock)
    for _ in range(50):
        rates.received()
    assert [refused(rates) for _ in range(31)] == [None] * 30 + [130429]
    clock.at = 1.0
    assert refused(rates) is None


@pytest.mark.parametrize("on", [True, False])
def test_the_pair_rate_can_be_switched_off(simulator: Running, bot: StubBot, on: bool) -> None:
    simulator.post("/api/limits", {"pair_rate": on, "throughput": 0})
    simulator.says("628000000001", "halo")
    # A few more than the burst: on a slow machine some places come free meanwhile.
    answers = [bot.post({"to": "628000000001", **text("x")}).status_code for _ in range(55)]
    assert answers[:45] == [200] * 45
    assert (400 in answers) is on


def test_a_simulator_may_start_without_rates(launch: Callable[..., Running]) -> None:
    simulator = launch(pair_rate=False, throughput=0)
    assert simulator.get("/api/limits") == {"pair_rate": False, "throughput": 0}
