"""How strongly a disease spreads, as a level from 1 to 4, by the dated thresholds of ``content/radar/levels``.

Source for COVID-19: KMK HK.01.07/MENKES/4805/2021, as the press printed it: new ones of seven days per 100,000 people
that are confirmed, taken into hospital, or dead, each with its own thresholds; the highest decides. These levels are
worked out here, and have nothing to do with the colours that offices publish.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from siaga.content import Entry, only_keys, read_entry, take_date, take_entries, take_text
from siaga.radar.figures import Measure
from siaga.rulefiles.dated import NoRules, RuleFileError, dated_files, file_in_force
from siaga.settings import ROOT

DIRECTORY = ROOT / "content" / "radar" / "levels"
DATED = "[0-9]*.yml"
"""Words about the levels may stand beside the thresholds; what is named after a number is meant to be a day."""
MEASURES: tuple[Measure, ...] = ("confirmed", "hospital", "deaths")
HIGHEST = 4

_BOUND = re.compile(r"^(from|above) (\d+(?:\.\d+)?)$")
_ID = re.compile(r"^[a-z][a-z0-9_]{0,19}$")


@dataclass(frozen=True, order=True)
class Bound:
    """Where a level begins, in new ones a week per 100,000. ``beyond``: the rate itself does not reach it yet."""

    rate: float
    beyond: bool = False

    def reached(self, rate: float) -> bool:
        """Whether a rate is at this level or a higher one."""
        return rate > self.rate if self.beyond else rate >= self.rate


@dataclass(frozen=True)
class LevelRules:
    """The thresholds for one disease, in force from ``valid_from``.

    ``bounds`` has for each measure where levels 2, 3 and 4 begin. ``version`` names the day and the file's wording.
    """

    disease: str
    valid_from: date
    title: str
    source: str
    version: str
    bounds: Mapping[Measure, tuple[Bound, Bound, Bound]]

    def level(self, measure: Measure, rate: float) -> int:
        """The level, 1 to 4, that one measure alone has reached at a rate of new ones a week per 100,000."""
        return 1 + sum(bound.reached(rate) for bound in self.bounds[measure])


@dataclass(frozen=True)
class Transmission:
    """A level from 1 (low) to 4 (very high). ``by``: the measures that have reached it; ``known``: all that were known.

    A measure that is not known could only have raised it.
    """

    level: int
    by: tuple[Measure, ...]
    known: tuple[Measure, ...]

    @property
    def complete(self) -> bool:
        """Whether nothing was missing; else it is this level at least."""
        return self.level == HIGHEST or self.known == MEASURES


def transmission(
    confirmed: float | None, hospital: float | None, deaths: float | None, rules: LevelRules
) -> Transmission | None:
    """The level at these rates, each in new ones of seven days per 100,000 people; None where it cannot be told.

    A measure is left out when it is None or negative: an office that takes back more than it adds does not tell how
    many fell ill. Without the confirmed, the others tell a level only when it is the highest: a low one would calm
    where nobody knows.
    """
    rates = dict(zip(MEASURES, (confirmed, hospital, deaths), strict=True))
    levels = {
        measure: rules.level(measure, rate)
        for measure, rate in rates.items()
        if rate is not None and rate >= 0 and math.isfinite(rate) and measure in rules.bounds
    }
    level = max(levels.values(), default=0)
    if level == 0 or ("confirmed" not in levels and level < HIGHEST):
        return None
    return Transmission(level, tuple(name for name, own in levels.items() if own == level), tuple(levels))


def _bound(entry: Entry, key: str) -> Bound:
    match = _BOUND.match(take_text(entry, key, RuleFileError))
    if match is None:
        raise entry.error(f"“{key}” must be such as “from 20” or “above 150”.", key, RuleFileError)
    return Bound(float(match.group(2)), match.group(1) == "above")


def _bounds(entry: Entry, measure: Measure) -> tuple[Bound, Bound, Bound]:
    own = entry.get(measure)
    keys = ("level_2", "level_3", "level_4")
    if not isinstance(own, Entry):
        raise entry.error(f"“{measure}” must say where {', '.join(keys)} begin.", measure, RuleFileError)
    only_keys(own, keys, RuleFileError)
    second, third, fourth = (_bound(own, key) for key in keys)
    if not 0 < second.rate < third.rate < fourth.rate:
        raise own.error("each level must begin at a higher rate than the one before.", "level_2", RuleFileError)
    return second, third, fourth


def load_levels(path: Path) -> dict[str, LevelRules]:
    """The thresholds of one file, by disease.

    Raises:
        RuleFileError: the file is wrong.
    """
    content = read_entry(path, RuleFileError)
    only_keys(content, ("valid_from", "diseases"), RuleFileError)
    valid_from = take_date(content, "valid_from", RuleFileError)
    if path.stem != valid_from.isoformat():
        raise content.error(f"the file is named {path.name}, but says {valid_from}.", "valid_from", RuleFileError)
    version = f"{valid_from}.{hashlib.sha256(path.read_bytes()).hexdigest()[:8]}"
    found: dict[str, LevelRules] = {}
    for entry in take_entries(content, "diseases", RuleFileError):
        only_keys(entry, ("id", "title", "source", "seen_in", *MEASURES), RuleFileError)
        disease = take_text(entry, "id", RuleFileError)
        if not _ID.match(disease):
            raise entry.error("“id” must be small letters, numbers and _, at most 20.", "id", RuleFileError)
        if disease in found:
            raise entry.error(f"“{disease}” stands here twice.", "id", RuleFileError)
        take_text(entry, "seen_in", RuleFileError)
        found[disease] = LevelRules(
            disease,
            valid_from,
            take_text(entry, "title", RuleFileError),
            take_text(entry, "source", RuleFileError),
            version,
            MappingProxyType({measure: _bounds(entry, measure) for measure in MEASURES}),
        )
    return found


@lru_cache(maxsize=16)
def _cached(path: Path, _written: int) -> dict[str, LevelRules]:
    return load_levels(path)


def rules_in_force(day: date, disease: str, directory: Path | None = None) -> LevelRules | None:
    """The thresholds for a disease in force on ``day``, None where there are none; a changed file is read anew.

    Raises:
        RuleFileError: the file of that day is wrong.
    """
    try:
        path = file_in_force(directory or DIRECTORY, day, DATED)
    except NoRules:
        return None
    return _cached(path, path.stat().st_mtime_ns).get(disease)


def all_levels(directory: Path | None = None) -> list[dict[str, LevelRules]]:
    """What every file says, oldest first.

    Raises:
        RuleFileError: a file is wrong.
    """
    return [load_levels(path) for _, path in dated_files(directory or DIRECTORY, DATED)]
