"""The time zone of a province.

Source: Keputusan Presiden 41/1987 on the three zones: west (Sumatra, Java, West and Central Kalimantan), central
(South, East and North Kalimantan, Bali,
Nusa Tenggara, Sulawesi), east (Maluku, Papua). Provinces made since then lie in the zone of those they were cut from.
"""

from __future__ import annotations

from typing import Literal
from zoneinfo import ZoneInfo

Letters = Literal["WIB", "WITA", "WIT"]

_ZONES: dict[Letters, ZoneInfo] = {
    "WIB": ZoneInfo("Asia/Jakarta"),
    "WITA": ZoneInfo("Asia/Makassar"),
    "WIT": ZoneInfo("Asia/Jayapura"),
}
_CENTRAL = {"51", "52", "53", "63", "64", "65", "71", "72", "73", "74", "75", "76"}


def zone_letters(code: str) -> Letters:
    """``WIB``, ``WITA`` or ``WIT`` for the code of a province or of anything in it.

    Raises:
        ValueError: this begins like no Indonesian code.
    """
    province = code[:2]
    if province in _CENTRAL:
        return "WITA"
    if province[:1] in ("8", "9"):
        return "WIT"
    if province[:1] in ("1", "2", "3") or province in ("61", "62"):
        return "WIB"
    raise ValueError("not the code of an Indonesian region")


def zone(code: str) -> ZoneInfo:
    """The time zone for the code of a province or of anything in it; errors as in ``zone_letters``."""
    return _ZONES[zone_letters(code)]


def letters_of(zone_key: str) -> Letters:
    """``WITA`` for ``Asia/Makassar``.

    Raises:
        KeyError: no Indonesian zone.
    """
    return {found.key: letters for letters, found in _ZONES.items()}[zone_key]
