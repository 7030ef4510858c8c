"""The order of the registration's answers, and what an answer that changes takes with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# In the order asked; the number is the step told to the citizen.
STEP_OF = {
    "consent": 1,
    "beneficiary": 2,
    "nik": 3,
    "birth_date": 3,
    "guardian": 3,
    "official_match": 3,
    "full_name": 4,
    "nik_check": 4,
    "residence": 4,
    "health": 5,
    "facility": 6,
    "session": 6,
    "confirmed": 7,
}
ANSWERS = tuple(STEP_OF)
STEPS = 7

# The citizen's own words for what can be changed at the end.
FIELD_NAMES = {
    "beneficiary": "Untuk siapa",
    "nik": "NIK",
    "birth_date": "Tanggal lahir",
    "full_name": "Nama",
    "residence": "Tempat tinggal",
    "health": "Jawaban kesehatan",
    "facility": "Tempat vaksinasi",
    "session": "Jadwal",
}


# Stands for a field while the citizen chooses which one to change.
WHICH = "?"


def changeable(slots: Mapping[str, Any]) -> list[str]:
    """The answers given so far that can be changed, in the order asked; "-" stands for none."""
    return [slot for slot in FIELD_NAMES if slots.get(slot) not in (None, "-")]


def in_a_sentence(slot: str) -> str:
    """``Tempat tinggal`` -> ``tempat tinggal``; an acronym stays."""
    name = FIELD_NAMES[slot]
    return name if name.isupper() else name[0].lower() + name[1:]


# What must be chosen anew when an answer changes. Health is worked out again from the answers already given.
_DEPENDENT = {"residence": ("facility", "session"), "facility": ("session",)}


def progress(slot: str) -> str:
    """``langkah 3 dari 7``."""
    return f"langkah {STEP_OF[slot]} dari {STEPS}"


def next_open(slots: Mapping[str, Any]) -> str | None:
    """The first answer that is still missing."""
    return next((slot for slot in ANSWERS if slots.get(slot) is None), None)


def falls_with(slot: str) -> tuple[str, ...]:
    """The answers that must be given again when ``slot`` changes."""
    return _DEPENDENT.get(slot, ())
