"""Asks on until a result comes: what the tests of the rules share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from siaga.selfcheck import LEVELS, Ask, Result, assess, rules_in_force
from siaga.selfcheck.facts import UNMEASURED

DAY = date(2022, 2, 1)
MOST_QUESTIONS = 20

QUIET: dict[str, Any] = {
    "danger": "none",
    "danger_child": "none",
    "danger_pregnant": "none",
    "age": 35,
    "age_months": 6,
    "pregnant": False,
    "symptoms": "none",
    "severity": "mild",
    "fever_days": 1,
    "positive_test": False,
    "positive_days": 2,
    "oxygen": UNMEASURED,
    "comorbidity": "none",
    "exposure": "none",
}
"""The answers of somebody who has nothing."""


def answered(facts: Mapping[str, Any], ask: Ask, value: Any) -> dict[str, Any]:
    """The facts with an answer, as a conversation would keep them."""
    if ask.question_id != "symptoms":
        return {**facts, ask.question_id: value}
    told = dict(facts.get("symptoms") or {})
    for name in [] if value in ("none", []) else value.split(",") if isinstance(value, str) else value:
        told.setdefault(name, {"present": True})
    return {**facts, "symptoms": told, "symptoms_asked": True}


def resolve(
    facts: Mapping[str, Any],
    answers: Mapping[str, Any] | None = None,
    day: date = DAY,
) -> tuple[Result, list[str], dict[str, Any]]:
    """The result, the questions it took, and what is known in the end; ``answers`` go before those of nobody ill."""
    rules = rules_in_force(day)
    known = dict(facts)
    asked: list[str] = []
    while isinstance(found := assess(rules, known, day), Ask):
        assert len(asked) < MOST_QUESTIONS
        asked.append(found.question_id)
        known = answered(known, found, {**QUIET, **(answers or {})}[found.question_id])
    return found, asked, known


def grave(result: Result) -> int:
    """The greater, the more urgent."""
    return -LEVELS.index(result.level)
