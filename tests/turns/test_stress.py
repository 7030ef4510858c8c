"""Many webhooks, several workers that die or lose their lanes at random: nothing is lost, doubled, or out of order."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import exists, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from siaga.db import transaction
from siaga.people.contacts import ensure_contact
from siaga.settings import settings
from siaga.turns import inbox, lanes, operator
from siaga.turns.messages import Incoming, message_key
from siaga.turns.tables import InboundMessage, Lane
from tests.turns import people

PHONES = [f"62800000000{number}" for number in range(6)]
SECONDS = 4.0
LEASE_SECONDS = 0.25
LIMIT = 3


@dataclass
class World:
    """What the workers have done, as the action server and the contacts would see it."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    stop: threading.Event = field(default_factory=threading.Event)
    runs: dict[int, tuple[int, ...]] = field(default_factory=dict)
    ended: list[tuple[int, tuple[int, ...]]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    events: Counter[str] = field(default_factory=Counter)

    def run(self, turn: Sequence[inbox.Waiting]) -> None:
        """The registry has the effects of a turn by the id of its first message."""
        ids = tuple(message.id for message in turn)
        with self.lock:
            if self.runs.setdefault(ids[0], ids) != ids:
                self.problems.append(f"turn {ids[0]} was {self.runs[ids[0]]}, is now {ids}")


def _deliver(world: World, seed: int) -> None:
    """Webhooks with messages of several people, repeated, edited and taken back."""
    dice = random.Random(seed)
    sent: list[Incoming] = []
    while not world.stop.is_set():
        batch = [_message(dice, sent) for _ in range(dice.randint(1, 5))]
        sent += [message for message in batch if message.kind == "text"]
        dice.shuffle(batch)
        for _ in range(2):
            try:
                with transaction() as session:
                    inbox.receive(session, batch)
                    if dice.random() < 0.1:
                        time.sleep(dice.uniform(0, 0.1))
                world.events["received"] += 1
                break
            except OperationalError:
                world.events["webhook tried again"] += 1
        time.sleep(dice.uniform(0, 0.06))


def _message(dice: random.Random, sent: Sequence[Incoming]) -> Incoming:
    if sent and dice.random() < 0.15:
        return dice.choice(sent[-20:])
    wamid, phone = f"wamid.{dice.getrandbits(64)}", dice.choice(PHONES)
    if sent and dice.random() < 0.25:
        original = dice.choice(sent[-5:])
        kind = dice.choice(["edit", "revoke"])
        change = {"original": message_key(original.wamid)} | ({"text": "lain"} if kind == "edit" else {})
        return Incoming(wamid, people.AT, kind, change, original.phone)  # type: ignore[arg-type]
    if dice.random() < 0.2:
        return Incoming(wamid, people.AT, "option", {"id": "x.1", "title": "Ya"}, phone)
    age = timedelta(seconds=dice.uniform(0, 5))
    return Incoming(wamid, people.AT - age, "text", {"text": "halo"}, phone)


def _gather(rows: Sequence[inbox.Waiting]) -> int:
    return next((place for place, row in enumerate(rows) if row.kind != "text"), len(rows)) or 1


def _work(world: World, seed: int) -> None:
    """What the worker does with lanes: claim, run, end; now and then it dies, fails, or is too slow."""
    dice = random.Random(seed)
    while not world.stop.is_set():
        with transaction() as session:
            opened = []
            for lease in lanes.claim(session, f"w{seed}", 2, LEASE_SECONDS):
                turn = inbox.open_turn(session, lease.contact_id, _gather, stale_after=3600)
                if turn:
                    opened.append((lease, turn))
                else:
                    lanes.free(lanes.hold(session, lease), waiting=False)
        for lease, turn in opened:
            _turn(world, dice, lease, turn)
        if not opened:
            time.sleep(0.01)


def _turn(world: World, dice: random.Random, lease: lanes.Lease, turn: list[inbox.Waiting]) -> None:
    world.run(turn)
    fate = dice.random()
    if fate < 0.08:
        world.events["died"] += 1
        return
    if fate < 0.12:
        time.sleep(LEASE_SECONDS * 1.5)
    elif fate < 0.2:
        with transaction() as session:
            lanes.renew(session, [lease], LEASE_SECONDS)
    try:
        with transaction() as session:
            lane = lanes.hold(session, lease)
            if fate > 0.9:
                world.events["failed"] += 1
                inbox.fail(session, turn, "ValueError", limit=LIMIT)
                lanes.free(lane, waiting=True, pause=0.02, failed=True)
                return
            inbox.finish(session, turn)
            pause = inbox.rest(session, lease.contact_id)
            lanes.free(lane, waiting=pause is not None, pause=pause or 0)
            with world.lock:
                world.ended.append((lease.contact_id, tuple(message.id for message in turn)))
    except lanes.LeaseLost:
        world.events["lease lost"] += 1


def _replay(world: World) -> None:
    while not world.stop.is_set():
        with transaction() as session:
            for parked in operator.parked(session):
                operator.replay(session, parked.turn)
                world.events["replayed"] += 1
        time.sleep(0.3)


def _forgotten_lanes(session: Session) -> Any:
    waits = exists().where(InboundMessage.contact_id == Lane.contact_id, InboundMessage.status == "waiting")
    return session.scalar(select(func.count()).select_from(Lane).where(waits, Lane.ready_at.is_(None)))


def test_nothing_is_lost_doubled_or_changed_by_workers_that_die(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "pause_seconds", 0.03)
    monkeypatch.setattr(settings(), "longest_pause_seconds", 0.1)
    with transaction() as session:
        for phone in PHONES:
            ensure_contact(session, phone=phone)
    world, seed = World(), random.randrange(10**6)
    arrive = lanes.arrive

    def arrive_late(*arguments: Any) -> None:
        # Between the moment in which messages get their numbers and the one in which their lanes are locked.
        if random.random() < 0.2:
            time.sleep(random.uniform(0, 0.2))
        arrive(*arguments)

    monkeypatch.setattr(lanes, "arrive", arrive_late)
    with ThreadPoolExecutor(8) as pool:
        delivering = [pool.submit(_deliver, world, seed + number) for number in range(3)]
        working = [pool.submit(_work, world, seed + 10 + number) for number in range(3)]
        replaying = pool.submit(_replay, world)
        deadline = time.monotonic() + SECONDS
        try:
            while time.monotonic() < deadline:
                with transaction() as session:
                    assert _forgotten_lanes(session) == 0, seed
                time.sleep(0.05)
        finally:
            world.stop.set()
        for future in [*delivering, *working, replaying]:
            future.result()
    _finish(world)
    assert not world.problems, (seed, world.problems[:3])
    ended = Counter(message for _, turn in world.ended for message in turn)
    assert max(ended.values()) == 1, (seed, "a message had two turns")
    with transaction() as session:
        assert session.scalar(select(func.count()).where(InboundMessage.status.in_(("waiting", "parked")))) == 0, seed
        done = set(session.scalars(select(InboundMessage.id).where(InboundMessage.status == "done")))
        assert done == set(ended), (seed, "done without a turn, or the other way round")
    assert min(world.events[what] for what in ("received", "died", "failed", "lease lost")) > 0, world.events


def _finish(world: World) -> None:
    """A worker that does not die works off what is left; everything becomes ready by itself."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with transaction() as session:
            for parked in operator.parked(session):
                operator.replay(session, parked.turn)
            if not session.scalar(select(exists().where(InboundMessage.status == "waiting"))):
                return
            for lease in lanes.claim(session, "last", 10, 10):
                turn = inbox.open_turn(session, lease.contact_id, _gather, stale_after=3600)
                lane = lanes.hold(session, lease)
                if turn:
                    world.run(turn)
                    inbox.finish(session, turn)
                    world.ended.append((lease.contact_id, tuple(message.id for message in turn)))
                lanes.free(lane, waiting=bool(turn))
        time.sleep(0.01)
    raise AssertionError("something waits for ever")
