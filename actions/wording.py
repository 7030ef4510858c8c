"""Indonesian wording shared by the actions: dates, times, who is meant."""

from __future__ import annotations

from siaga.text.whom import WHO, who
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

SEX = {"L": "laki-laki", "P": "perempuan"}


def whose(beneficiary: str | None) -> str:
    """Whose data: ``data Anda``, ``data ibu Anda``; of nobody named yet ``data orang yang didaftarkan``."""
    return f"data {who(beneficiary)}" if beneficiary else "data orang yang didaftarkan"


def sentence_start(words: str) -> str:
    """The words with a capital first letter."""
    return words[:1].upper() + words[1:]


VACCINES = {
    "astrazeneca": "AstraZeneca",
    "indovac": "IndoVac",
    "inavac": "InaVac",
}
"""Those that are not written as a plain name."""


def vaccine_name(vaccine: str) -> str:
    """``astrazeneca`` -> ``AstraZeneca``."""
    return VACCINES.get(vaccine, vaccine.capitalize())
