"""Many rows in one statement.

``insert(table).values([…])`` is compiled anew each time, at about 0.17 ms a row; columns that go over as arrays are
one parameter each, however long. Below some twenty rows, compiling is the faster of the two (measured).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Table, column, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, Insert, insert
from sqlalchemy.sql import ColumnElement

FEW = 20


def insert_rows(table: Any, rows: Sequence[Mapping[str, Any]]) -> Insert:
    """An insert of rows of plain values, all with the same columns; add ``on_conflict_…`` and ``returning`` to it."""
    if len(rows) <= FEW:
        return insert(table).values(list(rows))
    plain: Table = getattr(table, "__table__", table)
    names = list(rows[0])
    arrays = (literal([row[name] for row in rows], ARRAY(plain.c[name].type)) for name in names)
    # The source has no types of its own: an encrypted value is encrypted once, on its way into the array.
    source = func.unnest(*arrays).table_valued(*(column(name) for name in names)).render_derived()
    return insert(table).from_select(names, select(*(source.c[name] for name in names)))


def is_any(of: Any, values: Collection[Any]) -> ColumnElement[bool]:
    """The condition that a column has one of these values."""
    return of == func.any(literal(list(values), ARRAY(of.type)))
