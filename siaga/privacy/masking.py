"""Masks for what people must recognise and nobody else may read."""

from __future__ import annotations

import re

MASK = "*"

# Six or more digits, possibly spaced, dotted or dashed: NIK, phone, card numbers, dates written 17-08-1954.
_DIGITS = re.compile(r"\+?\d(?:[ .\-/]{0,2}\d){5,}")
_MONTHS = (
    "januari|jan|februari|feb|maret|mar|april|apr|mei|juni|jun|juli|jul|"
    "agustus|agt|ags|agu|september|sept|sep|oktober|okt|november|nov|nop|desember|des"
)
_WORDED_DATE = re.compile(rf"\b\d{{1,2}}\s*[-/. ]?\s*(?:{_MONTHS})\w*\s*[-/. ,]?\s*'?\d{{2,4}}\b", re.IGNORECASE)
_SHORT_DATE = re.compile(r"\b\d{1,2}\s?[-/.]\s?\d{1,2}\s?[-/.]\s?\d{2,4}\b")


def mask_nik(nik: str) -> str:
    """``3578011708549001`` -> ``3578********9001``: the region and the serial stay."""
    return nik[:4] + MASK * (len(nik) - 8) + nik[-4:] if len(nik) > 8 else MASK * len(nik)


def mask_phone(phone: str) -> str:
    """``6280000001234`` -> ``628******1234``."""
    return phone[:3] + MASK * (len(phone) - 7) + phone[-4:] if len(phone) > 7 else MASK * len(phone)


def mask_name(name: str) -> str:
    """``Warga Uji 001`` -> ``W**** U** 0**``."""
    return " ".join(word[0] + MASK * (len(word) - 1) for word in name.split())


def _mask_digits(match: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", match.group())
    return mask_nik(digits) if len(digits) >= 12 else MASK * len(digits)


def mask_numbers(text: str) -> str:
    """Free text with long numbers masked: NIK, phones, cards."""
    return _DIGITS.sub(_mask_digits, text)


def mask_text(text: str) -> str:
    """Free text with long numbers and full dates masked; everything else stays as written."""
    text = _WORDED_DATE.sub(lambda m: MASK * len(m.group()), text)
    text = _SHORT_DATE.sub(lambda m: MASK * len(m.group()), text)
    return mask_numbers(text)
