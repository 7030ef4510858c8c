"""Rasa's output channel, and what turns it into messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from siaga.dialogue.door import Collector
from siaga.turns.messages import Draft, Option, Shown
from siaga.whatsapp.client import GraphClient
from siaga.whatsapp.outage import apology
from siaga.whatsapp.render import page, render
from siaga.whatsapp.reply import merge
from siaga.whatsapp.shown import shown

NAME = "whatsapp"


class WhatsAppOutput(Collector):
    """Collects one turn's responses."""

    @classmethod
    def name(cls) -> str:
        """As in the domain's channel variants."""
        return NAME


class WhatsAppDoor:
    """WhatsApp, as the turns see it."""

    name = NAME

    def __init__(self, client: GraphClient) -> None:
        self._client = client

    def output(self) -> WhatsAppOutput:
        """A fresh collector."""
        return WhatsAppOutput()

    def render(self, responses: Sequence[Mapping[str, Any]], key: str) -> list[Draft]:
        """One turn's responses, joined into the fewest messages."""
        return render(merge(responses), key)

    def page(self, options: Sequence[Option], number: int, key: str) -> list[Draft]:
        """A page of options that were offered before."""
        return page(options, number, key)

    def shown(self, draft: Draft) -> Shown:
        """What is read in a message of ours."""
        return shown(draft)

    def apology(self, at: datetime) -> dict[str, Any] | None:
        """A template that says sorry to somebody who wrote ``at``."""
        return apology(at)

    async def began(self, wamid: str, number: str) -> None:
        """Show the read mark and that an answer is being written."""
        await self._client.mark_read(wamid, typing=True, number=number)
