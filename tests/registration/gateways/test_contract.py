"""What holds for every gateway, whichever registry is behind it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from siaga.registration.gateways.base import Known, KnownDose, Refused
from tests.registration.gateways.worlds import BORN, KINDS, NAME, NIK, PHONE, STRANGER, World, dose, registration


@pytest.fixture(params=list(KINDS))
def world(request: pytest.FixtureRequest, database: str) -> Iterator[World]:
    with KINDS[request.param]() as made:
        yield made


def test_a_person_is_known(world: World) -> None:
    found = world.gateway.lookup(NIK)
    assert found is not None and found.outside_id
    assert found == Known(found.outside_id, NAME, BORN, "L", "35.78", "35.78.04", PHONE)


def test_nobody_is_known_by_another_nik(world: World) -> None:
    assert world.gateway.lookup(STRANGER) is None
    assert world.gateway.doses(STRANGER) == []


def test_without_a_dose_there_is_none(world: World) -> None:
    assert world.gateway.doses(NIK) == []


def test_a_dose_that_is_written_is_there(world: World) -> None:
    outside_id = world.gateway.write_dose(dose(1), "kunci-1")
    written = KnownDose(outside_id, 1, "sinovac", date(2021, 8, 1), "Puskesmas Uji", "UJI-01")
    assert world.gateway.doses(NIK) == [written]
    known = world.gateway.lookup(NIK)
    assert known is not None and world.gateway.doses(NIK, known.outside_id) == [written]


def test_the_same_key_again_adds_nothing(world: World) -> None:
    first = world.gateway.write_dose(dose(1), "kunci-1")
    assert world.gateway.write_dose(dose(1), "kunci-1") == first
    assert len(world.gateway.doses(NIK)) == 1


def test_doses_are_in_order(world: World) -> None:
    world.gateway.write_dose(dose(2, vaccine="pfizer"), "kunci-2")
    world.gateway.write_dose(dose(1), "kunci-1")
    doses = [(one.number, one.vaccine) for one in world.gateway.doses(NIK)]
    assert doses == [(1, "sinovac"), (2, "pfizer")]


def test_somebody_whom_the_registry_does_not_know_is_refused(world: World) -> None:
    with pytest.raises(Refused) as refused:
        world.gateway.write_dose(dose(1, nik=STRANGER), "kunci-1")
    assert refused.value.code == "person_unknown"
    assert STRANGER not in str(refused.value)
    with pytest.raises(Refused):
        world.gateway.write_registration(registration(nik=STRANGER), "kunci-2")


def test_a_registration_is_told_once(world: World) -> None:
    first = world.gateway.write_registration(registration(), "kunci-1")
    assert first and world.gateway.write_registration(registration(), "kunci-1") == first


def test_it_can_be_checked(world: World) -> None:
    world.gateway.check()
