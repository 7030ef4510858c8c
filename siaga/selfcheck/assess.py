"""How urgent somebody's signs are on a day: a pure function of the rules, what is known, and the day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from siaga.rulefiles.conditions import Partly, Unknown, check
from siaga.selfcheck.facts import APPLIES_IF, ASKED_AS, SIGNS, read_facts
from siaga.selfcheck.results import LEVELS, Ask, Level, Result
from siaga.selfcheck.rules import DANGER, Rule, RuleSet, Until


def _known(rules: RuleSet, facts: Mapping[str, Any], day: date) -> dict[str, Any]:
    known = read_facts(facts, day)
    symptoms = known.get("symptoms", frozenset())
    if "fever" in (symptoms.there if isinstance(symptoms, Partly) else symptoms):
        known.setdefault("temperature", rules.unmeasured_fever)
    return known


def _ask(rules: RuleSet, fact: str) -> Ask:
    question = rules.questions[ASKED_AS.get(fact, fact)]
    return Ask(question.id, question.kind, question.text, question.options, question.example, question.why)


def _last_day(until: Until, known: Mapping[str, Any], day: date) -> date:
    return day + timedelta(days=max(until.days - known.get(until.fact, 0), until.at_least, 0))


def _signs(held: list[Rule], known: Mapping[str, Any]) -> tuple[str, ...]:
    told = frozenset().union(*(known.get(fact, frozenset()) for fact in DANGER))
    return tuple(sign for sign in SIGNS if sign in told or any(rule.sign == sign for rule in held))


def _result(rules: RuleSet, level: Level, held: list[Rule], known: Mapping[str, Any], day: date) -> Result:
    stage = rules.stages[level]
    if not held:
        return Result(
            level, (stage.reason,), stage.advice, (stage.source,), stage.again_after, stage.valid_for, rules.version
        )
    signs = _signs(held, known)
    told = ", ".join(rules.signs[sign].name for sign in signs)
    advice = [*stage.advice]
    for sign in signs:
        advice += rules.signs[sign].advice
    for rule in held:
        advice += rule.advice
    sooner = [rule.again_after for rule in held if rule.again_after]
    ends = [_last_day(rule.until, known, day) for rule in held if rule.until]
    return Result(
        level,
        tuple(dict.fromkeys(rule.reason.replace("{signs}", told) for rule in held)),
        tuple(dict.fromkeys(advice)),
        tuple(dict.fromkeys(rule.source for rule in held)),
        min(sooner) if sooner else stage.again_after,
        stage.valid_for,
        rules.version,
        signs,
        max(ends) if ends else None,
    )


def assess(rules: RuleSet, facts: Mapping[str, Any], day: date) -> Ask | Result:
    """The next question that is needed, or how urgent it is.

    The levels are looked at from the gravest. If a rule of a level surely holds, that is the level, and nothing more is
    asked; if one of them hangs on an unknown fact, it is asked for; if none can hold, the next level is looked at. So
    danger signs come first and one of them ends the questions. ``facts`` are those of ``siaga.selfcheck.facts``.

    Raises:
        FactError: a fact that is not known, or a value that cannot be.
    """
    known = _known(rules, facts, day)
    # What was told counts, whether it would have been asked or not.
    asked_if = {name: None if name in known else gate for name, gate in {**APPLIES_IF, **rules.asked_if}.items()}
    for level in LEVELS:
        found = [(rule, check(rule.condition, known, day, asked_if)) for rule in rules.rules if rule.level == level]
        held = [rule for rule, holds in found if holds is True]
        if held:
            return _result(rules, level, held, known, day)
        for _, unknown in found:
            if isinstance(unknown, Unknown):
                return _ask(rules, unknown.fact)
    return _result(rules, "none", [], known, day)
