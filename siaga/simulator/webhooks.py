"""Meta's webhook JSON, built and signed."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass, replace
from typing import Any

from siaga.simulator.catalogue import Template
from siaga.simulator.chats import Chat, Message, new_message_id
from siaga.simulator.config import BUSINESS_ACCOUNT, BUSINESS_PHONE

Json = dict[str, Any]


@dataclass(frozen=True)
class Update:
    """One thing to tell the bot.

    ``kind``: ``message`` (a citizen's), ``status`` (of a message of the bot's), ``notice`` (anything else). ``lane`` is
    the chat's key, or the name of what else keeps its order. ``part`` names the list in the webhook's value that
    ``member`` stands in; without one, ``member`` is the whole value. ``since`` is when it was made, by the simulator's
    clock; it leaves ``delay`` seconds later. ``ours`` is the bot's number that it is about; None is the first.
    """

    lane: str
    kind: str
    id: str
    member: Json
    contact: Json | None = None
    part: str | None = "messages"
    field: str = "messages"
    since: float = 0.0
    delay: float = 0.0
    ours: str | None = None

    def as_json(self) -> Json:
        """All of it, for the journal."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


# ---- who and what --------------------------------------------------------------------------------------------------


def contact_block(chat: Chat, *, numbered: bool | None = None) -> Json:
    """``contacts[0]`` of a webhook; a contact with a user name shows no number, unless the bot has just used it."""
    block: Json = {"profile": {"name": chat.name}, "user_id": chat.user_id}
    if chat.username:
        block["profile"]["username"] = chat.username
    if numbered if numbered is not None else not chat.hidden:
        block["wa_id"] = chat.wa_id
    return block


def message_update(chat: Chat, message: Message, *, quoted: Message | None = None) -> Update:
    """A citizen's message on its way to the bot; ``quoted`` is the message it replies to, if that is known."""
    sender = {"from_user_id": chat.user_id} if chat.hidden else {"from": chat.wa_id, "from_user_id": chat.user_id}
    member = {**sender, "id": message.id, "timestamp": str(int(message.at)), **message.message}
    context = member.get("context", {})
    if "id" in context and "from" not in context:
        own = quoted is not None and quoted.direction == "in"
        author = {} if own and chat.hidden else {"from": chat.wa_id if own else BUSINESS_PHONE}
        member["context"] = {**author, **context}
    return Update(chat.key, "message", message.id, member, contact_block(chat), ours=message.ours)


def status_update(
    chat: Chat, message: Message, status: str, at: float, *, category: str | None = None, error: Json | None = None
) -> Update:
    """How a message of the bot's fared.

    A failed one names neither the contact nor, if it went to a phone number, its user id. ``category``: the status
    tells that the message is charged, as Meta does on ``sent`` and on one of ``delivered`` and ``read``.
    """
    numbered = bool(message.message.get("to")) or not chat.hidden
    member: Json = {"id": message.id, "status": status, "timestamp": str(int(at))}
    if numbered:
        member["recipient_id"] = chat.wa_id
    if status != "failed" or not message.message.get("to"):
        member["recipient_user_id"] = chat.user_id
    opaque = message.message.get("biz_opaque_callback_data")
    if opaque is not None:
        member["biz_opaque_callback_data"] = opaque
    if category is not None:
        member["pricing"] = {"billable": True, "pricing_model": "PMP", "category": category, "type": "regular"}
    if error is not None:
        member["errors"] = [error]
    contact = None if status == "failed" else contact_block(chat, numbered=numbered)
    if contact and status == "sent":
        contact["profile"].pop("username", None)
    return Update(chat.key, "status", message.id, member, contact, part="statuses", ours=message.ours)


def number_update(chat: Chat, old: tuple[str, str], at: float, *, previous: bool) -> Update:
    """A contact has another number and another user id; ``old`` are the former ones. There is no contacts array.

    Meta's changelog of 11 August 2026: ``user_changed_user_id`` where no number may be told; ``previous_user_id``
    (since then) in both. That ``from_user_id`` is the former id is inferred from ``from`` being the former number.
    """
    phone, user = old
    system: Json = {"user_id": chat.user_id}
    if previous:
        system["previous_user_id"] = user
    member: Json = {"id": new_message_id(), "from_user_id": user, "timestamp": str(int(at)), "type": "system"}
    if chat.hidden:
        body = f"User {chat.name} changed from {user} to {chat.user_id}"
        system |= {"type": "user_changed_user_id", "body": body}
    else:
        body = f"User {chat.name} changed from {phone} to {chat.wa_id}"
        system |= {"type": "user_changed_number", "body": body, "wa_id": chat.wa_id}
        member["from"] = phone
    return Update(chat.key, "notice", member["id"], {**member, "system": system})


def user_id_update(chat: Chat, previous: str, at: float) -> Update:
    """The field webhook that Meta's pages showed until August 2026."""
    member: Json = {
        "user_id": {"previous": previous, "current": chat.user_id},
        "detail": "The user's business-scoped user ID has changed",
        "timestamp": str(int(at)),
    }
    if not chat.hidden:
        member["wa_id"] = chat.wa_id
    return Update(chat.key, "notice", _id(), member, contact_block(chat), "user_id_update", "user_id_update")


def preference_update(chat: Chat, value: str, at: float) -> Update:
    """A contact stops or resumes marketing messages. Unlike elsewhere, Meta's timestamp here is a number."""
    member: Json = {
        "user_id": chat.user_id,
        "detail": f"User requested to {value} marketing messages",
        "category": "marketing_messages",
        "value": value,
        "timestamp": int(at),
    }
    if not chat.hidden:
        member["wa_id"] = chat.wa_id
    return Update(chat.key, "notice", _id(), member, contact_block(chat), "user_preferences", "user_preferences")


def template_update(template: Template) -> Update:
    """How a template's review, or its quality, has ended."""
    value: Json = {
        "event": template.status,
        "message_template_id": int(template.id),
        "message_template_name": template.name,
        "message_template_language": template.language,
        "message_template_category": template.category,
        "reason": template.reason,
    }
    return Update("templates", "notice", _id(), value, None, None, "message_template_status_update")


def _id() -> str:
    return "notice." + secrets.token_hex(12)


# ---- as other versions and faults have it ---------------------------------------------------------------------------


def disguised(
    update: Update, *, phone: bool = True, user_id: bool = True, contacts: bool = True, milliseconds: bool = False
) -> Update:
    """The update without numbers, without user ids, a status without contacts, or with times in milliseconds."""
    contact, member = update.contact, dict(update.member)
    if update.kind in ("message", "status"):
        left_out = set() if phone else {"from", "recipient_id", "wa_id"}
        left_out |= set() if user_id else {"from_user_id", "recipient_user_id", "user_id"}
        member = {key: value for key, value in member.items() if key not in left_out}
        contact = contact and {key: value for key, value in contact.items() if key not in left_out}
    if update.kind == "status" and not contacts:
        contact = None
    if milliseconds and "timestamp" in member:
        member["timestamp"] = type(member["timestamp"])(int(member["timestamp"]) * 1000)
    return replace(update, contact=contact, member=member)


# ---- bodies ---------------------------------------------------------------------------------------------------------


def _change(phone_number_id: str, updates: list[Update]) -> Json:
    first = updates[0]
    if first.part is None:
        return {"field": first.field, "value": first.member}
    value: Json = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": BUSINESS_PHONE, "phone_number_id": first.ours or phone_number_id},
    }
    contacts: list[Json] = []
    for update in updates:
        if update.contact is not None and update.contact not in contacts:
            contacts.append(update.contact)
    if contacts:
        value["contacts"] = contacts
    value[first.part] = [update.member for update in updates]
    return {"field": first.field, "value": value}


def _together(last: Update, update: Update) -> bool:
    """Whether two updates may share a change. Notices and messages without contacts stand alone."""
    if (update.kind, update.ours) != (last.kind, last.ours) or update.kind == "notice":
        return False
    return update.kind == "status" or (last.lane == update.lane and last.contact == update.contact)


def envelope(changes: list[Json], time: int | None = None) -> Json:
    """What every webhook is wrapped in; account and template updates say their time there."""
    entry: Json = {"id": BUSINESS_ACCOUNT, **({} if time is None else {"time": time}), "changes": changes}
    return {"object": "whatsapp_business_account", "entry": [entry]}


def body(phone_number_id: str, updates: list[Update], *, escaped: bool = True) -> bytes:
    """One POST's body: neighbours of one contact and kind share a change; the bytes are the ones to sign.

    Meta writes everything beyond ASCII as ``\\uXXXX``, in lower-case hex; not so when ``escaped`` is off.
    """
    groups: list[list[Update]] = []
    for update in updates:
        if groups and _together(groups[-1][-1], update):
            groups[-1].append(update)
        else:
            groups.append([update])
    changes = [_change(phone_number_id, group) for group in groups]
    alone = updates[0].part is None
    return encoded(envelope(changes, int(updates[0].since) if alone else None), escaped=escaped)


def encoded(webhook: Json, *, escaped: bool = True) -> bytes:
    """JSON as Meta writes it."""
    if not escaped:
        try:
            return json.dumps(webhook, separators=(",", ":"), ensure_ascii=False).encode()
        except UnicodeEncodeError:
            # Half a character, which UTF-8 cannot hold.
            pass
    return json.dumps(webhook, separators=(",", ":"), ensure_ascii=True).encode("ascii")


def signature(secret: str, content: bytes) -> str:
    """The value of ``X-Hub-Signature-256``."""
    return "sha256=" + hmac.new(secret.encode(), content, hashlib.sha256).hexdigest()
