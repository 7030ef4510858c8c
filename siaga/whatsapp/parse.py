"""Reading Meta's webhooks: whatever arrives, what can be understood is, and nothing raises.

Shapes as in Meta's webhook reference, read in November 2026 for Graph API v25.0.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from siaga.turns.messages import Delivery, Incoming, Kind

TEXT_LENGTH = 4096
TITLE_LENGTH = 256
# Kinds of messages that are answered with a kind word that they cannot be read.
MEDIA = frozenset({"image", "audio", "video", "document", "sticker", "contacts", "order"})
# Events in a chat that nobody expects an answer to.
SILENT = frozenset({"reaction", "edit", "revoke", "system", "request_welcome"})
STATUSES = {"sent": "sent", "delivered": "delivered", "read": "read", "played": "read", "failed": "failed"}

_PHONE = re.compile(r"\d{5,20}")
_USER_ID = re.compile(r"[A-Z]{2}\.(?:ENT\.)?[0-9A-Za-z]{1,128}")
# Lone surrogates cannot be written as UTF-8, NUL cannot be stored in PostgreSQL.
_UNWRITABLE = re.compile("[\ud800-\udfff\x00]")
# Seconds since 1970 have ten digits until 2286; more are milliseconds.
_MILLISECONDS = 10**11

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Webhook:
    """What one POST brought."""

    messages: list[Incoming]
    deliveries: list[Delivery]


def parse(body: Any) -> Webhook:
    """Read a webhook's JSON. What is malformed is left out, and counted in the log by its kind only."""
    messages: list[Incoming] = []
    deliveries: list[Delivery] = []
    for value in _values(body):
        user_ids = _user_ids(value)
        for raw in _list(value.get("messages")):
            try:
                messages.append(_message(raw, user_ids))
            except (KeyError, TypeError, ValueError, OverflowError) as error:
                log.warning("left out a malformed message: %s", type(error).__name__)
        for raw in _list(value.get("statuses")):
            try:
                deliveries.append(_delivery(raw))
            except (KeyError, TypeError, ValueError, OverflowError) as error:
                log.warning("left out a malformed status: %s", type(error).__name__)
    return Webhook(messages, deliveries)


def clean(text: str, length: int = TEXT_LENGTH) -> str:
    """Text that can be stored: without lone surrogates and NUL, and no longer than ``length``."""
    return _UNWRITABLE.sub("", text[:length])


def _values(body: Any) -> Iterator[dict[str, Any]]:
    for entry in _list(_dict(body).get("entry")):
        for change in _list(_dict(entry).get("changes")):
            if _dict(change).get("field", "messages") == "messages":
                yield _dict(_dict(change).get("value"))


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any, length: int = TEXT_LENGTH) -> str:
    if not isinstance(value, str):
        raise TypeError("text expected")
    return clean(value, length)


def _phone(value: Any) -> str | None:
    digits = value.lstrip("+") if isinstance(value, str) else ""
    return digits if _PHONE.fullmatch(digits) else None


def _user_id(value: Any) -> str | None:
    return value if isinstance(value, str) and _USER_ID.fullmatch(value) else None


def _user_ids(value: dict[str, Any]) -> dict[str, str]:
    """User ids by phone number, from the contacts that come along."""
    pairs = ((_phone(_dict(c).get("wa_id")), _user_id(_dict(c).get("user_id"))) for c in _list(value.get("contacts")))
    return {phone: user_id for phone, user_id in pairs if phone and user_id}


def _at(value: Any) -> datetime:
    """A Unix time in seconds, as a string, a number, or, as happens, in milliseconds; now if it cannot be read."""
    try:
        seconds = float(value)
        if seconds >= _MILLISECONDS:
            seconds /= 1000
        return datetime.fromtimestamp(seconds, timezone.utc)
    except (TypeError, ValueError, OverflowError, OSError):
        return datetime.now(timezone.utc)


def _id(raw: dict[str, Any]) -> str:
    found = _text(raw["id"], 512)
    if not found:
        raise ValueError("an empty id")
    return found


def _message(raw: Any, user_ids: dict[str, str]) -> Incoming:
    raw = raw if isinstance(raw, dict) else {}
    wamid = _id(raw)
    phone = _phone(raw.get("from"))
    user_id = _user_id(raw.get("from_user_id")) or user_ids.get(phone or "")
    if not phone and not user_id:
        raise ValueError("nobody sent it")
    try:
        kind, content = _content(raw)
    except (KeyError, TypeError, ValueError):
        # Somebody wrote something: better a kind word than silence.
        kind, content = "media", {"media_kind": "unsupported"}
    return Incoming(wamid, _at(raw.get("timestamp")), kind, content, phone, user_id)


def _content(raw: dict[str, Any]) -> tuple[Kind, dict[str, Any]]:
    type_ = raw.get("type")
    if type_ in SILENT or raw.get("group_id"):
        return "ignored", {}
    if type_ == "text":
        return "text", {"text": _text(raw["text"]["body"])}
    if type_ == "interactive":
        return _interactive(raw["interactive"])
    if type_ == "button":
        button = raw["button"]
        return "option", {"id": _text(button["payload"], TITLE_LENGTH), "title": _text(button["text"], TITLE_LENGTH)}
    if type_ == "location":
        return "location", _location(raw["location"])
    if type_ in MEDIA:
        caption = _dict(raw.get(type_)).get("caption")
        if isinstance(caption, str) and clean(caption).strip():
            return "text", {"text": clean(caption)}
        return "media", {"media_kind": type_}
    return "media", {"media_kind": "unsupported"}


def _interactive(raw: dict[str, Any]) -> tuple[Kind, dict[str, Any]]:
    for type_ in ("button_reply", "list_reply"):
        if type_ in raw:
            reply = raw[type_]
            return "option", {"id": _text(reply["id"], TITLE_LENGTH), "title": _text(reply["title"], TITLE_LENGTH)}
    if "call_permission_reply" in raw:
        return "ignored", {}
    return "media", {"media_kind": "unsupported"}


def _location(raw: dict[str, Any]) -> dict[str, Any]:
    lat, lon = float(raw["latitude"]), float(raw["longitude"])
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise ValueError("nowhere on earth")
    place: dict[str, Any] = {"lat": lat, "lon": lon}
    if isinstance(raw.get("name"), str):
        place["name"] = clean(raw["name"], TITLE_LENGTH)
    return place


def _delivery(raw: Any) -> Delivery:
    raw = raw if isinstance(raw, dict) else {}
    key = raw.get("biz_opaque_callback_data")
    code = _dict(next(iter(_list(raw.get("errors"))), None)).get("code")
    return Delivery(
        _id(raw),
        STATUSES[raw["status"]],
        _at(raw.get("timestamp")),
        clean(key, 32) if isinstance(key, str) and key else None,
        code if isinstance(code, int) and abs(code) < 2**31 else None,
    )
