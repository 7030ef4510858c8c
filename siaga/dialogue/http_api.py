"""Rasa's own HTTP interface: it reads and writes every conversation, and is off unless two settings ask for it.

Rasa would take its token from the command line, where every program on the machine can read it, and from addresses,
which land in logs. So ours stands before it, from the environment, and is shown as ``Authorization: Bearer …``.
"""

from __future__ import annotations

from typing import Any

from rasa.shared.exceptions import RasaException
from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, text

from siaga.doors.plain import be_plain
from siaga.doors.tokens import TokenUnfit, opens, rasa_api_token
from siaga.settings import settings
from siaga.watch.metrics import REFUSED

_OURS = "/webhooks/"


class RasaApiOpen(RasaException):
    """Rasa was started with an interface that everybody could use; Rasa's command prints it and ends."""


class GuardedBlueprint(Blueprint):
    """A channel's routes. The server that they are put on is looked at: Rasa has put its own on it by then."""

    def register(self, app: Sanic, options: dict[str, Any]) -> None:
        """As any blueprint.

        Raises:
            RasaApiOpen: the interface is on, and it was not asked for, or has no token.
        """
        guard(app)
        super().register(app, options)


def guard(app: Sanic) -> None:
    """Leave nothing but webhooks, and whether it runs, to who has no token.

    Raises:
        RasaApiOpen: see ``GuardedBlueprint``.
    """
    if getattr(app.ctx, "guarded", False):
        return
    app.ctx.guarded = True
    token = _token() if _has_api(app) else None
    be_plain(app)

    async def before(request: Request) -> HTTPResponse | None:
        if request.path == "/":
            # Rasa would name its version.
            return text("ok")
        if request.path.startswith(_OURS):
            return None
        if token is not None and opens(request.headers.get("authorization"), token):
            return None
        REFUSED.add("rasa_api", "unsigned")
        return text("", status=401 if token is not None else 404)

    app.register_middleware(before, "request")


def _has_api(app: Sanic) -> bool:
    return any(not f"/{route.path}".startswith(_OURS) and route.path for route in app.router.routes_all.values())


def _token() -> str:
    if not settings().rasa_api:
        raise RasaApiOpen("Rasa's HTTP API is off: SIAGA_RASA_API=true switches it on, with SIAGA_RASA_API_TOKEN.")
    try:
        return rasa_api_token()
    except TokenUnfit as problem:
        raise RasaApiOpen(f"Rasa's HTTP API needs a token: {problem}") from None
