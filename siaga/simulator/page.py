"""The chat page: a frame from the server, the first chat within it, and a stream of what happens after."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response, StreamingResponse
from fastapi.templating import Jinja2Templates

from siaga.simulator.chats import Chat
from siaga.simulator.core import Simulator
from siaga.simulator.programs import answer

HERE = Path(__file__).resolve().parent
STATIC = HERE / "static"
KEEP_ALIVE = 15.0

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data: blob: http: https:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

router = APIRouter()
_templates = Jinja2Templates(directory=HERE / "templates")


def _simulator(request: Request) -> Simulator:
    return request.app.state.simulator


def _latest(simulator: Simulator) -> Chat | None:
    chats = simulator.chats.by_number.values()
    return max(chats, key=lambda chat: chat.messages[-1].at if chat.messages else 0.0, default=None)


@router.get("/", response_class=HTMLResponse)
async def page(request: Request, kontak: str = "") -> Response:
    """The chat of one contact (``?kontak=628…``), or of the one that was active last."""
    simulator = _simulator(request)
    chat = simulator.chats.by_number.get(kontak) or _latest(simulator) or await simulator.new_contact("people")
    start = {"wa_id": chat.wa_id, "offset": simulator.clock.offset, "contacts": _contacts(simulator)}
    context = {"start": start, "version": int((STATIC / "chat.js").stat().st_mtime)}
    headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return _templates.TemplateResponse(request, "page.html", context, headers=headers)


def _contacts(simulator: Simulator) -> list[dict]:
    chats = simulator.chats.by_number.values()
    ordered = sorted(chats, key=lambda chat: chat.messages[-1].at if chat.messages else 0.0, reverse=True)
    return [chat.as_json() for chat in ordered[:300]]


@router.get("/api/contacts/{wa_id}/typing")
async def typing(request: Request, wa_id: str) -> Response:
    """For how many seconds more the bot is shown to be typing."""
    chat = _simulator(request).chats.by_number.get(wa_id)
    left = max(0.0, chat.typing_until - time.time()) if chat else 0.0
    return answer({"seconds": left})


@router.get("/api/events")
async def events(request: Request) -> Response:
    """Server-sent events: ``message``, ``status``, ``reaction``, ``typing``, ``contact``, ``clock``, ``reset``."""
    simulator = _simulator(request)

    async def stream() -> AsyncIterator[str]:
        queue = simulator.subscribe()
        stopping = asyncio.create_task(simulator.stopping.wait())
        nearest = asyncio.create_task(queue.get())
        try:
            yield "retry: 1000\n\n"
            while not stopping.done():
                done, _ = await asyncio.wait({nearest, stopping}, timeout=KEEP_ALIVE, return_when="FIRST_COMPLETED")
                if nearest in done:
                    yield f"data: {json.dumps(nearest.result())}\n\n"
                    nearest = asyncio.create_task(queue.get())
                else:
                    yield ": masih di sini\n\n"
        finally:
            stopping.cancel()
            nearest.cancel()
            simulator.unsubscribe(queue)

    return StreamingResponse(stream(), media_type="text/event-stream", headers={"Cache-Control": "no-store"})
