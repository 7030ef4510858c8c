"""Figures in the database: taken in whole or not at all, taken back within ``UNDO_DAYS``, and read as one series.

Nothing that arrived is changed: an import adds values beside those that stand, and of one series the latest import's
count. So an import that is taken back leaves what stood before it. ``tidy`` drops what can never count again.
"""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, get_args

from sqlalchemy import Text, cast, delete, exists, func, literal_column, select, text, update
from sqlalchemy.dialects.postgresql import aggregate_order_by, insert
from sqlalchemy.orm import Session, aliased

from siaga.radar.figures import MEASURES, Colour, Count
from siaga.radar.importing.table import ColourRow, Row, Table
from siaga.radar.reading import colours, figures
from siaga.radar.tables import RadarColour, RadarFigure, RadarImport

__all__ = [
    "UNDO_DAYS",
    "CannotUndo",
    "Contradiction",
    "ImportRow",
    "Taken",
    "colours",
    "diseases",
    "figures",
    "imports",
    "take_in",
    "tidy",
    "undo",
    "version",
]

UNDO_DAYS = 30
"""How long an import can be taken back. What it put aside is kept as long."""

_AT_ONCE = 20_000
"""Rows in one statement: some megabytes."""
_MANY = 1_000
"""Rows after which the database's statistics are of another table."""
_COUNTS = get_args(Count)
_COLOURS = get_args(Colour)
_DISEASE = re.compile(r"[a-z][a-z0-9_]{0,19}")
# "91-2022" is a province that has since been divided (siaga.places.former).
_REGION = re.compile(r"ID|\d\d(?:-\d{4}|\.\d\d(?:\.\d\d)?)?")


class Contradiction(ValueError):
    """A table that says two things of one region, measure and day, or what no figure can be."""


class CannotUndo(ValueError):
    """An import that is too old to be taken back: what stood before it is gone."""


@dataclass(frozen=True)
class Taken:
    """``taken`` figures and colours of an import. ``already``: these same bytes were taken in before, as that one."""

    import_id: int
    taken: int
    already: bool = False


@dataclass(frozen=True)
class ImportRow:
    """An import as staff see it. ``undone_at``: it was taken back, and counts no more."""

    id: int
    shape: str
    source: str
    said_by: str
    file: str
    disease: str
    arrived_at: datetime
    first_day: date | None
    last_day: date | None
    taken: int
    notes: tuple[str, ...]
    sample: bool
    undone_at: datetime | None


# ---------------------------------------------------------------------- bringing in
def take_in(session: Session, table: Table, *, digest: str, file: str, at: datetime, sample: bool = False) -> Taken:
    """Take a table in, in the caller's transaction. Two at once with the same bytes become one.

    Args:
        digest: SHA-256 of the file's bytes, in hex. What came before and was not taken back is not taken in again,
            even where later imports have put its values aside: an old file that arrives once more does not win.
        file: a file's name or an address, without what is secret in it.
        sample: the figures are made up.

    Raises:
        Contradiction: the table says two things of the same, or nothing at all. Nothing was taken in.
    """
    if not _DISEASE.fullmatch(table.disease):
        raise Contradiction(f"“{table.disease}” is no disease's id: small letters, numbers and _, at most 20")
    figures, colours = _figures(table.rows), _colours(table.colours)
    if not figures and not colours:
        raise Contradiction("a table without figures and colours")
    days = [row.day for row in figures] + [row.day for row in colours]
    brought = insert(RadarImport).values(
        shape=table.shape,
        source=table.source,
        said_by=table.said_by,
        file=file,
        digest=digest,
        disease=table.disease,
        arrived_at=at,
        first_day=min(days),
        last_day=max(days),
        taken=len(figures) + len(colours),
        notes=list(table.notes),
        sample=sample,
    )
    unless_there = brought.on_conflict_do_nothing(
        index_elements=[RadarImport.digest, RadarImport.source], index_where=RadarImport.undone_at.is_(None)
    )
    # Between the two it may be taken back, if hardly ever; then it is news again.
    while (import_id := session.scalar(unless_there.returning(RadarImport.id))) is None:
        if there := _there(session, table, digest):
            return there
    _copy(
        session,
        RadarFigure,
        ("region_code", "disease", "measure", "count", "day", "import_id", "value"),
        ((r.region_code, table.disease, r.measure, r.count, r.day, import_id, r.value) for r in figures),
    )
    _copy(
        session,
        RadarColour,
        ("region_code", "disease", "day", "import_id", "colour"),
        ((r.region_code, table.disease, r.day, import_id, r.colour) for r in colours),
    )
    taken = len(figures) + len(colours)
    if taken >= _MANY:
        # By statistics of the time before, every answer might read all figures until the database takes new ones.
        session.execute(text("ANALYZE radar_figure, radar_colour, radar_import"))
    return Taken(import_id, taken)


def _there(session: Session, table: Table, digest: str) -> Taken | None:
    """The import that brought these bytes; raises Contradiction if it took them for another disease's."""
    same = (RadarImport.digest == digest, RadarImport.source == table.source, RadarImport.undone_at.is_(None))
    there = session.execute(select(RadarImport.id, RadarImport.taken, RadarImport.disease).where(*same)).one_or_none()
    if there is None:
        return None
    if there.disease != table.disease:
        raise Contradiction(f"import {there.id} took this file for {there.disease}; take that back first")
    return Taken(there.id, there.taken, already=True)


def _figures(rows: Iterable[Row]) -> list[Row]:
    """The rows, each once; raises Contradiction."""
    seen: dict[tuple[str, str, str, date], Row] = {}
    for row in rows:
        if not _REGION.fullmatch(row.region_code):
            raise Contradiction(f"“{row.region_code}” is no region code")
        if row.measure not in MEASURES or row.count not in _COUNTS:
            raise Contradiction(f"{row.region_code} on {row.day}: nobody counts “{row.measure} {row.count}”")
        if row.value < 0 and row.count != "new":
            raise Contradiction(f"{row.region_code} on {row.day}: {row.measure} {row.count} is below zero")
        if seen.setdefault((row.region_code, row.measure, row.count, row.day), row).value != row.value:
            raise Contradiction(f"{row.region_code} on {row.day}: two numbers for {row.measure} {row.count}")
    return list(seen.values())


def _colours(rows: Iterable[ColourRow]) -> list[ColourRow]:
    seen: dict[tuple[str, date], ColourRow] = {}
    for row in rows:
        if not _REGION.fullmatch(row.region_code):
            raise Contradiction(f"“{row.region_code}” is no region code")
        if row.colour not in _COLOURS:
            raise Contradiction(f"{row.region_code} on {row.day}: “{row.colour}” is no colour")
        if seen.setdefault((row.region_code, row.day), row).colour != row.colour:
            raise Contradiction(f"{row.region_code} on {row.day}: two colours")
    return list(seen.values())


def _copy(session: Session, table: Any, columns: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> None:
    """Write rows of plain words, days and numbers: a million in a third of the time that inserts take."""
    cursor = session.connection().connection.cursor()
    with cursor:
        statement = f"COPY {table.__tablename__} ({', '.join(columns)}) FROM STDIN"
        for some in _some(rows):
            cursor.copy_expert(statement, io.StringIO("".join("\t".join(map(str, row)) + "\n" for row in some)))


def _some(rows: Iterable[tuple[object, ...]]) -> Iterator[list[tuple[object, ...]]]:
    rest = iter(rows)
    while some := list(itertools.islice(rest, _AT_ONCE)):
        yield some


# ---------------------------------------------------------------------- taking back
def undo(session: Session, import_id: int, at: datetime) -> bool:
    """Take an import back: the figures are those of before it. False if there is none, or it was taken back before.

    Raises:
        CannotUndo: it came more than ``UNDO_DAYS`` ago; a corrected file is the way on.
    """
    row = session.execute(
        select(RadarImport.arrived_at)
        .where(RadarImport.id == import_id, RadarImport.undone_at.is_(None))
        .with_for_update()
    ).one_or_none()
    if row is None:
        return False
    if row.arrived_at < _settled_before(at):
        raise CannotUndo(
            f"Import {import_id} came on {row.arrived_at:%Y-%m-%d}, more than {UNDO_DAYS} days ago: what stood before "
            "it is gone. Bring a corrected file instead."
        )
    session.execute(delete(RadarFigure).where(RadarFigure.import_id == import_id))
    session.execute(delete(RadarColour).where(RadarColour.import_id == import_id))
    session.execute(update(RadarImport).where(RadarImport.id == import_id).values(undone_at=at))
    return True


def _settled_before(at: datetime) -> datetime:
    """What arrived before this cannot be taken back any more."""
    return at - timedelta(days=UNDO_DAYS)


def tidy(session: Session, at: datetime) -> int:
    """Drop values that can never count again, because a later import that cannot be taken back says something newer
    of the same; how many. What is read does not change."""
    settled = _settled_before(at)
    newest = session.scalar(
        select(func.max(RadarImport.id)).where(RadarImport.undone_at.is_(None), RadarImport.arrived_at < settled)
    )
    if newest is None:
        return 0
    dropped = 0
    for table, key in (
        (RadarFigure, ("region_code", "disease", "measure", "count", "day")),
        (RadarColour, ("region_code", "disease", "day")),
    ):
        own, later, later_import = aliased(RadarImport), aliased(table), aliased(RadarImport)
        put_aside = exists().where(
            *(getattr(later, name) == getattr(table, name) for name in key),
            later.import_id > table.import_id,
            later_import.id == later.import_id,
            later_import.source == own.source,
            later_import.sample == own.sample,
            later_import.undone_at.is_(None),
            later_import.arrived_at < settled,
        )
        gone = delete(table).where(table.import_id < newest, own.id == table.import_id, put_aside)
        dropped += session.execute(gone.execution_options(synchronize_session=False)).rowcount
    return dropped


def imports(session: Session, limit: int) -> list[ImportRow]:
    """What was taken in, the newest first; those that were taken back, too."""
    found = session.scalars(select(RadarImport).order_by(RadarImport.id.desc()).limit(limit))
    return [
        ImportRow(
            row.id,
            row.shape,
            row.source,
            row.said_by,
            row.file,
            row.disease,
            row.arrived_at,
            row.first_day,
            row.last_day,
            row.taken,
            tuple(row.notes),
            row.sample,
            row.undone_at,
        )
        for row in found
    ]


# ---------------------------------------------------------------------- reading
def version(session: Session) -> str:
    """A word for the state of the data: another one whenever what is read may be another."""
    # The numbers of all that counts, and not only the last: who began first may end last.
    ids = func.string_agg(cast(RadarImport.id, Text), aggregate_order_by(literal_column("','"), RadarImport.id))
    return str(session.scalar(select(func.md5(func.coalesce(ids, ""))).where(RadarImport.undone_at.is_(None))))


def diseases(session: Session) -> list[str]:
    """The diseases of which there is anything."""
    found = select(RadarImport.disease).where(RadarImport.undone_at.is_(None)).distinct()
    return sorted(session.scalars(found))
