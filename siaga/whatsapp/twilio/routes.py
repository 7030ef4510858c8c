"""Twilio's webhooks as routes: what they bring is kept before they are answered. Knows nothing of Rasa."""

from __future__ import annotations

import asyncio
from asyncio import AbstractEventLoop
from collections.abc import Callable
from datetime import datetime, timezone

from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, empty, raw, text

from siaga import media
from siaga.db import transaction
from siaga.doors.forged import Refusals
from siaga.turns.intake import Intake
from siaga.turns.messages import Batch
from siaga.whatsapp.twilio.access import TwilioAccess
from siaga.whatsapp.twilio.media import AddressExpired, NoSuchAddress, reference_of
from siaga.whatsapp.twilio.parse import parse_message, parse_status
from siaga.whatsapp.twilio.signature import HEADER, genuine, read_form

# Many times what Twilio sends.
LARGEST_BODY = 256 * 1024
# What a process takes into memory at all: Meta's webhooks, if it has that channel too, have up to 3 MB.
LARGEST_REQUEST = 4 * 1024 * 1024
NOTHING_TO_SAY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


def routes(way_in: TwilioAccess, intake: Intake, kind: type[Blueprint] = Blueprint) -> Blueprint:
    """``GET /`` (whether it runs), ``POST /webhook``, ``POST /status?key=`` and ``GET /media/<token>``.

    Raises:
        ValueError: the setting for proxies has something that is no address.
    """
    webhook = kind("twilio_webhook", "siaga_twilio")
    refusals = Refusals()

    @webhook.get("/")
    async def health(_: Request) -> HTTPResponse:
        return text("ok")

    @webhook.post("/webhook")
    async def receive(request: Request) -> HTTPResponse:
        return await _received(request, parse_message, way_in, intake, refusals)

    @webhook.post("/status")
    async def status(request: Request) -> HTTPResponse:
        key = request.args.get("key")
        return await _received(request, lambda fields, at: parse_status(fields, key, at), way_in, intake, refusals)

    @webhook.get("/media/<token>")
    async def picture(request: Request, token: str) -> HTTPResponse:
        answer = await _picture(token)
        return refusals.answer(request, 404, "a picture's address that we never gave") if answer is None else answer

    @webhook.listener("before_server_start")
    async def limit(app: Sanic, _: AbstractEventLoop) -> None:
        app.config.REQUEST_MAX_SIZE = min(app.config.REQUEST_MAX_SIZE, LARGEST_REQUEST)

    return webhook


async def _received(
    request: Request,
    parse: Callable[[dict[str, str], datetime], Batch],
    way_in: TwilioAccess,
    intake: Intake,
    refusals: Refusals,
) -> HTTPResponse:
    """Keep what a webhook brings; acknowledged only when it has been committed."""
    if len(request.body) > LARGEST_BODY:
        return empty(413)
    try:
        form = read_form(request.body)
    except ValueError:
        return refusals.answer(request, 403, "a webhook that is no form")
    # As Twilio knows it: a proxy may have called us by another name.
    called = way_in.public_url + request.raw_url.decode("latin-1")
    if not genuine(called, form, request.headers.get(HEADER), way_in.auth_token):
        return refusals.answer(request, 403, "a webhook without a good signature")
    batch = parse(form.first(), datetime.now(timezone.utc))
    if not await intake.take(batch):
        return empty(503)
    return text(NOTHING_TO_SAY, content_type="text/xml; charset=utf-8")


async def _picture(token: str) -> HTTPResponse | None:
    """One of our pictures, for whoever has its address; None: there is none."""
    try:
        reference = reference_of(token)
        content, mime = await asyncio.to_thread(_stored, reference)
    except AddressExpired:
        return empty(410)
    except (NoSuchAddress, KeyError):
        return None
    return raw(content, content_type=mime, headers={"Cache-Control": "private, max-age=3600"})


def _stored(reference: str) -> tuple[bytes, str]:
    with transaction() as session:
        found = media.get(session, reference)
        return bytes(found.content), found.mime
