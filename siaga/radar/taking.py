"""A file on its way into the radar, by hand or fetched: read, held against what stands, taken in."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session
from sqlalchemy.sql import Select

from siaga.radar.figures import Measure
from siaga.radar.importing import Known, Table, Totals, read
from siaga.radar.store import Taken, take_in
from siaga.radar.tables import RadarFigure, RadarImport

_LOCK = 7_424_212
"""Any number that nobody else in this database locks."""

Key = tuple[str, Measure]


@dataclass(frozen=True)
class Brought:
    """What a file said; ``taken`` is None where it was only tried."""

    table: Table
    taken: Taken | None


def bring(
    session: Session,
    content: bytes,
    *,
    file: str,
    today: date,
    at: datetime,
    shape: str | None = None,
    source: str | None = None,
    said_by: str | None = None,
    disease: str | None = None,
    correction: bool = False,
    dry_run: bool = False,
) -> Brought:
    """Read a file and take it in, whole or not at all, in the caller's transaction; the arguments are those of
    ``importing.read`` and ``store.take_in``.

    Args:
        dry_run: only read and check it.

    Raises:
        Refused: nothing of it counts, and nothing was taken in.
    """
    # Of two files at once, the second is held against what the first has brought.
    session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    table = read(
        content,
        shape=shape,
        today=today,
        known=standing(session),
        file=file,
        source=source,
        said_by=said_by,
        disease=disease,
        correction=correction,
    )
    if dry_run:
        return Brought(table, None)
    return Brought(table, take_in(session, table, digest=hashlib.sha256(content).hexdigest(), file=file, at=at))


def standing(session: Session) -> Known:
    """The totals that stand, to hold a file against: real ones only, of each day what came last."""

    def totals(source: str, disease: str, first: date, last: date) -> Totals:
        return _Totals(session, source, disease, first, last)

    return Known(totals)


class _Totals(Mapping[Key, Mapping[date, int]]):
    """By region and measure: the totals from one day to another, and the nearest before and after.

    Each region is read when it is asked for. A daily file has few regions and one day, the table many of both.
    """

    def __init__(self, session: Session, source: str, disease: str, first: date, last: date) -> None:
        self._session = session
        self._first, self._last = first, last
        self._of = (
            RadarImport.source == source,
            RadarImport.undone_at.is_(None),
            ~RadarImport.sample,
            RadarFigure.disease == disease,
            RadarFigure.count == "total",
        )
        self._read: dict[str, dict[Measure, dict[date, int]]] = {}

    def _where(self, *columns: object) -> Select:
        return select(*columns).join(RadarImport, RadarImport.id == RadarFigure.import_id).where(*self._of)

    def _region(self, code: str) -> dict[Measure, dict[date, int]]:
        if code not in self._read:
            own: dict[Measure, dict[date, int]] = {}
            for measure, day, value in self._session.execute(self._wanted(code)):
                own.setdefault(measure, {})[day] = value
            self._read[code] = own
        return self._read[code]

    def _wanted(self, code: str) -> Select:
        key = (RadarFigure.measure, RadarFigure.day)
        of_region = (
            self._where(*key, RadarFigure.value)
            .distinct(*key)
            .where(RadarFigure.region_code == code)
            .order_by(*key, RadarFigure.import_id.desc())
            .subquery()
        )
        day = of_region.c.day
        before = func.max(day).filter(day < self._first).over(partition_by=of_region.c.measure)
        after = func.min(day).filter(day > self._last).over(partition_by=of_region.c.measure)
        near = select(of_region, before.label("before"), after.label("after")).subquery()
        return select(near.c.measure, near.c.day, near.c.value).where(
            near.c.day.between(self._first, self._last) | near.c.day.in_([near.c.before, near.c.after])
        )

    def __getitem__(self, key: Key) -> Mapping[date, int]:
        code, measure = key
        return self._region(code)[measure]

    def __iter__(self) -> Iterator[Key]:
        codes = self._session.scalars(self._where(RadarFigure.region_code).distinct())
        return iter([(code, measure) for code in codes for measure in self._region(code)])

    def __len__(self) -> int:
        return sum(1 for _ in self)
