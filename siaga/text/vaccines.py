"""Vaccine brands and dose numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

VaccineName = Literal["sinovac", "astrazeneca", "pfizer", "moderna", "sinopharm", "janssen"]

_BRANDS: dict[VaccineName, str] = {
    "sinovac": r"sino\s?va[ck]{1,2}|sinofa[ck]|cinova[ck]|sinopac|corona\s?vac|coronafac|bio\s?farma",
    "astrazeneca": r"astra(?:\s?-?\s?(?:z|s|j)en(?:e|i)[ck]a|seneka)?|az|zeneca|zenika|vaxzevria|asrazeneca|astrazeneka|astazeneca",  # noqa: E501
    "pfizer": r"p?fi[zs]er|pfi[zs]er|pizer|pfzer|fizzer|comirnaty|biontech",
    "moderna": r"moderna|mo?derna|modena|spikevax",
    "sinopharm": r"sino\s?(?:ph|f)arm|sinoparm",
    "janssen": r"jans?sen|j\s?&\s?j|johnson(?:\s?(?:&|and)\s?johnson)?",
}
_PATTERNS = {name: re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE) for name, pattern in _BRANDS.items()}

_ORDINALS = {
    "satu": 1, "pertama": 1, "siji": 1, "setunggal": 1, "kesatu": 1, "kepisan": 1, "pisan": 1, "first": 1, "i": 1, "one": 1,  # noqa: E501
    "dua": 2, "kedua": 2, "loro": 2, "kalih": 2, "kapindho": 2, "kapindo": 2, "kaloro": 2, "second": 2, "ii": 2, "two": 2, "ke-dua": 2,  # noqa: E501
    "tiga": 3, "ketiga": 3, "telu": 3, "tigo": 3, "katelu": 3, "third": 3, "iii": 3, "three": 3,
    "empat": 4, "keempat": 4, "papat": 4,
}  # fmt: skip
_WHICH = "|".join(sorted((re.escape(word) for word in _ORDINALS), key=len, reverse=True))
_DOSE = re.compile(
    r"\b(?:dosis|dosisnya|dose|dos|vaksin|vaksinasi|vaksn|suntik|suntikan)\s*(?:yang|yg|sing|ingkang)?\s*(?:ke|kaping|ping|no|nomor)?\s?-?\s?"
    rf"(?P<which>[1-4]|{_WHICH})(?![\w/.]|\s*(?:hari|hr|minggu|mgg|bulan|bln|tahun|thn|th|orang|org|kali|x|jam)\b)",
    re.IGNORECASE,
)
_DOSE_AFTER = re.compile(r"\b(?P<which>first|second|third)\s+(?:dose|shot|jab|vaccine)\b", re.IGNORECASE)
_BOOSTER = re.compile(
    r"\b(?:booster|boster|buster|penguat)(?:nya|e)?(?P<again>\s*(?:ke\s?-?\s?)?(?:2|dua|kedua))?\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Vaccine:
    """A brand named in a text."""

    value: VaccineName
    start: int
    end: int


@dataclass(frozen=True)
class Dose:
    """A dose number (a booster is the third) named in a text."""

    value: int
    start: int
    end: int


def find_vaccines(text: str) -> list[Vaccine]:
    """Brands from left to right, in any of the spellings people use."""
    found = [
        Vaccine(name, match.start(), match.end())
        for name, pattern in _PATTERNS.items()
        for match in pattern.finditer(text)
    ]
    return sorted(found, key=lambda vaccine: vaccine.start)


def find_dose_numbers(text: str) -> list[Dose]:
    """Dose numbers from left to right: "dosis 2", "vaksin kedua", "booster" (3), "booster kedua" (4)."""
    found = []
    for pattern in (_DOSE, _DOSE_AFTER):
        for match in pattern.finditer(text):
            which = match["which"].lower()
            found.append(Dose(int(which) if which.isdigit() else _ORDINALS[which], match.start(), match.end()))
    for match in _BOOSTER.finditer(text):
        found.append(Dose(4 if match["again"] else 3, match.start(), match.end()))
    return sorted(found, key=lambda dose: dose.start)
