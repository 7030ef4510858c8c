"""What somebody wants of a certificate: to have it, to have it put right, or to have a dose recorded."""

# ruff: noqa: E501 - a pattern is read on one line

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from siaga.text.vaccines import find_dose_numbers

What = Literal["get", "correct", "missing"]
Wrong = Literal["name", "birth_date", "nik", "date", "vaccine", "missing", "other"]

_SAYS_WRONG = re.compile(
    r"\b(?:(?:di|ke|ter)?salah(?:\s*tulis|\s*ketik|an)?|slah|slh|keliru|klir[ue]|luput|lepat|kleru|typo|kebalik|terbalik|tertukar|ketuker|kepotong|"
    r"kurang\s+(?:satu\s+)?(?:se)?(?:huruf|angka)|(?:ga|gak|nggak|tidak|tdk)\s+sesuai|(?:tidak|gak?|nggak)\s+sama|beda|berbeda|"
    r"(?:nama|atas\s+nama|punya(?:nya)?|milik)\s*(?:nya)?\s+(?:orang|tetangga|wong|tiyang)|bukan\s+nama|salahe|wrong|misspel\w+|incorrect)\b",
    re.IGNORECASE,
)
_MENDS = re.compile(
    r"\b(?:(?:mem)?per?baik(?:i|an|in)|(?:mem)?betul(?:kan|in|e)|di\s?betul\w*|(?:di\s?)?bener(?:in|kan|ke)|koreksi|ralat|revisi|ubah|rubah|ganti|fix|ngalereskeun\w*)\b",
    re.IGNORECASE,
)
_FIELDS: tuple[tuple[Wrong, re.Pattern[str]], ...] = (
    ("birth_date", re.compile(r"\b(?:(?:tgl|tanggal|tggl|thn|tahun)\s*lahir\w*|lahir(?:e|nya|an|na)?|ttl|birth\s*da(?:te|y))\b", re.I)),
    ("nik", re.compile(r"\b(?:nik(?:nya|ku|e)?|no(?:mor)?\s*ktp|induk)\b", re.IGNORECASE)),
    ("date", re.compile(r"\b(?:(?:tgl|tanggal|hari)(?:nya|e)?(?:\s*(?:vaksin|suntik|dosis)\w*)?|date)\b", re.IGNORECASE)),
    ("vaccine", re.compile(r"\b(?:mer[ek]k?(?:nya|e)?|jenis(?:\s*vaksin)?(?:nya)?|brand|sinovac|pfizer|astra\w*|moderna|batch)\b", re.I)),
    ("name", re.compile(r"\b(?:nama|namanya|namaku|jeneng\w*|ngaran\w*|asma|name|huruf(?:nya)?|gelar(?:nya)?)\b", re.IGNORECASE)),
)  # fmt: skip
_DATA = re.compile(r"\bdata(?:nya|ku)?\b", re.IGNORECASE)
_NOT_THERE = re.compile(
    r"\b(?:belum|blm|blom|blum|tidak|tdk|tak|ga|gak|gada|nggak|ngga|ndak|ora|durung|dereng|teu|can|tra|nda|not|no)\b[\w\s,-]{0,20}?"
    r"(?:muncul|keluar|kluar|terbit|ada|tercatat|kecatet|catat|tampil|nongol|masuk|metu|medal|terbaca|kebaca|keinput|input|show\w*|recorded)\w*|\bhilang|\braib|\bkosong|\bgada\b",
    re.IGNORECASE,
)
_ONLY_SO_MANY = re.compile(
    r"\b(?:cuma|cuman|hanya|baru|mung|only)\b[\w\s]{0,24}?\b(?:1|2|3|satu|dua|sekali|siji|one)\b|\bdosis\s*\w+\s+(?:aja|saja|doang|thok)\b|"
    r"\bbelum\s+(?:ter|di)?catat\b",
    re.IGNORECASE,
)
_BOOSTER = re.compile(r"\bbooster\b", re.IGNORECASE)


@dataclass(frozen=True)
class Wish:
    """What is wanted; ``wrong`` is what is to be put right, if it was said; ``dose`` is the number of a dose."""

    what: What = "get"
    wrong: Wrong | None = None
    dose: int | None = None


def read_wish(text: str) -> Wish:
    """What a message wants of a certificate. "Belum muncul" without a dose wants to have it."""
    doses = find_dose_numbers(text)
    dose = doses[-1].value if len(doses) == 1 else None
    wrong = read_wrong(text)
    mends = _MENDS.search(text) and (wrong is not None or _DATA.search(text))
    if _SAYS_WRONG.search(text) or mends:
        return Wish("correct", wrong, dose)
    if _ONLY_SO_MANY.search(text):
        # The dose that is named is the one that is there.
        return Wish("missing", "missing")
    if (doses or _BOOSTER.search(text)) and _NOT_THERE.search(text):
        return Wish("missing", "missing", dose)
    return Wish("get", None, dose)


def read_wrong(text: str) -> Wrong | None:
    """What is named as wrong; None if nothing is, or if several things are."""
    found = [field for field, pattern in _FIELDS if pattern.search(text)]
    if "birth_date" in found and "date" in found:
        # "tanggal lahir" holds both words.
        found.remove("date")
    return found[0] if len(found) == 1 else None
