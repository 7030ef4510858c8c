"""Which region a file means by a code, a name, or both."""

from __future__ import annotations

import re
from datetime import date

from siaga.places import regions
from siaga.places.named import region_of
from siaga.radar.figures import NATION

_NATION = {"id", "indonesia", "nasional", "national", "seluruh indonesia"}
_CODE = re.compile(r"(\d\d)(?:\.(\d{1,2}))?(?:\.(\d\d))?")
_UNDOTTED = re.compile(r"(\d\d)(\d\d)(\d\d)?")


class UnknownRegion(ValueError):
    """Nobody knows which region is meant; the text tells the office what to write."""


def region_in_file(code: str, name: str, day: date | None, *, parent: str | None = None) -> tuple[str, str | None]:
    """The region's code, and what was repaired to find it, if anything was.

    A code that a spreadsheet has spoilt ("35.1" for 35.10, "3578", "35,78") is mended where the name says the same.

    Raises:
        UnknownRegion: there is no such region, or code and name are of two.
    """
    code = code.replace(",", ".").strip()
    if code.casefold() in _NATION or (not code and name.casefold() in _NATION):
        return NATION, None
    if not code:
        return _by_name(name, day, parent), None
    if regions.name(code) is not None:
        if name and (named := region_of(name, level=regions.level(code), parent=regions.parent(code), day=day)) != code:
            told = f"“{name}”" if named is None else f"{name} ({named})"
            raise UnknownRegion(
                f"kode {code} adalah {regions.short_name(code)}, tetapi namanya {told}. Samakan kode dan nama."
            )
        return code, None
    if name:
        for candidate in _repaired(code):
            if region_of(name, level=regions.level(candidate), parent=regions.parent(candidate), day=day) == candidate:
                return candidate, "Kode wilayah yang berubah oleh lembar kerja dibetulkan menurut namanya."
    raise UnknownRegion(f"kode {code} tidak dikenal. Tulis kode Kemendagri, misalnya 35.78, atau nama resminya.")


def _by_name(name: str, day: date | None, parent: str | None) -> str:
    if not name:
        raise UnknownRegion("wilayahnya kosong. Isi kode, misalnya 35.78, atau nama resminya, misalnya Kota Surabaya.")
    code = region_of(name, parent=parent, day=day)
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
