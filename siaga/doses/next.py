"""Which dose comes next for somebody, and when: a pure function of what they have had, their birth date and the day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from siaga.doses.rules import (
    ANY_AGE,
    DOSES,
    OTHER,
    VACCINES,
    Interval,
    Late,
    Regimen,
    RuleSet,
    SingleDose,
    rules_in_force,
)
from siaga.people.ages import age_on

MOST = 9
"""More doses than anyone has had: a slip."""


class HistoryError(ValueError):
    """A history that cannot be. Never holds what it was: it may be personal."""


@dataclass(frozen=True)
class Given:
    """The ``number``-th dose that somebody has had; vaccine and day are None where nobody knows."""

    number: int
    vaccine: str | None = None
    given_on: date | None = None


@dataclass(frozen=True)
class Next:
    """The next dose.

    ``kind``:

    * ``due``: ``dose`` may be given from ``start`` on, best not later than ``until`` (None: no limit is recommended);
    * ``restart``: the dose before is too long ago, the series begins again with dose_1;
    * ``complete``: there is no further dose on that day;
    * ``too_young``: not before ``start``, a birthday;
    * ``unknown``: ``asks`` (doses_received, last_dose_on, last_vaccine, birth_date) has to be known first;
    * ``no_rule``: the rules of that day do not speak of this vaccine: a health worker has to say.

    ``number`` counts injections. ``brands`` are what is given, (vaccine, ``full`` or ``half``); empty where the rules
    name none. ``late_days`` after ``until``, ``advice`` then says what to do, ``any_brand`` whether another vaccine
    than the one before will do (None: the rules do not say). ``group`` is whom a later dose is for already, where that
    is not known of the person.
    """

    kind: str
    dose: str | None = None
    number: int | None = None
    start: date | None = None
    until: date | None = None
    brands: tuple[tuple[str, str], ...] = ()
    late_days: int = 0
    advice: str | None = None
    any_brand: bool | None = None
    asks: str | None = None
    group: str | None = None
    reasons: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    version: str = ""


def next_dose(
    history: Sequence[Given] | None,
    birth_date: date | None,
    day: date,
    *,
    group: str | None = None,
    rules: RuleSet | None = None,
) -> Next:
    """What comes next after ``history`` (None: unknown; empty: nothing yet), as known on ``day``.

    Args:
        group: ``health_worker``, if they are known to be one.
        rules: those in force on ``day``, if not given.

    Raises:
        HistoryError: doses twice, out of order, in the future, or of no vaccine.
        NoRules: no rules were in force on ``day``.
        RuleFileError: the file of that day is wrong.
    """
    rules = rules or rules_in_force(day)
    if history is None:
        return Next("unknown", asks="doses_received", version=rules.version)
    given = _checked(history, day)
    if birth_date is not None and birth_date > day:
        raise HistoryError("the birth date is after the day asked about")
    return replace(_Case(rules, given, birth_date, day, group).next(), version=rules.version)


def _checked(history: Sequence[Given], day: date) -> list[Given]:
    given = sorted(history, key=lambda dose: dose.number)
    numbers = [dose.number for dose in given]
    if len(set(numbers)) != len(numbers) or (numbers and not (numbers[0] >= 1 and numbers[-1] <= MOST)):
        raise HistoryError(f"doses must be numbered 1 to {MOST}, each once")
    days = [dose.given_on for dose in given if dose.given_on is not None]
    if any(later < earlier for earlier, later in pairwise(days)):
        raise HistoryError("a later dose was given before an earlier one")
    if days and days[-1] > day:
        raise HistoryError("a dose was given after the day asked about")
    if any(dose.vaccine is not None and dose.vaccine not in VACCINES for dose in given):
        raise HistoryError(f"a vaccine must be one of {', '.join(VACCINES)}")
    return given


@dataclass(frozen=True)
class _Case:
    rules: RuleSet
    given: list[Given]
    birth_date: date | None
    day: date
    group: str | None

    @property
    def count(self) -> int:
        return self.given[-1].number if self.given else 0

    @property
    def last(self) -> Given:
        return self.given[-1]

    def single(self) -> SingleDose | None:
        """The vaccine that made the first dose the whole primary series."""
        first = next((dose.vaccine for dose in self.given if dose.number == 1), None)
        return next((single for single in self.rules.single_dose if single.vaccine == first), None)

    def before(self) -> str | None:
        """The vaccine that the rules go by: of the dose before; None if unknown, or if the primary series was mixed."""
        if self.dose() == "booster_1":
            primary = {dose.vaccine for dose in self.given if dose.vaccine is not None}
            return primary.pop() if len(primary) == 1 else None
        return self.last.vaccine if self.given else None

    def dose(self) -> str | None:
        # One dose of such a vaccine stands for two.
        done = self.count + (1 if self.single() else 0)
        return DOSES[done] if done < len(DOSES) else None

    # ------------------------------------------------------------------ the steps
    def next(self) -> Next:
        dose = self.dose()
        if self.count == 1 and self.last.vaccine is None:
            # A single dose of one vaccine is the whole series, of another the half.
            return Next("unknown", dose, asks="last_vaccine")
        planned = [rule for rule in self.rules.intervals if rule.dose == dose]
        mine = [rule for rule in planned if rule.group in (None, self.group)]
        for_others = next((rule for rule in planned if rule not in mine), None)
        if dose is None or (not mine and dose != "dose_2"):
            return self._complete(for_others)
        fitting = _after(mine, self.before() or OTHER)
        if not fitting:
            return Next("no_rule", dose, self.count + 1)
        if self.given and self.last.given_on is None:
            return Next("unknown", dose, self.count + 1, asks="last_dose_on")
        if self.birth_date is None and self._ages_matter(dose, fitting):
            return Next("unknown", dose, self.count + 1, asks="birth_date")
        started = [(start, rule) for rule in fitting if (start := self._start(rule)) is not None]
        if not started:
            return Next("no_rule", dose, self.count + 1)
        start, rule = min(started, key=lambda each: each[0])
        if self._is_young(fitting, start - timedelta(days=1)):
            young = rule if rule.ages.least else self._first()
            result = Next("too_young", dose, self.count + 1, start, reasons=(young.reason,), sources=(young.source,))
        else:
            result = self._due(dose, rule, start)
        return replace(result, group=for_others.group) if for_others and result.kind == "too_young" else result

    def _complete(self, for_others: Interval | None) -> Next:
        single = self.single() if self.count == 1 else None
        return Next(
            "complete",
            group=for_others.group if for_others else None,
            reasons=_texts(*_of(single, "reason"), *_of(for_others, "reason")),
            sources=_texts(*_of(single, "source"), *(_of(for_others, "source") or [self.rules.source])),
        )

    def _ages_matter(self, dose: str, fitting: list[Interval]) -> bool:
        ages = [self._first().ages]
        ages += [rule.ages for rule in fitting]
        ages += [rule.ages for rule in self._late_rules(dose)]
        ages += [rule.ages for rule in self._regimens(dose)]
        return any(each != ANY_AGE for each in ages)

    def _first(self) -> Interval:
        """Who may be vaccinated at all."""
        return next(rule for rule in self.rules.intervals if rule.dose == DOSES[0])

    def _start(self, rule: Interval) -> date | None:
        """The first day on which the rule lets the dose be given; None if it never does."""
        earliest = (
            rule.start.after(self.last.given_on) if rule.start and self.given and self.last.given_on else self.day
        )
        if self.birth_date is None:
            return earliest
        # Nobody has a later dose who is too young for the first.
        least = max(rule.ages.least, self._first().ages.least)
        old_enough = _birthday(self.birth_date, least)
        start = max(earliest, old_enough)
        if rule.ages.under is not None and start >= _birthday(self.birth_date, rule.ages.under):
            return None
        return start

    def _is_young(self, rules: list[Interval], eve: date) -> bool:
        """Whether, on a day to come, age is all that keeps them from having the dose: no rule is for their age yet."""
        if self.birth_date is None or eve < self.day:
            return False
        age = age_on(self.birth_date, eve)
        return not any(rule.ages.least <= age for rule in rules) or age < self._first().ages.least

    def _due(self, dose: str, rule: Interval, start: date) -> Next:
        before = self.last.given_on if self.given else None
        until = max(start, rule.until.after(before)) if rule.until and before else None
        late_days = max(0, (self.day - until).days) if until else 0
        late = self._late(dose, before) if late_days and before else None
        if late and late.restart:
            return self._restart(late, late_days)
        regimen = self._regimen(dose, self.before() or OTHER, max(start, self.day))
        single = self.single() if self.count == 1 else None
        return Next(
            "due",
            dose,
            self.count + 1,
            start,
            until,
            brands=regimen.give if regimen else self._same_brand(dose),
            late_days=late_days,
            advice=late.say if late else None,
            any_brand=late.any_brand if late else None,
            reasons=_texts(*_of(single, "reason"), rule.reason),
            sources=_texts(rule.source, *_of(late, "source"), *_of(regimen, "source")),
        )

    def _same_brand(self, dose: str) -> tuple[tuple[str, str], ...]:
        """The second dose is of the vaccine of the first, where that is still to be had."""
        vaccine = self.before()
        if dose != "dose_2" or vaccine in (None, OTHER):
            return ()
        return ((vaccine, "full"),) if not self.rules.available or vaccine in self.rules.available else ()

    # ------------------------------------------------------------------ when it is late
    def _late_rules(self, dose: str) -> list[Late]:
        return [rule for rule in self.rules.late if rule.dose == dose]

    def _late(self, dose: str, before: date) -> Late | None:
        for rule in self._late_rules(dose):
            fits = self.birth_date is None or rule.ages.has(age_on(self.birth_date, self.day))
            if fits and (rule.up_to is None or self.day <= rule.up_to.after(before)):
                return rule
        return None

    def _restart(self, late: Late, late_days: int) -> Next:
        before = self.last.given_on
        limits = [rule.up_to.after(before) for rule in self._late_rules("dose_2") if rule.up_to and before]
        start = max(limits) + timedelta(days=1) if limits else self.day
        regimen = self._regimen(DOSES[0], OTHER, self.day)
        return Next(
            "restart",
            DOSES[0],
            self.count + 1,
            start,
            brands=regimen.give if regimen else (),
            late_days=late_days,
            advice=late.say,
            any_brand=late.any_brand,
            reasons=(late.say,),
            sources=_texts(late.source, *_of(regimen, "source")),
        )

    # ------------------------------------------------------------------ with what
    def _regimens(self, dose: str) -> list[Regimen]:
        return [rule for rule in self.rules.regimens if rule.dose == dose and (not rule.after or self.given)]

    def _regimen(self, dose: str, before: str, on: date) -> Regimen | None:
        for rule in self._regimens(dose):
            fits = self.birth_date is None or rule.ages.has(age_on(self.birth_date, on))
            if fits and (not rule.after or before in rule.after):
                return rule
        return None


def _after(rules: list[Interval], vaccine: str) -> list[Interval]:
    """The rules for what comes after a vaccine. One that none of them names is not treated as some other: what holds
    for it has to be asked."""
    return [rule for rule in rules if not rule.after or vaccine in rule.after]


def _birthday(born: date, age: int) -> date:
    """The day on which somebody completes ``age`` years; 1 March for 29 February in common years."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 3, 1)


def _texts(*texts: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))


def _of(rule: Interval | Late | Regimen | SingleDose | None, name: str) -> list[str]:
    return [getattr(rule, name)] if rule else []
