"""A file on its way into the radar, by hand or fetched: read, held against what stands, taken in."""

from __future__ import annotations

import hashlib
import itertools
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Text, select, text, true
from sqlalchemy.orm import Session

from siaga.db.bulk import as_rows
from siaga.radar.figures import MEASURES, Count, Measure
from siaga.radar.importing import Known, Table, Totals, Wanted, read
from siaga.radar.store import Taken, take_in
from siaga.radar.tables import RadarFigure, RadarImport

_LOCK = 7_424_212
"""Any number that nobody else in this database locks."""


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
    digest = hashlib.sha256(content).hexdigest()

    def as_told(known: Known, correction: bool) -> Table:
        return read(
            content,
            shape=shape,
            today=today,
            known=known,
            file=file,
            source=source,
            said_by=said_by,
            disease=disease,
            correction=correction,
        )

    # The same bytes once more change nothing, whatever has come since, and whatever was said to let them in.
    sources = _brought_by(session, digest)
    table = as_told(Known(), True) if sources else None
    if table is None or table.source not in sources:
        table = as_told(standing(session), correction)
    if dry_run:
        return Brought(table, None)
    return Brought(table, take_in(session, table, digest=digest, file=file, at=at))


def _brought_by(session: Session, digest: str) -> set[str]:
    """The sources as which these bytes were taken in, and not back."""
    same = (RadarImport.digest == digest, RadarImport.undone_at.is_(None))
    return set(session.scalars(select(RadarImport.source).where(*same)))


def standing(session: Session) -> Known:
    """The figures that stand, to hold a file against: real ones only, of each day what came last."""
    return Known(
        totals=lambda wanted: _standing(session, wanted, "total"), news=lambda wanted: _standing(session, wanted, "new")
    )


def _standing(session: Session, wanted: Wanted, count: Count) -> Totals:
    of = (
        RadarImport.source == wanted.source,
        RadarImport.undone_at.is_(None),
        ~RadarImport.sample,
        RadarFigure.disease == wanted.disease,
        RadarFigure.count == count,
    )
    pairs = list(itertools.product(sorted(wanted.regions), MEASURES))
    asked = as_rows(
        "asked", region_code=(Text(), [code for code, _ in pairs]), measure=(Text(), [measure for _, measure in pairs])
    )
    day, newest = RadarFigure.day, RadarFigure.import_id.desc()
    figures = (
        select(day, RadarFigure.value)
        .join(RadarImport, RadarImport.id == RadarFigure.import_id)
        .where(*of, RadarFigure.region_code == asked.c.region_code, RadarFigure.measure == asked.c.measure)
    )
    parts = (
        figures.distinct(day).where(day.between(wanted.first, wanted.last)).order_by(day, newest),
        figures.where(day < wanted.first).order_by(day.desc(), newest).limit(1),
        figures.where(day > wanted.last).order_by(day, newest).limit(1),
    )
    found: dict[tuple[str, Measure], dict[date, int]] = {}
    for part in parts:
        # Each pair by way of the primary key: a table of years is as quick as one of days.
        own = part.lateral()
        rows = session.execute(select(asked.c.region_code, asked.c.measure, own.c.day, own.c.value).join(own, true()))
        for code, measure, on, value in rows:
            found.setdefault((code, measure), {})[on] = value
    return found
