"""What the bot posts to ``…/messages``: sent to a citizen's phone, marked as read, or refused as Meta would."""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import dataclass
from typing import Any

from siaga.simulator import catalogue
from siaga.simulator.catalogue import Template
from siaga.simulator.chats import Chat, Message, new_message_id, user_id
from siaga.simulator.citizens import react
from siaga.simulator.config import BUSINESS_PHONE
from siaga.simulator.errors import GraphRefusal
from siaga.simulator.faults import UNDELIVERABLE, refusal
from siaga.simulator.limits import check_envelope, check_message, check_read
from siaga.simulator.media import MediaShelf
from siaga.simulator.reviews import Reviews
from siaga.simulator.webhooks import status_update
from siaga.simulator.world import PHONE, World

WINDOW = 24 * 3600.0
TYPING_SECONDS = 25.0
OPTED_OUT = 131050

_USER_ID = re.compile(r"[A-Z]{2}\.(ENT\.)?[0-9A-Za-z]{1,128}")


@dataclass(frozen=True)
class Accepted:
    """An answer to ``POST …/messages``; ``silent`` when the answer shall never reach the bot."""

    answer: dict[str, Any]
    silent: bool = False


class Sending:
    """The business's numbers."""

    def __init__(self, world: World, media: MediaShelf, reviews: Reviews) -> None:
        self._world = world
        self._media = media
        self._reviews = reviews

    def send(self, payload: Any, ours: str | None = None) -> Accepted:
        """Take what the bot posts to ``…/messages``; ``ours`` is by which of its numbers, None the first.

        Raises:
            GraphRefusal: what Meta would refuse, or a planned error.
        """
        message = check_envelope(payload)
        if "status" in message:
            return Accepted(self._mark_read(message, ours))
        given = message.get("to") or message.get("recipient")
        if not isinstance(given, str):
            raise GraphRefusal(131008, "to (a phone number) or recipient (a user id) is required")
        check_message(message, lambda media_id: self._mime(media_id, ours))
        if message.get("to") and _USER_ID.fullmatch(given):
            # Meta answers 200 with an id here, and the message reaches nobody.
            return Accepted(_accepted({"input": given}, new_message_id()))
        wa_id = self._recipient(message)
        faults = self._world.faults
        planned = faults.take_error(wa_id)
        if planned and planned.by == "answer":
            raise refusal(planned)
        silent = faults.take_timeout()
        if silent and not faults.timeout_accepted:
            return Accepted({}, silent=True)
        template = self._template(message)
        left = wa_id not in self._world.chats.by_number and wa_id in self._world.chats.owners
        if not left:
            self._check_window(wa_id, message, ours)
        self._world.rates.check_send(wa_id, ours)
        failure = refusal(planned) if planned else None
        if left:
            # Whoever had this number has moved to another.
            nobody = user_id(wa_id, self._world.chats.owners[wa_id])
            chat = Chat(nobody, wa_id, nobody, "")
            failure = failure or GraphRefusal(UNDELIVERABLE, "The recipient is not on WhatsApp")
        else:
            chat = self._world.contact(wa_id)
            failure = failure or _unwanted(chat, template)
        shown = catalogue.shown(template, message["template"]) if template else None
        content = {"type": "text", **message}
        entry = Message(new_message_id(), "out", self._world.clock.now(), content, "accepted", shown=shown, ours=ours)
        if not left:
            self._world.add(chat, entry)
            self._stop_typing(chat)
            if message.get("type") == "reaction":
                react(self._world, message["reaction"])
        self._let_statuses_follow(chat, entry, template, failure)
        told = {"input": given, "user_id": chat.user_id}
        if message.get("to") or not chat.hidden:
            told["wa_id"] = wa_id
        return Accepted(_accepted(told, entry.id), silent=silent)

    def _mime(self, media_id: str, ours: str | None) -> str | None:
        """The type of a file, unless another number has uploaded it."""
        record = self._media.get(media_id)
        return None if record is None or (not record.inbound and record.ours != ours) else record.mime

    def _recipient(self, message: dict[str, Any]) -> str:
        if message.get("to"):
            return _number(message["to"])
        chat = self._world.chats.by_user_id(message["recipient"])
        if chat is None:
            raise GraphRefusal(131026, "recipient is not a user id of this business's contacts")
        return chat.wa_id

    def _template(self, message: dict[str, Any]) -> Template | None:
        if message.get("type") != "template":
            return None
        block = message["template"]
        template = self._reviews.find(block["name"], block["language"]["code"])
        catalogue.check_use(template, block)
        if template and template.category == "AUTHENTICATION" and not message.get("to"):
            raise GraphRefusal(131062, "Authentication templates need a phone number")
        return template

    def _check_window(self, wa_id: str, message: dict[str, Any], ours: str | None) -> None:
        if message.get("type") == "template":
            return
        chat = self._world.chats.by_number.get(wa_id)
        last = chat.heard_at.get(ours) if chat else None
        if last is None or self._world.clock.now() - last > WINDOW:
            raise GraphRefusal(131047, "More than 24 hours have passed since the recipient last wrote")

    def _mark_read(self, message: dict[str, Any], ours: str | None) -> dict[str, Any]:
        world = self._world
        check_read(message)
        planned = world.faults.take_error(None, "read")
        if planned:
            raise refusal(planned)
        found = world.chats.find(message["message_id"])
        if found is None or found[1].direction != "in" or found[1].ours != ours:
            raise GraphRefusal(100, "message_id is not a message that this number received")
        chat, last = found
        for received in chat.messages:
            if received.direction == "in" and received.ours == ours and received.status != "read":
                world.set_status(received.id, "read")
            if received is last:
                break
        if "typing_indicator" in message:
            chat.typing_until = time.time() + TYPING_SECONDS
            world.publish({"kind": "typing", "wa_id": chat.wa_id, "seconds": TYPING_SECONDS})
        return {"success": True}

    def _stop_typing(self, chat: Chat) -> None:
        if chat.typing_until:
            chat.typing_until = 0.0
            self._world.publish({"kind": "typing", "wa_id": chat.wa_id, "seconds": 0})

    def _let_statuses_follow(
        self, chat: Chat, message: Message, template: Template | None, failure: GraphRefusal | None
    ) -> None:
        """Move the message on the phone, and tell the bot: sent, delivered and read, or in the order of the faults."""
        world, faults = self._world, self._world.faults
        ladder = ("failed",) if failure else faults.statuses
        error = (failure or GraphRefusal(faults.status_error, "Planned by POST /api/faults")).status_error()
        category = template.category.lower() if template else "service"
        told_of_delivery = next((status for status in ladder if status in ("delivered", "read")), None)

        pauses = {"sent": 0.0, "delivered": world.config.delivered_after, "read": world.config.read_after}
        last = pauses["delivered"] if failure else max(pauses.values())
        courier = world.courier

        def tell(status: str) -> None:
            if world.stopping.is_set() or world.courier is not courier:
                return
            world.set_status(message.id, status, error if status == "failed" else None)
            if status in faults.drop_status:
                return
            charged = category if status in ("sent", told_of_delivery) else None
            failed = error if status == "failed" else None
            # The time is that of the event, however early or late the news of it leaves.
            at = message.at + pauses.get(status, last)
            world.tell(status_update(chat, message, status, at, category=charged, error=failed))

        loop = asyncio.get_running_loop()
        leaves = 0.0
        for status in ladder:
            leaves = max(leaves, faults.status_delay + pauses.get(status, last))
            if leaves == 0:
                tell(status)
            else:
                loop.call_later(leaves, tell, status)
                # No two at the same moment: the loop may turn them round.
                leaves += 0.001


def _number(given: str) -> str:
    digits = re.sub(r"[\s()\-.]", "", given).removeprefix("+")
    if not PHONE.fullmatch(digits):
        raise GraphRefusal(131026, "to must be a phone number with its country code")
    if digits == BUSINESS_PHONE:
        raise GraphRefusal(131021, "to must not be the sender's own number")
    return digits


def _unwanted(chat: Chat, template: Template | None) -> GraphRefusal | None:
    """Why a message will not reach this contact: blocked, or marketing that was stopped."""
    if chat.blocked:
        return GraphRefusal(chat.blocked, "The recipient has blocked this business")
    if chat.opted_out and template and template.category == "MARKETING":
        return GraphRefusal(OPTED_OUT, "The recipient has chosen to stop receiving marketing messages")
    return None


def _accepted(contact: dict[str, Any], message_id: str) -> dict[str, Any]:
    return {
        "messaging_product": "whatsapp",
        "contacts": [contact],
        "messages": [{"id": message_id, "message_status": "accepted"}],
    }
