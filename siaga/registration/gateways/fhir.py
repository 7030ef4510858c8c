"""What we say and read in FHIR R4, as SATUSEHAT profiles it: pure functions between its resources and our records.

Where it was read (November 2026, none of it tried against the live service):

* ``satusehat.kemkes.go.id/platform/docs/id/api-catalogue/onboardings/apis/patient``: search by
  ``https://fhir.kemkes.go.id/id/nik|<NIK>``;
* the Ministry's draft profiles, repository ``yy-dto/IDCore``: identifier systems of a patient, the extension
  ``administrativeCode`` of an address, ``CodeSystem-KemkesImmunizationReason``;
* examples of immunizations in ``hi-dinanti/ancthesis-implementationguide``: KFA and CVX codes side by side,
  ``reasonCode``, ``protocolApplied.doseNumberPositiveInt``;
* "Buku Panduan SATUSEHAT (Playbook) Skrining Hipotiroid Kongenital" 1.1: a dateTime is ``YYYY-MM-DDThh:mm:ss+zz:zz``;
* CVX codes: WHO, DDCC implementation guide, ``CodeSystem-WHODDCCcvx``, whose part with 510 (Sinopharm) and 511
  (Sinovac), used outside the United States, could not be read. KFA codes of COVID-19 vaccines are on no page that was
  found: they are a setting.

The system of an immunization's identifier, ``http://sys-ids.kemkes.go.id/immunization/<organization>``, is what other
integrators use; the Ministry's own page about it could not be read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timezone
from typing import Any
from zoneinfo import ZoneInfo

from siaga.places.timezone import zone
from siaga.registration.gateways.base import (
    LONGEST_BATCH,
    LONGEST_NAME,
    LONGEST_PHONE,
    LONGEST_PLACE,
    MOST_DOSES,
    DoseToWrite,
    Known,
    KnownDose,
    called,
    told,
)
from siaga.text.vaccines import find_brands

NIK = "https://fhir.kemkes.go.id/id/nik"
KFA = "http://sys-ids.kemkes.go.id/kfa"
CVX = "http://hl7.org/fhir/sid/cvx"
IMMUNIZATION = "http://sys-ids.kemkes.go.id/immunization"
REASON = "http://terminology.kemkes.go.id/CodeSystem/immunization-reason"
ORIGIN = "http://terminology.hl7.org/CodeSystem/immunization-origin"
ADMINISTRATIVE_CODE = "https://fhir.kemkes.go.id/r4/StructureDefinition/administrativeCode"

_CVX_OF = {
    "moderna": "207",
    "pfizer": "208",
    "astrazeneca": "210",
    "novavax": "211",
    "covovax": "211",
    "janssen": "212",
    "sinopharm": "510",
    "sinovac": "511",
}
_UNSPECIFIED = "213"
_BRAND_OF = {code: brand for brand, code in _CVX_OF.items() if brand != "covovax"}
# All that CVX has for COVID-19: those used in the United States, and 500 and above, which are used elsewhere.
_COVID = {"207", "208", "210", "211", "212", "213", "217", "218", "219", "221"} | {
    str(code) for code in (*range(225, 231), *range(300, 303), *range(308, 314), *range(500, 520))
}
_COVID_WORDS = ("covid", "sars-cov-2")
_SEX = {"male": "L", "female": "P"}
_MASK = "*"
NOON = time(12)


@dataclass(frozen=True)
class Codes:
    """What SATUSEHAT calls our things: KFA codes by brand, ids of its locations by a place's name, our organization."""

    organization_id: str
    kfa: Mapping[str, str] = field(default_factory=dict)
    locations: Mapping[str, str] = field(default_factory=dict)
    reason: str = "IM-Program"

    @property
    def system(self) -> str:
        """The system of the identifiers that we give to immunizations."""
        return f"{IMMUNIZATION}/{self.organization_id}"


def immunization(dose: DoseToWrite, patient_id: str, key: str, codes: Codes) -> dict[str, Any]:
    """The resource that tells of a dose. Of the person it holds nothing but the registry's own number.

    Where only the day is known the time is noon at the place, which is the same day in all of Indonesia, and in UTC.
    """
    at = dose.at or datetime.combine(dose.given_on, NOON, tzinfo=zone(dose.regency_code or "31"))
    coding = [{"system": CVX, "code": _CVX_OF.get(dose.vaccine, _UNSPECIFIED)}]
    if dose.vaccine in codes.kfa:
        coding.insert(0, {"system": KFA, "code": codes.kfa[dose.vaccine]})
    resource: dict[str, Any] = {
        "resourceType": "Immunization",
        "identifier": [{"system": codes.system, "use": "official", "value": key}],
        "status": "completed",
        "vaccineCode": {"coding": coding, "text": f"COVID-19 {dose.vaccine}"},
        "patient": {"reference": f"Patient/{patient_id}"},
        "occurrenceDateTime": at.astimezone(timezone.utc).isoformat(timespec="seconds"),
        # We were told by the place's list, not by the vaccinator.
        "primarySource": False,
        "reportOrigin": {"coding": [{"system": ORIGIN, "code": "record"}]},
        "performer": [{"actor": {"reference": f"Organization/{codes.organization_id}"}}],
        "reasonCode": [{"coding": [{"system": REASON, "code": codes.reason}]}],
        "protocolApplied": [{"doseNumberPositiveInt": dose.number}],
    }
    if dose.batch:
        resource["lotNumber"] = dose.batch
    if dose.place:
        resource["location"] = (
            {"reference": f"Location/{codes.locations[dose.place]}"}
            if dose.place in codes.locations
            else {"display": dose.place}
        )
    return resource


def person(resource: Mapping[str, Any], nik: str) -> Known | None:
    """The person whom a Patient describes; None if it is somebody with another NIK. What is masked is not told."""
    outside_id = called(resource.get("id"))
    niks = [_text(known, "value") for known in listed(resource, "identifier") if known.get("system") == NIK]
    if outside_id is None or not all(_may_be(value, nik) for value in niks):
        return None
    codes = _administrative_codes(resource)
    return Known(
        outside_id=outside_id,
        name=_name(resource),
        birth_date=_day(resource.get("birthDate"), ZoneInfo("Asia/Jakarta")),
        sex=_SEX.get(_text(resource, "gender")),
        regency_code=_dotted(codes.get("city"), 4),
        district_code=_dotted(codes.get("district"), 6),
        phone=_phone(resource),
    )


def _may_be(value: str, nik: str) -> bool:
    """Whether a value, of which some digits may be masked, stands for this NIK."""
    shown = "".join(sign for sign in value if sign not in " .-")
    if len(shown) == len(nik):
        return all(sign == digit or not sign.isdecimal() for sign, digit in zip(shown, nik, strict=True))
    return not shown.isdecimal()


def is_of(resource: Mapping[str, Any], patient_id: str) -> bool:
    """Whether an Immunization is this patient's, as far as it says whose it is."""
    _, _, named = _text(_dict(resource, "patient"), "reference").rpartition("Patient/")
    return named.partition("/")[0] in ("", patient_id)


def covid_doses(resources: Iterator[Mapping[str, Any]], place: ZoneInfo, codes: Codes) -> list[KnownDose]:
    """The doses against COVID-19 among Immunizations, in their order; one without a number has that of its place in it.

    Immunizations against anything else, and those not given or entered by mistake, are left out.
    """
    given = [resource for resource in resources if resource.get("status") == "completed" and _is_covid(resource, codes)]
    given.sort(key=lambda resource: str(resource.get("occurrenceDateTime", "")))
    doses = [
        KnownDose(
            outside_id=called(resource.get("id")) or "",
            number=_number(resource) or position,
            vaccine=_brand(resource, codes),
            given_on=_day(resource.get("occurrenceDateTime"), place),
            place=told(_dict(resource, "location").get("display"), LONGEST_PLACE),
            batch=told(resource.get("lotNumber"), LONGEST_BATCH),
        )
        for position, resource in enumerate(given, 1)
    ]
    return sorted(doses, key=lambda dose: dose.number)


def has_identifier(resource: Mapping[str, Any], system: str, value: str) -> bool:
    """Whether a resource bears this identifier."""
    return any(
        known.get("system") == system and known.get("value") == value for known in listed(resource, "identifier")
    )


def issue(outcome: Any) -> str | None:
    """The code of the first error in an OperationOutcome; None if this is none."""
    if not isinstance(outcome, Mapping) or outcome.get("resourceType") != "OperationOutcome":
        return None
    errors = [one for one in listed(outcome, "issue") if one.get("severity") in ("error", "fatal")]
    return next((one["code"] for one in errors if isinstance(one.get("code"), str)), "")


def _is_covid(resource: Mapping[str, Any], codes: Codes) -> bool:
    """By code, by disease, or by words; a brand's name alone is not enough: its maker makes others, too."""
    diseases = [disease for one in listed(resource, "protocolApplied") for disease in listed(one, "targetDisease")]
    coded = {(_text(one, "system"), _text(one, "code")) for one in _codings(resource)}
    words = " ".join([*_words(_dict(resource, "vaccineCode")), *(word for one in diseases for word in _words(one))])
    return (
        any((KFA, code) in coded for code in codes.kfa.values())
        or any(system == CVX and code in _COVID for system, code in coded)
        or any(word in words.casefold() for word in _COVID_WORDS)
    )


def _brand(resource: Mapping[str, Any], codes: Codes) -> str | None:
    brands = {(KFA, code): brand for brand, code in codes.kfa.items()}
    brands |= {(CVX, code): brand for code, brand in _BRAND_OF.items()}
    for one in _codings(resource):
        if brand := brands.get((_text(one, "system"), _text(one, "code"))):
            return brand
    named = find_brands(" ".join(_words(_dict(resource, "vaccineCode"))))
    return named[0].value if named else None


def _codings(resource: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return listed(_dict(resource, "vaccineCode"), "coding")


def _words(concept: Mapping[str, Any]) -> list[str]:
    return [str(concept.get("text", "")), *(str(one.get("display", "")) for one in listed(concept, "coding"))]


def _number(resource: Mapping[str, Any]) -> int | None:
    for applied in listed(resource, "protocolApplied"):
        number = called(applied.get("doseNumberPositiveInt", applied.get("doseNumberString"))) or ""
        if number.isdecimal() and 1 <= int(number) <= MOST_DOSES:
            return int(number)
    return None


def _name(resource: Mapping[str, Any]) -> str | None:
    for name in listed(resource, "name"):
        given = name.get("given")
        parts = [*map(str, given if isinstance(given, list) else []), _text(name, "family")]
        text = told(_text(name, "text") or " ".join(parts), LONGEST_NAME)
        if text and _MASK not in text:
            return text
    return None


def _phone(resource: Mapping[str, Any]) -> str | None:
    for telecom in listed(resource, "telecom"):
        value = told(telecom.get("value"), LONGEST_PHONE)
        if telecom.get("system") == "phone" and value and _MASK not in value:
            digits = "".join(filter(str.isdigit, value))
            return "62" + digits[1:] if digits.startswith("0") else digits
    return None


def _administrative_codes(resource: Mapping[str, Any]) -> dict[str, str]:
    for address in listed(resource, "address"):
        for extension in listed(address, "extension"):
            if extension.get("url") == ADMINISTRATIVE_CODE:
                return {_text(one, "url"): _text(one, "valueCode") for one in listed(extension, "extension")}
    return {}


def _dotted(code: str | None, digits: int) -> str | None:
    """``3578`` as ``35.78``; what has not so many digits, or is zero, is none."""
    if not code or len(code) != digits or not (code.isascii() and code.isdigit()) or not int(code):
        return None
    return ".".join(code[at : at + 2] for at in range(0, digits, 2))


def _day(text: Any, place: ZoneInfo) -> date | None:
    try:
        if len(text) <= len("2021-08-01"):
            return date.fromisoformat(text)
        at = datetime.fromisoformat(text.replace("Z", "+00:00"))
        return (at.astimezone(place) if at.tzinfo else at).date()
    except (TypeError, ValueError, AttributeError, OverflowError):
        return None


def listed(resource: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """The mappings in a list of a resource; what else stands there is passed over."""
    value = resource.get(name)
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _text(resource: Mapping[str, Any], name: str) -> str:
    value = resource.get(name)
    return value if isinstance(value, str) else ""


def _dict(resource: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = resource.get(name)
    return value if isinstance(value, Mapping) else {}
