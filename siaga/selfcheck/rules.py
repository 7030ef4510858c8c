"""The dated rule sets of ``content/selfcheck``: one file for each day from which something changed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from string import Formatter
from typing import Any

from siaga.content import Entry, live, only_keys, take_entries, take_text
from siaga.rulefiles.conditions import Condition, ConditionError, parse_condition
from siaga.rulefiles.dated import RuleFileError, RuleFiles, no_twins, take_name, valid_from, version_of
from siaga.rulefiles.facts import FactError
from siaga.selfcheck.facts import APPLIES_IF, ASKED_AS, FACTS, NONE, RISING, SIGNS, UNMEASURED
from siaga.selfcheck.results import LEVELS, Level
from siaga.settings import ROOT

DIRECTORY = ROOT / "content" / "selfcheck"
LABEL = 24
"""The characters that fit on a row of a WhatsApp list."""
BUTTON = 20
ROWS = 10
REASON = 240
SENTENCE = 200
DANGER = ("danger", "danger_child", "danger_pregnant")

_LENGTH = re.compile(r"^(\d+) (hour|day)s?$")
_UNTIL = re.compile(r"^(\w+) reaches (\d+)$")
_COUNTED = ("positive_days", "symptom_days", "exposure_days")
# What must only ever be looked for from below, so that more of it is never better.
_NOT_RISING = re.compile(
    rf"^(?:(?:{'|'.join(RISING)}) is not\b|(?:symptom_count|fever_days|cough_days|symptom_days) (?:is|<)|"
    r"severity is (?:not\b|(?!.*\bsevere\b)))"
)


@dataclass(frozen=True)
class Until:
    """The last day of isolating: when the days of ``fact`` reach ``days``, and ``at_least`` days from today."""

    fact: str
    days: int
    at_least: int


@dataclass(frozen=True)
class Rule:
    """If ``condition`` holds, it is (at least) ``level``, for this reason and source. ``sign`` is the danger sign that
    it amounts to; ``reason`` may hold ``{signs}``."""

    id: str
    condition: Condition
    level: Level
    reason: str
    advice: tuple[str, ...]
    again_after: timedelta | None
    until: Until | None
    sign: str | None
    source: str


@dataclass(frozen=True)
class Stage:
    """What is told with a level, whatever rule decided it."""

    advice: tuple[str, ...]
    again_after: timedelta | None
    valid_for: timedelta
    reason: str
    source: str


@dataclass(frozen=True)
class Sign:
    """A danger sign as a citizen reads it, and what to do until help comes."""

    id: str
    name: str
    advice: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """How a fact is asked for. ``text`` may hold ``{who}``; ``options`` are (value, label)."""

    id: str
    kind: str
    text: str
    options: tuple[tuple[Any, str], ...]
    example: str
    why: str
    asked_if: Condition | None


@dataclass(frozen=True)
class RuleSet:
    """The rules in force from ``valid_from``, the gravest level first, and the questions they may ask.

    ``unmeasured_fever`` is the temperature that a fever without a thermometer counts as. ``version`` names the day and
    the exact wording of both files: a result can be traced to what was in force.
    """

    valid_from: date
    version: str
    title: str
    source: str
    unmeasured_fever: float
    stages: dict[Level, Stage]
    signs: dict[str, Sign]
    rules: tuple[Rule, ...]
    questions: dict[str, Question]

    @property
    def asked_if(self) -> dict[str, Condition | None]:
        """The facts that can become known, each with the condition under which it means anything."""
        gates: dict[str, Condition | None] = {name: question.asked_if for name, question in self.questions.items()}
        gates |= {name: gates[asked] for name, asked in ASKED_AS.items() if asked in gates}
        return gates


def _text(entry: Entry, key: str, longest: int | None = None, optional: bool = False) -> str:
    return take_text(entry, key, RuleFileError, longest, optional)


def _sentences(entry: Entry, key: str) -> tuple[str, ...]:
    value = entry.get(key)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(each, str) and each.strip() for each in value):
        raise entry.error(f"“{key}” must be a list of sentences, “- …” each.", key, RuleFileError)
    sentences = tuple(each.strip() for each in value)
    for sentence in sentences:
        if len(sentence) > SENTENCE:
            raise entry.error(
                f"a sentence of “{key}” has {len(sentence)} characters; at most {SENTENCE} fit.", key, RuleFileError
            )
        if "{" in sentence or "}" in sentence:
            raise entry.error(f"“{key}” holds no braces.", key, RuleFileError)
    return sentences


def _length(entry: Entry, key: str) -> timedelta | None:
    if key not in entry:
        return None
    match = _LENGTH.match(_text(entry, key))
    if not match or not int(match[1]):
        raise entry.error(f"“{key}” must be written “12 hours” or “3 days”.", key, RuleFileError)
    return timedelta(hours=int(match[1]) * (24 if match[2] == "day" else 1))


def _fields(text: str) -> set[str]:
    try:
        return {field for _, field, _, _ in Formatter().parse(text) if field is not None}
    except ValueError:
        return {"{"}


def _condition(entry: Entry, key: str) -> Condition:
    try:
        condition = parse_condition(_text(entry, key), FACTS)
    except ConditionError as error:
        raise entry.error(str(error), key, RuleFileError) from None
    for clause in condition.text.split(" and "):
        if _NOT_RISING.match(clause):
            raise entry.error(
                f"“{clause}” would make it better to have more or graver signs; look for “is”, “>=” or “severe”.",
                key,
                RuleFileError,
            )
    return condition


def _until(entry: Entry, level: str) -> Until | None:
    if "until" not in entry:
        if "at_least" in entry:
            raise entry.error("“at_least” goes with “until” only.", "at_least", RuleFileError)
        return None
    if level not in ("isolate", "watch"):
        raise entry.error("“until” goes with “then: isolate” or “then: watch” only.", "until", RuleFileError)
    match = _UNTIL.match(_text(entry, "until"))
    if not match or match[1] not in _COUNTED:
        raise entry.error(
            f"“until” must be written “positive_days reaches 10”, with one of {', '.join(_COUNTED)}.",
            "until",
            RuleFileError,
        )
    least = _length(entry, "at_least")
    return Until(match[1], int(match[2]), least.days if least else 0)


def _rule(entry: Entry) -> Rule:
    only_keys(
        entry,
        ("id", "if", "then", "reason", "advice", "again_after", "until", "at_least", "sign", "source", "seen_in"),
        RuleFileError,
    )
    level = _text(entry, "then")
    known = [name for name in LEVELS if name != "none"]
    if level not in known:
        raise entry.error(f"“then” must be one of {', '.join(known)}.", "then", RuleFileError)
    sign = _text(entry, "sign", optional=True) or None
    if sign is not None and (sign not in SIGNS or level != "emergency"):
        raise entry.error(
            f"“sign” goes with “then: emergency”, and must be one of {', '.join(SIGNS)}.", "sign", RuleFileError
        )
    reason = _text(entry, "reason", REASON)
    condition = _condition(entry, "if")
    if _fields(reason) - {"signs"} or ("{signs}" in reason and not set(condition.facts) & set(DANGER)):
        raise entry.error(
            "“reason” may hold {signs} where “if” looks at danger signs, and no other braces.", "reason", RuleFileError
        )
    _text(entry, "seen_in", optional=True)
    return Rule(
        take_name(entry),
        condition,
        next(each for each in LEVELS if each == level),
        reason,
        _sentences(entry, "advice"),
        _length(entry, "again_after"),
        _until(entry, level),
        sign,
        _text(entry, "source"),
    )


def _stage(entry: Entry, level: Level) -> Stage:
    only_keys(entry, ("advice", "again_after", "valid_for", "reason", "source"), RuleFileError)
    advice = _sentences(entry, "advice")
    if not advice:
        raise entry.error("“advice” is missing: what shall people do?", "advice", RuleFileError)
    valid_for = _length(entry, "valid_for")
    if valid_for is None:
        raise entry.error("“valid_for” is missing; write such as “24 hours”.", None, RuleFileError)
    needed = level == "none"
    if not needed and ("reason" in entry or "source" in entry):
        raise entry.error("only “none” has a reason and source here; elsewhere the rules have.", None, RuleFileError)
    return Stage(
        advice,
        _length(entry, "again_after"),
        valid_for,
        _text(entry, "reason", REASON, optional=not needed),
        _text(entry, "source", optional=not needed),
    )


def _stages(content: Entry) -> dict[Level, Stage]:
    levels = content.get("levels")
    if not isinstance(levels, Entry):
        raise content.error("“levels” must have a part for each level.", "levels", RuleFileError)
    only_keys(levels, LEVELS, RuleFileError)
    stages: dict[Level, Stage] = {}
    for level in LEVELS:
        if not isinstance(levels.get(level), Entry):
            raise content.error(f"“levels” has nothing for {level}.", "levels", RuleFileError)
        stages[level] = _stage(levels[level], level)
    return stages


def _sign(entry: Entry) -> Sign:
    only_keys(entry, ("id", "name", "advice"), RuleFileError)
    name = take_name(entry)
    if name not in SIGNS:
        raise entry.error(f"“{name}” is not a danger sign. Known: {', '.join(SIGNS)}.", "id", RuleFileError)
    return Sign(name, _text(entry, "name", 60), _sentences(entry, "advice"))


def _value(name: str, text: str) -> Any:
    """The value of an option; raises FactError."""
    fact = FACTS[name]
    if fact.kind == "several":
        if text == NONE:
            return NONE
        (value,) = fact.read([text])
        return value
    if name == "oxygen" and text == UNMEASURED:
        return UNMEASURED
    return fact.read(text)


def _options(entry: Entry, name: str) -> tuple[tuple[Any, str], ...]:
    fact = FACTS[name]
    given = entry.get("options")
    if given is None:
        if fact.kind == "yesno":
            return ((True, "Ya"), (False, "Tidak"))
        if fact.kind in ("choice", "several"):
            raise entry.error(f"“options” is missing; {name} must be {fact.expects}.", None, RuleFileError)
        return ()
    if not isinstance(given, Entry):
        raise entry.error("“options” must be lines such as “cough: Batuk”.", "options", RuleFileError)
    if len(given) > ROWS:
        raise entry.error(f"a list has at most {ROWS} options, not {len(given)}.", "options", RuleFileError)
    longest = BUTTON if len(given) <= 3 else LABEL
    options = []
    for value in given:
        label = _text(given, value, longest)
        try:
            options.append((_value(name, value), label))
        except FactError as error:
            raise given.error(f"{error}, not “{value}”.", value, RuleFileError) from None
    if fact.kind == "several" and (NONE not in given or list(given)[-1] != NONE):
        raise entry.error("the last option must be “none”: nothing of this.", "options", RuleFileError)
    return tuple(options)


def _kind(name: str) -> str:
    if name in DANGER:
        return "danger"
    kind = FACTS[name].kind
    return "number" if kind == "decimal" else kind


def _question(entry: Entry) -> Question:
    only_keys(entry, ("id", "ask", "options", "why", "example", "asked_if"), RuleFileError)
    name = take_name(entry)
    if name not in FACTS or name in APPLIES_IF or name in ASKED_AS:
        known = [fact for fact in FACTS if fact not in APPLIES_IF and fact not in ASKED_AS]
        raise entry.error(f"“{name}” cannot be asked. Known: {', '.join(known)}.", "id", RuleFileError)
    text = _text(entry, "ask")
    if _fields(text) - {"who"}:
        raise entry.error("“ask” may hold {who}, and no other braces.", "ask", RuleFileError)
    return Question(
        name,
        _kind(name),
        text,
        _options(entry, name),
        _text(entry, "example"),
        _text(entry, "why"),
        _condition(entry, "asked_if") if "asked_if" in entry else None,
    )


def _questions(content: Entry) -> dict[str, Question]:
    """The questions in ``questions.yml``, by fact."""
    only_keys(content, ("questions",), RuleFileError)
    entries = take_entries(content, "questions", RuleFileError)
    no_twins(entries)
    questions: dict[str, Question] = {}
    for entry in entries:
        question = _question(entry)
        for fact in question.asked_if.facts if question.asked_if else ():
            # Whatever decides about a question stands above it, so that questions never wait for each other.
            if ASKED_AS.get(fact, fact) not in questions and fact != "sex":
                raise entry.error(
                    f"“asked_if” looks at {fact}, whose question must stand above.", "asked_if", RuleFileError
                )
        questions[question.id] = question
    return questions


def _gravest_first(entries: list[Entry], rules: tuple[Rule, ...]) -> None:
    grave = 0
    for entry, rule in zip(entries, rules, strict=True):
        place = LEVELS.index(rule.level)
        if place < grave:
            raise entry.error(
                f"a rule of {rule.level} must stand above those of {LEVELS[grave]}: the gravest first.",
                "then",
                RuleFileError,
            )
        grave = place


def _danger_first(entries: list[Entry], rules: tuple[Rule, ...]) -> None:
    first = rules[0]
    if first.level != "emergency" or first.condition.text != "danger is any":
        raise entries[0].error(
            "the first rule must be “if: danger is any” with “then: emergency”: danger is asked first.",
            "if",
            RuleFileError,
        )


def _rule_set(content: Entry, asked: Entry) -> RuleSet:
    """The rule set of one file and of the questions beside it.

    Raises:
        RuleFileError: either file is wrong.
    """
    questions = _questions(asked)
    only_keys(content, ("valid_from", "title", "source", "unmeasured_fever", "levels", "signs", "rules"), RuleFileError)
    day = valid_from(content)
    fever = content.get("unmeasured_fever")
    if not isinstance(fever, (int, float)) or not 37.5 <= fever <= 42:
        raise content.error(
            "“unmeasured_fever” must be a temperature from 37.5 to 42.", "unmeasured_fever", RuleFileError
        )
    sign_entries = take_entries(content, "signs", RuleFileError)
    no_twins(sign_entries)
    signs = {sign.id: sign for sign in map(_sign, sign_entries)}
    if missing := [name for name in SIGNS if name not in signs]:
        raise content.error(f"“signs” does not say what {missing[0]} is.", "signs", RuleFileError)
    entries = take_entries(content, "rules", RuleFileError)
    no_twins(entries)
    rules = tuple(_rule(entry) for entry in entries)
    _danger_first(entries, rules)
    _gravest_first(entries, rules)
    for name in ("danger", "symptoms"):
        if name not in questions:
            raise asked.error(f"there is no question for {name}.", None, RuleFileError)
    return RuleSet(
        day,
        version_of(day, content, asked),
        _text(content, "title"),
        _text(content, "source"),
        float(fever),
        _stages(content),
        signs,
        rules,
        questions,
    )


FILES = RuleFiles(DIRECTORY, _rule_set, asks=True)
read_rules = FILES.read_all
"""Of what stands in the content store."""


def rules_in_force(day: date, directory: Path | None = None, *, preview: bool = False) -> RuleSet:
    """The rules in force on ``day``: those that staff have published, or those of a directory.

    ``preview``: also what they have not published yet.

    Raises:
        NoRules: ``day`` is before the first rule set.
        RuleFileError: a file is wrong.
    """
    if directory is not None:
        return FILES.in_force(directory, day)
    return live.built("selfcheck", read_rules, preview=preview).on(day)


def all_rules(directory: Path | None = None) -> list[RuleSet]:
    """Every rule set, oldest first: of those that staff have published, or of a directory.

    Raises:
        RuleFileError: a file is wrong.
    """
    return FILES.all_of(directory) if directory is not None else list(live.built("selfcheck", read_rules))
