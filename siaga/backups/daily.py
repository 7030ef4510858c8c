"""A backup each night by a process that stays, for where nothing else starts one: the compose file's."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from siaga.backups import BackupError, shelf
from siaga.backups.making import make
from siaga.backups.trying import try_out
from siaga.db.server import DatabaseUnavailable

BY = "siaga backup daily"
LOOK_SECONDS = 30.0
AGAIN_SECONDS = 600.0
"""One that failed is tried again after so long."""
STUCK_SECONDS = 12 * 3600.0
"""A dump, and a trial of it, may take hours; one that takes longer hangs."""

log = logging.getLogger(__name__)


def due(now: datetime, hour: int, newest: datetime | None) -> bool:
    """Whether there has been no backup since this full hour (UTC) last struck."""
    struck = now.astimezone(timezone.utc).replace(hour=hour, minute=0, second=0, microsecond=0)
    if struck > now:
        struck -= timedelta(days=1)
    return newest is None or newest < struck


def keep_making(place: Path, *, hour: int, keep: int, stop: threading.Event, beat: Callable[[], None]) -> None:
    """Make a backup each day until ``stop``, of which ``keep`` stay; Sunday's is restored elsewhere and counted."""
    rest_until = 0.0
    while not stop.is_set():
        beat()
        if time.monotonic() >= rest_until:
            try:
                _one(place, hour, keep)
            except (BackupError, DatabaseUnavailable) as problem:
                log.error("%s It is tried again in ten minutes.", problem)
                rest_until = time.monotonic() + AGAIN_SECONDS
            except SQLAlchemyError as problem:
                log.error("the database does not answer as it should (%s)", type(problem).__name__)
                rest_until = time.monotonic() + AGAIN_SECONDS
        stop.wait(LOOK_SECONDS)


def _one(place: Path, hour: int, keep: int) -> None:
    last = shelf.newest(place)
    if not due(datetime.now(timezone.utc), hour, last.at if last else None):
        return
    made, gone = make(place, by=BY, keep=keep)
    log.info("%s: %d bytes, %d rows; %d older ones deleted", made.name, made.bytes, sum(made.rows.values()), len(gone))
    if made.at.weekday() == 6:
        try:
            try_out(shelf.sheet_of(place / made.name))
        except BackupError as problem:
            # The backup is there, so no other is made in its place: somebody has to look.
            log.error("%s cannot be relied on: %s", made.name, problem)
        else:
            log.info("%s: restored elsewhere, all rows are there", made.name)
