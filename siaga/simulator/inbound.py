"""What a citizen may send: Meta's inbound forms, checked, and completed where a tester left something out.

Source: Meta's webhook reference of the messages field, read in November 2026, and its OpenAPI file v23.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from siaga.simulator.limits import MEDIA_KINDS

UNSUPPORTED = {
    131051: ("Message type unknown", "Message type is currently not supported."),
    131060: ("This message is currently unavailable", "This message is currently unavailable."),
}
REPLIES = {
    "button_reply": ("id", "title"),
    "list_reply": ("id", "title"),
    "nfm_reply": ("response_json",),
    "call_permission_reply": ("response",),
}
# kinds whose content Meta sends without a block of its own name, or with one that may be empty
_BARE = ("unsupported", "unknown", "request_welcome")
_OURS = ("id", "from", "from_user_id", "timestamp", "age", "code", "to")
_NEEDED: dict[str, tuple[str, ...]] = {
    "text": ("body",),
    "button": ("text",),
    "reaction": ("message_id",),
    "revoke": ("original_message_id",),
    "order": ("catalog_id",),
}

Media = Callable[[str, dict[str, Any]], dict[str, Any]]
"""Completes a media block of a kind: id, mime_type, sha256, url. Raises MessageUnclear for an unknown id."""


class MessageUnclear(ValueError):
    """A citizen's message that is not in the Cloud API's inbound form."""


def completed(message: Any, media: Media) -> dict[str, Any]:
    """The message as it stands in a webhook, less id, sender and timestamp.

    Raises:
        MessageUnclear: it is not in Meta's form; the text says what is.
    """
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        raise MessageUnclear('a message is an object with a type, such as {"type": "text", "text": {"body": "halo"}}')
    content = {key: value for key, value in message.items() if key not in _OURS}
    kind = content["type"]
    if kind in MEDIA_KINDS:
        content[kind] = media(kind, _object(content.get(kind) or {}, f"{kind} is an object, such as {{}} for a sample"))
    elif kind in _BARE:
        if kind != "request_welcome":
            _unsupported(content, message.get("code", 131051))
    elif not isinstance(content.get(kind), (dict, list)):
        raise MessageUnclear(f"a message of type {kind} has its content under {kind!r}")
    for part in _NEEDED.get(kind, ()):
        if not isinstance(content[kind], dict) or not isinstance(content[kind].get(part), str):
            raise MessageUnclear(f"{kind} needs {part}, a string")
    if kind in _COMPLETERS:
        _COMPLETERS[kind](content, media)
    if "context" in content:
        content["context"] = _context(content["context"])
    if "referral" in content:
        _object(content["referral"], 'referral is {"source_url", "source_type": "ad"|"post", "source_id", …}')
    return content


def _object(value: Any, otherwise: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise MessageUnclear(otherwise)
    return value


def _unsupported(content: dict[str, Any], code: Any) -> None:
    if code not in UNSUPPORTED:
        raise MessageUnclear(f"code of an unsupported message is one of {', '.join(map(str, UNSUPPORTED))}")
    title, details = UNSUPPORTED[code]
    error = {"code": code, "title": title, "message": title, "error_data": {"details": details}}
    content.setdefault("errors", [error])


def _context(context: Any) -> dict[str, Any]:
    """``id`` (or ``message_id``, as sends have it) of what is quoted; forwarded marks and products go without."""
    context = _object(context, 'context is {"id": "<the message replied to>"} or {"forwarded": true}')
    found = {key: value for key, value in context.items() if key != "message_id"}
    quoted = context.get("id") or context.get("message_id")
    if isinstance(quoted, str):
        found["id"] = quoted
    elif quoted is not None or not found.keys() & {"forwarded", "frequently_forwarded", "referred_product"}:
        raise MessageUnclear('context is {"id": "<the message replied to>"} or {"forwarded": true}')
    return found


def _location(content: dict[str, Any], media: Media) -> None:
    for part in ("latitude", "longitude"):
        value = content["location"].get(part) if isinstance(content["location"], dict) else None
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise MessageUnclear(f"location needs {part}, a number")


def _contacts(content: dict[str, Any], media: Media) -> None:
    cards = content["contacts"]
    if not isinstance(cards, list) or not cards or not all(isinstance(card, dict) for card in cards):
        raise MessageUnclear('contacts is a list such as [{"name": {"formatted_name": "…"}, "phones": [{"phone"}]}]')
    content.setdefault("origin", "other")


def _interactive(content: dict[str, Any], media: Media) -> None:
    block = _object(content["interactive"], "interactive is an object")
    kind = block.get("type")
    if kind not in REPLIES:
        raise MessageUnclear(f"interactive.type is one of {', '.join(REPLIES)}")
    reply = dict(_object(block.get(kind), f"interactive has its content under {kind!r}"))
    if kind == "nfm_reply":
        if isinstance(reply.get("response_json"), dict):
            reply["response_json"] = json.dumps(reply["response_json"])
        reply = {"name": "flow", "body": "Sent", **reply}
    elif kind == "call_permission_reply":
        reply = {"response_source": "user_action", **reply}
    for part in REPLIES[kind]:
        if not isinstance(reply.get(part), str):
            raise MessageUnclear(f"interactive.{kind} needs {part}, a string")
    content["interactive"] = {**block, kind: reply}


def _order(content: dict[str, Any], media: Media) -> None:
    if not isinstance(content["order"].get("product_items"), list):
        raise MessageUnclear("order needs product_items, a list")


def _button(content: dict[str, Any], media: Media) -> None:
    # Meta repeats the label where the template gave no payload.
    content["button"] = {"payload": content["button"]["text"], **content["button"]}


def _edit(content: dict[str, Any], media: Media) -> None:
    edit = _object(content["edit"], "edit is an object")
    if not isinstance(edit.get("original_message_id"), str) or not isinstance(edit.get("message"), dict):
        raise MessageUnclear('edit is {"original_message_id": "wamid…", "message": {"type": "text", "text": {…}}}')
    content["edit"] = {**edit, "message": completed(edit["message"], media)}


_COMPLETERS: dict[str, Callable[[dict[str, Any], Media], None]] = {
    "location": _location,
    "contacts": _contacts,
    "interactive": _interactive,
    "order": _order,
    "button": _button,
    "edit": _edit,
}
