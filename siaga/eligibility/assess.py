"""Whether a person may be vaccinated on a day: a pure function of the rules, what is known, and the day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from siaga.eligibility.conditions import Condition, Unknown, check
from siaga.eligibility.facts import read_facts
from siaga.eligibility.rules import Rule, RuleSet


@dataclass(frozen=True)
class Ask:
    """The next question. ``text`` may hold ``{who}``, to be filled with "Anda", "ibu Anda" …

    ``kind`` is choice, yesno, date, weeks or number; ``options`` are (value, label), values as JSON keeps them.
    """

    question_id: str
    text: str
    options: list[tuple[Any, str]]
    kind: str
    why: str
    example: str


@dataclass(frozen=True)
class Outcome:
    """``kind`` is eligible, postpone, refer (to a doctor first), or not_eligible.

    A postponement lasts ``until`` a day, or, if that is None, until its reason is over. ``rule_id`` is the rule that
    decided, None for eligible; ``version`` the rule set's.
    """

    kind: str
    until: date | None
    reasons: list[str]
    sources: list[str]
    rule_id: str | None
    version: str


def _asked_if(rules: RuleSet) -> dict[str, Condition | None]:
    return {name: question.asked_if for name, question in rules.questions.items()}


def _ends(rule: Rule, known: Mapping[str, Any], day: date) -> date | None:
    if rule.until is None:
        return None
    value = known[rule.until.fact]
    if rule.until.span:
        return rule.until.span.after(value)
    return day + timedelta(weeks=rule.until.week - value)


def _ask(rules: RuleSet, fact: str) -> Ask:
    question = rules.questions[fact]
    return Ask(fact, question.text, list(question.options), question.kind, question.why, question.example)


def _outcome(rules: RuleSet, at: int, known: Mapping[str, Any], day: date) -> Outcome:
    """What rule ``at`` decides. A postponement lasts until the last of all that are known to hold, so that nobody comes
    on the day told only to be sent home for another reason."""
    rule = rules.rules[at]
    held = [rule]
    if rule.kind == "postpone":
        asked_if = _asked_if(rules)
        held += [
            later
            for later in rules.rules[at + 1 :]
            if later.kind == "postpone" and check(later.condition, known, day, asked_if) is True
        ]
    ends = [end for end in (_ends(each, known, day) for each in held) if end]
    return Outcome(
        rule.kind,
        max(ends) if ends else None,
        list(dict.fromkeys(each.reason for each in held)),
        list(dict.fromkeys(each.source for each in held)),
        rule.id,
        rules.version,
    )


def assess(rules: RuleSet, facts: Mapping[str, Any], day: date) -> Ask | Outcome:
    """The next question that is needed, or the outcome.

    Rules are looked at in order. The first that holds decides; one that hangs on an unknown fact asks for it; if none
    holds, the person is eligible. ``facts`` are those of ``siaga.eligibility.facts``, and ``birth_date``.

    Raises:
        FactError: a fact that is not known, or a value that cannot be.
    """
    known = read_facts(facts, day)
    asked_if = _asked_if(rules)
    for at, rule in enumerate(rules.rules):
        found = check(rule.condition, known, day, asked_if)
        if isinstance(found, Unknown):
            return _ask(rules, found.fact)
        if found:
            return _outcome(rules, at, known, day)
    return Outcome("eligible", None, [], [rules.source], None, rules.version)


def questions(rules: RuleSet, facts: Mapping[str, Any], day: date) -> list[str]:
    """The questions that may still come, in the order of the rules: at most these, often fewer."""
    known = read_facts(facts, day)
    asked_if = _asked_if(rules)
    open_facts: list[str] = []
    for rule in rules.rules:
        found = check(rule.condition, known, day, asked_if)
        if found is True:
            break
        if found is False:
            continue
        for fact in rule.condition.facts:
            open_facts += _open(fact, known, day, asked_if)
    return list(dict.fromkeys(open_facts))


def _open(fact: str, known: Mapping[str, Any], day: date, asked_if: Mapping[str, Condition | None]) -> list[str]:
    """The fact, after those that decide whether it is asked."""
    if fact in known or fact not in asked_if:
        return []
    gate = asked_if[fact]
    if gate is None:
        return [fact]
    if check(gate, known, day, asked_if) is False:
        return []
    return [before for name in gate.facts for before in _open(name, known, day, asked_if)] + [fact]
