"""Waiting for the database to call."""

from __future__ import annotations

import asyncio
import time

from sqlalchemy import text

from siaga.db import engine, transaction
from siaga.turns.wake import INBOX, Wake, notify


def _notify() -> None:
    with transaction() as session:
        notify(session, INBOX)


async def _settled(wake: Wake) -> None:
    # The first wake-up is the connection's own.
    await wake.wait(5)


async def test_a_commit_wakes(database: str) -> None:
    async with Wake(INBOX) as wake:
        await _settled(wake)
        started = time.monotonic()
        waiting = asyncio.create_task(wake.wait(5))
        await asyncio.sleep(0.05)
        await asyncio.to_thread(_notify)
        await waiting
        assert time.monotonic() - started < 2


async def test_a_call_before_the_wait_is_not_lost(database: str) -> None:
    async with Wake(INBOX) as wake:
        await _settled(wake)
        await asyncio.to_thread(_notify)
        await asyncio.sleep(0.2)
        started = time.monotonic()
        await wake.wait(5)
        assert time.monotonic() - started < 1


async def test_without_a_call_the_time_wakes(database: str) -> None:
    async with Wake(INBOX) as wake:
        await _settled(wake)
        started = time.monotonic()
        await wake.wait(0.1)
        assert 0.05 < time.monotonic() - started < 2


async def test_it_listens_again_after_the_connection_was_cut(database: str) -> None:
    async with Wake(INBOX) as wake:
        await _settled(wake)
        with engine().connect() as connection:
            connection.execute(
                text("select pg_terminate_backend(pid) from pg_stat_activity where query = :listen"),
                {"listen": f"LISTEN {INBOX}"},
            )
        await wake.wait(5)
        await asyncio.to_thread(_notify)
        started = time.monotonic()
        await wake.wait(5)
        assert time.monotonic() - started < 3
