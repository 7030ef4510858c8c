"""A small FHIR R4 server with SATUSEHAT's paths, whose resources, both ways, ``fhir.resources`` has checked."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

from fhir.resources.bundle import Bundle
from fhir.resources.immunization import Immunization
from fhir.resources.operationoutcome import OperationOutcome
from fhir.resources.patient import Patient
from pydantic import ValidationError

from siaga.registration.gateways import fhir
from tests.registration.gateways.stub import Registry, new_id

AUTH, BASE = "/oauth2/v1", "/fhir-r4/v1"
ORGANIZATION = "10000004"
CLIENT = {"client_id": "klien-uji", "client_secret": "rahasia-uji"}


class FhirRegistry(Registry):
    """``doses`` holds Immunizations by the patient's id.

    ``conditional`` is whether it honours ``If-None-Exist``; ``known_as`` names the doses it holds to be duplicates;
    ``page`` is how many resources a page of a search has.
    """

    tokens: set[str] = set()
    issued = 0
    conditional = True
    page = 50
    life: Any = "3599"

    def work(self, content: bytes) -> tuple[int, Any, dict[str, str]]:
        kind = type(self)
        path = urlsplit(self.path).path
        with kind.lock:
            if path == f"{AUTH}/accesstoken":
                return self._token(content)
            if self.headers.get("Authorization", "").removeprefix("Bearer ") not in kind.tokens:
                return 401, outcome("login"), {}
            if self.command == "GET" and path == f"{BASE}/Patient":
                return self._patients()
            if self.command == "GET" and path == f"{BASE}/Immunization":
                return self._immunizations()
            if self.command == "POST" and path == f"{BASE}/Immunization":
                return self._create(content)
            if path == f"{BASE}/Organization/{ORGANIZATION}":
                return 200, {"resourceType": "Organization", "id": ORGANIZATION}, {}
        return 404, outcome("not-found"), {}

    def _token(self, content: bytes) -> tuple[int, Any, dict[str, str]]:
        kind = type(self)
        form = {name: values[0] for name, values in parse_qs(content.decode()).items()}
        if form != CLIENT or self.query != {"grant_type": "client_credentials"}:
            return 401, outcome("security"), {}
        kind.issued += 1
        token = f"token-{kind.issued}"
        kind.tokens = {*kind.tokens, token}
        return 200, {"access_token": token, "token_type": "BearerToken", "expires_in": kind.life}, {}

    def _patients(self) -> tuple[int, Any, dict[str, str]]:
        system, _, nik = self.query.get("identifier", "").partition("|")
        person = type(self).people.get(nik) if system == fhir.NIK else None
        return 200, bundle([person] if person else []), {}

    def _immunizations(self) -> tuple[int, Any, dict[str, str]]:
        kind = type(self)
        there = kind.doses.get(self.query["patient"], [])
        begin = int(self.query.get("_offset", 0))
        end = begin + kind.page
        link = None
        if end < len(there):
            host = f"http://127.0.0.1:{self.server.server_address[1]}"
            link = f"{host}{BASE}/Immunization?patient={self.query['patient']}&_offset={end}"
        return 200, bundle(there[begin:end], link), {}

    def _create(self, content: bytes) -> tuple[int, Any, dict[str, str]]:
        kind = type(self)
        try:
            sent = Immunization.parse_obj(json.loads(content))
        except ValidationError:
            return 400, outcome("structure"), {}
        patient_id = sent.patient.reference.partition("/")[2]
        if patient_id not in {person["id"] for person in kind.people.values()}:
            return 400, outcome("not-found"), {}
        identifier = sent.identifier[0]
        condition = self.headers.get("If-None-Exist")
        assert condition == f"identifier={identifier.system}|{identifier.value}"
        there = [one for one in kind.doses.get(patient_id, []) if one.get("identifier", [{}])[0] == identifier.dict()]
        if there and kind.conditional:
            return 200, there[0], {}
        made = {**json.loads(content), "id": new_id()}
        kind.doses.setdefault(patient_id, []).append(made)
        kind.by_key[identifier.value] = made["id"]
        return 201, made, {"Location": f"{BASE}/Immunization/{made['id']}/_history/1"}


def patient(nik: str, number: str, **differs: Any) -> dict[str, Any]:
    """A Patient with this NIK, who is a man from Surabaya unless told otherwise."""
    resource: dict[str, Any] = {
        "resourceType": "Patient",
        "id": number,
        "identifier": [
            {"use": "official", "system": fhir.NIK, "value": nik},
            {"use": "official", "system": "https://fhir.kemkes.go.id/id/ihs-number", "value": number},
        ],
        "active": True,
        "name": [{"use": "official", "text": "Warga Uji 001"}],
        "gender": "male",
        "birthDate": "1954-08-01",
        "telecom": [{"system": "phone", "value": "+62 800-0000-0001", "use": "mobile"}],
        "address": [
            {
                "use": "home",
                "country": "ID",
                "extension": [
                    {
                        "url": fhir.ADMINISTRATIVE_CODE,
                        "extension": [
                            {"url": "province", "valueCode": "35"},
                            {"url": "city", "valueCode": "3578"},
                            {"url": "district", "valueCode": "357804"},
                        ],
                    }
                ],
            }
        ],
    }
    resource.update(differs)
    Patient.parse_obj(resource)
    return resource


def outcome(code: str, words: str = "3578010208549101 Warga Uji 001") -> dict[str, Any]:
    """An OperationOutcome, whose words quote what was sent, as servers do."""
    resource = {
        "resourceType": "OperationOutcome",
        "issue": [{"severity": "error", "code": code, "details": {"text": words}, "diagnostics": words}],
    }
    OperationOutcome.parse_obj(resource)
    return resource


def bundle(resources: list[dict[str, Any]], following: str | None = None) -> dict[str, Any]:
    """What a search finds."""
    found: dict[str, Any] = {
        "resourceType": "Bundle",
        "type": "searchset",
        "total": len(resources),
        "entry": [{"resource": resource, "search": {"mode": "match"}} for resource in resources],
    }
    if following:
        found["link"] = [{"relation": "next", "url": following}]
    Bundle.parse_obj(found)
    return found
