"""Pictures drawn before anybody asks, so that nobody waits while one is drawn.

Whenever figures or the day are others, what was asked for of late is drawn again, the last first, then Indonesia and
each province of which something is known. It is done without the lock of ``pictures.picture``: who asks meanwhile
draws it himself rather than wait for a process that gives way to all others.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from siaga.db import transaction
from siaga.places import regions
from siaga.radar import pictures, store
from siaga.radar.drawing.png import draw
from siaga.radar.figures import NATION
from siaga.radar.pictures import Of
from siaga.radar.subscriptions import day_of

SETTLING_SECONDS = 60.0
"""A system that is starting has better things to do."""
AT_ONCE_SECONDS = 10.0
"""After so long something else has its turn: figures to be fetched, and those who write to us."""
MOST = 200
"""So many of what was asked for: a picture takes a good third of a second."""

log = logging.getLogger(__name__)


class Ahead:
    """What is still to be drawn; one a process. Several processes may draw the same, to no harm."""

    def __init__(self, settling: float = SETTLING_SECONDS, at_once: float = AT_ONCE_SECONDS) -> None:
        self._not_before = time.monotonic() + settling
        self._at_once = at_once
        self._drawn_for: tuple[str, date] | None = None
        self._waiting: deque[Of] = deque()

    def draw(self, now: datetime, stopping: Callable[[], bool] = lambda: False) -> int:
        """Draw for at most about ``at_once`` seconds what is not drawn yet; how many were.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: the database is away; what was not drawn is drawn the next time.
        """
        began = time.monotonic()
        if began < self._not_before:
            return 0
        with transaction() as session:
            current = store.version(session), day_of(now)
            if current != self._drawn_for:
                self._waiting = deque(wanted(session, now))
        self._drawn_for = current
        drawn = 0
        while self._waiting and not stopping() and time.monotonic() - began < self._at_once:
            drawn += _draw(self._waiting[0], now)
            self._waiting.popleft()
        return drawn


def wanted(session: Session, now: datetime) -> list[Of]:
    """What is worth drawing, the likeliest to be asked for first."""
    day = day_of(now)
    asked = [replace(of, day=day) for of in pictures.asked(session, now)[:MOST]]
    places = (NATION, *regions.provinces())
    known = [Of(code, disease, day) for disease in store.diseases(session) for code in places]
    return list(dict.fromkeys((*asked, *known)))


def _draw(of: Of, now: datetime) -> bool:
    """Draw one that is not there; whether it was drawn. Of what nothing is known there is no picture."""
    try:
        with transaction() as session:
            if pictures.is_drawn(session, of, now):
                return False
            version, shown = pictures.seen(session, of)
        if shown is None:
            return False
        png = draw(shown)
        with transaction() as session:
            pictures.keep(session, of, version, png, at=now, asked=False)
    except SQLAlchemyError:
        raise
    except Exception:
        # One that cannot be drawn must not keep the process from fetching figures.
        log.exception("no picture of %s", of.key)
        return False
    return True
