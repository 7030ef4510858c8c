"""Rasa's input channel: Meta's webhooks into the inbox, and the worker that runs the turns."""

from __future__ import annotations

import hmac
import logging
import os
from asyncio import AbstractEventLoop
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, text

from siaga.dialogue.worker import Worker
from siaga.turns.intake import Intake
from siaga.whatsapp.access import Access, access
from siaga.whatsapp.client import GraphClient
from siaga.whatsapp.flows.keys import flow_key
from siaga.whatsapp.output import NAME, WhatsAppDoor, WhatsAppOutput
from siaga.whatsapp.parse import read
from siaga.whatsapp.signature import HEADER, genuine

# Meta's webhooks have at most 3 MB; a little more for the headers, which Sanic counts too.
LARGEST_REQUEST = 3 * 1024 * 1024 + 64 * 1024
MARK_READ_SECONDS = 5.0

log = logging.getLogger(__name__)


class WhatsAppInput(InputChannel):
    """Named in ``credentials.yml``; everything it needs is in the settings."""

    def __init__(self, way_in: Access) -> None:
        self._access = way_in
        self._intake = Intake(NAME)

    @classmethod
    def name(cls) -> str:
        """The last part but one of the webhook's address, ``/webhooks/whatsapp/webhook``."""
        return NAME

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> WhatsAppInput:
        """Made from the settings; the credentials file holds no secrets.

        Raises:
            SecretsMissing: in production without secrets.
        """
        # Also where Rasa is started by hand.
        os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
        return cls(access())

    def get_output_channel(self) -> WhatsAppOutput:
        """A collector, for Rasa's own uses; turns make their own."""
        return WhatsAppOutput()

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The webhook's routes. Messages go through the inbox, never straight to ``on_new_message``.

        Raises:
            FlowKeyUnusable: a Flow is configured without a key that can be read.
        """
        webhook = Blueprint("whatsapp_webhook", "siaga_whatsapp")

        @webhook.get("/")
        async def health(_: Request) -> HTTPResponse:
            return text("ok")

        @webhook.get("/webhook")
        async def verify(request: Request) -> HTTPResponse:
            token = request.args.get("hub.verify_token") or ""
            right = hmac.compare_digest(token.encode(errors="replace"), self._access.verify_token.encode())
            if request.args.get("hub.mode") == "subscribe" and right:
                return text(request.args.get("hub.challenge") or "")
            return text("", status=403)

        @webhook.post("/webhook")
        async def receive(request: Request) -> HTTPResponse:
            return text("", status=await self._received(request.body, request.headers.get(HEADER)))

        key = flow_key()
        if key is not None:
            # pywa takes a second to import, which only who has a form should wait for.
            from siaga.whatsapp.flows.endpoint import FlowEndpoint

            forms = FlowEndpoint(key, self._access.app_secret)

            @webhook.post("/flow")
            async def exchange(request: Request) -> HTTPResponse:
                answer = await forms.answer(request.body, request.headers.get(HEADER))
                return text(answer.body, status=answer.status, content_type=answer.content_type)

        @webhook.listener("before_server_start")
        async def limit(app: Sanic, _: AbstractEventLoop) -> None:
            app.config.REQUEST_MAX_SIZE = LARGEST_REQUEST

        @webhook.listener("after_server_start")
        async def start(app: Sanic, _: AbstractEventLoop) -> None:
            app.ctx.whatsapp_client = GraphClient(self._access, answer_seconds=MARK_READ_SECONDS)
            app.ctx.whatsapp_worker = Worker(app.ctx.agent, WhatsAppDoor(app.ctx.whatsapp_client))
            await app.ctx.whatsapp_worker.start()

        @webhook.listener("before_server_stop")
        async def stop(app: Sanic, _: AbstractEventLoop) -> None:
            await app.ctx.whatsapp_worker.stop()
            await app.ctx.whatsapp_client.close()

        return webhook

    async def _received(self, body: bytes, signature: str | None) -> int:
        """Keep what a webhook brings; the HTTP status to answer with. 200 only when it has been committed."""
        if not genuine(body, signature, self._access.app_secret):
            log.warning("refused a webhook without a good signature")
            return 403
        return 200 if await self._intake.take(read(body)) else 503
