"""Figures and colours as they are read: of one region one source, and within it what came last.

Every answer comes by here, so nothing is read whole: the newest day of a region is found by the index, then only the
days that are wanted. All of a region's days are counted only where two sources are equally new. The statements are
built once, since building them takes longer than carrying them out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, get_args

from sqlalchemy import BigInteger, Date, Text, and_, bindparam, column, exists, func, select, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql import ColumnElement

from siaga.radar.figures import MEASURES, Count, Figures, Measure, Published, Source, Trail
from siaga.radar.tables import RadarColour, RadarFigure, RadarImport

_COUNTS = list(get_args(Count))
_SOURCE = (RadarImport.source, RadarImport.said_by, RadarImport.sample, RadarImport.arrived_at)
"""What a ``Source`` is made of."""
_DISEASE = bindparam("disease", type_=Text())

_DAY = timedelta(days=1)


def figures(session: Session, codes: Iterable[str], disease: str, *, days: int | None = None) -> dict[str, Figures]:
    """What is known of regions; a region without figures is not in it.

    Of each region one source is read, and never two mixed: the one with the newest confirmed, then the one with more
    days of them (of any measure, where none has confirmed). Within it, what came last counts. Made-up figures are read
    only while there is nothing real of the disease, of any region.

    Args:
        days: only the last so many days up to each region's newest; all, if not given.
    """
    wanted = set(codes)
    chosen = _choose(session, wanted, disease, ("confirmed",))
    if others := wanted - set(chosen):
        chosen |= _choose(session, others, disease, MEASURES)
    if not chosen:
        return {}
    found = session.execute(
        _values(),
        {
            "disease": disease,
            "codes": list(chosen),
            "sources": [one.source for one in chosen.values()],
            "since": [date.min if days is None else one.newest - timedelta(days=days - 1) for one in chosen.values()],
        },
    )
    trails: dict[str, dict[Measure, dict[str, dict[date, int]]]] = {code: {} for code in chosen}
    # Who said the newest figures, and when they came.
    brought_by: dict[str, int] = {}
    came: dict[tuple[str, Measure, str, date], int] = {}
    for code, measure, count, day, value, import_id in found:
        counts = trails[code].setdefault(measure, {"total": {}, "new": {}, "now": {}})
        counts[count][day] = value
        if count != "now":
            came[code, measure, count, day] = import_id
        if day == chosen[code].newest:
            brought_by[code] = max(import_id, brought_by.get(code, 0))
    _put_aside(trails, came)
    sources = _sources(session, set(brought_by.values()))
    return {
        code: Figures(
            code,
            disease,
            sources[brought_by[code]],
            {name: Trail(own["total"], own["new"], own["now"]) for name, own in trails[code].items()},
        )
        for code in chosen
    }


def _put_aside(
    trails: Mapping[str, Mapping[Measure, Mapping[str, dict[date, int]]]],
    came: Mapping[tuple[str, Measure, str, date], int],
) -> None:
    """Days' figures that totals which came later say otherwise: corrected totals alone would stand beside the number
    of new ones that they corrected. What the totals grew by is told then."""
    for code, own in trails.items():
        for measure, counts in own.items():
            totals, news = counts["total"], counts["new"]
            for day in [day for day in news if day in totals and day - _DAY in totals]:
                later = max(came[code, measure, "total", on] for on in (day, day - _DAY))
                if later > came[code, measure, "new", day] and totals[day] - totals[day - _DAY] != news[day]:
                    del news[day]


def colours(session: Session, codes: Iterable[str], disease: str) -> dict[str, Published]:
    """The newest colour that an office gave each region, and of the same day the one that came last."""
    found = session.execute(_newest_colours(), {"disease": disease, "codes": sorted(set(codes))})
    return {row.region_code: Published(row.colour, row.day, _source(row)) for row in found}


def _sources(session: Session, import_ids: Collection[int]) -> dict[int, Source]:
    found = session.execute(_those_imports(), {"ids": list(import_ids)})
    return {row.id: _source(row) for row in found}


def _source(row: Any) -> Source:
    return Source(row.source, row.said_by, row.sample, row.arrived_at)


# ---------------------------------------------------------------------- which source is read
@dataclass(frozen=True)
class _Series:
    """The source that is read of a region, and the newest day by which it was chosen."""

    source: str
    newest: date


def _choose(session: Session, codes: Collection[str], disease: str, measures: Sequence[Measure]) -> dict[str, _Series]:
    """For each region the source that is read: of those with the newest day, the one with more days of ``measures``."""
    asked = {"disease": disease, "codes": list(codes), "measures": list(measures)}
    rivals: dict[str, list[_Series]] = {}
    for row in session.execute(_newest(), asked):
        rivals.setdefault(row.region_code, []).append(_Series(row.source, row.day))
    tied = [code for code, sources in rivals.items() if len(sources) > 1]
    # By region and source: how many days there are, then the last import, then the name, which settles what is even.
    rank = {
        (row.region_code, row.source): (row.days, row.last_import, row.source)
        for row in (session.execute(_days(), {**asked, "codes": tied}) if tied else ())
    }
    return {
        code: sources[0] if len(sources) == 1 else max(sources, key=lambda one: rank[code, one.source])
        for code, sources in rivals.items()
    }


# ---------------------------------------------------------------------- statements
def _list(name: str, kind: Any = Text) -> Any:
    return bindparam(name, type_=ARRAY(kind()))


def _rows(name: str, **columns: tuple[Any, Any]) -> Any:
    """A table of lists that are handed over, side by side."""
    lists = func.unnest(*(given for given, _ in columns.values()))
    return lists.table_valued(*(column(key, kind()) for key, (_, kind) in columns.items())).render_derived(name=name)


def _counts() -> tuple[ColumnElement[bool], ...]:
    """The condition on imports that count: real ones, and made-up ones only as long as there is nothing real at all of
    the disease."""
    other = aliased(RadarImport)
    real = exists().where(other.disease == _DISEASE, other.undone_at.is_(None), ~other.sample)
    return (RadarImport.disease == _DISEASE, RadarImport.undone_at.is_(None), RadarImport.sample == ~real)


def _does_count(table: Any) -> ColumnElement[bool]:
    """The same as a condition on what an import brought. Each row asks for its own import, which leaves the database no
    other way than by the index of the rows: joined, it may begin with the hundreds of imports."""
    asked = select(and_(*_counts())).where(RadarImport.id == table.import_id)
    found: ColumnElement[bool] = asked.correlate(table).scalar_subquery()
    return found


def _first(name: str, query: Any) -> Any:
    """What the database is to look up first and for itself. Its plans go by statistics, which may be of the time before
    a large import; when rows are looked up by their region there is no bad plan."""
    return query.cte(name).prefix_with("MATERIALIZED")


def _by_bytes(text: Any) -> Any:
    """Sorted by bytes, and not as in a dictionary, which takes ten times as long. Only for what was looked up already:
    the indexes are of the other order."""
    return text.collate("C").label(text.name)


@lru_cache(maxsize=1)
def _newest() -> Any:
    """Each region's newest day of any of the measures, and the sources that have it."""
    codes = _rows("asked", region_code=(_list("codes"), Text))
    measures = _rows("measures", measure=(_list("measures"), Text))
    counts = _rows("counts", count=(_list("counts"), Text))
    last = (
        select(RadarFigure.day)
        .where(
            RadarFigure.region_code == codes.c.region_code,
            RadarFigure.disease == _DISEASE,
            RadarFigure.measure == measures.c.measure,
            RadarFigure.count == counts.c.count,
            _does_count(RadarFigure),
        )
        .order_by(RadarFigure.day.desc(), RadarFigure.import_id.desc())
        .limit(1)
        .lateral("last")
    )
    newest = _first(
        "newest",
        select(codes.c.region_code, func.max(last.c.day).label("day"))
        .select_from(codes)
        .join(measures, true())
        .join(counts, true())
        .join(last, true())
        .group_by(codes.c.region_code),
    )
    held = _first(
        "held",
        select(RadarFigure.region_code, RadarFigure.day, RadarFigure.import_id)
        .join(newest, and_(newest.c.region_code == RadarFigure.region_code, newest.c.day == RadarFigure.day))
        .where(
            RadarFigure.disease == _DISEASE,
            RadarFigure.measure == func.any(_list("measures")),
            RadarFigure.count == func.any(_list("counts")),
        ),
    )
    return (
        select(held.c.region_code, held.c.day, RadarImport.source)
        .join(RadarImport, RadarImport.id == held.c.import_id)
        .where(*_counts())
        .distinct()
        .params(counts=_COUNTS)
    )


@lru_cache(maxsize=1)
def _days() -> Any:
    """How many days each source has of each region, and its last import. Reads all days of those regions."""
    held = _first(
        "held",
        select(RadarFigure.region_code, RadarFigure.day, RadarFigure.import_id).where(
            RadarFigure.region_code == func.any(_list("codes")),
            RadarFigure.disease == _DISEASE,
            RadarFigure.measure == func.any(_list("measures")),
        ),
    )
    key = (_by_bytes(held.c.region_code), _by_bytes(RadarImport.source), held.c.day)
    each = (
        select(*key, func.max(held.c.import_id).label("import_id"))
        .join(RadarImport, RadarImport.id == held.c.import_id)
        .where(*_counts())
        .group_by(*key)
        .subquery()
    )
    return select(
        each.c.region_code,
        each.c.source,
        func.count().label("days"),
        func.max(each.c.import_id).label("last_import"),
    ).group_by(each.c.region_code, each.c.source)


@lru_cache(maxsize=1)
def _values() -> Any:
    """The values of regions since a day, each from its source, of each the one that came last."""
    picked = _rows(
        "picked",
        region_code=(_list("codes"), Text),
        source=(_list("sources"), Text),
        since=(_list("since", Date), Date),
    )
    own = (
        select(RadarFigure.measure, RadarFigure.count, RadarFigure.day, RadarFigure.value, RadarFigure.import_id)
        .where(
            RadarFigure.region_code == picked.c.region_code,
            RadarFigure.disease == _DISEASE,
            RadarFigure.day >= picked.c.since,
        )
        .offset(0)  # each region for itself: how few days are wanted is not foreseen, and all might be read for them
        .lateral("own")
    )
    near = _first(
        "near",
        select(picked.c.region_code, picked.c.source, *own.c).select_from(picked).join(own, true()),
    )
    key = (*(_by_bytes(part) for part in (near.c.region_code, near.c.measure, near.c["count"])), near.c.day)
    return (
        select(*key, near.c.value, near.c.import_id)
        .distinct(*key)
        .join(RadarImport, and_(RadarImport.id == near.c.import_id, RadarImport.source == near.c.source))
        .where(*_counts())
        .order_by(*key, near.c.import_id.desc())
    )


@lru_cache(maxsize=1)
def _newest_colours() -> Any:
    codes = _rows("asked", region_code=(_list("codes"), Text))
    last = (
        select(RadarColour.colour, RadarColour.day, RadarColour.import_id)
        .where(
            RadarColour.region_code == codes.c.region_code,
            RadarColour.disease == _DISEASE,
            _does_count(RadarColour),
        )
        .order_by(RadarColour.day.desc(), RadarColour.import_id.desc())
        .limit(1)
        .lateral("last")
    )
    return (
        select(codes.c.region_code, last.c.colour, last.c.day, *_SOURCE)
        .select_from(codes)
        .join(last, true())
        .join(RadarImport, RadarImport.id == last.c.import_id)
    )


@lru_cache(maxsize=1)
def _those_imports() -> Any:
    return select(RadarImport.id, *_SOURCE).where(RadarImport.id == func.any(_list("ids", BigInteger)))
