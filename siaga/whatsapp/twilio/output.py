"""Rasa's output channel, and what turns it into messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from siaga.dialogue.door import Collector
from siaga.turns.messages import Draft, Option, Shown
from siaga.whatsapp.outage import apology
from siaga.whatsapp.reply import merge
from siaga.whatsapp.shown import shown_by_twilio as shown
from siaga.whatsapp.twilio.access import NAME
from siaga.whatsapp.twilio.client import TwilioClient
from siaga.whatsapp.twilio.render import page, render


class TwilioOutput(Collector):
    """Collects one turn's responses."""

    @classmethod
    def name(cls) -> str:
        """As in the domain's channel variants."""
        return NAME


class TwilioDoor:
    """WhatsApp by way of Twilio, as the turns see it."""

    name = NAME

    def __init__(self, client: TwilioClient, *, use_content: bool = True) -> None:
        self._client = client
        self._use_content = use_content

    def output(self) -> TwilioOutput:
        """A fresh collector."""
        return TwilioOutput()

    def render(self, responses: Sequence[Mapping[str, Any]], key: str) -> list[Draft]:
        """One turn's responses, joined into the fewest messages."""
        return render(merge(responses), key, use_content=self._use_content)

    def page(self, options: Sequence[Option], number: int, key: str) -> list[Draft]:
        """A page of options that were offered before."""
        return page(options, number, key, use_content=self._use_content)

    def shown(self, draft: Draft) -> Shown:
        """What is read in a message of ours."""
        return shown(draft)

    def apology(self, at: datetime) -> dict[str, Any] | None:
        """A template that says sorry to somebody who wrote ``at``."""
        return apology(at)

    async def began(self, wamid: str, number: str) -> None:
        """Show the read mark and that an answer is being written, where that is wanted."""
        await self._client.show_typing(wamid)
