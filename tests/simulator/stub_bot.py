"""A small bot behind a real HTTP server: checks the signature, remembers what came, answers by a given rule."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

from tests.serving import in_a_thread

Message = dict[str, Any]
Rule = Callable[[Message], "list[Message]"]

SECRET = "rahasia-uji"
TOKEN = "token-uji"
NUMBER = "100000000000001"


def text(body: str) -> Message:
    return {"type": "text", "text": {"body": body}}


def buttons(body: str, *titles: str, footer: str | None = None) -> Message:
    block: dict[str, Any] = {
        "type": "button",
        "body": {"text": body},
        "action": {
            "buttons": [
                {"type": "reply", "reply": {"id": f"o{number}", "title": title}} for number, title in enumerate(titles)
            ]
        },
    }
    if footer:
        block["footer"] = {"text": footer}
    return {"type": "interactive", "interactive": block}


class StubBot:
    """``received`` holds webhooks as parsed JSON, in the order of arrival; ``answers`` what the Graph API said."""

    def __init__(self) -> None:
        self.webhooks: list[dict[str, Any]] = []
        self.raw: list[bytes] = []
        self.bad_signatures = 0
        self.answers: list[httpx.Response] = []
        self.rule: Rule = lambda message: []
        self.keep: Callable[[Message], None] = lambda message: None
        self.statuses_to_give: list[int] = []
        self.delay = 0.0
        self.typing = True
        self.graph_url = ""
        self._lock = threading.Lock()
        self._client = httpx.Client(trust_env=False)
        bot = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                content = self.rfile.read(int(self.headers["Content-Length"]))
                status = bot.take(content, self.headers.get("X-Hub-Signature-256", ""))
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/webhooks/whatsapp/webhook"
        in_a_thread(self._server)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._client.close()

    def take(self, content: bytes, given: str) -> int:
        expected = "sha256=" + hmac.new(SECRET.encode(), content, hashlib.sha256).hexdigest()
        with self._lock:
            if not hmac.compare_digest(expected, given):
                self.bad_signatures += 1
                return 403
            if self.statuses_to_give:
                status = self.statuses_to_give.pop(0)
                if status != 200:
                    return status
            webhook = json.loads(content)
            self.webhooks.append(webhook)
            self.raw.append(content)
        for message in members(webhook, "messages"):
            self.keep(message)
            threading.Thread(target=self._answer, args=(message,), daemon=True).start()
        return 200

    def _answer(self, message: Message) -> None:
        replies = self.rule(message)
        if replies and self.typing:
            self.post({"status": "read", "message_id": message["id"], "typing_indicator": {"type": "text"}})
        for reply in replies:
            time.sleep(self.delay)
            recipient = {"to": "+" + message["from"]} if "from" in message else {"recipient": message["from_user_id"]}
            self.answers.append(self.post({**recipient, "recipient_type": "individual", **reply}))

    def post(self, payload: Message, *, token: str = TOKEN, number: str = NUMBER, timeout: float = 5) -> httpx.Response:
        url = f"{self.graph_url}/v25.0/{number}/messages"
        headers = {"Authorization": f"Bearer {token}"}
        content = {"messaging_product": "whatsapp", **payload}
        return self._client.post(url, json=content, headers=headers, timeout=timeout)

    @property
    def messages(self) -> list[Message]:
        return [message for webhook in list(self.webhooks) for message in members(webhook, "messages")]

    @property
    def statuses(self) -> list[Message]:
        return [status for webhook in list(self.webhooks) for status in members(webhook, "statuses")]


def members(webhook: dict[str, Any], kind: str) -> list[Message]:
    """All messages, or all statuses, of a webhook."""
    changes = [change for entry in webhook["entry"] for change in entry["changes"]]
    return [member for change in changes for member in change["value"].get(kind, [])]


def until(true: Callable[[], Any], seconds: float = 5.0) -> Any:
    """Wait until something is true and return it."""
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        found = true()
        if found:
            return found
        time.sleep(0.01)
    raise AssertionError("it did not become true in time")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
