"""Dates as people write them: "17/08/1954", "17 Agt 71", "besok", "3 hari lagi", "senin depan", "tgl 5", "bulan lalu".

Day comes before month. A two-digit year is a past one, or next year at most. Nothing here asks the clock: the
reference day is an argument.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from rapidfuzz import process
from rapidfuzz.distance import OSA

from siaga.text.durations import find_durations
from siaga.text.nik import find_nik
from siaga.text.numbers import words_to_number
from siaga.text.once import once
from siaga.text.phone import find_phones
from siaga.text.words import clean, split_words

Prefer = Literal["past", "future", "near"]
Precision = Literal["day", "week", "month", "year"]
OLDEST_YEARS = 120
ANY_DAY = date(2000, 1, 1)
"""What to count from for who asks only where dates stand."""


@dataclass(frozen=True)
class FoundDate:
    """A date in a text.

    ``value`` is the likeliest day (the first of ``candidates``), or None for a day that no calendar has (31 April).
    With ``precision`` week, month or year, ``value`` stands for the whole of it. ``has_year``: the year was said, as
    it is
    not in "besok" and "17 agustus".
    """

    raw: str
    start: int
    end: int
    candidates: tuple[date, ...]
    precision: Precision = "day"
    has_year: bool = True

    @property
    def value(self) -> date | None:
        return self.candidates[0] if self.candidates else None


@dataclass(frozen=True)
class BirthDate:
    """An answer to "tanggal lahir?": possible days, the likeliest first, or what keeps it from being one."""

    candidates: tuple[date, ...]
    problem: Literal["", "impossible", "future", "too_old", "incomplete"] = ""


_MONTHS: dict[str, int] = {}
for _number, _names in enumerate(
    [
        "januari jan january januwari", "februari feb pebruari peb february febuari", "maret mar mrt march maret",
        "april apr", "mei may", "juni jun june", "juli jul july", "agustus agt ags agu aug august agust agustos",
        "september sep sept", "oktober okt oct october", "november nov nop nopember", "desember des dec december",
    ],
    start=1,
):  # fmt: skip
    _MONTHS.update(dict.fromkeys(_names.split(), _number))
_LONG_MONTHS = [name for name in _MONTHS if len(name) >= 5]

_DAYS: dict[str, int] = {}
for _number, _names in enumerate(
    ["senin senen snin monday", "selasa slasa sls tuesday", "rabu rebo wednesday", "kamis kemis kms thursday",
     "jumat jum'at jumuah jemuah jmt friday", "sabtu setu sbtu saturday", "minggu ahad mgg sunday"]
):  # fmt: skip
    _DAYS.update(dict.fromkeys(_names.split(), _number))

_NEXT = r"(?:depan|dpn|besok|bsk|mendatang|ngarep|next)"
_LAST = r"(?:lalu|kemarin|kmrn|kemaren|kmrin|wingi|kepungkur|last|silam)"
_WHICH = r"(?:\s+(?:yang|yg|sing))?"
_MONTH_WORD = r"(?P<month>[a-z]{3,10})"
_YEAR = r"(?P<year>(?:19|20)\d{2}|'?\d{2})"
_DAY_WORDS = "|".join(sorted((re.escape(day) for day in _DAYS), key=len, reverse=True))
# Not inside a longer number: a NIK, a phone, a price.
_ALONE_BEFORE = r"(?<![\d+])(?<!\d[ .\-/])"
_ALONE_AFTER = r"(?![ .\-/]?\d)"
_FLAGS = re.IGNORECASE


@lru_cache(maxsize=2000)
def _month(word: str) -> int | None:
    word = word.lower()
    if word in _MONTHS:
        return _MONTHS[word]
    if len(word) < 5 or word[0] not in "jfpmasond":
        return None
    near = process.extractOne(word, _LONG_MONTHS, scorer=OSA.distance, score_cutoff=1)
    return _MONTHS[near[0]] if near else None


def _day_or_none(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _add_months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _years(written: str, today: date) -> tuple[int, ...]:
    """The years that a written year may be, the likeliest first."""
    digits = written.lstrip("'")
    if len(digits) == 4:
        return (int(digits),)
    near, far = 2000 + int(digits), 1900 + int(digits)
    years = [near] if near <= today.year + 1 else []
    if far >= today.year - OLDEST_YEARS:
        years.append(far)
    return tuple(years)


def _with_years(day: int, month: int, years: tuple[int, ...]) -> tuple[date, ...]:
    return tuple(found for year in years if (found := _day_or_none(year, month, day)))


def _closest(days: list[date], today: date, prefer: Prefer) -> tuple[date, ...]:
    if prefer == "past":
        wanted = [day for day in days if day <= today]
    elif prefer == "future":
        wanted = [day for day in days if day >= today]
    else:
        wanted = days
    wanted.sort(key=lambda day: abs((day - today).days))
    return tuple(wanted[:2])


def _without_year(day: int, month: int, today: date, prefer: Prefer) -> tuple[date, ...]:
    reach = range(today.year - 4, today.year + 5) if (day, month) == (29, 2) else range(today.year - 1, today.year + 2)
    return _closest([found for year in reach if (found := _day_or_none(year, month, day))], today, prefer)


_Reader = Callable[[str, date, Prefer], Iterator[FoundDate]]


def _found(text: str, match: re.Match[str], days: tuple[date, ...], precision: Precision, has_year: bool) -> FoundDate:
    return FoundDate(text[match.start() : match.end()], match.start(), match.end(), days, precision, has_year)


def _overlapping(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Every match, also one that begins inside another: in "dosis 1 tgl 3 mei" the first try takes "1 tgl"."""
    position = 0
    while match := pattern.search(text, position):
        yield match
        position = match.start() + 1


_ISO = re.compile(_ALONE_BEFORE + r"((?:19|20)\d{2})[-/.](\d{1,2})[-/.](\d{1,2})" + r"(?!\d)")
_NUMERIC = re.compile(
    _ALONE_BEFORE
    + r"(\d{1,2})(?:\s?[-/.,]\s?(\d{1,2})\s?[-/.,]\s?((?:19|20)\d{2}|'?\d{2})|\s(\d{1,2})\s((?:19|20)\d{2}))"
    + _ALONE_AFTER
)
_COMPACT = re.compile(_ALONE_BEFORE + r"(\d{2})(\d{2})((?:19|20)\d{2})" + _ALONE_AFTER)
_DAY_MONTH = re.compile(r"\b(?:tanggal|tgl|tggl)\s*(\d{1,2})\s?[/-]\s?(\d{1,2})" + _ALONE_AFTER, _FLAGS)


def _numeric(text: str, today: date, prefer: Prefer) -> Iterator[FoundDate]:
    for match in _ISO.finditer(text):
        year, month, day = (int(part) for part in match.groups())
        yield _found(text, match, _with_years(day, month, (year,)), "day", True)
    for match in _NUMERIC.finditer(text):
        day, month = int(match[1]), int(match[2] or match[4])
        if month > 12 >= day and month <= 31:
            day, month = month, day  # written month first, as some phones do
        if day > 31 or month > 31:
            continue
        yield _found(text, match, _with_years(day, month, _years(match[3] or match[5], today)), "day", True)
    for match in _COMPACT.finditer(text):
        day, month = int(match[1]), int(match[2])
        if 1 <= day <= 31 and 1 <= month <= 12:
            yield _found(text, match, _with_years(day, month, (int(match[3]),)), "day", True)
    for match in _DAY_MONTH.finditer(text):
        day, month = int(match[1]), int(match[2])
        if day <= 31 and month <= 12:
            yield _found(text, match, _without_year(day, month, today, prefer), "day", False)


_WORDED = re.compile(
    r"(?:\b(?:tanggal|tgl|tggl)\.?\s*)?" + _ALONE_BEFORE + r"(?P<day>\d{1,2})\s{0,2}[-/. ]?\s?" + _MONTH_WORD
    + r"(?![a-z])\.?(?:\s{0,2}(?:(?:tahun|thn|th)\s)?[-/.,]?\s?" + _YEAR + r"(?!\d|\s?[:.]\d|\s(?:th|thn|tahun|hari|jam|orang)\b))?",  # noqa: E501
    _FLAGS,
)  # fmt: skip
_MONTH_FIRST = re.compile(
    r"\b" + _MONTH_WORD + r"\s(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s(?P<year>(?:19|20)\d{2})(?!\d)", _FLAGS
)
_MONTH_YEAR = re.compile(
    r"\b(?:bulan\s+|bln\s+)?" + _MONTH_WORD + r"\s?[-/.,]?\s?(?:(?:tahun|thn|th)\s)?(?P<year>(?:19|20)\d{2})(?!\d)",
    _FLAGS,
)
_MONTH_ALONE = re.compile(r"\b(?:bulan|bln|wulan)\s+" + _MONTH_WORD + r"\b", _FLAGS)
# "juni kemarin" was no yesterday; "agus kemarin" is about somebody.
_MONTH_LAST = re.compile(
    r"\b(?:(?P<day>[0-3]?\d)\s+)?(?:bulan\s+|bln\s+|wulan\s+)?(?P<month>januari|februari|pebruari|maret|april|mei|juni|juli|agustus|september"
    rf"|oktober|november|nopember|desember){_WHICH}\s+{_LAST}\b",
    _FLAGS,
)
# Nor is "lebaran kemarin", and the days of feasts are not worked out here.
_FEAST_LAST = re.compile(
    rf"\b(?:lebaran|puasa|poso|ramadh?an|natal|nyepi|imlek|idul\s*\w+|riyaya|riyoyo|bodo){_WHICH}\s+{_LAST}\b", _FLAGS
)
_YEAR_ALONE = re.compile(
    r"\b(?:tahun|thn|th|lahir|lahiran|kelahiran|lhr)\s+(?P<year>(?:19|20)\d{2}|'?[3-9]\d)(?!\d|\s?[-/.]\d)", _FLAGS
)


def _worded(text: str, today: date, prefer: Prefer) -> Iterator[FoundDate]:
    for pattern in (_WORDED, _MONTH_FIRST):
        for match in _overlapping(pattern, text):
            month, day, year = _month(match["month"]), int(match["day"]), match["year"]
            if month is None or (day > 31 and not year):
                continue
            days = _with_years(day, month, _years(year, today)) if year else _without_year(day, month, today, prefer)
            yield _found(text, match, days, "day", bool(year))
    for match in _overlapping(_MONTH_YEAR, text):
        if (month := _month(match["month"])) is not None:
            yield _found(text, match, (date(int(match["year"]), month, 1),), "month", True)
    for match in _MONTH_ALONE.finditer(text):
        if (month := _month(match["month"])) is not None:
            yield _found(text, match, _without_year(1, month, today, prefer), "month", False)
    for match in _MONTH_LAST.finditer(text):
        if (month := _month(match["month"])) is not None:
            days = _without_year(int(match["day"] or 1), month, today, "past")
            yield _found(text, match, days, "day" if match["day"] else "month", False)
    for match in _YEAR_ALONE.finditer(text):
        years = [year for year in _years(match["year"], today) if 1 <= year <= 9999]
        yield _found(text, match, tuple(date(year, 1, 1) for year in years), "year", True)


def _in_number_words(text: str, today: date, prefer: Prefer) -> Iterator[FoundDate]:
    """ "tujuh belas agustus seribu sembilan ratus lima puluh empat"."""
    words = split_words(text)
    for index, word in enumerate(words):
        month = _MONTHS.get(word.lower)
        if month is None:
            continue
        day = first = None
        for size in (3, 2, 1):
            if size <= index and (day := words_to_number([before.lower for before in words[index - size : index]])):
                first = words[index - size]
                break
        if day is None and index and re.fullmatch(r"\d{1,2}", words[index - 1].text):
            day, first = int(words[index - 1].text), words[index - 1]
        if day is None or first is None or day > 31:
            continue
        end, year = word.end, None
        for size in range(8, 0, -1):
            after = [following.lower for following in words[index + 1 : index + 1 + size]]
            value = words_to_number(after) if len(after) == size else None
            if value is not None and (1900 <= value <= 2100 or 10 <= value <= 99):
                year, end = value, words[index + size].end
                break
        if year is None and index + 1 < len(words) and re.fullmatch(r"(?:19|20)\d{2}|\d{2}", words[index + 1].text):
            year, end = int(words[index + 1].text), words[index + 1].end
        days = (
            _with_years(day, month, _years(f"{year:02d}", today))
            if year is not None
            else _without_year(day, month, today, prefer)
        )
        yield FoundDate(text[first.start : end], first.start, end, days, "day", year is not None)


_NEAR_DAYS: list[tuple[re.Pattern[str], int]] = [
    (re.compile(rf"\b(?:{pattern})\b", _FLAGS), offset)
    for pattern, offset in [
        (r"besok\s+lusa|bsk\s+lusa|lusa|embene|(?:sesuk|suk)\s+emben", 2),
        (r"(?:kemarin|kemaren|kmrn|kmren)\s+(?:lusa|dulu|dl)|kemarin\s*nya\s+lagi|wingi\s*nane|wingenane", -2),
        (r"besok|bsk|besuk|bsok|sesuk|sisuk|mbenjing|benjing|tomorrow", 1),
        (r"kemarin|kmrn|kemaren|kmrin|wingi|yesterday|semalam|semalem|(?:tadi|td)\s+(?:malam|malem|mlm|bengi)", -1),
        (
            r"hari\s+ini|hr\s+ini|hari\s+ni|dino\s+iki|dina\s+iki|dinten\s+(?:niki|menika|puniki)|today|"
            r"(?:tadi|td|nanti|nti|ntar)\s+(?:pagi|siang|sore)|(?:nanti|nti|ntar)\s+(?:malam|malem|mlm)",
            0,
        ),
    ]
]
_WEEKDAY = re.compile(
    rf"\b(?:(?P<named>hari|hr|dinten|dino|dina|besok|bsk|sesuk|malam)\s+)?(?P<day>{_DAY_WORDS})\b"
    rf"(?:{_WHICH}\s+(?:(?P<next>{_NEXT})|(?P<last>{_LAST})|(?P<this>ini|iki|niki))\b)?"
    r"(?P<part>\s+(?:pagi|siang|sore|malam)\b)?",
    _FLAGS,
)
_SPAN = re.compile(
    rf"\b(?P<unit>minggu|mgg|mggu|pekan|bulan|bln|tahun|thn|taun)(?:{_WHICH}\s+(?:(?P<next>{_NEXT})|(?P<last>{_LAST})|(?P<this>ini|iki|niki)))\b",
    _FLAGS,
)
_LATER = re.compile(r"^\s*(?:lagi|lg|lgi|maneh|malih|ke\s?depan|mendatang|engkas|from now|later)\b", _FLAGS)
_AGO = re.compile(r"^\s*(?:yang|yg|sing|ingkang)?\s*(?:lalu|kemarin|kmrn|kemaren|kepungkur|silam|ago|wingi)\b", _FLAGS)
_ORDINAL = re.compile(
    rf"\b(?:tanggal|tgl|tggl|tngl)\.?\s*(?P<day>\d{{1,2}})(?!\d|[-/.]\d)"
    rf"(?:\s+(?:bulan|bln)(?:\s+(?P<next>{_NEXT})|\s+(?P<last>{_LAST})|\s+(?P<this>ini|iki))\b)?",
    _FLAGS,
)


def _shift(today: date, count: int, unit_days: int) -> date | None:
    try:
        if unit_days < 30:
            return today + timedelta(days=count * unit_days)
        return _add_months(today, count if unit_days == 30 else 12 * count)
    except (OverflowError, ValueError):
        return None


def _relative(text: str, today: date, prefer: Prefer) -> Iterator[FoundDate]:
    for pattern, offset in _NEAR_DAYS:
        for match in pattern.finditer(text):
            yield _found(text, match, (today + timedelta(days=offset),), "day", False)
    for match in _WEEKDAY.finditer(text):
        weekday = _DAYS[match["day"].lower()]
        sunday = weekday == 6 and match["day"].lower() in ("minggu", "mgg")
        # "minggu depan" is next week; "hari minggu", "minggu pagi" are Sundays.
        if sunday and not match["named"] and not match["part"]:
            continue
        monday = today - timedelta(days=today.weekday())
        days: tuple[date, ...]
        if match["next"]:
            days = (monday + timedelta(days=7 + weekday),)
        elif match["last"]:
            days = (today - timedelta(days=(today.weekday() - weekday - 1) % 7 + 1),)
        elif match["this"]:
            days = (monday + timedelta(days=weekday),)
        else:
            coming = today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
            passed = today - timedelta(days=(today.weekday() - weekday - 1) % 7 + 1)
            days = (passed, coming) if prefer == "past" else (coming, passed)
        yield _found(text, match, days, "day", False)
    for match in _SPAN.finditer(text):
        step = 1 if match["next"] else -1 if match["last"] else 0
        unit = match["unit"].lower()
        if unit in ("minggu", "mgg", "mggu", "pekan"):
            yield _found(text, match, (today + timedelta(days=7 * step),), "week", False)
        elif unit in ("bulan", "bln"):
            yield _found(text, match, (_add_months(today, step),), "month", False)
        else:
            yield _found(text, match, (_add_months(today, 12 * step),), "year", False)
    for duration in find_durations(text):
        after = text[duration.end :]
        later, ago = _LATER.match(after), _AGO.match(after)
        if not later and not ago:
            continue
        count = duration.days // duration.unit_days
        extra = duration.days - count * duration.unit_days
        day = _shift(today, count if later else -count, duration.unit_days)
        end = duration.end + (later or ago).end()  # type: ignore[union-attr]
        if day is not None:
            day += timedelta(days=extra if later else -extra)
            yield FoundDate(text[duration.start : end], duration.start, end, (day,), "day", False)
    for match in _ORDINAL.finditer(text):
        number = int(match["day"])
        months = [1] if match["next"] else [-1] if match["last"] else [0] if match["this"] else [-2, -1, 0, 1, 2]
        firsts = [_add_months(today.replace(day=1), month) for month in months]
        found = [day for first in firsts if (day := _day_or_none(first.year, first.month, number))]
        yield _found(text, match, _closest(found, today, prefer if len(months) > 1 else "near"), "day", False)


_READERS: tuple[_Reader, ...] = (_numeric, _worded, _in_number_words, _relative)


def find_dates(text: str, today: date, prefer: Prefer = "near") -> list[FoundDate]:
    """The dates in a text, from left to right, none overlapping; digits of a NIK or a phone are none.

    Args:
        today: what "besok" counts from.
        prefer: where a date without a year lies ("tgl 5", "17 agustus"): before ``today``, after it, or the nearer.
    """
    return list(_dates(clean(text), today, prefer))


@once
def _dates(text: str, today: date, prefer: Prefer) -> tuple[FoundDate, ...]:
    taken = [(nik.start, nik.end) for nik in find_nik(text)] + [(phone.start, phone.end) for phone in find_phones(text)]
    taken += [match.span() for match in _FEAST_LAST.finditer(text)]
    every = [found for reader in _READERS for found in reader(text, today, prefer)]
    every.sort(key=lambda found: (found.start - found.end, found.start))
    chosen: list[FoundDate] = []
    for found in every:
        if not any(start < found.end and found.start < end for start, end in taken):
            chosen.append(found)
            taken.append((found.start, found.end))
    return tuple(sorted(chosen, key=lambda found: found.start))


_SIX_DIGITS = re.compile(r"(?<!\d)(\d{2})(\d{2})(\d{2})(?!\d)")


def read_birth_date(text: str, today: date) -> BirthDate | None:
    """The birth date in an answer to "tanggal lahir?"; None when the text holds no date.

    ``candidates`` are past days, at most 120 years back. ``problem`` says why there is none: ``impossible`` (31 April),
    ``future``, ``too_old``, ``incomplete`` (no year, or no day).
    """
    dates = find_dates(text, today, prefer="past")
    whole = [found for found in dates if found.precision == "day" and found.has_year]
    if not whole and not dates and (six := _SIX_DIGITS.search(text)):
        day, month = int(six[1]), int(six[2])
        days = _with_years(day, month, _years(six[3], today))
        whole = [FoundDate(six.group(), six.start(), six.end(), days)]
    if not whole:
        return BirthDate((), "incomplete") if dates else None
    found = whole[0]
    if not found.candidates:
        return BirthDate((), "impossible")
    past = [day for day in found.candidates if day <= today]
    if not past:
        return BirthDate((), "future")
    oldest = _add_months(today, -12 * OLDEST_YEARS)
    possible = tuple(day for day in past if day >= oldest)
    return BirthDate(possible) if possible else BirthDate((), "too_old")
