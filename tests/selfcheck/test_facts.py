"""Facts told as JSON become what conditions compare; what cannot be is refused without repeating it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from siaga.eligibility.facts import COMORBIDITIES as OF_ELIGIBILITY
from siaga.rulefiles.conditions import AtLeast, Partly
from siaga.selfcheck import FactError
from siaga.selfcheck.facts import COMORBIDITIES, read_facts

DAY = date(2022, 2, 1)


def test_illnesses_are_called_as_elsewhere() -> None:
    assert COMORBIDITIES == OF_ELIGIBILITY


@pytest.mark.parametrize(
    "facts",
    [
        {"name": "Warga Uji 001"},
        {"age": 131},
        {"age": -1},
        {"age": True},
        {"age": "tua"},
        {"sex": "X"},
        {"oxygen": 101},
        {"oxygen": 0.5},
        {"temperature": 380},
        {"breaths": 151},
        {"danger": ["wrong"]},
        {"danger": 7},
        {"comorbidity": ["flu"]},
        {"symptoms": {"tired": True}},
        {"symptoms": {"fever": 38}},
        {"symptoms": {"fever": {"present": "yes"}}},
        {"symptoms": {"fever": {"severity": "awful"}}},
        {"symptoms": {"fever": {"since": 3}}},
        {"symptoms": {"fever": {"days": -1}}},
        {"symptoms": {"fever": {"temperature": 100.4}}},
        {"symptoms": ["tired"]},
        {"symptoms_asked": "perhaps"},
        {"severity": "awful"},
        {"worse": "perhaps"},
        {"exposure": "far"},
        {"positive_days": 401},
        {"birth_date": "2022-02-02"},
        {"birth_date": "yesterday"},
    ],
)
def test_what_cannot_be_is_refused(facts: dict[str, Any]) -> None:
    with pytest.raises(FactError) as error:
        read_facts(facts, DAY)
    for word in ("Warga", "131", "380", "100.4", "wrong", "awful", "tua"):
        assert word not in str(error.value)


def test_nothing_told_is_nothing_known() -> None:
    assert read_facts({"age": None, "danger": None, "symptoms": None}, DAY) == {"sex": "unknown"}


def test_symptoms_told_and_not_asked_are_known_in_part() -> None:
    known = read_facts({"symptoms": {"fever": {"present": True}, "cough": {"present": False}}}, DAY)
    assert known["symptoms"] == Partly(frozenset({"fever"}), frozenset({"cough"}))
    assert known["symptom_count"] == AtLeast(1)
    known = read_facts({"symptoms": {"fever": {"present": True}}, "symptoms_asked": True}, DAY)
    assert (known["symptoms"], known["symptom_count"]) == (frozenset({"fever"}), 1)
    assert read_facts({"symptoms": {}}, DAY)["symptoms"] == frozenset()
    assert read_facts({"symptoms_asked": True}, DAY)["symptom_count"] == 0
    assert "symptoms" not in read_facts({"symptoms": {}, "symptoms_asked": False}, DAY)
    assert read_facts({"symptoms": "fever,cough"}, DAY)["symptom_count"] == 2


def test_a_thermometer_is_believed() -> None:
    known = read_facts({"symptoms": {}, "temperature": 38.2}, DAY)
    assert (known["symptoms"], known["temperature"]) == (frozenset({"fever"}), 38.2)
    assert read_facts({"symptoms": {}, "temperature": 37.4}, DAY)["symptoms"] == frozenset()
    known = read_facts({"symptoms": {"fever": {"present": True}}, "temperature": 37.4}, DAY)
    assert known["symptoms"].there == frozenset({"fever"})


def test_the_graver_counts() -> None:
    mild = {"symptoms": {"cough": {"present": True, "severity": "mild"}}, "symptoms_asked": True}
    assert read_facts(mild, DAY)["severity"] == "mild"
    assert read_facts({**mild, "worse": True}, DAY)["severity"] == "worse"
    assert read_facts({**mild, "severity": "severe", "worse": True}, DAY)["severity"] == "severe"
    assert "severity" not in read_facts({**mild, "symptoms_asked": False}, DAY)
    days = {"symptoms": {"cough": {"present": True, "days": 2}, "fever": {"present": True, "days": 4}}}
    known = read_facts({**days, "fever_days": 1}, DAY)
    assert (known["fever_days"], known["cough_days"], known["symptom_days"]) == (4, 2, 4)


@pytest.mark.parametrize(
    ("told", "age", "months"),
    [
        ({"birth_date": "2021-11-02"}, 0, 2),
        ({"birth_date": "2021-11-01"}, 0, 3),
        ({"birth_date": "2017-02-01"}, 5, 60),
        ({"age_months": 11}, 0, 11),
        ({"age_months": 12}, 1, 12),
    ],
)
def test_age(told: dict[str, Any], age: int, months: int) -> None:
    known = read_facts(told, DAY)
    assert (known["age"], known["age_months"]) == (age, months)
