"""Rasa's event broker on our turns: what a turn adds to the conversation is left with the turn, to be counted."""

from __future__ import annotations

from asyncio import AbstractEventLoop
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.utils.endpoints import EndpointConfig

from siaga.dialogue.counted import named
from siaga.dialogue.turn import current_turn


class TurnBroker(EventBroker):
    """Named in ``endpoints.yml``.

    Of an event only names are kept: the intent, the action, the form. The turn counts them in the transaction that ends
    it, so that each is counted once, however often the turn is run. Outside a turn (``rasa shell``) nothing is.
    """

    @classmethod
    async def from_endpoint_config(
        cls, broker_config: EndpointConfig, event_loop: AbstractEventLoop | None = None
    ) -> TurnBroker:
        """As Rasa makes it: there is nothing to set."""
        return cls()

    def publish(self, event: dict[str, Any]) -> None:
        """Leave the names of an event with the turn that is running, if it is this conversation's."""
        turn = current_turn()
        name = named(event)
        if turn is not None and turn.key == event.get("sender_id") and name is not None:
            turn.events.append(name)
