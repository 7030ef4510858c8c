"""Messages that will never arrive, counted as it is written down: their rows are forgotten after a while."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timezone

from sqlalchemy.orm import Session

from siaga.tallies.counting import Count, count

FAILED = "delivery_failed"
GIVEN_UP = "given_up"
"""Never handed to the channel: its time had passed, or the contact had blocked us meanwhile."""
UNTOLD = "untold"
"""The channel did not tell why."""


def note(session: Session, codes: Iterable[int | None], *, given_up: int = 0) -> None:
    """Count messages that the channel refused, by its codes, and those that were not even sent."""
    counts = Counter(UNTOLD if code is None else str(code) for code in codes)
    counts[GIVEN_UP] += given_up
    if counts.total():
        count(session, datetime.now(timezone.utc), [Count(FAILED, key, n) for key, n in counts.items() if n])
