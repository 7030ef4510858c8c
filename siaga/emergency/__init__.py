"""Danger: what to do until help comes, and what people write once they have been told whom to call."""

from siaga.emergency.aftermath import LASTS, Aftermath, asks_department, is_recent, read_aftermath
from siaga.emergency.signs import NOT_BREATHING, SignFileError, Steps, helped_as, load_signs, steps_for

__all__ = [
    "LASTS",
    "NOT_BREATHING",
    "Aftermath",
    "SignFileError",
    "Steps",
    "asks_department",
    "helped_as",
    "is_recent",
    "load_signs",
    "read_aftermath",
    "steps_for",
]
