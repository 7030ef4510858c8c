"""Body temperatures in a text: "suhu 39,2", "38.5 derajat", "panasnya tiga puluh sembilan koma dua"."""

# ruff: noqa: E501 - a pattern is read on one line

from __future__ import annotations

import re
from dataclasses import dataclass

from siaga.text.numbers import find_numbers

LOWEST = 34.0
HIGHEST = 43.0
_DIGITS = r"(?<![\d.,:/+-])(?P<whole>3[4-9]|4[0-3])(?:\s?(?:[.,]|koma|titik)\s?(?P<tenths>\d{1,2})|\s(?P<spaced>\d)(?=\s*(?:derajat|drajat|celcius|celsius|°|$|[,;\n])))?(?![\d]|[.,:/-]\d)"
_UNIT = r"\s*(?:°\s*c?\b|º\s*c?\b|o\s?c\b|(?:derajat|drajat|derjat|drjt|deg)(?:\s+(?:celc?ius|celsius|selsius|c))?\b|(?:celc?ius|celsius|selsius)\b|c\b)"
_SAID = (
    r"\b(?:suhu|shu|temperatur\w*|temp|termo\w*|thermo\w*|panas|panase|demam|fever|sumer|meriang|anget|hangat|diukur|ukur)(?:nya|ny|ku|e|ne)?\b"
    r"(?:\s*(?:badan|tubuh|awak|nya|saya|sy|anak|bayi|ibu|bapak|dia|ku|tinggi|tadi|pagi|malam|kemarin|sekarang|skrg|sampai|sampe|smp|nyampe|mencapai"
    r"|capai|menunjukkan|nunjuk|nunjukin|nunjukkan|menjadi|jadi|naik|turun|ke|di|sekitar|kisaran|hampir|lebih|dari|atas|masih|sudah|udah|udh|cuma|hanya|itu|of|is|was)\b)*"
    r"\s*[:=]?\s*"
)  # fmt: skip
_AFTER_WORD = re.compile(_SAID + _DIGITS + rf"(?:{_UNIT})?", re.IGNORECASE)
_BEFORE_UNIT = re.compile(_DIGITS + _UNIT, re.IGNORECASE)
# "39 tahun", "suhu 39 orang": a number of something else.
_OF_SOMETHING = re.compile(
    r"^\s*(?:th|thn|tahun|hari|hr|minggu|mgg|bulan|bln|jam|menit|orang|org|kg|cm|ml|mg|ribu|rb|kali|x|%|persen)\b",
    re.IGNORECASE,
)
_WORDED = re.compile(_SAID + r"$", re.IGNORECASE)
_TENTHS_WORDED = re.compile(r"^\s+(?:koma|titik)\s+", re.IGNORECASE)


@dataclass(frozen=True)
class Temperature:
    """Degrees Celsius; ``text[start:end]`` is the number with its unit."""

    celsius: float
    start: int
    end: int


# "38,7" alone, and a number with tenths anywhere beside a word for fever: "mertua panas, kata bidan 38,3".
_TENTHS = re.compile(_DIGITS, re.IGNORECASE)
_FEVER = re.compile(r"\b(?:suhu|demam|panas|anget|hangat|meriang|fever|temperature|termometer|sumer)", re.IGNORECASE)


def _in_digits(text: str) -> list[Temperature]:
    found: dict[int, Temperature] = {}
    loose = _FEVER.search(text) or not re.sub(_DIGITS, "", text).strip(" \t\n.!🤒🥵")
    for pattern in (_AFTER_WORD, _BEFORE_UNIT, *((_TENTHS,) if loose else ())):
        for match in pattern.finditer(text):
            start = match.start("whole")
            if (
                _OF_SOMETHING.match(text[match.end() :])
                or start in found
                or (pattern is _TENTHS and not match["tenths"])
            ):
                continue
            celsius = float(f"{match['whole']}.{match['tenths'] or match['spaced'] or 0}")
            if LOWEST <= celsius <= HIGHEST:
                found[start] = Temperature(celsius, start, match.end())
    return list(found.values())


def _in_words(text: str) -> list[Temperature]:
    found: list[Temperature] = []
    numbers = [number for number in find_numbers(text) if number.in_words]
    for number in numbers:
        if not LOWEST <= number.value <= HIGHEST or not _WORDED.search(text[: number.start]):
            continue
        celsius, end = float(number.value), number.end
        if comma := _TENTHS_WORDED.match(text[end:]):
            tenths = next((n for n in numbers if n.start == end + comma.end() and n.value <= 9), None)
            if tenths:
                celsius, end = float(f"{number.value}.{tenths.value}"), tenths.end
        if celsius <= HIGHEST and not _OF_SOMETHING.match(text[end:]):
            found.append(Temperature(celsius, number.start, end))
    return found


def find_temperatures(text: str) -> list[Temperature]:
    """Body temperatures (34 to 43 degrees) from left to right: after a word such as "suhu", "demam", "panasnya", or
    before "derajat", "°C"."""
    return sorted([*_in_digits(text), *_in_words(text)], key=lambda found: found.start)
