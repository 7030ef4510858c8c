"""The name of a region in an office's file -> its code; and which provinces there were on a day.

Nothing is guessed here (words of citizens are read by ``siaga.places.search``): figures that are put down to the wrong
region are worse than figures that an office is asked about once more. Only what cannot change the meaning is passed
over: upper and lower case, spaces (two of them, or none), dots, hyphens, "Kab." for "Kabupaten", "Kep." for
"Kepulauan", "Sumatra" for "Sumatera"; besides, a list of former and other names is known (``data/office_names.tsv``).

A figure of "PAPUA" of a day before 25 July 2022 is of the whole of old Papua, so its region is "91-2022" and no region
of today (``siaga.places.former``); "PAPUA BARAT" before 8 December 2022 likewise "92-2022".
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Literal

from siaga.places import regions
from siaga.places.facts import NATION
from siaga.places.former import FORMER_PROVINCES, former_with
from siaga.places.regions import Level

_OTHER_NAMES = Path(__file__).parent / "data" / "office_names.tsv"
_Kind = Literal["province", "kabupaten", "kota", "district"]
_KIND_WORDS: dict[str, _Kind] = {
    "provinsi": "province", "propinsi": "province", "prov": "province", "prop": "province",
    "kabupaten": "kabupaten", "kab": "kabupaten",
    "kota": "kota", "kotamadya": "kota", "kodya": "kota",
    "kecamatan": "district", "kec": "district", "distrik": "district",
}  # fmt: skip
_WORDS = {"kep": "kepulauan", "sumatra": "sumatera", "&": "dan"}
_PASSED_OVER = {"administrasi", "administratif", "adm"}
_BEHIND = re.compile(r"^(?P<name>.+?)\s*[,(]\s*(?P<kind>kabupaten|kab|kota)\b\.?\s*\)?\s*$", re.IGNORECASE)
_NATION = {"indonesia", "nasional", "republikindonesia"}


@dataclass(frozen=True)
class _Entry:
    """A region under one of its names; ``kind``: the word that must stand before it."""

    code: str
    kind: _Kind | None


def _words(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    plain = re.sub(r"['`]", "", plain)
    found = (_WORDS.get(word, word) for word in re.findall(r"[a-z0-9]+|&", plain))
    return [word for word in found if word not in _PASSED_OVER]


def _kind(code: str) -> _Kind:
    level = regions.level(code)
    if level == "regency":
        return "kota" if regions.is_city(code) else "kabupaten"
    return level


def _without_kind(words: list[str]) -> tuple[_Kind | None, str]:
    """The word for what it is, and the rest of a name; None and all of it where there is none."""
    if len(words) > 1 and words[0] in _KIND_WORDS:
        return _KIND_WORDS[words[0]], "".join(words[1:])
    return None, "".join(words)


@lru_cache(maxsize=1)
def _index() -> dict[str, list[_Entry]]:
    """Names of provinces and regencies, folded."""
    index: dict[str, list[_Entry]] = {}
    for code in (*regions.provinces(), *regions.regencies()):
        _, key = _without_kind(_words(regions.name(code) or ""))
        index.setdefault(key, []).append(_Entry(code, None))
    with _OTHER_NAMES.open(encoding="utf-8", newline="") as file:
        for name, code, *_ in csv.reader((line for line in file if not line.startswith("#")), delimiter="\t"):
            kind, key = _without_kind(_words(name))
            entry = _Entry(code, kind)
            if entry not in index.setdefault(key, []):
                index[key].append(entry)
    return index


@lru_cache(maxsize=1)
def _district_index() -> dict[str, list[str]]:
    index: dict[str, list[str]] = {}
    for regency in regions.regencies():
        for code in regions.districts(regency):
            index.setdefault("".join(_words(regions.name(code) or "")), []).append(code)
    return index


def _readings(name: str) -> list[tuple[_Kind | None, str]]:
    """The ways to take a name: "Kota Baru" is a kota called Baru, or something called Kotabaru."""
    if behind := _BEHIND.match(name.strip()):
        words = _words(behind["name"])
        return [(_KIND_WORDS[behind["kind"].lower()], "".join(words))]
    words = _words(name)
    whole: tuple[_Kind | None, str] = (None, "".join(words))
    return list(dict.fromkeys([_without_kind(words), whole]))


def _candidates(kind: _Kind | None, key: str, level: Level | None, parent: str | None) -> set[str]:
    found: set[str] = set()
    for entry in _index().get(key, ()):
        fits = kind in (None, _kind(entry.code))
        if fits and entry.kind in (None, kind):
            found.add(entry.code)
    in_regency = parent is not None and "." in parent
    if kind == "district" or (kind is None and (level == "district" or in_regency)):
        found.update(_district_index().get(key, ()))
    return found


def _held(parent: str, day: date | None) -> set[str]:
    """The codes that count as above what is asked for: those of a former province's parts, too."""
    above = province_on(parent, day) if day is not None and "." not in parent else parent
    if above in FORMER_PROVINCES:
        return {above, *FORMER_PROVINCES[above].parts}
    return {parent}


def region_of(
    name: str,
    level: Level | None = None,
    parent: str | None = None,
    day: date | None = None,
    among: Iterable[str] | None = None,
) -> str | None:
    """The code of the region that an office means by a name; None for a name that is unknown, or that several have.

    "MALANG" alone is nobody's (kota or kabupaten?), nor is "JAMBI" without a level (province or kota?).

    Args:
        level: what the file lists; without it provinces and regencies are looked for, and districts only after
            "Kecamatan", or with a regency as ``parent``.
        parent: the code of the province or regency that it lies in.
        day: the day of the figures. A province since divided is the former one up to its last day ("91-2022").
            Without a day a name is that of today's region.
        among: the names of all provinces in the same file, where it lists provinces; they decide instead of the day.
            Many series went on with 34 provinces after the law had divided two of them, and others were made again for
            38: "PAPUA" without "PAPUA TENGAH" beside it is old Papua, and with it today's, on whatever day.

    Returns:
        A code, "ID" for Indonesia ("INDONESIA", "NASIONAL"), or None.
    """
    if not any(character.isalpha() for character in name):
        return None
    found: set[str] = set()
    for kind, key in _readings(name):
        if key in _NATION and level is None and parent is None:
            return NATION
        found |= _candidates(kind, key, level, parent)
    if level is not None:
        found = {code for code in found if regions.level(code) == level}
    if parent is not None:
        above = _held(parent, day)
        found = {code for code in found if regions.parent(code) in above}
    if len(found) != 1:
        return None
    code = found.pop()
    former = former_with(code)
    if former is None or code != former.heir:
        return code
    if among is not None:
        divided = {region_of(other, "province") for other in among}.intersection(set(former.parts) - {code})
        return code if divided else former.code
    return former.code if day is not None and day <= former.last_day else code


def province_on(code: str, day: date) -> str | None:
    """The province that a region was part of on a day: for "35.78" always "35"; for "93.01" (Merauke) and for "91" or
    "93" (Papua, Papua Selatan) "91-2022" up to 24 July 2022. None for Indonesia and for codes that nobody has."""
    if code in FORMER_PROVINCES:
        return code
    if regions.name(code) is None:
        return None
    province = code.partition(".")[0]
    former = former_with(province)
    return former.code if former is not None and day <= former.last_day else province


def provinces_on(day: date) -> tuple[str, ...]:
    """The codes of the provinces there were on a day, in the order of today's: 34 until 24 July 2022, 37 until
    7 December 2022, 38 since. Days before 16 November 2012, when the 34th was made, are not told apart."""
    return tuple(dict.fromkeys(found for code in regions.provinces() if (found := province_on(code, day))))
