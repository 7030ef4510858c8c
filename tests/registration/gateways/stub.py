"""A registry in a thread, which keeps what it is told and can be told to fail; two of its kind speak over HTTP."""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

from tests.serving import Handler, serving

What = Literal["status", "late", "drop", "drop_after", "drip", "page"]


@dataclass(frozen=True)
class Fault:
    """What goes wrong with one request: a status instead of work, an answer too late, a connection that is closed
    before or after the work, an answer byte by byte, a web page."""

    what: What
    status: int = 503
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    body: Any = None


class Registry(Handler):
    """What both kinds share; each server has a class of its own, whose attributes are its state."""

    people: dict[str, dict[str, Any]]
    doses: dict[str, list[dict[str, Any]]]
    by_key: dict[str, str]
    registrations: list[dict[str, Any]]
    faults: deque[Fault | None]  # None: this request goes well
    down: bool
    seen: list[str]
    lock: threading.RLock
    seconds_each_way = 0.0

    def respond(self) -> None:
        """Answer, or fail as told."""
        kind = type(self)
        content = self.posted() if self.command == "POST" else b""
        with kind.lock:
            kind.seen.append(f"{self.command} {urlsplit(self.path).path}")
            fault = kind.faults.popleft() if kind.faults else None
            down = kind.down
        if down:
            self.answer(503, {"error": "down"}, {})
        elif fault is None:
            time.sleep(kind.seconds_each_way)
            answer = self.work(content)
            time.sleep(kind.seconds_each_way)
            self.answer(*answer)
        else:
            self._fail(fault, content)

    def work(self, content: bytes) -> tuple[int, Any, dict[str, str]]:
        """Do what is asked: status, body and headers of the answer."""
        raise NotImplementedError

    @property
    def query(self) -> dict[str, str]:
        """What stands behind the question mark."""
        return {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}

    def _fail(self, fault: Fault, content: bytes) -> None:
        if fault.what == "status":
            self.answer(fault.status, fault.body, {**fault.headers})
        elif fault.what == "late":
            answer = self.work(content)
            time.sleep(fault.seconds)
            self.answer(*answer)
        elif fault.what in ("drop", "drop_after"):
            if fault.what == "drop_after":
                self.work(content)
            self.close_connection = True
            self.connection.close()
        elif fault.what == "page":
            self.answer_with(b"<html>Selamat datang di Wi-Fi</html>")
        else:
            self.answer_with(json.dumps({"a": "b" * 200}).encode(), fault.seconds)

    def answer_with(self, content: bytes, pause: float = 0.0) -> None:
        """Answer 200 with these bytes, with a pause between them."""
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        try:
            for at in range(len(content)):
                self.wfile.write(content[at : at + 1])
                time.sleep(pause)
        except OSError:
            self.close_connection = True


def fresh(kind: type[Registry]) -> type[Registry]:
    """A class for one server, with a state of its own."""
    empty: dict[str, Any] = {
        "people": {},
        "doses": {},
        "by_key": {},
        "registrations": [],
        "faults": deque(),
        "down": False,
        "seen": [],
        "lock": threading.RLock(),
    }
    return type(kind.__name__, (kind,), empty)


@contextmanager
def running(kind: type[Registry]) -> Iterator[tuple[str, type[Registry]]]:
    """A server of this kind: its URL and its state."""
    state = fresh(kind)
    with serving(state) as url:
        yield url, state


class JsonRegistry(Registry):
    """The plain registry that ``docs/registry.md`` describes."""

    token = "rahasia-stub"

    def work(self, content: bytes) -> tuple[int, Any, dict[str, str]]:
        kind = type(self)
        path = urlsplit(self.path).path
        if self.headers.get("Authorization") != f"Bearer {kind.token}":
            return 401, {"error": "unauthorized"}, {}
        if path == "/health":
            return 200, {"status": "up"}, {}
        asked = json.loads(content)
        with kind.lock:
            if path == "/people/lookup":
                return 200, {"person": kind.people.get(asked["nik"])}, {}
            if path == "/people/doses":
                return 200, {"doses": kind.doses.get(asked["nik"], [])}, {}
            if asked["nik"] not in kind.people:
                return 422, {"error": "person_unknown"}, {}
            key = self.headers["Idempotency-Key"]
            if key in kind.by_key:
                return 200, {"id": kind.by_key[key]}, {}
            kind.by_key[key] = made = f"r-{len(kind.by_key) + 1}"
            if path == "/doses":
                told = {name: asked[name] for name in ("number", "vaccine", "given_on", "place", "batch")}
                kind.doses.setdefault(asked["nik"], []).append({"id": made, **told})
            else:
                kind.registrations.append(asked)
            return 201, {"id": made}, {}


def new_id() -> str:
    """An id as FHIR's servers give."""
    return str(uuid.uuid4())
