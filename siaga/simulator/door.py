"""Who may use the simulator, which asks for no password: programs and pages of this machine.

A web page that a developer visits reaches 127.0.0.1 too, through their browser. It is told apart by the name that it
asks for (its own, where its name server answers with our address), and by what browsers say of where a request is from.
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from siaga.doors.addresses import is_loopback
from siaga.doors.limits import PerAddress, retry_after
from siaga.simulator.config import Config

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
A_SECOND, AT_ONCE = 20.0, 200
"""For addresses of other machines; on this one programs try how much the bot can bear."""
_LOOKS = frozenset({"GET", "HEAD", "OPTIONS"})


class Door:
    """Middleware: refuses with a sentence, and puts the headers on each answer that has none of its own."""

    def __init__(self, app: ASGIApp, config: Config) -> None:
        self._app = app
        self._config = config
        self._limit = PerAddress(A_SECOND, AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        app = self._refusal(scope) or self._app
        await app(scope, receive, with_headers)

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        if not is_ours(headers.get("host", ""), self._config):
            return _sentence(421, "This name is not the simulator's: ask for 127.0.0.1 or localhost.")
        if scope["method"] not in _LOOKS and is_another_sites(headers):
            return _sentence(403, "Pages of other sites may not use the simulator.")
        client = scope.get("client")
        wait = self._limit.knock(client[0]) if client and not is_loopback(client[0]) else 0.0
        return _sentence(429, "Too many requests from this address.", retry_after(wait)) if wait else None


def is_ours(host: str, config: Config) -> bool:
    """Whether a ``Host`` header names us: this machine, or what the configuration says that we are reached by.

    Where we listen for other machines, any address in figures will do: only names can be made to lead elsewhere.
    """
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    if name == "localhost" or name.endswith(".localhost") or is_loopback(name):
        return True
    if name == urlsplit(config.base_url).hostname or name in config.hosts:
        return True
    return config.from_elsewhere and _is_address(name)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def is_another_sites(headers: Mapping[str, str]) -> bool:
    """Whether a browser says that another site's page asks; what says nothing is no browser's."""
    fetched_from = headers.get("sec-fetch-site")
    if fetched_from is not None:
        return fetched_from not in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is not None and origin.partition("//")[2] != headers.get("host")


def _sentence(status: int, text: str, headers: Mapping[str, str] | None = None) -> Response:
    content = json.dumps({"detail": text})
    return Response(content, status_code=status, media_type="application/json", headers=dict(headers or {}))
