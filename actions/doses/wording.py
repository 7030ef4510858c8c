"""Doses and vaccines in the citizen's words."""

from __future__ import annotations

from collections.abc import Iterable

from actions.wording import vaccine_name

DOSES = {
    "dose_1": "dosis pertama",
    "dose_2": "dosis kedua",
    "booster_1": "booster pertama",
    "booster_2": "booster kedua",
}
_HALF = "separuh dosis"
_NUMBERS = {1: "1 dosis", 2: "2 dosis", 3: "3 dosis (sampai booster pertama)"}


def dose_name(dose: str) -> str:
    """``booster_1`` -> ``booster pertama``."""
    return DOSES[dose]


def brand_list(brands: Iterable[tuple[str, str]]) -> str:
    """``AstraZeneca (separuh dosis), Pfizer (separuh dosis) atau Moderna``."""
    named = [vaccine_name(vaccine) + (f" ({_HALF})" if amount == "half" else "") for vaccine, amount in brands]
    return named[0] if len(named) == 1 else ", ".join(named[:-1]) + f" atau {named[-1]}"


def doses_told(number: int | None, vaccine: str | None) -> str:
    """What was told of them: ``2 dosis, Sinovac``."""
    told = (doses_had(number) if number else None, vaccine_name(vaccine) if vaccine else None)
    return ", ".join(part for part in told if part)


def doses_had(number: int) -> str:
    """``2 dosis``."""
    return _NUMBERS.get(number, f"{number} dosis")
