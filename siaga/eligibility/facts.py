"""What the rules may look at."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from siaga.people.ages import age_on
from siaga.rulefiles.facts import Fact, FactError

OLDEST = 130
MOST_WEEKS = 43
VACCINES = (
    "sinovac", "astrazeneca", "pfizer", "moderna", "sinopharm", "janssen", "zifivax", "covovax", "indovac", "inavac",
    "other",
)  # fmt: skip
"""The brands of the programme; whatever else a person may have had is ``other``."""
COMORBIDITIES = (
    "hypertension", "diabetes", "asthma", "copd", "hiv", "epilepsy", "autoimmune", "cancer_survivor", "cancer", "heart",
    "kidney", "liver", "other",
)  # fmt: skip

FACTS: dict[str, Fact] = {
    fact.name: fact
    for fact in (
        Fact("age", "number", most=OLDEST),
        Fact("sex", "choice", ("L", "P")),
        Fact("doses_received", "number", most=9),
        Fact("last_dose_on", "date"),
        Fact("last_vaccine", "choice", VACCINES),
        Fact("pregnant", "yesno"),
        Fact("pregnancy_weeks", "weeks", most=MOST_WEEKS),
        Fact("preeclampsia", "yesno"),
        Fact("frail", "yesno"),
        Fact("health_now", "choice", ("well", "ill", "covid")),
        Fact("covid_recovered_on", "date"),
        Fact("covid_severity", "choice", ("mild", "severe")),
        Fact("condition", "choice", ("none", "severe_allergy", "uncontrolled", "immunosuppressed")),
        Fact("allergy_after_dose", "yesno"),
        Fact("comorbidity", "several", COMORBIDITIES),
        Fact("breastfeeding", "yesno"),
        Fact("temperature", "decimal", most=45, least=30),
        Fact("blood_pressure", "pressure"),
    )
}
MEASURED = ("temperature", "blood_pressure")
"""Told by a health worker; looked at when given, never asked."""
TOLD = ("comorbidity", "breastfeeding")
"""Told by the person of their own accord; looked at when given, never asked: one question covers what decides."""


def read_facts(facts: Mapping[str, Any], day: date) -> dict[str, Any]:
    """Facts as conditions compare them; ``birth_date`` becomes ``age`` on ``day``; what is None is left out.

    Raises:
        FactError: a name that no rule knows, a value that cannot be, a date that has not come yet.
    """
    known: dict[str, Any] = {}
    for name, value in facts.items():
        if value is None:
            continue
        if name == "birth_date":
            born = Fact(name, "date").read(value)
            if born > day:
                raise FactError("birth_date is after the day asked about")
            known["age"] = age_on(born, day)
            continue
        if name not in FACTS:
            raise FactError(f"no fact is called {name!r}; known are birth_date, {', '.join(FACTS)}")
        known[name] = FACTS[name].read(value)
        if isinstance(known[name], date) and known[name] > day:
            raise FactError(f"{name} is after the day asked about")
    return known
