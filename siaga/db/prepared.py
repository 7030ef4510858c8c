"""Statements that every turn asks: written once, and planned once on each connection.

To put a statement of SQLAlchemy's together each time it is asked costs up to 1 ms, many times what PostgreSQL needs to
answer it; and PostgreSQL plans it each time, since psycopg2 sends text. Both are done once here.
"""

from __future__ import annotations

import itertools
import re
from collections import namedtuple
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from psycopg2.extensions import adapt
from sqlalchemy import bindparam
from sqlalchemy.dialects.postgresql import ARRAY, psycopg2
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import BindParameter
from sqlalchemy.types import LargeBinary, String, Text, TypeDecorator, TypeEngine

from siaga.settings import settings

_GIVEN = "given_"
_KNOWN = "siaga_prepared"
_NUMBERS = itertools.count(1)
_PLACE = re.compile(r"%\((\w+)\)s")
_DIALECT = psycopg2.dialect()
# A migration has changed the type of a column meanwhile, or the server does not know the statement any more.
_OUT_OF_DATE = frozenset({"0A000", "26000"})


def given(name: str, kind: TypeEngine | type[TypeEngine]) -> BindParameter:
    """A value that is handed over each time the statement is asked; every other value in it is part of it."""
    return bindparam(_GIVEN + name, None, type_=kind)


def given_all(name: str, kind: TypeEngine | type[TypeEngine]) -> BindParameter:
    """A list of values that is handed over each time."""
    made = kind() if isinstance(kind, type) else kind
    # As VARCHAR(n) a text that is too long would be cut, without a word. A value may be a list itself.
    return given(name, ARRAY(Text() if isinstance(made, String) else made, dimensions=1))


@dataclass(frozen=True)
class _Made:
    """How the statement is sent: to be prepared, to be executed after that, and as it is."""

    name: str
    prepare: str
    execute: str
    plain: str
    outward: dict[str, Callable[[Any], Any] | None]
    """by name of each value, what makes it fit to be sent"""
    row: Callable[..., Any] | None
    inward: list[Callable[[Any], Any] | None]


class Prepared:
    """A select, insert, update or delete with ``given`` values, asked in a session's transaction.

    What the session has still to write is written before. Rows are named tuples; nothing is kept in the session's own
    memory of objects.
    """

    def __init__(self, statement: Any) -> None:
        self._statement = statement

    def all(self, session: Session, **values: Any) -> list[Any]:
        """All rows."""
        result, made = self._ask(session, values)
        rows = result.fetchall()
        row, inward = made.row, made.inward
        if row is None:
            return []
        if not any(inward):
            return [row(*one) for one in rows]
        return [row(*(read(value) if read else value for read, value in zip(inward, one))) for one in rows]  # noqa: B905

    def first(self, session: Session, **values: Any) -> Any:
        """The first row; None if there is none."""
        rows = self.all(session, **values)
        return rows[0] if rows else None

    def scalar(self, session: Session, **values: Any) -> Any:
        """The first value of the first row; None if there is none."""
        row = self.first(session, **values)
        return None if row is None else row[0]

    def scalars(self, session: Session, **values: Any) -> list[Any]:
        """The first value of each row."""
        return [row[0] for row in self.all(session, **values)]

    def run(self, session: Session, **values: Any) -> int:
        """How many rows were written."""
        result, _ = self._ask(session, values)
        return int(result.rowcount)

    def _ask(self, session: Session, values: dict[str, Any]) -> tuple[Any, _Made]:
        made = self._made
        session.flush()
        if values.keys() != made.outward.keys():
            raise TypeError(f"the statement is given {sorted(made.outward)}")
        sent = {
            name: fit(values[name]) if fit is not None and values[name] is not None else values[name]
            for name, fit in made.outward.items()
        }
        connection = session.connection()
        if not settings().prepared_statements:
            return connection.exec_driver_sql(made.plain, sent), made
        known: set[str] = connection.info.setdefault(_KNOWN, set())
        if made.name in known:
            return _execute(connection, made.execute, sent), made
        # A plan made while a table is still empty would read all of it, until statistics tell how large it has become.
        connection.exec_driver_sql(f"SET LOCAL enable_seqscan = off; {made.prepare}")
        known.add(made.name)
        result = connection.exec_driver_sql(made.execute, sent)
        connection.exec_driver_sql("SET LOCAL enable_seqscan TO DEFAULT")
        return result, made

    @cached_property
    def _made(self) -> _Made:
        compiled = self._statement.compile(dialect=_DIALECT, compile_kwargs={"render_postcompile": True})
        binds: dict[str, BindParameter] = compiled.binds
        mine = [name for name in dict.fromkeys(_PLACE.findall(compiled.string)) if name.startswith(_GIVEN)]
        kinds = {name: _DIALECT.type_compiler.process(binds[name].type) for name in mine}

        def whole(place: Callable[[str], str]) -> str:
            def put(found: re.Match[str]) -> str:
                name = found[1]
                return place(name) if name in kinds else _literal(compiled.params[name], binds[name].type)

            return _PLACE.sub(put, compiled.string)

        name = f"siaga_{next(_NUMBERS)}"
        numbered = whole(lambda name: f"${mine.index(name) + 1}")
        kinds_of = f" ({', '.join(kinds.values())})" if mine else ""
        places = f" ({', '.join(f'%({_short(name)})s' for name in mine)})" if mine else ""
        # What is written as text is taken to return nothing.
        columns = getattr(self._statement, "exported_columns", {})
        return _Made(
            name=name,
            prepare=f"PREPARE {name}{kinds_of} AS {numbered}",
            execute=f"EXECUTE {name}{places}",
            plain=whole(lambda name: f"CAST(%({_short(name)})s AS {kinds[name]})"),
            outward={_short(name): _type(binds[name].type).bind_processor(_DIALECT) for name in mine},
            row=_row(list(columns.keys())),
            inward=[_inward(column.type) for column in columns],
        )


def _execute(connection: Connection, statement: str, sent: dict[str, Any]) -> Any:
    try:
        # Whoever listens to statements hears these, too.
        if connection.dispatch.before_cursor_execute:
            return connection.exec_driver_sql(statement, sent)
        return _by_driver(connection, statement, sent)
    except DBAPIError as error:
        if getattr(error.orig, "pgcode", None) in _OUT_OF_DATE:
            # Whoever tries again gets another connection, which plans anew.
            connection.invalidate()
        raise


def _by_driver(connection: Connection, statement: str, sent: dict[str, Any]) -> Any:
    """The driver's cursor. SQLAlchemy's own way around it costs twice what the driver does; errors are made its own."""
    cursor = connection.connection.cursor()
    try:
        cursor.execute(statement, sent)
    except Exception as error:
        connection._handle_dbapi_exception(error, statement, sent, cursor, None)
    return cursor


def _short(name: str) -> str:
    return name.removeprefix(_GIVEN)


def _row(names: list[str]) -> Callable[..., Any] | None:
    return namedtuple("Row", names, rename=True) if names else None


def _type(kind: TypeEngine) -> Any:
    return kind.dialect_impl(_DIALECT)


def _inward(kind: TypeEngine) -> Callable[[Any], Any] | None:
    """What makes of a value what the column's type promises; the driver itself sees to all but these."""
    if not isinstance(kind, (TypeDecorator, LargeBinary)):
        return None
    processor: Callable[[Any], Any] | None = _type(kind).result_processor(_DIALECT, None)
    return processor


def _literal(value: Any, kind: TypeEngine) -> str:
    fit = _type(kind).bind_processor(_DIALECT)
    made = adapt(fit(value) if fit else value)
    if hasattr(made, "encoding"):
        made.encoding = "utf8"
    quoted: str = made.getquoted().decode().replace("%", "%%")
    return quoted
