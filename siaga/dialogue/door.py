"""What a channel must offer so that turns can be run for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from rasa.core.channels.channel import OutputChannel

from siaga.turns.messages import Draft, Option, Shown

_PARTS = ("text", "buttons", "image", "custom")


class Collector(OutputChannel):
    """Keeps what Rasa says in a turn, in order; nothing is sent before the turn has been committed."""

    def __init__(self) -> None:
        self.responses: list[dict[str, Any]] = []

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keep one response: ``text``, ``buttons``, ``image``, ``custom``."""
        self.responses.append(
            {part: message[part] for part in ("text", "buttons", "image", "custom") if message.get(part)}
        )


class Door(Protocol):
    """A channel, seen from the turns."""

    name: str

    def output(self) -> Collector:
        """A fresh collector, named like the channel so that its own variants of responses are chosen."""

    def render(self, responses: Sequence[Mapping[str, Any]], key: str) -> list[Draft]:
        """One turn's responses as messages to send; ids of options begin with ``<key>.``."""

    def page(self, options: Sequence[Option], number: int, key: str) -> list[Draft]:
        """A page of options that were offered before, as messages to send."""

    def shown(self, draft: Draft) -> Shown:
        """What somebody reads in a message of ours, to show it to a colleague."""

    def apology(self, at: datetime) -> dict[str, Any] | None:
        """What to send to somebody who wrote ``at``, if the time in which they may be answered freely is over."""

    async def began(self, wamid: str, number: str) -> None:
        """A message's turn has begun; ``number`` is ours that it came by. May fail, or take its time: nothing waits."""
