"""Meta's media, as far as a fetcher sees it: where a file is, and the file."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from siaga.settings import Settings
from tests.serving import Handler, serving

TOKEN = "token-uji"
Answer = tuple[int, dict[str, Any], dict[str, str]]


class MediaServer:
    """``files`` by id. ``answers`` (to the question where a file is) and ``downloads`` are used up first: (HTTP status,
    body, headers), or None for the usual. ``held`` is called in the middle of each download; a ``ConnectionResetError``
    from it ends the connection there.
    """

    def __init__(self) -> None:
        self.url = ""
        self.files: dict[str, bytes] = {}
        self.told: dict[str, dict[str, Any]] = {}
        self.answers: list[Answer | None] = []
        self.downloads: list[Answer | None] = []
        self.requests: list[str] = []
        self.strangers = 0
        self.chunked = False
        self.held: Callable[[], None] = lambda: None
        self._lock = threading.Lock()

    def put(self, media_id: str, content: bytes, **told: Any) -> None:
        """Have a file; ``told`` changes what is said about it."""
        self.files[media_id] = content
        self.told[media_id] = {
            "messaging_product": "whatsapp",
            "id": media_id,
            "url": f"{self.url}/lookaside/{media_id}",
            "sha256": hashlib.sha256(content).hexdigest(),
            "file_size": str(len(content)),
            **told,
        }

    def settings(self, **more: Any) -> Settings:
        """How to reach it."""
        return Settings(graph_url=self.url, whatsapp_access_token=TOKEN, **more)

    def refuse(self, code: int, status: int, subcode: int | None = None, **headers: str) -> None:
        """Answer the next question with an error."""
        error: dict[str, Any] = {"code": code, "message": "x"} | ({"error_subcode": subcode} if subcode else {})
        self.answers.append((status, {"error": error}, headers))

    def asked(self, media_id: str) -> int:
        """How often it was asked where a file is."""
        return self.requests.count(f"/v25.0/{media_id}")

    def fetched(self, media_id: str) -> int:
        """How often a file's address was called."""
        return self.requests.count(f"/lookaside/{media_id}")

    def _take(self, path: str, authorization: str) -> Answer | bytes:
        media_id = path.rpartition("/")[2]
        with self._lock:
            self.requests.append(path)
            if authorization != f"Bearer {TOKEN}":
                self.strangers += 1
                return 401, {}, {}
            planned = self.downloads if path.startswith("/lookaside/") else self.answers
            answer = planned.pop(0) if planned else None
        if answer:
            return answer
        if path.startswith("/lookaside/"):
            return self.files.get(media_id, (404, {}, {}))
        if media_id in self.told:
            return 200, self.told[media_id], {}
        return 400, {"error": {"code": 100, "error_subcode": 33, "message": "x"}}, {}


@contextmanager
def running() -> Iterator[MediaServer]:
    """The server, on a free port."""
    media = MediaServer()

    class Answers(Handler):
        def respond(self) -> None:
            answer = media._take(self.path, self.headers.get("Authorization", ""))
            if not isinstance(answer, bytes):
                self.answer(*answer)
                return
            # Whoever did not wait for the whole has gone, or the test breaks off.
            try:
                self._give(answer)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def _give(self, content: bytes) -> None:
            self.send_response(200)
            if media.chunked:
                self.send_header("Connection", "close")
                self.close_connection = True
            else:
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            half = len(content) // 2
            self.wfile.write(content[:half])
            self.wfile.flush()
            media.held()
            self.wfile.write(content[half:])

    with serving(Answers) as media.url:
        yield media
