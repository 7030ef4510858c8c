"""How far the audit log's chain goes, once a day in our own log: what collects that keeps it outside the database."""

from __future__ import annotations

import logging
from datetime import date, datetime

from siaga.db import transaction
from siaga.db.audit.verifying import head

log = logging.getLogger(__name__)


class Heads:
    """Tells the head at the start and then once a day."""

    def __init__(self) -> None:
        self._told_on: date | None = None

    def tell(self, now: datetime) -> int:
        """Log it, if it was not yet today (UTC); how many lines."""
        if self._told_on == now.date():
            return 0
        with transaction() as session:
            found = head(session)
        if found is None:
            return 0
        log.info("audit head %s", found)
        self._told_on = now.date()
        return 1
