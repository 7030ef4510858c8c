"""Carrying the rules out, in small pieces, beside everything else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone
from typing import Any

from sqlalchemy import and_, delete, func, inspect, select, update
from sqlalchemy.sql.dml import UpdateBase

from siaga.db import engine, transaction
from siaga.media.tables import Media
from siaga.reports import pictures
from siaga.retention.rule import Rule
from siaga.retention.rules import IN_REPORT, RULES

BATCH = 1000
MOST_ERASED = 200
"""As many contacts, and persons, are erased in a sweep: each is searched for everywhere, and the next sweep is soon."""
# Any number that nothing else takes a lock on.
LOCK = 0x51A6A


def sweep(now: datetime | None = None, *, batch: int = BATCH, most: int | None = MOST_ERASED) -> dict[str, int] | None:
    """Forget what is old enough; how many rows by each rule, None if another process is at it.

    Rows are taken in batches, each in a transaction of its own, and those that somebody is working on are left for the
    next time: nobody waits for this. What one rule cannot do keeps no other from being carried out.

    Raises:
        Exception: what went wrong first, when all the rest is done.
    """
    now = now or datetime.now(timezone.utc)
    with engine().connect() as connection:
        if not connection.scalar(select(func.pg_try_advisory_lock(LOCK))):
            return None
        connection.commit()
        try:
            return _all(now, batch, most)
        finally:
            connection.scalar(select(func.pg_advisory_unlock(LOCK)))
            connection.commit()


def _all(now: datetime, batch: int, most: int | None) -> dict[str, int]:
    _spare_pictures(now, batch)
    done: dict[str, int] = {}
    problems: list[Exception] = []
    # Looked for first: whom a row that goes now still keeps is the next sweep's.
    found = {rule.name: _found(rule, now, most) for rule in RULES if rule.each}
    for rule in RULES:
        if rule.elsewhere:
            continue
        try:
            done[rule.name] = _carried_out(rule, now, batch, found.get(rule.name, ()))
        except Exception as problem:
            problems.append(problem)
    if problems:
        raise problems[0]
    return done


def _spare_pictures(now: datetime, batch: int) -> None:
    """A picture lives as long as a report shows it; one that has arrived is put away before its file is forgotten."""
    with transaction() as session:
        pictures.bring_in(session, now)
    shown = and_(Media.forget_after < now + pictures.LIFE / 2, IN_REPORT)
    longer = update(Media).values(forget_after=now + pictures.LIFE)
    _in_batches(Media, longer, shown, Media.forget_after, batch)


def _found(rule: Rule, now: datetime, most: int | None) -> Sequence[int]:
    """The ids of what a rule takes one by one, the oldest first."""
    which = rule.condition(now)
    if which is None:
        return ()
    with transaction() as session:
        oldest = select(rule.table.id).where(which).order_by(rule.since, rule.table.id).limit(most)
        ids: Sequence[int] = session.execute(oldest).scalars().all()
    return ids


def _carried_out(rule: Rule, now: datetime, batch: int, found: Sequence[int]) -> int:
    which = rule.condition(now)
    if which is None:
        return 0
    if rule.each is not None:
        return sum(rule.each(row_id, now, which) for row_id in found)
    change = update(rule.table).values(dict.fromkeys(rule.blank)) if rule.blank else delete(rule.table)
    return _in_batches(rule.table, change, which, rule.since, batch)


def _in_batches(table: Any, change: UpdateBase, which: Any, since: Any, batch: int) -> int:
    total = 0
    keys = inspect(table).primary_key
    oldest = select(*keys).where(which).order_by(since).limit(batch).with_for_update(skip_locked=True, of=table)
    while True:
        with transaction() as session:
            some = oldest.cte("some")
            same = and_(*(key == some.c[key.name] for key in keys))
            done = session.execute(change.where(same).execution_options(synchronize_session=False)).rowcount
        total += done
        if done < batch:
            return total
