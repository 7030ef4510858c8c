"""The connections that a process has."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from siaga.db import transaction


def _served_by(session: Session) -> int:
    return int(session.scalar(select(func.pg_backend_pid())) or 0)


def test_whoever_asks_next_gets_the_connection_that_was_used_last(database: str) -> None:
    with transaction() as outer:
        last = _served_by(outer)
        with transaction() as inner:
            assert _served_by(inner) != last
    for _ in range(3):
        with transaction() as session:
            assert _served_by(session) == last
