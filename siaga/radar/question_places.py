"""The places that a question to the radar names, each with the regions it may be."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from siaga.places.regions import is_city, level, name, parent, regencies
from siaga.places.search import Match, find_places
from siaga.radar.figures import NATION
from siaga.radar.question_words import NATION as NATION_WORDS
from siaga.text.normalise import roots

_AREAS = Path(__file__).parent / "data" / "areas.tsv"
_SURE = 0.8
"""The least likeness of a name that nothing before it says is a place."""
_BESIDE = re.compile(r"[\s,.()-]{0,3}(?:(?:kec|kecamatan|kab|kabupaten|kota|prov|provinsi|di)\.?\s)?")
_FROM = re.compile(r"(?:^|\s)(?:dari|dr|from|saking|soko|teko)\s+(?:kota\s+|kab\.?\s+|kabupaten\s+)?$")


@dataclass(frozen=True)
class NamedPlace:
    """A place in a text: what it may be, the likeliest first, and the letters that name it."""

    codes: tuple[str, ...]
    start: int
    end: int


@lru_cache(maxsize=1)
def _areas() -> tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]:
    lines = _AREAS.read_text(encoding="utf-8").splitlines()
    pairs = [line.split("\t") for line in lines if line and not line.startswith("#")]
    pairs.sort(key=lambda pair: -len(pair[0]))
    return tuple(
        (
            re.compile(
                rf"(?<![\w-]){re.escape(area)}(?![\w-]|\s+(?:timur|tengah|barat|selatan|utara)\b)", re.IGNORECASE
            ),
            tuple(codes.split()),
        )
        for area, codes in pairs
    )


def _likely(match: Match, text: str) -> bool:
    """Whether a word that nothing says is a place may be one: a kecamatan by its very name only, and by no everyday
    word."""
    if match.level != "district":
        return match.score >= _SURE
    return match.score == 1 and text[match.start : match.end].lower() not in roots()


def _blank(text: str, start: int, end: int) -> str:
    return text[:start] + " " * (end - start) + text[end:]


def read_named(text: str, asked: bool = False) -> list[NamedPlace]:
    """The places that a text names, from left to right; a district together with its regency is one, and so is a
    regency with its province. What several regions together are called ("madura") gives one for each.

    Args:
        asked: every word may be a place, as in a text that says nothing else.
    """
    found: list[NamedPlace] = []
    for pattern, codes in _areas():
        for match in pattern.finditer(text):
            found += [NamedPlace((code,), match.start(), match.end()) for code in codes]
            text = _blank(text, match.start(), match.end())
    for match in NATION_WORDS.finditer(text.lower()):
        found.append(NamedPlace((NATION,), match.start(), match.end()))
        text = _blank(text, match.start(), match.end())
    matches = [match for match in find_places(text, asked) if not asked or _likely(match, text)]
    groups = [
        NamedPlace(tuple(match.code for match in group), start, end)
        for (start, end), group in (
            (span, list(group))
            for span, group in groupby(_in_order(matches), key=lambda match: (match.start, match.end))
        )
    ]
    return _once([*found, *_joined(groups, text)])


def _once(places: list[NamedPlace]) -> list[NamedPlace]:
    """From left to right, each once; of "di madura, tepatnya bangkalan" what is named most closely."""
    kept: dict[tuple[str, ...], NamedPlace] = {}
    spans = {place: sum(other.start == place.start and other.end == place.end for other in places) for place in places}
    for place in sorted(places, key=lambda place: (place.start, place.end)):
        closer = any(
            spans[other] == 1 and set(other.codes) & set(mate.codes)
            for other in places
            for mate in places
            if (mate.start, mate.end) == (place.start, place.end)
        )
        if spans[place] == 1 or not closer:
            kept.setdefault(place.codes, place)
    return list(kept.values())


def _in_order(matches: Iterable[Match]) -> list[Match]:
    return sorted(matches, key=lambda match: (match.start, match.end, -match.score))


def _joined(places: list[NamedPlace], text: str) -> list[NamedPlace]:
    """Neighbouring names of which one lies in the other made one: "waru sidoarjo", "malang jatim", "bekasi timur"."""
    joined: list[NamedPlace] = []
    for place in places:
        before = joined[-1] if joined else None
        if before and (before.end > place.start or _BESIDE.fullmatch(text[before.end : place.start])):
            for inner, outer in ((before, place), (place, before)):
                if codes := _inside(inner.codes, outer.codes):
                    joined[-1] = NamedPlace(codes, min(before.start, place.start), max(before.end, place.end))
                    break
            else:
                joined.append(place)
        else:
            joined.append(place)
    return joined


def _inside(inner: tuple[str, ...], outer: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(code for code in inner if any(code.startswith(f"{around}.") for around in outer))


def destinations(places: list[NamedPlace], text: str) -> list[NamedPlace]:
    """The places without those that somebody comes from ("dari surabaya ke malang"), if any are left."""
    return [place for place in places if not _FROM.search(text[: place.start].lower())] or places


def narrowed(codes: tuple[str, ...], city: bool) -> tuple[str, ...]:
    """Of a place the kota, or the kabupaten, of the same name; none where there is no such."""
    found: list[str] = []
    for code in codes:
        if code == NATION or level(code) != "regency":
            continue
        plain = _plain(code)
        found += [
            other
            for other in regencies(parent(code))
            if _plain(other) == plain and is_city(other) == city and other not in found
        ]
    return tuple(found)


def _plain(code: str) -> str:
    return re.sub(r"^(?:Kota|Kabupaten)(?: Administrasi)? ", "", name(code) or "")


def province_of(code: str) -> str:
    """The province that a region lies in; of a province and of Indonesia themselves."""
    return code if code == NATION else code[:2]
