"""Written cases for each level, on both sides of each boundary."""

# ruff: noqa: E501 - a table

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from siaga.selfcheck import Ask, assess, rules_in_force
from siaga.selfcheck.rules import all_rules
from tests.selfcheck.answering import DAY, resolve

ADULT: dict[str, Any] = {"danger": [], "age": 35, "sex": "L"}
OLD: dict[str, Any] = {"danger": [], "age": 60, "sex": "P"}
CHILD: dict[str, Any] = {"danger": [], "age": 4, "danger_child": []}
PREGNANT: dict[str, Any] = {"danger": [], "age": 28, "sex": "P", "pregnant": True, "danger_pregnant": []}


def has(*names: str, **fever: Any) -> dict[str, Any]:
    """Exactly these symptoms; ``fever`` are its days and temperature."""
    symptoms: dict[str, Any] = {name: {"present": True} for name in names}
    if fever:
        symptoms["fever"] = {"present": True, **fever}
    return {"symptoms": symptoms, "symptoms_asked": True}


def baby(months: int, **more: Any) -> dict[str, Any]:
    return {"danger": [], "age_months": months, "danger_child": [], **more}


WELL = {"symptoms": {}}
WARM, HOT = 37.9, 38.0

CASES: list[tuple[str, dict[str, Any], str]] = [
    # Danger signs, whatever else is known.
    *[(f"danger {sign}", {"danger": [sign]}, "emergency") for sign in ("breath", "chest", "confusion", "unconscious", "blue", "fit", "low_oxygen", "bleeding", "stroke")],
    ("danger as other readers call it", {"danger": ["oxygen"]}, "emergency"),
    ("two danger signs", {"danger": ["chest", "breath"], "age": 3}, "emergency"),
    ("confusion among the symptoms", {**ADULT, **has("confusion", "fever")}, "emergency"),
    # Oxygen.
    ("oxygen 89", {"oxygen": 89}, "emergency"),
    ("oxygen 89.9", {"oxygen": 89.9}, "emergency"),
    ("oxygen 90", {**ADULT, "oxygen": 90}, "doctor"),
    ("oxygen 94", {**ADULT, **WELL, "oxygen": 94}, "doctor"),
    ("oxygen 94.9", {**ADULT, **WELL, "oxygen": 94.9}, "doctor"),
    ("oxygen 95", {**ADULT, **WELL, "oxygen": 95}, "none"),
    ("oxygen 92 at 60", {**OLD, "oxygen": 92}, "emergency"),
    ("oxygen 92 at 59", {**ADULT, "age": 59, "oxygen": 92}, "doctor"),
    ("oxygen 93 at 60", {**OLD, "oxygen": 93}, "doctor"),
    ("oxygen 92 pregnant", {**PREGNANT, "oxygen": 92}, "emergency"),
    ("oxygen 93 pregnant", {**PREGNANT, "oxygen": 93}, "doctor"),
    ("oxygen not measured", {**ADULT, **WELL, "oxygen": "unmeasured"}, "none"),
    ("signs of pregnancy told by a girl of ten", {"danger": [], "age": 10, "danger_pregnant": ["waters"]}, "emergency"),
    # Breaths a minute, adults.
    ("31 breaths", {**ADULT, "breaths": 31}, "emergency"),
    ("30 breaths", {**ADULT, "breaths": 30}, "doctor"),
    ("21 breaths", {**ADULT, "breaths": 21}, "doctor"),
    ("20 breaths", {**ADULT, **WELL, "breaths": 20}, "none"),
    ("9 breaths", {**ADULT, **WELL, "breaths": 9}, "none"),
    ("8 breaths", {**ADULT, "breaths": 8}, "emergency"),
    ("8 breaths at 12", {"danger": [], "age": 12, "sex": "L", "breaths": 8}, "emergency"),
    ("8 breaths at 11", {"danger": [], "age": 11, **WELL, "breaths": 8}, "none"),
    # Breaths of children.
    ("31 breaths at 5", {"danger": [], "age": 5, "breaths": 31}, "emergency"),
    ("30 breaths at 5", {"danger": [], "age": 5, "breaths": 30}, "doctor"),
    ("25 breaths at 11", {"danger": [], "age": 11, "breaths": 25}, "doctor"),
    ("24 breaths at 11", {"danger": [], "age": 11, **WELL, "breaths": 24}, "none"),
    ("24 breaths at 12", {"danger": [], "age": 12, "sex": "L", "breaths": 24}, "doctor"),
    ("40 breaths at 4", {**CHILD, "breaths": 40}, "emergency"),
    ("39 breaths at 4", {**CHILD, **WELL, "breaths": 39}, "none"),
    ("39 breaths at 5", {"danger": [], "age": 5, "breaths": 39}, "emergency"),
    ("40 breaths at 12 months", baby(12, breaths=40), "emergency"),
    ("49 breaths at 11 months", baby(11, breaths=49, **WELL), "none"),
    ("50 breaths at 11 months", baby(11, breaths=50), "emergency"),
    ("50 breaths at 2 months", baby(2, breaths=50), "emergency"),
    ("59 breaths at 1 month", baby(1, breaths=59, **WELL), "none"),
    ("60 breaths at 1 month", baby(1, breaths=60), "emergency"),
    ("60 breaths of a baby of unknown months", {"danger": [], "age": 0, "breaths": 60}, "emergency"),
    # Children's own danger signs.
    *[(f"child {sign}", {**CHILD, "danger_child": [sign]}, "emergency") for sign in ("not_drinking", "vomits_all", "fast_breath", "limp", "dry")],
    # Babies with a fever.
    ("fever of 38 at 2 months", baby(2, **has(temperature=HOT)), "emergency"),
    ("fever of 37.9 at 2 months", baby(2, **has(temperature=WARM)), "doctor"),
    ("fever of 38 at 3 months", baby(3, **has(temperature=HOT)), "doctor"),
    ("fever not measured at 2 months", baby(2, **has("fever")), "emergency"),
    ("fever of 37.5 at 1 month", baby(1, **has(temperature=37.5)), "emergency"),
    ("a cold at 1 month", baby(1, **has("runny_nose")), "doctor"),
    ("a cold at 2 months", baby(2, **has("runny_nose")), "watch"),
    # Pregnancy.
    *[(f"pregnant {sign}", {**PREGNANT, "danger_pregnant": [sign]}, "emergency") for sign in ("vaginal_bleeding", "headache_blurred", "less_movement", "waters", "belly_pain", "swelling", "vomits_all")],
    ("pregnant with a fever", {**PREGNANT, **has("fever")}, "doctor"),
    ("pregnant, warm", {**PREGNANT, **has(temperature=37.5)}, "doctor"),
    ("pregnant with a cold", {**PREGNANT, **has("runny_nose")}, "watch"),
    ("pregnant, positive, a cold", {**PREGNANT, **has("runny_nose"), "positive_test": True}, "doctor"),
    ("pregnant, positive, no symptoms", {**PREGNANT, **WELL, "positive_test": True}, "isolate"),
    ("pregnant and well", {**PREGNANT, **WELL}, "none"),
    # Breath and chest.
    ("breathless", {**ADULT, **has("breathlessness")}, "doctor"),
    ("breathless, told severe", {**ADULT, "symptoms": {"breathlessness": {"present": True, "severity": "severe"}}}, "emergency"),
    ("breathless, all of it severe", {**ADULT, **has("breathlessness"), "severity": "severe"}, "emergency"),
    ("breathless and getting worse", {**ADULT, **has("breathlessness"), "worse": True}, "emergency"),
    ("chest pain, told severe", {**ADULT, "symptoms": {"chest_pain": {"present": True, "severity": "severe"}}}, "emergency"),
    ("a mild breathlessness", {**ADULT, **has("breathlessness"), "severity": "mild"}, "doctor"),
    ("chest pain", {**ADULT, **has("chest_pain")}, "doctor"),
    ("chest pain, severe", {**ADULT, **has("chest_pain"), "severity": "severe"}, "emergency"),
    # Fever of grown-ups.
    ("fever of 38 for 3 days", {**ADULT, **has(temperature=HOT, days=3)}, "doctor"),
    ("fever of 37.9 for 3 days", {**ADULT, **has(temperature=WARM, days=3)}, "watch"),
    ("fever of 38 for 2 days", {**ADULT, **has(temperature=HOT, days=2)}, "watch"),
    ("fever not measured for 3 days", {**ADULT, **has(days=3)}, "doctor"),
    ("fever with a comorbidity", {**ADULT, **has(temperature=HOT, days=1), "comorbidity": ["diabetes"]}, "doctor"),
    ("warm with a comorbidity", {**ADULT, **has(temperature=WARM, days=1), "comorbidity": ["diabetes"]}, "watch"),
    ("fever at 60", {**OLD, **has("fever")}, "doctor"),
    ("warm at 60", {**OLD, **has(temperature=37.5)}, "doctor"),
    ("fever at 59", {**ADULT, "age": 59, **has(temperature=HOT, days=1)}, "watch"),
    ("fever at 4", {**CHILD, **has("fever")}, "doctor"),
    ("fever at 5", {"danger": [], "age": 5, **has(temperature=HOT, days=1)}, "watch"),
    ("diarrhoea at 4", {**CHILD, **has("diarrhoea")}, "doctor"),
    ("diarrhoea at 5", {"danger": [], "age": 5, **has("diarrhoea")}, "watch"),
    ("a denied fever of 39", {**ADULT, "symptoms": {"fever": {"present": False, "temperature": 39.0, "days": 3}}, "symptoms_asked": True}, "doctor"),
    # How bad, how long.
    ("severe", {**ADULT, **has("headache"), "severity": "severe"}, "doctor"),
    ("worse", {**ADULT, **has("headache"), "severity": "worse"}, "doctor"),
    ("mild", {**ADULT, **has("headache"), "severity": "mild"}, "watch"),
    ("not worse", {**ADULT, **has("headache"), "worse": False}, "watch"),
    ("a cough of 14 days", {**ADULT, "symptoms": {"cough": {"present": True, "days": 14}}, "symptoms_asked": True}, "doctor"),
    ("a cough of 13 days", {**ADULT, "symptoms": {"cough": {"present": True, "days": 13}}, "symptoms_asked": True}, "watch"),
    # A positive test.
    ("positive with a cold", {**ADULT, **has("runny_nose"), "positive_test": True}, "isolate"),
    ("positive with a cold and diabetes", {**ADULT, **has("runny_nose"), "positive_test": True, "comorbidity": ["diabetes"]}, "doctor"),
    ("positive with a cold at 60", {**OLD, **has("runny_nose"), "positive_test": True}, "doctor"),
    ("positive with a cold at 59", {**ADULT, "age": 59, **has("runny_nose"), "positive_test": True}, "isolate"),
    ("positive with a cold, oxygen 94", {**ADULT, **has("runny_nose"), "positive_test": True, "oxygen": 94}, "doctor"),
    ("positive today, well", {**ADULT, **WELL, "positive_test": True, "positive_days": 0}, "isolate"),
    ("positive 10 days ago, well", {**ADULT, **WELL, "positive_test": True, "positive_days": 10}, "isolate"),
    ("positive 11 days ago, well", {**ADULT, **WELL, "positive_test": True, "positive_days": 11}, "none"),
    ("days of a positive test alone", {**ADULT, **WELL, "positive_days": 3}, "isolate"),
    # What points to COVID-19.
    ("no smell", {**ADULT, **has("loss_of_smell")}, "isolate"),
    ("no taste", {**ADULT, **has("loss_of_taste")}, "isolate"),
    ("three symptoms", {**ADULT, **has("cough", "headache", "runny_nose")}, "isolate"),
    ("two symptoms", {**ADULT, **has("cough", "headache")}, "watch"),
    ("two and a sore arm", {**ADULT, **has("cough", "headache", "arm_pain")}, "watch"),
    ("two symptoms at 66", {**OLD, "age": 66, **has("cough", "headache")}, "isolate"),
    ("two symptoms at 65", {**OLD, "age": 65, **has("cough", "headache")}, "watch"),
    ("one symptom at 66", {**OLD, "age": 66, **has("cough")}, "watch"),
    # Exposure.
    ("a cold, someone positive at home", {**ADULT, **has("runny_nose"), "exposure": "household"}, "isolate"),
    ("a cold, a close contact", {**ADULT, **has("runny_nose"), "exposure": "close"}, "isolate"),
    ("a cold, no contact", {**ADULT, **has("runny_nose"), "exposure": "none"}, "watch"),
    ("a cold, a contact 14 days ago", {**ADULT, **has("runny_nose"), "exposure": "close", "exposure_days": 14}, "isolate"),
    ("a cold, a contact 15 days ago", {**ADULT, **has("runny_nose"), "exposure": "close", "exposure_days": 15}, "watch"),
    ("well, a contact", {**ADULT, **WELL, "exposure": "close"}, "watch"),
    ("well, a contact 14 days ago", {**ADULT, **WELL, "exposure": "household", "exposure_days": 14}, "watch"),
    ("well, a contact 15 days ago", {**ADULT, **WELL, "exposure": "household", "exposure_days": 15}, "none"),
    ("well, no contact", {**ADULT, **WELL, "exposure": "none"}, "none"),
    ("vaccinated, with a cold and a contact", {**ADULT, **has("runny_nose"), "exposure": "close", "vaccinated": 3}, "isolate"),
    ("a sore arm after the vaccination", {**ADULT, **has("arm_pain"), "vaccinated": 1}, "watch"),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "level"), [pytest.param(facts, level, id=name) for name, facts, level in CASES])
def test_level(facts: dict[str, Any], level: str) -> None:
    assert resolve(facts)[0].level == level


# The newer rules and the older ones differ in how long, and only there.
_OTHERWISE = {"positive 10 days ago, well": "none"}


@pytest.mark.parametrize("day", [date(2020, 7, 13), date(2023, 8, 1)])
def test_levels_of_the_other_sets(day: date) -> None:
    for name, facts, level in CASES:
        expected = _OTHERWISE.get(name, level) if day.year == 2023 else level
        assert resolve(facts, day=day)[0].level == expected, name


def test_every_rule_is_reached_by_a_case() -> None:
    reached = {reason for _, facts, _ in CASES for reason in resolve(facts)[0].reasons}
    unsigned = [rule for rule in rules_in_force(DAY).rules if "{signs}" not in rule.reason]
    assert [rule.id for rule in unsigned if rule.reason not in reached] == []


@pytest.mark.parametrize("day", [date(2022, 1, 16), date(2022, 1, 17), date(2023, 7, 31), date(2023, 8, 1)])
def test_the_rules_of_the_day_are_used(day: date) -> None:
    result = resolve({**ADULT, **WELL, "positive_test": True, "positive_days": 2}, day=day)[0]
    rules = max((rules for rules in all_rules() if rules.valid_from <= day), key=lambda rules: rules.valid_from)
    assert result.version == rules.version
    assert (result.until - day).days == (3 if day >= date(2023, 8, 1) else 8)


def test_how_long_to_isolate() -> None:
    def until(**facts: Any) -> int:
        result = resolve({**ADULT, "positive_test": True, **facts})[0]
        assert result.level == "isolate"
        return (result.until - DAY).days

    assert until(**WELL, positive_days=0) == 10
    assert until(**WELL, positive_days=10) == 0
    assert until(**has("cough")) == 13
    assert until(symptoms={"cough": {"present": True, "days": 4}}, symptoms_asked=True) == 9
    assert until(symptoms={"cough": {"present": True, "days": 12}}, symptoms_asked=True) == 3


@pytest.mark.parametrize(
    ("facts", "hours"),
    [
        ({**OLD, **has("runny_nose")}, 12),
        ({**OLD, "age": 59, **has("runny_nose")}, 24),
        ({**CHILD, **has("runny_nose")}, 12),
        ({**CHILD, "age": 5, **has("runny_nose")}, 24),
        ({**PREGNANT, **has("runny_nose")}, 12),
        ({**ADULT, **has("headache"), "severity": "worse"}, 6),
        ({**ADULT, "oxygen": 94}, 2),
        ({**ADULT, **has(days=3)}, 12),
        ({**ADULT, **has("loss_of_smell")}, 24),
    ],
)
def test_who_is_at_risk_checks_again_sooner(facts: dict[str, Any], hours: int) -> None:
    result = resolve(facts)[0]
    assert result.again_after == timedelta(hours=hours)
    assert result.again_after <= result.valid_for


def test_how_long_after_a_contact() -> None:
    result = resolve({**ADULT, **WELL, "exposure": "close", "exposure_days": 4})[0]
    assert (result.until - DAY).days == 10


def test_who_tested_positive_is_not_sent_to_test() -> None:
    ill = {**ADULT, **has("cough", "headache", "loss_of_smell"), "exposure": "household"}
    assert any("Tes antigen" in advice for advice in resolve({**ill, "positive_test": False})[0].advice)
    assert not any("Tes antigen" in advice for advice in resolve({**ill, "positive_test": True})[0].advice)


def test_a_danger_sign_ends_the_questions() -> None:
    for facts in (
        {"danger": ["fit"]},
        {"oxygen": 80},
        {"symptoms": {"breathlessness": {"present": True, "severity": "severe"}}},
    ):
        result, asked, _ = resolve(facts)
        assert (result.level, asked) == ("emergency", [])
        assert "119" in result.advice[0]
        assert result.danger
        assert result.again_after is None


def test_danger_is_asked_first() -> None:
    for facts in ({}, {"symptoms": {"fever": {"present": True}}}, {"age": 3}, {"positive_test": True}, {"breaths": 40}):
        found = assess(rules_in_force(DAY), facts, DAY)
        assert isinstance(found, Ask)
        assert (found.question_id, found.kind) == ("danger", "danger")
        assert found.options[-1] == ("none", "Tidak ada")


@pytest.mark.parametrize(
    ("facts", "asked"),
    [
        ({}, ["danger", "age", "pregnant", "symptoms", "positive_test", "exposure"]),
        ({"sex": "L", "age": 30}, ["danger", "symptoms", "positive_test", "exposure"]),
        ({"age": 70}, ["danger", "symptoms", "positive_test", "exposure"]),
        ({"age": 3}, ["danger", "danger_child", "symptoms", "positive_test", "exposure"]),
        ({"age": 0}, ["danger", "danger_child", "symptoms", "positive_test", "exposure"]),
        ({"age": 28, "pregnant": True}, ["danger", "danger_pregnant", "symptoms", "positive_test", "exposure"]),
        ({**ADULT, **has("fever")}, ["positive_test", "severity", "fever_days", "comorbidity", "exposure"]),
        ({**ADULT, **has("cough"), "positive_test": True}, ["oxygen", "severity", "comorbidity"]),
        ({**ADULT, **WELL, "positive_test": True}, ["positive_days"]),
        ({**ADULT, **has("breathlessness")}, ["severity", "positive_test"]),
    ],
)
def test_only_what_decides_is_asked(facts: dict[str, Any], asked: list[str]) -> None:
    assert resolve(facts)[1] == asked
