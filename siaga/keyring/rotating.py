"""Sealing anew, under the active key, what an older one has sealed, while everything else goes on.

Each row is locked, sealed anew and let go in a transaction of its own. A row that somebody else holds is left for
later, never waited for: so nobody can wait for us who makes us wait. Because it is read under its lock, what somebody
has just written is what is sealed. Nothing is noted of how far we are: what is not yet under the active key says so
itself, so an interrupted run is simply run again.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidTag
from sqlalchemy import and_, literal, or_, select, tuple_, update
from sqlalchemy.sql import ColumnElement

from siaga.db import transaction
from siaga.db.audit import note
from siaga.keyring.sealed import SealedTable, beginning, sealed_tables
from siaga.privacy import decrypt, encrypt
from siaga.privacy.keys import ring

BATCH = 500
"""Rows looked for at once; it bounds no lock, only how long one search lasts."""

_PASSES = 5
_WAIT_SECONDS = 1.0


@dataclass
class Outcome:
    """What a run did.

    Attributes:
        resealed: values now under the active key (in a dry run: that would be), by ``table.column``.
        unreadable: values that no key of the ring opens, by ``table.column``.
        busy: rows that somebody else held at every try.
    """

    resealed: Counter[str] = field(default_factory=Counter)
    unreadable: Counter[str] = field(default_factory=Counter)
    busy: int = 0


def _is_old(table: SealedTable, name: str) -> ColumnElement[bool]:
    prefix = ring().active.encode() + b"\0"
    return beginning(table.rows.c[name], len(prefix)) != literal(prefix)


def _rows(table: SealedTable, batch: int) -> Iterator[tuple[Any, ...]]:
    """The primary keys of the rows with a value that another key has sealed."""
    key = [table.rows.c[name] for name in table.key]
    old = or_(*(_is_old(table, name) for name in table.purposes))
    found = select(*key).where(old).order_by(*key).limit(batch)
    last: tuple[Any, ...] | None = None
    while True:
        with transaction() as session:
            after = found if last is None else found.where(tuple_(*key) > tuple_(*map(literal, last)))
            page = [tuple(row) for row in session.execute(after)]
        yield from page
        if len(page) < batch:
            return
        last = page[-1]


def _reseal(table: SealedTable, row: tuple[Any, ...], outcome: Outcome, *, dry_run: bool) -> None:
    this = and_(*(table.rows.c[name] == value for name, value in zip(table.key, row, strict=True)))
    columns = [table.rows.c[name] for name in table.purposes]
    prefix = ring().active.encode() + b"\0"
    fresh: dict[str, bytes] = {}
    unreadable: list[str] = []
    with transaction() as session:
        held = select(*columns).where(this).with_for_update(skip_locked=True, key_share=True)
        values = session.execute(held).mappings().first()
        if values is None:
            # Held by somebody, or gone: the next pass finds it if it is still there.
            outcome.busy += 1
            return
        for name, purpose in table.purposes.items():
            value = values[name]
            if value is None or bytes(value).startswith(prefix):
                continue
            try:
                fresh[name] = encrypt(decrypt(value, purpose), purpose)
            except (KeyError, InvalidTag, ValueError):
                unreadable.append(name)
        if fresh and not dry_run:
            session.execute(update(table.rows).where(this).values(fresh))
    # Only now is it so.
    outcome.resealed.update(f"{table.rows.name}.{name}" for name in fresh)
    outcome.unreadable.update(f"{table.rows.name}.{name}" for name in unreadable)


def rotate(*, actor: str, batch: int = BATCH, dry_run: bool = False, wait_seconds: float = _WAIT_SECONDS) -> Outcome:
    """Seal every value anew that is not under the active key, and note it, with counts, in the audit log.

    Args:
        actor: who asked for it.
        batch: rows looked for at once.
        dry_run: change nothing, note nothing.
        wait_seconds: how long rows that were held are left alone before they are tried again.
    """
    outcome = Outcome()
    try:
        for attempt in range(1 if dry_run else _PASSES):
            if attempt:
                time.sleep(wait_seconds)
            # These two are counted anew: what was left may have become readable, or free.
            outcome.unreadable, outcome.busy = Counter(), 0
            for table in sealed_tables():
                for row in _rows(table, batch):
                    _reseal(table, row, outcome, dry_run=dry_run)
            if not outcome.busy:
                break
    finally:
        # An interrupted run has changed something, too.
        if not dry_run:
            done = {
                "sealed_by": ring().active,
                "resealed": outcome.resealed.total(),
                "unreadable": outcome.unreadable.total(),
                "busy": outcome.busy,
            }
            with transaction() as session:
                note(session, actor, "keys.rotate", done)
    return outcome
