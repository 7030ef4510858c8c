"""Showing that one may see somebody's data: NIK, birth date, and a one-time code to the phone on record."""

from siaga.identity.access import belongs_to, may_see
from siaga.identity.checks import (
    CODE_LIFE,
    PASS_LIFE,
    TRIES,
    CodeAsked,
    Over,
    Passed,
    TooMany,
    Wrong,
    answer,
    start,
    started,
)

__all__ = [
    "CODE_LIFE",
    "PASS_LIFE",
    "TRIES",
    "CodeAsked",
    "Over",
    "Passed",
    "TooMany",
    "Wrong",
    "answer",
    "belongs_to",
    "may_see",
    "start",
    "started",
]
