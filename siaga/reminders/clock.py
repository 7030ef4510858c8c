"""What time it is for the reminders: the machine's, or in development the simulator's, which tests move on."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta, timezone

import httpx

from siaga.settings import settings

_SECONDS = 2.0

log = logging.getLogger(__name__)


class Clock:
    """Asks the simulator at ``url`` how far its clock is from the machine's; without one, not at all."""

    def __init__(self, url: str | None) -> None:
        self._url = url
        self._ahead = timedelta()

    @property
    def may_jump(self) -> bool:
        """Whether somebody may move it."""
        return self._url is not None

    def now(self) -> datetime:
        """The time, in UTC. While the simulator does not answer, its clock runs on as it did."""
        if self._url is not None:
            try:
                answer = httpx.get(self._url, timeout=_SECONDS, trust_env=False).raise_for_status().json()
                self._ahead = timedelta(seconds=float(answer["offset"]))
            except (httpx.HTTPError, ValueError, KeyError, TypeError) as problem:
                log.info("the simulator's clock cannot be read: %s", type(problem).__name__)
        return datetime.now(timezone.utc) + self._ahead


def clock() -> Clock:
    """The clock that the settings name; in production there is only the machine's."""
    chosen = settings()
    return Clock(None if chosen.environment == "production" else chosen.clock_url)
