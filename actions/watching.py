"""The message that a call is about, known to whatever the action writes into the log: the call names it in a header."""

from __future__ import annotations

import time
from typing import Any

import pluggy
from rasa_sdk.plugin import plugin_manager
from sanic import Sanic
from sanic.request import Request
from sanic.response import BaseHTTPResponse

from siaga.watch import trace

_hook = pluggy.HookimplMarker("rasa_sdk")


class Traced:
    """A plugin of the action server."""

    @_hook
    def attach_sanic_app_extensions(self, app: Sanic) -> None:
        """Take up the trace of each call, and write down that the message was here."""

        async def take_up(request: Request) -> None:
            # A connection is used again: what the call before was is not left standing.
            trace.follow(trace.read(request.headers.get(trace.HEADER)))
            request.ctx.began = time.perf_counter()

        async def tell(request: Request, answer: BaseHTTPResponse) -> None:
            if trace.current() and trace.is_told():
                took = round((time.perf_counter() - request.ctx.began) * 1000, 1)
                trace.station("action", action=_name(request), outcome=str(answer.status), ms=took)

        app.register_middleware(take_up, "request")
        app.register_middleware(tell, "response")


def _name(request: Request) -> str | None:
    call: Any = request.json
    return str(call["next_action"]) if isinstance(call, dict) and call.get("next_action") else None


def register() -> None:
    """Make it known to the server, once."""
    if not plugin_manager().has_plugin(__name__):
        plugin_manager().register(Traced(), __name__)
