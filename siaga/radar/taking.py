"""A file on its way into the radar, by hand or fetched: read, held against what stands, taken in."""

from __future__ import annotations

import hashlib
import itertools
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Text, select, text, true
from sqlalchemy.orm import Session

from siaga.db.bulk import as_rows
from siaga.radar.figures import MEASURES, Measure
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
    return Known(lambda wanted: _totals(session, wanted))


def _totals(session: Session, wanted: Wanted) -> Totals:
    of = (
        RadarImport.source == wanted.source,
        RadarImport.undone_at.is_(None),
        ~RadarImport.sample,
        RadarFigure.disease == wanted.disease,
        RadarFigure.count == "total",
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
