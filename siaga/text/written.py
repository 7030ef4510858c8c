"""Days, hours, numbers and names as citizens read them: the one place where they are written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from babel.dates import format_date


def long_date(day: date) -> str:
    """``17 Agustus 1954``."""
    return format_date(day, "d MMMM y", locale="id")


def weekday_date(day: date) -> str:
    """``Rabu, 14 Juli 2021``."""
    return format_date(day, "EEEE, d MMMM y", locale="id")


def weekday_month(day: date) -> str:
    """``Rabu 14 Juli``."""
    return format_date(day, "EEEE d MMMM", locale="id")


def short_weekday_date(day: date) -> str:
    """``Rab, 14 Jul``."""
    return format_date(day, "EEE, d MMM", locale="id")


def hour(at: datetime) -> str:
    """``08.00``."""
    return f"{at:%H.%M}"


def hours(start: datetime, end: datetime, zone: str) -> str:
    """``08.00–11.00 WIB``."""
    return f"{hour(start)}–{hour(end)} {zone}"


def number(value: float) -> str:
    """``1.234`` for a whole number, ``12,3`` for any other."""
    whole = isinstance(value, int) or value == int(value)
    written = f"{int(value):,}" if whole else f"{value:,.1f}"
    return written.translate(str.maketrans(",.", ".,"))


def joined(names: Sequence[str]) -> str:
    """``Gresik, Sidoarjo dan Surabaya``; of none nothing."""
    return " dan ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)
