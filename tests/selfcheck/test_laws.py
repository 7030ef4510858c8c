"""What holds for everybody, whatever they tell."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from siaga.selfcheck import Ask, Result, assess, rules_in_force
from siaga.selfcheck.facts import COMORBIDITIES, SEVERITIES, SIGNS, UNMEASURED
from siaga.selfcheck.rules import all_rules
from siaga.text.symptom_words import SYMPTOMS
from tests.selfcheck.answering import MOST_QUESTIONS, answered, grave, resolve

DAYS = st.sampled_from([rules.valid_from for rules in all_rules()] + [date(2026, 11, 22)])


def some(values: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), max_size=3, unique=True)


SYMPTOM = st.fixed_dictionaries(
    {"present": st.booleans()},
    optional={
        "severity": st.sampled_from([None, "mild", "severe"]),
        "days": st.none() | st.integers(0, 20),
        "temperature": st.none() | st.sampled_from([37.5, 37.9, 38.0, 39.5]),
    },
)
SYMPTOM_FACTS = st.dictionaries(st.sampled_from(SYMPTOMS), SYMPTOM, max_size=4)
# Every question that can be asked, with the answer that this person would give.
ANSWERS = st.fixed_dictionaries(
    {
        "danger": st.just([]) | some(SIGNS),
        "danger_child": st.just([]) | some(SIGNS),
        "danger_pregnant": st.just([]) | some(SIGNS),
        "age": st.sampled_from([0, 1, 4, 5, 11, 12, 30, 55, 59, 60, 65, 66, 90]),
        "age_months": st.integers(0, 11),
        "pregnant": st.booleans(),
        "symptoms": some(SYMPTOMS),
        "severity": st.sampled_from(SEVERITIES),
        "fever_days": st.integers(0, 6),
        "positive_test": st.booleans(),
        "positive_days": st.integers(0, 20),
        "oxygen": st.just(UNMEASURED) | st.integers(85, 100),
        "comorbidity": some(COMORBIDITIES),
        "exposure": st.sampled_from(["household", "close", "none"]),
    }
)
TOLD = st.fixed_dictionaries(
    {"symptoms_asked": st.booleans(), "symptoms": SYMPTOM_FACTS},
    optional={
        "danger": st.just([]) | some(SIGNS),
        "age": st.integers(0, 100),
        "sex": st.sampled_from(["L", "P"]),
        "pregnant": st.booleans(),
        "comorbidity": some(COMORBIDITIES),
        "exposure": st.sampled_from(["household", "close", "none"]),
        "exposure_days": st.integers(0, 20),
        "positive_test": st.booleans(),
        "oxygen": st.integers(85, 100),
        "breaths": st.integers(5, 70),
        "temperature": st.sampled_from([36.5, 37.4, 37.5, 38.2, 40.0]),
        "worse": st.booleans(),
        "vaccinated": st.integers(0, 4),
        "recovered": st.booleans(),
    },
)
laws = settings(max_examples=300, deadline=None)


@laws
@given(TOLD, ANSWERS, st.sampled_from(SIGNS), DAYS)
def test_a_danger_sign_more_never_lowers_a_level(
    told: dict[str, Any], answers: dict[str, Any], sign: str, day: date
) -> None:
    before = resolve(told, answers, day)[0]
    after = resolve({**told, "danger": [*told.get("danger", []), sign]}, answers, day)[0]
    assert grave(after) >= grave(before)
    assert after.level == "emergency"


@laws
@given(TOLD, ANSWERS, st.sampled_from(SYMPTOMS), SYMPTOM, DAYS)
def test_a_symptom_more_never_lowers_a_level(
    told: dict[str, Any], answers: dict[str, Any], name: str, symptom: dict[str, Any], day: date
) -> None:
    before = resolve(told, answers, day)[0]
    others = {other: each for other, each in told["symptoms"].items() if other != name}
    if told["symptoms"].get(name, {}).get("present"):
        symptom = told["symptoms"][name]
    more = {**told, "symptoms": {**others, name: {**symptom, "present": True}}}
    assert grave(resolve(more, answers, day)[0]) >= grave(before)


@laws
@given(TOLD, ANSWERS, st.sampled_from(SYMPTOMS), DAYS)
def test_a_denied_symptom_never_raises_a_level(
    told: dict[str, Any], answers: dict[str, Any], name: str, day: date
) -> None:
    before = resolve(told, answers, day)[0]
    denied = {**told, "symptoms": {**told["symptoms"], name: {"present": False}}}
    assert grave(resolve(denied, answers, day)[0]) <= grave(before)


@laws
@given(TOLD, ANSWERS, DAYS, st.randoms(use_true_random=False))
def test_the_order_of_answers_never_matters(
    told: dict[str, Any], answers: dict[str, Any], day: date, chance: random.Random
) -> None:
    result, asked, known = resolve(told, answers, day)
    # Some of what was asked is told unasked, in any order, and the rest is answered then.
    early = [name for name in asked if name != "symptoms" and chance.random() < 0.5]
    facts = [*told.items(), *((name, known[name]) for name in early)]
    chance.shuffle(facts)
    again = resolve(dict(facts), answers, day)[0]
    assert again.level == result.level
    everything = list(known.items())
    chance.shuffle(everything)
    assert assess(rules_in_force(day), dict(everything), day) == result


@laws
@given(TOLD, DAYS, st.data())
def test_asking_ends_and_asks_only_what_is_not_known(told: dict[str, Any], day: date, data: st.DataObject) -> None:
    rules = rules_in_force(day)
    known = dict(told)
    for _ in range(MOST_QUESTIONS):
        found = assess(rules, known, day)
        if isinstance(found, Result):
            assert found.reasons
            assert found.advice
            assert found.sources
            assert found.valid_for
            return
        assert isinstance(found, Ask)
        assert known.get(found.question_id) is None or (
            found.question_id == "symptoms" and not known.get("symptoms_asked")
        )
        if found.options and found.question_id != "oxygen":
            value = data.draw(st.sampled_from([value for value, _ in found.options]))
        else:
            value = data.draw(st.integers(1, 11))
        known = answered(known, found, value)
    raise AssertionError("the questions do not end")


@laws
@given(TOLD, ANSWERS, DAYS)
def test_a_result_is_not_changed_by_what_could_have_been_asked(
    told: dict[str, Any], answers: dict[str, Any], day: date
) -> None:
    """Who is asked less is never told less: knowing the rest of what can be asked of them gives the same level."""
    result, _, known = resolve(told, answers, day)
    harmless = {"danger": [], "comorbidity": [], "exposure": "none", "positive_test": False}
    assert assess(rules_in_force(day), {**harmless, **known}, day).level == result.level  # type: ignore[union-attr]
