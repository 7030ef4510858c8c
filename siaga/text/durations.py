"""Lengths of time: "2 minggu", "sebulan", "tiga hari"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from siaga.text.numbers import find_numbers
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
_ONE = {"sehari": 1, "seminggu": 7, "sepekan": 7, "sebulan": 30, "setahun": 365, "semgg": 7, "sebln": 30, "setaun": 365,
        "sewulan": 30, "sedinten": 1, "sedino": 1}  # fmt: skip
_HALF = re.compile(r"^\s*setengah\b", re.IGNORECASE)
_GLUED = re.compile(r"(\d{1,3})([a-z]+)", re.IGNORECASE)


@dataclass(frozen=True)
class Duration:
    """``days`` long; ``unit_days`` (1, 7, 30 or 365) tells how finely it was said."""

    days: int
    unit_days: int
    start: int
    end: int


def find_durations(text: str) -> list[Duration]:
    """Lengths of time from left to right: "3 hari", "dua minggu", "sebulan", "2 bln setengah", "2bln"."""
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
    return found
