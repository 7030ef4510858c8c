"""What stands before the actions: a token, and answers that repeat nothing of what came.

``python -m actions`` always has it, and so has `rasa run actions` in production. On a tester's machine that stays as
Rasa has made it, but is not reached from outside.
"""

from __future__ import annotations

import logging
import os
import traceback

import pluggy
from rasa_sdk.plugin import plugin_manager
from sanic import Sanic
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse, json

from siaga.doors.plain import be_plain
from siaga.doors.tokens import action_token, opens
from siaga.settings import settings
from siaga.watch.metrics import REFUSED

HEALTH = "/health"
# Many times the longest conversation with all that it knows.
LARGEST_CALL = 8 * 1024 * 1024

log = logging.getLogger(__name__)
_hook = pluggy.HookimplMarker("rasa_sdk")


class Gate:
    """A plugin of the action server."""

    @_hook
    def attach_sanic_app_extensions(self, app: Sanic) -> None:
        """In production however the server was started."""
        if settings().environment == "production":
            close(app)


def register() -> None:
    """Make it known to the server, once."""
    if not plugin_manager().has_plugin(__name__):
        plugin_manager().register(Gate(), __name__)
    # What `rasa run actions` listens on, unless told otherwise: it would be everything.
    os.environ.setdefault("SANIC_HOST", os.environ.get("SIAGA_BIND", "127.0.0.1"))


def close(app: Sanic) -> None:
    """Let in who shows the token, and nobody else further than to the question whether it runs.

    Raises:
        KeysMissing, TokenUnfit: there is no token.
    """
    if getattr(app.ctx, "gated", False):
        return
    app.ctx.gated = True
    token = action_token()
    be_plain(app)
    app.config.REQUEST_MAX_SIZE = LARGEST_CALL

    def refusal(request: Request) -> HTTPResponse | None:
        if request.path == HEALTH or opens(request.headers.get("authorization"), token):
            return None
        REFUSED.add("actions", "unsigned")
        return json({"error": "a token is needed"}, status=401, headers={"WWW-Authenticate": "Bearer"})

    async def before(request: Request) -> HTTPResponse | None:
        if (refused := refusal(request)) is not None:
            return refused
        if request.headers.get("content-encoding"):
            # A small body may hold a large one.
            return json({"error": "bodies are taken as they are"}, status=415)
        return None

    async def told(request: Request, error: Exception) -> HTTPResponse:
        """Without the error's text and the call's body, which stock repeats and logs: both may hold what was said."""
        if (refused := refusal(request)) is not None:
            return refused
        if isinstance(error, SanicException):
            return json({"error": type(error).__name__}, status=error.status_code or 500)
        where = "".join(traceback.format_tb(error.__traceback__)[-6:])
        log.error("%s in an action\n%s", type(error).__name__, where)
        return json({"error": type(error).__name__}, status=500)

    app.register_middleware(before, "request")
    app.exception(SanicException, Exception)(told)
