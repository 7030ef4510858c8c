"""Pregnancy in words: whether, planned or over, and how far."""

from __future__ import annotations

import re

from siaga.text.durations import find_durations
from siaga.text.normalise import normalise
from siaga.text.numbers import find_numbers
from siaga.text.statements import any_of

WEEKS_A_MONTH = 4
"""Midwives count a month of pregnancy as four weeks; it never makes a pregnancy look older than it is."""

PREGNANT = any_of("hamil, bunting, mengandung, meteng, ngandheg, mbobot")
CARRYING = any_of(r"(?:usia|umur) (?:kandungan|kehamilan|janin)\w*")
PLANNING = any_of(r"(?:program|promil|rencana|ingin|mau) (?:\w+ )?hamil, promil")
NOT_PREGNANT = any_of("menopause, menyusui, melahirkan, keguguran, haid, mens, hamil anggur")
LATER_TRIMESTER = re.compile(r"\btrimester\s*(?:ke\s*-?\s*)?(?:(?P<second>2|dua|kedua|ii)|3|tiga|ketiga|iii)\b")

DELIVERED = any_of(r"(?:baru|habis|setelah|pasca) (?:saja )?(?:melahirkan|lahiran|bersalin|keguguran)")


def weeks_in(text: str) -> int | None:
    """How far a pregnancy is told to be, in weeks: "5 bulan", "20 minggu", "trimester 2"; None if it is not told."""
    plain = normalise(text)
    if match := LATER_TRIMESTER.search(plain):
        return 13 if match["second"] else 28
    durations = [length for length in find_durations(text) if length.unit_days < 365]
    if durations:
        return sum(
            length.days * WEEKS_A_MONTH // 30 if length.unit_days == 30 else length.days // 7 for length in durations
        )
    numbers = find_numbers(text)
    # A bare number up to nine may be months or weeks.
    return numbers[0].value if len(numbers) == 1 and numbers[0].value > 9 else None
