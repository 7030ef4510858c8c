"""Reading Twilio's webhooks: whatever arrives, what can be understood is, and nothing raises.

Fields as in Twilio's documentation of the incoming message's webhook and of status callbacks, read in November 2026.
Twilio gives no time of writing, so a message is as old as its webhook.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from siaga.turns.messages import Batch, Delivery, Incoming, Kind, Oddity, Preference, message_key
from siaga.whatsapp.twilio.errors import verdict

TEXT_LENGTH = 4096
TITLE_LENGTH = 256
MOST_FILES = 10

_SID = re.compile(r"[A-Z]{2}[0-9a-fA-F]{32}")
_PHONE = re.compile(r"\+?([0-9]{5,20})")
_USER_ID = re.compile(r"[A-Z]{2}\.(?:ENT\.)?[0-9A-Za-z]{1,128}")
_UNWRITABLE = re.compile("[\ud800-\udfff\x00]")
_CHANNEL = "whatsapp:"

_STATUSES = {
    "sent": "sent",
    "delivered": "delivered",
    "read": "read",
    "failed": "failed",
    "undelivered": "failed",
}
# On their way: nothing that we did not know.
_UNDER_WAY = frozenset({"accepted", "scheduled", "queued", "sending", "receiving", "received", "canceled"})
# Twilio has answered these words itself, and keeps our messages back after the first.
_OPT_OUTS = {"STOP": False, "START": True, "HELP": None}
_SILENT = frozenset({"reaction", "system", "request_welcome"})
_VCARDS = frozenset({"text/vcard", "text/x-vcard", "text/directory"})
_REFERRAL = {
    "source_type": "ReferralSourceType",
    "source_id": "ReferralSourceId",
    "headline": "ReferralHeadline",
    "body": "ReferralBody",
    "source_url": "ReferralSourceUrl",
}

Fields = Mapping[str, str]
Content = tuple[Kind, dict[str, Any]]


def parse_message(fields: Fields, at: datetime) -> Batch:
    """Read an incoming message; ``at`` is when its webhook came."""
    sid = fields.get("MessageSid") or fields.get("SmsMessageSid") or ""
    if not _SID.fullmatch(sid):
        return _odd("a message without an id", fields)
    if not fields.get("From", "").startswith(_CHANNEL):
        return _odd("a message that did not come by WhatsApp", fields)
    phone, user_id = _sender(fields)
    if not phone and not user_id:
        return _odd("a message from nobody", fields)
    around = _around(fields)
    messages = [
        Incoming(sid if not number else f"{sid}.{number}", at, kind, content, phone, user_id, around)
        for number, (kind, content) in enumerate(_contents(fields))
    ]
    welcome = _OPT_OUTS.get(fields.get("OptOutType", ""))
    preferences = [] if welcome is None else [Preference(at, welcome, phone, user_id)]
    return Batch(messages=messages, preferences=preferences)


def parse_status(fields: Fields, key: str | None, at: datetime) -> Batch:
    """Read how far a message has come; ``key`` is our id of it, from the address that we gave with the message."""
    sid = fields.get("MessageSid") or fields.get("SmsSid") or ""
    status = (fields.get("MessageStatus") or fields.get("SmsStatus") or "").lower()
    if status in _UNDER_WAY:
        return Batch()
    if not _SID.fullmatch(sid) or status not in _STATUSES:
        return _odd("a status that is not known", fields)
    known = _STATUSES[status]
    code = _code(fields.get("ErrorCode"))
    return Batch(
        deliveries=[
            Delivery(
                wamid=sid,
                status=known,
                at=at,
                key=_clean(key, 32) if key else None,
                error_code=code,
                verdict=verdict(code) if known == "failed" else None,
            )
        ]
    )


def _odd(reason: str, fields: Fields) -> Batch:
    return Batch(oddities=[Oddity(reason, {_clean(name): _clean(value) for name, value in fields.items()})])


def _clean(text: str, length: int = TEXT_LENGTH) -> str:
    """Text that can be stored."""
    return _UNWRITABLE.sub("", text[:length])


def _code(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch(r"\d{1,9}", text, re.ASCII) else None


def _sender(fields: Fields) -> tuple[str | None, str | None]:
    """Phone number and user id: who hides the number has the user id in its place."""
    phone = user_id = None
    for name in ("From", "ExternalUserId"):
        address = fields.get(name, "").removeprefix(_CHANNEL)
        number = _PHONE.fullmatch(address)
        if number:
            phone = phone or number[1]
        elif _USER_ID.fullmatch(address):
            user_id = user_id or address
    return phone, user_id


def _around(fields: Fields) -> dict[str, Any]:
    around: dict[str, Any] = {}
    quoted = fields.get("OriginalRepliedMessageSid", "")
    if _SID.fullmatch(quoted):
        around["quotes"] = message_key(quoted)
    if fields.get("FrequentlyForwarded", "").lower() == "true":
        around["forwarded"] = "often"
    elif fields.get("Forwarded", "").lower() == "true":
        around["forwarded"] = "once"
    referral = {name: _clean(fields[field], 1024) for name, field in _REFERRAL.items() if fields.get(field)}
    if referral:
        around["referral"] = referral
    return around


def _contents(fields: Fields) -> list[Content]:
    """What was said: one thing, or several files that were sent as one."""
    type_ = fields.get("MessageType", "").lower()
    if fields.get("OptOutType") in _OPT_OUTS:
        return [("ignored", {"event": "opt_out"})]
    if type_ in _SILENT:
        return [("ignored", {"event": type_})]
    body = _clean(fields.get("Body", ""))
    if "Latitude" in fields or "Longitude" in fields:
        return [_location(fields)]
    if fields.get("ListId"):
        title = _clean(fields.get("ListTitle") or body, TITLE_LENGTH)
        return [("option", {"id": _clean(fields["ListId"], TITLE_LENGTH), "title": title})]
    if fields.get("ButtonPayload") or fields.get("ButtonText"):
        title = _clean(fields.get("ButtonText") or body, TITLE_LENGTH)
        return [("option", {"id": _clean(fields.get("ButtonPayload", ""), TITLE_LENGTH), "title": title})]
    if fields.get("InteractiveData"):
        return [_form(fields["InteractiveData"])]
    files = _files(fields, body)
    if files:
        return files
    if type_ in ("contacts", "contact"):
        return [("contacts", {"phones": []})]
    if type_ == "order":
        return [("order", {})]
    if body.strip():
        return [("text", {"text": body})]
    return [("unsupported", {"type": _clean(type_, 40)} if type_ else {})]


def _location(fields: Fields) -> Content:
    try:
        lat, lon = float(fields["Latitude"]), float(fields["Longitude"])
    except (KeyError, ValueError):
        return "unsupported", {"type": "location"}
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        return "unsupported", {"type": "location"}
    place: dict[str, Any] = {"lat": lat, "lon": lon}
    name = fields.get("Label") or fields.get("Address")
    if name:
        place["name"] = _clean(name, TITLE_LENGTH)
    return "location", place


def _form(text: str) -> Content:
    """A filled-in Flow: Twilio passes its answer on as JSON."""
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict):
        return "unsupported", {"type": "form"}
    token = answer.pop("flow_token", None)
    return "form", {"fields": _cleaned(answer)} | (
        {"token": _clean(token, TITLE_LENGTH)} if isinstance(token, str) else {}
    )


def _cleaned(value: Any) -> Any:
    """The same with text that can be stored."""
    if isinstance(value, dict):
        return {_clean(name): _cleaned(held) for name, held in value.items()}
    if isinstance(value, list):
        return [_cleaned(held) for held in value]
    return _clean(value) if isinstance(value, str) else value


def _files(fields: Fields, caption: str) -> list[Content]:
    count = min(_code(fields.get("NumMedia")) or 0, MOST_FILES)
    found: list[Content] = []
    for number in range(count):
        url = fields.get(f"MediaUrl{number}", "")
        mime = _clean(fields.get(f"MediaContentType{number}", ""), 100).lower()
        if mime.partition(";")[0].strip() in _VCARDS:
            found.append(("contacts", {"phones": []}))
            continue
        family = mime.partition("/")[0]
        kind = family if family in ("image", "audio", "video") else "document"
        if mime == "image/webp":
            # Photos are JPEG or PNG.
            kind = "sticker"
        file: dict[str, Any] = {"media_kind": kind}
        if url.startswith(("https://", "http://")):
            file["media_id"] = _clean(url, 1000)
        if mime:
            file["mime"] = mime
        if caption.strip() and not found:
            file["caption"] = caption
        found.append(("media", file))
    return found
