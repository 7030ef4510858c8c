"""Vaccine brands and dose numbers."""

# ruff: noqa: E501 - a pattern is read on one line

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from siaga.text.words import clean

VaccineName = Literal["sinovac", "astrazeneca", "pfizer", "moderna", "sinopharm", "janssen"]
"""The brands that the rules of eligibility speak of."""
OtherVaccineName = Literal["indovac", "inavac", "covovax", "zifivax", "novavax", "cansino", "sputnik", "awcorna"]
BrandName = VaccineName | OtherVaccineName

_BRANDS: dict[VaccineName, str] = {
    "sinovac": r"s[iy]no\s?-?\s?[vfp]a[ckx]{1,2}s?|c[iy]nova[ck]|sinova|sinvac|snovac|sinovax|sinovav|sinofak|shinovac|corona\s?-?\s?(?:vac|vak|fac)|bio\s?farma",
    "astrazeneca": r"as[th]?ra?(?:\s?-?\s?(?:z|s|j|c)[ea]n(?:e|i)[ck]+a|zenca|zeneka|zenek|seneka)|astra|aztra\s?[zs]en[ei][ck]a|a\.?z|[zsj]en[ei][ck]a|zenika|vaxzevria|asrazeneca|astazeneca|astrozeneca|covishield",
    "pfizer": r"p?fi[zs]+er|p[hf]i[zs]+er|pfeizer|faizer|fayzer|pifzer|p[fi]*zer|pizer|pfzer|pfier|fizzer|feizer|comirnaty|biontech",
    "moderna": r"mo?d+e?r+na|modena|moderana|mederna|moderma|moderne|spikevax",
    "sinopharm": r"s[iy]no\s?-?\s?(?:ph|f|p)+arma?|sinofram|sinopham|vero\s?cell",
    "janssen": r"j[ae]ns+[ea]n+|yans+en|j\s?(?:&|n|dan|and)\s?j|j(?:o?h|ho)ns[oe]n(?:\s?(?:&|and|n|dan)\s?j(?:o?h|ho)ns[oe]n)?|jonson(?:\s?(?:&|and|n|dan)\s?jonson)?",
}
_OTHER_BRANDS: dict[OtherVaccineName, str] = {
    "indovac": r"indo\s?-?\s?va[ck]{1,2}|indofac|indovax",
    "inavac": r"ina\s?-?\s?va[ck]{1,2}|inafac|inavax|merah\s+putih",
    "covovax": r"[ck]o[vf]o\s?-?\s?va[xksc]+",
    "zifivax": r"[zs]i[fv]i\s?-?\s?va[xks]+|zivifax|zifipax",
    "novavax": r"nova\s?-?\s?va[xks]+|nuvaxovid",
    "cansino": r"can\s?sino|kansino|convidecia",
    "sputnik": r"sputnik(?:\s?v)?|gamaleya",
    "awcorna": r"awcorna|aw\s?corna",
}
_LABELS = {"astrazeneca": "AstraZeneca", "cansino": "CanSino", "awcorna": "AWcorna"}
_PATTERNS = {name: re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE) for name, pattern in _BRANDS.items()}
_OTHER_PATTERNS = {
    name: re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE) for name, pattern in _OTHER_BRANDS.items()
}

_ORDINALS = {
    "satu": 1, "pertama": 1, "siji": 1, "setunggal": 1, "kesatu": 1, "kepisan": 1, "pisan": 1, "first": 1, "i": 1, "one": 1,
    "dua": 2, "kedua": 2, "loro": 2, "kalih": 2, "kapindho": 2, "kapindo": 2, "kaloro": 2, "second": 2, "ii": 2, "two": 2, "ke-dua": 2,
    "tiga": 3, "ketiga": 3, "telu": 3, "tigo": 3, "katelu": 3, "third": 3, "iii": 3, "three": 3,
    "empat": 4, "keempat": 4, "papat": 4,
}  # fmt: skip
_WHICH = "|".join(sorted((re.escape(word) for word in _ORDINALS), key=len, reverse=True))
# "vaksin 2 orang", "vaksin dua puluh ribu" count something else.
_END = (
    r"(?![\w.]|\s*[/-]\s*\d+\s*[/-]|\s*(?:hari|hr|minggu|mgg|bulan|bln|tahun|thn|th|orang|org|kali|x|jam|menit|keluarga|anak|jenis|macam|merk|merek|tempat|lokasi"
    r"|ml|cc|mg|persen|puluh|belas|ratus|ribu|rb|juta)\b|\s*%)"
)
_ORDINAL = rf"(?:ke|kaping|ping|no|nomor|tahap)?\s?-?\s?(?P<which>[1-4]|{_WHICH}){_END}"
_DOSE = re.compile(
    r"\b(?:dosis|dosisnya|dosise|dose|dos|doses|vaksin|vaksinnya|vaksinasi|vaksn|vaksen|vksn|vaxin|suntik|suntikan|suntikane|jab|tahap)\s*(?:dosis|tahap)?\s*"
    rf"(?:yang|yg|sing|ingkang)?\s*{_ORDINAL}",
    re.IGNORECASE,
)
# "dosis 1 dan 2"
_ALSO = re.compile(
    rf"\s*(?:,|dan|&|n|sama|atau|\+|/|-|sampai|lan|kalih|karo|and|to)?\s*(?:yang\s+|yg\s+)?{_ORDINAL}", re.IGNORECASE
)
_SHORT = re.compile(r"(?<![\w-])v\s?-?(?P<which>[1-4])(?![\w./-])", re.IGNORECASE)
_DOSE_AFTER = re.compile(
    r"\b(?P<which>first|second|third|pertama|kedua|ketiga)\s+(?:dose|shot|jab|vaccine|dosis|suntikan)\b", re.IGNORECASE
)
_BOOSTER = re.compile(
    r"\b(?P<second>second\s+|2nd\s+)?(?:booster|boster|buster|bosster|busster|bosteer|boosster|penguat|dosis\s+(?:lanjutan|tambahan|penguat))(?:nya|e|ne)?"
    r"(?P<again>\s*(?:dosis\s*)?(?:(?:yang|yg|sing|tahap)\s*)?(?:ke\s?-?\s?|kaping\s+)?(?:2|dua|kedua|ii|loro|pindho|kapindho|kalih)(?!\s*(?:minggu|hari|bulan|orang|kali)))?\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Vaccine:
    """A brand named in a text, one that the rules know."""

    value: VaccineName
    start: int
    end: int


@dataclass(frozen=True)
class Brand:
    """Any brand named in a text."""

    value: BrandName
    start: int
    end: int


@dataclass(frozen=True)
class Dose:
    """A dose number (a booster is the third) named in a text."""

    value: int
    start: int
    end: int


def brand_label(brand: str) -> str:
    """A brand as it is written: ``astrazeneca`` -> ``AstraZeneca``, ``sinovac`` -> ``Sinovac``."""
    return _LABELS.get(brand, brand.capitalize())


def find_brands(text: str) -> list[Brand]:
    """Every brand from left to right, also those that the rules of eligibility do not tell apart (Indovac, Inavac)."""
    found = [Brand(vaccine.value, vaccine.start, vaccine.end) for vaccine in find_vaccines(text)]
    found += [
        Brand(name, match.start(), match.end())
        for name, pattern in _OTHER_PATTERNS.items()
        for match in pattern.finditer(text)
    ]
    return sorted(found, key=lambda brand: brand.start)


def find_vaccines(text: str) -> list[Vaccine]:
    """The brands that the rules of eligibility know, from left to right, in any of the spellings people use."""
    found = [
        Vaccine(name, match.start(), match.end())
        for name, pattern in _PATTERNS.items()
        for match in pattern.finditer(text)
    ]
    return sorted(found, key=lambda vaccine: vaccine.start)


def find_dose_numbers(text: str) -> list[Dose]:
    """Dose numbers from left to right: "dosis 2", "vaksin kedua", "booster" (3), "booster kedua" (4)."""
    text = clean(text)
    found: list[Dose] = []

    def add(value: int, start: int, end: int) -> None:
        if not any(other.start < end and start < other.end for other in found):
            found.append(Dose(value, start, end))

    for match in _BOOSTER.finditer(text):
        add(4 if match["again"] or match["second"] else 3, match.start(), match.end())
    for pattern in (_DOSE, _DOSE_AFTER, _SHORT):
        for match in pattern.finditer(text):
            add(_which(match), match.start(), match.end())
            end = match.end()
            while pattern is _DOSE and (also := _ALSO.match(text, end)):
                add(_which(also), also.start("which"), also.end("which"))
                end = also.end()
    return sorted(found, key=lambda dose: dose.start)


def _which(match: re.Match[str]) -> int:
    word = match["which"].lower()
    return int(word) if word.isascii() and word.isdigit() else _ORDINALS[word]


_TIMES = re.compile(r"\b\d\s*(?:x|kali)\b|\b(?:sekali|lengkap)\b", re.IGNORECASE)
# What may stand beside a vaccine's name or a number of doses without saying anything else.
_AROUND = frozenset(
    "saya sy aku ak kulo kula ibu bapak anak anakku kok min admin kak pak bu mas mbak ya yaa iya nggih dong "
    "deh sih itu ini yang yg sing vaksin vaksinnya vaksine divaksin merk merek merknya mereknya jenis "
    "jenisnya namanya pakai pake pk dapat dapet dpt sudah udah udh sdh wis wes sampun baru cuma hanya "
    "terakhir terakhirnya dosis dosisnya suntik suntikan kali x satu dua tiga empat loro kalih telu tigo "
    "sekali lengkap pertama kedua ketiga keempat booster boster semua semuanya dua-duanya lali lupa "
    "tanggalnya".split()
)


def tells_only_doses(text: str) -> bool:
    """Whether a text names a vaccine, or doses, and says nothing else: "sinovac 2x min", and no "efek samping pfizer"."""
    spans = [(brand.start, brand.end) for brand in find_brands(text)]
    spans += [(dose.start, dose.end) for dose in find_dose_numbers(text)]
    left = "".join(
        " " if any(start <= at < end for start, end in spans) else sign for at, sign in enumerate(clean(text))
    )
    beside = re.findall(r"[^\W\d_]+|\d+", left.casefold())
    return all(word in _AROUND or word.isdigit() for word in beside) and bool(spans or _TIMES.search(left))
