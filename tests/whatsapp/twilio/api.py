"""A Twilio to talk to: answers what it is told to, and remembers what it was asked."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl

from siaga.settings import Settings
from siaga.whatsapp.twilio.access import TwilioAccess, access
from tests.serving import Handler, serving

ACCOUNT = "AC" + "1" * 32
TOKEN = "token-uji"
SENDER = "whatsapp:+628000009999"
PUBLIC = "https://siaga.test"


@dataclass(frozen=True)
class Request:
    """What was posted, and by whom; ``content`` is JSON or a form."""

    path: str
    login: str
    content: dict[str, Any]


class Twilio:
    """``answers`` are used up first: (HTTP status, body, headers), or a number of seconds to stay silent."""

    def __init__(self) -> None:
        self.url = ""
        self.requests: list[Request] = []
        self.answers: list[Any] = []
        self.content_answers: list[Any] = []
        self._number = 0
        self._lock = threading.Lock()

    def access(self, **changes: Any) -> TwilioAccess:
        """How to reach it."""
        return replace(access(self.settings()), **changes)

    def settings(self) -> Settings:
        """Settings that lead here."""
        return Settings(
            twilio_account_sid=ACCOUNT,
            twilio_auth_token=TOKEN,
            twilio_sender=SENDER,
            twilio_public_url=PUBLIC,
            twilio_api_url=self.url,
            twilio_content_url=self.url,
            twilio_messaging_url=self.url,
        )

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The messages that were accepted or refused."""
        return [request.content for request in self.requests if request.path.endswith("/Messages.json")]

    @property
    def contents(self) -> list[dict[str, Any]]:
        """The content templates that were asked for."""
        return [request.content for request in self.requests if request.path == "/v1/Content"]

    def refuse(self, code: int | None, status: int = 400, **headers: str) -> None:
        """Answer the next message with an error."""
        body = {"code": code, "message": "x +628000000001", "status": status}
        self.answers.append((status, body if code else {}, headers))

    def answer(self, request: Request) -> tuple[int, Any, dict[str, str]]:
        """What to answer to a request."""
        with self._lock:
            self._number += 1
            number = self._number
            self.requests.append(request)
            planned = self.content_answers if request.path == "/v1/Content" else self.answers
            answer = planned.pop(0) if planned else None
        if isinstance(answer, (int, float)):
            time.sleep(answer)
            answer = None
        if answer:
            return answer
        if request.path == "/v1/Content":
            return 201, {"sid": f"HX{number:032x}"}, {}
        if request.path.endswith("/Messages.json"):
            return 201, {"sid": f"SM{number:032x}", "status": "queued", "error_code": None}, {}
        return 200, {"success": True}, {}


@contextmanager
def running() -> Iterator[Twilio]:
    """A Twilio on a free port."""
    twilio = Twilio()

    class Answers(Handler):
        def respond(self) -> None:
            content = self.posted().decode()
            is_json = self.headers["Content-Type"].startswith("application/json")
            login = base64.b64decode(self.headers["Authorization"].removeprefix("Basic ")).decode()
            read = json.loads(content) if is_json else dict(parse_qsl(content, keep_blank_values=True))
            self.answer(*twilio.answer(Request(self.path, login, read)))

    with serving(Answers) as twilio.url:
        yield twilio
