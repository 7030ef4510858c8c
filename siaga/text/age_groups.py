"""Ages told by a word: "lansia", "balita", "anak SD".

The groups are those of the Ministry of Health's posts (Permenkes 25/2016: lansia are 60 and older; Permenkes 25/2014:
bayi to 11 months, balita to 59 months, remaja 10 to 18 years); children at school go by the school.
"""

# ruff: noqa: E501 - a pattern is read on one line

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

AgeGroupName = Literal["infant", "child", "teenager", "adult", "elderly"]

_SCHOOL = r"(?:anak|ank|murid|siswa|siswi|pelajar|bocah|arek|putra|putri|adik|adek|cucu|ponakan)(?:ku|nya|q|e|ne)?(?:\s+(?:saya|sy|aku|kulo|sekolah|yang|yg|masih|kelas|kls|\d|di|kami|umur|usia))*\s+"
_TABLE: list[tuple[AgeGroupName, str]] = [
    ("infant", r"(?:bayi|bayik|baby|babies|newborn|infant|orok|jabang\s+bayi)(?:ku|nya|e|ne)?(?:\s+baru\s+lahir)?(?!\s+tabung)|baduta|neonatus"),
    ("child", r"(?:balita|balta|batita|toddler)(?:ku|nya|e|ne)?|anak2|anak\s?-?\s?(?:kecil|anak|usia\s+dini|cilik)|bocah\s+cilik|bawah\s+lima\s+tahun|children|kids?"),
    ("child", _SCHOOL + r"(?:sd|mi|tk|paud|ra|esde)|(?:kelas|kls)\s*[1-6]\s*sd|siswa\s+sd"),
    ("teenager", r"(?:remaja|abg|abege|teenagers?|teens?|anak\s+muda|puber)(?:ku|nya)?|" + _SCHOOL + r"(?:smp|mts|sma|smk|ma|stm|slta|sltp)|(?:kelas|kls)\s*(?:[7-9]|1[0-2]|[1-3]\s*(?:smp|sma|smk|mts))(?!\d)"),
    ("adult", r"(?:orang\s+|org\s+|usia\s+|umur\s+)?(?:dewasa|dwasa|diwasa)|adults?|usia\s+produktif|mahasiswa|mahasiswi|anak\s+kuliah(?:an)?"),
    ("elderly", r"(?:lansia|lansiia|lnsia|lanzia|manula|jompo)(?:nya)?|(?:orang\s+|warga\s+)?(?:lanjut|lanjud|lnjut)\s+(?:usia|umur)|usia\s+lanjut|usila|(?:orang|org|wong|tiyang)\s+(?:yang\s+)?(?:sudah\s+|udah\s+|sampun\s+|wis\s+)?(?:sepuh|tuwek|tua\s+renta|tua\s+sekali)|(?:sampun|wis|wes|sudah|udah|sdh)\s+(?:sepuh|tua|tuwa|tuwo|tuwek|jompo|berumur)|sepuh|elderly|senior\s+citizens?|(?:kakek|nenek)\s?-\s?(?:kakek|nenek)"),
]  # fmt: skip
_PATTERNS = [(name, re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE)) for name, pattern in _TABLE]


@dataclass(frozen=True)
class AgeGroup:
    """A group of ages with its place in the text."""

    value: AgeGroupName
    start: int
    end: int


def find_age_groups(text: str) -> list[AgeGroup]:
    """The groups named, from left to right, none overlapping. A plain "anak" is none: it may be forty years old."""
    every = [
        AgeGroup(name, match.start(), match.end()) for name, pattern in _PATTERNS for match in pattern.finditer(text)
    ]
    every.sort(key=lambda group: (group.start - group.end, group.start))
    chosen: list[AgeGroup] = []
    for group in every:
        if not any(other.start < group.end and group.start < other.end for other in chosen):
            chosen.append(group)
    return sorted(chosen, key=lambda group: group.start)
