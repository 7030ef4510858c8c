"""What a self-check may know of somebody, and what the rules look at.

Told are names and JSON values: ``{"age": 34, "danger": [], "symptoms": {"fever": {"present": true, "days": 3}}}``. What
conditions compare follows from them: how many symptoms, how long a fever. What was not told is unknown, and may be
asked.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from typing import Any

from siaga.people.ages import age_on
from siaga.rulefiles.conditions import AtLeast, Condition, Partly, parse_condition
from siaga.rulefiles.facts import Fact, FactError
from siaga.text.symptom_words import SYMPTOMS

OLDEST = 130
MOST_DAYS = 400
SIGNS = (
    "breath", "chest", "confusion", "unconscious", "blue", "fit", "low_oxygen", "bleeding", "stroke", "poison",
    "suicide", "violence",
    "not_drinking", "vomits_all", "fast_breath", "limp", "dry",
    "vaginal_bleeding", "headache_blurred", "less_movement", "waters", "belly_pain", "swelling", "fast_breaths",
    "slow_breaths", "baby_fever",
)  # fmt: skip
"""Danger signs: of everybody, of a small child, of a pregnant woman, and those that follow from other facts."""
COMORBIDITIES = (
    "hypertension", "diabetes", "asthma", "copd", "hiv", "epilepsy", "autoimmune", "cancer_survivor", "cancer", "heart",
    "kidney", "liver", "other",
)  # fmt: skip
SEVERITIES = ("mild", "worse", "severe")
"""Of all symptoms together, the gravest last."""
NONE = "none"
"""Chosen from a list: nothing of it."""
UNMEASURED = "unmeasured"
"""A value of ``oxygen``: asked, but there is no device. No comparison holds for it."""

_SAME_SIGN = {"oxygen": "low_oxygen"}
# A sore arm comes from the injection.
_NOT_COUNTED = frozenset({"arm_pain"})
_FEVER_FROM = 37.5

FACTS: dict[str, Fact] = {
    fact.name: fact
    for fact in (
        Fact("age", "number", most=OLDEST),
        Fact("age_months", "number", most=OLDEST * 12),
        Fact("sex", "choice", ("L", "P", "unknown")),
        Fact("pregnant", "yesno"),
        Fact("pregnancy_weeks", "weeks", most=43),
        Fact("comorbidity", "several", COMORBIDITIES),
        Fact("danger", "several", SIGNS),
        Fact("danger_child", "several", SIGNS),
        Fact("danger_pregnant", "several", SIGNS),
        Fact("symptoms", "several", SYMPTOMS),
        Fact("symptom_count", "number", most=len(SYMPTOMS)),
        Fact("severity", "choice", SEVERITIES),
        Fact("temperature", "decimal", most=45, least=30),
        Fact("fever_days", "number", most=MOST_DAYS),
        Fact("cough_days", "number", most=MOST_DAYS),
        Fact("symptom_days", "number", most=MOST_DAYS),
        Fact("exposure", "choice", ("household", "close", "none")),
        Fact("exposure_days", "number", most=MOST_DAYS),
        Fact("positive_test", "yesno"),
        Fact("positive_days", "number", most=MOST_DAYS),
        Fact("oxygen", "decimal", most=100),
        Fact("breaths", "number", most=150),
        Fact("vaccinated", "number", most=9),
        Fact("recovered", "yesno"),
    )
}
"""What conditions may look at."""
RISING = ("danger", "danger_child", "danger_pregnant", "symptoms", "symptom_count")
"""More of these is never better: conditions may only look for them being there."""
ASKED_AS = {"symptom_count": "symptoms"}
"""What is known when something else was asked."""
APPLIES_IF: dict[str, Condition] = {
    name: parse_condition(text, FACTS)
    for name, text in {
        "temperature": "symptoms is fever",
        "cough_days": "symptoms is cough",
        "symptom_days": "symptoms is any",
        "exposure_days": "exposure is household or close",
    }.items()
}
"""When a fact that is never asked means anything; then it is always known, told or taken for granted."""

_TOLD = (*(name for name in FACTS if name != "symptom_count"), "birth_date",
         "symptoms_asked", "worse")  # fmt: skip
_SYMPTOM_KEYS = ("present", "severity", "days", "temperature")


def _several(fact: Fact, value: Any) -> frozenset[str]:
    if value == NONE or value == [NONE]:
        return frozenset()
    if fact.values is SIGNS:
        given = value.split(",") if isinstance(value, str) else value
        if isinstance(given, (list, tuple, set, frozenset)):
            value = [_SAME_SIGN.get(each, each) if isinstance(each, str) else each for each in given]
    return fact.read(value)


def _oxygen(value: Any) -> float:
    if value == UNMEASURED:
        return math.nan
    percent = FACTS["oxygen"].read(value)
    if not 1 <= percent <= 100:
        raise FactError("oxygen must be a percentage from 1 to 100, or unmeasured")
    return percent


def _temperature(value: Any) -> float:
    celsius = FACTS["temperature"].read(value)
    if not 25 <= celsius <= 46:
        raise FactError("temperature must be in degrees Celsius")
    return celsius


def _flag(name: str, value: Any) -> bool:
    return Fact(name, "yesno").read(value)


def _symptom(name: str, told: Any) -> dict[str, Any]:
    if isinstance(told, bool):
        told = {"present": told}
    if not isinstance(told, Mapping) or not isinstance(told.get("present", True), bool):
        raise FactError('a symptom must be such as {"present": true, "severity": "mild", "days": 2}')
    if unknown := [key for key in told if key not in _SYMPTOM_KEYS]:
        raise FactError(f"a symptom has {', '.join(_SYMPTOM_KEYS)}, not {unknown[0]!r}")
    if told.get("severity") not in (None, "mild", "severe"):
        raise FactError(f"the severity of {name} must be mild or severe")
    return {
        "present": told.get("present", True),
        "severity": told.get("severity"),
        "days": None if told.get("days") is None else FACTS["symptom_days"].read(told["days"]),
        "temperature": None if told.get("temperature") is None else _temperature(told["temperature"]),
    }


def _symptoms(facts: Mapping[str, Any]) -> tuple[dict[str, dict[str, Any]] | None, bool]:
    """The symptoms told, by name, and whether all were asked; None if nothing was told or asked."""
    told = facts.get("symptoms")
    asked = facts.get("symptoms_asked")
    everything = None if asked is None else _flag("symptoms_asked", asked)
    if isinstance(told, Mapping):
        known = {}
        for name, each in told.items():
            if name not in SYMPTOMS:
                raise FactError(f"symptoms must be any of {', '.join(SYMPTOMS)}")
            known[name] = _symptom(name, each)
        # Nothing told, and yet a mapping: everything was denied.
        everything = (not known) if everything is None else everything
    elif told is not None:
        known = {name: _symptom(name, True) for name in sorted(_several(FACTS["symptoms"], told))}
        everything = True if everything is None else everything
    else:
        known = {}
    fever = {"present": True, "severity": None, "days": None, "temperature": None}
    if facts.get("temperature") is not None:
        celsius = _temperature(facts["temperature"])
        told_fever = known.get("fever")
        if celsius >= _FEVER_FROM or told_fever:
            known["fever"] = {**(told_fever or fever), "temperature": celsius}
    if "fever" in known and (known["fever"]["temperature"] or 0) >= _FEVER_FROM:
        # A thermometer is believed before a "no".
        known["fever"]["present"] = True
    return (known, bool(everything)) if known or everything else (None, False)


def _severity(facts: Mapping[str, Any], present: Mapping[str, Mapping[str, Any]], everything: bool) -> str | None:
    told = [] if facts.get("severity") is None else [FACTS["severity"].read(facts["severity"])]
    if facts.get("worse") is not None and _flag("worse", facts["worse"]):
        told.append("worse")
    each = [symptom["severity"] for symptom in present.values()]
    if "severe" in each:
        told.append("severe")
    elif everything and each and all(severity == "mild" for severity in each):
        told.append("mild")
    return max(told, key=SEVERITIES.index) if told else None


def _read_symptoms(facts: Mapping[str, Any], known: dict[str, Any]) -> None:
    symptoms, everything = _symptoms(facts)
    present = {name: symptom for name, symptom in (symptoms or {}).items() if symptom["present"]}
    counted = len(present.keys() - _NOT_COUNTED)
    if symptoms is not None:
        denied = frozenset(symptoms.keys() - present.keys())
        known["symptoms"] = frozenset(present) if everything else Partly(frozenset(present), denied)
        known["symptom_count"] = counted if everything else AtLeast(counted)
    if severity := _severity(facts, present, everything):
        known["severity"] = severity
    if "fever" in present and present["fever"]["temperature"] is not None:
        known["temperature"] = present["fever"]["temperature"]
    days = {
        "fever_days": [present["fever"]["days"]] if "fever" in present else [],
        "cough_days": [present["cough"]["days"]] if "cough" in present else [],
        "symptom_days": [symptom["days"] for symptom in present.values()],
    }
    for name, lengths in days.items():
        if facts.get(name) is not None:
            lengths = [*lengths, FACTS[name].read(facts[name])]
        if told := [length for length in lengths if length is not None]:
            known[name] = max(told)
    # A fever's length is asked for; the others count as today's.
    if "cough" in present:
        known.setdefault("cough_days", 0)
    if present:
        known.setdefault("symptom_days", 0)


def read_facts(facts: Mapping[str, Any], day: date) -> dict[str, Any]:
    """Facts as conditions compare them; what is None is left out.

    ``birth_date`` becomes ``age`` and ``age_months`` on ``day``. Symptoms of which not all were asked are known in
    part. Where two things told contradict each other, the graver counts.

    Raises:
        FactError: a name that no rule knows, or a value that cannot be.
    """
    if unknown := [name for name in facts if name not in _TOLD]:
        raise FactError(f"no fact is called {unknown[0]!r}; known are {', '.join(_TOLD)}")
    known: dict[str, Any] = {"sex": "unknown"}
    derived = ("symptoms", "temperature", "fever_days", "cough_days", "symptom_days", "severity")
    for name, value in facts.items():
        if value is None or name not in FACTS or name in derived:
            continue
        if FACTS[name].kind == "several":
            known[name] = _several(FACTS[name], value)
        else:
            known[name] = _oxygen(value) if name == "oxygen" else FACTS[name].read(value)
    if facts.get("birth_date") is not None:
        born = Fact("birth_date", "date").read(facts["birth_date"])
        if born > day:
            raise FactError("birth_date is after the day asked about")
        known["age"] = age_on(born, day)
        known["age_months"] = (day.year - born.year) * 12 + day.month - born.month - (day.day < born.day)
    if "age_months" in known:
        known["age"] = known["age_months"] // 12
    if "positive_days" in known:
        known.setdefault("positive_test", True)
    if known.get("exposure") in ("household", "close"):
        # Nobody said how long ago: it counts as today's.
        known.setdefault("exposure_days", 0)
    _read_symptoms(facts, known)
    return known
