"""A lookup while somebody fills in a form: an answer in time, or the reason why there is none."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from siaga.registration.gateways import known, known_doses
from tests.registration.gateways.conftest import SECONDS
from tests.registration.gateways.stub import Fault
from tests.registration.gateways.worlds import KINDS, NAME, NIK, OUTSIDE, STRANGER, World, dose, http, local


@pytest.mark.parametrize("kind", list(OUTSIDE))
def test_found_or_unknown(kind: str, outside: Callable[[str, World], None]) -> None:
    with OUTSIDE[kind]() as world:
        outside(kind, world)
        found = known(NIK)
        assert found.reason == "found" and found.known is not None and found.known.name == NAME
        assert (known(STRANGER).known, known(STRANGER).reason) == (None, "unknown")
        assert known_doses(NIK) == []
        world.gateway.write_dose(dose(1), "kunci-1")
        assert [one.number for one in known_doses(NIK) or []] == [1]


def test_our_own_lists_are_asked_where_there_is_nothing_else(database: str) -> None:
    with local():
        pass
    assert known(NIK).reason == "found"
    assert (known(STRANGER).reason, known_doses(NIK)) == ("unknown", [])


FAULTS = {
    "down": [Fault("status", 503)],
    "late": [Fault("late", seconds=3)],
    "drip": [Fault("drip", seconds=0.05)],
    "closed": [Fault("drop")],
}


@pytest.mark.parametrize("faults", FAULTS.values(), ids=list(FAULTS))
def test_an_outage_is_told_in_time_and_never_raised(
    faults: list[Fault], outside: Callable[[str, World], None], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with http() as world:
        outside("http", world)
        world.faults.extend(faults * 5)
        began = time.monotonic()
        looked = known(NIK)
        assert (looked.known, looked.reason) == (None, "unavailable")
        assert time.monotonic() - began < SECONDS + 0.5
        assert known_doses(NIK) is None
    assert NIK not in caplog.text and "the registry cannot be asked" in caplog.text


def test_a_name_server_that_hangs_holds_nobody_up(
    outside: Callable[[str, World], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The time limits of a request do not bound it."""
    outside("http", World(gateway=None, url="http://registri.invalid"))  # type: ignore[arg-type]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: time.sleep(3))
    began = time.monotonic()
    assert known(NIK).reason == "unavailable"
    assert time.monotonic() - began < SECONDS + 0.5


def test_a_refused_circuit_costs_no_time(outside: Callable[[str, World], None]) -> None:
    with http() as world:
        outside("http", world)
        assert world.state is not None
        world.state.down = True
        for _ in range(10):
            known(NIK)
        began = time.monotonic()
        assert known(NIK).reason == "unavailable"
        assert time.monotonic() - began < 0.2
        assert len(world.state.seen) < 10


def test_every_kind_of_world_is_tested() -> None:
    kinds: dict[str, Callable[[], AbstractContextManager[World]]] = dict(KINDS)
    assert set(kinds) == {"local", "http", "satusehat"}
