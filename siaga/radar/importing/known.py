"""What counts already, against which a new file is checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from siaga.radar.figures import Measure

Totals = Mapping[tuple[str, Measure], Mapping[date, int]]
"""By region and measure: how many since the beginning, by day."""


NO_TOTALS: Totals = {}


@dataclass(frozen=True)
class Wanted:
    """What a file has to be held against: the totals of its source and disease ("nasional", "covid19"), of its regions,
    from its first day to its last, and the nearest before and after."""

    source: str
    disease: str
    regions: frozenset[str]
    first: date
    last: date


def _nothing(wanted: Wanted) -> Totals:
    return NO_TOTALS


@dataclass(frozen=True)
class Known:
    """The good totals that stand; ``Known()`` where there are none.

    ``totals`` is asked once it is known of which source a file is: a province's own count and the nation's count of
    that province differ, and are not held against each other. It may tell more than is wanted.
    """

    totals: Callable[[Wanted], Totals] = _nothing
    news: Callable[[Wanted], Totals] = _nothing
    """The figures of single days in the same way; asked only of a file that has some."""
