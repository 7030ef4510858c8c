"""Lengths of time: "2 minggu", "sebulan", "tiga hari"; and how long something has lasted: "sejak kemarin", "2-3 hari"."""

# ruff: noqa: E501 - a pattern is read on one line

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from siaga.text.numbers import find_numbers, words_to_number
from siaga.text.once import once
from siaga.text.words import split_words

# Months count 30 days and years 365: these are what people round to.
_UNITS: dict[str, int] = {}
for _days, _names in {
    1: "hari hr hri dino dina dinten day days",
    7: "minggu mgg mggu mnggu minggon pekan week weeks",
    30: "bulan bln bulanan wulan ulan sasi month months",
    365: "tahun thn th taun warsa year years",
}.items():
    _UNITS.update(dict.fromkeys(_names.split(), _days))
    # "3 harian": about three days.
    _UNITS.update({f"{name}an": _days for name in _names.split() if len(name) > 3 and not name.endswith("an")})
_ONE = {"sehari": 1, "seminggu": 7, "sepekan": 7, "sebulan": 30, "setahun": 365, "semgg": 7, "sebln": 30, "setaun": 365,
        "sewulan": 30, "sedinten": 1, "sedino": 1, "seharian": 1, "semingguan": 7, "sebulanan": 30, "setahunan": 365,
        "sakminggu": 7, "sakwulan": 30, "saminggu": 7, "sepasar": 5, "sehr": 1, "seminggon": 7, "sebulanen": 30}  # fmt: skip
_HALF = re.compile(r"^\s*setengah\b", re.IGNORECASE)
_GLUED = re.compile(r"(\d{1,3})([a-z]+)", re.IGNORECASE)


@dataclass(frozen=True)
class Duration:
    """``days`` long; ``unit_days`` (1, 7, 30 or 365) tells how finely it was said."""

    days: int
    unit_days: int
    start: int
    end: int


def find_durations(text: str, today: date | None = None) -> list[Duration]:
    """Lengths of time from left to right: "3 hari", "dua minggu", "sebulan", "2 bln setengah", "2bln".

    With ``today`` also what tells how long something has lasted until then: "sejak kemarin", "dari senin", "mulai tgl
    20", and a rough length, of which it takes the longer ("2-3 hari"). Without it these are none: for "how long ago"
    the longer may be the wrong one. "beberapa hari" is never a length.
    """
    found = list(_lengths(text))
    if today is not None:
        for lasted in (*_since(text, today), *_ranges(text)):
            found = [other for other in found if other.end <= lasted.start or lasted.end <= other.start]
            found.append(lasted)
        found.sort(key=lambda duration: duration.start)
    return found


_UNIT_WORD = "|".join(sorted(_UNITS, key=len, reverse=True))
_RANGE = re.compile(
    r"(?<![\w.,:/-])(?P<least>\d{1,2}|[a-z]+)(?P<between>\s*(?:-|–|/|sampai|sampe|smp|s/d|sd|atau|ato|hingga|utowo)\s*|\s+)"
    rf"(?P<most>\d{{1,2}}|[a-z]+)\s*(?P<unit>{_UNIT_WORD})\b",
    re.IGNORECASE,
)


def _count(written: str) -> int | None:
    return int(written) if written.isdigit() else words_to_number([written.lower()])


def _ranges(text: str) -> list[Duration]:
    """ "2-3 hari", "2 sampai 3 hari", "dua tiga hari": the longer."""
    found: list[Duration] = []
    for match in _RANGE.finditer(text):
        least, most = _count(match["least"]), _count(match["most"])
        worded = not match["between"].strip() and not (match["least"].isalpha() and match["most"].isalpha())
        if least is None or most is None or not 0 < least < most <= 31 or worded:
            continue
        unit = _UNITS[match["unit"].lower()]
        if unit == 365:  # "anak 6-11 tahun": ages
            continue
        found.append(Duration(most * unit, unit, match.start(), match.end()))
    return found


_FROM = r"\b(?:sejak|sjk|semenjak|mulai|mulae|dari|dr|dri|wiwit|kawit|saking|since|from)\s"
_ANY_SINCE = re.compile(_FROM, re.IGNORECASE)
_SINCE = re.compile(_FROM + r"\s*(?:sekitar\s+)?(?:hari\s+)?$", re.IGNORECASE)


def _since(text: str, today: date) -> list[Duration]:
    """ "sejak kemarin", "dari senin", "mulai 3 hari lalu": the days until ``today``."""
    from siaga.text.dates import find_dates  # which reads lengths itself

    if not _ANY_SINCE.search(text):
        return []
    found: list[Duration] = []
    for day in find_dates(text, today, prefer="past"):
        since = _SINCE.search(text[: day.start])
        if (
            since is None
            or day.value is None
            or day.precision != "day"
            or day.raw.lower().startswith(("nanti", "nti", "ntar"))
        ):
            continue
        days = (today - day.value).days
        if 0 <= days <= 366:
            found.append(Duration(days, 1, since.start(), day.end))
    return found


@once
def _lengths(text: str) -> tuple[Duration, ...]:
    found: list[Duration] = []
    numbers = {number.end: number for number in find_numbers(text)}
    words = split_words(text)
    for index, word in enumerate(words):
        count: int | None = None
        unit, start = 0, word.start
        glued = _GLUED.fullmatch(word.text)
        if word.lower in _ONE:
            count, unit = 1, _ONE[word.lower]
        elif glued and glued.group(2).lower() in _UNITS:
            count, unit = int(glued.group(1)), _UNITS[glued.group(2).lower()]
        elif word.lower in _UNITS and index:
            before = words[index - 1]
            number = numbers.get(before.end)
            if number is not None and not text[before.end : word.start].strip():
                count, unit, start = number.value, _UNITS[word.lower], number.start
        if count is None or count > 1000:
            continue
        days, end = count * unit, word.end
        if half := _HALF.match(text[end:]):
            days, end = days + unit // 2, end + half.end()
        found.append(Duration(days, unit, start, end))
    return tuple(found)
