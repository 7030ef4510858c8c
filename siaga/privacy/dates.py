"""Where a text holds a full date: in digits, with the month's name, in words, part by part; or a birthday."""

from __future__ import annotations

import re
from collections.abc import Iterator

from siaga.privacy.numbers import TENS, UNITS, WHOLE, is_birth, merged

_FLAGS = re.IGNORECASE
_MONTH = (
    r"(?:januar[iy]|january|janwari|januwari|jan|februar[iy]|pebruari|february|febuari|feb|peb|maret|mar(?:ch)?|mrt|april|apr|mei|may"
    r"|juni|june|jun|juli|july|jul|agustus|agust(?:os)?|august|agt|ags|agu|aug|september|septem|sept|sep"
    r"|oktober|october|okt|oct|november|nopember|nov|nop|desember|december|des|dec)"
)
_ROMAN = r"(?:viii|vii|vi|iv|ix|iii|ii|xii|xi|x|v|i)"
_YEAR = r"(?:(?:19|20)\d{2}|['’`]?\d{2})"
_TH = r"(?:tahun|thn|taun|th|year)"
_SAID = "(?:" + "|".join(sorted(UNITS | TENS | WHOLE, key=lambda word: (-len(word), word))) + ")"
_SAID_YEAR = "(?:" + "|".join(
    sorted(UNITS | TENS | WHOLE | frozenset("ratus atus ribu ewu seribu sewu seratus satus".split()),
           key=lambda word: (-len(word), word))
) + ")"  # fmt: skip
_DAY_LABEL, _MONTH_LABEL = r"(?:tanggal|tggl|tgl|hari)", r"(?:bulan|bln|sasi|wulan)"
_LABEL = rf"(?:{_DAY_LABEL}|{_MONTH_LABEL}|{_TH})"
_GAP = r"[\s:.,\-]{0,3}"
_VALUE = rf"(?:['’]?\d{{1,4}}|{_MONTH}(?![a-z])|{_SAID_YEAR}(?:\s{_SAID_YEAR}){{0,7}}(?![a-z]))"

_NO_DATE_AFTER = r"(?!\d|[.:]\d|\s(?:th|thn|tahun|hari|jam|orang|org|kasus|pagi|siang|sore|malam)\b)"

_NUMERIC = [
    # 17/8/54, 17 - 08 - 1954, 17.8.1954
    re.compile(r"(?<![\d*])(?<!\d[.,])(\d{1,2})\s?[-/.\\]\s?(\d{1,2})\s?[-/.\\]\s?['’]?\d{2}(?:\d{2})?(?!\d|[.:]\d)"),
    # 17 8 1954, 17,8,1954
    re.compile(r"(?<![\d*])(\d{1,2})[\s,]{1,2}(\d{1,2})[\s,]{1,2}(?:19|20)\d{2}(?!\d)"),
    # 1954/8/17
    re.compile(r"(?<![\d*])(?:19|20)\d{2}\s?[-/.]\s?(\d{1,2})\s?[-/.]\s?(\d{1,2})(?!\d)"),
]
"""With two groups, a day and a month in either order."""
_FULL = [
    # 17-VIII-1954
    re.compile(rf"(?<![\d*])\d{{1,2}}\s?[-/. ]\s?{_ROMAN}\s?[-/. ]\s?(?:19|20)\d{{2}}(?!\d)", _FLAGS),
    # 17 agt 54, 17agustus1954, 17th August, 1954, 17 agustus tahun 54
    re.compile(
        rf"(?<![\d*])\d{{1,2}}(?:st|nd|rd|th)?[\s.\-/,]{{0,3}}(?:{_MONTH_LABEL}\s)?{_MONTH}[\s.\-/,]{{0,3}}"
        rf"(?:{_TH}\s?)?{_YEAR}{_NO_DATE_AFTER}",
        _FLAGS,
    ),
    # Agustus 17, 1954
    re.compile(rf"\b{_MONTH}[\s.\-/]{{0,2}}\d{{1,2}}(?:st|nd|rd|th)?[\s.\-/,]{{1,2}}(?:19|20)\d{{2}}(?!\d)", _FLAGS),
    # 1954 agustus 17
    re.compile(rf"(?<![\d*])(?:19|20)\d{{2}}[\s.\-/,]{{1,2}}{_MONTH}[\s.\-/,]{{1,2}}\d{{1,2}}(?!\d)", _FLAGS),
    # tujuh belas agustus lima empat
    re.compile(
        rf"\b(?:{_SAID}[\s\-]{{1,2}}){{1,3}}(?:{_MONTH_LABEL}\s)?{_MONTH}[\s,]{{1,2}}(?:{_TH}\s)?"
        rf"(?:{_YEAR}{_NO_DATE_AFTER}|{_SAID_YEAR}(?:\s{_SAID_YEAR}){{1,7}}(?![a-z]))",
        _FLAGS,
    ),
    # 17 agustus seribu sembilan ratus lima puluh empat
    re.compile(
        rf"(?<![\d*])\d{{1,2}}[\s\-]{{1,2}}{_MONTH}[\s,]{{1,2}}(?:{_TH}\s)?{_SAID_YEAR}(?:\s{_SAID_YEAR}){{1,7}}(?![a-z])",
        _FLAGS,
    ),
    # taun 54 bln 8 tgl 17, in any order
    re.compile(rf"\b{_LABEL}{_GAP}{_VALUE}(?:[\s,.;/\-]{{1,3}}{_LABEL}{_GAP}{_VALUE}){{2}}", _FLAGS),
    # 17 bulan 8 tahun 1954, tujuh belas bulan delapan tahun lima empat
    re.compile(
        rf"\b{_VALUE}[\s,.]{{1,3}}{_MONTH_LABEL}{_GAP}{_VALUE}[\s,.]{{1,3}}{_TH}{_GAP}{_VALUE}(?!\s?(?:lalu|yang|yg|yll))",
        _FLAGS,
    ),
]
# Without a year, or with a short one, and still a birthday where it is called one.
_BIRTHDAY = [
    re.compile(r"(?<![\d*])\d{1,2}\s?[-/., ]\s?\d{1,2}(?:\s?[-/., ]\s?['’]?\d{2})?(?!\d)"),
    re.compile(rf"(?<![\d*])(?:\d{{1,2}}|{_SAID}(?:\s{_SAID}){{0,2}})[\s.\-/]{{0,2}}{_MONTH}(?![a-z])", _FLAGS),
    re.compile(rf"\b{_MONTH}[\s.\-/]{{1,2}}\d{{1,2}}(?!\d)", _FLAGS),
]


def find(text: str) -> Iterator[tuple[int, int]]:
    """Where full dates and birthdays are in a folded text, from left to right, none overlapping."""
    spans = [match.span() for pattern in _FULL for match in pattern.finditer(text)]
    spans += [match.span() for pattern in _NUMERIC for match in pattern.finditer(text) if _is_day(match)]
    spans += [
        match.span() for pattern in _BIRTHDAY for match in pattern.finditer(text) if is_birth(text, match.start())
    ]
    yield from merged(spans)


def _is_day(match: re.Match[str]) -> bool:
    if match.string[match.start() - 1 : match.start()] == "/" == match.string[match.end() : match.end() + 1]:
        # In a web address a page's day.
        return False
    first, second = sorted((int(match[1]), int(match[2])))
    return 1 <= first <= 12 and second <= 31
