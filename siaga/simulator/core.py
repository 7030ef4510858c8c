"""The simulator itself: citizens' phones on one side, the Graph API on the other."""

from __future__ import annotations

import asyncio
import time

from siaga.simulator.citizens import Citizens
from siaga.simulator.config import Config
from siaga.simulator.courier import KEEP_TRYING
from siaga.simulator.faults import Faults
from siaga.simulator.media import MediaShelf
from siaga.simulator.reviews import Reviews
from siaga.simulator.sending import Sending
from siaga.simulator.webhooks import Update
from siaga.simulator.world import World

QUIET_SECONDS = 1.0
"""Without the bot's database, a turn is taken to have ended this long after its last reply."""
POLL_SECONDS = 0.04


class Simulator(World):
    """The world, and those who act in it."""

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self.media = MediaShelf(self)
        self.reviews = Reviews(self)
        self.citizens = Citizens(self, self.media)
        self.sending = Sending(self, self.media, self.reviews)

    # ---- life -----------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Load the chats, and send again what the bot had not answered with 200; statuses are not kept."""
        for event in self.journal.events():
            self.chats.apply(event)
        self.clock.offset = self.chats.offset
        oldest = self.clock.now() - KEEP_TRYING
        for chat in self.chats.by_number.values():
            for message in chat.messages:
                since = message.since or message.at
                if message.direction == "in" and message.status == "sent" and since > oldest:
                    self.tell(self.message_update(chat, message), since=since)
        for notice in self.chats.notices.values():
            if notice["update"]["since"] > oldest:
                self.courier.put(Update(**notice["update"]))
        self.reviews.resume()
        self.reviews.approve(self.config.templates)

    async def stop(self) -> None:
        self.stopping.set()
        await self.courier.close()
        self.bot.close()
        self.journal.close()

    async def reset(self) -> None:
        """Forget all chats, media, templates, faults and the clock.

        Numbers given away are not given again: the bot knows them.
        """
        await self.courier.close()
        self.journal.forget()
        self.faults = Faults()
        self.clock.offset = 0.0
        self.courier = self.new_courier()
        self.record({"event": "reset", "given": self.chats.given, "offset": 0.0})
        self.reviews.approve(self.config.templates)
        self.publish({"kind": "reset"})

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
        chat = self.chats.by_number.get(wa_id)
        if chat is None:
            return True
        if self.courier.pending(chat.key):
            return False
        # A hidden number is not in the bot's database, and without a database nobody can be asked: listen instead.
        ended = None if chat.hidden else await self.bot.turn_ended(wa_id)
        if ended is None:
            quiet = time.monotonic() - chat.active_at >= QUIET_SECONDS
            return quiet and (not chat.messages or chat.messages[-1].direction != "in")
        return ended and not self.courier.pending(chat.key)
