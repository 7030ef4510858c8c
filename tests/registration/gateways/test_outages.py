"""A registry that is slow, down or overrun: nobody waits too long, nothing is sent twice, and logs tell of nobody."""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Iterator

import pytest

from siaga.registration.gateways.base import Refused, Unavailable
from siaga.registration.gateways.breaker import Breaker
from tests.registration.gateways.fhir_stub import FhirRegistry, outcome
from tests.registration.gateways.stub import Fault
from tests.registration.gateways.worlds import HASTY, NAME, NIK, OUTSIDE, QUICK, World, dose, satusehat


@pytest.fixture(params=list(OUTSIDE))
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    with OUTSIDE[request.param](QUICK, Breaker(failures=100)) as made:
        yield made


@pytest.fixture(params=list(OUTSIDE))
def hasty(request: pytest.FixtureRequest) -> Iterator[World]:
    with OUTSIDE[request.param](HASTY, Breaker(failures=100)) as made:
        made.gateway.check()  # SATUSEHAT's token is there
        yield made


DOWN = {
    "500": Fault("status", 500),
    "503": Fault("status", 503),
    "no body at all": Fault("status", 502, body=None),
    "closed before": Fault("drop"),
    "closed after": Fault("drop_after"),
    "another page": Fault("page"),
    "too many": Fault("status", 429),
}


@pytest.mark.parametrize("fault", DOWN.values(), ids=list(DOWN))
def test_one_failure_is_not_noticed_by_who_reads(world: World, fault: Fault) -> None:
    world.gateway.check()
    world.faults.append(fault)
    found = world.gateway.lookup(NIK)
    assert found is not None and found.name == NAME


@pytest.mark.parametrize("fault", DOWN.values(), ids=list(DOWN))
def test_a_registry_that_is_down_is_tried_so_often_and_no_more(world: World, fault: Fault) -> None:
    world.gateway.check()
    assert world.state is not None
    world.state.seen.clear()
    world.faults.extend([fault] * 10)
    with pytest.raises(Unavailable):
        world.gateway.lookup(NIK)
    assert len(world.state.seen) == QUICK.tries


@pytest.mark.parametrize("fault", [Fault("late", seconds=3.0), Fault("drip", seconds=0.1)], ids=["late", "drip"])
def test_nobody_waits_longer_than_the_limits(hasty: World, fault: Fault) -> None:
    hasty.faults.extend([fault] * 4)
    began = time.monotonic()
    with pytest.raises(Unavailable) as outage:
        hasty.gateway.lookup(NIK)
    assert outage.value.code == "time"
    assert time.monotonic() - began < HASTY.total_seconds + 0.5


def test_nothing_listens() -> None:
    with satusehat(HASTY) as world:
        pass
    with pytest.raises(Unavailable) as outage:
        world.gateway.lookup(NIK)
    assert outage.value.code == "connection"


def test_who_asks_to_be_left_alone_is(world: World) -> None:
    world.gateway.check()
    assert world.state is not None
    world.state.seen.clear()
    world.faults.append(Fault("status", 429, {"Retry-After": "120"}))
    with pytest.raises(Unavailable) as outage:
        world.gateway.lookup(NIK)
    assert outage.value.retry_after == 120
    with pytest.raises(Unavailable) as open_circuit:
        world.gateway.lookup(NIK)
    assert open_circuit.value.code == "circuit_open"
    assert 100 < (open_circuit.value.retry_after or 0) <= 120
    assert len(world.state.seen) == 1


@pytest.mark.parametrize("fault", DOWN.values(), ids=list(DOWN))
def test_a_dose_is_written_once_whatever_fails_in_between(world: World, fault: Fault) -> None:
    """As the queue does it: tried again with the same key until it is taken, each request failing once."""
    world.gateway.check()
    for healthy in range(8):
        world.faults.extend([None] * healthy)
        world.faults.append(fault)
        for _ in range(5):
            try:
                world.gateway.write_dose(dose(healthy + 1), f"kunci-{healthy}")
                break
            except Unavailable:
                continue
        world.faults.clear()
    assert world.creates() == 8
    assert [one.number for one in world.gateway.doses(NIK)] == list(range(1, 9))


def test_without_conditional_create_nothing_is_sent_twice_either() -> None:
    """Whether SATUSEHAT honours ``If-None-Exist`` is not documented."""
    with satusehat(QUICK) as world:
        assert world.state is not None and issubclass(world.state, FhirRegistry)
        world.state.conditional = False
        world.gateway.check()
        world.faults.extend([None, None, Fault("drop_after")])
        with pytest.raises(Unavailable):
            world.gateway.write_dose(dose(1), "kunci-1")
        assert world.creates() == 1
        world.gateway.write_dose(dose(1), "kunci-1")
        assert world.creates() == 1


@pytest.mark.parametrize("status", [401, 403, 404, 405, 302])
def test_what_can_be_put_right_is_never_taken_for_a_refusal(world: World, status: int) -> None:
    """A wrong token, no rights, a wrong address: the queue waits until somebody has put it right."""
    world.gateway.check()
    world.faults.extend([Fault("status", status, body=outcome("forbidden"))] * 6)
    with pytest.raises(Unavailable):
        world.gateway.write_dose(dose(1), "kunci-1")


def test_a_refusal_has_a_code_and_no_words(world: World) -> None:
    world.gateway.check()
    said = {"error": "batch_unknown", "message": NIK, **outcome("business-rule")}
    is_json = world.state is not None and not issubclass(world.state, FhirRegistry)
    work = [] if is_json else [None, None]
    world.faults.extend([*work, Fault("status", 422, body=said)])
    with pytest.raises(Refused) as refused:
        world.gateway.write_dose(dose(1), "kunci-1")
    assert refused.value.code == ("batch_unknown" if is_json else "business-rule")
    assert NIK not in "".join(traceback.format_exception(refused.value))


def test_a_code_that_may_hold_data_is_not_kept() -> None:
    assert [Refused(code).code for code in ("duplicate", " Value ", f"nik {NIK}", f"x{NIK}", "", "a" * 41)] == [
        "duplicate",
        "value",
        "refused",
        "refused",
        "refused",
        "refused",
    ]


# ---------------------------------------------------------------- no personal data in logs and exceptions
@pytest.mark.parametrize("fault", [*DOWN.values(), Fault("late", seconds=2.0)], ids=[*DOWN, "late"])
def test_neither_logs_nor_exceptions_tell_of_anybody(
    hasty: World, fault: Fault, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    # Another test of this process may have made it say less.
    caplog.set_level(logging.DEBUG, "urllib3")
    caplog.set_level(logging.DEBUG, "urllib3.connectionpool")
    hasty.gateway.lookup(NIK)
    hasty.faults.extend([fault] * 6)
    with pytest.raises(Unavailable) as outage:
        hasty.gateway.lookup(NIK)
    problem: BaseException = outage.value
    assert problem.__context__ is None and problem.__cause__ is None
    said = caplog.text + "".join(traceback.format_exception(problem)) + repr(problem.args)
    assert "urllib3" in caplog.text, "otherwise nothing was tested"
    for secret in (NIK, NIK[:6], NAME, "1954", "rahasia"):
        assert secret not in said


def test_records_do_not_show_who_they_are_about(world: World) -> None:
    said = repr([world.gateway.lookup(NIK), dose(1)])
    assert NIK not in said and NAME not in said and "1954" not in said
