"""The server that runs the desk."""

from __future__ import annotations

import asyncio
from socket import socket
from types import FrameType

import uvicorn

from siaga.desk import oidc_settings
from siaga.desk.app import create_app
from siaga.desk.signing_in import required_roles
from siaga.doors.addresses import Proxies
from siaga.doors.patience import Patient
from siaga.settings import Settings, settings
from siaga.watch.process import Watched


class NotReady(RuntimeError):
    """The settings are not fit to run the desk; the text says which, in one sentence."""


def check(config: Settings | None = None) -> None:
    """Look at the settings before anything listens.

    Raises:
        NotReady: in production without HTTPS, OpenID Connect by halves, a role that there is not, a proxy that is no
            address.
    """
    config = config or settings()
    if config.environment == "production" and not config.desk_https:
        raise NotReady("SIAGA_DESK_HTTPS must be set in production: the desk is reached by HTTPS, or not at all")
    try:
        Proxies.written(config.desk_proxies)
        required_roles()
        oidc_settings.check(config)
    except ValueError as problem:
        raise NotReady(str(problem)) from None


class DeskServer(uvicorn.Server):
    """A uvicorn server whose open streams end when it is told to stop, instead of holding it up."""

    def __init__(self, *, host: str, port: int, watch: Watched | None = None) -> None:
        self._app = create_app()
        self._watch = watch
        self._beating: asyncio.Task[None] | None = None
        proxies = settings().desk_proxies
        super().__init__(
            uvicorn.Config(
                self._app,
                host=host,
                port=port,
                http=Patient,
                ws="none",
                # Paths hold the tokens of invitations: they belong in no log.
                access_log=False,
                log_level="warning",
                server_header=False,
                proxy_headers=bool(proxies),
                forwarded_allow_ips=proxies or None,
                timeout_graceful_shutdown=3,
            )
        )

    async def startup(self, sockets: list[socket] | None = None) -> None:
        await super().startup(sockets)
        if self._watch:
            self._beating = asyncio.create_task(self._watch.keep_beating())

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        if self._beating:
            self._beating.cancel()
        await super().shutdown(sockets)

    def end_streams(self) -> None:
        """Let event streams finish; may be called from any thread."""
        stopping = getattr(self._app.state, "stopping", None)
        if stopping is not None:
            self._app.state.loop.call_soon_threadsafe(stopping.set)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self._watch:
            self._watch.drain()
        self.end_streams()
        super().handle_exit(sig, frame)
