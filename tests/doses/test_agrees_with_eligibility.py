"""content/doses and content/eligibility say the same of when a dose may be given."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from siaga.doses import Given, next_dose
from siaga.doses.rules import all_rules
from siaga.eligibility import Ask, assess, rules_in_force
from siaga.eligibility.rules import all_rules as all_eligibility_rules

WELL = {"sex": "L", "frail": False, "health_now": "well", "condition": "none"}
BRANDS = ("sinovac", "astrazeneca", "pfizer", "moderna", "sinopharm", "janssen", "other")
BIRTHS = (date(1950, 3, 1), date(1962, 5, 1), date(1980, 1, 1), date(2005, 6, 1), date(2009, 6, 1), date(2014, 2, 1))
STARTS = sorted(
    {rules.valid_from for rules in all_rules()} | {rules.valid_from for rules in all_eligibility_rules()}
)  # fmt: skip
DAYS = sorted({day + timedelta(days=more) for day in STARTS for more in (0, 1, -1, 20)} - {date(2021, 2, 10)})
INTERVAL_RULES = ("dose_2", "booster_1", "booster_2")
TOO_YOUNG = ("too_young", "booster_too_young", "booster_2_too_young")


def _facts(count: int, vaccine: str, last_on: date, born: date) -> dict[str, Any]:
    return {**WELL, "birth_date": born, "doses_received": count, "last_vaccine": vaccine, "last_dose_on": last_on}


def _decided_by(rules_day: date, facts: dict[str, Any], on: date) -> tuple[str, str]:
    found = assess(rules_in_force(rules_day), facts, on)
    assert not isinstance(found, Ask), found.question_id
    return found.kind, found.rule_id or ""


def _cases() -> Iterator[tuple[date, int, str, date, date]]:
    for day in DAYS:
        for count in (1, 2, 3):
            for vaccine in BRANDS:
                # Janssen was never given below 18; eligibility does not look at the age of its booster.
                for born in BIRTHS if vaccine != "janssen" else BIRTHS[:3]:
                    for ago in (0, 10, 100, 400):
                        yield day, count, vaccine, day - timedelta(days=ago), born


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_from_that_day_on_and_not_the_day_before(day: date) -> None:
    compared = 0
    for _, count, vaccine, last_on, born in (case for case in _cases() if case[0] == day):
        found = next_dose([Given(count, vaccine, last_on)], born, day)
        if found.kind not in ("due", "too_young") or found.start is None:
            continue
        if vaccine == "janssen" and date(2022, 2, 22) <= day < date(2022, 2, 25):
            # Three days on which eligibility let the elderly wait six months after Janssen, against the circular.
            continue
        facts, start = _facts(count, vaccine, last_on, born), found.start
        what = (day, count, vaccine, last_on, born, start)
        kind, rule = _decided_by(day, facts, start)
        assert not rule.startswith(INTERVAL_RULES), (what, rule)
        assert kind == "eligible", (what, rule)
        eve = start - timedelta(days=1)
        if eve >= last_on:
            kind, rule = _decided_by(day, facts, eve)
            if found.kind == "due" and rule not in TOO_YOUNG:
                assert kind == "postpone" and rule.startswith(INTERVAL_RULES), (what, rule)
            else:
                assert kind == "not_eligible" and rule in TOO_YOUNG, (what, rule)
        compared += 1
    assert compared > 20


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_what_is_complete_in_one_is_in_the_other(day: date) -> None:
    for _, count, vaccine, last_on, born in (case for case in _cases() if case[0] == day):
        # Eligibility knows no single-dose vaccine before boosters began; see docs/commands.md, “doses”.
        if vaccine == "janssen" and count == 1:
            continue
        if next_dose([Given(count, vaccine, last_on)], born, day).kind == "complete":
            assert _decided_by(day, _facts(count, vaccine, last_on, born), day)[0] == "not_eligible"
