"""The dated interval rules of ``content/doses``: one file for each day from which something changed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from siaga.content import Entry, live, only_keys, take_entries, take_text
from siaga.people.spans import Span
from siaga.rulefiles.dated import RuleFileError, RuleFiles, no_twins, take_name, valid_from, version_of
from siaga.settings import ROOT

DIRECTORY = ROOT / "content" / "doses"
DOSES = ("dose_1", "dose_2", "booster_1", "booster_2")
"""In the order they are given."""
OTHER = "other"
"""A vaccine that nobody knows, or that no rule names."""
VACCINES = (
    "sinovac", "astrazeneca", "pfizer", "moderna", "sinopharm", "janssen",
    "indovac", "inavac", "covovax", "zifivax", "novavax", "cansino", "sputnik", "awcorna", OTHER,
)  # fmt: skip
AMOUNTS = ("full", "half")
GROUPS = ("health_worker",)
REASON = 240

_SPAN = re.compile(r"^(\d+) (day|week|month)s?$")
_AGE = re.compile(r"^(?:(?P<from>\d+) and over|under (?P<under>\d+)|(?P<first>\d+) to (?P<last>\d+))$")
_SOURCED = ("id", "source", "seen_in")


@dataclass(frozen=True)
class Ages:
    """Completed years, from ``least`` to below ``under`` (None: no end)."""

    least: int = 0
    under: int | None = None

    def has(self, age: int) -> bool:
        return self.least <= age and (self.under is None or age < self.under)

    def overlaps(self, other: Ages) -> bool:
        return (other.under is None or self.least < other.under) and (self.under is None or other.least < self.under)


ANY_AGE = Ages()


@dataclass(frozen=True)
class Interval:
    """A dose may be given from ``start`` after the one before, best not later than ``until`` after it.

    ``after`` are the vaccines of the dose before, empty for any. ``group``: only for people of this group.
    """

    id: str
    dose: str
    after: tuple[str, ...]
    ages: Ages
    group: str | None
    start: Span | None
    until: Span | None
    reason: str
    source: str


@dataclass(frozen=True)
class Late:
    """What to do with a dose that is late: go on (``restart`` False) or begin again, until ``up_to`` after the dose
    before. ``any_brand``: another vaccine than the first will do."""

    id: str
    dose: str
    ages: Ages
    up_to: Span | None
    restart: bool
    any_brand: bool
    say: str
    source: str


@dataclass(frozen=True)
class Regimen:
    """The vaccines given as a dose, each ``full`` or ``half``, after one of ``after`` (empty: whichever)."""

    id: str
    dose: str
    after: tuple[str, ...]
    ages: Ages
    give: tuple[tuple[str, str], ...]
    source: str


@dataclass(frozen=True)
class SingleDose:
    """A vaccine of which one dose is the whole primary series."""

    id: str
    vaccine: str
    reason: str
    source: str


@dataclass(frozen=True)
class RuleSet:
    """The rules in force from ``valid_from``; ``version`` names the day and the exact wording of the file.

    ``available`` are the only vaccines told as given (empty: any). Others are doses that somebody has had.
    """

    valid_from: date
    version: str
    title: str
    source: str
    intervals: tuple[Interval, ...]
    late: tuple[Late, ...]
    regimens: tuple[Regimen, ...]
    single_dose: tuple[SingleDose, ...]
    available: tuple[str, ...] = ()


def _one_of(entry: Entry, key: str, known: tuple[str, ...]) -> str:
    value = take_text(entry, key, RuleFileError)
    if value not in known:
        raise entry.error(f"“{key}” must be one of {', '.join(known)}, not “{value}”.", key, RuleFileError)
    return value


def _name(entry: Entry, keys: tuple[str, ...]) -> str:
    only_keys(entry, (*_SOURCED, *keys), RuleFileError)
    name = take_name(entry)
    take_text(entry, "seen_in", RuleFileError)
    return name


def _span(entry: Entry, key: str) -> Span | None:
    if key not in entry:
        return None
    match = _SPAN.match(take_text(entry, key, RuleFileError))
    if match is None:
        raise entry.error(f"“{key}” must be written “28 days”, “8 weeks” or “6 months”.", key, RuleFileError)
    return Span(int(match[1]), match[2])


def _ages(entry: Entry) -> Ages:
    if "age" not in entry:
        return ANY_AGE
    match = _AGE.match(take_text(entry, "age", RuleFileError))
    if match is None or (match["first"] and int(match["last"]) < int(match["first"])):
        raise entry.error("“age” must be written “18 and over”, “under 60” or “12 to 17”.", "age", RuleFileError)
    if match["from"]:
        return Ages(int(match["from"]))
    if match["under"]:
        return Ages(0, int(match["under"]))
    return Ages(int(match["first"]), int(match["last"]) + 1)


def _vaccines(entry: Entry, key: str) -> tuple[str, ...]:
    if key not in entry:
        return ()
    vaccines = tuple(take_text(entry, key, RuleFileError).split(" or "))
    for vaccine in vaccines:
        if vaccine not in VACCINES:
            raise entry.error(
                f"“{vaccine}” is no vaccine. Known, joined by “or”: {', '.join(VACCINES)}.", key, RuleFileError
            )
    return vaccines


def _interval(entry: Entry) -> Interval:
    name = _name(entry, ("dose", "after", "age", "group", "from", "until", "reason"))
    dose = _one_of(entry, "dose", DOSES)
    start, until = _span(entry, "from"), _span(entry, "until")
    if (start is None) is not (dose == DOSES[0]):
        raise entry.error("“from” is needed by every dose but dose_1, which has none.", "from", RuleFileError)
    some_day = date(2021, 2, 1)  # the shortest month: if it fits then, it fits always
    if until and (start is None or until.after(some_day) < start.after(some_day)):
        raise entry.error("“until” is before “from”.", "until", RuleFileError)
    return Interval(
        name,
        dose,
        _vaccines(entry, "after"),
        _ages(entry),
        _one_of(entry, "group", GROUPS) if "group" in entry else None,
        start,
        until,
        take_text(entry, "reason", RuleFileError, REASON),
        take_text(entry, "source", RuleFileError),
    )


def _late(entry: Entry) -> Late:
    name = _name(entry, ("dose", "age", "up_to", "then", "brand", "say"))
    return Late(
        name,
        _one_of(entry, "dose", DOSES[1:]),
        _ages(entry),
        _span(entry, "up_to"),
        _one_of(entry, "then", ("continue", "restart")) == "restart",
        _one_of(entry, "brand", ("same", "any")) == "any",
        take_text(entry, "say", RuleFileError, REASON),
        take_text(entry, "source", RuleFileError),
    )


def _regimen(entry: Entry) -> Regimen:
    name = _name(entry, ("dose", "after", "age", "give"))
    given = entry.get("give")
    if not isinstance(given, Entry) or not given:
        raise entry.error("“give” must be lines such as “pfizer: half”.", "give", RuleFileError)
    for vaccine in given:
        if vaccine not in VACCINES[:-1]:
            raise given.error(f"“{vaccine}” is no vaccine that can be given.", vaccine, RuleFileError)
    give = tuple((vaccine, _one_of(given, vaccine, AMOUNTS)) for vaccine in given)
    source = take_text(entry, "source", RuleFileError)
    return Regimen(name, _one_of(entry, "dose", DOSES), _vaccines(entry, "after"), _ages(entry), give, source)


def _single(entry: Entry) -> SingleDose:
    name = _name(entry, ("vaccine", "reason"))
    return SingleDose(
        name,
        _one_of(entry, "vaccine", VACCINES[:-1]),
        take_text(entry, "reason", RuleFileError, REASON),
        take_text(entry, "source", RuleFileError),
    )


def _one_rule_each(entries: list[Entry], rules: Sequence[Interval | Regimen]) -> None:
    """Two rules for one dose of one person would leave it to chance which holds."""
    for at, (entry, rule) in enumerate(zip(entries, rules, strict=True)):
        for before, other in zip(entries[:at], rules[:at], strict=True):
            same_vaccine = not rule.after or not other.after or set(rule.after) & set(other.after)
            same_group = getattr(rule, "group", None) == getattr(other, "group", None)
            if rule.dose == other.dose and same_vaccine and same_group and rule.ages.overlaps(other.ages):
                raise entry.error(
                    f"this is about the same people and dose as “{other.id}” in line {before.line}.",
                    None,
                    RuleFileError,
                )


def _only_available(entries: list[Entry], regimens: Sequence[Regimen], available: tuple[str, ...]) -> None:
    """Nobody is sent for a vaccine that is not to be had any more."""
    for entry, regimen in zip(entries, regimens, strict=True):
        for vaccine, _ in regimen.give:
            if available and vaccine not in available:
                raise entry.error(f"“{vaccine}” is not among “available”.", "give", RuleFileError)


def _optional(content: Entry, key: str) -> list[Entry]:
    return take_entries(content, key, RuleFileError) if key in content else []


def _rule_set(content: Entry) -> RuleSet:
    """The rules of one file.

    Raises:
        RuleFileError: the file is wrong.
    """
    lists = ("intervals", "single_dose", "late", "brands")
    only_keys(content, ("valid_from", "title", "source", "available", *lists), RuleFileError)
    day = valid_from(content)
    entries = take_entries(content, "intervals", RuleFileError)
    late, brands, single = _optional(content, "late"), _optional(content, "brands"), _optional(content, "single_dose")
    no_twins([*entries, *single, *late, *brands])
    intervals = tuple(_interval(entry) for entry in entries)
    regimens = tuple(_regimen(entry) for entry in brands)
    _one_rule_each(entries, intervals)
    _one_rule_each(brands, regimens)
    available = _vaccines(content, "available")
    _only_available(brands, regimens, available)
    scheduled = {interval.dose for interval in intervals}
    if DOSES[0] not in scheduled:
        raise content.error("“intervals” has nothing for dose_1: who may have it?", "intervals", RuleFileError)
    for entry in (*late, *brands):
        if entry.get("dose") in DOSES and entry.get("dose") not in scheduled:
            raise entry.error(f"“intervals” has nothing for {entry['dose']}.", "dose", RuleFileError)
    return RuleSet(
        day,
        version_of(day, content),
        take_text(content, "title", RuleFileError),
        take_text(content, "source", RuleFileError),
        intervals,
        tuple(_late(entry) for entry in late),
        regimens,
        tuple(_single(entry) for entry in single),
        available,
    )


FILES = RuleFiles(DIRECTORY, _rule_set)
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
    return live.built("doses", read_rules, preview=preview).on(day)


def all_rules(directory: Path | None = None) -> list[RuleSet]:
    """Every rule set, oldest first: of those that staff have published, or of a directory.

    Raises:
        RuleFileError: a file is wrong.
    """
    return FILES.all_of(directory) if directory is not None else list(live.built("doses", read_rules))
