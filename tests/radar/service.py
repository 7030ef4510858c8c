"""An outside service of figures for the tests, over real HTTP; it says what it is told to say."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from siaga.radar.sources import FetchSource
from tests.serving import Handler, serving


@dataclass
class Service:
    """What it says next. ``cut``: so many bytes less than announced; ``slow``: seconds before it answers."""

    url: str = ""
    body: bytes = b"{}"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    etag: str | None = None
    cut: int = 0
    slow: float = 0
    fail_first: int = 0
    """so many requests are answered with 503 before"""
    asked: list[dict[str, str]] = field(default_factory=list)
    """the headers of each request"""

    def says(self, what: Any, etag: str | None = None) -> None:
        """Say this from now on."""
        self.body = what if isinstance(what, bytes) else json.dumps(what).encode()
        self.etag = etag

    def source(self, **differs: Any) -> FetchSource:
        """The source that this service is."""
        given: dict[str, Any] = {
            "name": "uji",
            "address": f"{self.url}/api/angka.csv?kunci=rahasia",
            "shape": "csv",
            "every": timedelta(hours=6),
            "series": "uji",
            "said_by": "Dinas Kesehatan Uji",
        }
        return FetchSource(**{**given, **differs})


@contextmanager
def service() -> Iterator[Service]:
    """A service on a free port."""
    state = Service()

    class Answering(Handler):
        def respond(self) -> None:
            state.asked.append(dict(self.headers))
            if state.slow:
                time.sleep(state.slow)
            if state.fail_first:
                state.fail_first -= 1
                self._write(503, b"", {})
            elif state.etag and self.headers.get("If-None-Match") == state.etag:
                self._write(304, b"", {"ETag": state.etag})
            else:
                tagged = {"ETag": state.etag} if state.etag else {}
                self._write(state.status, state.body, {**tagged, **state.headers})

        def _write(self, status: int, content: bytes, headers: dict[str, str]) -> None:
            # Whoever did not wait for the answer has gone.
            with suppress(BrokenPipeError, ConnectionResetError):
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                if status != 304:
                    self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content[: len(content) - state.cut])
            if state.cut:
                self.close_connection = True

    with serving(Answering) as url:
        state.url = url
        yield state
