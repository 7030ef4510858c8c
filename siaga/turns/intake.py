"""Keeping what a channel delivers, all of it in one transaction, before the delivery is acknowledged."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, StatementError
from sqlalchemy.orm import Session

from siaga.db import transaction
from siaga.people.contacts import ContactsBusy
from siaga.turns import follow, inbox, quarantine, statuses, wishes
from siaga.turns.gathering import Gathering
from siaga.turns.messages import Batch, Oddity, message_key
from siaga.watch import metrics, trace
from siaga.watch.seldom import Seldom

THREADS = 6
# A message brings three statuses, each in a webhook of its own: they wait so long for one another.
STATUS_SECONDS = 0.05
# Twice as long as WhatsApp delivers again, and less than a message is known for: whoever brings one that is older
# repeats what may have been answered, and forgotten since.
OLDEST = timedelta(days=13)
TOO_OLD = "older than the channel delivers"

log = logging.getLogger(__name__)


def keep(session: Session, batch: Batch, channel: str) -> None:
    """Keep everything; the caller commits. Of what is too old it is kept that it came, and nothing that it says."""
    since = datetime.now(timezone.utc) - OLDEST
    for change in sorted(batch.alias_changes, key=lambda change: change.at):
        follow.follow(session, change, channel)
    inbox.receive(session, [message for message in batch.messages if message.at >= since], channel)
    statuses.record(session, batch.deliveries, channel)
    for preference in sorted(batch.preferences, key=lambda preference: preference.at):
        wishes.prefer(session, preference, channel)
    old = [Oddity(TOO_OLD, {"message": message_key(one.wamid)}) for one in batch.messages if one.at < since]
    quarantine.keep(session, [*batch.oddities, *old], channel)


class Intake:
    """Keeps deliveries in threads of its own, so that the event loop goes on."""

    def __init__(self, channel: str) -> None:
        self._channel = channel
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="webhook")
        self._messages = Gathering(self._keep_all, self._threads)
        self._statuses = Gathering(self._keep_all, self._threads, STATUS_SECONDS)
        # While the database is away all of them are refused, and each comes again and again.
        self._unkept = Seldom(log, logging.ERROR)

    async def take(self, batch: Batch) -> bool:
        """Whether the batch has been committed; if not, the channel should deliver it again."""
        if not batch:
            return True
        try:
            with metrics.LATENCY.timed("webhook"):
                await self._keeping(batch)
        except Exception as error:
            metrics.WEBHOOKS.add("unkept")
            self._unkept.tell(f"a webhook could not be kept: {type(error).__name__}")
            return False
        _count(batch)
        return True

    async def _keeping(self, batch: Batch) -> None:
        if batch.alias_changes or batch.preferences or batch.oddities:
            # Which change comes before which message matters, and what is odd may not be storable.
            await asyncio.get_running_loop().run_in_executor(self._threads, self._keep, batch)
        elif batch.messages:
            await self._messages.keep(batch)
        else:
            await self._statuses.keep(batch)

    def _keep_all(self, batches: Sequence[Batch]) -> list[Exception | None]:
        """Keep deliveries of messages and statuses together; each by itself where one of them spoils it for all."""
        if len(batches) > 1:
            try:
                self._keep_soon(_joined(batches))
            except Exception as error:
                if not _is_its_own_fault(error):
                    raise
            else:
                return [None] * len(batches)
        return [self._problem(batch) for batch in batches]

    def _problem(self, batch: Batch) -> Exception | None:
        try:
            self._keep(batch)
        except Exception as error:
            return error
        return None

    def _keep(self, batch: Batch) -> None:
        try:
            self._keep_soon(batch)
        except Exception as error:
            if not _is_its_own_fault(error):
                raise
            # No retry would change that; the rest must not suffer for it.
            log.error("a webhook could not be stored as a whole: %s", type(error).__name__)
            self._keep_piece_by_piece(batch)

    def _keep_soon(self, batch: Batch) -> None:
        """Keep it, at the second try if need be.

        The first may meet a connection that has died, a deadlock with the same people in another webhook, or somebody
        who has just been made, or merged, there.
        """
        try:
            self._keep_once(batch)
        except (DBAPIError, ContactsBusy):
            self._keep_once(batch)

    def _keep_once(self, batch: Batch) -> None:
        with transaction() as session:
            keep(session, batch, self._channel)

    def _keep_piece_by_piece(self, batch: Batch) -> None:
        """Keep each update by itself; what cannot be kept goes to the quarantine."""
        for kind in batch.__dataclass_fields__:
            for piece in getattr(batch, kind):
                try:
                    self._keep_soon(Batch(**{kind: [piece]}))
                except Exception as error:
                    if not _is_its_own_fault(error):
                        raise
                    reason = type(error).__name__
                    log.error("an update could not be stored: %s", reason)
                    self._keep_soon(Batch(oddities=[Oddity(f"not storable, {kind}: {reason}", _written_out(piece))]))


def _joined(batches: Sequence[Batch]) -> Batch:
    return Batch(
        messages=[message for batch in batches for message in batch.messages],
        deliveries=[delivery for batch in batches for delivery in batch.deliveries],
    )


def _count(batch: Batch) -> None:
    """What was kept, or had been before; and that each message is here."""
    metrics.WEBHOOKS.add("kept")
    for what, pieces in (
        ("message", batch.messages),
        ("status", batch.deliveries),
        ("alias_change", batch.alias_changes),
        ("preference", batch.preferences),
        ("oddity", batch.oddities),
    ):
        if pieces:
            metrics.RECEIVED.add(what, n=len(pieces))
    for delivery in batch.deliveries:
        metrics.STATUSES.add(delivery.status)
    if trace.is_told():
        for message in batch.messages:
            trace.station("received", message_key(message.wamid), kind=message.kind)


def _is_its_own_fault(error: Exception) -> bool:
    """Whether something cannot be stored for what it is; else the database is away, or not what it should be."""
    if isinstance(error, DBAPIError):
        return isinstance(error, (DataError, IntegrityError))
    return isinstance(error, (StatementError, ValueError, TypeError))


def _written_out(piece: object) -> dict[str, str]:
    """The fields of an update, such as its ``repr`` does not show."""
    return {name: repr(getattr(piece, name)) for name in getattr(piece, "__dataclass_fields__", {})}
