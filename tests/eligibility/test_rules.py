"""Every rule of every dated set, on both sides of its boundary."""

from __future__ import annotations

from datetime import date

import pytest

from siaga.eligibility import Ask, FactError, NoRules, Outcome, assess, questions, rules_in_force
from siaga.eligibility.conditions import parse_condition
from siaga.eligibility.rules import KINDS, LABEL, all_rules
from siaga.rulefiles.conditions import check

HEALTHY = {"doses_received": 0, "health_now": "well", "condition": "none"}
MAN = {"age": 30, "sex": "L", **HEALTHY}
WOMAN = {"age": 30, "sex": "P", "pregnant": False, **HEALTHY}
EXPECTING = {**WOMAN, "pregnant": True, "preeclampsia": False, "pregnancy_weeks": 20}
OLD = {"age": 67, "sex": "P", "frail": False, **HEALTHY}


def dose(count: int, last: str, vaccine: str = "sinovac") -> dict[str, object]:
    return {"doses_received": count, "last_dose_on": last, "last_vaccine": vaccine}


def covid(recovered: str, severity: str = "mild") -> dict[str, object]:
    return {"health_now": "covid", "covid_recovered_on": recovered, "covid_severity": severity}


FEB21, JUL21, AUG21, OCT21, DEC21 = "2021-02-15", "2021-07-01", "2021-08-02", "2021-10-15", "2021-12-14"
JAN22, FEB22, MAR22, DEC22, FEB23 = "2022-01-20", "2022-02-23", "2022-03-15", "2022-12-01", "2023-02-15"
OK = ("eligible", None, None)

# day, facts, what changes, (outcome, until, rule)
TABLE: list[tuple[str, dict[str, object], dict[str, object], tuple[str, str | None, str | None]]] = [
    # ages
    (FEB21, MAN, {"age": 17}, ("not_eligible", None, "too_young")),
    (FEB21, MAN, {"age": 18}, OK),
    ("2021-06-30", MAN, {"age": 12}, ("not_eligible", None, "too_young")),
    (JUL21, MAN, {"age": 12}, OK),
    (JUL21, MAN, {"age": 11}, ("not_eligible", None, "too_young")),
    ("2021-12-13", MAN, {"age": 6}, ("not_eligible", None, "too_young")),
    (DEC21, MAN, {"age": 6}, OK),
    (FEB23, MAN, {"age": 5}, ("not_eligible", None, "too_young")),
    (FEB23, OLD, {"age": 95}, OK),
    # frailty, asked from 60
    (FEB21, OLD, {"frail": True}, ("refer", None, "frail")),
    (FEB21, OLD, {}, OK),
    (FEB23, OLD, {"frail": True, "age": 60}, ("refer", None, "frail")),
    (FEB23, OLD, {"frail": True, "age": 59, "sex": "L"}, OK),
    # pregnancy
    (FEB21, EXPECTING, {}, ("postpone", None, "pregnant")),
    ("2021-08-01", EXPECTING, {}, ("postpone", None, "pregnant")),
    (AUG21, EXPECTING, {"pregnancy_weeks": 12}, ("postpone", "2021-08-09", "pregnant_early")),
    (AUG21, EXPECTING, {"pregnancy_weeks": 13}, OK),
    (FEB23, EXPECTING, {"pregnancy_weeks": 9}, ("postpone", "2023-03-15", "pregnant_early")),
    (FEB23, EXPECTING, {"preeclampsia": True}, ("refer", None, "preeclampsia")),
    (FEB23, EXPECTING, {"blood_pressure": "141/80"}, ("refer", None, "pregnant_blood_pressure")),
    (FEB23, EXPECTING, {"blood_pressure": "140/90"}, OK),
    # ill, fever
    (FEB21, MAN, {"health_now": "ill"}, ("postpone", None, "ill_now")),
    (FEB23, MAN, {"health_now": "ill"}, ("postpone", None, "ill_now")),
    (FEB21, MAN, {"temperature": 37.5}, OK),
    (FEB21, MAN, {"temperature": 37.6}, ("postpone", None, "fever_measured")),
    # blood pressure
    (FEB21, MAN, {"blood_pressure": "180/110"}, OK),
    (FEB21, MAN, {"blood_pressure": "181/80"}, ("postpone", None, "blood_pressure")),
    (FEB21, MAN, {"blood_pressure": "150/111"}, ("postpone", None, "blood_pressure")),
    (JAN22, MAN, {**dose(2, "2021-07-01"), "blood_pressure": "140/90"}, OK),
    (JAN22, MAN, {**dose(2, "2021-07-01"), "blood_pressure": "141/90"}, ("postpone", None, "booster_blood_pressure")),
    (JAN22, MAN, {"blood_pressure": "150/95"}, OK),
    # after COVID-19
    (FEB21, MAN, covid("2020-11-16"), ("postpone", "2021-02-16", "covid_recent")),
    (FEB21, MAN, covid("2020-11-15"), OK),
    ("2021-09-28", MAN, covid("2021-08-20"), ("postpone", "2021-11-20", "covid_recent")),
    (OCT21, MAN, covid("2021-09-16"), ("postpone", "2021-10-16", "covid_mild")),
    (OCT21, MAN, covid("2021-09-15"), OK),
    (OCT21, MAN, covid("2021-07-16", "severe"), ("postpone", "2021-10-16", "covid_severe")),
    (OCT21, MAN, covid("2021-07-15", "severe"), OK),
    (FEB23, MAN, covid("2023-01-16"), ("postpone", "2023-02-16", "covid_mild")),
    (FEB23, MAN, covid("2023-01-15"), OK),
    # allergy and illness
    (FEB21, MAN, {"condition": "severe_allergy"}, ("refer", None, "severe_allergy")),
    (
        FEB23,
        MAN,
        {**dose(1, "2022-09-01"), "condition": "severe_allergy", "allergy_after_dose": True},
        ("not_eligible", None, "allergy_to_vaccine"),
    ),
    (
        FEB23,
        MAN,
        {**dose(1, "2022-09-01"), "condition": "severe_allergy", "allergy_after_dose": False},
        ("refer", None, "severe_allergy"),
    ),
    (FEB21, MAN, {"condition": "uncontrolled"}, ("refer", None, "uncontrolled")),
    (FEB23, OLD, {"condition": "uncontrolled"}, ("refer", None, "uncontrolled")),
    (FEB23, MAN, {"condition": "immunosuppressed"}, ("refer", None, "immunosuppressed")),
    # illnesses told of one's own accord
    (FEB21, MAN, {"comorbidity": "kidney"}, ("refer", None, "serious_comorbidity")),
    (FEB23, MAN, {"comorbidity": "hypertension, heart"}, ("refer", None, "serious_comorbidity")),
    (FEB23, MAN, {"comorbidity": "hypertension, diabetes"}, OK),
    # dose 2
    (FEB21, MAN, dose(1, "2021-02-02"), ("postpone", "2021-02-16", "dose_2_sinovac")),
    (FEB21, MAN, dose(1, "2021-02-01"), OK),
    (FEB21, OLD, dose(1, "2021-01-19"), ("postpone", "2021-02-16", "dose_2_elderly")),
    (FEB21, OLD, dose(1, "2021-01-18"), OK),
    (JUL21, MAN, dose(1, "2021-06-04"), ("postpone", "2021-07-02", "dose_2_sinovac")),
    (JUL21, MAN, dose(1, "2021-06-03"), OK),
    (JUL21, MAN, dose(1, "2021-06-03", "moderna"), OK),
    (JUL21, MAN, dose(1, "2021-06-04", "other"), ("postpone", "2021-07-02", "dose_2_sinovac")),
    (JUL21, MAN, dose(1, "2021-05-07", "astrazeneca"), ("postpone", "2021-07-02", "dose_2_astrazeneca")),
    (JUL21, MAN, dose(1, "2021-05-06", "astrazeneca"), OK),
    (FEB23, MAN, dose(1, "2023-01-26", "pfizer"), ("postpone", "2023-02-16", "dose_2_21_days")),
    (FEB23, MAN, dose(1, "2023-01-25", "pfizer"), OK),
    (FEB23, MAN, dose(1, "2023-01-25", "sinopharm"), OK),
    (FEB23, MAN, dose(1, "2023-01-19", "indovac"), ("postpone", "2023-02-16", "dose_2_28_days")),
    (FEB23, MAN, dose(1, "2023-01-18", "indovac"), OK),
    (DEC21, MAN, dose(1, "2021-10-01", "janssen"), ("not_eligible", None, "complete_janssen")),
    (DEC21, MAN, dose(1, "2021-06-14", "janssen"), OK),
    # first booster
    (DEC21, MAN, dose(2, "2021-03-01"), ("not_eligible", None, "complete")),
    (JAN22, MAN, dose(2, "2021-07-21"), ("postpone", "2022-01-21", "booster_1")),
    (JAN22, MAN, dose(2, "2021-07-20"), OK),
    (JAN22, MAN, {**dose(2, "2021-07-20"), "age": 17}, ("not_eligible", None, "booster_too_young")),
    (JAN22, MAN, dose(1, "2021-10-01", "janssen"), ("postpone", "2022-04-01", "booster_1_after_janssen")),
    (FEB22, OLD, dose(2, "2021-11-24"), ("postpone", "2022-02-24", "booster_1_elderly")),
    (FEB22, OLD, dose(2, "2021-11-23"), OK),
    (FEB22, MAN, dose(2, "2021-11-23"), ("postpone", "2022-05-23", "booster_1")),
    ("2022-02-25", MAN, dose(2, "2021-11-26"), ("postpone", "2022-02-26", "booster_1")),
    ("2022-02-25", MAN, dose(2, "2021-11-25"), OK),
    (MAR22, MAN, dose(1, "2021-12-15", "janssen"), OK),
    # second booster
    (MAR22, OLD, dose(3, "2021-09-01"), ("not_eligible", None, "complete")),
    (DEC22, OLD, dose(3, "2022-06-02"), ("postpone", "2022-12-02", "booster_2")),
    (DEC22, OLD, dose(3, "2022-06-01"), OK),
    (DEC22, MAN, dose(3, "2022-03-01"), ("not_eligible", None, "booster_2_too_young")),
    (DEC22, {**MAN, "frail": False}, {**dose(3, "2022-03-01"), "age": 60}, OK),
    ("2023-01-23", MAN, dose(3, "2022-03-01"), ("not_eligible", None, "booster_2_too_young")),
    ("2023-01-24", MAN, dose(3, "2022-07-24"), OK),
    ("2023-01-24", MAN, dose(3, "2022-07-25"), ("postpone", "2023-01-25", "booster_2")),
    (FEB23, {**MAN, "age": 18}, dose(3, "2022-07-01"), OK),
    (FEB23, {**MAN, "age": 17}, dose(3, "2022-07-01"), ("not_eligible", None, "booster_too_young")),
    (FEB23, MAN, dose(4, "2022-07-01"), ("not_eligible", None, "complete")),
]


@pytest.mark.parametrize(("day", "base", "change", "expected"), TABLE)
def test_the_outcome(
    day: str, base: dict[str, object], change: dict[str, object], expected: tuple[str, str | None, str | None]
) -> None:
    on = date.fromisoformat(day)
    result = assess(rules_in_force(on), {**base, **change}, on)
    assert isinstance(result, Outcome), result
    kind, until, rule = expected
    assert (result.kind, result.until and result.until.isoformat(), result.rule_id) == (kind, until, rule)
    assert result.sources
    assert bool(result.reasons) is (kind != "eligible")
    assert result.version.startswith(str(rules_in_force(on).valid_from))


def test_every_rule_of_every_set_is_in_the_table() -> None:
    decided = {rule for _, _, _, (_, _, rule) in TABLE if rule}
    assert {rule.id for rules in all_rules() for rule in rules.rules} == decided


def ask_all(day: date, facts: dict[str, object], answers: dict[str, object]) -> list[str]:
    """The questions that come, answered from ``answers``, until there is an outcome."""
    rules = rules_in_force(day)
    asked: list[str] = []
    known = dict(facts)
    while isinstance(result := assess(rules, known, day), Ask):
        assert result.question_id in questions(rules, known, day)
        assert result.question_id not in asked
        asked.append(result.question_id)
        known[result.question_id] = answers[result.question_id]
    return asked


def test_only_what_decides_is_asked() -> None:
    today = date(2026, 11, 22)
    young = ask_all(today, {"age": 25, "sex": "L"}, HEALTHY)
    assert young == ["doses_received", "health_now", "condition"]
    assert ask_all(today, {"age": 4, "sex": "L"}, {}) == []
    woman = ask_all(today, {"age": 25, "sex": "P"}, {**HEALTHY, "pregnant": False})
    assert woman == ["doses_received", "pregnant", "health_now", "condition"]
    old = ask_all(today, {"age": 67, "sex": "P"}, {**OLD, **dose(2, "2022-01-05")})
    assert old == ["doses_received", "last_dose_on", "frail", "health_now", "condition"]
    assert ask_all(today, {"age": 25, "sex": "L"}, {"doses_received": 4}) == ["doses_received"]
    early = {"doses_received": 0, "pregnant": True, "pregnancy_weeks": 8}
    assert ask_all(today, {"age": 25, "sex": "P"}, early) == ["doses_received", "pregnant", "pregnancy_weeks"]


@pytest.mark.parametrize(("age", "asked"), [(11, False), (12, True), (55, True), (56, False)])
def test_pregnancy_is_asked_of_women_who_may_be(age: int, asked: bool) -> None:
    day = date(2023, 2, 15)
    assert ("pregnant" in questions(rules_in_force(day), {"age": age, "sex": "P"}, day)) is asked


@pytest.mark.parametrize(("age", "asked"), [(59, False), (60, True)])
def test_frailty_is_asked_from_sixty(age: int, asked: bool) -> None:
    day = date(2023, 2, 15)
    assert ("frail" in questions(rules_in_force(day), {"age": age, "sex": "L"}, day)) is asked


def test_the_last_of_several_postponements_counts() -> None:
    day = date(2023, 2, 15)
    facts = {**MAN, **dose(2, "2023-02-01"), **covid("2023-02-10")}
    result = assess(rules_in_force(day), facts, day)
    assert isinstance(result, Outcome)
    assert (result.rule_id, result.until, len(result.reasons)) == ("booster_1", date(2023, 5, 1), 2)
    facts = {**MAN, **dose(2, "2022-11-20"), **covid("2023-02-10", "severe")}
    result = assess(rules_in_force(day), facts, day)
    assert isinstance(result, Outcome)
    assert (result.rule_id, result.until) == ("booster_1", date(2023, 5, 10))


def test_an_answer_that_means_nothing_any_more_is_not_looked_at() -> None:
    day = date(2023, 2, 15)
    stale = {**MAN, "doses_received": 0, "last_dose_on": "2023-02-01", "pregnant": True, "pregnancy_weeks": 5}
    result = assess(rules_in_force(day), stale, day)
    assert isinstance(result, Outcome)
    assert result.kind == "eligible"


def test_age_comes_from_the_birth_date_on_that_day() -> None:
    rules = rules_in_force(date(2021, 8, 16))
    facts = {**MAN, "age": None, "birth_date": "2009-08-17"}
    assert getattr(assess(rules, facts, date(2021, 8, 16)), "rule_id", "") == "too_young"
    assert getattr(assess(rules, facts, date(2021, 8, 17)), "kind", "") == "eligible"


def test_facts_come_back_from_json_as_they_went() -> None:
    day = date(2023, 2, 15)
    as_text = {"age": "30", "sex": "l", "doses_received": "0", "health_now": "well", "condition": "none"}
    result = assess(rules_in_force(day), as_text, day)
    assert isinstance(result, Outcome)
    assert result.kind == "eligible"


@pytest.mark.parametrize(
    "facts",
    [
        {"shoe_size": 42},
        {"age": "old"},
        {"age": -1},
        {"sex": "X"},
        {"doses_received": True},
        {"last_dose_on": "2023-02-30"},
        {"last_dose_on": "2023-02-16"},
        {"birth_date": "2024-01-01"},
        {"blood_pressure": "high"},
        {"comorbidity": ["gout"]},
        {"comorbidity": 7},
        {"pregnancy_weeks": 99},
    ],
)
def test_facts_that_cannot_be_are_refused_without_repeating_them(facts: dict[str, object]) -> None:
    day = date(2023, 2, 15)
    with pytest.raises(FactError) as error:
        assess(rules_in_force(day), facts, day)
    value = str(next(iter(facts.values())))
    assert value not in str(error.value)


@pytest.mark.parametrize(
    ("text", "told", "holds"),
    [
        ("comorbidity is asthma or hiv", ["hiv", "diabetes"], True),
        ("comorbidity is asthma or hiv", ["diabetes"], False),
        ("comorbidity is not asthma or hiv", ["hiv", "diabetes"], False),
        ("comorbidity is not asthma or hiv", ["diabetes"], True),
    ],
)
def test_any_of_several_illnesses(text: str, told: list[str], holds: bool) -> None:
    assert check(parse_condition(text), {"comorbidity": frozenset(told)}, date(2023, 2, 15), {}) is holds


def test_before_the_first_rules_there_are_none() -> None:
    with pytest.raises(NoRules, match="2021-02-11"):
        rules_in_force(date(2021, 2, 10))
    assert rules_in_force(date(2021, 2, 11)).valid_from == date(2021, 2, 11)
    assert rules_in_force(date(2030, 1, 1)).valid_from == date(2023, 1, 24)


def test_what_a_citizen_reads_fits_and_speaks_to_anyone() -> None:
    for rules in all_rules():
        for question in rules.questions.values():
            assert len(question.text.format(who="kakek/nenek Anda")) <= 600
            assert all(len(label) <= LABEL for _, label in question.options)
            assert len(question.options) <= 9
            assert "{" not in question.why + question.example
        for rule in rules.rules:
            assert rule.kind in KINDS
            assert rule.reason.endswith((".", "ya."))
            assert "{" not in rule.reason
