"""Whether a message asks what has become of a report, rather than making one."""

from __future__ import annotations

import re

from siaga.reports.codes import find_code

_REPORT = r"(?:laporan|lapuran|laporane|aduan|pengaduan|report)(?:ku|nya|e)?"
_WHOSE = r"(?:saya|sy|aku|kami|kita|kulo|kula|gue|gw|tadi|kemarin|kmrn|wingi|yang\s+kemarin|yg\s+kemarin|my)"
_BECAME = (
    r"(?:gimana|gmn|bagaimana|bgmn|piye|pripun|sampai\s+mana|sampe\s+mana|status\w*|kabar\w*|perkembangan\w*|tindak\s*lanjut\w*|"
    r"(?:sudah|udah|udh|sdh|belum|blm|kok|apa|wis|wes)\s+(?:\w+\s+){0,2}?(?:di\s?(?:proses|tindak\w*|tanggap\w*|respon\w*|baca|terima|urus|tangani)\w*|ada\s+kabar|beres|selesai|masuk))"
)
# How to report is another question.
_BETWEEN = r"(?:(?!cara|mau|bikin|buat|kalau|kalo|klo|ingin)\w+\W+){0,2}?"
_ASKS = re.compile(
    rf"\b{_BECAME}\b\W+{_BETWEEN}\b{_REPORT}\b|\b{_REPORT}\b(?:\W+{_WHOSE}\b)*\W+{_BETWEEN}{_BECAME}\b"
    rf"|\b(?:cek|lihat|liat|check)\W+(?:\w+\W+)?{_REPORT}\b",
    re.IGNORECASE,
)


# Like a number of ours, but with a sign wrong or missing.
# With its dash: in "di LP 200 orang sakit" it is a prison.
_NUMBER = re.compile(
    r"\bLP\s?-\s?(?=[A-Z-]*\d)[A-Z0-9]{2,5}(?:[\s-]{1,3}[A-Z0-9]{1,3})?\b|\bLP\s?(?=[A-Z-]*\d)[A-Z0-9]{3,5}-[A-Z0-9]{1,3}\b",
    re.IGNORECASE,
)


def names_number(text: str) -> bool:
    """Whether a text holds the number of a report, or what is meant for one."""
    return find_code(text) is not None or _NUMBER.search(text) is not None


def asks_status(text: str) -> bool:
    """Whether a text asks what became of a report: it names a number, or asks in words."""
    return names_number(text) or _ASKS.search(text) is not None
