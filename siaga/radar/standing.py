"""The level and the colour that are known of places today: what changes of which subscribers are told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from sqlalchemy.orm import Session

from siaga.places.facts import population
from siaga.radar import store
from siaga.radar.figures import Colour, Figures, Measure, Published, Source
from siaga.radar.levels import rules_in_force
from siaga.radar.situation import situation

Watched = tuple[str, str]
"""A region's code and a disease."""

DAYS = 15
"""All that a level hangs on: a week, and what came before it."""
_AT_ONCE = 100
"""So many regions' figures are in memory together."""


@dataclass(frozen=True)
class Standing:
    """What is known of a place: None where nothing is, or only old or made-up figures are there.

    ``level`` (1 to 4) is computed from ``measures`` as of ``day``; ``colour`` is as an office published it. They are
    never one for the other.
    """

    level: int | None = None
    measures: tuple[Measure, ...] = ()
    day: date | None = None
    said_by: str = ""
    colour: Colour | None = None
    colour_day: date | None = None
    colour_said_by: str = ""


NOTHING = Standing()
_NOBODY = Source("", "")


def standings(session: Session, watched: Iterable[Watched], today: date) -> dict[Watched, Standing]:
    """What is known of each of these places today."""
    of_disease: dict[str, list[str]] = {}
    for code, disease in sorted(set(watched)):
        of_disease.setdefault(disease, []).append(code)
    found: dict[Watched, Standing] = {}
    for disease, codes in of_disease.items():
        for some in _parts(codes):
            figures = store.figures(session, some, disease, days=DAYS)
            colours = store.colours(session, some, disease)
            for code in some:
                found[code, disease] = standing(code, disease, figures.get(code), colours.get(code), today)
    return found


def standing(code: str, disease: str, figures: Figures | None, colour: Published | None, today: date) -> Standing:
    """What is known of a place, from its figures and its colour, of which either may lack."""
    if figures is not None and figures.source.sample:
        figures = None
    if colour is not None and colour.source.sample:
        colour = None
    people = population(code)
    told = situation(
        figures or Figures(code, disease, colour.source if colour else _NOBODY),
        today,
        population=people.people if people else None,
        colour=colour,
        rules=rules_in_force(today, disease),
    )
    level, published = told.transmission, told.colour
    fresh = figures is not None and level is not None and not told.stale
    of_use = published is not None and not told.colour_old
    return Standing(
        level=level.level if fresh and level else None,
        measures=level.known if fresh and level else (),
        day=told.day if fresh else None,
        said_by=told.source.said_by if fresh else "",
        colour=published.colour if of_use and published else None,
        colour_day=published.day if of_use and published else None,
        colour_said_by=published.source.said_by if of_use and published else "",
    )


def _parts(codes: Sequence[str]) -> Iterator[list[str]]:
    rest = iter(codes)
    while some := list(islice(rest, _AT_ONCE)):
        yield some
