"""What counts already, against which a new file is checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from siaga.radar.figures import Measure

Totals = Mapping[tuple[str, Measure], Mapping[date, int]]
"""By region and measure: how many since the beginning, by day."""


def _nothing(source: str, disease: str, first: date, last: date) -> Totals:
    return {}


@dataclass(frozen=True)
class Known:
    """The good totals that stand; ``Known()`` where there are none.

    ``totals`` is asked for one source and disease ("nasional", "covid19") once it is known of which ones a file is: a
    province's own count and the nation's count of that province differ, and are not held against each other. It is
    asked for the file's first and last day, too: no others are needed but the nearest before and after them.
    """

    totals: Callable[[str, str, date, date], Totals] = _nothing
