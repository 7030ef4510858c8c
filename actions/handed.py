"""What Rasa hands on beside the conversation: the vectors of the citizen's message, which a search would else compute
anew."""

from __future__ import annotations

from typing import Any

import pluggy
from rasa_sdk.plugin import plugin_manager
from sanic import Sanic
from sanic.request import Request

from siaga.quick_json import loaded
from siaga.text import handed

_hook = pluggy.HookimplMarker("rasa_sdk")


class Handed:
    """A plugin of the action server."""

    @_hook
    def attach_sanic_app_extensions(self, app: Sanic) -> None:
        """Have each call's action take what came along with it."""

        async def take(request: Request) -> None:
            # A connection is used again: what came with the call before is not left standing.
            is_call = request.path == "/webhook" and not request.headers.get("content-encoding")
            take_from(request.load_json(loads=loaded) if is_call else None)

        app.register_middleware(take, "request")


def take_from(call: Any) -> None:
    """Take what came with a call, for the message that the call is about."""
    message = call
    for name in ("tracker", "latest_message"):
        message = message.get(name) if isinstance(message, dict) else None
    text = message.get("text") if isinstance(message, dict) else None
    handed.take(text, call.get(handed.VECTORS) if isinstance(call, dict) else None)


def register() -> None:
    """Make it known to the server, once. Of two plugins the one that is registered later stands in front."""
    if not plugin_manager().has_plugin(__name__):
        plugin_manager().register(Handed(), __name__)
