"""Rasa's input channel: Meta's webhooks into the inbox, and the worker that runs the turns."""

from __future__ import annotations

import os
from asyncio import AbstractEventLoop
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, Sanic

from siaga.dialogue.http_api import GuardedBlueprint
from siaga.dialogue.responses import begin
from siaga.dialogue.worker import Worker
from siaga.turns.intake import Intake
from siaga.whatsapp.access import Access, access
from siaga.whatsapp.client import GraphClient
from siaga.whatsapp.output import NAME, WhatsAppDoor, WhatsAppOutput
from siaga.whatsapp.routes import routes

MARK_READ_SECONDS = 5.0


class WhatsAppInput(InputChannel):
    """Named in ``credentials.yml``; everything it needs is in the settings."""

    def __init__(self, way_in: Access) -> None:
        self._access = way_in

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
        """The webhook's routes. Messages go through the inbox, never straight to ``on_new_message``."""
        webhook = routes(self._access, Intake(NAME), GuardedBlueprint)

        @webhook.listener("after_server_start")
        async def start(app: Sanic, _: AbstractEventLoop) -> None:
            app.ctx.whatsapp_client = GraphClient(self._access, answer_seconds=MARK_READ_SECONDS)
            app.ctx.whatsapp_worker = Worker(app.ctx.agent, WhatsAppDoor(app.ctx.whatsapp_client))
            await begin()
            await app.ctx.whatsapp_worker.start()

        @webhook.listener("before_server_stop")
        async def stop(app: Sanic, _: AbstractEventLoop) -> None:
            await app.ctx.whatsapp_worker.stop()
            await app.ctx.whatsapp_client.close()

        return webhook
