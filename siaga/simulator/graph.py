"""The Graph API's paths: sending, marking as read, media."""

from __future__ import annotations

import asyncio
import hmac
import re
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from siaga.simulator.core import Simulator
from siaga.simulator.errors import GraphRefusal
from siaga.simulator.limits import check_upload
from siaga.simulator.webhooks import signature

LINK_SECONDS = 300
NEVER = 600.0
"""How long an answer that shall never come is held, if the client does not give up first."""

_VERSION = re.compile(r"v\d{1,2}\.\d")

router = APIRouter()


def _check_caller(request: Request, simulator: Simulator) -> None:
    version = request.path_params.get("version")
    if version is not None and not _VERSION.fullmatch(version):
        raise GraphRefusal(2500, "The path must begin with a version such as v25.0")
    given = request.headers.get("authorization", "")
    if not hmac.compare_digest(given.encode(), f"Bearer {simulator.config.access_token}".encode()):
        raise GraphRefusal(190, "The access token is missing or not valid")


def _unknown_object() -> GraphRefusal:
    return GraphRefusal(100, "This object does not exist or may not be used", subcode=33)


def _check_number(simulator: Simulator, phone_number_id: str) -> None:
    if phone_number_id != simulator.config.phone_number_id:
        raise _unknown_object()


async def _answer(request: Request, work: Callable[[Simulator], Awaitable[Response]]) -> Response:
    simulator: Simulator = request.app.state.simulator
    try:
        _check_caller(request, simulator)
        return await work(simulator)
    except GraphRefusal as problem:
        return JSONResponse(problem.envelope(), status_code=problem.http_status)


async def _hold(request: Request, simulator: Simulator) -> Response:
    waited = 0.0
    while waited < NEVER and not simulator.stopping.is_set() and not await request.is_disconnected():
        await asyncio.sleep(0.1)
        waited += 0.1
    return Response(status_code=504)


@router.post("/{version}/{phone_number_id}/messages")
async def send(request: Request, phone_number_id: str) -> Response:
    """Send a message, or mark one as read."""

    async def work(simulator: Simulator) -> Response:
        _check_number(simulator, phone_number_id)
        try:
            payload: Any = await request.json()
        except ValueError:
            raise GraphRefusal(100, "The body is not JSON") from None
        accepted = simulator.send(payload)
        return await _hold(request, simulator) if accepted.silent else JSONResponse(accepted.answer)

    return await _answer(request, work)


@router.post("/{version}/{phone_number_id}/media")
async def upload(request: Request, phone_number_id: str) -> Response:
    """Upload a file: multipart with ``file``, ``type`` and ``messaging_product``."""

    async def work(simulator: Simulator) -> Response:
        _check_number(simulator, phone_number_id)
        form = await request.form()
        if form.get("messaging_product") != "whatsapp":
            raise GraphRefusal(100, "The parameter messaging_product is required and must be whatsapp")
        file = form.get("file")
        if file is None or isinstance(file, str):
            raise GraphRefusal(100, "The parameter file is required")
        mime = str(form.get("type") or file.content_type or "")
        content = await file.read()
        check_upload(mime, content)
        return JSONResponse({"id": simulator.put_media(mime, content, inbound=False).id})

    return await _answer(request, work)


def _link(simulator: Simulator, media_id: str) -> str:
    until = int(simulator.clock.now()) + LINK_SECONDS
    sign = signature(simulator.config.app_secret, f"{media_id}:{until}".encode()).removeprefix("sha256=")
    return f"{simulator.config.base_url}/lookaside/{media_id}?until={until}&hash={sign}"


@router.get("/lookaside/{media_id}")
async def download(request: Request, media_id: str, until: int = 0, given: str = Query("", alias="hash")) -> Response:
    """A file's bytes, behind the link that ``GET /{version}/{media_id}`` gave, for five minutes."""

    async def work(simulator: Simulator) -> Response:
        expected = signature(simulator.config.app_secret, f"{media_id}:{until}".encode()).removeprefix("sha256=")
        found = simulator.media_bytes(media_id)
        good = hmac.compare_digest(expected.encode(), given.encode()) and simulator.clock.now() <= until
        if not good or found is None or simulator.media(media_id) is None:
            return Response(status_code=404)
        record, content = found
        return Response(content, media_type=record.mime)

    return await _answer(request, work)


@router.get("/{version}/{media_id}")
async def media(request: Request, media_id: str) -> Response:
    """Where a file is, and what."""

    async def work(simulator: Simulator) -> Response:
        record = simulator.media(media_id)
        if record is None:
            raise _unknown_object()
        return JSONResponse(
            {
                "messaging_product": "whatsapp",
                "id": record.id,
                "url": _link(simulator, record.id),
                "mime_type": record.mime,
                "sha256": record.sha256,
                "file_size": record.size,
            }
        )

    return await _answer(request, work)


@router.delete("/{version}/{media_id}")
async def delete(request: Request, media_id: str) -> Response:
    """Forget a file."""

    async def work(simulator: Simulator) -> Response:
        if simulator.media(media_id) is None:
            raise _unknown_object()
        simulator.delete_media(media_id)
        return JSONResponse({"success": True})

    return await _answer(request, work)
