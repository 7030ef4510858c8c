"""Which region a file means by a code, a name, or both."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from siaga.places import regions
from siaga.places.former import FORMER_PROVINCES
from siaga.places.named import province_on, region_of
from siaga.radar.figures import NATION

_NATION = {"id", "indonesia", "nasional", "national", "seluruh indonesia"}
_CODE = re.compile(r"(\d\d)(?:\.(\d{1,2}))?(?:\.(\d\d))?")
_UNDOTTED = re.compile(r"(\d\d)(\d\d)(\d\d)?")

_HEIRS = {province.heir for province in FORMER_PROVINCES.values()}
_DIVIDED = {part for province in FORMER_PROVINCES.values() for part in province.parts} - _HEIRS


class UnknownRegion(ValueError):
    """Nobody knows which region is meant; the text tells the office what to write."""


def lists_divided(written: Iterable[tuple[str, str]]) -> bool:
    """Whether a file (of codes and names) lists a province that came of one divided in 2022: then its "Papua" is
    today's, on whatever day."""
    return any((code or region_of(name, level="province")) in _DIVIDED for code, name in set(written) if code or name)


def region_in_file(code: str, name: str, day: date, *, divided: bool = False) -> tuple[str, str | None]:
    """The region's code, and what was repaired to find it, if anything was.

    "91" and "Papua" of a day before Papua was divided are the former province ("91-2022"), unless the file lists
    today's parts of it (``divided``).

    A code that a spreadsheet has spoilt ("35.1" for 35.10, "3578", "35,78") is mended where the name says the same.

    Raises:
        UnknownRegion: there is no such region, or code and name are of two.
    """
    return _region(code, name, date.max if divided else _era(day))


def _era(day: date) -> date:
    """The last day on which the provinces were those of this day: all that the day changes."""
    return min(
        (province.last_day for province in FORMER_PROVINCES.values() if day <= province.last_day), default=date.max
    )


@lru_cache(maxsize=4096)
def _region(code: str, name: str, day: date) -> tuple[str, str | None]:
    code = code.replace(",", ".").strip()
    if code.casefold() in _NATION or (not code and name.casefold() in _NATION):
        return NATION, None
    if not code:
        return _by_name(name, day), None
    if regions.name(code) is not None:
        then = (province_on(code, day) or code) if code in _HEIRS else code
        if name and (named := region_of(name, level=regions.level(code), parent=regions.parent(code), day=day)) != then:
            told = f"“{name}”" if named is None else f"{name} ({named})"
            raise UnknownRegion(
                f"kode {code} adalah {regions.short_name(code)}, tetapi namanya {told}. Samakan kode dan nama."
            )
        return then, None
    if name:
        for candidate in _repaired(code):
            if region_of(name, level=regions.level(candidate), parent=regions.parent(candidate), day=day) == candidate:
                return candidate, "Kode wilayah yang berubah oleh lembar kerja dibetulkan menurut namanya."
    raise UnknownRegion(f"kode {code} tidak dikenal. Tulis kode Kemendagri, misalnya 35.78, atau nama resminya.")


def _by_name(name: str, day: date) -> str:
    if not name:
        raise UnknownRegion("wilayahnya kosong. Isi kode, misalnya 35.78, atau nama resminya, misalnya Kota Surabaya.")
    code = region_of(name, day=day)
    if code is None:
        raise UnknownRegion(
            f"wilayah “{name}” tidak dikenal, atau ada lebih dari satu. Tulis nama resminya dengan Kota atau Kabupaten,"
            " dan kodenya."
        )
    return code


def _repaired(code: str) -> list[str]:
    """What a spreadsheet may have made this of."""
    if match := _UNDOTTED.fullmatch(code):
        return [known for known in [".".join(part for part in match.groups() if part)] if regions.name(known)]
    if (match := _CODE.fullmatch(code)) and match.group(2) and len(match.group(2)) == 1 and not match.group(3):
        return [known for known in [f"{match.group(1)}.{match.group(2)}0"] if regions.name(known)]
    return []
