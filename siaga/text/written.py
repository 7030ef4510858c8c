"""Days and hours as citizens read them: the one place where they are written."""

from __future__ import annotations

from datetime import date, datetime

from babel.dates import format_date


def long_date(day: date) -> str:
    """``17 Agustus 1954``."""
    return format_date(day, "d MMMM y", locale="id")


def weekday_date(day: date) -> str:
    """``Rabu, 14 Juli 2021``."""
    return format_date(day, "EEEE, d MMMM y", locale="id")


def short_weekday_date(day: date) -> str:
    """``Rab, 14 Jul``."""
    return format_date(day, "EEE, d MMM", locale="id")


def hour(at: datetime) -> str:
    """``08.00``."""
    return f"{at:%H.%M}"


def hours(start: datetime, end: datetime, zone: str) -> str:
    """``08.00–11.00 WIB``."""
    return f"{hour(start)}–{hour(end)} {zone}"
