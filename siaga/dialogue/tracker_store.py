"""Rasa's tracker store on our tables: masked, and written together with the rest of a turn."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.conversation import Dialogue
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

from siaga.db import transaction
from siaga.dialogue.memory import keep
from siaga.dialogue.told import restored
from siaga.dialogue.turn import ConversationUnreadable, Turn, current_turn
from siaga.turns import trackers

log = logging.getLogger(__name__)


class PostgresTrackerStore(TrackerStore):
    """Named in ``endpoints.yml``.

    Inside a turn it reads what the turn has loaded, and leaves what is to be kept with the turn, which writes it when
    it ends. Outside (``rasa shell``) it reads and writes by itself. It needs no database before it is used.
    """

    def __init__(
        self, domain: Domain | None, host: str | None = None, event_broker: EventBroker | None = None, **_: Any
    ) -> None:
        super().__init__(domain, event_broker)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The conversation, or None when there is none yet."""
        turn = _turn_of(sender_id)
        if turn is None:
            return self._restored(sender_id, await asyncio.to_thread(_load, sender_id))
        try:
            return self._restored(sender_id, turn.stored)
        except Exception as error:
            # Rasa would begin a new conversation over the one that could not be read.
            log.error("conversation %s cannot be read: %s", sender_id, type(error).__name__)
            raise ConversationUnreadable from None

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep the conversation, or leave it with the turn to be kept."""
        turn = _turn_of(tracker.sender_id)
        if turn is None:
            await asyncio.to_thread(self._write, tracker)
        else:
            turn.kept = keep(turn.stored.events, list(tracker.events), self.domain.slots)
            await self.stream_events(tracker)

    async def stream_events(self, tracker: DialogueStateTracker) -> None:
        """Publish what the turn that runs has added so far, masked as it is kept, each event once.

        Rasa's own would read the conversation once more, and publish what was written in clear.
        """
        turn = _turn_of(tracker.sender_id)
        if turn is None or turn.kept is None or self.event_broker is None:
            return
        added = len(tracker.events) - len(turn.stored.events)
        # What was shortened was older; where all is written anew, all is new.
        new = turn.kept[len(turn.kept) - added :] if added >= 0 else turn.kept
        for event in new[turn.published :]:
            self.event_broker.publish({"sender_id": tracker.sender_id, **event})
        turn.published = len(new)

    async def keys(self) -> Iterable[str]:
        """All conversations."""
        return await asyncio.to_thread(_keys)

    def _restored(self, sender_id: str, stored: trackers.Stored) -> DialogueStateTracker | None:
        if not stored.events:
            return None
        tracker = self.init_tracker(sender_id)
        tracker.recreate_from_dialogue(Dialogue(sender_id, restored(stored.events)))
        return tracker

    def _write(self, tracker: DialogueStateTracker) -> None:
        with transaction() as session:
            stored = trackers.load(session, tracker.sender_id)
            events = keep(stored.events, list(tracker.events), self.domain.slots)
            trackers.write(session, tracker.sender_id, events, version=stored.version)


def _turn_of(sender_id: str) -> Turn | None:
    turn = current_turn()
    return turn if turn and turn.key == sender_id else None


def _load(sender_id: str) -> trackers.Stored:
    with transaction() as session:
        return trackers.load(session, sender_id)


def _keys() -> list[str]:
    with transaction() as session:
        return trackers.keys(session)
