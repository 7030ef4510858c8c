"""Indonesian wording shared by the actions: dates, times, who is meant."""

from __future__ import annotations

from siaga.text.written import hour, hours, long_date, short_weekday_date, weekday_date

__all__ = [
    "SEX",
    "VACCINES",
    "WHO",
    "hour",
    "hours",
    "long_date",
    "sentence_start",
    "short_weekday_date",
    "vaccine_name",
    "weekday_date",
    "who",
]

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


def whose(beneficiary: str | None) -> str:
    """Whose data: ``data Anda``, ``data ibu Anda``; of nobody named yet ``data orang yang didaftarkan``."""
    return f"data {who(beneficiary)}" if beneficiary else "data orang yang didaftarkan"


def sentence_start(words: str) -> str:
    """The words with a capital first letter."""
    return words[:1].upper() + words[1:]


VACCINES = {"astrazeneca": "AstraZeneca", "pfizer": "Pfizer", "moderna": "Moderna", "sinovac": "Sinovac"}


def vaccine_name(vaccine: str) -> str:
    """``astrazeneca`` -> ``AstraZeneca``."""
    return VACCINES.get(vaccine, vaccine.capitalize())
