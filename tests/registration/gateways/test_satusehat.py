"""SATUSEHAT: tokens, what is sent and read, its errors."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from fhir.resources.immunization import Immunization
from hypothesis import given
from hypothesis import strategies as st

from siaga.places.timezone import zone
from siaga.registration.gateways import fhir
from siaga.registration.gateways.base import Refused, Unavailable
from siaga.registration.gateways.satusehat import Token
from siaga.registration.gateways.transport import Transport
from tests.registration.gateways.fhir_stub import AUTH, CLIENT, ORGANIZATION, FhirRegistry, outcome, patient
from tests.registration.gateways.stub import Fault, running
from tests.registration.gateways.worlds import NIK, QUICK, STRANGER, World, dose, satusehat

CODES = fhir.Codes(ORGANIZATION, kfa={"sinovac": "93000001"}, locations={"Puskesmas Uji": "lokasi-1"})
WIB = ZoneInfo("Asia/Jakarta")


@pytest.fixture
def world() -> Iterator[World]:
    with satusehat() as made:
        yield made


def state(world: World) -> type[FhirRegistry]:
    assert world.state is not None and issubclass(world.state, FhirRegistry)
    return world.state


# ---------------------------------------------------------------- tokens
class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(("life", "holds", "over"), [("3599", 3530, 3545), (100, 49, 55), ("?", 0, 1)])
def test_a_token_is_kept_until_shortly_before_it_expires(life: Any, holds: float, over: float) -> None:
    clock = Clock()
    with running(FhirRegistry) as (url, registry):
        assert issubclass(registry, FhirRegistry)
        registry.life = life
        token = Token(Transport(url + AUTH, QUICK), **CLIENT, clock=clock)
        first = token.get()
        clock.now = holds
        assert holds == 0 or token.get() == first
        clock.now = over
        assert token.get() != first
        assert registry.issued == 2


def test_many_requests_share_a_token(world: World) -> None:
    for _ in range(5):
        world.gateway.lookup(NIK)
    assert state(world).issued == 1


def test_a_token_that_is_not_taken_any_more_is_renewed_once(world: World) -> None:
    world.gateway.check()
    state(world).tokens = set()
    assert world.gateway.lookup(NIK) is not None
    assert state(world).issued == 2


def test_a_token_that_is_never_taken_is_no_refusal(world: World) -> None:
    world.gateway.check()
    world.faults.extend([Fault("status", 401, body=outcome("login")), None, Fault("status", 401)])
    with pytest.raises(Unavailable) as outage:
        world.gateway.lookup(NIK)
    assert (outage.value.code, state(world).issued) == ("http_401", 2)


def test_wrong_credentials_are_an_outage_that_says_so() -> None:
    with running(FhirRegistry) as (url, _):
        with pytest.raises(Unavailable) as outage:
            Token(Transport(url + AUTH, QUICK), "klien-uji", "salah").get()
        assert outage.value.code == "credentials"
        assert "salah" not in str(outage.value)


# ---------------------------------------------------------------- what is sent
def test_a_dose_as_it_is_sent() -> None:
    sent = fhir.immunization(dose(2), "P02000000001", "kunci-1", CODES)
    Immunization.parse_obj(sent)
    assert sent["identifier"] == [
        {"system": "http://sys-ids.kemkes.go.id/immunization/10000004", "use": "official", "value": "kunci-1"}
    ]
    assert sent["vaccineCode"]["coding"] == [
        {"system": "http://sys-ids.kemkes.go.id/kfa", "code": "93000001"},
        {"system": "http://hl7.org/fhir/sid/cvx", "code": "511"},
    ]
    assert sent["patient"] == {"reference": "Patient/P02000000001"}
    assert sent["occurrenceDateTime"] == "2021-08-29T05:00:00+00:00"
    assert sent["protocolApplied"] == [{"doseNumberPositiveInt": 2}]
    assert (sent["lotNumber"], sent["location"]) == ("UJI-01", {"reference": "Location/lokasi-1"})
    assert NIK not in str(sent)


def test_what_is_not_known_is_not_sent() -> None:
    sent = fhir.immunization(dose(1, place=None, batch=None, regency_code=None, vaccine="other"), "P1", "k", CODES)
    Immunization.parse_obj(sent)
    assert "location" not in sent and "lotNumber" not in sent
    assert sent["vaccineCode"]["coding"] == [{"system": "http://hl7.org/fhir/sid/cvx", "code": "213"}]
    elsewhere = fhir.immunization(dose(1, place="Puskesmas Lain"), "P1", "k", CODES)
    assert elsewhere["location"] == {"display": "Puskesmas Lain"}


def test_a_time_that_is_known_is_sent() -> None:
    at = datetime(2021, 8, 1, 7, 30, tzinfo=ZoneInfo("Asia/Jayapura"))
    assert fhir.immunization(dose(1, at=at), "P1", "k", CODES)["occurrenceDateTime"] == "2021-07-31T22:30:00+00:00"


PROVINCES = st.sampled_from(["11", "31", "35", "51", "53", "61", "64", "71", "76", "81", "91", "94", "96"])
BRANDS = st.sampled_from(["sinovac", "astrazeneca", "pfizer", "moderna", "sinopharm", "janssen", "novavax"])


@given(PROVINCES, st.dates(date(2021, 1, 13), date(2030, 1, 1)), st.integers(1, 9), BRANDS)
def test_what_is_sent_is_read_back_the_same(province: str, day: date, number: int, vaccine: str) -> None:
    told = dose(number, given_on=day, vaccine=vaccine, regency_code=f"{province}.01")
    resource = {**fhir.immunization(told, "P1", "k", CODES), "id": "i-1"}
    (read,) = fhir.covid_doses(iter([resource]), zone(province), CODES)
    assert (read.number, read.vaccine, read.given_on, read.batch) == (number, vaccine, day, "UJI-01")
    at = datetime.fromisoformat(resource["occurrenceDateTime"])
    for anywhere in ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"):
        assert at.astimezone(ZoneInfo(anywhere)).date() == day


# ---------------------------------------------------------------- what is read
def given_dose(**differs: Any) -> dict[str, Any]:
    resource: dict[str, Any] = {**fhir.immunization(dose(1), "P1", "k", CODES), "id": "i-1", **differs}
    Immunization.parse_obj(resource)
    return resource


def coded(system: str, code: str, display: str = "") -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code, "display": display or code}]}


def read(*resources: dict[str, Any]) -> list[tuple[int, str | None]]:
    return [(one.number, one.vaccine) for one in fhir.covid_doses(iter(resources), WIB, CODES)]


def test_immunizations_against_anything_else_are_none_of_ours() -> None:
    tetanus = given_dose(vaccineCode=coded(fhir.KFA, "93006992", "Vaksin Tetanus Toxoid (BIO FARMA)"))
    flu = given_dose(vaccineCode=coded("http://example.org", "1", "Pfizer influenza"))
    hepatitis = given_dose(vaccineCode=coded(fhir.CVX, "08", "Hep B"))
    assert read(tetanus, flu, hepatitis) == []


@pytest.mark.parametrize(
    ("vaccine", "brand"),
    [
        (coded(fhir.CVX, "208"), "pfizer"),
        (coded(fhir.CVX, "213"), None),
        (coded(fhir.KFA, "93000001"), "sinovac"),
        (coded(fhir.KFA, "93999999", "Vaksin COVID-19 AstraZeneca"), "astrazeneca"),
        ({"text": "SARS-CoV-2 vaccine (CoronaVac)"}, "sinovac"),
        ({"text": "vaksin covid-19"}, None),
    ],
)
def test_a_vaccine_against_covid_is_known_by_code_or_words(vaccine: dict[str, Any], brand: str | None) -> None:
    assert read(given_dose(vaccineCode=vaccine)) == [(1, brand)]


def test_it_is_known_by_its_disease() -> None:
    disease = {"targetDisease": [{"coding": [{"code": "U07.1", "display": "COVID-19"}]}], "doseNumberPositiveInt": 2}
    resource = given_dose(vaccineCode={"text": "Comirnaty"}, protocolApplied=[disease])
    assert read(resource) == [(2, "pfizer")]


@pytest.mark.parametrize("status", ["entered-in-error", "not-done"])
def test_what_was_not_given_is_no_dose(status: str) -> None:
    assert read(given_dose(status=status)) == []


def test_doses_without_a_number_are_counted_by_their_days() -> None:
    second = given_dose(id="i-2", occurrenceDateTime="2021-09-01T03:00:00+00:00")
    first = given_dose(occurrenceDateTime="2021-08-01")
    for resource in (first, second):
        del resource["protocolApplied"]
    doses = fhir.covid_doses(iter([second, first]), WIB, CODES)
    assert [(one.number, one.given_on) for one in doses] == [(1, date(2021, 8, 1)), (2, date(2021, 9, 1))]


def test_a_day_is_that_of_the_place() -> None:
    late = given_dose(occurrenceDateTime="2021-08-01T23:30:00Z")
    (dose_read,) = fhir.covid_doses(iter([late]), WIB, CODES)
    assert dose_read.given_on == date(2021, 8, 2)


def test_all_pages_of_a_search_are_read(world: World) -> None:
    state(world).page = 2
    for number in range(1, 6):
        world.gateway.write_dose(dose(number), f"kunci-{number}")
    assert [one.number for one in world.gateway.doses(NIK)] == [1, 2, 3, 4, 5]


def test_a_link_that_leads_elsewhere_is_not_followed(world: World) -> None:
    """It would be given our token."""
    elsewhere = [{"relation": "next", "url": "http://127.0.0.1:1/fhir-r4/v1/Immunization?_offset=2"}]
    found = {"resourceType": "Bundle", "type": "searchset", "link": elsewhere, "entry": []}
    world.gateway.check()
    world.faults.append(Fault("status", 200, body=found))
    assert world.gateway.doses(NIK, "P02000000001") == []


def test_what_is_masked_is_not_told(world: World) -> None:
    masked = {"name": [{"text": "W**** U** 001"}], "telecom": [{"system": "phone", "value": "+62800****0001"}]}
    state(world).people[NIK] = patient(NIK, "P02", **masked)
    found = world.gateway.lookup(NIK)
    assert found is not None and (found.name, found.phone, found.birth_date) == (None, None, date(1954, 8, 1))


def test_somebody_else_is_not_taken_for_the_person(world: World) -> None:
    state(world).people[NIK] = patient(STRANGER, "P03")
    assert world.gateway.lookup(NIK) is None


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "telecom", "address", "extension", "identifier", "vaccineCode", "coding", "protocolApplied", "status", "location", "gender", "birthDate"]), inner, max_size=5), max_leaves=20))  # fmt: skip  # noqa: E501
def test_whatever_comes_breaks_nothing(anything: Any) -> None:
    resource = {"id": "1", "status": "completed", "vaccineCode": {"text": "covid"}}
    resource |= anything if isinstance(anything, dict) else {"identifier": anything}
    fhir.covid_doses(iter([copy.deepcopy(resource)]), WIB, CODES)
    fhir.person(resource, NIK)
    fhir.issue(anything)


# ---------------------------------------------------------------- duplicates and refusals
def test_a_dose_that_the_registry_has_from_somebody_else_is_not_sent_again(world: World) -> None:
    theirs = {**fhir.immunization(dose(1), "P02000000001", "mereka", CODES), "id": "i-theirs"}
    state(world).doses["P02000000001"] = [theirs]
    assert world.gateway.write_dose(dose(1), "kunci-1") == "i-theirs"
    assert world.creates() == 1
    world.gateway.write_dose(dose(2), "kunci-2")
    assert world.creates() == 2


@pytest.mark.parametrize("status", [400, 409, 412])
def test_a_duplicate_that_came_in_between_is_found(world: World, status: int) -> None:
    class Late(type(world.faults)):  # type: ignore[misc]
        """The other's dose appears while ours is refused."""

        def popleft(self) -> Fault | None:
            fault = super().popleft()
            if fault is not None:
                other = fhir.immunization(dose(1), "P02000000001", "mereka", CODES)
                state(world).doses["P02000000001"] = [{**other, "id": "i-theirs"}]
            return fault

    world.gateway.check()
    state(world).faults = Late([None, None, Fault("status", status, body=outcome("duplicate"))])
    assert world.gateway.write_dose(dose(1), "kunci-1") == "i-theirs"
    assert world.creates() == 1


def test_a_duplicate_that_cannot_be_found_is_refused(world: World) -> None:
    world.gateway.check()
    world.faults.extend([None, None, Fault("status", 400, body=outcome("duplicate"))])
    with pytest.raises(Refused) as refused:
        world.gateway.write_dose(dose(1), "kunci-1")
    assert refused.value.code == "duplicate"


def test_a_400_that_is_not_of_fhir_is_no_refusal(world: World) -> None:
    world.gateway.check()
    world.faults.extend([None, None, Fault("status", 400, body={"fault": "gateway"})])
    with pytest.raises(Unavailable):
        world.gateway.write_dose(dose(1), "kunci-1")


def test_an_id_may_come_in_the_location(world: World) -> None:
    world.gateway.check()
    where = {"Location": "https://contoh.invalid/fhir-r4/v1/Immunization/i-9/_history/1"}
    world.faults.extend([None, None, Fault("status", 201, where)])
    assert world.gateway.write_dose(dose(1), "kunci-1") == "i-9"


def test_times_are_aware() -> None:
    at = datetime.fromisoformat(fhir.immunization(dose(1), "P1", "k", CODES)["occurrenceDateTime"])
    assert at.utcoffset() == timedelta(0) and at.tzinfo == timezone.utc
