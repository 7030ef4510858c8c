"""Whether two reports tell of the same thing: same kind, same day, near each other, in like words. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from rapidfuzz import fuzz

from siaga.places.pin import distance_km
from siaga.reports.kinds import plain
from siaga.text.normalise import normalise

NEAR_KM = 0.5
LIKE = 55.0
"""Of 100: how much of the words two reports must share."""
_NOTHING_SAID = frozenset(
    "mau saya aku kami lapor melapor melaporkan laporan ada di ke dari yang dan ini itu sekali sangat banget tolong "
    "mohon petugas min pak bu kak orang ya kejadian tadi kemarin sekarang pagi siang sore malam sama juga lagi "
    "masih".split()
)


@dataclass(frozen=True)
class Told:
    """What is compared of a report. ``at`` is when it happened, or when it was told."""

    kind: str
    words: str = field(repr=False)
    needs_help: bool
    at: datetime
    district_code: str | None
    lat: float | None = field(default=None, repr=False)
    lon: float | None = field(default=None, repr=False)


def is_same(one: Told, other: Told, zone: tzinfo) -> bool:
    """Whether two reports most likely tell of one thing.

    Within half a kilometre of each other, or in one kecamatan and in like words. Of people who need help there may be
    two in one street: there the words must be alike as well.

    Args:
        zone: of the place, for what is one day.
    """
    if one.kind != other.kind or one.at.astimezone(zone).date() != other.at.astimezone(zone).date():
        return False
    alike = likeness(one.words, other.words) >= LIKE
    if None not in (one.lat, one.lon, other.lat, other.lon):
        km = distance_km(one.lat, one.lon, other.lat, other.lon)  # type: ignore[arg-type]
        return km <= NEAR_KM and (alike or not (one.needs_help or other.needs_help))
    return one.district_code is not None and one.district_code == other.district_code and alike


def likeness(one: str, other: str) -> float:
    """How alike two texts are, 0 to 100, by the words that tell something."""
    left, right = _telling(one), _telling(other)
    if not left or not right:
        return 0.0
    return float(fuzz.token_sort_ratio(left, right) + fuzz.token_set_ratio(left, right)) / 2


def _telling(text: str) -> str:
    words: Iterable[str] = plain(normalise(text)).split()
    return " ".join(sorted({word for word in words if word not in _NOTHING_SAID}))
