"""What a message tells of an incident: how much of a report is in it already."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from actions.reports.form import LONGEST, Form
from siaga.reports import kinds_now, read_when, where
from siaga.reports.kinds import OTHER, plain
from siaga.text.normalise import normalise

# Said of reporting itself, of who is spoken to, or of nothing.
_AROUND = frozenset(
    "mau ingin hendak pengen saya aku kami kulo lapor melapor melaporkan laporkan laporan pelaporan report reporting "
    "incident an a to i want kejadian sesuatu pengaduan aduan mengadu ngadu ada ini itu nih dong ya kak min admin pak "
    "bu mas mbak bang dok tolong mohon bantu halo hai selamat pagi siang sore malam assalamualaikum permisi bisa boleh "
    "lewat sini situ cara gimana bagaimana ke mana kemana dimana di kalau untuk buat tentang soal dengan hormat badhe "
    "bade arep tidak nama tanpa anonim rahasia rahasiakan identitas jangan sebut apa sih deh lho eh baru tadi yang "
    "dan masalah hal keluhan sekarang kemarin sama anda siaga petugas dengan".split()
)
_TELLING = 2
"""So many words besides those tell something, where no word tells its kind."""
_HOW = re.compile(
    r"\b(?:cara|caranya|gimana|bagaimana|gmn|piye|pripun|how)\b.*\b(?:me)?lapor|\b(?:me)?lapor\w*\s+(?:ke|di)?\s?(?:mana|kemana|dimana|siapa)\b",
    re.IGNORECASE,
)
_SHORT = 9
_UNKNOWN = re.compile(
    r"\b(?:anonim\w*|anonymous\w*|rahasia\w*|dirahasia\w*|tanpa\s+(?:nama|identitas)|"
    r"(?:jangan|jgn|ojo|ga\s+mau|gak\s+mau|tidak\s+mau)\s+(?:\w+\s+){0,2}?(?:sebut\w*|disebut\w*|bilang\w*|kasih\s+ta[hu]*u|ketahuan|bocor\w*)|"
    r"takut\s+(?:\w+\s+)?ketahuan)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Understood:
    """What a message tells, as the draft keeps it; what it does not tell is absent."""

    found: dict[str, Any]


def wishes_to_stay_unknown(text: str) -> bool:
    """Whether somebody says of their own accord that their name must not be told."""
    return _UNKNOWN.search(text) is not None


def understand(form: Form, text: str) -> Understood:
    """All of a report that a free message tells."""
    found: dict[str, Any] = {}
    place = where.told(text)
    if place is not None:
        found["where"] = place.kept()
    time = read_when(text, form.at, form.zone)
    if time is not None:
        found["when"] = time.kept()
    kind = kinds_now().of(text)
    if kind is not None:
        found["kind"] = kind.id
    if says_what(text, (place.place if place else None, time.words if time else None), kind is not None):
        found["what"] = text.strip()[:LONGEST]
        found.setdefault("kind", OTHER)
    if wishes_to_stay_unknown(text):
        found["name"] = "no"
    return Understood(found)


def says_what(text: str, known: tuple[str | None, ...], has_kind: bool) -> bool:
    """Whether a message tells what happened, beside where and when; "mau lapor" does not."""
    if _HOW.search(text) and len(text.split()) <= _SHORT:
        return False
    if has_kind:
        return True
    rest = f" {plain(text)} "
    for words in known:
        if words:
            rest = rest.replace(f" {plain(words)} ", " ")
    said = [word for word in rest.split() if word not in _AROUND and normalise(word) not in _AROUND]
    return len(said) >= _TELLING
