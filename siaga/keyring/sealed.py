"""The encrypted columns of all tables, and by which keys their values are sealed, read without opening any."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import LargeBinary, Table, func, literal, select
from sqlalchemy import column as plain_column
from sqlalchemy import table as plain_table
from sqlalchemy.orm import Session
from sqlalchemy.sql import ColumnElement, TableClause

from siaga.db import EncryptedBytes, EncryptedJSON, EncryptedText
from siaga.privacy.keys import is_key_id
from siaga.schema import Base

_ENCRYPTED = (EncryptedText, EncryptedJSON, EncryptedBytes)
_LONGEST_PREFIX = 33  # eight letters of at most four bytes, and the zero byte


@dataclass(frozen=True)
class SealedTable:
    """A table with encrypted columns.

    Attributes:
        rows: the table with its sealed columns as plain bytes; without what the code sets at a change, such as
            ``updated_at``, because sealing anew changes nothing that anyone has said.
        key: its primary key.
        purposes: what each sealed column's values are sealed for, by the column's name.
    """

    rows: TableClause
    key: tuple[str, ...]
    purposes: Mapping[str, str]


@dataclass(frozen=True)
class Sealed:
    """How many values of a column one key has sealed; ``key`` is None where a value does not begin with a key's id."""

    table: str
    column: str
    key: str | None
    values: int


def _sealed(table: Table) -> SealedTable:
    purposes = {column.name: column.type.purpose for column in table.columns if isinstance(column.type, _ENCRYPTED)}
    columns = (
        plain_column(column.name, LargeBinary() if column.name in purposes else column.type) for column in table.columns
    )
    return SealedTable(plain_table(table.name, *columns), tuple(column.name for column in table.primary_key), purposes)


@lru_cache(maxsize=1)
def sealed_tables() -> tuple[SealedTable, ...]:
    """Every table with an encrypted column."""
    found = (_sealed(table) for table in Base.metadata.sorted_tables)
    return tuple(table for table in found if table.purposes)


def beginning(column: Any, length: int) -> ColumnElement[bytes]:
    """A value's first bytes: of a long one the database reads no more than these."""
    return func.substr(column, 1, length, type_=LargeBinary)


def _key(found: bytes) -> str | None:
    try:
        name = found.decode()
    except UnicodeDecodeError:
        return None
    return name if is_key_id(name) else None


def usage(session: Session) -> list[Sealed]:
    """How many values of each column are sealed by which key; a column without a value is not in it."""
    counted: dict[tuple[str, str, str | None], int] = {}
    for table in sealed_tables():
        for name in table.purposes:
            column = table.rows.c[name]
            start = beginning(column, _LONGEST_PREFIX)
            until = func.position(literal(b"\0", LargeBinary).op("IN")(start))
            key = func.substr(start, 1, func.greatest(until - 1, 0), type_=LargeBinary).label("key")
            found = select(key, func.count().label("values")).where(column.is_not(None)).group_by(key)
            for sealed_by, values in session.execute(found):
                place = (table.rows.name, name, _key(bytes(sealed_by)))
                counted[place] = counted.get(place, 0) + values
    return [Sealed(*place, values) for place, values in sorted(counted.items(), key=lambda item: str(item[0]))]
