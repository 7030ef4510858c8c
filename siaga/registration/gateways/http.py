"""A plain registry that speaks JSON over HTTP; ``docs/registry.md`` describes what it must answer.

A NIK goes in a body, never in an address. Each writing request has an ``Idempotency-Key``: with the same key again the
registry gives the same answer and adds nothing.
"""

from __future__ import annotations

from datetime import date
from typing import Any, NoReturn

from siaga.registration.gateways.base import (
    PERSON_UNKNOWN,
    UNNAMED,
    DoseToWrite,
    Known,
    KnownDose,
    Refused,
    RegistrationToWrite,
    Unavailable,
)
from siaga.registration.gateways.transport import Answer, Transport

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
        outside_id = answer.body.get("id") if isinstance(answer.body, dict) else None
        if not isinstance(outside_id, str | int):
            raise Unavailable("not_understood")
        return str(outside_id)


def _refuse(answer: Answer) -> NoReturn:
    code = answer.body.get("error") if isinstance(answer.body, dict) else None
    if answer.status in _ABOUT_DATA or code == PERSON_UNKNOWN:
        raise Refused(code if isinstance(code, str) else UNNAMED)
    raise Unavailable(f"http_{answer.status}")


def _known(found: dict[str, Any]) -> Known:
    outside_id = found.get("id") if isinstance(found, dict) else None
    if not isinstance(outside_id, str | int):
        raise Unavailable("not_understood")
    return Known(
        outside_id=str(outside_id),
        name=found.get("name"),
        birth_date=_day(found.get("birth_date")),
        sex=found.get("sex") if found.get("sex") in ("L", "P") else None,
        regency_code=found.get("regency_code"),
        district_code=found.get("district_code"),
        phone=found.get("phone"),
    )


def _dose(found: Any) -> KnownDose:
    number = found.get("number") if isinstance(found, dict) else None
    if not isinstance(number, int) or number < 1:
        raise Unavailable("not_understood")
    return KnownDose(
        outside_id=str(found.get("id")),
        number=number,
        vaccine=found.get("vaccine"),
        given_on=_day(found.get("given_on")),
        place=found.get("place"),
        batch=found.get("batch"),
    )


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        return None
