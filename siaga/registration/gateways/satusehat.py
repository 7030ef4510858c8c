"""SATUSEHAT, the Ministry of Health's platform, by its FHIR R4 API.

Read in ``satusehat.kemkes.go.id/platform/docs/id``, pages ``master-data/master-patient-index/rest-api-mpi`` (OAuth 2,
client credentials; one pair of credentials an organization) and ``api-catalogue/onboardings/apis/patient``; the path
``/accesstoken?grant_type=client_credentials`` with the credentials in the body, and ``GET /Immunization?patient=``, are
what published integrations use. Nothing of this has been tried against the live service: ``docs/registry.md``.

The documentation knows a search by GET only, so a NIK stands in the query; ``transport`` sees to it that it gets no
further. Whether ``If-None-Exist`` is honoured is not documented: we look for our identifier before each try as well,
and a create is never repeated without looking.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from siaga.places.timezone import zone
from siaga.registration.gateways import fhir
from siaga.registration.gateways.base import (
    PERSON_UNKNOWN,
    DoseToWrite,
    Known,
    KnownDose,
    Refused,
    RegistrationToWrite,
    Unavailable,
    called,
)
from siaga.registration.gateways.transport import Answer, Transport

# A token is renewed so many seconds before it expires, or at half its life if that is short.
EARLY_SECONDS = 60.0
# Followed links to further pages of a search: nobody has so many immunizations.
MOST_PAGES = 10
_UNAUTHORIZED = 401
_PRECONDITION_FAILED = 412
_ABOUT_DATA = {400, 409, 412, 422}
_DUPLICATE = "duplicate"
_UNNAMED = "unnamed"
"""What we call a dose there that has no id: it is not to be sent again."""
_FHIR = {"Content-Type": "application/fhir+json", "Accept": "application/fhir+json"}


class Token:
    """The access token of this process, asked for when it is needed and kept until shortly before it expires."""

    def __init__(
        self, transport: Transport, client_id: str, client_secret: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._transport = transport
        self._credentials = {"client_id": client_id, "client_secret": client_secret}
        self._clock = clock
        self._lock = threading.Lock()
        self._token = ""
        self._until = 0.0

    def get(self, refused: str | None = None) -> str:
        """A token that holds; ``refused`` is one that the API has just not taken.

        Raises:
            Unavailable: none is to be had; code ``credentials`` if ours are not taken.
        """
        with self._lock:
            if self._token and self._token != refused and self._clock() < self._until:
                return self._token
            began = self._clock()
            answer = self._transport.ask(
                "POST",
                "/accesstoken",
                safe=True,
                params={"grant_type": "client_credentials"},
                form=self._credentials,
            )
            if not answer.ok:
                raise Unavailable("credentials" if answer.status in (400, 401, 403) else f"http_{answer.status}")
            token = answer.body.get("access_token") if isinstance(answer.body, dict) else None
            if not isinstance(token, str) or not token:
                raise Unavailable("not_understood")
            life = _seconds(answer.body.get("expires_in"))
            self._token, self._until = token, began + max(life - EARLY_SECONDS, life / 2)
            return token


def _seconds(said: Any) -> float:
    """``expires_in`` comes as a number or as text."""
    try:
        return max(0.0, float(said))
    except (TypeError, ValueError):
        return 0.0


class SatusehatGateway:
    """SATUSEHAT's patients and immunizations, for one organization."""

    def __init__(self, transport: Transport, token: Token, codes: fhir.Codes) -> None:
        self._transport = transport
        self._token = token
        self._codes = codes

    def lookup(self, nik: str) -> Known | None:
        found = (fhir.person(one, nik) for one in self._search("Patient", {"identifier": f"{fhir.NIK}|{nik}"}))
        return next((known for known in found if known is not None), None)

    def doses(self, nik: str, outside_id: str | None = None) -> list[KnownDose]:
        if outside_id is None:
            known = self.lookup(nik)
            if known is None:
                return []
            outside_id = known.outside_id
        return fhir.covid_doses(self._immunizations(outside_id), _zone(nik), self._codes)

    def write_dose(self, dose: DoseToWrite, key: str) -> str:
        """Create an Immunization, unless there is one with our identifier, or one of the same number and day."""
        known = self.lookup(dose.nik)
        if known is None:
            raise Refused(PERSON_UNKNOWN)
        if there := self._find(known.outside_id, dose, key):
            return there
        answer = self._ask(
            "POST",
            "/Immunization",
            safe=False,
            json_body=fhir.immunization(dose, known.outside_id, key, self._codes),
            headers={**_FHIR, "If-None-Exist": f"identifier={self._codes.system}|{key}"},
        )
        if answer.ok:
            return _id(answer)
        code = fhir.issue(answer.body)
        if (code == _DUPLICATE or answer.status in (409, _PRECONDITION_FAILED)) and (
            there := self._find(known.outside_id, dose, key)
        ):
            return there
        if answer.status not in _ABOUT_DATA or code is None:
            # Without an OperationOutcome it was not FHIR's server that spoke, but something in front of it.
            raise Unavailable(f"http_{answer.status}")
        raise Refused(code)

    def write_registration(self, registration: RegistrationToWrite, key: str) -> str:
        """SATUSEHAT has no register of who wants to be vaccinated: the person's own number there is what we get.

        Nobody is put into the national index by what was said in a chat: its profile wants address, village and card.
        """
        known = self.lookup(registration.nik)
        if known is None:
            raise Refused(PERSON_UNKNOWN)
        return known.outside_id

    def check(self) -> None:
        """Get a token and ask for the organization it belongs to."""
        answer = self._ask("GET", f"/Organization/{self._codes.organization_id}", safe=True)
        if not answer.ok:
            raise Unavailable(f"http_{answer.status}")

    def _find(self, patient_id: str, dose: DoseToWrite, key: str) -> str | None:
        there = list(self._immunizations(patient_id))
        for one in there:
            if fhir.has_identifier(one, self._codes.system, key):
                return called(one.get("id")) or _UNNAMED
        same = fhir.covid_doses(iter(there), _zone(dose.regency_code or "31"), self._codes)
        return next(
            (one.outside_id or _UNNAMED for one in same if (one.number, one.given_on) == (dose.number, dose.given_on)),
            None,
        )

    def _immunizations(self, patient_id: str) -> Iterator[Mapping[str, Any]]:
        found = self._search("Immunization", {"patient": patient_id})
        return (resource for resource in found if fhir.is_of(resource, patient_id))

    def _search(self, kind: str, params: Mapping[str, str]) -> Iterator[Mapping[str, Any]]:
        """The resources of a kind that match, page by page."""
        answer = self._ask("GET", f"/{kind}", safe=True, params=params, headers=_FHIR)
        for _ in range(MOST_PAGES):
            if not answer.ok:
                raise Unavailable(f"http_{answer.status}")
            if not isinstance(answer.body, dict) or answer.body.get("resourceType") != "Bundle":
                raise Unavailable("not_understood")
            for entry in fhir.listed(answer.body, "entry"):
                resource = entry.get("resource")
                if isinstance(resource, dict) and resource.get("resourceType") == kind:
                    yield resource
            path = self._next_page(answer.body)
            if path is None:
                return
            answer = self._ask("GET", path, safe=True, headers=_FHIR)

    def _next_page(self, bundle: Mapping[str, Any]) -> str | None:
        """The path of the next page; a link that leads elsewhere is not followed: our token would go there."""
        base = self._transport.base_url + "/"
        for link in fhir.listed(bundle, "link"):
            url = link.get("url") if link.get("relation") == "next" else None
            if isinstance(url, str) and url.startswith(base):
                return url[len(base) - 1 :]
        return None

    def _ask(self, method: str, path: str, **what: Any) -> Answer:
        token = self._token.get()
        answer = self._transport.ask(method, path, token=token, **what)
        if answer.status == _UNAUTHORIZED:
            answer = self._transport.ask(method, path, token=self._token.get(refused=token), **what)
        return answer


def _id(answer: Answer) -> str:
    """The id of what was created, or was there: in the body, or in ``Location: …/Immunization/<id>/_history/1``."""
    body = answer.body if isinstance(answer.body, dict) else {}
    _, _, rest = answer.headers.get("Location", "").partition("/Immunization/")
    if found := called(body.get("id")) or called(rest.partition("/")[0]):
        return found
    raise Unavailable("not_understood")


def _zone(code: str) -> ZoneInfo:
    try:
        return zone(code)
    except ValueError:
        return zone("31")
