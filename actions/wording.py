"""Indonesian wording shared by the actions: dates, times, who is meant."""

from __future__ import annotations

from datetime import date, datetime

from babel.dates import format_date

WHO = {
    "self": "Anda",
    "mother": "ibu Anda",
    "father": "bapak Anda",
    "spouse": "suami/istri Anda",
    "child": "anak Anda",
    "grandparent": "kakek/nenek Anda",
    "sibling": "saudara Anda",
}
_BY_SEX = {
    ("spouse", "L"): "suami Anda",
    ("spouse", "P"): "istri Anda",
    ("grandparent", "L"): "kakek Anda",
    ("grandparent", "P"): "nenek Anda",
}
SEX = {"L": "laki-laki", "P": "perempuan"}


def who(beneficiary: str | None, sex: str | None = None) -> str:
    """``mother`` -> ``ibu Anda``; anyone unnamed ``anggota keluarga Anda``. ``sex``: L or P, as it is known."""
    relation = beneficiary or "self"
    return _BY_SEX.get((relation, sex or "")) or WHO.get(relation, "anggota keluarga Anda")


def sentence_start(words: str) -> str:
    """The words with a capital first letter."""
    return words[:1].upper() + words[1:]


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
    """``08.00-11.00 WIB``."""
    return f"{hour(start)}–{hour(end)} {zone}"


VACCINES = {"astrazeneca": "AstraZeneca", "pfizer": "Pfizer", "moderna": "Moderna", "sinovac": "Sinovac"}


def vaccine_name(vaccine: str) -> str:
    """``astrazeneca`` -> ``AstraZeneca``."""
    return VACCINES.get(vaccine, vaccine.capitalize())
