"""When too many wait: those who wait longest are told that it is busy."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Protocol, TypeVar

from sqlalchemy import func, not_, select
from sqlalchemy.orm import Session

from siaga.dialogue.notes import Notes
from siaga.settings import Settings
from siaga.turns import lanes
from siaga.turns.messages import Draft
from siaga.turns.tables import InboundMessage, Lane

# How often it is looked whether too many wait, and how many of them are told each time: a few in a transaction, as
# whoever of them writes meanwhile waits for its end.
BUSY_EVERY_SECONDS = 5.0
TOLD_AT_ONCE, TIMES = 20, 5
# Any number that nobody else in this database locks.
_BUSY_LOCK = 7_424_202

T = TypeVar("T")
log = logging.getLogger(__name__)


class InDatabase(Protocol):
    """Runs something in a transaction, beside the event loop."""

    async def __call__(self, work: Callable[[Session], T], /) -> T:
        """What ``work`` returns, once its transaction has been committed."""


class Backlog:
    """What waits for a channel."""

    def __init__(self, notes: Notes, config: Settings, in_database: InDatabase) -> None:
        self._notes = notes
        self._config = config
        self._in_database = in_database

    async def watch(self) -> None:
        """Tell those who wait longest that it is busy, when too many wait; for ever."""
        while True:
            await asyncio.sleep(BUSY_EVERY_SECONDS)
            try:
                if await self._in_database(self._is_busy):
                    note = await self._notes.make("utter_busy", "busy")
                    for _ in range(TIMES):
                        if await self._in_database(partial(self._tell_busy, note=note)) < TOLD_AT_ONCE:
                            break
            except Exception as error:
                log.warning("the backlog cannot be seen: %s", type(error).__name__)

    def _is_busy(self, session: Session) -> bool:
        limit = self._config.busy_messages
        some = select(InboundMessage.id).where(InboundMessage.status == "waiting").limit(limit + 1).subquery()
        return session.scalar(select(func.count()).select_from(some)) > limit

    def _tell_busy(self, session: Session, note: list[Draft]) -> int:
        """One process at a time, each contact once until they have been answered; how many were told."""
        if not session.scalar(select(func.pg_try_advisory_xact_lock(_BUSY_LOCK))):
            return 0
        longest = (
            select(Lane)
            .where(
                Lane.channel == self._notes.channel,
                Lane.ready_at < func.now() - timedelta(seconds=self._config.busy_seconds),
                Lane.lease_owner.is_(None),
                Lane.busy_told_at.is_(None),
                Lane.outage_told_at.is_(None),
                # Who is in danger does not wait with them.
                not_(lanes.is_urgent()),
            )
            .order_by(Lane.ready_at)
            .limit(TOLD_AT_ONCE)
            .with_for_update(skip_locked=True)
        )
        # In the order in which everybody locks the streets of several contacts.
        told = sorted(session.scalars(longest), key=lambda lane: lane.contact_id)
        for lane in told:
            lane.busy_told_at = func.now()
            self._notes.put(session, lane.contact_id, note)
        return len(told)
