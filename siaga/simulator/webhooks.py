"""Meta's webhook JSON, built and signed."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Any

from siaga.simulator.chats import Chat, Message
from siaga.simulator.config import BUSINESS_ACCOUNT, BUSINESS_PHONE


@dataclass(frozen=True)
class Update:
    """One thing to tell the bot: a citizen's message, or a status of a message of the bot's."""

    wa_id: str
    kind: str
    """``message`` or ``status``"""
    message_id: str
    contact: dict[str, Any] | None
    member: dict[str, Any]
    due: float = 0.0
    """When to deliver it, by the event loop's clock."""


def contact_block(chat: Chat) -> dict[str, Any]:
    """``contacts[0]`` of a webhook; a contact with a user name shows no number."""
    block: dict[str, Any] = {"profile": {"name": chat.name}, "user_id": chat.user_id}
    if chat.hidden:
        block["profile"]["username"] = "warga" + chat.wa_id[-4:]
    else:
        block["wa_id"] = chat.wa_id
    return block


def message_update(chat: Chat, message: Message, due: float = 0.0) -> Update:
    """A citizen's message on its way to the bot."""
    sender = {"from_user_id": chat.user_id} if chat.hidden else {"from": chat.wa_id, "from_user_id": chat.user_id}
    member = {**sender, "id": message.id, "timestamp": str(int(message.at)), **message.message}
    if "context" in member:
        known = member["context"]
        member["context"] = {"from": BUSINESS_PHONE, **known}
    return Update(chat.wa_id, "message", message.id, contact_block(chat), member, due)


def status_update(
    chat: Chat, message: Message, status: str, at: float, error: dict[str, Any] | None = None, due: float = 0.0
) -> Update:
    """How a message of the bot's fared. A failed one names neither the contact nor its user id."""
    member: dict[str, Any] = {
        "id": message.id,
        "status": status,
        "timestamp": str(int(at)),
        "recipient_id": chat.wa_id,
        "recipient_user_id": chat.user_id,
    }
    opaque = message.message.get("biz_opaque_callback_data")
    if opaque is not None:
        member["biz_opaque_callback_data"] = opaque
    if status in ("sent", "delivered"):
        category = "utility" if message.message.get("type") == "template" else "service"
        member["pricing"] = {"billable": True, "pricing_model": "PMP", "category": category, "type": "regular"}
    if chat.hidden:
        del member["recipient_id"]
    if error is not None:
        member["errors"] = [error]
        if not chat.hidden:
            del member["recipient_user_id"]
        return Update(chat.wa_id, "status", message.id, None, member, due)
    return Update(chat.wa_id, "status", message.id, contact_block(chat), member, due)


def _change(phone_number_id: str, updates: list[Update]) -> dict[str, Any]:
    value: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": BUSINESS_PHONE, "phone_number_id": phone_number_id},
    }
    contacts: list[dict[str, Any]] = []
    for update in updates:
        if update.contact is not None and update.contact not in contacts:
            contacts.append(update.contact)
    if contacts:
        value["contacts"] = contacts
    value["messages" if updates[0].kind == "message" else "statuses"] = [update.member for update in updates]
    return {"field": "messages", "value": value}


def body(phone_number_id: str, updates: list[Update]) -> bytes:
    """One POST's body: neighbours of one contact and kind share a change; the bytes are the ones to sign.

    Meta writes everything beyond ASCII as ``\\uXXXX``, in lower-case hex.
    """
    groups: list[list[Update]] = []
    for update in updates:
        last = groups[-1][-1] if groups else None
        if last and last.kind == update.kind and (update.kind == "status" or last.wa_id == update.wa_id):
            groups[-1].append(update)
        else:
            groups.append([update])
    changes = [_change(phone_number_id, group) for group in groups]
    webhook = {"object": "whatsapp_business_account", "entry": [{"id": BUSINESS_ACCOUNT, "changes": changes}]}
    return json.dumps(webhook, separators=(",", ":"), ensure_ascii=True).encode("ascii")


def signature(secret: str, content: bytes) -> str:
    """The value of ``X-Hub-Signature-256``."""
    return "sha256=" + hmac.new(secret.encode(), content, hashlib.sha256).hexdigest()
