"""What a citizen of the stock bot's reads and writes, and what was done in each turn of either bot.

The REST channel hands out texts and buttons; they are read as WhatsApp would show them, so that the same citizens can
go through the same visits with both bots.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.citizens import Content, Heard, heard
from siaga.dialogue.reading import turned_page, typed_option, unarmed
from siaga.turns.messages import Draft, Option
from siaga.turns.offers import Offered
from siaga.whatsapp.render import page, render
from siaga.whatsapp.reply import merge

Done = tuple[str, ...]
"""Of a turn: actions and forms, questions asked and responses said, by their names, in order."""

_KEY = "stock"
_LISTENS = "action_listen"


@dataclass
class Conversation:
    """What was offered last, for whoever answers by a tap or in the option's words."""

    options: list[Option] = field(default_factory=list)
    newest: bool = False

    def hear(self, messages: Iterable[Mapping[str, Any]]) -> Heard:
        """What the REST channel answered, as the first message on a phone shows it."""
        return self._shown(render(merge(messages), _KEY))

    def asks(self, content: Content) -> str | Heard:
        """What is posted for a message: a text, or an option's payload, whether tapped or written in its words.

        Where it only turns a page of options, that page: of such a message Rasa hears nothing.
        """
        if content["type"] == "text":
            typed = content["text"]["body"]
            option = typed_option(typed, Offered(self.options, self.newest) if self.options else None)
        else:
            tapped = content["interactive"][content["interactive"]["type"]]
            typed = tapped["title"]
            option = next((one for one in self.options if one.id == tapped["id"]), None)
        if (number := turned_page(option)) is not None:
            return self._shown(page(self.options, number, _KEY))
        return option.payload if option else unarmed(typed)

    def _shown(self, drafts: Sequence[Draft]) -> Heard:
        offering = next((draft for draft in drafts if draft.options), None)
        self.newest = offering is not None
        if offering:
            self.options = list(offering.options)
        return heard(drafts[0].payload) if drafts else Heard()


def is_payload(text: str) -> bool:
    """Whether a text is an option's payload, and nothing that is to be understood."""
    return re.match(r"/\w", text) is not None


def turns(events: Iterable[Mapping[str, Any]]) -> dict[str, Done]:
    """What was done in each turn of a conversation that Rasa has kept, by the ``message_id`` of its metadata."""
    found: dict[str, list[str]] = {}
    done: list[str] = []
    for event in events:
        kind, name = event["event"], event.get("name")
        if kind == "user":
            done = found.setdefault((event.get("metadata") or {}).get("message_id") or "", [])
        elif kind == "bot":
            done.append((event.get("metadata") or {}).get("utter_action") or "says")
        elif kind == "slot" and name == "requested_slot":
            done.append(f"asks {event['value']}")
        elif kind == "action" and name != _LISTENS:
            done.append(str(name))
    return {message: tuple(done) for message, done in found.items() if message}


def understood_itself(events: Iterable[Mapping[str, Any]]) -> tuple[int, int]:
    """Of how many typed messages the stock pipeline had understood what it was told, and how many were typed."""
    right = typed = 0
    for event in events:
        parsed = event.get("parse_data") or {}
        ranking = parsed.get("intent_ranking") or []
        if event["event"] == "user" and ranking and not is_payload(event.get("text") or ""):
            typed += 1
            right += ranking[0]["name"] == parsed["intent"]["name"]
    return right, typed
