"""Giving each note its place in the chain and its seal, at the very end of the transaction that wrote it.

Which note comes before which is only known when they are committed one after the other. So the last thing that such a
transaction does is to wait for a lock that lasts until it has committed. Who holds it waits for nobody's row or lock
any more: it cannot be part of a deadlock. It costs that transactions with a note commit one at a time.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import event, text
from sqlalchemy.orm import Session, object_session

from siaga.db.audit.chain import COLUMNS, START, Row, seal_of
from siaga.db.audit.log import Audit

BATCH = 5_000
"""Rows sealed by one statement: those of before the chain are many."""

_LOCK = 0x51A6_00A0
_NOTED = "siaga_noted"

_TAKE_LOCK = text("SELECT pg_advisory_xact_lock(:lock)").bindparams(lock=_LOCK)
_LAST = text("SELECT place, seal FROM audit WHERE place IS NOT NULL AND seal IS NOT NULL ORDER BY place DESC LIMIT 1")
_UNSEALED = text(f"SELECT {COLUMNS} FROM audit WHERE seal IS NULL ORDER BY id LIMIT {BATCH}")  # noqa: S608 - constants
_WRITE = text(
    "UPDATE audit SET place = sealed.place, seal = sealed.seal FROM unnest("
    "CAST(:ids AS bigint[]), CAST(:places AS bigint[]), CAST(:seals AS bytea[])) AS sealed (id, place, seal) "
    "WHERE audit.id = sealed.id"
)


@event.listens_for(Audit, "after_insert")
def _noted(_mapper: Any, _connection: Any, row: Audit) -> None:
    session = object_session(row)
    if session is not None:
        session.info[_NOTED] = True


@event.listens_for(Session, "before_commit")
def seal(session: Session) -> None:
    """Seal what the transaction has noted. Whatever else locks something in ``before_commit`` has to come before it."""
    if session.in_nested_transaction():
        return
    session.flush()
    if session.info.pop(_NOTED, False):
        seal_all(session)


def seal_old(session: Session) -> int:
    """Seal all rows where none has a place yet, as after an upgrade from before the chain; how many."""
    session.execute(_TAKE_LOCK)
    return 0 if session.execute(_LAST).first() else seal_all(session)


def seal_all(session: Session) -> int:
    """Seal all rows in sight that have no seal, in the order of their ids; how many. Nothing else may come after it."""
    session.execute(_TAKE_LOCK)
    # Only a statement that begins after we have the lock sees what was committed by who had it before.
    last = session.execute(_LAST).first()
    place, before = (int(last.place), bytes(last.seal)) if last else (0, START)
    count = 0
    while True:
        found = session.execute(_UNSEALED).all()
        seals: list[bytes] = []
        for number, row in enumerate(found, start=place + 1):
            before = seal_of(Row(number, *row), before)
            seals.append(before)
        if found:
            places = list(range(place + 1, place + 1 + len(found)))
            session.execute(_WRITE, {"ids": [row.id for row in found], "places": places, "seals": seals})
        place, count = place + len(found), count + len(found)
        if len(found) < BATCH:
            return count
