"""What passes through the inbox and the outbox, in the house's own words."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, Literal

from siaga.privacy import blind_index
from siaga.turns.roads import FIRST


# Meta's ids hold the citizen's phone number in base64, so what is kept of them is a keyed hash.
def message_key(wamid: str) -> str:
    """The id under which a message is kept, and which everything it causes carries: 32 hex digits."""
    return blind_index(wamid, "message").hex()[:32]


Kind = Literal[
    "text", "option", "location", "media", "form", "contacts", "order", "unsupported", "edit", "revoke", "ignored"
]
Forwarded = Literal["once", "often"]


class Verdict(Enum):
    """What to do about a message that the channel refused."""

    RETRY = "retry: the number as a whole is too fast, or the channel is unwell"
    RETRY_CONTACT = "retry, but only this contact is meant"
    RETRY_LATE = "retry after a long pause"
    RETRY_ONCE = "retry once, with its picture uploaded anew"
    PAUSE = "nothing can be sent until an operator has looked"
    WINDOW = "the contact has been silent for too long: only a template may be sent"
    BLOCKED = "the contact does not want our messages"
    OPTED_OUT = "the contact does not want what was not asked for"
    UNREACHABLE = "this contact cannot be reached"
    DROP = "never: the message itself is wrong"


@dataclass(frozen=True)
class Incoming:
    """A message as it came in.

    ``content`` by kind:

    * text ``{"text"}``; option ``{"id", "title"}``; location ``{"lat", "lon", "name"?}``
    * media ``{"media_kind": image|audio|video|document|sticker, "media_id"?, "mime"?, "sha256"? (hex), "caption"?,
      "filename"?, "voice"?}``
    * form, a filled-in WhatsApp Flow: ``{"fields": {…}, "token"?}``; contacts ``{"phones": [digits, …]}``; order ``{}``
    * unsupported ``{"type"?}``: something was written that cannot be read
    * edit ``{"original": <message key>, "text"?}``, revoke ``{"original": <message key>}``
    * ignored ``{"event"}``: nobody expects an answer

    ``around`` is what the channel says about the message: ``{"quotes"?: <message key>, "forwarded"?: once|often,
    "referral"?: {"source_type"?, "source_id"?, "headline"?, "body"?, "source_url"?}}``. At least one of ``phone``
    (digits) and ``user_id`` is given. ``number`` is that of ours which it came by (``siaga.turns.roads``).
    """

    wamid: str
    at: datetime
    kind: Kind
    content: dict[str, Any] = field(repr=False)
    phone: str | None = field(default=None, repr=False)
    user_id: str | None = field(default=None, repr=False)
    around: dict[str, Any] = field(default_factory=dict, repr=False)
    number: str = FIRST


@dataclass(frozen=True)
class AliasChange:
    """A contact has another phone number, or another user id, since ``at``. One of the old ones is given."""

    at: datetime
    phone: str | None = field(default=None, repr=False)
    user_id: str | None = field(default=None, repr=False)
    new_phone: str | None = field(default=None, repr=False)
    new_user_id: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Preference:
    """A contact told the channel, not us, whether messages that were not asked for are welcome."""

    at: datetime
    welcome: bool
    phone: str | None = field(default=None, repr=False)
    user_id: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Oddity:
    """Something that cannot be understood, to be looked at by people; ``reason`` holds nothing of its content."""

    reason: str
    raw: Any = field(repr=False)


@dataclass(frozen=True)
class Delivery:
    """How far a message of ours has come: ``status`` is sent, delivered, read or failed.

    ``key`` is our own id of the message, when the channel gives it back. ``verdict`` goes with failed. ``number`` is
    that of ours which sent it.
    """

    wamid: str
    status: str
    at: datetime
    key: str | None = None
    error_code: int | None = None
    verdict: Verdict | None = None
    number: str = FIRST


# An option with this payload and a number shows that page of the options of its message.
PAGE = "page:"


@dataclass(frozen=True)
class Option:
    """Something offered to be chosen: what the channel calls it, what the citizen reads, and what it stands for.

    ``description`` is a second line, where the channel shows one. ``also`` are other words for it, which count as long
    as nothing else has been answered since.
    """

    id: str
    label: str
    payload: str
    description: str = ""
    also: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """As it was written down, ``also`` is a list."""
        object.__setattr__(self, "also", tuple(self.also))


@dataclass(frozen=True)
class Draft:
    """A message to send: the channel's own payload without its recipient, and what can be chosen in it.

    ``options`` are all that were offered; the payload may show one page of them.
    """

    payload: dict[str, Any] = field(repr=False)
    options: tuple[Option, ...] = ()


@dataclass(frozen=True)
class Shown:
    """What somebody reads in a message of ours: its words, the labels to choose from, and a picture's reference."""

    text: str = field(repr=False)
    options: tuple[str, ...] = ()
    picture: str | None = None


@dataclass(frozen=True)
class Batch:
    """All that one delivery of a channel brought."""

    messages: list[Incoming] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    alias_changes: list[AliasChange] = field(default_factory=list)
    preferences: list[Preference] = field(default_factory=list)
    oddities: list[Oddity] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.messages or self.deliveries or self.alias_changes or self.preferences or self.oddities)
