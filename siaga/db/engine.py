"""One engine a process, and the transaction every caller works in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from sqlalchemy import create_engine
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session, sessionmaker

from siaga.db.server import database_url


@lru_cache(maxsize=1)
def engine() -> Engine:
    """The engine on ``DATABASE_URL``, or on the embedded server that ``siaga start`` runs."""
    return create_engine(
        database_url(), future=True, pool_size=10, max_overflow=10, pool_pre_ping=True, hide_parameters=True
    )


@lru_cache(maxsize=1)
def _sessions() -> sessionmaker:
    return sessionmaker(engine(), future=True, expire_on_commit=False)


@contextmanager
def transaction() -> Iterator[Session]:
    """A session that commits at the end of the block, or rolls back if it raises."""
    with _sessions().begin() as session:
        yield session


def forget() -> None:
    """Close all connections and read the database's address anew at the next use."""
    if engine.cache_info().currsize:
        engine().dispose()
    engine.cache_clear()
    _sessions.cache_clear()
