"""Running turns: take a lane, put its oldest message before Rasa, and commit all of what follows, or nothing."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import random
import secrets
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.orm import Session

from siaga.db import transaction
from siaga.dialogue import attended, counted, rumours, unclear
from siaga.dialogue import turn as turns
from siaga.dialogue.action_endpoint import GuardedEndpoint, guarded
from siaga.dialogue.backlog import Backlog
from siaga.dialogue.door import Collector, Door
from siaga.dialogue.logs import quiet_rasa
from siaga.dialogue.notes import Notes
from siaga.dialogue.reading import metadata, turned_page
from siaga.dialogue.spared import spare
from siaga.dialogue.work import Work, heard_from, open_work
from siaga.handoffs.state import hold_contact, open_of
from siaga.handoffs.tables import HandOff
from siaga.lasting import settle
from siaga.settings import settings
from siaga.turns import inbox, lanes, outbox, resume, trackers
from siaga.turns.lanes import HeldLane, Lease, LeaseLost
from siaga.turns.messages import Draft
from siaga.turns.wake import INBOX, Wake
from siaga.unclear.collect import FALLBACK
from siaga.watch import checks, metrics, trace
from siaga.watch.health import Check
from siaga.watch.logs import set_up
from siaga.watch.process import Watched, watched

POLL_SECONDS = 1.0
# A contact who writes without pause lets others pass after so many turns.
TURNS_IN_A_ROW = 10
# From the second failure on: a server that is merely restarted is back before anybody need hear of it.
TELL_OUTAGE_AFTER = 2
LONGEST_PAUSE = 5.0
# After a turn failed by itself, seconds until it is tried again, which double.
FIRST_REST, LONGEST_REST = 1.5, 20.0
STOP_SECONDS = 5.0
_HOW = {FALLBACK: "fallback", "out_of_scope": "out_of_scope"}
_NOW = select(func.clock_timestamp())

T = TypeVar("T")
log = logging.getLogger(__name__)


def pause_after(failures: int, first: float = 0.5, longest: float = LONGEST_PAUSE) -> float:
    """Seconds of rest after so many failures in a row: doubling, and never two alike."""
    return min(first * 2 ** (min(failures, 10) - 1), longest) * random.uniform(0.6, 1.0)  # noqa: S311 - spreads load


class Worker:
    """Works lanes for a channel, several at once. Any number of workers may run, in any number of processes."""

    def __init__(self, agent: Agent, door: Door) -> None:
        config = settings()
        self._agent = agent
        self._door = door
        self._config = config
        self._notes = Notes(agent, door)
        self._backlog = Backlog(self._notes, config, self._in_database)
        self._lanes = config.lanes
        self._lease_seconds = config.lease_seconds
        self._turn_attempts = config.turn_attempts
        self._owner = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._stopping = False
        self._held: set[Lease] = set()
        self._working: set[asyncio.Task[None]] = set()
        self._asides: set[asyncio.Task[None]] = set()
        self._threads = ThreadPoolExecutor(config.lanes + 2, thread_name_prefix="turns")
        # Understanding has one thread: it computes mostly without the interpreter's lock, and holds nobody up there.
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="understanding")
        self._reading = asyncio.new_event_loop()
        self._wake = Wake(INBOX)
        self._taker: asyncio.Task[None] | None = None
        self._heart: asyncio.Task[None] | None = None
        self._watch: asyncio.Task[None] | None = None
        self._beat: asyncio.Task[None] | None = None
        self._watched: Watched | None = None
        self._cut_off: list[Lease] = []
        # Whether lanes may be ready that nobody has had room for.
        self._passed_by = True
        # Of the model that is loaded now.
        self._processor = agent.processor

    # ------------------------------------------------------------------ life
    async def start(self) -> None:
        """Begin to work, in the background."""
        quiet_rasa()
        set_up("rasa", logging.getLogger().level)
        spare()
        self._watched = watched("rasa", self._checks())
        self._taker = asyncio.create_task(self._run())
        self._heart = asyncio.create_task(self._keep_leases())
        self._watch = asyncio.create_task(self._backlog.watch())
        self._beat = asyncio.create_task(self._watched.keep_beating())

    def _checks(self) -> dict[str, Check]:
        """What turns need besides the database and the keys."""
        action_url = guarded(self._agent.action_endpoint).url
        return {
            "model": checks.true(self._agent.is_ready, "none is loaded"),
            "actions": checks.answering(action_url),
            "worker": checks.true(lambda: self._taker is not None and not self._taker.done(), "it has ended"),
        }

    async def stop(self) -> None:
        """Take no more turns, let those that run end if they do soon, and give the lanes back."""
        self._stopping = True
        if self._watched:
            self._watched.drain()
        self._wake.set()
        await _end({self._taker} if self._taker else set(), POLL_SECONDS)
        await _end(set(self._working), STOP_SECONDS)
        await _end({task for task in (self._heart, self._watch, self._beat) if task}, 0)
        await _end(set(self._asides), 0)
        with contextlib.suppress(Exception):
            await self._in_database(lambda session: lanes.release(session, self._cut_off))
        self._threads.shutdown()
        self._reader.shutdown()
        self._reading.close()
        if isinstance(self._agent.action_endpoint, GuardedEndpoint):
            await self._agent.action_endpoint.close()

    async def _run(self) -> None:
        async with self._wake as wake:
            while not self._stopping:
                if pause := await self._take():
                    await wake.wait(pause)

    async def _keep_leases(self) -> None:
        while True:
            await asyncio.sleep(self._lease_seconds / 3)
            renew = partial(lanes.renew, leases=list(self._held), seconds=self._lease_seconds)
            try:
                await self._in_database(renew)
            except Exception as error:
                log.warning("leases could not be renewed: %s", type(error).__name__)

    async def _take(self) -> float:
        """Claim as many lanes as there is room for, and begin their turns; how long to wait before the next time."""
        self._passed_by = True
        room = self._lanes - len(self._working)
        if room <= 0 or not self._agent.is_ready():
            return POLL_SECONDS
        # The agent loads a new model with the endpoint it has, so the guard stays.
        self._agent.action_endpoint = guarded(self._agent.action_endpoint)
        self._agent.processor.action_endpoint = self._agent.action_endpoint
        if self._agent.processor is not self._processor:
            self._processor = self._agent.processor
            settle()
        try:
            claimed, pause = await self._in_database(lambda session: self._claim(session, room))
        except Exception as error:
            log.warning("no lanes can be claimed: %s", type(error).__name__)
            return POLL_SECONDS
        self._passed_by = pause == 0
        for work in claimed:
            self._held.add(work.lease)
            task = asyncio.create_task(self._work(work))
            self._working.add(task)
            task.add_done_callback(self._done)
        return pause

    def _claim(self, session: Session, room: int) -> tuple[list[Work], float]:
        claimed = []
        leases = lanes.claim(session, self._owner, room, self._lease_seconds, channel=self._door.name)
        for lease in leases:
            work = open_work(session, lease, self._config)
            if work:
                claimed.append(work)
            else:
                lanes.free(lanes.hold(session, lease), waiting=False)
        if len(leases) == room:
            return claimed, 0.0
        # Nobody wakes us when a pause is over.
        soon = lanes.next_ready(session, self._door.name)
        return claimed, min(POLL_SECONDS, max(0.01, float(soon))) if soon is not None else POLL_SECONDS

    def _done(self, task: asyncio.Task[None]) -> None:
        self._working.discard(task)
        if self._passed_by:
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
                self._wake.set()
        except LeaseLost:
            metrics.TURNS.add("lost")
            log.warning("the lane of contact %s was taken over", work.key)
        except asyncio.CancelledError:
            self._cut_off.append(lease)
            raise
        except Exception as error:
            # The database itself: the lane is given back when it answers, or its lease runs out.
            metrics.TURNS.add("cut")
            log.warning("a turn of contact %s was cut off: %s", work.key, type(error).__name__)
            self._aside(self._give_back(lease))
        finally:
            self._held.discard(lease)

    async def _turn(self, work: Work, *, keep_lane: bool) -> Work | None:
        """Run one turn; returns the lane's next, if the lane was kept for it.

        Raises:
            LeaseLost: somebody else has the lane; nothing was kept.
        """
        first, *others = (message.key for message in work.turn)
        trace.follow(first)
        for other in others:
            trace.station("joined", other, of=first)
        metrics.LATENCY.see(work.turn[0].waited, "queue")
        with metrics.LATENCY.timed("turn"):
            return await self._run_turn(work, keep_lane=keep_lane)

    async def _run_turn(self, work: Work, *, keep_lane: bool) -> Work | None:
        """As ``_turn``, which measures it."""
        if work.problem:
            await self._failed(work, work.problem)
            return None
        try:
            spoken = await self._spoken(work)
            note = await self._notes.make("utter_too_many", work.key, count=work.unread) if work.unread else []
            with metrics.LATENCY.timed("commit"):
                following, pause = await self._in_database(
                    lambda session: self._commit(session, work, spoken, note, keep_lane=keep_lane)
                )
            if pause is not None:
                self._wake_in(pause)
            metrics.TURNS.add("silent" if spoken.silent else "answered")
            trace.station("turn", contact=work.key, messages=len(work.turn), answers=len(spoken.drafts))
            return following
        except LeaseLost:
            raise
        except turns.ActionServerDown as down:
            await self._outage(work, danger=down.danger)
        except turns.TurnAborted as aborted:
            await self._failed(work, type(aborted).__name__, danger=aborted.danger)
        except Exception as error:
            if _database_is_away(error):
                raise
            await self._failed(work, type(error).__name__)
        return None

    async def _spoken(self, work: Work) -> turns.Spoken:
        """What Rasa makes of the message: the conversation to keep, and what to say."""
        if not work.is_held:
            self._began(work)
        key = outbox.new_key()
        page = turned_page(work.tapped)
        if page is not None and work.offered and not work.is_held:
            return turns.Spoken(work.stored.events, self._door.page(work.offered.options, page, key), key)
        output = self._door.output()
        heard = attended.heard(work)
        about = metadata(
            work.turn,
            heard.kind,
            has_phone=work.has_phone,
            previous=work.last_message_at,
            preview=work.preview,
            hand_off=work.hand_off,
        )
        message = UserMessage(
            heard.text,
            output,
            work.key,
            parse_data=heard.parse_data,
            input_channel=self._door.name,
            message_id=work.turn[0].key,
            metadata=about,
        )
        if message.parse_data is None:
            message.parse_data = await self._understood(message, work)
        if work.is_held:
            if attended.is_for_person(message.parse_data):
                return turns.Spoken(work.stored.events, [], key, silent=True)
            self._began(work)
        danger = attended.tells_danger(message.parse_data)
        try:
            return replace(await self._answered(work, message, output, key), danger=danger)
        except turns.TurnAborted as aborted:
            aborted.danger = danger
            raise

    async def _answered(self, work: Work, message: UserMessage, output: Collector, key: str) -> turns.Spoken:
        """What Rasa answers to a message that has been understood."""
        turn = turns.Turn(work.key, work.stored)
        turns.begin(turn)
        try:
            with metrics.LATENCY.timed("dialogue"):
                await self._agent.handle_message(message)
        finally:
            turns.end()
        if turn.failure:
            raise turns.ActionFailed(turn.failure)
        if turn.kept is None:
            raise turns.ActionFailed("Rasa kept nothing")
        drafts = self._door.render(output.responses, key)
        if not drafts:
            log.warning("a message of contact %s was answered with nothing", work.key)
        noticed = unclear.noticed(turn.kept, message.message_id, message.parse_data)
        return turns.Spoken(turn.kept, drafts, key, noticed, turn.events)

    def _began(self, work: Work) -> None:
        """Show that an answer is being written; of a turn that is run again it has been shown."""
        if work.attempts == 0 and work.failures == 0 and not work.is_of_desk:
            last = work.turn[-1]
            self._aside(self._door.began(last.wamid, last.number))

    async def _understood(self, message: UserMessage, work: Work) -> dict[str, Any]:
        """What Rasa's pipeline makes of a text, computed beside the event loop, which answers webhooks meanwhile."""

        def parse() -> dict[str, Any]:
            try:
                parsed = self._reading.run_until_complete(self._agent.processor.parse_message(message))
            except Exception as error:
                if not work.is_held:
                    raise
                # A person reads it in any case.
                log.error("a message of contact %s was not understood: %s", work.key, type(error).__name__)
                return attended.by_words(message.text)
            parsed = rumours.heard(parsed, message.metadata or {}, work.stored.events)
            return attended.asks_after_person(attended.wants_back(parsed), work.hand_off)

        with metrics.LATENCY.timed("understanding"):
            found = await asyncio.get_running_loop().run_in_executor(self._reader, parse)
        _note(found)
        return found

    def _commit(
        self, session: Session, work: Work, spoken: turns.Spoken, note: list[Draft], *, keep_lane: bool
    ) -> tuple[Work | None, float | None]:
        """As ``_go_on``."""
        contact_id, last = work.lease.contact_id, work.turn[-1]
        # The contact before the lane, as webhooks lock them.
        hold_contact(session, contact_id)
        lane = lanes.hold(session, work.lease)
        # Nobody changes it who has not locked the contact.
        hand_off = open_of(session, contact_id)
        is_held = attended.is_held(hand_off)
        if spoken.silent and not is_held:
            # The person has given it back meanwhile: run again, the bot answers.
            return self._go_on(session, work, lane, 0.0, keep_lane=keep_lane)
        keys: list[str] = []
        if not spoken.silent:
            trackers.write(session, work.key, spoken.kept, version=work.stored.version)
            unclear.note(session, contact_id, spoken.noticed)
            keys = outbox.put_all(
                session,
                contact_id,
                spoken.drafts,
                spoken.key,
                channel=self._door.name,
                caused_by=work.turn[0].id,
                template=self._door.apology(last.at) if work.is_late else None,
                urgent=spoken.danger,
            )
        if hand_off is not None:
            attended.record(session, hand_off, work, spoken, keys, self._door.shown)
        elif work.is_held:
            # This turn has ended it.
            resume.take_up(session, contact_id, last.at)
        inbox.finish(session, work.turn)
        if not work.is_of_desk:
            counted.tally(session, work, spoken)
            heard_from(session, contact_id, last.at)
        lane.failures, lane.outage_told_at = 0, None
        pause = inbox.rest(session, contact_id, at_once=is_held)
        if pause is None:
            lane.busy_told_at = None
            if note:
                # All else is answered: what was too much is told in one line, once.
                lane.unread = max(0, lane.unread - work.unread)
                told = self._notes.put(session, contact_id, note)
                if hand_off is not None:
                    attended.record_answer(session, hand_off, note, told, self._door.shown)
        return self._go_on(session, work, lane, pause, keep_lane=keep_lane)

    def _go_on(
        self, session: Session, work: Work, lane: HeldLane, pause: float | None, *, keep_lane: bool
    ) -> tuple[Work | None, float | None]:
        """The lane's next turn, if there is one now and the lane may be kept for it; else the lane is given back.

        Besides, in how many seconds it is to be taken again, if something waits in a lane that was given back.
        """
        if keep_lane and pause == 0 and lane.channel == self._door.name:
            lanes.keep_on(lane, self._lease_seconds)
            return open_work(session, work.lease, self._config), None
        lanes.free(lane, waiting=pause is not None, pause=pause or 0)
        return None, pause

    # ------------------------------------------------------------------ when it goes wrong
    async def _outage(self, work: Work, *, danger: bool) -> None:
        """Keep the message for when the action server is back, and say so, once; whoever tells of danger hears where
        help is at once, and as often as they tell of it, whatever else of theirs waits before it."""
        note = await self._notes.make("utter_outage", work.key)
        help_now = await self._notes.make("utter_outage_danger", work.key)
        pause = pause_after(work.failures + 1)

        def rest(session: Session) -> None:
            hand_off = self._hand_off(session, work)
            lane = lanes.hold(session, work.lease)
            lane.failures += 1
            said, keys = note, []
            told_at = lane.outage_told_at
            now = session.scalar(_NOW)
            if attended.cries(session, lane.contact_id, told_at) or (danger and told_at is None):
                lane.outage_told_at = now
                said, keys = help_now, self._notes.put(session, lane.contact_id, help_now, urgent=True)
            elif lane.failures >= TELL_OUTAGE_AFTER and told_at is None:
                lane.outage_told_at = now
                keys = self._notes.put(session, lane.contact_id, note)
            if hand_off is not None:
                attended.record_failed(session, hand_off, work, danger)
                attended.record_answer(session, hand_off, said, keys, self._door.shown)
            lanes.free(lane, waiting=True, pause=pause, failed=True)

        metrics.TURNS.add("outage")
        log.warning("the action server is away: contact %s waits", work.key)
        await self._in_database(rest)
        self._wake_in(pause)

    async def _failed(self, work: Work, error: str, *, danger: bool = False) -> None:
        """Count the failure; after too many the message is parked, and the contact is told."""
        note = await self._notes.make("utter_parked", work.key)
        # Five tries take some twenty seconds: what is mended in a moment need not be parked.
        pause = pause_after(work.attempts + 1, FIRST_REST, LONGEST_REST)

        def count(session: Session) -> float:
            hand_off = self._hand_off(session, work)
            lane = lanes.hold(session, work.lease)
            parked = inbox.fail(session, work.turn, error, limit=self._turn_attempts)
            keys = []
            if parked and not attended.is_held(hand_off):
                keys = self._notes.put(session, lane.contact_id, note)
            if hand_off is not None:
                attended.record_failed(session, hand_off, work, danger)
                attended.record_answer(session, hand_off, note, keys, self._door.shown)
            rest = 0.0 if parked else pause
            lanes.free(lane, waiting=True, pause=rest, failed=True)
            return rest

        metrics.TURNS.add("failed")
        log.error("a turn of contact %s failed: %s", work.key, error)
        self._wake_in(await self._in_database(count))

    def _hand_off(self, session: Session, work: Work) -> HandOff | None:
        """The hand-off that is open, of a turn that began with one: what cannot be answered can still be read there.

        The contact is locked in any case, before the lane: who erases them has both in this order.
        """
        hold_contact(session, work.lease.contact_id)
        return None if work.hand_off is None else open_of(session, work.lease.contact_id)

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


def _note(parsed: Mapping[str, Any]) -> None:
    """Count how a text was understood."""
    intent = parsed.get("intent") or {}
    metrics.UNDERSTOOD.add(_HOW.get(str(intent.get("name")), "meaning"))
    metrics.CONFIDENCE.see(float(intent.get("confidence") or 0.0))


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
