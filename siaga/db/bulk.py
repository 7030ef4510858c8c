"""Many rows in one statement, each column as one array, so that the statement is the same however many rows there are.

``insert(table).values([…])`` is compiled anew each time, at about 0.17 ms a row; columns that go over as arrays are
one parameter each, however long. Below some twenty rows, compiling is the faster of the two (measured).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Table, column, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, Insert, insert
from sqlalchemy.sql import ColumnElement
from sqlalchemy.types import String, Text, TypeEngine

from siaga.db.prepared import given_all

FEW = 20


def insert_rows(table: Any, rows: Sequence[Mapping[str, Any]]) -> Insert:
    """An insert of rows of plain values, all with the same columns; add ``on_conflict_…`` and ``returning`` to it."""
    if len(rows) <= FEW:
        return insert(table).values(list(rows))
    plain: Table = getattr(table, "__table__", table)
    columns = {name: (_whole(plain.c[name].type), [row[name] for row in rows]) for name in rows[0]}
    source = as_rows("source", **columns)
    return insert(table).from_select(list(columns), select(*(source.c[name] for name in columns)))


def _whole(kind: TypeEngine) -> TypeEngine:
    """The type to hand a value over in: a cast to ``VARCHAR(n)`` would cut a text that is too long, without a word."""
    return Text() if isinstance(kind, String) else kind


def as_rows(name: str, /, **columns: tuple[TypeEngine, Sequence[Any]]) -> Any:
    """A table of these values, given column by column and all of one length, to insert, update or select from.

    An encrypted value is encrypted once, on its way into its array.
    """
    arrays = (literal(list(values), ARRAY(kind)) for kind, values in columns.values())
    names = (column(key, kind) for key, (kind, _) in columns.items())
    return func.unnest(*arrays).table_valued(*names, name=name).render_derived()


def given_rows(name: str, /, **columns: type[TypeEngine] | TypeEngine) -> Any:
    """The same for a ``Prepared`` statement, which is given the values of each column under its name."""
    names = (column(key, kind) for key, kind in columns.items())
    arrays = (given_all(key, kind) for key, kind in columns.items())
    return func.unnest(*arrays).table_valued(*names, name=name).render_derived()


def columns_of(rows: Sequence[Mapping[str, Any]], names: Iterable[str]) -> dict[str, list[Any]]:
    """Rows as ``given_rows`` are handed over: the values of each column by its name."""
    return {name: [row[name] for row in rows] for name in names}


def is_any(of: Any, values: Collection[Any]) -> ColumnElement[bool]:
    """The condition that a column has one of these values."""
    return of == func.any(literal(list(values), ARRAY(of.type)))
