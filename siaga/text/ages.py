"""Ages: "67 th", "umur enam puluh tujuh", "bayi 8 bulan", "kelahiran 1954". "lansia" is no number
(``siaga.text.age_groups``)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from siaga.text.durations import find_durations
from siaga.text.numbers import find_numbers

OLDEST = 120
_SAYS_AGE = re.compile(
    r"\b(?:umur|usia|umr|yuswo|yuswa|berumur|berusia|age|aged)(?:nya|ny|ku|mu|e|ne|nipun|ipun)?\b", re.IGNORECASE
)
# "bayi 8 bulan": so many months after one of these are an age.
_BABY = re.compile(
    r"\b(?:bayi|bayik|baby|balita|batita|baduta|anak|ank|putra|putri|lare|si\s+kecil|adik|adek|cucu|ponakan|keponakan)(?:ku|nya|q|e|ne)?"
    r"(?:\s+(?:saya|sy|aku|kulo|kula|kami|usia|umur|baru|laki\S*|perempuan|pertama|kedua|yang|yg|masih|sudah|udah))*\s*$",
    re.IGNORECASE,
)
_BABY_AFTER = re.compile(r"^\s*(?:old\b|anak\b|bayi\b|usianya\b|umurnya\b|umure\b)", re.IGNORECASE)
MOST_MONTHS = 36
# An age of what is carried is none of a person.
_CARRIED = re.compile(
    r"\b(?:kandungan|kehamilan|hamil|mengandung|janin|meteng|mbobot|ngandheg|kandhutan|bumil|menyusui|nyusoni|pregnant|gestasi)\w*\W+(?:\w+\W+){0,3}$",
    re.IGNORECASE,
)
_CARRIED_AFTER = re.compile(r"^\s+(?:kandungan|kehamilan|hamil|usia\s+kandungan|pregnant)\b", re.IGNORECASE)
_BORN = re.compile(
    r"\b(?:kelahiran|klahiran|lahiran|lahir|lhr|lair|miyos|born)(?:nya)?\s+(?:(?:di|pada|in|tahun|thn|th)\s+)*(?P<year>(?:19|20)\d{2}|'?\d{2})(?!\w|[-/.:]\d|\s*(?:th|thn|tahun|bulan|bln|hari|minggu|kg|gram|jan|feb|mar|apr|mei|jun|jul|agu|agt|ags|sep|okt|nov|des))",
    re.IGNORECASE,
)
# What makes a length of time no age.
_AGO = re.compile(
    r"^\s*(?:yang|yg|yng)?\s*(?:lalu|kemarin|kmrn|lagi|ini|maneh|malih|mendatang|kepungkur|wingi|ago|lg)\b",
    re.IGNORECASE,
)
_SPAN = re.compile(
    r"\b(?:selama|telat|selisih|butuh|jeda|sudah|udah|udh|sejak|setiap|tiap|jarak|dalam|hampir|sdh|setelah|sesudah|abis|habis)\s*$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Age:
    """A person's age in whole years; ``months`` where a baby's was told in months. From a year of birth alone it is
    what the person turns that year (``exact`` is False)."""

    years: int
    start: int
    end: int
    months: int | None = None
    exact: bool = True


def find_ages(text: str, today: date | None = None) -> list[Age]:
    """Ages from left to right. "2 tahun yang lalu", "selama 3 tahun" and "usia kandungan 5 bulan" are none; months are
    an age only after "umur" or a word for a child ("bayi 8 bulan"). A year of birth ("kelahiran 1954") is one where
    ``today`` is given."""
    found: list[Age] = []
    for duration in find_durations(text):
        before, after = text[: duration.start], text[duration.end :]
        said = bool(_SAYS_AGE.search(before[-25:]))
        if _AGO.match(after) or (_SPAN.search(before) and not said):
            continue
        if duration.unit_days < 365 and (_CARRIED.search(before[-60:]) or _CARRIED_AFTER.match(after)):
            continue
        months = None
        if duration.unit_days == 365:
            years = duration.days // 365
        elif said or (
            duration.unit_days == 30
            and duration.days <= 30 * MOST_MONTHS
            and (_BABY.search(before[-60:]) or _BABY_AFTER.match(after))
        ):
            months = duration.days // 30 if duration.unit_days == 30 else 0
            years = months // 12
        else:
            continue
        if years <= OLDEST:
            found.append(Age(years, duration.start, duration.end, months))
    taken = [(age.start, age.end) for age in found] + [(d.start, d.end) for d in find_durations(text)]
    for number in find_numbers(text):
        if any(start <= number.start < end for start, end in taken) or number.value > OLDEST:
            continue
        if _CARRIED.search(text[max(0, number.start - 60) : number.start]):
            continue
        between = _SAYS_AGE.search(text[max(0, number.start - 25) : number.start])
        if between and not re.search(r"\d", text[max(0, number.start - 25) : number.start][between.end() :]):
            found.append(Age(number.value, number.start, number.end))
            taken.append((number.start, number.end))
    found += _born(text, today, taken) if today else []
    # "2 tahun 3 bulan": the months belong to the years before.
    found.sort(key=lambda age: age.start)
    return [
        age
        for index, age in enumerate(found)
        if not (index and age.years == 0 and text[found[index - 1].end : age.start].strip() in ("", "dan", "lebih"))
    ]


def _born(text: str, today: date, taken: list[tuple[int, int]]) -> list[Age]:
    found: list[Age] = []
    for match in _BORN.finditer(text):
        digits = match["year"].lstrip("'")
        year = int(digits)
        if len(digits) == 2:
            year += 2000 if year <= today.year % 100 else 1900
        if 0 <= today.year - year <= OLDEST and not any(
            start < match.end() and match.start() < end for start, end in taken
        ):
            found.append(Age(today.year - year, match.start(), match.end(), exact=False))
    return found


def read_age(text: str) -> int | None:
    """The age in an answer to "umur berapa?": a bare number counts. None when there is none, or several."""
    ages = find_ages(text)
    if not ages and find_durations(text):
        return None
    if not ages:
        numbers = [number for number in find_numbers(text) if number.value <= OLDEST]
        return numbers[0].value if len(numbers) == 1 else None
    return ages[0].years if len({age.years for age in ages}) == 1 else None
