"""The simulator itself: citizens' phones on one side, the Graph API on the other."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
import secrets
import time
from dataclasses import dataclass
from typing import Any

from siaga.simulator import samples
from siaga.simulator.bot import BotDatabase
from siaga.simulator.chats import Chat, Chats, MediaRecord, Message, new_message_id
from siaga.simulator.clock import Clock
from siaga.simulator.config import BUSINESS_PHONE, Config
from siaga.simulator.courier import Courier
from siaga.simulator.errors import GraphRefusal
from siaga.simulator.faults import Faults, PlannedError, refusal
from siaga.simulator.journal import Journal
from siaga.simulator.limits import MEDIA_KINDS, check_envelope, check_message
from siaga.simulator.rates import Rates
from siaga.simulator.webhooks import Update, message_update, status_update

WINDOW = 24 * 3600.0
TYPING_SECONDS = 25.0
UPLOADED_FOR = 30 * 86400.0
RECEIVED_FOR = 7 * 86400.0
REQUEUE_WITHIN = 7 * 86400.0
QUIET_SECONDS = 1.0
"""Without the bot's database, a turn is taken to have ended this long after its last reply."""
POLL_SECONDS = 0.04

_PHONE = re.compile(r"\d{8,15}")
_USER_ID = re.compile(r"[A-Z]{2}\.(ENT\.)?[0-9A-Za-z]{1,128}")


class MessageUnclear(ValueError):
    """A citizen's message that is not in the Cloud API's inbound form."""


@dataclass(frozen=True)
class Accepted:
    """An answer to ``POST …/messages``; ``silent`` when the answer shall never reach the bot."""

    answer: dict[str, Any]
    silent: bool = False


def _recipient_number(given: str) -> str:
    digits = re.sub(r"[\s()\-.]", "", given).removeprefix("+")
    if not _PHONE.fullmatch(digits):
        raise GraphRefusal(131026, "to must be a phone number with its country code")
    if digits == BUSINESS_PHONE:
        raise GraphRefusal(131021, "to must not be the sender's own number")
    return digits


class Simulator:
    """Holds the chats and everything that moves in them. Lives in one event loop."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.chats = Chats()
        self.clock = Clock()
        self.faults = Faults()
        self.rates = Rates(config.pair_rate, config.throughput)
        self.bot = BotDatabase(config.database)
        self.stopping = asyncio.Event()
        self._journal = Journal(config.home)
        self._courier = Courier(config, lambda: self.faults, self._delivered)
        self._subscribers: set[asyncio.Queue[dict[str, Any]]] = set()
        self._active_at: dict[str, float] = {}
        self._last_direction: dict[str, str] = {}

    # ---- life -----------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Load the chats, and send again what the bot had not answered with 200."""
        for event in self._journal.events():
            self.chats.apply(event)
        self.clock.offset = self.chats.offset
        oldest = self.clock.now() - REQUEUE_WITHIN
        for chat in self.chats.by_number.values():
            for message in chat.messages:
                if message.direction == "in" and message.status == "sent" and message.at > oldest:
                    self._courier.put(message_update(chat, message))

    async def stop(self) -> None:
        self.stopping.set()
        await self._courier.close()
        self.bot.close()
        self._journal.close()

    async def reset(self) -> None:
        """Forget all chats and media, faults and clock. Numbers given away are not given again: the bot knows them."""
        await self._courier.close()
        self._journal.forget()
        self.faults = Faults()
        self.clock.offset = 0.0
        self._courier = Courier(self.config, lambda: self.faults, self._delivered)
        self._record({"event": "reset", "given": self.chats.given, "offset": 0.0})
        self._publish({"kind": "reset"})

    # ---- what happens is kept, then told ----------------------------------------------------------------------------

    def _record(self, event: dict[str, Any]) -> None:
        self._journal.append(event)
        self.chats.apply(event)

    def subscribe(self) -> asyncio.Queue[dict[str, Any]]:
        """A queue of what happens from now on, for the page."""
        queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue(maxsize=2000)
        self._subscribers.add(queue)
        return queue

    def unsubscribe(self, queue: asyncio.Queue[dict[str, Any]]) -> None:
        self._subscribers.discard(queue)

    def _publish(self, event: dict[str, Any]) -> None:
        for queue in list(self._subscribers):
            try:
                queue.put_nowait(event)
            except asyncio.QueueFull:
                # A page that cannot keep up reads everything anew when it comes back.
                self._subscribers.discard(queue)

    def _add(self, chat: Chat, message: Message) -> None:
        self._record(
            {
                "event": "message",
                "wa_id": chat.wa_id,
                "id": message.id,
                "direction": message.direction,
                "at": message.at,
                "message": message.message,
                "status": message.status,
            }
        )
        self._active_at[chat.wa_id] = time.monotonic()
        self._last_direction[chat.wa_id] = message.direction
        self._publish({"kind": "message", "wa_id": chat.wa_id, "entry": message.as_json()})

    def _set_status(self, message_id: str, status: str) -> None:
        found = self.chats.find(message_id)
        if found is None:
            return
        self._record({"event": "status", "id": message_id, "status": status})
        chat, message = found
        self._publish({"kind": "status", "wa_id": chat.wa_id, "id": message_id, "status": message.status})

    # ---- contacts and clock -----------------------------------------------------------------------------------------

    def contact(
        self, wa_id: str, *, name: str | None = None, hidden: bool | None = None, given: str | None = None
    ) -> Chat:
        """The contact with this number, made if new, renamed if asked.

        Raises:
            MessageUnclear: not a phone number in digits with country code.
        """
        if not _PHONE.fullmatch(wa_id) or wa_id == BUSINESS_PHONE:
            raise MessageUnclear("a contact is a phone number with country code, 8 to 15 digits, not the bot's own")
        chat = self.chats.by_number.get(wa_id)
        new_name = name or (chat.name if chat else f"Warga Uji {int(wa_id[-4:]):03d}")
        new_hidden = hidden if hidden is not None else bool(chat and chat.hidden)
        if chat is None or (chat.name, chat.hidden) != (new_name, new_hidden):
            self._record({"event": "contact", "wa_id": wa_id, "name": new_name, "hidden": new_hidden, "given": given})
            chat = self.chats.by_number[wa_id]
            self._publish({"kind": "contact", "contact": chat.as_json()})
        return chat

    async def new_contact(self, kind: str, *, name: str | None = None, hidden: bool = False) -> Chat:
        """A contact with a number that neither the simulator nor, if it can be asked, the bot has met.

        Raises:
            NumbersUsedUp: none is left.
        """
        while True:
            wa_id = self.chats.next_number(kind)
            known = await self.bot.is_known(wa_id)
            if wa_id in self.chats.by_number:
                continue
            if not known:
                return self.contact(wa_id, name=name, hidden=hidden, given=kind)
            self.chats.given[kind] = int(wa_id[-4:])

    def move_clock(self, offset: float) -> None:
        """Put the clock ``offset`` seconds away from the real time."""
        self.clock.offset = offset
        self._record({"event": "clock", "offset": offset})
        self._publish({"kind": "clock", "offset": offset})

    # ---- media ------------------------------------------------------------------------------------------------------

    def put_media(self, mime: str, content: bytes, *, inbound: bool) -> MediaRecord:
        """Keep a file."""
        media_id = str(10**14 + secrets.randbelow(9 * 10**14))
        self._journal.put_media(media_id, content)
        self._record(
            {
                "event": "media",
                "id": media_id,
                "mime": mime,
                "sha256": hashlib.sha256(content).hexdigest(),
                "size": len(content),
                "at": self.clock.now(),
                "inbound": inbound,
            }
        )
        return self.chats.media[media_id]

    def media(self, media_id: str) -> MediaRecord | None:
        """A file that has not expired: 30 days for uploads, 7 for what citizens sent."""
        record = self.chats.media.get(media_id)
        if record is None:
            return None
        age = self.clock.now() - record.at
        return None if age > (RECEIVED_FOR if record.inbound else UPLOADED_FOR) else record

    def media_bytes(self, media_id: str) -> tuple[MediaRecord, bytes] | None:
        """A file with its content, expired or not: a phone keeps what it has shown."""
        record = self.chats.media.get(media_id)
        content = self._journal.media(media_id) if record else None
        return None if record is None or content is None else (record, content)

    def delete_media(self, media_id: str) -> None:
        self._record({"event": "media_deleted", "id": media_id})
        self._journal.drop_media(media_id)

    # ---- a citizen writes -------------------------------------------------------------------------------------------

    def from_citizen(self, wa_id: str, message: Any) -> str:
        """Deliver a citizen's message to the bot and return its id.

        Args:
            message: Meta's inbound form less id, sender and timestamp.

        Raises:
            MessageUnclear: not such a form.
            QueueFull: too many webhooks wait.
        """
        self._courier.check_room()
        content = self._inbound(message)
        chat = self.contact(wa_id)
        kind = content["type"]
        if kind == "interactive" and "context" not in content:
            offered = self._offered_in(chat, content["interactive"])
            if offered:
                content["context"] = {"id": offered}
        entry = Message(new_message_id(), "in", self.clock.now(), content, "sent")
        self._add(chat, entry)
        if kind == "reaction":
            self._react(content["reaction"])
        self.rates.received()
        due = asyncio.get_running_loop().time() + self.faults.delay
        self._courier.put(message_update(chat, entry, due))
        return entry.id

    def _inbound(self, message: Any) -> dict[str, Any]:
        if not isinstance(message, dict) or not isinstance(message.get("type"), str):
            raise MessageUnclear(
                'a message is an object with a type, such as {"type": "text", "text": {"body": "halo"}}'
            )
        content = {key: value for key, value in message.items() if key not in ("id", "from", "timestamp")}
        kind = content["type"]
        if kind in MEDIA_KINDS:
            content[kind] = self._inbound_media(kind, content.get(kind) or {})
        elif kind not in ("unsupported", "unknown") and not isinstance(content.get(kind), (dict, list)):
            raise MessageUnclear(f"a message of type {kind} has its content under {kind!r}")
        context = content.get("context")
        if context is not None:
            quoted = context.get("id") or context.get("message_id") if isinstance(context, dict) else None
            if not isinstance(quoted, str):
                raise MessageUnclear('context is {"id": "<the message replied to>"}')
            content["context"] = {key: value for key, value in context.items() if key != "message_id"} | {"id": quoted}
        return content

    def _inbound_media(self, kind: str, block: Any) -> dict[str, Any]:
        if not isinstance(block, dict):
            raise MessageUnclear(f"{kind} is an object, such as {{}} for a sample file")
        record = self.media(block["id"]) if isinstance(block.get("id"), str) else None
        if record is None:
            if block.get("id"):
                raise MessageUnclear("there is no media with this id")
            record = self.put_media(samples.MIME[kind], samples.sample(kind), inbound=True)
        digest = base64.b64encode(bytes.fromhex(record.sha256)).decode()
        filled = {**block, "id": record.id, "mime_type": record.mime, "sha256": digest}
        if kind == "audio":
            filled.setdefault("voice", True)
        return filled

    def _offered_in(self, chat: Chat, reply: dict[str, Any]) -> str | None:
        """The newest message to this contact that offered the option now chosen."""
        chosen = reply.get("button_reply") or reply.get("list_reply") or {}
        wanted = chosen.get("id") if isinstance(chosen, dict) else None
        for message in reversed(chat.messages):
            if message.direction == "out" and wanted in option_ids(message.message):
                return message.id
        return None

    def _react(self, reaction: dict[str, Any]) -> None:
        target = reaction.get("message_id")
        found = self.chats.find(target) if isinstance(target, str) else None
        if found is None:
            return
        emoji = str(reaction.get("emoji") or "")
        self._record({"event": "reaction", "id": target, "emoji": emoji})
        self._publish({"kind": "reaction", "wa_id": found[0].wa_id, "id": target, "emoji": emoji})

    def _delivered(self, update: Update) -> None:
        if update.kind == "message":
            self._set_status(update.message_id, "delivered")

    # ---- the bot writes ---------------------------------------------------------------------------------------------

    def send(self, payload: Any) -> Accepted:
        """Take what the bot posts to ``…/messages``.

        Raises:
            GraphRefusal: what Meta would refuse, or a planned error.
        """
        message = check_envelope(payload)
        if "status" in message:
            return Accepted(self._mark_read(message))
        given = message.get("to") or message.get("recipient")
        if not isinstance(given, str):
            raise GraphRefusal(131008, "to (a phone number) or recipient (a user id) is required")
        check_message(message, lambda media_id: getattr(self.media(media_id), "mime", None))
        if message.get("to") and _USER_ID.fullmatch(given):
            # Meta answers 200 with an id here, and the message reaches nobody.
            return Accepted(_accepted({"input": given}, new_message_id()))
        wa_id = self._recipient(message)
        planned = self.faults.take_error(wa_id)
        if planned and planned.by == "answer":
            raise refusal(planned)
        silent = self.faults.take_timeout()
        if silent and not self.faults.timeout_accepted:
            return Accepted({}, silent=True)
        self._check_window(wa_id, message)
        self.rates.check_send(wa_id)
        chat = self.contact(wa_id)
        entry = Message(new_message_id(), "out", self.clock.now(), {"type": "text", **message}, "accepted")
        self._add(chat, entry)
        self._stop_typing(chat)
        if message.get("type") == "reaction":
            self._react(message["reaction"])
        self._let_statuses_follow(chat, entry, planned)
        shown = {"input": given, "user_id": chat.user_id}
        return Accepted(_accepted(shown if chat.hidden else {**shown, "wa_id": wa_id}, entry.id), silent=silent)

    def _recipient(self, message: dict[str, Any]) -> str:
        if message.get("to"):
            return _recipient_number(message["to"])
        chat = self.chats.by_user_id(message["recipient"])
        if chat is None:
            raise GraphRefusal(131026, "recipient is not a user id of this business's contacts")
        return chat.wa_id

    def _check_window(self, wa_id: str, message: dict[str, Any]) -> None:
        if message.get("type") == "template":
            return
        chat = self.chats.by_number.get(wa_id)
        last = chat.last_inbound_at if chat else None
        if last is None or self.clock.now() - last > WINDOW:
            raise GraphRefusal(131047, "More than 24 hours have passed since the recipient last wrote")

    def _mark_read(self, message: dict[str, Any]) -> dict[str, Any]:
        if message["status"] != "read":
            raise GraphRefusal(131009, "status must be read")
        found = self.chats.find(str(message.get("message_id") or ""))
        if found is None or found[1].direction != "in":
            raise GraphRefusal(100, "message_id is not a message that this number received")
        indicator = message.get("typing_indicator")
        if indicator is not None and indicator != {"type": "text"}:
            raise GraphRefusal(131009, 'typing_indicator must be {"type": "text"}')
        chat, last = found
        for received in chat.messages:
            if received.direction == "in" and received.status != "read":
                self._set_status(received.id, "read")
            if received is last:
                break
        if indicator is not None:
            chat.typing_until = time.time() + TYPING_SECONDS
            self._publish({"kind": "typing", "wa_id": chat.wa_id, "seconds": TYPING_SECONDS})
        return {"success": True}

    def _stop_typing(self, chat: Chat) -> None:
        if chat.typing_until:
            chat.typing_until = 0.0
            self._publish({"kind": "typing", "wa_id": chat.wa_id, "seconds": 0})

    def _let_statuses_follow(self, chat: Chat, message: Message, planned: PlannedError | None) -> None:
        dropped = self.faults.drop_status
        delay = self.faults.delay
        loop = asyncio.get_running_loop()

        def tell(status: str, error: dict[str, Any] | None = None) -> None:
            if self.stopping.is_set() or self.chats.find(message.id) is None:
                return
            self._set_status(message.id, status)
            if status not in dropped:
                due = loop.time() + delay
                self._courier.put(status_update(chat, message, status, self.clock.now(), error, due))

        if planned is not None:
            loop.call_later(self.config.delivered_after, tell, "failed", refusal(planned).status_error())
            return
        tell("sent")
        loop.call_later(self.config.delivered_after, tell, "delivered")
        loop.call_later(self.config.read_after, tell, "read")

    # ---- has the bot finished? --------------------------------------------------------------------------------------

    async def wait_for_turn(self, wa_id: str, limit: float) -> bool:
        """Wait until the bot has nothing more to say to a contact, at most ``limit`` seconds; whether that came."""
        give_up = time.monotonic() + limit
        while not await self._turn_ended(wa_id):
            if time.monotonic() >= give_up or self.stopping.is_set():
                return False
            await asyncio.sleep(POLL_SECONDS)
        return True

    async def _turn_ended(self, wa_id: str) -> bool:
        if self._courier.pending(wa_id):
            return False
        chat = self.chats.by_number.get(wa_id)
        if chat is None:
            return True
        # A hidden number is not in the bot's database, and without a database nobody can be asked: listen instead.
        ended = None if chat.hidden else await self.bot.turn_ended(wa_id)
        if ended is None:
            quiet = time.monotonic() - self._active_at.get(wa_id, 0.0) >= QUIET_SECONDS
            return quiet and self._last_direction.get(wa_id) != "in"
        return ended and not self._courier.pending(wa_id)


def option_ids(message: dict[str, Any]) -> list[str]:
    """The ids of the buttons and rows that a message of the bot's offers."""
    action = (message.get("interactive") or {}).get("action") or {}
    buttons = [button["reply"]["id"] for button in action.get("buttons", [])]
    return buttons + [row["id"] for section in action.get("sections", []) for row in section["rows"]]


def _accepted(contact: dict[str, Any], message_id: str) -> dict[str, Any]:
    return {
        "messaging_product": "whatsapp",
        "contacts": [contact],
        "messages": [{"id": message_id, "message_status": "accepted"}],
    }
