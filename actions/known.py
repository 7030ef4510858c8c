"""Whom an action works for: who writes to us is there before their first message is read, or has been erased since."""

from __future__ import annotations

from typing import Any

import pluggy
from rasa_sdk.plugin import plugin_manager
from sanic import Sanic
from sanic.request import Request

from siaga.people import contacts

_hook = pluggy.HookimplMarker("rasa_sdk")


class Known:
    """A plugin of the action server."""

    @_hook
    def attach_sanic_app_extensions(self, app: Sanic) -> None:
        """Let no contact be made for a message that came by a channel of ours."""

        async def note(request: Request) -> None:
            # A connection is used again: what the call before was is not left standing.
            is_call = request.path == "/webhook" and not request.headers.get("content-encoding")
            contacts.met_before.set(is_call and is_of_channel(request.json))

        app.register_middleware(note, "request")


def is_of_channel(call: Any) -> bool:
    """Whether a call is about a message that our own workers have read: they alone tell its kind."""
    for name in ("tracker", "latest_message", "metadata", "kind"):
        call = call.get(name) if isinstance(call, dict) else None
    return bool(call)


def register() -> None:
    """Make it known to the server, once. Of two plugins the one that is registered later stands in front."""
    if not plugin_manager().has_plugin(__name__):
        plugin_manager().register(Known(), __name__)
