"""Contacts, their chats and the media in them, rebuilt from the journal at start."""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from siaga.simulator.clock import iso

NUMBERS = {"people": range(1, 1000), "programs": range(1000, 10000)}
"""The last four digits of 62800-0000-xxxx: some for people at the chat page, the rest for scenarios and tests."""

_ORDER = {"accepted": 0, "sent": 1, "delivered": 2, "read": 3, "failed": 4}


class NumbersUsedUp(RuntimeError):
    """All reserved test numbers have been given away."""


def new_message_id() -> str:
    return "wamid." + base64.b64encode(secrets.token_bytes(24)).decode()


@lru_cache(maxsize=10_000)
def user_id(wa_id: str) -> str:
    """The business-scoped user id of a number; the same one each time, as the bot would see it."""
    return "ID." + hashlib.sha256(b"siaga-simulator:" + wa_id.encode()).hexdigest()[:20].upper()


@dataclass
class Message:
    """One message of a chat.

    ``direction`` is the bot's: ``in`` from the citizen, ``out`` to the citizen. ``at`` is Unix seconds by the
    simulator's clock. ``status`` of an inbound message: ``sent`` (the webhook is on its way), ``delivered`` (the bot
    answered 200), ``read`` (the bot marked it); of an outbound one: Meta's.
    """

    id: str
    direction: str
    at: float
    message: dict[str, Any]
    status: str
    emoji: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The entry that programs and the page read."""
        entry = {
            "id": self.id,
            "direction": self.direction,
            "at": iso(self.at),
            "status": self.status,
            "message": self.message,
        }
        return {**entry, "reaction": self.emoji} if self.emoji else entry


@dataclass
class Chat:
    """A contact and what was said. ``hidden`` contacts have a user name: their number is not told to the bot."""

    wa_id: str
    name: str
    hidden: bool = False
    messages: list[Message] = field(default_factory=list)
    typing_until: float = 0.0
    last_inbound_at: float | None = None

    @property
    def user_id(self) -> str:
        return user_id(self.wa_id)

    def as_json(self) -> dict[str, Any]:
        """The contact as the list shows it."""
        return {
            "wa_id": self.wa_id,
            "name": self.name,
            "user_id": self.user_id,
            "hidden": self.hidden,
            "messages": len(self.messages),
            "last": self.messages[-1].as_json() if self.messages else None,
        }


@dataclass(frozen=True)
class MediaRecord:
    """An uploaded or received file; the bytes are the journal's."""

    id: str
    mime: str
    sha256: str
    size: int
    at: float
    inbound: bool


class Chats:
    """All chats in memory. ``apply`` is the only way to change them, so that a replay gives the same state."""

    def __init__(self) -> None:
        self._clear()
        self.offset = 0.0

    def _clear(self) -> None:
        self.by_number: dict[str, Chat] = {}
        self.media: dict[str, MediaRecord] = {}
        self._messages: dict[str, tuple[Chat, Message]] = {}
        self._user_ids: dict[str, str] = {}
        self.given: dict[str, int] = {}

    def find(self, message_id: str) -> tuple[Chat, Message] | None:
        return self._messages.get(message_id)

    def by_user_id(self, wanted: str) -> Chat | None:
        number = self._user_ids.get(wanted)
        return None if number is None else self.by_number[number]

    def next_number(self, kind: str) -> str:
        """A number of the range that was never given away and never wrote.

        Raises:
            NumbersUsedUp: there is none left.
        """
        numbers = NUMBERS[kind]
        for last in range(max(self.given.get(kind, 0) + 1, numbers.start), numbers.stop):
            wa_id = f"62800000{last:04d}"
            if wa_id not in self.by_number:
                return wa_id
        raise NumbersUsedUp("all reserved test numbers of this kind are used; begin anew with an empty SIAGA_HOME")

    def apply(self, event: dict[str, Any]) -> None:
        """Change the state by one event of the journal; unknown kinds change nothing."""
        kind = event.get("event")
        if kind == "contact":
            self._contact(event)
        elif kind == "message":
            chat = self.by_number[event["wa_id"]]
            message = Message(event["id"], event["direction"], event["at"], event["message"], event["status"])
            chat.messages.append(message)
            self._messages[message.id] = (chat, message)
            if message.direction == "in":
                chat.last_inbound_at = message.at
        elif kind == "status":
            found = self._messages.get(event["id"])
            # Statuses may arrive late; they never go back.
            if found and _ORDER[event["status"]] > _ORDER[found[1].status]:
                found[1].status = event["status"]
        elif kind == "reaction":
            found = self._messages.get(event["id"])
            if found:
                found[1].emoji = event["emoji"] or None
        elif kind == "media":
            fields = {key: value for key, value in event.items() if key != "event"}
            self.media[event["id"]] = MediaRecord(**fields)
        elif kind == "media_deleted":
            self.media.pop(event["id"], None)
        elif kind == "clock":
            self.offset = event["offset"]
        elif kind == "reset":
            self._clear()
            self.given = dict(event["given"])
            self.offset = event["offset"]

    def _contact(self, event: dict[str, Any]) -> None:
        wa_id = event["wa_id"]
        chat = self.by_number.get(wa_id)
        if chat is None:
            chat = self.by_number[wa_id] = Chat(wa_id, event["name"])
            self._user_ids[chat.user_id] = wa_id
        chat.name, chat.hidden = event["name"], event["hidden"]
        last = int(wa_id[-4:])
        for kind, numbers in NUMBERS.items():
            if event.get("given") == kind and last in numbers:
                self.given[kind] = max(self.given.get(kind, 0), last)
