"""The watch port: `/health`, `/ready` and `/metrics`, in a thread of its own, for operators and never for citizens."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from socketserver import ThreadingMixIn
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from siaga.watch.health import Health, Standing

_PLAIN = (("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"))
Answer = Callable[[str, "list[tuple[str, str]]"], Any]


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Silent(WSGIRequestHandler):
    timeout = 10  # seconds in which somebody who has connected has to ask

    def log_message(self, *_: object) -> None:
        """Say nothing: it is asked every few seconds."""


class WatchServer:
    """Serves one process's standing and figures."""

    def __init__(self, host: str, port: int, health: Health, registry: CollectorRegistry) -> None:
        """Begin to serve; with port 0 at any that is free.

        Raises:
            OSError: the port cannot be listened on.
        """
        self._health = health
        self._registry = registry
        self._server = make_server(host, port, self._answer, _Server, _Silent)
        self.port = self._server.server_port
        Thread(target=self._server.serve_forever, name="watch", daemon=True).start()

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, environ: dict[str, Any], begin: Answer) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            begin("405 Method Not Allowed", [*_PLAIN])
            return []
        if environ["PATH_INFO"] == "/metrics":
            begin("200 OK", [("Content-Type", CONTENT_TYPE_LATEST), *_PLAIN])
            return [generate_latest(self._registry)]
        asked = {"/health": self._health.alive, "/ready": self._health.ready}.get(environ["PATH_INFO"])
        if asked is None:
            begin("404 Not Found", [*_PLAIN])
            return []
        standing = asked()
        begin("200 OK" if standing.well else "503 Service Unavailable", [("Content-Type", "application/json"), *_PLAIN])
        return [_told(self._health.kind, standing)]


def _told(kind: str, standing: Standing) -> bytes:
    return json.dumps({"process": kind, "ok": standing.well, "wrong": dict(standing.wrong)}).encode() + b"\n"
