"""The interface for scenarios, tests and load generators.

========================================  =============================================================================
``POST /api/contacts``                    ``{"name"?, "hidden"?, "kind"?: "people"|"programs"}`` → 201, a new contact
                                          ``{"wa_id", "name", "user_id", "hidden", "messages": 0, "last": null}``
``GET /api/contacts``                     ``[contact, …]``, the one that was active last first
``POST /api/contacts/{wa_id}/messages``   Meta's inbound form less id and timestamp → ``{"id": "wamid…"}``
``GET /api/contacts/{wa_id}/messages``    ``?after=<cursor>&wait=<seconds>`` → ``{"cursor", "ended", "messages":
                                          [{"id", "direction": "in"|"out", "at", "status", "message", "reaction"?}]}``
``POST /api/media``                       a file's bytes with its Content-Type → ``{"id", "mime_type", "sha256"}``
``GET /api/media/{id}``                   its bytes
``GET|POST /api/faults``                  see ``siaga.simulator.faults`` and docs/simulator.md; POST replaces the set
``GET|POST /api/clock``                   ``{"advance": "25h"}`` or ``{"offset": 0}`` → ``{"now", "offset"}``
``GET|POST /api/limits``                  ``{"pair_rate": bool, "throughput": messages a second, 0 = none}``
``POST /api/reset``                       forget chats, media, faults, clock
========================================  =============================================================================

What is not in this form is answered with 422 and ``{"detail": "<one sentence>"}``; 404 for a media that is not there;
503 when too many webhooks wait for the bot; 409 when the reserved numbers are used up.
"""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from siaga.simulator.chats import NUMBERS, NumbersUsedUp
from siaga.simulator.clock import iso, seconds
from siaga.simulator.core import MessageUnclear, Simulator
from siaga.simulator.courier import QueueFull
from siaga.simulator.faults import FaultsUnclear, parse
from siaga.simulator.limits import check_upload

LONGEST_WAIT = 120.0

router = APIRouter(prefix="/api")


def _simulator(request: Request) -> Simulator:
    return request.app.state.simulator


def answer(content: Any, status: int = 200) -> Response:
    """JSON in ASCII: a citizen's text may hold half a character, which UTF-8 cannot."""
    return Response(json.dumps(content), status_code=status, media_type="application/json")


def _refuse(problem: Exception | str, status: int = 422) -> Response:
    return answer({"detail": str(problem)}, status)


async def _object(request: Request) -> dict[str, Any]:
    raw = await request.body()
    try:
        given = json.loads(raw) if raw else {}
    except ValueError:
        raise MessageUnclear("the body is not JSON") from None
    if not isinstance(given, dict):
        raise MessageUnclear("the body must be a JSON object")
    return given


@router.post("/contacts")
async def new_contact(request: Request) -> Response:
    """A contact with the next free test number."""
    try:
        given = await _object(request)
        kind = given.get("kind", "people")
        if kind not in NUMBERS:
            return _refuse(f"kind is one of {', '.join(NUMBERS)}")
        chat = await _simulator(request).new_contact(
            kind, name=given.get("name"), hidden=bool(given.get("hidden", False))
        )
    except MessageUnclear as problem:
        return _refuse(problem)
    except NumbersUsedUp as problem:
        return _refuse(problem, 409)
    return answer(chat.as_json(), 201)


@router.get("/contacts")
async def contacts(request: Request) -> Response:
    """All contacts, the one that was active last first."""
    chats = _simulator(request).chats.by_number.values()
    ordered = sorted(chats, key=lambda chat: chat.messages[-1].at if chat.messages else 0.0, reverse=True)
    return answer([chat.as_json() for chat in ordered])


@router.post("/contacts/{wa_id}/messages")
async def write(request: Request, wa_id: str) -> Response:
    """A citizen writes."""
    try:
        return answer({"id": _simulator(request).from_citizen(wa_id.removeprefix("+"), await _object(request))})
    except MessageUnclear as problem:
        return _refuse(problem)
    except QueueFull as problem:
        return _refuse(problem, 503)


@router.get("/contacts/{wa_id}/messages")
async def read(
    request: Request, wa_id: str, after: int = Query(0, ge=0), wait: float = Query(0.0, ge=0, le=LONGEST_WAIT)
) -> Response:
    """The chat from a cursor on; with ``wait``, as soon as the bot's turn has ended."""
    simulator = _simulator(request)
    number = wa_id.removeprefix("+")
    ended = await simulator.wait_for_turn(number, wait) if wait else None
    chat = simulator.chats.by_number.get(number)
    messages = chat.messages if chat else []
    found = [message.as_json() for message in messages[after:]]
    return answer({"cursor": len(messages), "ended": ended, "messages": found})


@router.post("/media")
async def upload(request: Request) -> Response:
    """A file that a citizen is about to send."""
    content = await request.body()
    mime = request.headers.get("content-type", "application/octet-stream")
    try:
        check_upload(mime, content)
    except Exception as problem:
        return _refuse(problem)
    record = _simulator(request).put_media(mime, content, inbound=True)
    return answer({"id": record.id, "mime_type": record.mime, "sha256": record.sha256}, 201)


@router.get("/media/{media_id}")
async def media(request: Request, media_id: str) -> Response:
    """A file's bytes, for the page."""
    found = _simulator(request).media_bytes(media_id)
    if found is None:
        return _refuse("there is no such media", 404)
    record, content = found
    return Response(content, media_type=record.mime, headers={"Cache-Control": "private, max-age=86400"})


@router.get("/faults")
async def faults(request: Request) -> Response:
    """The faults that still hold."""
    return answer(_simulator(request).faults.as_json())


@router.post("/faults")
async def set_faults(request: Request) -> Response:
    """Replace the faults; ``{}`` clears them."""
    simulator = _simulator(request)
    try:
        simulator.faults = parse(await _object(request))
    except (FaultsUnclear, MessageUnclear) as problem:
        return _refuse(problem)
    return answer(simulator.faults.as_json())


def _clock(simulator: Simulator) -> Response:
    return answer({"now": iso(simulator.clock.now()), "offset": simulator.clock.offset})


@router.get("/clock")
async def clock(request: Request) -> Response:
    """What time it is here, and how far that is from the real time."""
    return _clock(_simulator(request))


@router.post("/clock")
async def move_clock(request: Request) -> Response:
    """Move the clock on, or put it at a distance from the real time."""
    simulator = _simulator(request)
    try:
        given = await _object(request)
        if set(given) == {"advance"}:
            offset = simulator.clock.offset + seconds(given["advance"])
        elif set(given) == {"offset"}:
            offset = seconds(given["offset"])
        else:
            return _refuse('the clock takes {"advance": "25h"} or {"offset": 0}')
    except ValueError as problem:
        return _refuse(problem)
    simulator.move_clock(offset)
    return _clock(simulator)


def _limits(simulator: Simulator) -> Response:
    return answer({"pair_rate": simulator.rates.pair_rate, "throughput": simulator.rates.throughput})


@router.get("/limits")
async def limits(request: Request) -> Response:
    """Which of Meta's rates are held."""
    return _limits(_simulator(request))


@router.post("/limits")
async def set_limits(request: Request) -> Response:
    """Change the rates; all counts begin anew."""
    simulator = _simulator(request)
    try:
        given = await _object(request)
    except MessageUnclear as problem:
        return _refuse(problem)
    pair_rate = given.get("pair_rate", simulator.rates.pair_rate)
    throughput = given.get("throughput", simulator.rates.throughput)
    if not isinstance(pair_rate, bool) or isinstance(throughput, bool) or not isinstance(throughput, int):
        return _refuse('limits are {"pair_rate": true, "throughput": 80}')
    simulator.rates.set(pair_rate, max(0, throughput))
    return _limits(simulator)


@router.post("/reset")
async def reset(request: Request) -> Response:
    """Forget everything but which numbers were given away."""
    await _simulator(request).reset()
    return answer({"success": True})
