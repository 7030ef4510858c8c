"""An action server to call: real HTTP, with actions just large enough to test the turns."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.serving import Handler, serving

Answer = tuple[int, Any]


class Actions:
    """``plan`` is used up first, one entry a call: an answer, or seconds to stay silent."""

    def __init__(self) -> None:
        self.url = ""
        self.plan: list[Answer | float] = []
        self.always: Answer | None = None
        self.calls: list[dict[str, Any]] = []
        self.replies_with: dict[str, Any] = {}
        self._lock = threading.Lock()

    @property
    def texts(self) -> list[str]:
        """The texts of the messages that were replied to, in order."""
        return [
            call["tracker"]["latest_message"]["text"] for call in self.calls if call["next_action"] == "action_reply"
        ]

    def answer(self, call: dict[str, Any]) -> Answer:
        """What to answer to a call."""
        with self._lock:
            self.calls.append(call)
            planned = self.plan.pop(0) if self.plan else self.always
        if isinstance(planned, float):
            time.sleep(planned)
        elif planned:
            return planned
        return self._run(call["next_action"], call["tracker"])

    def _run(self, name: str, tracker: dict[str, Any]) -> Answer:
        text = tracker["latest_message"]["text"]
        if name == "action_reply":
            return 200, {"events": [], "responses": [{"text": f"Anda: {text}", **self.replies_with}]}
        asked = tracker["slots"].get("requested_slot")
        if tracker["latest_message"]["intent"].get("name") == "tanya":
            if not _was_set_aside(tracker["events"]):
                return 400, {"action_name": name, "error": f"Custom action '{name}' rejected execution."}
            return 200, {"events": [{"event": "slot", "name": "attempts", "value": None}], "responses": []}
        events = [{"event": "slot", "name": asked, "value": "terisi"}] if asked else []
        return 200, {"events": events, "responses": []}


def _was_set_aside(events: list[dict[str, Any]]) -> bool:
    """Whether the form has handed the message on already."""
    for event in reversed(events):
        if event["event"] == "action_execution_rejected":
            return True
        if event["event"] == "user":
            return False
    return False


@contextmanager
def running() -> Iterator[Actions]:
    """An action server on a free port."""
    actions = Actions()

    class Answers(Handler):
        def respond(self) -> None:
            status, body = actions.answer(json.loads(self.posted()))
            self.answer(status, body, {"Content-Type": "application/json"})

    with serving(Answers) as url:
        actions.url = f"{url}/webhook"
        yield actions
