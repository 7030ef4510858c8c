"""Keeping what a channel delivers, all of it in one transaction, before the delivery is acknowledged."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from siaga.db import transaction
from siaga.people import contacts
from siaga.turns import inbox, outbox, quarantine
from siaga.turns.messages import Batch, Oddity

THREADS = 6

log = logging.getLogger(__name__)


def keep(session: Session, batch: Batch, channel: str) -> None:
    """Keep everything; the caller commits."""
    for change in batch.alias_changes:
        contacts.follow(
            session,
            contacts.Alias(change.phone, change.user_id),
            contacts.Alias(change.new_phone, change.new_user_id),
            change.at,
        )
    inbox.receive(session, batch.messages, channel)
    outbox.record(session, batch.deliveries, channel)
    for preference in batch.preferences:
        outbox.prefer(session, preference, channel)
    quarantine.keep(session, batch.oddities, channel)


class Intake:
    """Keeps deliveries in threads of its own, so that the event loop goes on."""

    def __init__(self, channel: str) -> None:
        self._channel = channel
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="webhook")

    async def take(self, batch: Batch) -> bool:
        """Whether the batch has been committed; if not, the channel should deliver it again."""
        if not batch:
            return True
        try:
            await asyncio.get_running_loop().run_in_executor(self._threads, self._keep, batch)
        except Exception as error:
            log.error("a webhook could not be kept: %s", type(error).__name__)
            return False
        return True

    def _keep(self, batch: Batch) -> None:
        try:
            self._keep_once(batch)
        except OperationalError:
            # A connection that had died, or a deadlock with the same people in another webhook: once more.
            self._keep_once(batch)
        except DBAPIError as error:
            if error.connection_invalidated:
                raise
            # Something in it cannot be stored, and would not be by any retry: the rest must not suffer for it.
            self._keep_piece_by_piece(batch)

    def _keep_once(self, batch: Batch) -> None:
        with transaction() as session:
            keep(session, batch, self._channel)

    def _keep_piece_by_piece(self, batch: Batch) -> None:
        """Keep each update by itself; what cannot be kept is told apart in the quarantine by its kind only."""
        pieces = [
            *(Batch(messages=[message]) for message in batch.messages),
            *(Batch(deliveries=[delivery]) for delivery in batch.deliveries),
            *(Batch(alias_changes=[change]) for change in batch.alias_changes),
            *(Batch(preferences=[preference]) for preference in batch.preferences),
            *(Batch(oddities=[oddity]) for oddity in batch.oddities),
        ]
        for piece in pieces:
            try:
                self._keep_once(piece)
            except OperationalError:
                raise
            except DBAPIError as error:
                if error.connection_invalidated:
                    raise
                log.error("an update could not be stored: %s", type(error).__name__)
                kind = next(name for name in piece.__dataclass_fields__ if getattr(piece, name))
                self._keep_once(Batch(oddities=[Oddity(f"not storable: {kind}: {type(error).__name__}", repr(piece))]))
