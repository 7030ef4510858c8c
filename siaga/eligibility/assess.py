"""Whether a person may be vaccinated on a day: a pure function of the rules, what is known, and the day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from siaga.eligibility.facts import read_facts
from siaga.eligibility.rules import Rule, RuleSet
from siaga.rulefiles.conditions import Condition, Unknown, check


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
    decided, None for eligible; ``version`` the rule set's. ``notes`` are what may be said to a person who is not sent
    away for good about what they told ("Ibu menyusui boleh divaksin.").
    """

    kind: str
    until: date | None
    reasons: list[str]
    sources: list[str]
    rule_id: str | None
    version: str
    notes: list[str] = field(default_factory=list)


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
    notes, note_sources = _notes(rules, known, day) if rule.kind == "postpone" else ([], [])
    return Outcome(
        rule.kind,
        max(ends) if ends else None,
        list(dict.fromkeys(each.reason for each in held)),
        list(dict.fromkeys([each.source for each in held] + note_sources)),
        rule.id,
        rules.version,
        notes,
    )


def _notes(rules: RuleSet, known: Mapping[str, Any], day: date) -> tuple[list[str], list[str]]:
    """What may be said about what was told, and the sources."""
    asked_if = _asked_if(rules)
    said = [note for note in rules.notes if check(note.condition, known, day, asked_if) is True]
    return [note.say for note in said], [note.source for note in said]


def _speaks_for(rule: Rule, of: Rule, known: Mapping[str, Any], day: date) -> bool:
    """Whether something is known that speaks for ``rule``, and that ``of`` looks at, too."""
    return any(
        clause.fact in known and clause.fact in of.condition.facts and clause.holds(known[clause.fact], day)
        for clause in rule.condition.clauses
    )


def _decided_at_once(rules: RuleSet, after: int, known: Mapping[str, Any], day: date) -> int | None:
    """The rule below ``after`` that holds whatever is answered, and has no last day that an answer could move.

    Who has a fever is not asked for the day of the last dose. An earlier rule about the same matter is asked about
    first: it may be the stricter one (a severe allergy, and one after a dose).
    """
    asked_if = _asked_if(rules)
    undecided: list[Rule] = []
    for at in range(after, len(rules.rules)):
        rule = rules.rules[at]
        found = check(rule.condition, known, day, asked_if)
        if isinstance(found, Unknown):
            undecided.append(rule)
        elif found and rule.until is None:
            return None if any(_speaks_for(earlier, rule, known, day) for earlier in undecided) else at
    return None


def assess(rules: RuleSet, facts: Mapping[str, Any], day: date, *, at_once: bool = False) -> Ask | Outcome:
    """The next question that is needed, or the outcome.

    Rules are looked at in order. The first that holds decides; one that hangs on an unknown fact asks for it; if none
    holds, the person is eligible. ``facts`` are those of ``siaga.eligibility.facts``, and ``birth_date``.

    Args:
        at_once: do not ask what a rule further down makes needless: a person who is ill today is told so, without
            being asked for age and doses. The outcome is never better than without.

    Raises:
        FactError: a fact that is not known, or a value that cannot be.
    """
    known = read_facts(facts, day)
    asked_if = _asked_if(rules)
    for at, rule in enumerate(rules.rules):
        found = check(rule.condition, known, day, asked_if)
        if isinstance(found, Unknown):
            decided = _decided_at_once(rules, at, known, day) if at_once else None
            return _ask(rules, found.fact) if decided is None else _outcome(rules, decided, known, day)
        if found:
            return _outcome(rules, at, known, day)
    notes, sources = _notes(rules, known, day)
    return Outcome("eligible", None, [], list(dict.fromkeys([rules.source, *sources])), None, rules.version, notes)


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
