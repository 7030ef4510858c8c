"""Oxygen saturations in a text: "saturasi 85", "SpO2: 92 %", "saturasinya delapan puluh empat"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from siaga.text.numbers import Number, find_numbers

LOWEST = 40
HIGHEST = 100
_NAMED = re.compile(
    r"\b(?:sat(?=\s*[:=]?\s*\d)|sat[uo]rasi|satur\w*|sat[ue]?ra?si\w*|saturation|oksigen\w*|oxygen|spo2|sp02|spo|o2|oxi?meter\w*|oksimeter\w*)",
    re.IGNORECASE,
)
# What may stand between the name, or an earlier reading, and the number.
_LINK = re.compile(r"[\s:=,~()-]*(?:[a-z][\w-]*[\s:=,~()-]+){0,6}", re.IGNORECASE)
_FURTHER = re.compile(
    r"\s*%?(?:\s*persen)?[\s,.;>-]+(?:[a-z][\w-]*[\s,]+){0,4}?(?:jadi|jd|ke|tinggal|tgl|turun|naik|sekarang|skrg|skrng|saiki|lalu|terus|trus|barusan|pagi"
    r"|siang|sore|malam|tadi|now|to)\s+(?:[a-z]\w*\s+){0,2}",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"\b(?:nadi\w*|hr|pulse|denyut\w*|jantung|suhu\w*|tensi\w*|umur\w*|usia\w*|tanggal|jam|pukul|rt|rw|no|nomor|napas\w*|nafas\w*|rr|rp|bawah|atas"
    r"|dibawah|diatas|minimal|kurang|lebih|berapa|brp)\s*(?:dari\s+)?[:=]?\s*$",
    re.IGNORECASE,
)
_OF_SOMETHING = re.compile(
    r"^\s*(?:rb|ribu|jt|juta|th|thn|tahun|hari|hr|minggu|mgg|bulan|bln|jam|menit|kg|liter|ltr|l|m3|kubik|orang|org|tabung|bpm|x|kali|derajat)\b|^\s?[/-]\s?\d",
    re.IGNORECASE,
)
_TENTHS = re.compile(r"(?<![\d.,])(\d{2})[.,]\d(?![\d.,])")
_BEFORE = re.compile(r"^\s*(?:%|persen|percent)\s*(?:nya\s+)?(?:\w+\s+){0,1}$", re.IGNORECASE)


@dataclass(frozen=True)
class Oxygen:
    """Percent of saturation without its tenths; ``text[start:end]`` runs from its name to the number."""

    percent: int
    start: int
    end: int


def find_oxygen(text: str) -> list[Oxygen]:
    """Oxygen saturations (40 to 100 percent) from left to right: a number after a word such as "saturasi", "SpO2",
    "oksimeter", or one with "%" before it; further ones after "jadi", "turun", "sekarang".

    >>> [found.percent for found in find_oxygen("tadi saturasi 93, sekarang turun jadi 86, nadi 80")]
    [93, 86]
    """
    names = list(_NAMED.finditer(text))
    if not names:
        return []
    tenths = [Number(int(match[1]), match.start(), match.end(), False) for match in _TENTHS.finditer(text)]
    numbers = sorted([*find_numbers(text), *tenths], key=lambda number: number.start)
    numbers = [number for number in numbers if _fits(text, number)]
    found: dict[int, Oxygen] = {}
    for place, name in enumerate(names):
        limit = names[place + 1].start() if place + 1 < len(names) else len(text)
        after = [number for number in numbers if name.end() <= number.start < limit]
        if after and _LINK.fullmatch(text, name.end(), after[0].start):
            found[after[0].start] = Oxygen(after[0].value, name.start(), after[0].end)
            for earlier, later in pairwise(after):
                if not _FURTHER.fullmatch(text, earlier.end, later.start):
                    break
                found[later.start] = Oxygen(later.value, name.start(), later.end)
        elif before := [n for n in numbers if n.end <= name.start() and _BEFORE.match(text[n.end : name.start()])]:
            found[before[-1].start] = Oxygen(before[-1].value, before[-1].start, name.end())
    return [found[start] for start in sorted(found)]


def _fits(text: str, number: Number) -> bool:
    """Whether a number may be a saturation: no pulse, no age, no price."""
    return (
        LOWEST <= number.value <= HIGHEST
        and not _OTHER.search(text[: number.start])
        and not _OF_SOMETHING.match(text[number.end :])
    )
