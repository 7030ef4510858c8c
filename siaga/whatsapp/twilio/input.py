"""Rasa's input channel for Twilio: its webhooks into the inbox, and the worker that runs the turns."""

from __future__ import annotations

import asyncio
import logging
import os
from asyncio import AbstractEventLoop
from collections.abc import Awaitable, Callable
from datetime import datetime, timezone
from typing import Any

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, empty, raw, text

from siaga import media
from siaga.db import transaction
from siaga.dialogue.worker import Worker
from siaga.turns.intake import Intake
from siaga.turns.messages import Batch
from siaga.whatsapp.twilio.access import NAME, TwilioAccess, access
from siaga.whatsapp.twilio.client import TwilioClient
from siaga.whatsapp.twilio.media import AddressExpired, NoSuchAddress, reference_of
from siaga.whatsapp.twilio.output import TwilioDoor, TwilioOutput
from siaga.whatsapp.twilio.parse import parse_message, parse_status
from siaga.whatsapp.twilio.signature import HEADER, genuine, read_form

# Many times what Twilio sends.
LARGEST_BODY = 256 * 1024
# What a Rasa process takes into memory at all: Meta's webhooks, if it has that channel too, have up to 3 MB.
LARGEST_REQUEST = 4 * 1024 * 1024
TYPING_SECONDS = 5.0
NOTHING_TO_SAY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'

log = logging.getLogger(__name__)


class TwilioInput(InputChannel):
    """Named in ``credentials.yml``; everything it needs is in the settings."""

    def __init__(self, way_in: TwilioAccess) -> None:
        self._access = way_in
        self._intake = Intake(NAME)

    @classmethod
    def name(cls) -> str:
        """The last part but one of the webhook's address, ``/webhooks/twilio/webhook``."""
        return NAME

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> TwilioInput:
        """Made from the settings; the credentials file holds no secrets.

        Raises:
            SecretsMissing: in production without secrets.
        """
        # Also where Rasa is started by hand.
        os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
        return cls(access())

    def get_output_channel(self) -> TwilioOutput:
        """A collector, for Rasa's own uses; turns make their own."""
        return TwilioOutput()

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The webhook's routes. Messages go through the inbox, never straight to ``on_new_message``."""
        webhook = Blueprint("twilio_webhook", "siaga_twilio")

        @webhook.get("/")
        async def health(_: Request) -> HTTPResponse:
            return text("ok")

        @webhook.post("/webhook")
        async def receive(request: Request) -> HTTPResponse:
            return await self._received(request, parse_message)

        @webhook.post("/status")
        async def status(request: Request) -> HTTPResponse:
            key = request.args.get("key")
            return await self._received(request, lambda fields, at: parse_status(fields, key, at))

        @webhook.get("/media/<token>")
        async def picture(_: Request, token: str) -> HTTPResponse:
            return await _picture(token)

        @webhook.listener("before_server_start")
        async def limit(app: Sanic, _: AbstractEventLoop) -> None:
            app.config.REQUEST_MAX_SIZE = min(app.config.REQUEST_MAX_SIZE, LARGEST_REQUEST)

        @webhook.listener("after_server_start")
        async def start(app: Sanic, _: AbstractEventLoop) -> None:
            app.ctx.twilio_client = TwilioClient(self._access, answer_seconds=TYPING_SECONDS)
            door = TwilioDoor(app.ctx.twilio_client, use_content=self._access.use_content)
            app.ctx.twilio_worker = Worker(app.ctx.agent, door)
            await app.ctx.twilio_worker.start()

        @webhook.listener("before_server_stop")
        async def stop(app: Sanic, _: AbstractEventLoop) -> None:
            await app.ctx.twilio_worker.stop()
            await app.ctx.twilio_client.close()

        return webhook

    async def _received(self, request: Request, parse: Callable[[dict[str, str], datetime], Batch]) -> HTTPResponse:
        """Keep what a webhook brings; acknowledged only when it has been committed."""
        if len(request.body) > LARGEST_BODY:
            return empty(413)
        try:
            form = read_form(request.body)
        except ValueError:
            return empty(403)
        # As Twilio knows it: a proxy may have called us by another name.
        called = self._access.public_url + request.raw_url.decode("latin-1")
        if not genuine(called, form, request.headers.get(HEADER), self._access.auth_token):
            log.warning("refused a webhook without a good signature")
            return empty(403)
        batch = parse(form.first(), datetime.now(timezone.utc))
        if not await self._intake.take(batch):
            return empty(503)
        return text(NOTHING_TO_SAY, content_type="text/xml; charset=utf-8")


async def _picture(token: str) -> HTTPResponse:
    """One of our pictures, for whoever has its address."""
    try:
        reference = reference_of(token)
        content, mime = await asyncio.to_thread(_stored, reference)
    except AddressExpired:
        return empty(410)
    except (NoSuchAddress, KeyError):
        return empty(404)
    return raw(content, content_type=mime, headers={"Cache-Control": "private, max-age=3600"})


def _stored(reference: str) -> tuple[bytes, str]:
    with transaction() as session:
        found = media.get(session, reference)
        return bytes(found.content), found.mime
