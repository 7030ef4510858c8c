"""What the simulator asks the bot's database: has a turn ended, is a number known."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

logger = logging.getLogger(__name__)

RETRY_AFTER = 2.0
"""Seconds until a database that could not be asked is asked again."""


def _turn_ended(phone: str) -> bool:
    from siaga.db import transaction
    from siaga.turns.idle import idle

    with transaction() as session:
        return idle(session, phone)


def _is_known(phone: str) -> bool:
    from siaga.db import transaction
    from siaga.people.contacts import find_contact

    with transaction() as session:
        return find_contact(session, phone=phone) is not None


class BotDatabase:
    """Questions to the database, asked in threads; the answer is None when it cannot be asked.

    A simulator may run without the bot's database (against another bot, or before it has been migrated).
    """

    def __init__(self, enabled: bool) -> None:
        self._enabled = enabled
        self._silent_until = 0.0
        self._threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="bot-database")

    async def turn_ended(self, phone: str) -> bool | None:
        """Whether nothing of this contact's waits, runs or is about to be sent."""
        return await self._ask(_turn_ended, phone)

    async def is_known(self, phone: str) -> bool | None:
        """Whether this number has ever written to the bot."""
        return await self._ask(_is_known, phone)

    async def _ask(self, question: Callable[[str], bool], phone: str) -> bool | None:
        if not self._enabled or time.monotonic() < self._silent_until:
            return None
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, question, phone)
        # Whatever is wrong with the bot's side (no database, no tables, no such module), the chat goes on without it.
        except Exception as problem:
            self._silent_until = time.monotonic() + RETRY_AFTER
            logger.info("the bot's database cannot be asked: %s", type(problem).__name__)
            return None

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
