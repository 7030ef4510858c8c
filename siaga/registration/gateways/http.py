"""A plain registry that speaks JSON over HTTP; ``docs/registry.md`` describes what it must answer.

A NIK goes in a body, never in an address. Each writing request has an ``Idempotency-Key``: with the same key again the
registry gives the same answer and adds nothing.
"""

from __future__ import annotations

from datetime import date
from typing import Any, NoReturn

from siaga.registration.gateways.base import (
    LONGEST_BATCH,
    LONGEST_CODE,
    LONGEST_NAME,
    LONGEST_PHONE,
    LONGEST_PLACE,
    MOST_DOSES,
    PERSON_UNKNOWN,
    UNNAMED,
    DoseToWrite,
    Known,
    KnownDose,
    Refused,
    RegistrationToWrite,
    Unavailable,
    called,
    told,
)
from siaga.registration.gateways.transport import Answer, Transport
from siaga.text.vaccines import find_brands

# What a registry says about the data. All else of 4xx is about us (no rights, a wrong address) and can be put right.
_ABOUT_DATA = {400, 409, 410, 413, 422}


class HttpGateway:
    """The registry at a URL, with a bearer token if there is one."""

    def __init__(self, transport: Transport, token: str | None = None) -> None:
        self._transport = transport
        self._token = token

    def lookup(self, nik: str) -> Known | None:
        found = self._ask("/people/lookup", {"nik": nik}).get("person")
        return None if found is None else _known(found)

    def doses(self, nik: str, outside_id: str | None = None) -> list[KnownDose]:
        doses = self._ask("/people/doses", {"nik": nik}).get("doses")
        if not isinstance(doses, list):
            raise Unavailable("not_understood")
        return sorted((_dose(dose) for dose in doses), key=lambda dose: dose.number)

    def write_dose(self, dose: DoseToWrite, key: str) -> str:
        return self._write("/doses", dose.payload(), key)

    def write_registration(self, registration: RegistrationToWrite, key: str) -> str:
        return self._write("/registrations", registration.payload(), key)

    def check(self) -> None:
        answer = self._transport.ask("GET", "/health", safe=True, token=self._token)
        if not answer.ok:
            raise Unavailable(f"http_{answer.status}")

    def _ask(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = self._transport.ask("POST", path, safe=True, token=self._token, json_body=body)
        if not answer.ok or not isinstance(answer.body, dict):
            raise Unavailable(f"http_{answer.status}" if not answer.ok else "not_understood")
        return answer.body

    def _write(self, path: str, body: dict[str, Any], key: str) -> str:
        headers = {"Idempotency-Key": key}
        answer = self._transport.ask("POST", path, safe=True, token=self._token, json_body=body, headers=headers)
        if not answer.ok:
            _refuse(answer)
        outside_id = called(answer.body.get("id")) if isinstance(answer.body, dict) else None
        if outside_id is None:
            raise Unavailable("not_understood")
        return outside_id


def _refuse(answer: Answer) -> NoReturn:
    code = answer.body.get("error") if isinstance(answer.body, dict) else None
    if answer.status in _ABOUT_DATA or code == PERSON_UNKNOWN:
        raise Refused(code if isinstance(code, str) else UNNAMED)
    raise Unavailable(f"http_{answer.status}")


def _known(found: Any) -> Known:
    outside_id = called(found.get("id")) if isinstance(found, dict) else None
    if outside_id is None:
        raise Unavailable("not_understood")
    return Known(
        outside_id=outside_id,
        name=told(found.get("name"), LONGEST_NAME),
        birth_date=_day(found.get("birth_date")),
        sex=found.get("sex") if found.get("sex") in ("L", "P") else None,
        regency_code=told(found.get("regency_code"), LONGEST_CODE),
        district_code=told(found.get("district_code"), LONGEST_CODE),
        phone=told(found.get("phone"), LONGEST_PHONE),
    )


def _dose(found: Any) -> KnownDose:
    number = found.get("number") if isinstance(found, dict) else None
    if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= MOST_DOSES:
        raise Unavailable("not_understood")
    return KnownDose(
        outside_id=called(found.get("id")) or "",
        number=number,
        vaccine=_brand(found.get("vaccine")),
        given_on=_day(found.get("given_on")),
        place=told(found.get("place"), LONGEST_PLACE),
        batch=told(found.get("batch"), LONGEST_BATCH),
    )


def _brand(said: Any) -> str | None:
    """The brand, however it is written; what is none that we know is not told."""
    brands = {brand.value for brand in find_brands(told(said, LONGEST_NAME) or "")}
    return brands.pop() if len(brands) == 1 else None


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        return None
