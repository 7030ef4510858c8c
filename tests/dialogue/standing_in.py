"""What stands in Rasa's place where a test is about the worker: ready at once, it understands what it is told."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from rasa.core.channels.channel import UserMessage
from rasa.shared.core.domain import Domain

from siaga.dialogue import turn as turns


class StandIn:
    """All of an agent that a worker asks for; what it answers is up to whoever makes one of it."""

    def __init__(self) -> None:
        self.action_endpoint = None
        self.processor = SimpleNamespace(action_endpoint=None, parse_message=self.parse)
        self.domain = Domain.empty()
        self.nlg = None

    def is_ready(self) -> bool:
        return True

    async def parse(self, message: UserMessage) -> dict[str, Any]:
        """What is understood of a message: nothing."""
        return {}

    async def handle_message(self, message: UserMessage) -> None:
        """A turn."""
        raise NotImplementedError

    async def say(self, message: UserMessage, said: dict[str, Any]) -> None:
        """Answer a message, and keep that the turn has ended."""
        turns.current_turn().kept = [{"event": "action", "name": "action_listen", "timestamp": 1.0}]
        await message.output_channel.send_response(message.sender_id, said)
