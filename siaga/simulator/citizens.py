"""What citizens do with their phones: write, react, move to another number, block, opt out."""

from __future__ import annotations

from typing import Any

from siaga.simulator import inbound, webhooks
from siaga.simulator.chats import NUMBERS, Chat, Message, new_message_id
from siaga.simulator.inbound import MessageUnclear
from siaga.simulator.media import MediaShelf
from siaga.simulator.world import World


class Taken(ValueError):
    """Somebody else has this number."""


class Citizens:
    """Everybody but the bot."""

    def __init__(self, world: World, media: MediaShelf) -> None:
        self._world = world
        self._media = media

    def write(self, wa_id: str, message: Any, *, age: float = 0.0, to: str | None = None) -> str:
        """Deliver a citizen's message to the bot and return its id.

        Args:
            message: Meta's inbound form less id, sender and timestamp.
            age: how many seconds ago it was written.
            to: the id of the bot's number that it goes to, the first without it. What is about another message goes
                where that belongs.

        Raises:
            MessageUnclear: not such a form, no number of the bot's, or the contact has blocked the bot.
            QueueFull: too many webhooks wait.
        """
        world = self._world
        world.courier.check_room()
        content = inbound.completed(message, self._media.inbound_block)
        chat = world.contact(wa_id)
        if chat.blocked:
            raise MessageUnclear("this contact has blocked the bot, and must unblock it to write")
        if content["type"] in ("interactive", "button") and "context" not in content:
            offered = _offered_in(chat, content)
            if offered:
                content["context"] = {"id": offered}
        ours = self._ours(content, to)
        now = world.clock.now()
        entry = Message(new_message_id(), "in", now - age, content, "sent", since=now if age else None, ours=ours)
        world.add(chat, entry)
        if content["type"] == "reaction":
            react(world, content["reaction"])
        world.rates.received(ours)
        world.tell(world.message_update(chat, entry))
        return entry.id

    def _ours(self, content: dict[str, Any], to: str | None) -> str | None:
        """Which of the bot's numbers a message goes to; None is the first."""
        numbers = self._world.config.numbers
        if to is not None and to not in numbers:
            raise MessageUnclear(f"to is one of the bot's numbers: {', '.join(numbers)}")
        about = self._world.chats.find(_about(content))
        if about:
            return about[1].ours
        return None if to == numbers[0] else to

    async def change_number(self, wa_id: str, to: str | None, *, by: str = "system", previous: bool = True) -> Chat:
        """A contact moves to another number, and so gets another user id; the chat goes on there.

        Args:
            to: the new number; the next free one of the same kind without it.
            by: ``system``, ``user_id_update`` (as Meta's pages had it until August 2026) or ``both``.
            previous: whether the system message tells the former user id, as it does since August 2026.

        Raises:
            ContactUnknown, MessageUnclear, NumbersUsedUp
            Taken: somebody else has the new number.
        """
        chat = self._world.known(wa_id)
        given = None
        if to is None:
            given = next((kind for kind, numbers in NUMBERS.items() if int(wa_id[-4:]) in numbers), "people")
            to = await self._world.free_number(given)
        self._world.check_number(to)
        if to in self._world.chats.by_number:
            raise Taken("another contact has this number")
        old = (chat.wa_id, chat.user_id)
        self._world.record({"event": "number", "from": chat.wa_id, "to": to, "given": given})
        self._world.publish({"kind": "number", "wa_id": old[0], "contact": chat.as_json()})
        now = self._world.clock.now()
        if by in ("system", "both"):
            self._world.tell(webhooks.number_update(chat, old, now, previous=previous))
        if by in ("user_id_update", "both"):
            self._world.tell(webhooks.user_id_update(chat, old[1], now))
        return chat

    def prefer(self, wa_id: str, value: str) -> Chat:
        """A contact tells WhatsApp to ``stop``, or to ``resume``, marketing messages.

        Raises:
            ContactUnknown
        """
        chat = self._world.known(wa_id)
        self._world.record({"event": "preference", "wa_id": wa_id, "value": value})
        self._world.publish({"kind": "contact", "contact": chat.as_json()})
        self._world.tell(webhooks.preference_update(chat, value, self._world.clock.now()))
        return chat

    def block(self, wa_id: str, code: int) -> Chat:
        """A contact blocks the bot: sends fail with ``code`` from now on; 0 ends that.

        Raises:
            ContactUnknown
        """
        chat = self._world.known(wa_id)
        self._world.record({"event": "blocked", "wa_id": wa_id, "code": code})
        self._world.publish({"kind": "contact", "contact": chat.as_json()})
        return chat


def react(world: World, reaction: dict[str, Any]) -> None:
    """Put an emoji on a message, or take it away; unknown messages have none."""
    target = reaction.get("message_id")
    found = world.chats.find(target) if isinstance(target, str) else None
    if found is None:
        return
    emoji = str(reaction.get("emoji") or "")
    world.record({"event": "reaction", "id": target, "emoji": emoji})
    world.publish({"kind": "reaction", "wa_id": found[0].wa_id, "id": target, "emoji": emoji})


def _about(content: dict[str, Any]) -> str:
    """The id of the message that this one quotes, chooses from, reacts to or changes; empty if none."""
    block = content.get(content["type"])
    target = block.get("message_id") or block.get("original_message_id") if isinstance(block, dict) else None
    return str(content.get("context", {}).get("id") or target or "")


def _offered_in(chat: Chat, content: dict[str, Any]) -> str | None:
    """The newest message to this contact that offered what is now chosen: an option, or a template's button."""
    if content["type"] == "button":
        label = content["button"]["text"]
        return next((one.id for one in reversed(chat.messages) if label in (one.shown or {}).get("buttons", [])), None)
    reply = content["interactive"]
    chosen = reply.get("button_reply") or reply.get("list_reply") or {}
    wanted = chosen.get("id") if isinstance(chosen, dict) else None
    for message in reversed(chat.messages):
        if message.direction == "out" and wanted in option_ids(message.message):
            return message.id
    return None


def option_ids(message: dict[str, Any]) -> list[str]:
    """The ids of the buttons and rows that a message of the bot's offers."""
    action = (message.get("interactive") or {}).get("action") or {}
    buttons = [button["reply"]["id"] for button in action.get("buttons", [])]
    return buttons + [row["id"] for section in action.get("sections", []) for row in section["rows"]]
