"""What a message says: each of Meta's types in the house's own words."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from typing import Any

import phonenumbers

from siaga.turns.messages import Kind, message_key
from siaga.turns.storable import loads, storable
from siaga.whatsapp.inbound.values import as_dict, as_list, identifier, name, phone, some_text, text

Content = tuple[Kind, dict[str, Any]]

OPTION_LENGTH = 256
MIME_LENGTH = 100
FILE_NAME_LENGTH = 255
MOST_PHONES = 10
MEDIA = ("image", "audio", "video", "document", "sticker")
# A message that Meta has, but cannot give us now.
UNAVAILABLE = 131060

_MEDIA_ID = re.compile(r"[0-9A-Za-z_\-]{1,128}")
_HEX = re.compile(r"[0-9a-fA-F]{64}")
_VCARD_PHONE = re.compile(r"^(?:item\d+\.)?TEL([^:\r\n]*):([^\r\n]*)", re.IGNORECASE | re.MULTILINE)
_WA_ID = re.compile(r"waid=([0-9]+)")
# Numbers on a card without a country code are from here.
_REGION = "ID"


class UnknownType(ValueError):
    """A type of message, or of reply, that the reference does not have; the text is its name, if it has one."""


def content(raw: dict[str, Any]) -> Content:
    """What a message says, ``raw`` being a member of ``messages``.

    Raises:
        UnknownType: see there.
        KeyError, TypeError, ValueError: it is not in Meta's form.
    """
    if raw.get("group_id"):
        return "ignored", {"event": "group"}
    type_ = name(raw.get("type")) or ""
    if type_ not in _READERS:
        raise UnknownType(type_)
    return _READERS[type_](raw)


def _text(raw: dict[str, Any]) -> Content:
    return "text", {"text": text(raw["text"]["body"])}


def _button(raw: dict[str, Any]) -> Content:
    """A quick reply of a template; without a payload of its own, its text stands for it."""
    title = text(raw["button"]["text"], OPTION_LENGTH)
    return "option", {"id": some_text(raw["button"].get("payload"), OPTION_LENGTH) or title, "title": title}


def _interactive(raw: dict[str, Any]) -> Content:
    reply = raw["interactive"]
    if not isinstance(reply, dict):
        raise TypeError("an object expected")
    for type_ in ("button_reply", "list_reply"):
        if type_ in reply:
            chosen = reply[type_]
            return "option", {"id": text(chosen["id"], OPTION_LENGTH), "title": text(chosen["title"], OPTION_LENGTH)}
    if "nfm_reply" in reply:
        return _form(reply["nfm_reply"])
    if "call_permission_reply" in reply:
        return "ignored", {"event": "call_permission_reply"}
    raise UnknownType(f"interactive {name(reply.get('type')) or ''}")


def _form(reply: dict[str, Any]) -> Content:
    fields = loads(text(reply["response_json"], None).encode())
    if not isinstance(fields, dict):
        raise TypeError("a form is an object")
    token = some_text(fields.pop("flow_token", None), OPTION_LENGTH)
    form: dict[str, Any] = {"fields": storable(fields)}
    return "form", form | {"token": token} if token else form


def _location(raw: dict[str, Any]) -> Content:
    lat, lon = (_degrees(raw["location"][part]) for part in ("latitude", "longitude"))
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise ValueError("nowhere on earth")
    place: dict[str, Any] = {"lat": lat, "lon": lon}
    title = some_text(raw["location"].get("name"), OPTION_LENGTH)
    return "location", place | {"name": title} if title else place


def _degrees(value: Any) -> float:
    if isinstance(value, bool):
        raise TypeError("degrees expected")
    return float(value)


def _contacts(raw: dict[str, Any]) -> Content:
    """The numbers on the cards; there may be none."""
    if not isinstance(raw["contacts"], list):
        raise TypeError("a list expected")
    phones = (found for card in raw["contacts"] for found in _phones(as_dict(card)))
    return "contacts", {"phones": list(dict.fromkeys(phones))[:MOST_PHONES]}


def _phones(card: dict[str, Any]) -> list[str]:
    listed = [(as_dict(entry).get("wa_id"), as_dict(entry).get("phone")) for entry in as_list(card.get("phones"))]
    vcard = card.get("vcard")
    if not listed and isinstance(vcard, str):
        found = [(_WA_ID.search(match[1]), match[2]) for match in _VCARD_PHONE.finditer(vcard)]
        listed = [(wa_id[1] if wa_id else None, written) for wa_id, written in found]
    digits = (phone(wa_id) or _international(written) for wa_id, written in listed[:MOST_PHONES])
    return [number for number in digits if number]


def _international(written: Any) -> str | None:
    """A number as people write it, in digits with the country code."""
    try:
        number = phonenumbers.parse(written if isinstance(written, str) else "", _REGION)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164).lstrip("+")


def _media(raw: dict[str, Any]) -> Content:
    """A file; Meta gives no id where it does not let us have it, as with more than 100 MB."""
    kind = raw["type"]
    file = as_dict(raw.get(kind))
    if not file and not raw.get("errors"):
        raise KeyError(kind)
    found = {
        "media_kind": kind,
        "media_id": _media_id(file.get("id")),
        "mime": some_text(file.get("mime_type"), MIME_LENGTH),
        "sha256": _sha256(file.get("sha256")),
        "caption": some_text(file.get("caption")),
        "filename": some_text(file.get("filename"), FILE_NAME_LENGTH),
        "voice": True if file.get("voice") is True else None,
    }
    return "media", {key: value for key, value in found.items() if value is not None}


def _media_id(value: Any) -> str | None:
    """An id that may stand in an address."""
    digits = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    return digits if isinstance(digits, str) and _MEDIA_ID.fullmatch(digits) else None


def _sha256(value: Any) -> str | None:
    """Meta's base64 in hex."""
    if not isinstance(value, str):
        return None
    if _HEX.fullmatch(value):
        return value.lower()
    try:
        digest = base64.b64decode(value, altchars=b"-_" if "-" in value or "_" in value else None, validate=True)
    except (binascii.Error, ValueError):
        return None
    return digest.hex() if len(digest) == 32 else None


def _order(raw: dict[str, Any]) -> Content:
    return "order", {}


def _edit(raw: dict[str, Any]) -> Content:
    """An edited message; of a picture or video, the caption."""
    original = message_key(identifier(raw["edit"]["original_message_id"]))
    new = as_dict(raw["edit"].get("message"))
    type_ = new.get("type")
    block = as_dict(new.get(type_)) if isinstance(type_, str) else {}
    words = some_text(block.get("body") if type_ == "text" else block.get("caption"))
    change = {"original": original}
    return "edit", change | {"text": words} if words else change


def _revoke(raw: dict[str, Any]) -> Content:
    return "revoke", {"original": message_key(identifier(raw["revoke"]["original_message_id"]))}


def _unsupported(raw: dict[str, Any]) -> Content:
    """Something that Meta does not pass on. Where it says what, so do we."""
    error = as_dict(next(iter(as_list(raw.get("errors"))), None))
    type_ = name(as_dict(raw.get("unsupported")).get("type"))
    if type_ is None and error.get("code") in (UNAVAILABLE, str(UNAVAILABLE)):
        type_ = "unavailable"
    return "unsupported", {"type": type_} if type_ else {}


def _event(raw: dict[str, Any]) -> Content:
    return "ignored", {"event": raw["type"]}


_READERS: dict[str, Callable[[dict[str, Any]], Content]] = {
    "text": _text,
    "button": _button,
    "interactive": _interactive,
    "location": _location,
    "contacts": _contacts,
    **dict.fromkeys(MEDIA, _media),
    "order": _order,
    "edit": _edit,
    "revoke": _revoke,
    "unsupported": _unsupported,
    "unknown": _unsupported,
    # Nobody expects an answer to these.
    "reaction": _event,
    "request_welcome": _event,
    "system": _event,
}
