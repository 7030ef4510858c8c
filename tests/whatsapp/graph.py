"""A Graph API to talk to: answers what it is told to, and remembers what it was asked."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from siaga.settings import Settings
from siaga.whatsapp.access import Access, access
from tests.serving import Handler, serving


class Graph:
    """``answers`` are used up first: (HTTP status, body, headers), or a number of seconds to stay silent."""

    def __init__(self) -> None:
        self.url = ""
        self.requests: list[dict[str, Any]] = []
        self.uploads: list[bytes] = []
        self.answers: list[Any] = []
        self.connections: set[Any] = set()
        self.paths: list[str] = []
        self._number = 0
        self._lock = threading.Lock()

    @property
    def access(self) -> Access:
        """How to reach it."""
        return access(Settings(graph_url=self.url))

    @property
    def sent(self) -> list[dict[str, Any]]:
        """The messages that were accepted or refused, without the read marks."""
        return [request for request in self.requests if "status" not in request]

    def refuse(self, code: int, status: int = 400, times: int = 1, **headers: str) -> None:
        """Answer the next requests with an error."""
        self.answers += [(status, {"error": {"code": code, "message": "x"}}, headers)] * times

    def answer(self, path: str, content: bytes) -> tuple[int, Any, dict[str, str]]:
        """What to answer to a request."""
        with self._lock:
            self._number += 1
            number = self._number
            self.paths.append(path)
            planned = self.answers.pop(0) if self.answers else None
            if path.endswith("/media"):
                self.uploads.append(content)
            else:
                self.requests.append(json.loads(content))
        if isinstance(planned, (int, float)):
            time.sleep(planned)
            planned = None
        if planned:
            return planned
        if path.endswith("/media"):
            return 200, {"id": f"media-{number}"}, {}
        return 200, {"messages": [{"id": f"wamid.graph.{number}"}]}, {}


@contextmanager
def running() -> Iterator[Graph]:
    """A Graph API on a free port."""
    graph = Graph()

    class Answers(Handler):
        def respond(self) -> None:
            graph.connections.add(self.client_address)
            self.answer(*graph.answer(self.path, self.posted()))

    with serving(Answers) as graph.url:
        yield graph
