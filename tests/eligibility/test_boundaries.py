"""Every rule of every dated set, on its boundary and one step beyond it, on the first and the last day of the set.

A rule that is new, or whose condition changed, has no case here: the test says so until it is given one.
"""

# ruff: noqa: E501 - a table

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest

from siaga.eligibility import Ask, Outcome, RuleSet, assess
from siaga.eligibility.facts import VACCINES
from siaga.eligibility.rules import Rule, all_rules
from siaga.people.spans import Span

SETS = all_rules()
# The newest set holds on.
DAYS: dict[str, tuple[date, date]] = {
    str(rules.valid_from): (
        rules.valid_from,
        SETS[at + 1].valid_from - timedelta(days=1) if at + 1 < len(SETS) else date(2026, 11, 22),
    )
    for at, rules in enumerate(SETS)
}
WELL: dict[str, Any] = {
    "age": 30,
    "sex": "L",
    "doses_received": 0,
    "health_now": "well",
    "condition": "none",
    "frail": False,
}
EXPECTING = {"sex": "P", "pregnant": True, "pregnancy_weeks": 20, "preeclampsia": False}
ONCE = {"doses_received": 1, "last_vaccine": "sinovac"}
TWICE = {"doses_received": 2, "last_vaccine": "sinovac"}
COVID = {"health_now": "covid", "covid_severity": "mild"}
ALLERGIC = {"condition": "severe_allergy"}


@dataclass(frozen=True)
class Case:
    """Facts added to those of a healthy man of 30: ``holds`` on this side of the boundary, ``not_any_more`` beyond it.

    ``waited`` is a date with the time to wait: the rule holds one day before it is over. ``then`` is the rule that
    decides beyond, None where the person may be vaccinated.
    """

    holds: Mapping[str, Any] = field(default_factory=dict)
    not_any_more: Mapping[str, Any] = field(default_factory=dict)
    waited: tuple[str, Span] | None = None
    then: str | None = None


def _days(count: int) -> tuple[str, Span]:
    return "last_dose_on", Span(count, "day")


def _months(count: int, fact: str = "last_dose_on") -> tuple[str, Span]:
    return fact, Span(count, "month")


def _brand(name: str, count: int = 1) -> dict[str, Any]:
    return {"doses_received": count, "last_vaccine": name}


LAST = "last_dose_on less than"
CASES: dict[tuple[str, str], Case] = {
    ("too_young", "age < 18"): Case({"age": 17}, {"age": 18}),
    ("too_young", "age < 12"): Case({"age": 11}, {"age": 12}),
    ("too_young", "age < 6"): Case({"age": 5}, {"age": 6}),
    ("fever_measured", "temperature > 37.5"): Case({"temperature": 37.6}, {"temperature": 37.5}),
    ("blood_pressure", "blood_pressure above 180/110"): Case({"blood_pressure": "180/111"}, {"blood_pressure": "180/110"}),
    ("pregnant_blood_pressure", "pregnant is yes and blood_pressure above 140/90"): Case(
        {**EXPECTING, "blood_pressure": "141/90"}, {**EXPECTING, "blood_pressure": "140/90"}
    ),
    ("booster_blood_pressure", "doses_received >= 2 and blood_pressure above 140/90"): Case(
        {**TWICE, "last_dose_on": "2021-02-12", "blood_pressure": "140/91"},
        {**TWICE, "last_dose_on": "2021-02-12", "blood_pressure": "140/90"},
    ),
    ("complete", "doses_received >= 2"): Case(
        {**TWICE, "last_dose_on": "2020-06-01"}, {**ONCE, "last_dose_on": "2020-06-01"}
    ),
    ("complete", "doses_received >= 3"): Case(
        {"doses_received": 3, "last_dose_on": "2020-06-01"}, {**TWICE, "last_dose_on": "2020-06-01"}
    ),
    ("complete", "doses_received >= 4"): Case(
        {"doses_received": 4, "age": 60}, {"doses_received": 3, "age": 60, "last_dose_on": "2020-06-01"}
    ),
    (
        "complete_janssen",
        f"doses_received is 1 and {LAST} 6 months ago and last_vaccine is janssen",
    ): Case(_brand("janssen"), waited=_months(6)),
    ("booster_too_young", "doses_received >= 2 and age < 18"): Case(
        {**TWICE, "age": 17, "last_dose_on": "2020-06-01"}, {**TWICE, "age": 18, "last_dose_on": "2020-06-01"}
    ),
    ("booster_2_too_young", "doses_received is 3 and age < 60"): Case(
        {"doses_received": 3, "age": 59, "last_dose_on": "2020-06-01"},
        {"doses_received": 3, "age": 60, "last_dose_on": "2020-06-01"},
    ),
    ("booster_2", f"doses_received is 3 and {LAST} 6 months ago"): Case(
        {"doses_received": 3, "age": 60}, waited=_months(6)
    ),
    ("booster_1", f"doses_received is 2 and {LAST} 6 months ago"): Case(TWICE, waited=_months(6)),
    ("booster_1", f"age < 60 and doses_received is 2 and {LAST} 6 months ago"): Case(
        {**TWICE, "age": 59}, waited=_months(6)
    ),
    ("booster_1", f"doses_received is 2 and {LAST} 3 months ago"): Case(TWICE, waited=_months(3)),
    ("booster_1_elderly", f"age >= 60 and doses_received is 2 and {LAST} 3 months ago"): Case(
        {**TWICE, "age": 60}, waited=_months(3)
    ),
    ("booster_1_after_janssen", f"doses_received is 1 and {LAST} 6 months ago and last_vaccine is janssen"): Case(
        _brand("janssen"), waited=_months(6)
    ),
    ("booster_1_after_janssen", f"doses_received is 1 and {LAST} 3 months ago and last_vaccine is janssen"): Case(
        _brand("janssen"), waited=_months(3)
    ),
    (
        "dose_2_elderly",
        f"age >= 60 and doses_received is 1 and {LAST} 28 days ago and last_vaccine is not astrazeneca",
    ): Case({**ONCE, "age": 60}, waited=_days(28)),
    ("dose_2_sinovac", f"doses_received is 1 and {LAST} 14 days ago and last_vaccine is not astrazeneca"): Case(
        {**ONCE, "age": 59}, waited=_days(14)
    ),
    ("dose_2_sinovac", f"doses_received is 1 and {LAST} 28 days ago and last_vaccine is sinovac or moderna or other"): Case(
        ONCE, waited=_days(28)
    ),
    ("dose_2_astrazeneca", f"doses_received is 1 and {LAST} 8 weeks ago and last_vaccine is astrazeneca"): Case(
        _brand("astrazeneca"), waited=_days(56)
    ),
    ("dose_2_21_days", f"doses_received is 1 and {LAST} 21 days ago and last_vaccine is pfizer or sinopharm"): Case(
        _brand("pfizer"), waited=_days(21)
    ),
    (
        "dose_2_28_days",
        f"doses_received is 1 and {LAST} 28 days ago and last_vaccine is zifivax or covovax or indovac or inavac",
    ): Case(_brand("inavac"), waited=_days(28)),
    ("pregnant", "pregnant is yes"): Case(EXPECTING, {**EXPECTING, "pregnant": False}),
    ("pregnant_early", "pregnancy_weeks < 13"): Case(
        {**EXPECTING, "pregnancy_weeks": 12}, {**EXPECTING, "pregnancy_weeks": 13}
    ),
    ("preeclampsia", "preeclampsia is yes"): Case({**EXPECTING, "preeclampsia": True}, EXPECTING),
    ("frail", "frail is yes"): Case({"frail": True, "age": 60}, {"frail": True, "age": 59}),
    ("ill_now", "health_now is ill"): Case({"health_now": "ill"}, {"health_now": "well"}),
    ("covid_recent", "covid_recovered_on less than 3 months ago"): Case(
        COVID, waited=_months(3, "covid_recovered_on")
    ),
    ("covid_severe", "covid_recovered_on less than 3 months ago and covid_severity is severe"): Case(
        {**COVID, "covid_severity": "severe"}, waited=_months(3, "covid_recovered_on")
    ),
    ("covid_mild", "covid_recovered_on less than 1 month ago"): Case(COVID, waited=_months(1, "covid_recovered_on")),
    ("allergy_to_vaccine", "condition is severe_allergy and allergy_after_dose is yes"): Case(
        {**ALLERGIC, **ONCE, "last_dose_on": "2020-06-01", "allergy_after_dose": True},
        {**ALLERGIC, **ONCE, "last_dose_on": "2020-06-01", "allergy_after_dose": False},
        then="severe_allergy",
    ),
    ("severe_allergy", "condition is severe_allergy"): Case(ALLERGIC, {"condition": "none"}),
    ("uncontrolled", "condition is uncontrolled"): Case({"condition": "uncontrolled"}, {"condition": "none"}),
    ("immunosuppressed", "condition is immunosuppressed"): Case({"condition": "immunosuppressed"}, {"condition": "none"}),
    ("serious_comorbidity", "comorbidity is heart or kidney or liver or cancer"): Case(
        {"comorbidity": ["asthma", "heart"]}, {"comorbidity": ["asthma", "cancer_survivor"]}
    ),
}  # fmt: skip


def _first_day_that_is_over(span: Span, day: date) -> date:
    """The latest start from which the time is over on ``day``."""
    start = day - timedelta(days=span.count * {"day": 1, "week": 7, "month": 27}[span.unit])
    while span.after(start) > day:
        start -= timedelta(days=1)
    return start


def _decided(rules: RuleSet, facts: Mapping[str, Any], day: date) -> Outcome:
    result = assess(rules, {**WELL, **facts}, day)
    assert isinstance(result, Outcome), result
    return result


@pytest.mark.parametrize("which", [0, 1], ids=["first day", "last day"])
@pytest.mark.parametrize(
    ("rules", "rule"),
    [(rules, rule) for rules in SETS for rule in rules.rules],
    ids=lambda value: str(value.valid_from) if isinstance(value, RuleSet) else value.id,
)
def test_on_both_sides_of_the_boundary(rules: RuleSet, rule: Rule, which: int) -> None:
    day = DAYS[str(rules.valid_from)][which]
    case = CASES[rule.id, rule.condition.text]
    holds, beyond = dict(case.holds), dict(case.not_any_more)
    if case.waited:
        fact, span = case.waited
        over = _first_day_that_is_over(span, day)
        holds[fact], beyond = (over + timedelta(days=1)).isoformat(), {**case.holds, fact: over.isoformat()}
    outcome = _decided(rules, holds, day)
    assert (outcome.rule_id, outcome.kind) == (rule.id, rule.kind)
    assert rule.reason in outcome.reasons
    assert rule.source in outcome.sources
    if case.waited:
        assert outcome.until == case.waited[1].after(over + timedelta(days=1)) if rule.until else outcome.until is None
    after = _decided(rules, beyond, day)
    assert after.rule_id == case.then, f"beyond the boundary of {rule.id}"


def test_no_case_is_left_over() -> None:
    assert set(CASES) == {(rule.id, rule.condition.text) for rules in SETS for rule in rules.rules}


@pytest.mark.parametrize("brand", VACCINES)
@pytest.mark.parametrize("rules", SETS, ids=lambda rules: str(rules.valid_from))
def test_nobody_is_let_through_the_day_after_the_first_dose(rules: RuleSet, brand: str) -> None:
    """Whatever the brand: a set that forgot one would let its people come at once."""
    if brand == "janssen" and rules.valid_from == date(2021, 7, 1):
        pytest.skip("not in Indonesia before September 2021")
    day = DAYS[str(rules.valid_from)][1]
    yesterday = (day - timedelta(days=1)).isoformat()
    assert _decided(rules, {**_brand(brand), "last_dose_on": yesterday}, day).kind != "eligible"


NOTES = [
    ({"comorbidity": ["hypertension"]}, "hypertension", "180/110"),
    ({"comorbidity": ["diabetes"]}, "diabetes", "Diabetes boleh"),
    ({"comorbidity": ["asthma"]}, "lungs", "Asma"),
    ({"comorbidity": ["copd"]}, "lungs", "PPOK"),
    ({"comorbidity": ["hiv"]}, "hiv", "HIV boleh"),
    ({"comorbidity": ["epilepsy"]}, "epilepsy", "Epilepsi boleh"),
    ({"comorbidity": ["autoimmune"]}, "autoimmune", "autoimun boleh"),
    ({"comorbidity": ["cancer_survivor"]}, "cancer_survivor", "Penyintas kanker boleh"),
    ({"breastfeeding": True, "sex": "P", "pregnant": False}, "breastfeeding", "menyusui boleh"),
]


@pytest.mark.parametrize("rules", SETS, ids=lambda rules: str(rules.valid_from))
@pytest.mark.parametrize(("facts", "note", "said"), NOTES, ids=lambda value: value if isinstance(value, str) else None)
def test_what_was_told_is_spoken_of(rules: RuleSet, facts: dict[str, Any], note: str, said: str) -> None:
    day = DAYS[str(rules.valid_from)][1]
    outcome = _decided(rules, facts, day)
    assert outcome.kind == "eligible"
    assert [line for line in outcome.notes if said in line]
    source = next(each.source for each in rules.notes if each.id == note)
    assert source in outcome.sources
    without = _decided(rules, {"sex": "P", "pregnant": False} if "sex" in facts else {}, day)
    assert without.notes == []
    turned_away = _decided(rules, {**facts, "condition": "uncontrolled"}, day)
    assert (turned_away.kind, turned_away.notes) == ("refer", []), "no good word beside a refusal"


def test_the_limit_told_to_a_booster_is_its_own() -> None:
    newest = SETS[-1]
    day = date(2023, 2, 15)
    high = {"comorbidity": ["hypertension"], "last_dose_on": "2022-01-05"}
    assert "140/90" in _decided(newest, {**high, **TWICE}, day).notes[0]
    assert "180/110" in _decided(newest, {**high, **ONCE}, day).notes[0]


def test_all_rules_of_the_table_ask_only_for_what_is_missing() -> None:
    for rules in SETS:
        assert isinstance(assess(rules, {}, rules.valid_from), Ask)


AT_ONCE = [
    ({"health_now": "ill"}, "ill_now"),
    ({"temperature": 38.0}, "fever_measured"),
    ({"condition": "immunosuppressed"}, "immunosuppressed"),
    ({"condition": "uncontrolled", "age": 40}, "uncontrolled"),
    ({"comorbidity": ["kidney"]}, "serious_comorbidity"),
    ({"health_now": "ill", "age": 10}, "ill_now"),
]


@pytest.mark.parametrize(("facts", "rule"), AT_ONCE)
@pytest.mark.parametrize("rules", SETS, ids=lambda rules: str(rules.valid_from))
def test_what_no_answer_can_better_is_told_at_once(rules: RuleSet, facts: dict[str, Any], rule: str) -> None:
    day = DAYS[str(rules.valid_from)][0]
    result = assess(rules, facts, day, at_once=True)
    assert isinstance(result, Outcome)
    if facts.get("age") != 10:
        assert result.rule_id == rule
    assert result.kind != "eligible"
    assert isinstance(assess(rules, facts, day), Ask) or facts.get("age") == 10, "the registration asks in full"


@pytest.mark.parametrize(
    "facts",
    [
        {"condition": "severe_allergy"},
        {"condition": "severe_allergy", "doses_received": 1, "age": 30, "sex": "L"},
        {"health_now": "well"},
        {"pregnant": True, "sex": "P", "pregnancy_weeks": 8},
        {"comorbidity": ["asthma"]},
    ],
)
def test_a_stricter_rule_or_a_last_day_is_asked_for_first(facts: dict[str, Any]) -> None:
    assert isinstance(assess(SETS[-1], facts, date(2023, 2, 15), at_once=True), Ask)
