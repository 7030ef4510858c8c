"""What passes through the inbox and the outbox, in the house's own words."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from siaga.privacy import blind_index


# Meta's ids hold the citizen's phone number in base64, so what is kept of them is a keyed hash.
def message_key(wamid: str) -> str:
    """The id under which a message is kept, and which everything it causes carries: 32 hex digits."""
    return blind_index(wamid, "message").hex()[:32]


Kind = Literal["text", "option", "location", "media", "ignored"]


@dataclass(frozen=True)
class Incoming:
    """A message as it came in.

    ``content`` by kind: text ``{"text"}``; option ``{"id", "title"}``; location ``{"lat", "lon", "name"?}``;
    media ``{"media_kind"}``; ignored ``{}``. At least one of ``phone`` (digits) and ``user_id`` is given.
    """

    wamid: str
    at: datetime
    kind: Kind
    content: dict[str, Any] = field(repr=False)
    phone: str | None = field(default=None, repr=False)
    user_id: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Delivery:
    """How far a message of ours has come: ``status`` is sent, delivered, read or failed.

    ``key`` is our own id of the message, when the channel gives it back.
    """

    wamid: str
    status: str
    at: datetime
    key: str | None = None
    error_code: int | None = None


@dataclass(frozen=True)
class Option:
    """Something offered to be chosen: what the channel calls it, what the citizen reads, and what it stands for."""

    id: str
    label: str
    payload: str


@dataclass(frozen=True)
class Draft:
    """A message to send: the channel's own payload without its recipient, and what can be chosen in it."""

    payload: dict[str, Any] = field(repr=False)
    options: tuple[Option, ...] = ()
