"""What can be asked of the radar: pure values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timezone
from typing import Any, Literal

from siaga.radar.figures import Colour, Measure

COVID = "covid19"
"""The disease that is meant where none is named."""

Kind = Literal[
    "figures", "zone", "safe", "compare", "list", "week", "trend", "picture", "peak", "subscribe", "unsubscribe",
    "history", "source",
]  # fmt: skip
"""``figures``: how many; ``zone``: which colour or level; ``safe``: may one go there; ``compare``: two places and more;
``list``: which places of a province; ``week``: the last seven days; ``trend``: up or down, a graph; ``picture``: the
map; ``peak``: when it was worst; ``history``: a day or days of the past; ``source``: from whom, and since when."""

Count = Literal["new", "total", "now"]
Order = Literal["most", "least"]
Beyond = Literal["beds", "tests", "vaccination", "world", "variant", "people", "ppkm", "forecast"]
"""What is asked with the figures and is not among them: hospital beds in use, tests and their positivity, vaccination,
other countries, a variant, who fell ill (children, health workers), what is to come, and PPKM, which is no level of
transmission."""


@dataclass(frozen=True)
class Question:
    """What is asked. ``radar``: by that very word, so with the picture.

    ``places`` holds for each place that is named its possible codes, the likeliest first (districts too: "35.78.04",
    whose regency is what there may be figures of; "ID" for Indonesia). ``here``: around where the person is, which the
    text does not say. ``day``, or the first and last of ``days``, is of the past. ``colour`` and ``level`` are what is
    asked about ("masih merah?"). ``within``: the province, or "ID", of a list. ``share``: which share of the confirmed,
    in per cent. ``finer``: a village, RT or RW is asked for, and none has figures. ``beyond``: asked for, and not
    known here.
    """

    kind: Kind = "figures"
    radar: bool = False
    places: tuple[tuple[str, ...], ...] = ()
    here: bool = False
    measures: tuple[Measure, ...] = ()
    count: Count | None = None
    disease: str = COVID
    day: date | None = None
    days: tuple[date, date] | None = None
    colour: Colour | None = None
    level: int | None = None
    within: str | None = None
    order: Order = "most"
    share: bool = False
    finer: bool = False
    beyond: Beyond | None = None

    def kept(self) -> dict[str, Any]:
        """The question as JSON keeps it, for a slot. Days are moments in it: of a mere day a tracker keeps nothing,
        since it may be a day of birth."""
        return {
            "kind": self.kind,
            "radar": self.radar,
            "places": [list(codes) for codes in self.places],
            "here": self.here,
            "measures": list(self.measures),
            "count": self.count,
            "disease": self.disease,
            "day": _moment(self.day) if self.day else None,
            "days": [_moment(day) for day in self.days] if self.days else None,
            "colour": self.colour,
            "level": self.level,
            "within": self.within,
            "order": self.order,
            "share": self.share,
            "finer": self.finer,
            "beyond": self.beyond,
        }

    @classmethod
    def of(cls, kept: dict[str, Any]) -> Question:
        """The question that ``kept`` gave."""
        day, days = kept["day"], kept["days"]
        return cls(
            **{
                **kept,
                "places": tuple(tuple(codes) for codes in kept["places"]),
                "measures": tuple(kept["measures"]),
                "day": _day(day) if day else None,
                "days": (_day(days[0]), _day(days[1])) if days else None,
            }
        )


def _moment(day: date) -> str:
    return datetime.combine(day, time(), timezone.utc).isoformat()


def _day(moment: str) -> date:
    return datetime.fromisoformat(moment).date()
