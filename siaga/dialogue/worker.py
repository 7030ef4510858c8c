"""Running turns: take a lane, put its oldest message before Rasa, and commit all of what follows, or nothing."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import random
import secrets
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy import func
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.orm import Session

from siaga.db import transaction
from siaga.dialogue import turn as turns
from siaga.dialogue.action_endpoint import guarded
from siaga.dialogue.door import Door
from siaga.dialogue.logs import quiet_rasa
from siaga.dialogue.reading import metadata, read
from siaga.people.tables import Contact
from siaga.settings import settings
from siaga.turns import inbox, lanes, outbox, trackers
from siaga.turns.lanes import Lease, LeaseLost
from siaga.turns.messages import Draft, Option
from siaga.turns.outbox import Offered
from siaga.turns.wake import INBOX, Wake

POLL_SECONDS = 1.0
# A contact who writes without pause lets others pass after so many turns.
TURNS_IN_A_ROW = 10
# From the second failure on: a server that is merely restarted is back before anybody need hear of it.
TELL_OUTAGE_AFTER = 2
LONGEST_PAUSE = 5.0
STOP_SECONDS = 5.0

# Said when the domain has no such response.
_FALLBACK = {
    "utter_outage": "Layanan sedang ada gangguan. Pesan Anda sudah saya simpan dan akan saya jawab begitu pulih.",
    "utter_parked": "Maaf, pesan Anda tadi belum berhasil saya proses. Silakan coba tulis dengan kata lain.",
}

T = TypeVar("T")
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Work:
    """All that a turn needs to know."""

    lease: Lease
    message: inbox.Waiting
    key: str
    has_phone: bool
    last_message_at: datetime | None
    stored: trackers.Stored = field(repr=False)
    tapped: Option | None = field(repr=False)
    offered: Offered | None = field(repr=False)
    failures: int


def pause_after(failures: int) -> float:
    """Seconds of rest after so many failures in a row: doubling, never more than five, never two alike."""
    return min(0.25 * 2 ** min(failures, 8), LONGEST_PAUSE) * random.uniform(0.6, 1.0)  # noqa: S311 - spreads load


class Worker:
    """Works lanes for a channel, several at once. Any number of workers may run, in any number of processes."""

    def __init__(self, agent: Agent, door: Door) -> None:
        config = settings()
        self._agent = agent
        self._door = door
        self._lanes = config.lanes
        self._lease_seconds = config.lease_seconds
        self._turn_attempts = config.turn_attempts
        self._owner = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._stopping = False
        self._held: set[Lease] = set()
        self._working: set[asyncio.Task[None]] = set()
        self._asides: set[asyncio.Task[None]] = set()
        self._threads = ThreadPoolExecutor(config.lanes + 2, thread_name_prefix="turns")
        self._wake = Wake(INBOX)
        self._taker: asyncio.Task[None] | None = None
        self._heart: asyncio.Task[None] | None = None
        self._cut_off: list[Lease] = []

    # ------------------------------------------------------------------ life
    async def start(self) -> None:
        """Begin to work, in the background."""
        quiet_rasa()
        self._taker = asyncio.create_task(self._run())
        self._heart = asyncio.create_task(self._keep_leases())

    async def stop(self) -> None:
        """Take no more turns, let those that run end if they do soon, and give the lanes back."""
        self._stopping = True
        self._wake.set()
        await _end({self._taker} if self._taker else set(), POLL_SECONDS)
        await _end(set(self._working), STOP_SECONDS)
        await _end({self._heart} if self._heart else set(), 0)
        await _end(set(self._asides), 0)
        with contextlib.suppress(Exception):
            await self._in_database(lambda session: lanes.release(session, self._cut_off))
        self._threads.shutdown()

    async def _run(self) -> None:
        async with self._wake as wake:
            while not self._stopping:
                if not await self._take():
                    await wake.wait(POLL_SECONDS)

    async def _keep_leases(self) -> None:
        while True:
            await asyncio.sleep(self._lease_seconds / 3)
            renew = partial(lanes.renew, leases=list(self._held), seconds=self._lease_seconds)
            try:
                await self._in_database(renew)
            except Exception as error:
                log.warning("leases could not be renewed: %s", type(error).__name__)

    async def _take(self) -> bool:
        """Claim as many lanes as there is room for, and begin their turns."""
        room = self._lanes - len(self._working)
        if room <= 0 or not self._agent.is_ready():
            return False
        # The agent loads a new model with the endpoint it has, so the guard stays.
        self._agent.action_endpoint = guarded(self._agent.action_endpoint)
        self._agent.processor.action_endpoint = self._agent.action_endpoint
        try:
            claimed = await self._in_database(lambda session: self._claim(session, room))
        except Exception as error:
            log.warning("no lanes can be claimed: %s", type(error).__name__)
            return False
        for work in claimed:
            self._held.add(work.lease)
            task = asyncio.create_task(self._work(work))
            self._working.add(task)
            task.add_done_callback(self._done)
        return bool(claimed)

    def _claim(self, session: Session, room: int) -> list[Work]:
        found = [
            (lease, _open(session, lease)) for lease in lanes.claim(session, self._owner, room, self._lease_seconds)
        ]
        lanes.release(session, [lease for lease, work in found if work is None])
        return [work for _, work in found if work]

    def _done(self, task: asyncio.Task[None]) -> None:
        self._working.discard(task)
        self._wake.set()
        if not task.cancelled() and task.exception():
            log.error("a turn broke off: %s", type(task.exception()).__name__)

    # ------------------------------------------------------------------ turns
    async def _work(self, work: Work) -> None:
        lease = work.lease
        try:
            next_work: Work | None = work
            in_a_row = 0
            while next_work and not self._stopping:
                in_a_row += 1
                next_work = await self._turn(next_work, keep_lane=in_a_row < TURNS_IN_A_ROW)
            if next_work:
                await self._in_database(lambda session: lanes.release(session, [lease]))
        except LeaseLost:
            log.warning("the lane of contact %s was taken over", work.key)
        except asyncio.CancelledError:
            self._cut_off.append(lease)
            raise
        except Exception as error:
            # The database itself: the lane is given back when it answers, or its lease runs out.
            log.warning("a turn of contact %s was cut off: %s", work.key, type(error).__name__)
            self._aside(self._give_back(lease))
        finally:
            self._held.discard(lease)

    async def _turn(self, work: Work, *, keep_lane: bool) -> Work | None:
        """Run one turn; returns the lane's next, if the lane was kept for it.

        Raises:
            LeaseLost: somebody else has the lane; nothing was kept.
        """
        try:
            kept, drafts, key = await self._spoken(work)
            return await self._in_database(lambda s: self._commit(s, work, kept, drafts, key, keep_lane=keep_lane))
        except LeaseLost:
            raise
        except turns.ActionServerDown:
            await self._outage(work)
        except turns.TurnAborted as aborted:
            await self._failed(work, type(aborted).__name__)
        except Exception as error:
            if _database_is_away(error):
                raise
            await self._failed(work, type(error).__name__)
        return None

    async def _spoken(self, work: Work) -> tuple[trackers.Events, list[Draft], str]:
        """What Rasa makes of the message: the conversation to keep, and what to say."""
        message = work.message
        turn = turns.Turn(work.key, work.stored)
        output = self._door.output()
        if message.attempts == 0 and work.failures == 0:
            self._aside(self._door.began(message.wamid))
        heard = read(message, work.tapped, work.offered)
        turns.begin(turn)
        try:
            await self._agent.handle_message(
                UserMessage(
                    heard.text,
                    output,
                    work.key,
                    parse_data=heard.parse_data,
                    input_channel=self._door.name,
                    message_id=message.key,
                    metadata=metadata(message, heard.kind, has_phone=work.has_phone, previous=work.last_message_at),
                )
            )
        finally:
            turns.end()
        if turn.failure:
            raise turns.ActionFailed(turn.failure)
        if turn.kept is None:
            raise turns.ActionFailed("Rasa kept nothing")
        key = outbox.new_key()
        drafts = self._door.render(output.responses, key)
        if not drafts:
            log.warning("a message of contact %s was answered with nothing", work.key)
        return turn.kept, drafts, key

    def _commit(
        self,
        session: Session,
        work: Work,
        kept: trackers.Events,
        drafts: Sequence[Draft],
        key: str,
        *,
        keep_lane: bool,
    ) -> Work | None:
        message = work.message
        lane = lanes.hold(session, work.lease)
        trackers.write(session, work.key, kept, version=work.stored.version)
        _put(session, message.contact_id, drafts, key, caused_by=message.id)
        inbox.finish(session, message.id)
        contact = session.get(Contact, message.contact_id)
        contact.last_message_at = max(message.at, contact.last_message_at or message.at)
        lane.failures, lane.outage_told_at = 0, None
        if keep_lane:
            session.flush()
            next_work = _open(session, work.lease)
            if next_work:
                lane.lease_until = func.now() + timedelta(seconds=self._lease_seconds)
                return next_work
        lanes.free(lane)
        return None

    # ------------------------------------------------------------------ when it goes wrong
    async def _outage(self, work: Work) -> None:
        """Keep the message for when the action server is back, and say so, once."""
        note = await self._note("utter_outage", work.key)
        pause = pause_after(work.failures + 1)

        def rest(session: Session) -> None:
            lane = lanes.hold(session, work.lease)
            lane.failures += 1
            if lane.failures >= TELL_OUTAGE_AFTER and lane.outage_told_at is None:
                lane.outage_told_at = func.now()
                _put(session, work.message.contact_id, note.drafts, note.key)
            lanes.free(lane, pause=timedelta(seconds=pause))

        log.warning("the action server is away: contact %s waits", work.key)
        await self._in_database(rest)
        self._wake_in(pause)

    async def _failed(self, work: Work, error: str) -> None:
        """Count the failure; after too many the message is parked, and the contact is told."""
        note = await self._note("utter_parked", work.key)
        pause = pause_after(work.message.attempts + 1)

        def count(session: Session) -> None:
            lane = lanes.hold(session, work.lease)
            parked = inbox.fail(session, work.message.id, error, limit=self._turn_attempts)
            if parked:
                _put(session, work.message.contact_id, note.drafts, note.key)
            lanes.free(lane, pause=None if parked else timedelta(seconds=pause))

        log.error("a turn of contact %s failed: %s", work.key, error)
        await self._in_database(count)
        self._wake_in(pause)

    async def _note(self, response: str, key: str) -> _Note:
        """Something of the machinery's own to say, in the domain's words."""
        said: dict[str, Any] | None = None
        with contextlib.suppress(Exception):
            tracker = DialogueStateTracker.from_events(key, [], slots=self._agent.domain.slots)
            said = await self._agent.nlg.generate(response, tracker, self._door.name)
        message_key = outbox.new_key()
        drafts = self._door.render([said or {"text": _FALLBACK[response]}], message_key)
        return _Note(drafts, message_key)

    async def _give_back(self, lease: Lease) -> None:
        for _ in range(3):
            await asyncio.sleep(pause_after(1))
            with contextlib.suppress(Exception):
                await self._in_database(lambda session: lanes.release(session, [lease]))
                self._wake.set()
                return

    # ------------------------------------------------------------------ tools
    def _aside(self, work: Awaitable[None]) -> None:
        """Do something beside the turn, which neither waits for it nor fails with it."""

        async def run() -> None:
            try:
                await work
            except Exception as error:
                log.info("beside a turn: %s", type(error).__name__)

        task = asyncio.create_task(run())
        self._asides.add(task)
        task.add_done_callback(self._asides.discard)

    def _wake_in(self, seconds: float) -> None:
        asyncio.get_running_loop().call_later(seconds + 0.01, self._wake.set)

    async def _in_database(self, work: Callable[[Session], T]) -> T:
        def run() -> T:
            with transaction() as session:
                return work(session)

        return await asyncio.get_running_loop().run_in_executor(self._threads, run)


@dataclass(frozen=True)
class _Note:
    drafts: list[Draft]
    key: str


def _open(session: Session, lease: Lease) -> Work | None:
    """The lane's next turn, or None if nothing waits."""
    message = inbox.first_waiting(session, lease.contact_id)
    if message is None:
        return None
    contact = session.get(Contact, lease.contact_id)
    lane = session.get(lanes.Lane, lease.contact_id)
    tapped = offered = None
    if message.kind == "option":
        tapped = outbox.find_option(session, lease.contact_id, str(message.content.get("id") or ""))
    if tapped is None and message.kind in ("text", "option"):
        offered = outbox.last_offered(session, lease.contact_id)
    return Work(
        lease=lease,
        message=message,
        key=contact.key,
        has_phone=contact.phone is not None,
        last_message_at=contact.last_message_at,
        stored=trackers.load(session, contact.key),
        tapped=tapped,
        offered=offered,
        failures=lane.failures,
    )


def _put(session: Session, contact_id: int, drafts: Sequence[Draft], key: str, *, caused_by: int | None = None) -> None:
    """Queue what a turn says; the message with the options gets the key that their ids begin with."""
    for draft in drafts:
        own_key = key if draft.options else None
        outbox.put(session, contact_id, draft.payload, draft.options, key=own_key, caused_by=caused_by)


def _database_is_away(error: BaseException) -> bool:
    if isinstance(error, (OperationalError, InterfaceError, PoolExhausted)):
        return True
    return isinstance(error, DBAPIError) and error.connection_invalidated


async def _end(tasks: set[asyncio.Task[Any]], seconds: float) -> None:
    """Let tasks end by themselves for a while, then cancel them."""
    if not tasks:
        return
    _, late = await asyncio.wait(tasks, timeout=seconds)
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
