"""Contacts, their chats and the media in them, rebuilt from the journal at start."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from siaga.simulator.catalogue import Template
from siaga.simulator.clock import iso

NUMBERS = {"people": range(1, 900), "preview": range(900, 1000), "programs": range(1000, 10000)}
"""The last four digits of 62800-0000-xxxx: some for people at the chat page, of which some are shown what staff have
not published yet (``siaga.start.environment.PREVIEW_NUMBERS``), the rest for scenarios and tests."""

_ORDER = {"accepted": 0, "sent": 1, "delivered": 2, "read": 3, "played": 4}


class NumbersUsedUp(RuntimeError):
    """All reserved test numbers have been given away."""


def new_message_id() -> str:
    return "wamid." + base64.b64encode(secrets.token_bytes(24)).decode()


@lru_cache(maxsize=10_000)
def user_id(wa_id: str, owner: int = 0) -> str:
    """The business-scoped user id of a number's ``owner``-th owner; the same one each time, as the bot would see it."""
    seed = f"siaga-simulator:{wa_id}" + (f":{owner}" if owner else "")
    return "ID." + hashlib.sha256(seed.encode()).hexdigest()[:20].upper()


def _goes_on(old: str, new: str) -> bool:
    """Whether a message may go from one status to another: never back, and it fails only before it was delivered."""
    return _ORDER.get(old, 9) < 2 if new == "failed" else old != "failed" and _ORDER[new] > _ORDER[old]


@dataclass
class Message:
    """One message of a chat.

    ``direction`` is the bot's: ``in`` from the citizen, ``out`` to the citizen. ``at`` is Unix seconds by the
    simulator's clock. ``status`` of an inbound message: ``sent`` (the webhook is on its way), ``delivered`` (the bot
    answered 200), ``read`` (the bot marked it); of an outbound one: Meta's. ``since`` is when an inbound message set
    out for the bot, where that is not ``at``. ``shown`` is what the citizen reads of a template,
    ``error`` why a message failed: ``{"code", "title", …}``, as its status told the bot. ``ours`` is the bot's number
    that it came to, or from, by its id; None is the first.
    """

    id: str
    direction: str
    at: float
    message: dict[str, Any]
    status: str
    emoji: str | None = None
    since: float | None = None
    shown: dict[str, Any] | None = None
    error: dict[str, Any] | None = None
    ours: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The entry that programs and the page read."""
        entry: dict[str, Any] = {
            "id": self.id,
            "direction": self.direction,
            "at": iso(self.at),
            "status": self.status,
            "message": self.message,
        }
        if self.emoji:
            entry["reaction"] = self.emoji
        if self.shown:
            entry["shown"] = self.shown
        if self.error:
            entry["error"] = self.error
        if self.ours:
            entry["ours"] = self.ours
        return entry


@dataclass
class Chat:
    """A contact and what was said. ``hidden`` contacts have a user name: their number is not told to the bot.

    ``key`` stays with the chat when the number changes. ``blocked``: 0, or the error code that sends fail with since
    the contact has blocked the bot. ``heard_at``: when they last wrote, by the bot's number. ``typing_until`` and
    ``active_at`` are by the machine's clock.
    """

    key: str
    wa_id: str
    user_id: str
    name: str
    hidden: bool = False
    blocked: int = 0
    opted_out: bool = False
    messages: list[Message] = field(default_factory=list)
    typing_until: float = 0.0
    active_at: float = 0.0
    heard_at: dict[str | None, float] = field(default_factory=dict)

    @property
    def username(self) -> str | None:
        """What stands in place of a hidden number."""
        return "warga" + self.wa_id[-4:] if self.hidden else None

    def as_json(self) -> dict[str, Any]:
        """The contact as the list shows it."""
        return {
            "wa_id": self.wa_id,
            "name": self.name,
            "user_id": self.user_id,
            "hidden": self.hidden,
            "blocked": bool(self.blocked),
            "opted_out": self.opted_out,
            "messages": len(self.messages),
            "last": self.messages[-1].as_json() if self.messages else None,
        }


@dataclass(frozen=True)
class MediaRecord:
    """A received file, or one that the bot's number ``ours`` has uploaded; the bytes are the journal's."""

    id: str
    mime: str
    sha256: str
    size: int
    at: float
    inbound: bool
    ours: str | None = None


class Chats:
    """All chats in memory. ``apply`` is the only way to change them, so that a replay gives the same state."""

    def __init__(self) -> None:
        self._clear()
        self.offset = 0.0

    def _clear(self) -> None:
        self.by_number: dict[str, Chat] = {}
        self.media: dict[str, MediaRecord] = {}
        self.templates: dict[str, Template] = {}
        self.notices: dict[str, dict[str, Any]] = {}
        self.owners: Counter[str] = Counter()
        self._messages: dict[str, tuple[Chat, Message]] = {}
        self._user_ids: dict[str, Chat] = {}
        self.given: dict[str, int] = {}

    def find(self, message_id: str) -> tuple[Chat, Message] | None:
        return self._messages.get(message_id)

    def by_user_id(self, wanted: str) -> Chat | None:
        return self._user_ids.get(wanted)

    def next_number(self, kind: str) -> str:
        """A number of the range that was never given away and never wrote.

        Raises:
            NumbersUsedUp: there is none left.
        """
        numbers = NUMBERS[kind]
        for last in range(max(self.given.get(kind, 0) + 1, numbers.start), numbers.stop):
            wa_id = f"62800000{last:04d}"
            if wa_id not in self.by_number and wa_id not in self.owners:
                return wa_id
        raise NumbersUsedUp("all reserved test numbers of this kind are used; begin anew with an empty SIAGA_HOME")

    def apply(self, event: dict[str, Any]) -> None:
        """Change the state by one event of the journal; unknown kinds change nothing."""
        kind = event.get("event")
        if kind == "contact":
            self._contact(event)
        elif kind == "message":
            chat = self.by_number[event["wa_id"]]
            message = Message(
                event["id"],
                event["direction"],
                event["at"],
                event["message"],
                event["status"],
                since=event.get("since"),
                shown=event.get("shown"),
                ours=event.get("ours"),
            )
            chat.messages.append(message)
            self._messages[message.id] = (chat, message)
            if message.direction == "in":
                chat.heard_at[message.ours] = max(message.at, chat.heard_at.get(message.ours, 0.0))
        elif kind == "status":
            found = self._messages.get(event["id"])
            if found and _goes_on(found[1].status, event["status"]):
                found[1].status = event["status"]
                found[1].error = event.get("error")
        elif kind == "reaction":
            found = self._messages.get(event["id"])
            if found:
                found[1].emoji = event["emoji"] or None
        elif kind == "number":
            self._number(event)
        elif kind == "blocked":
            self.by_number[event["wa_id"]].blocked = event["code"]
        elif kind == "preference":
            self.by_number[event["wa_id"]].opted_out = event["value"] == "stop"
        elif kind == "notice":
            self.notices[event["id"]] = event
        elif kind == "notice_done":
            self.notices.pop(event["id"], None)
        elif kind == "template":
            self.templates[event["template"]["id"]] = Template(**event["template"])
        elif kind == "template_deleted":
            self.templates.pop(event["id"], None)
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
            known_as = user_id(wa_id, self.owners[wa_id])
            chat = self.by_number[wa_id] = self._user_ids[known_as] = Chat(known_as, wa_id, known_as, event["name"])
        chat.name, chat.hidden = event["name"], event["hidden"]
        self._give(wa_id, event.get("given"))

    def _give(self, wa_id: str, kind: str | None) -> None:
        last = int(wa_id[-4:])
        if kind and last in NUMBERS[kind]:
            self.given[kind] = max(self.given.get(kind, 0), last)

    def _number(self, event: dict[str, Any]) -> None:
        """The chat goes on under another number, and so under another user id."""
        old, new = event["from"], event["to"]
        chat = self.by_number.pop(old)
        del self._user_ids[chat.user_id]
        self.owners[old] += 1
        chat.wa_id, chat.user_id = new, user_id(new, self.owners[new])
        self.by_number[new] = self._user_ids[chat.user_id] = chat
        self._give(new, event.get("given"))
