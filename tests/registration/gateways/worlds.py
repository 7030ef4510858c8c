"""Each gateway with the registry behind it, under one interface, so that the same tests hold for all of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from siaga.db import transaction
from siaga.people.tables import Person
from siaga.registration.gateways.base import DoseToWrite, Gateway, RegistrationToWrite
from siaga.registration.gateways.breaker import Breaker
from siaga.registration.gateways.fhir import Codes
from siaga.registration.gateways.http import HttpGateway
from siaga.registration.gateways.local import LocalGateway
from siaga.registration.gateways.satusehat import SatusehatGateway, Token
from siaga.registration.gateways.transport import Limits, Transport
from siaga.registration.people import nik_index
from siaga.registration.tables import ImportRun, OfficialPerson
from tests.registration.gateways.fhir_stub import AUTH, BASE, CLIENT, ORGANIZATION, FhirRegistry, patient
from tests.registration.gateways.stub import Fault, JsonRegistry, Registry, running
from tests.registration.given import NOW, nik

QUICK = Limits(connect_seconds=2.0, answer_seconds=5.0, tries=3, total_seconds=15.0, pause_seconds=0.01)
HASTY = Limits(connect_seconds=1.0, answer_seconds=0.3, tries=2, total_seconds=1.0, pause_seconds=0.01)
NIK, NAME, BORN, PHONE = nik(1), "Warga Uji 001", date(1954, 8, 1), "6280000000001"
STRANGER = nik(2)


def dose(number: int = 1, **differs: Any) -> DoseToWrite:
    """A dose of Warga Uji 001."""
    values: dict[str, Any] = {
        "nik": NIK,
        "number": number,
        "vaccine": "sinovac",
        "given_on": date(2021, 8, 1) + timedelta(days=28 * (number - 1)),
        "place": "Puskesmas Uji",
        "regency_code": "35.78",
        "batch": "UJI-01",
    }
    return DoseToWrite(**{**values, **differs})


def registration(**differs: Any) -> RegistrationToWrite:
    """The registration of Warga Uji 001."""
    values: dict[str, Any] = {
        "nik": NIK,
        "name": NAME,
        "birth_date": BORN,
        "sex": "L",
        "regency_code": "35.78",
        "district_code": "35.78.04",
        "registered_at": NOW,
    }
    return RegistrationToWrite(**{**values, **differs})


@dataclass
class World:
    """A gateway, and the registry behind it, which knows Warga Uji 001 and nobody else."""

    gateway: Gateway
    state: type[Registry] | None = None
    url: str = ""
    breaker: Breaker = field(default_factory=Breaker)

    @property
    def faults(self) -> deque[Fault | None]:
        """What goes wrong with the next requests; None: nothing."""
        assert self.state is not None
        return self.state.faults

    def creates(self) -> int:
        """How many doses the registry holds."""
        assert self.state is not None
        return sum(len(doses) for doses in self.state.doses.values())


@contextmanager
def http(limits: Limits = QUICK, breaker: Breaker | None = None) -> Iterator[World]:
    """The plain registry."""
    breaker = breaker or Breaker()
    with running(JsonRegistry) as (url, state):
        state.people[NIK] = {
            "id": "p-1",
            "name": NAME,
            "birth_date": BORN.isoformat(),
            "sex": "L",
            "regency_code": "35.78",
            "district_code": "35.78.04",
            "phone": PHONE,
        }
        gateway = HttpGateway(Transport(url, limits, breaker), JsonRegistry.token)
        yield World(gateway, state, url, breaker)


@contextmanager
def satusehat(limits: Limits = QUICK, breaker: Breaker | None = None) -> Iterator[World]:
    """SATUSEHAT's stub."""
    breaker = breaker or Breaker()
    with running(FhirRegistry) as (url, state):
        state.people[NIK] = patient(NIK, "P02000000001")
        token = Token(Transport(url + AUTH, limits, breaker), **CLIENT)
        gateway = SatusehatGateway(Transport(url + BASE, limits, breaker), token, Codes(ORGANIZATION))
        yield World(gateway, state, url, breaker)


@contextmanager
def local() -> Iterator[World]:
    """Our own database."""
    with transaction() as session:
        run = ImportRun(kind="people", file_name="uji.csv", actor="uji", rows=1, taken=1, refused=0)
        session.add(run)
        session.flush()
        place: dict[str, Any] = {"sex": "L", "regency_code": "35.78", "district_code": "35.78.04", "phone": PHONE}
        who: dict[str, Any] = {"nik": NIK, "nik_index": nik_index(NIK), "name": NAME, "birth_date": BORN.isoformat()}
        listed = OfficialPerson(**who, **place, name_birth_index=b"uji", import_id=run.id)
        session.add_all([listed, Person(**who, **place)])
    with transaction() as session:
        yield World(LocalGateway(session))


KINDS = {"local": local, "http": http, "satusehat": satusehat}
OUTSIDE = {"http": http, "satusehat": satusehat}
