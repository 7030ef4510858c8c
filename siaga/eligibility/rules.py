"""The dated rule sets of ``content/eligibility``: one file for each day from which something changed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from string import Formatter
from typing import Any

from siaga.content import Entry, live, only_keys, take_entries, take_text
from siaga.eligibility.conditions import parse_condition
from siaga.eligibility.facts import FACTS, MEASURED, TOLD
from siaga.people.spans import Span
from siaga.rulefiles.conditions import Condition, ConditionError
from siaga.rulefiles.dated import QUESTIONS, RuleFileError, RuleFiles, no_twins, take_name, valid_from, version_of
from siaga.rulefiles.facts import FactError
from siaga.settings import ROOT

DIRECTORY = ROOT / "content" / "eligibility"
KINDS = ("postpone", "refer", "not_eligible")
LABEL = 20
"""The characters that fit on a WhatsApp button."""
REASON = 240

_UNTIL_SPAN = re.compile(r"^(\w+) \+ (\d+) (day|week|month)s?$")
_UNTIL_WEEK = re.compile(r"^(\w+) reaches (\d+)$")


@dataclass(frozen=True)
class Until:
    """When a postponement ends: ``span`` after the date ``fact``, or when the weeks of ``fact`` reach ``week``."""

    fact: str
    span: Span | None
    week: int = 0


@dataclass(frozen=True)
class Rule:
    """If ``condition`` holds, ``kind`` (postpone, refer, not_eligible) is the outcome, for this reason and source."""

    id: str
    condition: Condition
    kind: str
    until: Until | None
    reason: str
    source: str


@dataclass(frozen=True)
class Note:
    """Told with a good outcome if ``condition`` is known to hold: what a person who named it wants to hear. Decides
    nothing, asks nothing."""

    id: str
    condition: Condition
    say: str
    source: str


@dataclass(frozen=True)
class Question:
    """How a fact is asked for. ``text`` may hold ``{who}``; ``options`` are (value, label)."""

    id: str
    kind: str
    text: str
    options: tuple[tuple[Any, str], ...]
    why: str
    example: str
    asked_if: Condition | None


@dataclass(frozen=True)
class RuleSet:
    """The rules in force from ``valid_from``, in the order they are looked at, and the questions they may ask.

    ``version`` names the day and the exact wording of both files: an outcome can be traced to what was in force.
    """

    valid_from: date
    version: str
    title: str
    source: str
    rules: tuple[Rule, ...]
    questions: dict[str, Question]
    notes: tuple[Note, ...] = ()


def _condition(entry: Entry, key: str) -> Condition:
    try:
        return parse_condition(take_text(entry, key, RuleFileError))
    except ConditionError as error:
        raise entry.error(str(error), key, RuleFileError) from None


def _until(entry: Entry, kind: str, condition: Condition) -> Until | None:
    if "until" not in entry:
        return None
    if kind != "postpone":
        raise entry.error("“until” goes with “then: postpone” only.", "until", RuleFileError)
    text = take_text(entry, "until", RuleFileError)
    span, week = _UNTIL_SPAN.match(text), _UNTIL_WEEK.match(text)
    match, wanted = (span, "date") if span else (week, "weeks")
    fact = match.group(1) if match else ""
    if match is None or fact not in FACTS or FACTS[fact].kind != wanted:
        raise entry.error(
            "“until” must be written “last_dose_on + 28 days” or “pregnancy_weeks reaches 13”.", "until", RuleFileError
        )
    if fact not in condition.facts:
        raise entry.error(f"“until” counts from {fact}, which “if” does not look at.", "until", RuleFileError)
    if span:
        return Until(fact, Span(int(span.group(2)), span.group(3)))
    return Until(fact, None, int(match.group(2)))


def _rule(entry: Entry) -> Rule:
    only_keys(entry, ("id", "if", "then", "until", "reason", "source", "seen_in"), RuleFileError)
    kind = take_text(entry, "then", RuleFileError)
    if kind not in KINDS:
        raise entry.error(f"“then” must be one of {', '.join(KINDS)}.", "then", RuleFileError)
    condition = _condition(entry, "if")
    take_text(entry, "seen_in", RuleFileError)
    return Rule(
        take_name(entry),
        condition,
        kind,
        _until(entry, kind, condition),
        take_text(entry, "reason", RuleFileError, REASON),
        take_text(entry, "source", RuleFileError),
    )


def _note(entry: Entry) -> Note:
    only_keys(entry, ("id", "if", "say", "source", "seen_in"), RuleFileError)
    take_text(entry, "seen_in", RuleFileError)
    return Note(
        take_name(entry),
        _condition(entry, "if"),
        take_text(entry, "say", RuleFileError, REASON),
        take_text(entry, "source", RuleFileError),
    )


def _options(entry: Entry, name: str) -> tuple[tuple[Any, str], ...]:
    fact = FACTS[name]
    if fact.kind == "yesno":
        return ((True, "Ya"), (False, "Tidak"))
    given = entry.get("options")
    if given is None:
        if fact.kind == "choice":
            raise entry.error(f"“options” is missing; {name} must be {fact.expects}.", None, RuleFileError)
        return ()
    if not isinstance(given, Entry):
        raise entry.error("“options” must be lines such as “well: Sehat”.", "options", RuleFileError)
    options = []
    for value in given:
        label = take_text(given, value, RuleFileError, LABEL)
        try:
            options.append((fact.read(value), label))
        except FactError as error:
            raise given.error(f"{error}, not “{value}”.", value, RuleFileError) from None
    return tuple(options)


def _question(entry: Entry) -> Question:
    only_keys(entry, ("id", "ask", "options", "why", "example", "asked_if"), RuleFileError)
    name = take_name(entry)
    if name not in FACTS:
        raise entry.error(f"“{name}” is not a fact. Known: {', '.join(FACTS)}.", "id", RuleFileError)
    text = take_text(entry, "ask", RuleFileError)
    try:
        fields = {field for _, field, _, _ in Formatter().parse(text) if field is not None}
    except ValueError:
        fields = {"{"}
    if fields - {"who"}:
        raise entry.error("“ask” may hold {who}, and no other braces.", "ask", RuleFileError)
    fact = FACTS[name]
    kind = "choice" if entry.get("options") and fact.kind in ("number", "choice") else fact.kind
    return Question(
        name,
        kind,
        text,
        _options(entry, name),
        take_text(entry, "why", RuleFileError),
        take_text(entry, "example", RuleFileError),
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
            if fact not in questions:
                raise entry.error(
                    f"“asked_if” looks at {fact}, whose question must stand above.", "asked_if", RuleFileError
                )
        questions[question.id] = question
    return questions


def _rule_set(content: Entry, asked: Entry) -> RuleSet:
    """The rule set of one file and of the questions beside it.

    Raises:
        RuleFileError: either file is wrong.
    """
    questions = _questions(asked)
    only_keys(content, ("valid_from", "title", "source", "rules", "notes"), RuleFileError)
    day = valid_from(content)
    entries = take_entries(content, "rules", RuleFileError)
    about = take_entries(content, "notes", RuleFileError) if "notes" in content else []
    no_twins([*entries, *about])
    rules = tuple(_rule(entry) for entry in entries)
    notes = tuple(_note(entry) for entry in about)
    conditions = [rule.condition for rule in rules] + [note.condition for note in notes]
    for entry, condition in zip([*entries, *about], conditions, strict=True):
        for fact in condition.facts:
            if fact not in questions and fact not in MEASURED + TOLD:
                raise entry.error(f"{QUESTIONS} has no question for {fact}.", "if", RuleFileError)
    return RuleSet(
        day,
        version_of(day, content, asked),
        take_text(content, "title", RuleFileError),
        take_text(content, "source", RuleFileError),
        rules,
        questions,
        notes,
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
    return live.built("eligibility", read_rules, preview=preview).on(day)


def all_rules(directory: Path | None = None) -> list[RuleSet]:
    """Every rule set, oldest first: of those that staff have published, or of a directory.

    Raises:
        RuleFileError: a file is wrong.
    """
    return FILES.all_of(directory) if directory is not None else list(live.built("eligibility", read_rules))
