"""The inbox's live stream: rows that have changed, conversations with something new, and how far messages have come.

A row is made once for all pages, the same for everybody: each page knows by itself in which of its lists it belongs.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Collection, Sequence
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import StreamingResponse
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from siaga.db import transaction
from siaga.desk.access import find_here
from siaga.desk.inbox import ticks
from siaga.desk.inbox.ticks import Tick
from siaga.desk.inbox.who import Volunteer, seen
from siaga.desk.live import Event, Hub, Page, stream
from siaga.desk.render import part
from siaga.desk.sessions import Here
from siaga.handoffs import queue
from siaga.handoffs.queue import Row
from siaga.handoffs.reasons import ENDS, REASONS, URGENCIES
from siaga.settings import settings

SEEN_EVERY = 60.0
"""Seconds after which it is written down again that somebody is there, and looked whether they are still signed in."""

router = APIRouter()


class Looking:
    """What there is to tell, by what was told before."""

    def __init__(self) -> None:
        self._told: dict[int, dict[str, Tick]] = {}

    def __call__(self, ids: Collection[int], shown: Collection[int], outbox: bool) -> Sequence[Event]:
        """As ``siaga.desk.live.Look``."""
        with transaction() as session:
            rows = queue.rows(session, ids)
            marks = self._marks(session, shown) if outbox else []
        events = [Event("baris", as_event(row)) for row in rows]
        events += [Event("percakapan", {"id": number}, number) for number in sorted(set(ids) & set(shown))]
        gone = set(ids) - {row.id for row in rows}
        return [*events, *marks, *(Event("hilang", {"id": number}) for number in sorted(gone))]

    def _marks(self, session: Session, shown: Collection[int]) -> list[Event]:
        """How far messages have come since it was last told."""
        events = []
        now = {
            number: {one.outbound_id: one for one in found} for number, found in ticks.lately(session, shown).items()
        }
        for number, found in now.items():
            before = self._told.get(number, {})
            news = [one for key, one in found.items() if before.get(key) != one]
            if news:
                events.append(Event("centang", {"id": number, "pesan": [as_mark(one) for one in news]}, number))
        # Only of what is on a screen.
        self._told = now
        return events


def as_event(row: Row) -> dict[str, Any]:
    """A row for all pages: what it looks like, and what tells where it belongs."""
    return {
        **place_of(row),
        "html": part("kotak_baris.html", row=row, reasons=REASONS, urgencies=URGENCIES, row_ends=ENDS),
    }


def place_of(row: Row) -> dict[str, Any]:
    """Where a row belongs, and what it is filtered by."""
    return {
        "id": row.id,
        "keadaan": row.state,
        "pemegang": row.held_by,
        "untuk": row.wanted_login,
        "urut": row.place,
        "baru": row.unanswered,
        "alasan": row.reason,
        "label": list(row.labels),
        "bahaya": row.danger_at.isoformat() if row.danger_at else None,
    }


def as_mark(mark: Tick) -> dict[str, str]:
    """A tick for a page."""
    return {"id": mark.outbound_id, "status": mark.status, "tanda": mark.sign, "kata": mark.words}


def hub_of(app: FastAPI) -> Hub:
    """The process's hub."""
    hub: Hub | None = getattr(app.state, "inbox_hub", None)
    if hub is None:
        hub = app.state.inbox_hub = Hub(Looking())
    return hub


@router.get("/aliran")
async def events(request: Request, here: Volunteer, percakapan: int | None = None) -> StreamingResponse:
    """Server-sent events: ``baris``, ``hilang``, ``percakapan``, ``centang``, ``rekan``, ``lagi``.

    Raises:
        HTTPException: 429, this account has too many of them open.
    """
    if hub_of(request.app).open_of(here.login) >= settings().desk_streams:
        raise HTTPException(429)
    await run_in_threadpool(_seen, here)
    noted = time.monotonic()

    async def still_there() -> bool:
        nonlocal noted
        found = await find_here(request)
        if found is None or found.waits_for_code or not found.may("volunteer", "admin"):
            return False
        if time.monotonic() - noted > SEEN_EVERY:
            noted = time.monotonic()
            await run_in_threadpool(_seen, here)
        return True

    def is_over() -> bool:
        stopping = getattr(request.app.state, "stopping", None)
        return stopping is not None and stopping.is_set()

    async def told() -> AsyncIterator[str]:
        page = Page(here.login, here.name, percakapan)
        async for event in stream(
            hub_of(request.app), page, is_over=is_over, still_there=still_there, every=SEEN_EVERY
        ):
            yield event

    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(told(), media_type="text/event-stream", headers=headers)


def _seen(here: Here) -> None:
    with transaction() as session:
        seen(session, here)
