"""Putting a message before Rasa: what was typed is understood, what was chosen is known."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from siaga.turns.inbox import Waiting
from siaga.turns.messages import Option
from siaga.turns.outbox import Offered

# As many options as WhatsApp shows as buttons or rows; more are written out with their numbers.
LIST_ROWS = 10
CANCEL = "/cancel"
# Stands for a message of which nothing is left.
NOTHING = "…"
LOCATION = "[lokasi]"

_PAYLOAD = re.compile(r"/(\w+)\s*(\{.*\})?\s*", re.DOTALL)
_NUMBER = re.compile(r"(?:no\.?|nomor|nomer|pilih(?:an)?)?\s*(\d{1,2})", re.IGNORECASE)
_TRAILING = " \t\n.,;:!?)\"'"


@dataclass(frozen=True)
class Read:
    """A message as Rasa gets it; ``parse_data`` is None where it is to be understood from the text."""

    text: str
    kind: str
    parse_data: dict[str, Any] | None = None


def read(message: Waiting, tapped: Option | None, offered: Offered | None) -> Read:
    """Read a message.

    ``tapped`` is our own option behind the id of an option message, if it is ours; ``offered`` what the contact was
    offered last.
    """
    content = message.content
    if message.kind == "location":
        return _known(LOCATION, "location", "share_location", {"location": content})
    if message.kind == "media":
        kind = str(content.get("media_kind") or "unsupported")
        return _known(f"[{kind}]", "media", "send_media", {"media_kind": kind})
    typed = str(content.get("title" if message.kind == "option" else "text") or "")
    option = tapped or typed_option(typed, offered)
    return (_chosen(option) if option else None) or Read(unarmed(typed), "text")


def metadata(
    message: Waiting, kind: str, *, has_phone: bool, previous: datetime | None
) -> dict[str, str | bool | float | None]:
    """What the actions are told about a message besides what was said; ``silence`` in seconds."""
    at = message.at.astimezone(timezone.utc)
    return {
        "message_id": message.key,
        "at": at.isoformat(),
        "kind": kind,
        "phone": has_phone,
        "silence": max(0.0, (at - previous).total_seconds()) if previous else None,
    }


def unarmed(text: str) -> str:
    """Typed text that Rasa cannot take for a command: without slashes in front."""
    return re.sub(r"^[\s/]+", "", text).strip() or NOTHING


def typed_option(text: str, offered: Offered | None) -> Option | None:
    """The offered option that was typed, by its label or its number.

    A number counts only as long as nothing else has been answered since: later it answers something else.
    """
    if not offered:
        return None
    said = _plain(text)
    for option in offered.options:
        if said and said == _plain(option.label):
            return option
    number = _NUMBER.fullmatch(said) if offered.newest else None
    if not number or not 1 <= int(number[1]) <= len(offered.options):
        return None
    chosen = offered.options[int(number[1]) - 1]
    # Buttons and rows show no numbers: who answers "3" to a question of how many does not mean the third, "Batal".
    unseen = len(offered.options) <= LIST_ROWS
    return None if unseen and chosen.payload == CANCEL else chosen


def _plain(text: str) -> str:
    return " ".join(text.split()).rstrip(_TRAILING).casefold()


def _chosen(option: Option) -> Read | None:
    payload = _PAYLOAD.fullmatch(option.payload.strip())
    if not payload:
        return None
    try:
        entities = json.loads(payload[2]) if payload[2] else {}
    except ValueError:
        return None
    return _known(option.label, "option", payload[1], entities)


def _known(text: str, kind: str, intent: str, entities: dict[str, Any]) -> Read:
    name = {"name": intent, "confidence": 1.0}
    found = [
        {"entity": entity, "value": value, "start": 0, "end": 0, "extractor": "option"}
        for entity, value in entities.items()
    ]
    return Read(text, kind, {"text": text, "intent": name, "entities": found, "intent_ranking": [dict(name)]})
