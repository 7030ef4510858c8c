"""Ages in whole years: "67 th", "umur enam puluh tujuh". "lansia" is no number."""

from __future__ import annotations

import re
from dataclasses import dataclass

from siaga.text.durations import find_durations
from siaga.text.numbers import find_numbers

OLDEST = 120
_SAYS_AGE = re.compile(
    r"\b(?:umur|usia|umr|yuswo|yuswa|berumur|berusia|age|aged)(?:nya|ny|ku|mu|e|ne|ipun)?\b", re.IGNORECASE
)
# What makes a length of time no age.
_AGO = re.compile(r"^\s*(?:yang|yg|yng)?\s*(?:lalu|kemarin|kmrn|lagi|kepungkur|wingi|ago|lg)\b", re.IGNORECASE)
_SPAN = re.compile(
    r"\b(?:selama|sudah|udah|udh|sejak|setiap|tiap|jarak|dalam|hampir|sdh|setelah|sesudah|abis|habis)\s*$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Age:
    """A person's age in whole years."""

    years: int
    start: int
    end: int


def find_ages(text: str) -> list[Age]:
    """Ages from left to right. "2 tahun yang lalu" and "selama 3 tahun" are none; "anak 8 bulan" is 0 only after
    "umur"."""
    found: list[Age] = []
    for duration in find_durations(text):
        before, after = text[: duration.start], text[duration.end :]
        said = bool(_SAYS_AGE.search(before[-25:]))
        if _AGO.match(after) or (_SPAN.search(before) and not said):
            continue
        if duration.unit_days == 365 or (said and duration.unit_days < 365):
            years = duration.days // 365
        else:
            continue
        if years <= OLDEST:
            found.append(Age(years, duration.start, duration.end))
    taken = [(age.start, age.end) for age in found] + [(d.start, d.end) for d in find_durations(text)]
    for number in find_numbers(text):
        if any(start <= number.start < end for start, end in taken) or number.value > OLDEST:
            continue
        between = _SAYS_AGE.search(text[max(0, number.start - 25) : number.start])
        if between and not re.search(r"\d", text[max(0, number.start - 25) : number.start][between.end() :]):
            found.append(Age(number.value, number.start, number.end))
            taken.append((number.start, number.end))
    # "2 tahun 3 bulan": the months belong to the years before.
    found.sort(key=lambda age: age.start)
    return [
        age
        for index, age in enumerate(found)
        if not (index and age.years == 0 and text[found[index - 1].end : age.start].strip() in ("", "dan", "lebih"))
    ]


def read_age(text: str) -> int | None:
    """The age in an answer to "umur berapa?": a bare number counts. None when there is none, or several."""
    ages = find_ages(text)
    if not ages and find_durations(text):
        return None
    if not ages:
        numbers = [number for number in find_numbers(text) if number.value <= OLDEST]
        return numbers[0].value if len(numbers) == 1 else None
    return ages[0].years if len({age.years for age in ages}) == 1 else None
