"""The interface for scenarios, tests and load generators.

===========================================  ==========================================================================
``POST /api/contacts``                       ``{"name"?, "hidden"?, "kind"?: "people"|"programs"}`` → 201, a new contact
                                             ``{"wa_id", "name", "user_id", "hidden", "blocked", "opted_out",
                                             "messages": 0, "last": null}``
``GET /api/contacts``                        ``[contact, …]``, the one that was active last first
``POST /api/contacts/{wa_id}``               ``{"name"?, "hidden"?}`` → the contact
``POST /api/contacts/{wa_id}/messages``      Meta's inbound form less id and timestamp, ``"age"?: "2h"``, ``"to"?`` (the
                                             bot's number, by its id) → ``{"id": "wamid…"}``
``GET /api/contacts/{wa_id}/messages``       ``?after=<cursor>&wait=<seconds>`` → ``{"cursor", "ended", "messages":
                                             [{"id", "direction": "in"|"out", "at", "status", "message",
                                             "reaction"?, "shown"?, "error"?}]}``
``POST /api/contacts/{wa_id}/number``        ``{"to"?, "by"?: "system"|"user_id_update"|"both", "previous"?: true}`` →
                                             the contact under its new number and user id
``POST /api/contacts/{wa_id}/preferences``   ``{"value": "stop"|"resume"}`` → the contact
``POST /api/contacts/{wa_id}/block``         ``{"blocked": bool, "code"?: 130403}`` → the contact
``POST /api/webhooks``                       any bytes, delivered once as they are, signed → ``{"status": 200|null}``;
                                             ``?field=account_update`` puts JSON into Meta's envelope,
                                             ``?signed=false`` signs with another secret
``GET /api/queue``                           ``?most=100`` → ``{"waiting", "dropped", "updates": [{"lane", "kind",
                                             "field", "id", "since", "tries", "next_at"}]}``
``POST /api/media``                          a file's bytes with its Content-Type → ``{"id", "mime_type", "sha256"}``
``GET /api/media/{id}``                      its bytes
``GET|POST /api/templates``                  a template in Meta's form, ``"status"?`` → 201, taken without review
``POST /api/templates/{id}``                 ``{"status": "PAUSED"|…, "reason"?}`` → the template; the bot is told
``GET|POST /api/faults``                     see ``siaga.simulator.faults`` and docs/simulator.md; POST replaces the set
``GET|POST /api/clock``                      ``{"advance": "25h"}`` or ``{"offset": 0}`` → ``{"now", "offset"}``
``GET|POST /api/limits``                     ``{"pair_rate": bool, "throughput": messages a second, 0 = none}``
``POST /api/reset``                          forget chats, media, templates, faults, clock
===========================================  ==========================================================================

What is not in this form is answered with 422 and ``{"detail": "<one sentence>"}``; 404 for a contact, media or
template that is not there; 503 when too many webhooks wait for the bot; 409 when a number is taken or all are used up.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from siaga.simulator.catalogue import STATUSES
from siaga.simulator.chats import NUMBERS, NumbersUsedUp
from siaga.simulator.citizens import Taken
from siaga.simulator.clock import iso, seconds
from siaga.simulator.core import Simulator
from siaga.simulator.courier import QueueFull
from siaga.simulator.errors import TITLES, GraphRefusal
from siaga.simulator.faults import FaultsUnclear, parse
from siaga.simulator.inbound import MessageUnclear
from siaga.simulator.limits import MEDIA_BYTES
from siaga.simulator.webhooks import encoded, envelope
from siaga.simulator.world import ContactUnknown

LONGEST_WAIT = 120.0
LARGEST = max(MEDIA_BYTES.values())
BLOCKED = 130403

router = APIRouter(prefix="/api")


def _simulator(request: Request) -> Simulator:
    return request.app.state.simulator


def answer(content: Any, status: int = 200) -> Response:
    """JSON in ASCII: a citizen's text may hold half a character, which UTF-8 cannot."""
    return Response(json.dumps(content), status_code=status, media_type="application/json")


def _refuse(problem: Exception | str, status: int = 422) -> Response:
    return answer({"detail": str(problem)}, status)


# What a request may run into, and the HTTP status of the answer.
_PROBLEMS: dict[type[Exception], int] = {
    MessageUnclear: 422,
    FaultsUnclear: 422,
    GraphRefusal: 422,
    ContactUnknown: 404,
    NumbersUsedUp: 409,
    Taken: 409,
    QueueFull: 503,
}


def _told(work: Callable[..., Awaitable[Response]]) -> Callable[..., Awaitable[Response]]:
    """Answer with a sentence what a request runs into."""

    @wraps(work)
    async def told(*args: Any, **kwargs: Any) -> Response:
        try:
            return await work(*args, **kwargs)
        except tuple(_PROBLEMS) as problem:
            return _refuse(problem, next(status for kind, status in _PROBLEMS.items() if isinstance(problem, kind)))

    return told


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
@_told
async def new_contact(request: Request) -> Response:
    """A contact with the next free test number."""
    given = await _object(request)
    kind = given.get("kind", "people")
    if kind not in list(NUMBERS):
        return _refuse(f"kind is one of {', '.join(NUMBERS)}")
    chat = await _simulator(request).new_contact(kind, name=_name(given), hidden=bool(given.get("hidden", False)))
    return answer(chat.as_json(), 201)


def _name(given: dict[str, Any]) -> str | None:
    name = given.get("name")
    if name is not None and not isinstance(name, str):
        raise MessageUnclear("name is a string")
    return name


@router.get("/contacts")
async def contacts(request: Request) -> Response:
    """All contacts, the one that was active last first."""
    chats = _simulator(request).chats.by_number.values()
    ordered = sorted(chats, key=lambda chat: chat.messages[-1].at if chat.messages else 0.0, reverse=True)
    return answer([chat.as_json() for chat in ordered])


@router.post("/contacts/{wa_id}")
@_told
async def change_contact(request: Request, wa_id: str) -> Response:
    """Rename a contact, or let it take a user name and so hide its number."""
    simulator, number = _simulator(request), wa_id.removeprefix("+")
    given = await _object(request)
    if not given or not set(given) <= {"name", "hidden"} or not isinstance(given.get("hidden", False), bool):
        return _refuse('a contact takes {"name": "…", "hidden": true}')
    simulator.known(number)
    return answer(simulator.contact(number, name=_name(given), hidden=given.get("hidden")).as_json())


@router.post("/contacts/{wa_id}/number")
@_told
async def change_number(request: Request, wa_id: str) -> Response:
    """A contact moves to another phone number."""
    given = await _object(request)
    to, by = given.get("to"), given.get("by", "system")
    if by not in ["system", "user_id_update", "both"] or not isinstance(to, (str, type(None))):
        return _refuse('a number is changed by {"to": "628…", "by": "system"|"user_id_update"|"both"}')
    chat = await _simulator(request).citizens.change_number(
        wa_id.removeprefix("+"), to and to.removeprefix("+"), by=by, previous=bool(given.get("previous", True))
    )
    return answer(chat.as_json())


@router.post("/contacts/{wa_id}/preferences")
@_told
async def prefer(request: Request, wa_id: str) -> Response:
    """A contact stops, or resumes, marketing messages."""
    value = (await _object(request)).get("value")
    if value not in ["stop", "resume"]:
        return _refuse("value is stop or resume")
    return answer(_simulator(request).citizens.prefer(wa_id.removeprefix("+"), value).as_json())


@router.post("/contacts/{wa_id}/block")
@_told
async def block(request: Request, wa_id: str) -> Response:
    """A contact blocks the bot, or lets it in again."""
    given = await _object(request)
    blocked, code = given.get("blocked"), given.get("code", BLOCKED)
    if not isinstance(blocked, bool) or code not in list(TITLES):
        return _refuse('block takes {"blocked": true, "code": 130403}')
    return answer(_simulator(request).citizens.block(wa_id.removeprefix("+"), code if blocked else 0).as_json())


@router.post("/contacts/{wa_id}/messages")
@_told
async def write(request: Request, wa_id: str) -> Response:
    """A citizen writes."""
    given = await _object(request)
    try:
        age = seconds(given.get("age", 0))
    except ValueError as problem:
        return _refuse(problem)
    to = given.get("to")
    if not isinstance(to, (str, type(None))):
        return _refuse("to is the id of one of the bot's numbers")
    return answer({"id": _simulator(request).citizens.write(wa_id.removeprefix("+"), given, age=age, to=to)})


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


@router.post("/webhooks")
@_told
async def webhook(request: Request, field: str | None = None, signed: bool = True) -> Response:
    """Anything at all, delivered to the bot once."""
    simulator = _simulator(request)
    content = await request.body()
    if field is not None:
        change = {"field": field, "value": await _object(request)}
        content = encoded(envelope([change], int(simulator.clock.now())))
    return answer({"status": await simulator.post_raw(content, signed=signed)})


@router.get("/queue")
async def queue(request: Request, most: int = Query(100, ge=0, le=10_000)) -> Response:
    """Webhooks that wait for the bot."""
    courier = _simulator(request).courier
    return answer({"waiting": courier.waiting, "dropped": courier.dropped, "updates": courier.queue(most)})


@router.post("/media")
async def upload(request: Request) -> Response:
    """A file that a citizen is about to send; citizens send what businesses may not."""
    content = await request.body()
    if not 0 < len(content) <= LARGEST:
        return _refuse(f"a file has 1 to {LARGEST} bytes")
    mime = request.headers.get("content-type", "application/octet-stream")
    record = _simulator(request).media.put(mime, content, inbound=True)
    return answer({"id": record.id, "mime_type": record.mime, "sha256": record.sha256}, 201)


@router.get("/media/{media_id}")
async def media(request: Request, media_id: str) -> Response:
    """A file's bytes, for the page."""
    found = _simulator(request).media.content(media_id)
    if found is None:
        return _refuse("there is no such media", 404)
    record, content = found
    return Response(content, media_type=record.mime, headers={"Cache-Control": "private, max-age=86400"})


@router.get("/templates")
async def templates(request: Request) -> Response:
    """All templates."""
    return answer([template.as_json() for template in _simulator(request).reviews.all])


def _status(given: dict[str, Any], usual: str | None) -> str:
    status = given.get("status", usual)
    if status not in list(STATUSES):
        raise MessageUnclear(f"status is one of {', '.join(STATUSES)}")
    return status


@router.post("/templates")
@_told
async def new_template(request: Request) -> Response:
    """A template as if it had been through its review."""
    given = await _object(request)
    status = _status(given, "APPROVED")
    return answer(_simulator(request).reviews.submit(given, status=status).as_json(), 201)


@router.post("/templates/{template_id}")
@_told
async def rate_template(request: Request, template_id: str) -> Response:
    """A template is paused, rejected, approved again; the bot is told."""
    simulator = _simulator(request)
    template = simulator.chats.templates.get(template_id)
    if template is None:
        return _refuse("there is no such template", 404)
    given = await _object(request)
    status = _status(given, None)
    return answer(simulator.reviews.rate(template, status, str(given.get("reason", "NONE"))).as_json())


@router.get("/faults")
async def faults(request: Request) -> Response:
    """The faults that still hold."""
    return answer(_simulator(request).faults.as_json())


@router.post("/faults")
@_told
async def set_faults(request: Request) -> Response:
    """Replace the faults; ``{}`` clears them."""
    simulator = _simulator(request)
    simulator.set_faults(parse(await _object(request)))
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
