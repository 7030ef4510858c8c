"""The conditions of the rule files: ``doses_received is 1 and last_dose_on less than 8 weeks ago``.

Clauses are joined by ``and`` only; what needs an "or" is two rules. A clause is one of::

    FACT is VALUE                 FACT is VALUE or VALUE …       FACT is not VALUE
                                  (of a list: any of them is there, none of them is)
    FACT is any                   (of a list: anything is there)
    FACT < N    <=    >    >=     FACT above N/N (blood pressure, either number)
    FACT less than N days|weeks|months ago

A condition holds, does not hold, or hangs on a fact that is not known yet, or known only in part (``Partly``,
``AtLeast``).
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from siaga.people.spans import Span
from siaga.rulefiles.facts import Fact, FactError

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_AGO = re.compile(r"^(\w+) less than (\d+) (day|week|month)s? ago$")
_ORDER = re.compile(r"^(\w+) (<=|>=|<|>) (\d+(?:\.\d+)?)$")
_ABOVE = re.compile(r"^(\w+) above (\d+/\d+)$")
_IS = re.compile(r"^(\w+) is (not )?(.+)$")


class ConditionError(ValueError):
    """A condition that cannot be read, told for whoever wrote it."""


@dataclass(frozen=True)
class Partly:
    """What is known of a list before all of it was asked."""

    there: frozenset[str]
    not_there: frozenset[str]


@dataclass(frozen=True)
class AtLeast:
    """A number of which only the least is known."""

    number: int


@dataclass(frozen=True)
class Clause:
    """One comparison of one fact; ``holds`` takes the fact's value and the day, and gives None if what is known of the
    value does not settle it."""

    fact: str
    holds: Callable[[Any, date], bool | None] = field(compare=False)  # conditions are the same that are written alike


@dataclass(frozen=True)
class Unknown:
    """The answer hangs on this fact."""

    fact: str


@dataclass(frozen=True)
class Condition:
    """Clauses that must all hold; ``text`` is what was written."""

    text: str
    clauses: tuple[Clause, ...]

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts it looks at, in order."""
        return tuple(dict.fromkeys(clause.fact for clause in self.clauses))


def _fact(name: str, facts: Mapping[str, Fact]) -> Fact:
    if name not in facts:
        raise ConditionError(f"“{name}” is not a fact. Known: {', '.join(facts)}.")
    return facts[name]


def _value(fact: Fact, text: str) -> Any:
    try:
        return fact.read(text)
    except FactError as error:
        raise ConditionError(f"{error}, not “{text}”.") from None


def _ordered(fact: Fact, *kinds: str) -> None:
    if fact.kind not in kinds:
        raise ConditionError(f"{fact.name} is {fact.expects}; it cannot be compared this way.")


def _compared(sign: str, limit: float) -> Callable[[Any, date], bool | None]:
    compare, rising = _COMPARE[sign], sign.startswith(">")

    def holds(value: Any, day: date) -> bool | None:
        if not isinstance(value, AtLeast):
            return compare(value, limit)
        # More can make "at least" true and "less than" false, never the other way round.
        return rising if compare(value.number, limit) is rising else None

    return holds


def _among(wanted: frozenset[str], negated: bool) -> Callable[[Any, date], bool | None]:
    def holds(value: Any, day: date) -> bool | None:
        if not isinstance(value, Partly):
            return bool(value & wanted) is not negated
        if value.there & wanted:
            return not negated
        return negated if wanted <= value.not_there else None

    return holds


def _one_of(wanted: list[Any], negated: bool) -> Callable[[Any, date], bool | None]:
    def holds(value: Any, day: date) -> bool | None:
        if not isinstance(value, AtLeast):
            return (value in wanted) is not negated
        return negated if all(each < value.number for each in wanted) else None

    return holds


def _clause(text: str, facts: Mapping[str, Fact]) -> Clause:
    if match := _AGO.match(text):
        fact = _fact(match.group(1), facts)
        _ordered(fact, "date")
        span = Span(int(match.group(2)), match.group(3))
        return Clause(fact.name, lambda value, day: day < span.after(value))
    if match := _ORDER.match(text):
        fact = _fact(match.group(1), facts)
        _ordered(fact, "number", "weeks", "decimal")
        limit = float(match.group(3))
        if fact.most and not fact.least <= limit <= fact.most:
            raise ConditionError(f"“{text}” can only be a slip: {fact.name} lies between {fact.least} and {fact.most}.")
        return Clause(fact.name, _compared(match.group(2), limit))
    if match := _ABOVE.match(text):
        fact = _fact(match.group(1), facts)
        _ordered(fact, "pressure")
        systolic, diastolic = _value(fact, match.group(2))
        if systolic <= diastolic:
            raise ConditionError(f"“{text}” can only be a slip: the first number is the higher one, as in 180/110.")
        return Clause(fact.name, lambda value, day: value[0] > systolic or value[1] > diastolic)
    if match := _IS.match(text):
        fact = _fact(match.group(1), facts)
        if fact.kind in ("date", "pressure", "decimal"):
            raise ConditionError(f"{fact.name} is {fact.expects}; compare it with “less than … ago”, “>” or “above”.")
        values = match.group(3).split(" or ")
        negated = bool(match.group(2))
        if fact.kind == "several":
            if values == ["any"]:
                values = list(fact.values)
            return Clause(fact.name, _among(frozenset().union(*(_value(fact, value) for value in values)), negated))
        return Clause(fact.name, _one_of([_value(fact, value) for value in values], negated))
    raise ConditionError(
        f"“{text}” cannot be read. Write for example “age < 18”, “pregnant is yes”, "
        "“last_dose_on less than 6 months ago”, joined by “and”."
    )


def parse_condition(text: str, facts: Mapping[str, Fact]) -> Condition:
    """The condition in ``text``, which may look at ``facts``.

    Raises:
        ConditionError: it cannot be read, or names a fact or value that does not exist.
    """
    plain = " ".join(text.split())
    return Condition(plain, tuple(_clause(clause, facts) for clause in plain.split(" and ")))


def check(
    condition: Condition, known: Mapping[str, Any], day: date, asked_if: Mapping[str, Condition | None]
) -> bool | Unknown:
    """Whether the condition holds on ``day``.

    ``asked_if`` has the facts that can be asked for, each with the condition under which it means anything. A clause on
    a fact that means nothing here, or that is neither known nor ever asked, does not hold.
    """
    first: Unknown | None = None
    for clause in condition.clauses:
        found = _check_clause(clause, known, day, asked_if)
        if found is False:
            return False
        if isinstance(found, Unknown) and first is None:
            first = found
    return first if first else True


def _check_clause(
    clause: Clause, known: Mapping[str, Any], day: date, asked_if: Mapping[str, Condition | None]
) -> bool | Unknown:
    gate = asked_if.get(clause.fact)
    applies = check(gate, known, day, asked_if) if gate else True
    if applies is False:
        return False
    if clause.fact in known:
        held = clause.holds(known[clause.fact], day)
        if held is not None:
            return held
    if clause.fact not in asked_if:
        return False
    return applies if isinstance(applies, Unknown) else Unknown(clause.fact)
