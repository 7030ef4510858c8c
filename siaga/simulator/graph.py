"""The Graph API's paths: sending, marking as read, media, templates."""

from __future__ import annotations

import asyncio
import hmac
import re
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from siaga.simulator.catalogue import Template
from siaga.simulator.chats import MediaRecord
from siaga.simulator.config import BUSINESS_ACCOUNT
from siaga.simulator.core import Simulator
from siaga.simulator.errors import GraphRefusal
from siaga.simulator.faults import refusal
from siaga.simulator.limits import check_upload

NEVER = 600.0
"""How long an answer that shall never come is held, if the client does not give up first."""
LARGE = 120 * 1024 * 1024
"""The size of a file that is too large, when the faults want one."""
PAGE = 25
TEMPLATES = 250
"""How many templates an account that is not verified may have; told, not held."""

_VERSION = re.compile(r"v\d{1,2}\.\d")

router = APIRouter()

# A number that may do everything.
_IN_ORDER = {"status": "CONNECTED", "quality_rating": "GREEN", "throughput": {"level": "STANDARD"}}


def _check_caller(request: Request, simulator: Simulator) -> None:
    version = request.path_params.get("version")
    if version is not None and not _VERSION.fullmatch(version):
        raise GraphRefusal(2500, "The path must begin with a version such as v25.0")
    given = request.headers.get("authorization", "")
    if not hmac.compare_digest(given.encode(), f"Bearer {simulator.config.access_token}".encode()):
        raise GraphRefusal(190, "The access token is missing or not valid")


def _unknown_object() -> GraphRefusal:
    return GraphRefusal(100, "This object does not exist or may not be used", subcode=33)


def _number(simulator: Simulator, phone_number_id: str | None) -> str | None:
    """Which of the bot's numbers this is; None is the first."""
    if phone_number_id not in simulator.config.numbers:
        raise _unknown_object()
    return None if phone_number_id == simulator.config.phone_number_id else phone_number_id


def _check_planned(simulator: Simulator, on: str) -> None:
    planned = simulator.faults.take_error(None, on)
    if planned:
        raise refusal(planned)


async def _json(request: Request) -> Any:
    try:
        return await request.json()
    except ValueError:
        raise GraphRefusal(100, "The body is not JSON") from None


async def _answer(request: Request, work: Callable[[Simulator], Awaitable[Response]]) -> Response:
    simulator: Simulator = request.app.state.simulator
    try:
        _check_caller(request, simulator)
        return await work(simulator)
    except GraphRefusal as problem:
        return JSONResponse(problem.envelope(), status_code=problem.http_status, headers=problem.headers)


async def _hold(request: Request, simulator: Simulator) -> Response:
    waited = 0.0
    while waited < NEVER and not simulator.stopping.is_set() and not await request.is_disconnected():
        await asyncio.sleep(0.1)
        waited += 0.1
    return Response(status_code=504)


# ---- messages ------------------------------------------------------------------------------------------------------


@router.post("/{version}/{phone_number_id}/messages")
async def send(request: Request, phone_number_id: str) -> Response:
    """Send a message, or mark one as read."""

    async def work(simulator: Simulator) -> Response:
        ours = _number(simulator, phone_number_id)
        accepted = simulator.sending.send(await _json(request), ours)
        return await _hold(request, simulator) if accepted.silent else JSONResponse(accepted.answer)

    return await _answer(request, work)


# ---- templates -----------------------------------------------------------------------------------------------------


def _account(simulator: Simulator, account: str) -> None:
    if account != BUSINESS_ACCOUNT:
        raise _unknown_object()
    _check_planned(simulator, "templates")


@router.get("/{version}/{account}/message_templates")
async def templates(
    request: Request,
    account: str,
    name: str | None = None,
    language: str | None = None,
    status: str | None = None,
    category: str | None = None,
    limit: int = Query(PAGE, ge=1, le=1000),
    after: str = "0",
    summary: str | None = None,
) -> Response:
    """The templates, narrowed (by several values, with commas) and in pages; ``name`` may be a part of the name."""

    async def work(simulator: Simulator) -> Response:
        _account(simulator, account)
        given = {"language": language, "status": status, "category": category}
        wanted = {key: value.lower().split(",") for key, value in given.items() if value}
        found = [
            one
            for one in simulator.reviews.all
            if (name or "") in one.name and all(getattr(one, key).lower() in values for key, values in wanted.items())
        ]
        first = int(after) if after.isdigit() else 0
        shown = found[first : first + limit]
        paging: dict[str, Any] = {"cursors": {"before": str(first), "after": str(first + len(shown))}}
        if first + limit < len(found):
            paging["next"] = str(request.url.include_query_params(after=first + limit))
        listed: dict[str, Any] = {"data": [one.as_json() for one in shown], "paging": paging}
        if summary is not None:
            listed["summary"] = {
                "total_count": len(found),
                "message_template_count": len(simulator.reviews.all),
                "message_template_limit": TEMPLATES,
                "are_translations_complete": True,
            }
        return JSONResponse(listed)

    return await _answer(request, work)


@router.post("/{version}/{account}/message_templates")
async def submit(request: Request, account: str) -> Response:
    """Submit a template for review."""

    async def work(simulator: Simulator) -> Response:
        _account(simulator, account)
        template = simulator.reviews.submit(await _json(request))
        return JSONResponse({"id": template.id, "status": template.status, "category": template.category})

    return await _answer(request, work)


@router.delete("/{version}/{account}/message_templates")
async def withdraw(request: Request, account: str, name: str = "", hsm_id: str | None = None) -> Response:
    """Delete a template by name, in all its languages or, with its id too, in one."""

    async def work(simulator: Simulator) -> Response:
        _account(simulator, account)
        simulator.reviews.delete(name, hsm_id)
        return JSONResponse({"success": True})

    return await _answer(request, work)


# ---- media ---------------------------------------------------------------------------------------------------------


@router.post("/{version}/{phone_number_id}/media")
async def upload(request: Request, phone_number_id: str) -> Response:
    """Upload a file: multipart with ``file``, ``type`` and ``messaging_product``."""

    async def work(simulator: Simulator) -> Response:
        ours = _number(simulator, phone_number_id)
        _check_planned(simulator, "media")
        form = await request.form()
        if form.get("messaging_product") != "whatsapp":
            raise GraphRefusal(100, "The parameter messaging_product is required and must be whatsapp")
        file = form.get("file")
        if file is None or isinstance(file, str):
            raise GraphRefusal(100, "The parameter file is required")
        mime = str(form.get("type") or file.content_type or "")
        content = await file.read()
        check_upload(mime, content)
        return JSONResponse({"id": simulator.media.put(mime, content, inbound=False, ours=ours).id})

    return await _answer(request, work)


def _zeros(size: int) -> Iterator[bytes]:
    block = bytes(1024 * 1024)
    for _ in range(size // len(block)):
        yield block


@router.get("/lookaside/{media_id}")
async def download(request: Request, media_id: str, until: int = 0, given: str = Query("", alias="hash")) -> Response:
    """A file's bytes, behind the link that ``GET /{version}/{media_id}`` gave, for five minutes."""

    async def work(simulator: Simulator) -> Response:
        _check_planned(simulator, "media")
        expected = simulator.media.link_hash(media_id, until)
        found = simulator.media.content(media_id)
        good = hmac.compare_digest(expected.encode(), given.encode()) and simulator.clock.now() <= until
        expired = found is not None and good and simulator.faults.take_media("expired")
        if not good or expired or found is None or simulator.media.get(media_id) is None:
            return Response(status_code=404)
        record, content = found
        if simulator.faults.take_media("large"):
            return StreamingResponse(_zeros(LARGE), media_type=record.mime)
        if simulator.faults.take_media("corrupt"):
            content = content[: len(content) // 2] + bytes(len(content) - len(content) // 2)
        return Response(content, media_type=record.mime)

    return await _answer(request, work)


def _described(simulator: Simulator, record: MediaRecord) -> Response:
    _check_planned(simulator, "media")
    return JSONResponse(
        {
            "messaging_product": "whatsapp",
            "id": record.id,
            "url": simulator.media.link(record.id),
            "mime_type": record.mime,
            "sha256": record.sha256,
            # A number, as what people have captured shows; Meta's OpenAPI file has a string.
            "file_size": LARGE if simulator.faults.media["large"] else record.size,
        }
    )


# ---- one object of any kind -----------------------------------------------------------------------------------------


def _object(simulator: Simulator, object_id: str, phone_number_id: str | None = None) -> MediaRecord | Template:
    found = simulator.media.get(object_id) or simulator.chats.templates.get(object_id)
    ours = None if phone_number_id is None else _number(simulator, phone_number_id)
    if found is None:
        raise _unknown_object()
    if phone_number_id and isinstance(found, MediaRecord) and not found.inbound and found.ours != ours:
        raise _unknown_object()
    return found


@router.get("/{version}/{account}/subscribed_apps")
async def subscribed(request: Request, account: str) -> Response:
    """Which apps get the account's webhooks: ours."""

    async def work(simulator: Simulator) -> Response:
        if account != BUSINESS_ACCOUNT:
            raise _unknown_object()
        return JSONResponse({"data": [{"whatsapp_business_api_data": {"id": "1", "name": "Siaga"}}]})

    return await _answer(request, work)


@router.get("/{version}/{object_id}")
async def look(request: Request, object_id: str, phone_number_id: str | None = None) -> Response:
    """Where a file is, and what; or a template; or how a number of the bot's stands."""

    async def work(simulator: Simulator) -> Response:
        if object_id in simulator.config.numbers:
            return JSONResponse({"id": object_id, **_IN_ORDER})
        found = _object(simulator, object_id, phone_number_id)
        return JSONResponse(found.as_json()) if isinstance(found, Template) else _described(simulator, found)

    return await _answer(request, work)


@router.post("/{version}/{object_id}")
async def change(request: Request, object_id: str) -> Response:
    """Change a template's components or category; its review begins anew."""

    async def work(simulator: Simulator) -> Response:
        found = _object(simulator, object_id)
        if not isinstance(found, Template):
            raise _unknown_object()
        _check_planned(simulator, "templates")
        simulator.reviews.edit(found, await _json(request))
        return JSONResponse({"success": True})

    return await _answer(request, work)


@router.delete("/{version}/{object_id}")
async def delete(request: Request, object_id: str, phone_number_id: str | None = None) -> Response:
    """Forget a file."""

    async def work(simulator: Simulator) -> Response:
        found = _object(simulator, object_id, phone_number_id)
        if isinstance(found, Template):
            raise _unknown_object()
        simulator.media.delete(object_id)
        return JSONResponse({"success": True})

    return await _answer(request, work)
