"""One engine a process, and the transaction every caller works in."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import psycopg2
from sqlalchemy import create_engine, event
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import Session, sessionmaker

from siaga.db.server import as_sqlalchemy, database_url
from siaga.settings import settings

ASK_AFTER_SECONDS = 0.5
ALIVE: Mapping[str, int] = {
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
"""By these a server that has gone without a word, as when its power failed, is noticed in some ten seconds; TCP by
itself waits for it a quarter of an hour, or for ever."""
_IDLE_SINCE = "siaga_idle_since"


@lru_cache(maxsize=1)
def engine() -> Engine:
    """The engine on ``DATABASE_URL``, or on the embedded server that ``siaga start`` runs."""
    url = database_url()
    # Who asks next gets the connection that was used last: its server process has the statements at hand, and few are
    # busy where each would be a little.
    return _made(url, alive(url), pool_size=10, max_overflow=10, pool_use_lifo=True)


@lru_cache(maxsize=1)
def replica_engine() -> Engine | None:
    """The engine on ``SIAGA_DATABASE_READ_URL``, if that is set; ``siaga.db.replica`` says who reads there, and how."""
    given = settings().database_read_url
    if not given:
        return None
    url = as_sqlalchemy(given)
    # Who reads there can go elsewhere, and does not wait long for it.
    return _made(url, alive(url, connect_timeout=3), pool_size=2, max_overflow=4)


def alive(url: str, **more: Any) -> dict[str, Any]:
    """What to connect with besides ``url``: ``ALIVE`` and ``more``, but for what it says itself."""
    given = make_url(url).query
    return {name: value for name, value in {**ALIVE, **more}.items() if name not in given}


def _made(url: str, connecting: Mapping[str, Any], **pool: Any) -> Engine:
    made = create_engine(url, future=True, hide_parameters=True, connect_args=connecting, **pool)
    if settings().prepared_statements:
        event.listen(made, "connect", _plan_once)
    event.listen(made, "checkin", _put_back)
    event.listen(made, "checkout", _take_out)
    return made


def _plan_once(connection: Any, _: Any) -> None:
    """Statements that are prepared are planned once for all values.

    Left to itself PostgreSQL takes a list of unknown length for one of ten, and plans anew for the few that there are.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET plan_cache_mode = force_generic_plan")
    connection.commit()


def _put_back(_: Any, record: Any) -> None:
    record.info[_IDLE_SINCE] = time.monotonic()


def _take_out(connection: Any, record: Any, _: Any) -> None:
    """Ask a connection that has rested whether it still lives; SQLAlchemy takes another if it does not.

    Its own ``pool_pre_ping`` asks before every transaction, which costs as much as a short transaction's statement.
    """
    if time.monotonic() - record.info.get(_IDLE_SINCE, time.monotonic()) < ASK_AFTER_SECONDS:
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        connection.rollback()
    except psycopg2.Error:
        raise DisconnectionError from None


@lru_cache(maxsize=1)
def _sessions() -> sessionmaker:
    return sessionmaker(engine(), future=True, expire_on_commit=False)


@contextmanager
def transaction() -> Iterator[Session]:
    """A session that commits at the end of the block, or rolls back if it raises."""
    with _sessions().begin() as session:
        yield session


def forget() -> None:
    """Close all connections and read the databases' addresses anew at the next use."""
    for one in (engine, replica_engine):
        made = one() if one.cache_info().currsize else None
        if made is not None:
            made.dispose()
        one.cache_clear()
    _sessions.cache_clear()
