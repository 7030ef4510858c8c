"""What a registry, or whoever stands in its place, may answer: a form goes on, a write waits, and nothing is told."""

from __future__ import annotations

import gzip
import json
import logging
import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from siaga.db import transaction
from siaga.doses.recording import KnownDose as Recorded
from siaga.doses.recording import record_known
from siaga.doses.tables import Dose
from siaga.people.tables import Person
from siaga.registration.gateways import known, known_doses
from siaga.registration.gateways.base import Unavailable
from siaga.registration.gateways.breaker import Breaker
from siaga.registration.gateways.fhir import ADMINISTRATIVE_CODE, NIK, Codes, covid_doses, is_of, person
from siaga.registration.gateways.http import HttpGateway
from siaga.registration.gateways.satusehat import SatusehatGateway, Token
from siaga.registration.gateways.transport import LARGEST_ANSWER, Answer, Limits, Transport
from tests.registration.gateways.conftest import outside  # noqa: F401
from tests.registration.gateways.worlds import World, dose, registration
from tests.registration.given import nik
from tests.serving import Handler, serving

THEIRS, ANOTHERS = nik(1), nik(2)
ONCE = Limits(connect_seconds=1, answer_seconds=2, tries=1, total_seconds=2)
WIB = ZoneInfo("Asia/Jakarta")
Say = Callable[[Handler], None]


def saying(content: bytes, status: int = 200, **headers: str) -> Say:
    def say(handler: Handler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    return say


def endless(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    while True:
        handler.wfile.write(b"10000\r\n" + b" " * 0x10000 + b"\r\n")


@contextmanager
def answering(say: Say) -> Iterator[tuple[str, list[str]]]:
    """A registry that says this to whatever it is asked: its address, and the paths that it was asked for."""
    seen: list[str] = []

    class Registry(Handler):
        def respond(self) -> None:
            seen.append(self.path)
            if self.command == "POST":
                self.posted()
            try:
                if "accesstoken" in self.path:
                    self.answer(200, {"access_token": "kunci", "expires_in": "Infinity"}, {})
                else:
                    say(self)
            except OSError:
                self.close_connection = True

    with serving(Registry) as url:
        yield url, seen


def gateways(url: str) -> tuple[HttpGateway, SatusehatGateway]:
    def transport() -> Transport:
        return Transport(url, ONCE, Breaker())

    return HttpGateway(transport(), "rahasia"), SatusehatGateway(transport(), Token(transport(), "a", "b"), Codes("1"))


BOMB = gzip.compress(bytes(20 * LARGEST_ANSWER), 9)
ANSWERS: dict[str, Say] = {
    "huge": saying(b'"' + b"x" * (2 * LARGEST_ANSWER) + b'"'),
    "endless": endless,
    "packed": saying(BOMB, Content_Encoding="gzip"),
    "packed twice": saying(gzip.compress(BOMB, 9), Content_Encoding="gzip, gzip"),
    "not packed at all": saying(b"{}", Content_Encoding="gzip"),
    "deep": saying(b'{"person":' * 100_000),
    "a list": saying(b"[[[]]]"),
    "a number": saying(b"9" * 9_000),
    "NaN": saying(b'{"person": NaN, "doses": [{"number": NaN}], "id": Infinity, "entry": NaN}'),
    "keys twice": saying(b'{"person": {"id": 1}, "person": [], "doses": [], "doses": {}, "id": true, "id": {}}'),
    "a page": saying(b"<html>Selamat datang di Wi-Fi</html>", Content_Type="application/json"),
    "nothing": saying(b"", 204),
    "no text": saying(b'{"person": "\xff\xfe"}'),
    "what no database keeps": saying(b'{"person": {"id": "\\u0000"}, "doses": [{"number": 1e9}], "id": "\\ud800"}'),
    "no entries": saying(b'{"resourceType": "Bundle", "entry": 5, "link": 7, "person": 5, "doses": 5, "id": [1]}'),
    "somebody's": saying(json.dumps({"error": f"{THEIRS} Warga Uji", "id": None}).encode(), 422),
    "somebody's outcome": saying(
        json.dumps(
            {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": f"x {THEIRS}"}]}
        ).encode(),
        400,
    ),
    "somebody's, in the headers": saying(b"{}", 503, Retry_After=f"{THEIRS}", X_Person=f"{THEIRS} Warga Uji"),
}  # fmt: skip


@pytest.mark.parametrize("what", ANSWERS)
def test_whatever_is_answered_is_an_outage_or_a_refusal_and_tells_nothing(
    what: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    began = time.monotonic()
    with answering(ANSWERS[what]) as (url, _):
        for gateway in gateways(url):
            for ask, *about in (
                (gateway.lookup, THEIRS),
                (gateway.doses, THEIRS),
                (gateway.write_dose, dose(), "kunci-1"),
                (gateway.write_registration, registration(), "kunci-2"),
            ):
                try:
                    ask(*about)
                except Exception as problem:
                    assert type(problem).__name__ in ("Unavailable", "Refused"), repr(problem)
                    assert problem.__context__ is None and THEIRS not in f"{problem!r} {vars(problem)}"
                gateway._transport.breaker.succeeded()
    assert THEIRS not in caplog.text and "Warga" not in caplog.text
    assert time.monotonic() - began < 25


@pytest.mark.parametrize("kind", ["http", "satusehat"])
@pytest.mark.parametrize("what", ["deep", "NaN", "keys twice", "no entries", "what no database keeps", "packed twice"])
def test_a_form_goes_on(kind: str, what: str, outside: Callable[[str, World], None]) -> None:  # noqa: F811
    with answering(ANSWERS[what]) as (url, _):
        world = World(gateways(url)[0], url=url)
        outside(kind, world)
        assert known(THEIRS).known is None
        assert not known_doses(THEIRS)


def test_what_nobody_foresaw_neither_stops_a_form_nor_is_told(
    outside: Callable[[str, World], None],  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with answering(saying(b"{}")) as (url, _):
        outside("http", World(gateways(url)[0], url=url))
        monkeypatch.setattr(HttpGateway, "lookup", lambda _, number: int(f"{number} Warga Uji"))
        assert known(THEIRS).reason == "unavailable"
    assert "ValueError" in caplog.text and THEIRS not in caplog.text


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("where", ["{other}/people/lookup", "file:///etc/passwd", "//{host}/x", "", "http://[", "\x07"])
def test_nobody_sends_our_token_elsewhere(status: int, where: str) -> None:
    with answering(saying(b"{}")) as (other, seen):
        target = where.format(other=other, host=other.partition("//")[2])
        with answering(saying(b"{}", status, Location=target)) as (url, asked):
            for gateway in gateways(url):
                with pytest.raises(Unavailable):
                    gateway.lookup(THEIRS)
            assert len([path for path in asked if "accesstoken" not in path]) == 2
        assert seen == []


@pytest.mark.parametrize("said", ["inf", "nan", "-5", "1e400", "Wed, 21 Oct 2099 07:28:00 GMT", "٣"])
def test_nobody_asks_for_a_rest_without_end(said: str) -> None:
    again = Answer(503, None, {"Retry-After": said}).again_in
    assert again is None or (math.isfinite(again) and 0 <= again <= 24 * 3600)


# ---------------------------------------------------------------- of somebody else
@pytest.mark.parametrize(
    ("value", "taken"),
    [
        (THEIRS, True),
        ("*" * 16, True),
        (f"{THEIRS[:4]}{'*' * 8}{THEIRS[12:]}", True),
        (f" {THEIRS[:6]}-{THEIRS[6:]} ", True),
        ("disembunyikan", True),
        (ANOTHERS, False),
        (f"{ANOTHERS[:4]}{'*' * 8}{ANOTHERS[12:]}", False),
        (f"{ANOTHERS} ", False),
        (f"{ANOTHERS[:6]}.{ANOTHERS[6:]}", False),
        (THEIRS[:15], False),
        (f"{THEIRS}0", False),
    ],
)
def test_another_than_was_asked_for_is_nobody(value: str, taken: bool) -> None:
    found = person({"id": "P1", "identifier": [{"system": NIK, "value": value}]}, THEIRS)
    assert (found is not None) is taken


@pytest.mark.parametrize("reference", ["Patient/P2", "https://contoh.invalid/fhir/Patient/P2", "Patient/P2/_history/1"])
def test_anothers_doses_are_nobodys(reference: str) -> None:
    assert not is_of({"patient": {"reference": reference}}, "P1")
    assert is_of({"patient": {"reference": reference}}, "P2")
    entry = {"resource": {"resourceType": "Immunization", "id": "i", "status": "completed", "vaccineCode": {"text": "covid"}, "patient": {"reference": reference}}}  # fmt: skip  # noqa: E501
    bundle = json.dumps({"resourceType": "Bundle", "entry": [entry]}).encode()
    with answering(saying(bundle)) as (url, _):
        assert gateways(url)[1].doses(THEIRS, "P1") == []
        assert len(gateways(url)[1].doses(THEIRS, "P2")) == 1


# ---------------------------------------------------------------- what comes in a value
WORDS = st.sampled_from(["²", "²²²²", "٣٥٧٨", "9" * 5000, "-1", "0", "\0", "\ud800", "\u202e", "x" * 500, "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "", " ", "sinovac"])  # fmt: skip  # noqa: E501
VALUES = WORDS | st.sampled_from([None, True, 0, -1, 2**70, 1e308, math.nan, math.inf, [], {}, ["x"] * 20])


@given(st.dictionaries(st.sampled_from(["id", "name", "birth_date", "sex", "regency_code", "district_code", "phone", "number", "vaccine", "given_on", "place", "batch"]), VALUES))  # fmt: skip  # noqa: E501
def test_a_plain_registrys_values_fit_or_are_not_told(told: dict[str, Any]) -> None:
    class Said:
        def ask(self, *_: Any, **__: Any) -> Answer:
            return Answer(200, {"person": told, "doses": [{"number": 1, **told}], "id": told.get("id")}, {})

    gateway = HttpGateway(Said())  # type: ignore[arg-type]
    for ask in (gateway.lookup, gateway.doses, lambda _: gateway.write_dose(dose(), "k")):
        try:
            found = ask(THEIRS)
        except Unavailable:
            continue
        fits(found)


@given(VALUES, VALUES, VALUES)
def test_the_values_of_satusehat_fit_or_are_not_told(one: Any, other: Any, third: Any) -> None:
    codes = [{"url": "city", "valueCode": one}, {"url": "district", "valueCode": other}]
    where = {"extension": [{"url": ADMINISTRATIVE_CODE, "extension": codes}]}
    fits(
        person(
            {"id": one, "name": [{"text": other, "given": third}], "birthDate": third, "address": [where],
             "telecom": [{"system": "phone", "value": one}], "gender": other},
            THEIRS,
        )
    )  # fmt: skip
    vaccine = {"text": "covid-19", "coding": [{"code": one, "display": other}]}
    given_dose = {
        "id": third, "status": "completed", "vaccineCode": vaccine, "occurrenceDateTime": one, "lotNumber": third,
        "protocolApplied": [{"doseNumberString": other}], "location": {"display": other},
    }  # fmt: skip
    fits(covid_doses(iter([given_dose, {**given_dose, "occurrenceDateTime": other}]), WIB, Codes("1")))


def fits(found: Any) -> None:
    """Whether it can be kept: no sign that the database has no room for, nothing longer than a column."""
    for one in found if isinstance(found, list) else [found]:
        for name, value in (vars(one) if hasattr(one, "__dict__") else {"outside_id": one}).items():
            if isinstance(value, str):
                most = {"vaccine": 20, "batch": 40, "outside_id": 80, "phone": 20, "name": 120}.get(name, 200)
                assert value.isprintable() and len(value) <= most, (name, value)
                value.encode()
            elif name == "number":
                assert type(value) is int and 1 <= value <= 99
            else:
                assert value is None or isinstance(value, date), (name, value)


def test_a_dose_with_a_story_for_a_vaccine_is_kept(database: str) -> None:
    """It stopped the conversation: the column has twenty letters."""
    story = {"number": 1, "vaccine": "CoronaVac (Sinovac Biotech Ltd.), vaksin COVID-19", "batch": "B" * 500}
    with answering(saying(json.dumps({"doses": [{"id": "\0", "given_on": "2021-08-01", **story}]}).encode())) as (
        url,
        _,
    ):
        (found,) = gateways(url)[0].doses(THEIRS)
    with transaction() as session:
        somebody = Person(
            nik=THEIRS, nik_index=b"1", name="Warga Uji 001", birth_date="1954-08-01", sex="L", regency_code="35.78",
            name_birth_index=b"2",
        )  # fmt: skip
        session.add(somebody)
        session.flush()
        kept = Recorded(found.number, found.vaccine, found.given_on, found.place, found.batch, found.outside_id)
        record_known(session, somebody.id, kept, "registry")
        row = session.scalars(select(Dose)).one()
        assert (row.vaccine, row.batch, row.outside_id) == ("sinovac", None, None)
