"""The conditions of the rule files of eligibility: the language of ``siaga.rulefiles.conditions`` on its facts."""

from __future__ import annotations

from siaga.eligibility.facts import FACTS
from siaga.rulefiles import conditions
from siaga.rulefiles.conditions import Condition


def parse_condition(text: str) -> Condition:
    """The condition in ``text``.

    Raises:
        ConditionError: it cannot be read, or names a fact or value that does not exist.
    """
    return conditions.parse_condition(text, FACTS)
