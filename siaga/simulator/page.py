"""The chat page: a frame from the server, the first chat within it, and a stream of what happens after."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response, StreamingResponse
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates

from siaga.places import regions
from siaga.places.pin import centroids
from siaga.simulator.chats import Chat
from siaga.simulator.core import Simulator
from siaga.simulator.programs import answer
from siaga.simulator.webhooks import body, status_update

HERE = Path(__file__).resolve().parent
STATIC = HERE / "static"
KEEP_ALIVE = 15.0
# Surabaya, Sidoarjo, Kota Malang, Jakarta Pusat, Makassar, Kota Kupang, Kota Jayapura
OFTEN = ("35.78", "35.15", "35.73", "31.71", "73.71", "53.71", "91.71")
"""Regencies that the location picker shows first."""

SIDE_BY_SIDE = 3

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data: blob: http: https:; media-src 'self' http: https:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


class Assets(StaticFiles):
    """The page's files, asked for anew each time: its modules name each other without a version."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response


router = APIRouter()
_templates = Jinja2Templates(directory=HERE / "templates")


def _simulator(request: Request) -> Simulator:
    return request.app.state.simulator


def _latest(simulator: Simulator) -> Chat | None:
    chats = simulator.chats.by_number.values()
    return max(chats, key=lambda chat: chat.messages[-1].at if chat.messages else 0.0, default=None)


@router.get("/", response_class=HTMLResponse)
async def page(request: Request, kontak: str = "") -> Response:
    """The chat of one contact (``?kontak=628…``), of several side by side (``?kontak=628…,628…``), or of the one that
    was active last."""
    simulator = _simulator(request)
    wanted = [number for number in dict.fromkeys(kontak.split(",")) if number in simulator.chats.by_number]
    if not wanted:
        wanted = [(_latest(simulator) or await simulator.new_contact("people")).wa_id]
    start = {
        "open": wanted[:SIDE_BY_SIDE],
        "offset": simulator.clock.offset,
        "contacts": _contacts(simulator),
        "numbers": simulator.config.numbers,
    }
    headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return _templates.TemplateResponse(request, "page.html", {"start": start}, headers=headers)


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


@lru_cache(maxsize=1)
def _places() -> list[dict[str, Any]]:
    """Every regency with its middle: ``{"name", "province", "latitude", "longitude"}``, busy cities first."""
    order = {code: place for place, code in enumerate(OFTEN)}
    codes = sorted(centroids(), key=lambda code: (order.get(code, len(order)), code))
    return [
        {
            "name": regions.short_name(code) or code,
            "province": regions.name(code.partition(".")[0]) or "",
            "latitude": centroids()[code][0],
            "longitude": centroids()[code][1],
        }
        for code in codes
    ]


@router.get("/api/places")
def places() -> Response:
    """What the location picker offers, as there is no map offline. Reading it takes a moment: in a thread."""
    return answer(_places())


@router.post("/api/webhook")
async def webhook(request: Request) -> Response:
    """``{"id"}``, a message → the webhook that told the bot of it, or of its present status.

    The id comes in the body: Meta's ids hold the phone number, which belongs in no address.
    """
    simulator = _simulator(request)
    given = await request.json()
    found = simulator.chats.find(str(given.get("id"))) if isinstance(given, dict) else None
    if found is None:
        return answer({"detail": "there is no such message"}, 404)
    chat, message = found
    if message.direction == "in":
        update = simulator.message_update(chat, message)
    else:
        update = status_update(chat, message, message.status, message.at, error=message.error)
    return answer(json.loads(body(simulator.config.phone_number_id, [update])))


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
            # A full queue has lost something or is about to: the page begins anew and reads what it missed.
            while not stopping.done() and not queue.full():
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
