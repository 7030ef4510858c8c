"""When too many wait: those who wait longest are told that it is busy."""

from __future__ import annotations

import asyncio
import logging
import time
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
from siaga.turns.tables import InboundMessage, Lane, OutboundMessage

# How often it is looked whether too many wait.
BUSY_EVERY_SECONDS = 5.0
# In one transaction: a few, as whoever of them writes meanwhile waits for its end.
TOLD_AT_ONCE = 20
# Of what the number may send and receive: the rest is for answers, and for what comes in.
_SHARE = 0.25
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
                    await self._tell_all(await self._notes.make("utter_busy", "busy"))
            except Exception as error:
                log.warning("the backlog cannot be seen: %s", type(error).__name__)

    async def _tell_all(self, note: list[Draft]) -> None:
        until = time.monotonic() + BUSY_EVERY_SECONDS
        while time.monotonic() < until:
            if await self._in_database(partial(self._tell_busy, note=note)) < TOLD_AT_ONCE:
                break

    def _is_busy(self, session: Session) -> bool:
        limit = self._config.busy_messages
        some = select(InboundMessage.id).where(InboundMessage.status == "waiting").limit(limit + 1).subquery()
        return session.scalar(select(func.count()).select_from(some)) > limit

    def _tell_busy(self, session: Session, note: list[Draft]) -> int:
        """One process at a time, each contact once until they have been answered; how many were told."""
        if not session.scalar(select(func.pg_try_advisory_xact_lock(_BUSY_LOCK))):
            return 0
        room = min(TOLD_AT_ONCE, self._room(session))
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
            .limit(room)
            .with_for_update(skip_locked=True)
        )
        # In the order in which everybody locks the streets of several contacts.
        told = sorted(session.scalars(longest), key=lambda lane: lane.contact_id)
        for lane in told:
            lane.busy_told_at = func.now()
            self._notes.put(session, lane.contact_id, note)
        return len(told)

    def _room(self, session: Session) -> int:
        """How many notes the number's rate still leaves room for, whichever process has put the last ones."""
        if not self._config.number_rate:
            return TOLD_AT_ONCE
        lately = OutboundMessage.created_at > func.now() - timedelta(seconds=BUSY_EVERY_SECONDS)
        put = select(func.count()).where(lately, OutboundMessage.caused_by.is_(None))
        return max(0, int(self._config.number_rate * _SHARE * BUSY_EVERY_SECONDS) - session.scalar(put))
