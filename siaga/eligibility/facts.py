"""What the rules may look at: each fact's name, what values it takes, and how a stored or typed value is read back.

Values are kept as JSON keeps them (true, 3, "P", "2022-03-01"); here they become what conditions compare.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from siaga.people.ages import age_on

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

_TRUE = ("true", "yes", "ya", "1")
_FALSE = ("false", "no", "tidak", "0")
_PRESSURE = re.compile(r"^(\d{2,3})/(\d{2,3})$")


class FactError(ValueError):
    """A fact that is not known, or a value that it cannot have. Never holds the value: it may be personal."""


@dataclass(frozen=True)
class Fact:
    """``kind`` is yesno, choice (one of ``values``), several (any of ``values``), number, weeks, decimal, pressure, or
    date."""

    name: str
    kind: str
    values: tuple[str, ...] = ()
    most: int = 0

    @property
    def expects(self) -> str:
        """What a value looks like, in words."""
        return {
            "yesno": "yes or no",
            "choice": f"one of {', '.join(self.values)}",
            "several": f"any of {', '.join(self.values)}",
            "number": f"a whole number up to {self.most}",
            "weeks": f"whole weeks up to {self.most}",
            "decimal": "a number such as 37.5",
            "pressure": "two numbers such as 180/110",
            "date": "a date such as 2023-01-24",
        }[self.kind]

    def read(self, value: Any) -> Any:
        """The value as conditions compare it.

        Raises:
            FactError: the fact cannot have this value.
        """
        try:
            return getattr(self, f"_{self.kind}")(value)
        except (ValueError, TypeError, AttributeError, StopIteration):
            raise FactError(f"{self.name} must be {self.expects}") from None

    def _yesno(self, value: Any) -> bool:
        if isinstance(value, bool):
            return value
        word = str(value).strip().lower()
        if word not in _TRUE + _FALSE:
            raise ValueError
        return word in _TRUE

    def _choice(self, value: Any) -> str:
        return next(known for known in self.values if known.lower() == value.strip().lower())

    def _several(self, value: Any) -> frozenset[str]:
        given = value.split(",") if isinstance(value, str) else value
        # A list, not a generator: StopIteration would not come through one.
        return frozenset([self._choice(each) for each in given])

    def _number(self, value: Any) -> int:
        number = int(str(value))
        if isinstance(value, bool) or not 0 <= number <= self.most:
            raise ValueError
        return number

    _weeks = _number

    def _decimal(self, value: Any) -> float:
        number = float(value)
        if isinstance(value, bool) or not 0 < number < 1000:
            raise ValueError
        return number

    def _pressure(self, value: Any) -> tuple[int, int]:
        found = _PRESSURE.match(str(value).replace(" ", ""))
        if not found:
            raise ValueError
        return int(found.group(1)), int(found.group(2))

    def _date(self, value: Any) -> date:
        return value if type(value) is date else date.fromisoformat(value)


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
        Fact("temperature", "decimal"),
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
