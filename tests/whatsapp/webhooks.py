"""Webhooks as Meta writes them, with made-up people.

Shapes: the examples of ``/whatsapp/webhooks`` in Meta's OpenAPI file v23 (text, product inquiry, ad, reaction, image,
location, contacts, unsupported, button, list reply, button reply, order, system, groups); the types that it lacks
(flow reply, call permission, voice, video, document, sticker, edit, revoke, welcome) and user ids from Meta's webhook
reference, read in November 2026; ``user_preferences`` from its page of that name, updated in 2026.
"""

from __future__ import annotations

import base64
import hashlib
import json
import time
from typing import Any

PHONE = "628000000001"
OTHER_PHONE = "628000000002"
USER_ID = "ID.13491208655302741918"
OTHER_USER_ID = "ID.20000000000000000002"
BUSINESS_PHONE = "628000009999"
# Just now: what was written weeks ago is not taken any more.
AT = int(time.time()) - 60
DIGEST = hashlib.sha256(b"Uji").digest()
_FILE = {"id": "1003383421387256", "sha256": base64.b64encode(DIGEST).decode()}
_QUOTE = {"from": BUSINESS_PHONE, "id": "wamid.quoted"}


def webhook(
    messages: list[Any] | None = None,
    statuses: list[Any] | None = None,
    contacts: list[Any] | None = None,
    **rest: Any,
) -> dict[str, Any]:
    """The envelope around messages or statuses."""
    value: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": BUSINESS_PHONE, "phone_number_id": "100000000000001"},
        **rest,
    }
    if messages is not None:
        value["messages"] = messages
    if statuses is not None:
        value["statuses"] = statuses
    if contacts is not None:
        value["contacts"] = contacts
    return change("messages", value)


def change(field: str, value: Any) -> dict[str, Any]:
    """The envelope around any field's value."""
    return {
        "object": "whatsapp_business_account",
        "entry": [{"id": "1", "changes": [{"field": field, "value": value}]}],
    }


def message(type_: str = "text", content: Any = None, wamid: str = "wamid.1", **rest: Any) -> dict[str, Any]:
    """One message of ``type_``."""
    content = {"body": "halo"} if content is None and type_ == "text" else content
    return {"id": wamid, "from": PHONE, "timestamp": str(AT), "type": type_, type_: content, **rest}


def contact(phone: str | None = PHONE, user_id: str | None = USER_ID) -> dict[str, Any]:
    """What comes along about the sender."""
    aliases = {"wa_id": phone, "user_id": user_id}
    return {"profile": {"name": "Warga Uji 001"}, **{key: value for key, value in aliases.items() if value}}


def status(wamid: str = "wamid.out", name: str = "delivered", **rest: Any) -> dict[str, Any]:
    """How far one of our messages has come."""
    return {
        "id": wamid,
        "status": name,
        "timestamp": str(AT),
        "recipient_id": PHONE,
        "recipient_user_id": USER_ID,
        "pricing": {"billable": True, "pricing_model": "PMP", "category": "service", "type": "regular"},
        **rest,
    }


def system(type_: str, **aliases: str) -> dict[str, Any]:
    """The ``system`` block of a message."""
    return {"body": "User Warga Uji 001 changed", "type": type_, **aliases}


def unsupported(code: int, type_: str | None = None) -> dict[str, Any]:
    """A message of which only an error is passed on."""
    title = "Message type unknown" if code == 131051 else "This message is unavailable"
    error = {"code": code, "title": title, "message": title, "error_data": {"details": title}}
    return message("unsupported", {"type": type_} if type_ else {}, errors=[error])


FLOW = {"name": "flow", "body": "Sent", "response_json": json.dumps({"nama": "Warga Uji 001", "flow_token": "t.1"})}
REFERRAL = {
    "source_url": "https://fb.me/uji",
    "source_id": "120226305854810726",
    "source_type": "ad",
    "body": "Ayo vaksin!",
    "headline": "Tanya Siaga",
    "media_type": "image",
    "image_url": "https://scontent.example/uji.jpg",
    "ctwa_clid": "Aff-uji",
    "welcome_message": {"text": "Halo!"},
}
CARD = {
    "name": {"first_name": "Warga", "formatted_name": "Warga Uji 002"},
    "org": {"company": "Puskesmas Uji"},
    "phones": [{"phone": "+62 800-0000-002", "wa_id": OTHER_PHONE, "type": "MOBILE"}],
}
CALL = {"response": "accept", "is_permanent": False, "expiration_timestamp": "1795320000", "response_source": "user"}
ORDER = {
    "catalog_id": "194836987003835",
    "text": "",
    "product_items": [{"product_retailer_id": "uji", "quantity": 2, "item_price": 30, "currency": "IDR"}],
}

MESSAGES: dict[str, dict[str, Any]] = {
    "text": message(from_user_id=USER_ID),
    "product inquiry": message(context=_QUOTE | {"referred_product": {"catalog_id": "1", "product_retailer_id": "u"}}),
    "from an ad": message(referral=REFERRAL),
    "forwarded": message(context={"forwarded": True}),
    "often forwarded": message(context={"frequently_forwarded": True}),
    "reaction": message("reaction", {"message_id": "wamid.quoted", "emoji": "👍"}),
    "reaction withdrawn": message("reaction", {"message_id": "wamid.quoted"}),
    "image": message("image", {**_FILE, "mime_type": "image/jpeg", "caption": "Hoaks?", "url": "https://lookaside/x"}),
    "voice": message("audio", {**_FILE, "mime_type": "audio/ogg; codecs=opus", "voice": True}),
    "video": message("video", {**_FILE, "mime_type": "video/mp4", "caption": "lihat"}),
    "document": message("document", {**_FILE, "mime_type": "application/pdf", "filename": "surat.pdf"}),
    "sticker": message("sticker", {**_FILE, "mime_type": "image/webp", "animated": False}),
    "too large": message("video", None, errors=[{"code": 131052, "title": "Media download error"}]),
    "location": message(
        "location", {"latitude": -7.25, "longitude": 112.75, "name": "Rumah", "address": "Jl. Uji", "url": "https://x"}
    ),
    "current location": message("location", {"latitude": -7.25, "longitude": 112.75}),
    "contacts": message("contacts", [CARD]),
    "own contact": message(
        "contacts", [{"origin": "contact_request", "vcard": f"BEGIN:VCARD\r\nTEL;waid={PHONE}:+62\r\nEND:VCARD"}]
    ),
    "unsupported": unsupported(131051),
    "poll": unsupported(131051, "poll_creation"),
    "unavailable": unsupported(131060),
    "template button": message("button", {"payload": "k.3", "text": "Ya"}, context=_QUOTE),
    "list reply": message(
        "interactive",
        {"type": "list_reply", "list_reply": {"id": "k.2", "title": "PKM", "description": "1 km"}},
        context=_QUOTE,
    ),
    "button reply": message(
        "interactive", {"type": "button_reply", "button_reply": {"id": "k.1", "title": "Setuju"}}, context=_QUOTE
    ),
    "flow reply": message("interactive", {"type": "nfm_reply", "nfm_reply": FLOW}, context=_QUOTE),
    "call permission": message("interactive", {"type": "call_permission_reply", "call_permission_reply": CALL}),
    "order": message("order", ORDER),
    "edit": message(
        "edit", {"original_message_id": "wamid.0", "message": {"type": "text", "text": {"body": "halo lagi"}}}
    ),
    "revoke": message("revoke", {"original_message_id": "wamid.0"}),
    "welcome": message("request_welcome", {}),
    "group": message(group_id="Z3JvdXA="),
    "new number": message("system", system("user_changed_number", wa_id=OTHER_PHONE)),
    "new number and id": message(
        "system",
        system("user_changed_number", wa_id=OTHER_PHONE, previous_user_id=USER_ID, user_id=OTHER_USER_ID),
    ),
    "identity": message("system", system("customer_identity_changed")),
}

NEW_USER_ID = {
    "id": "wamid.1",
    "timestamp": str(AT),
    "type": "system",
    "system": system("user_changed_user_id", previous_user_id=USER_ID, user_id=OTHER_USER_ID),
}

STATUSES: dict[str, dict[str, Any]] = {
    "sent": status(name="sent", biz_opaque_callback_data="0123456789abcdef01234567"),
    "delivered": status(),
    "read": status(name="read"),
    "played": status(name="played"),
    "failed": {
        "id": "wamid.out",
        "status": "failed",
        "timestamp": str(AT),
        "recipient_id": PHONE,
        "errors": [
            {
                "code": 131026,
                "title": "Message undeliverable",
                "message": "Message undeliverable",
                "error_data": {"details": "Message Undeliverable."},
                "href": "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/",
            }
        ],
    },
}

STOP = {
    "wa_id": PHONE,
    "detail": "User requested to stop marketing messages",
    "category": "marketing_messages",
    "value": "stop",
    "timestamp": AT,
}
USER_ID_UPDATE = {
    "wa_id": OTHER_PHONE,
    "detail": "User id changed",
    "user_id": {"previous": USER_ID, "current": OTHER_USER_ID},
    "timestamp": AT,
}
GROUP = {"timestamp": AT, "group_id": "Z3JvdXA=", "type": "group_create", "request_id": "1", "subject": "uji"}

WEBHOOKS: dict[str, dict[str, Any]] = {
    **{name: webhook([raw], contacts=[contact()]) for name, raw in MESSAGES.items() if raw["type"] != "system"},
    **{name: webhook([raw]) for name, raw in {**MESSAGES, "new id": NEW_USER_ID}.items() if raw["type"] == "system"},
    **{f"status {name}": webhook(statuses=[raw]) for name, raw in STATUSES.items()},
    "preference": change("user_preferences", {"contacts": [contact()], "user_preferences": [STOP]}),
    "user id update": change("user_id_update", {"user_id_update": [USER_ID_UPDATE]}),
    "group created": change("group_lifecycle_update", {"groups": [GROUP]}),
    "account update": change("account_update", {"event": "DISABLED_UPDATE"}),
    "account errors": webhook(errors=[{"code": 131042, "title": "Payment issue"}]),
}
"""One webhook of every kind that the reference has."""


def body(content: Any) -> bytes:
    """The bytes Meta would send: everything beyond ASCII escaped."""
    return json.dumps(content).encode("ascii")
