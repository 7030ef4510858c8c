"""What everything else works on: chats, clock, faults, the journal, and the webhooks that leave."""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import replace
from typing import Any

from siaga.simulator import webhooks
from siaga.simulator.bot import BotDatabase
from siaga.simulator.chats import Chat, Chats, Message
from siaga.simulator.clock import Clock
from siaga.simulator.config import BUSINESS_PHONE, Config
from siaga.simulator.courier import Courier
from siaga.simulator.faults import Faults
from siaga.simulator.inbound import MessageUnclear
from siaga.simulator.journal import Journal
from siaga.simulator.rates import Rates
from siaga.simulator.webhooks import Update

PHONE = re.compile(r"\d{8,15}")


class ContactUnknown(LookupError):
    """There is no contact with this number."""


class World:
    """State and the ways to change it. Lives in one event loop."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.chats = Chats()
        self.clock = Clock()
        self.faults = Faults()
        self.rates = Rates(config.pair_rate, config.throughput)
        self.bot = BotDatabase(config.database)
        self.stopping = asyncio.Event()
        self.journal = Journal(config.home)
        self.courier = self.new_courier()
        self._subscribers: set[asyncio.Queue[dict[str, Any]]] = set()

    def new_courier(self) -> Courier:
        return Courier(self.config, self.clock, lambda: self.faults, self._ended)

    def set_faults(self, faults: Faults) -> None:
        """Replace the faults; what was held goes if nothing holds it any more."""
        self.faults = faults
        self.courier.release()

    # ---- what happens is kept, then told ----------------------------------------------------------------------------

    def record(self, event: dict[str, Any]) -> None:
        """Change the state by an event, and keep it for a restart."""
        self.journal.append(event)
        self.chats.apply(event)

    def subscribe(self) -> asyncio.Queue[dict[str, Any]]:
        """A queue of what happens from now on, for the page."""
        queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue(maxsize=2000)
        self._subscribers.add(queue)
        return queue

    def unsubscribe(self, queue: asyncio.Queue[dict[str, Any]]) -> None:
        self._subscribers.discard(queue)

    def publish(self, event: dict[str, Any]) -> None:
        """Tell the page."""
        for queue in list(self._subscribers):
            try:
                queue.put_nowait(event)
            except asyncio.QueueFull:
                # A page that cannot keep up reads everything anew when it comes back.
                self._subscribers.discard(queue)

    def add(self, chat: Chat, message: Message) -> None:
        """Put a message at the end of a chat."""
        event = {
            "event": "message",
            "wa_id": chat.wa_id,
            "id": message.id,
            "direction": message.direction,
            "at": message.at,
            "message": message.message,
            "status": message.status,
        }
        more = {"since": message.since, "shown": message.shown, "ours": message.ours}
        self.record({**event, **{key: value for key, value in more.items() if value is not None}})
        chat.active_at = time.monotonic()
        self.publish({"kind": "message", "wa_id": chat.wa_id, "entry": message.as_json()})

    def set_status(self, message_id: str, status: str, error: dict[str, Any] | None = None) -> None:
        """How far a message has come, on the citizen's phone; ``error`` is Meta's, of one that failed."""
        found = self.chats.find(message_id)
        if found is None:
            return
        why = {"error": error} if error else {}
        self.record({"event": "status", "id": message_id, "status": status, **why})
        chat, message = found
        self.publish({"kind": "status", "wa_id": chat.wa_id, "id": message_id, "status": message.status, **why})

    # ---- webhooks ---------------------------------------------------------------------------------------------------

    def message_update(self, chat: Chat, message: Message) -> Update:
        """A citizen's message as a webhook tells it."""
        quoted = self.chats.find(message.message.get("context", {}).get("id", ""))
        return webhooks.message_update(chat, message, quoted=quoted[1] if quoted else None)

    def tell(self, update: Update, *, since: float | None = None) -> None:
        """Send an update on its way to the bot, as the faults want it; ``since`` is when it was made, if not now."""
        faults = self.faults
        update = replace(update, since=self.clock.now() if since is None else since, delay=faults.delay)
        if faults.no_phone or faults.no_user_id or faults.no_contacts or faults.milliseconds:
            update = webhooks.disguised(
                update,
                phone=not faults.no_phone,
                user_id=not faults.no_user_id,
                contacts=not faults.no_contacts,
                milliseconds=faults.milliseconds,
            )
        if update.kind == "notice":
            self.record({"event": "notice", "id": update.id, "update": update.as_json()})
        self.courier.put(update)

    def _ended(self, update: Update, delivered: bool) -> None:
        if update.kind == "notice":
            self.record({"event": "notice_done", "id": update.id})
        elif update.kind == "message" and delivered:
            self.set_status(update.id, "delivered")

    async def post_raw(self, content: bytes, *, signed: bool = True) -> int | None:
        """Deliver a body as it is, once; the bot's HTTP status, or None when there was no answer."""
        return await self.courier.post(self.config.webhook_urls[0], content, signed=signed)

    # ---- contacts and clock -----------------------------------------------------------------------------------------

    def contact(
        self, wa_id: str, *, name: str | None = None, hidden: bool | None = None, given: str | None = None
    ) -> Chat:
        """The contact with this number, made if new, renamed if asked.

        Raises:
            MessageUnclear: not a phone number in digits with country code.
        """
        self.check_number(wa_id)
        chat = self.chats.by_number.get(wa_id)
        new_name = name or (chat.name if chat else f"Warga Uji {int(wa_id[-4:]):03d}")
        new_hidden = hidden if hidden is not None else bool(chat and chat.hidden)
        if chat is None or (chat.name, chat.hidden) != (new_name, new_hidden):
            self.record({"event": "contact", "wa_id": wa_id, "name": new_name, "hidden": new_hidden, "given": given})
            chat = self.chats.by_number[wa_id]
            self.publish({"kind": "contact", "contact": chat.as_json()})
        return chat

    def known(self, wa_id: str) -> Chat:
        """The contact with this number.

        Raises:
            ContactUnknown: there is none.
        """
        chat = self.chats.by_number.get(wa_id)
        if chat is None:
            raise ContactUnknown("there is no contact with this number")
        return chat

    def check_number(self, wa_id: str) -> None:
        """Whether a contact may have this number.

        Raises:
            MessageUnclear: it may not.
        """
        if not PHONE.fullmatch(wa_id) or wa_id == BUSINESS_PHONE:
            raise MessageUnclear("a contact is a phone number with country code, 8 to 15 digits, not the bot's own")

    async def new_contact(self, kind: str, *, name: str | None = None, hidden: bool = False) -> Chat:
        """A contact with a number that neither the simulator nor, if it can be asked, the bot has met.

        Raises:
            NumbersUsedUp: none is left.
        """
        return self.contact(await self.free_number(kind), name=name, hidden=hidden, given=kind)

    async def free_number(self, kind: str) -> str:
        """A test number of a kind that nobody has had."""
        while True:
            wa_id = self.chats.next_number(kind)
            known = await self.bot.is_known(wa_id)
            if wa_id in self.chats.by_number:
                continue
            if not known:
                return wa_id
            self.chats.given[kind] = int(wa_id[-4:])

    def move_clock(self, offset: float) -> None:
        """Put the clock ``offset`` seconds away from the real time."""
        self.clock.offset = offset
        self.record({"event": "clock", "offset": offset})
        self.publish({"kind": "clock", "offset": offset})
