"""Finding what is meant as a NIK (Nomor Induk Kependudukan, 16 digits) inside a sentence."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

LENGTH = 16
_SHORTEST, _LONGEST = 12, 20

# Digits in groups, with at most two marks or spaces between the groups.
_RUN = re.compile(r"\d+(?:[ .\-/\u00a0]{1,2}\d+)*")
_GROUP = re.compile(r"\d+")
_LABEL = re.compile(
    r"\b(?:e[- ]?ktp|n\.?i\.?k|ktp|nomor induk(?: kependudukan)?)(?:[- ]?(?:nya|ny|ku|q|e))?\b", re.IGNORECASE
)
_OTHER_LABEL = re.compile(
    r"\b(?:kk|kartu keluarga|bpjs|jkn|kis|rek|rekening|norek|kartu kredit|debit|atm|npwp|sim|paspor|imei|resi|hp|wa|whatsapp"  # noqa: E501
    r"|telepon|telp|tlp)(?:nya|ku)?\b",
    re.IGNORECASE,
)
_REACH = 40
"""How far before its digits a label counts."""


@dataclass(frozen=True)
class NikCandidate:
    """Digits meant as a NIK. ``digits`` may be 12 to 20 long when the person called it one (``labelled``) or sent
    nothing else."""

    digits: str = field(repr=False)
    start: int
    end: int
    labelled: bool

    @property
    def complete(self) -> bool:
        return len(self.digits) == LENGTH


def digits_of(text: str) -> str:
    """The decimal digits of any script, as 0-9."""
    return "".join(str(unicodedata.decimal(character)) for character in text if character.isdecimal())


def _looks_like_phone(written: str, digits: str) -> bool:
    # A NIK's province is 11 to 96, so none begins with 0; 62.8x is no regency, so 628… up to 15 digits is a phone.
    return digits.startswith("0") or (digits.startswith("628") and len(digits) < LENGTH) or written.startswith("+")


def _plausible(digits: str) -> bool:
    """Whether day and month stand where a NIK has them, and the province could be one."""
    day, month = int(digits[6:8]), int(digits[8:10])
    return 11 <= int(digits[:2]) <= 97 and (1 <= day <= 31 or 41 <= day <= 71) and 1 <= month <= 12


def _label_before(text: str, start: int) -> str:
    """``nik``, ``other`` or nothing: what the words just before these digits call them."""
    before = text[max(0, start - _REACH) : start]
    # A number in between has taken the label.
    cut = max((match.end() for match in re.finditer(r"\d{6,}", before)), default=0)
    before = before[cut:]
    ours = [match.start() for match in _LABEL.finditer(before)]
    others = [match.start() for match in _OTHER_LABEL.finditer(before)]
    if ours and (not others or ours[-1] > others[-1] or re.search(r"di\s+(?:kk|kartu)", before, re.IGNORECASE)):
        return "nik"
    return "other" if others else ""


def _sixteen(groups: list[re.Match[str]]) -> tuple[int, int] | None:
    """The neighbouring groups (first, last) that hold exactly 16 digits: whole groups first, likely NIKs first."""
    windows = []
    for first in range(len(groups)):
        digits = ""
        for last in range(first, len(groups)):
            digits += digits_of(groups[last].group())
            if len(digits) >= LENGTH:
                if len(digits) == LENGTH:
                    windows.append((not _plausible(digits), last - first, first, last))
                break
    return min(windows)[2:] if windows else None


def find_nik(text: str) -> list[NikCandidate]:
    """What is meant as a NIK, from left to right; never a phone number.

    Sixteen digits count anywhere (spaces, dots and dashes between them do not matter), unless called otherwise (KK,
    BPJS,
    rekening). Runs of 12 to 20 digits count when called NIK or KTP, or when the message holds nothing else, so that
    "15 digits arrived" can be said.
    """
    found: list[NikCandidate] = []
    for run in _RUN.finditer(text):
        written = text[max(0, run.start() - 1) : run.end()].strip()
        groups = [match for match in _GROUP.finditer(text, run.start(), run.end())]
        label = _label_before(text, run.start())
        if label == "other":
            continue
        whole = digits_of(run.group())
        alone = not re.search(r"[^\W_]", text[: run.start()] + text[run.end() :])
        if window := _sixteen(groups):
            first, last = window
            start, end = groups[first].start(), groups[last].end()
            digits = digits_of(text[start:end])
            if not digits.startswith("0") and not (written.startswith("+") and first == 0):
                found.append(NikCandidate(digits, start, end, label == "nik"))
                continue
        if label != "nik" and not alone:
            continue
        digits, end = whole, run.end()
        head = digits_of(groups[0].group())
        if len(digits) > _LONGEST and _SHORTEST <= len(head) <= _LONGEST:
            digits, end = head, groups[0].end()
        if _SHORTEST <= len(digits) <= _LONGEST and not _looks_like_phone(written, digits):
            found.append(NikCandidate(digits, run.start(), end, label == "nik"))
    return found
