"""Reading from a replica what may lag behind, and how far it does.

Only figures are read so, on which nothing is decided. Whatever the replica cannot do, being away, too far behind or in
the way of what it replays, the primary does in its place.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from siaga.db.engine import engine, replica_engine

MOST_SECONDS = 60.0
"""A replica that is further behind than this is not read: the figures are shown as being those of now."""
_MOMENT_SECONDS = 0.2
# Not by the driver's setting: the pool takes that back with words that a standby refuses.
_ONLY = text("SET TRANSACTION READ ONLY")
_WRITTEN = text("SELECT CAST(pg_current_wal_flush_lsn() AS text)")
# The time of what was last replayed says nothing while the primary rests: what has all been replayed is as of now.
_BEHIND = text(
    """
SELECT pg_is_in_recovery() AND NOT pg_last_wal_replay_lsn() >= CAST(:written AS pg_lsn) AS behind,
    CAST(extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) AS float) AS seconds
"""
)

T = TypeVar("T")
log = logging.getLogger(__name__)
_told = False


def reading(work: Callable[[Session], T]) -> T:
    """What ``work`` makes of a session that can only read: on the replica, or where that cannot do it on the primary.

    ``work`` may be begun twice, so it does nothing but read.
    """
    if (replica := replica_engine()) is not None:
        try:
            if (behind := _behind(replica)) <= MOST_SECONDS:
                found = _read(replica, work)
                _tell(None)
                return found
            _tell(f"it is {behind:.0f} seconds behind")
        except DBAPIError as problem:
            _tell(type(problem).__name__)
    return _read(engine(), work)


def lag() -> float | None:
    """How many seconds the replica is behind the primary, infinite if that cannot be told; None: there is none.

    Raises:
        sqlalchemy.exc.DBAPIError: the primary, or the replica, does not answer.
    """
    replica = replica_engine()
    return None if replica is None else _behind(replica)


def _behind(replica: Engine) -> float:
    with engine().connect() as connection:
        written = connection.scalar(_WRITTEN)

    def ask() -> float:
        with replica.connect() as connection:
            behind, seconds = connection.execute(_BEHIND, {"written": written}).one()
            return (math.inf if seconds is None else float(seconds)) if behind else 0.0

    found = ask()
    if found > MOST_SECONDS:
        # The first write after a rest is on its way for a moment, and what was replayed before it is old.
        time.sleep(_MOMENT_SECONDS)
        found = ask()
    return found


def _read(source: Engine, work: Callable[[Session], T]) -> T:
    with Session(source, future=True) as session:
        session.execute(_ONLY)
        return work(session)


def _tell(why: str | None) -> None:
    """Once that the replica is not read, and once that it is again."""
    global _told
    if why is not None and not _told:
        log.warning("figures are read from the primary, not from the replica: %s", why)
    elif why is None and _told:
        log.info("figures are read from the replica again")
    _told = why is not None
