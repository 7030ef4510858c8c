"""Thousands of new numbers at once, from one source: all are taken in, once, and in little memory.

How fast, with 30,000 contacts, is measured by ``python -m bench.backlog``; whose turn comes first, in tests/turns.
"""

from __future__ import annotations

import random
import resource
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any, cast

import pytest
from sqlalchemy import func, select, update

from siaga.db import transaction
from siaga.dialogue.backlog import Backlog
from siaga.dialogue.notes import Notes
from siaga.people.contacts import find_contact
from siaga.people.tables import Contact
from siaga.settings import settings
from siaga.turns import outbox
from siaga.turns.messages import Draft
from siaga.turns.tables import InboundMessage, Lane, OutboundMessage
from tests.attacks.door import Door, open_door
from tests.whatsapp.webhooks import PHONE, body, message, webhook

STRANGERS = 2000
AT_ONCE = 50
# Of this process, which holds the receiver and who attacks it; a message of 4,000 characters each is 8 MB.
MOST_MEMORY = 200 * 1024 * 1024


@pytest.fixture
def door(database: str) -> Iterator[Door]:
    with open_door() as found:
        yield found


def _crowd() -> list[bytes]:
    """Webhooks of strangers who each write once, at length, some of them delivered twice, in no order."""
    at = str(int(time.time()))
    raw = [
        message(content={"body": "x" * 4000}, wamid=f"wamid.{n}", timestamp=at, **{"from": f"6280001{n:05}"})
        for n in range(STRANGERS)
    ]
    batches = [body(webhook(raw[start : start + AT_ONCE])) for start in range(0, STRANGERS, AT_ONCE)]
    sent = [*batches, *batches[::4]]
    random.Random(1).shuffle(sent)
    return sent


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def test_a_crowd_is_taken_in_and_who_was_there_before_is_heard(door: Door) -> None:
    assert door.signed(body(webhook([message(wamid="wamid.lama", timestamp=str(int(time.time())))]))) == 200
    before = _memory()
    known = body(webhook([message(wamid="wamid.dikenal", content={"body": "saya"}, timestamp=str(int(time.time())))]))
    with ThreadPoolExecutor(8) as pool:
        crowd = [pool.submit(door.signed, one) for one in _crowd()]
        while sum(one.done() for one in crowd) < 5:
            time.sleep(0.01)
        assert door.signed(known) == 200
        # Not behind all who are still to come.
        with transaction() as session:
            contact = find_contact(session, phone=PHONE)
            waiting = select(func.count()).where(InboundMessage.contact_id == contact.id)
            assert session.scalar(waiting) == 2
        assert {one.result() for one in crowd} == {200}
    with transaction() as session:
        assert session.scalar(select(func.count()).select_from(Contact)) == STRANGERS + 1
        assert session.scalar(select(func.count()).select_from(InboundMessage)) == STRANGERS + 2
        assert session.scalar(select(func.count()).select_from(Lane).where(Lane.ready_at.is_not(None))) == STRANGERS + 1
    assert _memory() - before < MOST_MEMORY


class _Counted:
    """Stands for the notes: whom something was said to."""

    channel = "whatsapp"

    def __init__(self) -> None:
        self.told: Counter[int] = Counter()

    def put(self, session: Any, contact_id: int, note: Any) -> None:
        self.told[contact_id] += 1


def test_each_is_told_once_that_it_is_busy_however_many_look_after_it(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    _all_wait(door, monkeypatch)
    monkeypatch.setattr(settings(), "number_rate", 0.0)
    notes = _Counted()
    backlog = Backlog(cast(Notes, notes), settings(), cast(Any, None))

    def look(_: int) -> None:
        with transaction() as session:
            backlog._tell_busy(session, [])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(look, range(40)))
    for _ in range(4):
        look(0)
    assert set(notes.told.values()) == {1}
    assert len(notes.told) == 70


async def test_all_who_wait_are_told_at_once_where_the_number_may_send_whatever_it_likes(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    _all_wait(door, monkeypatch)
    monkeypatch.setattr(settings(), "number_rate", 0.0)
    notes = _Put()
    await Backlog(cast(Notes, notes), settings(), _in_database)._tell_all([])
    assert len(notes.told) == 70


async def test_notes_leave_the_number_to_answers_however_many_processes_look(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    _all_wait(door, monkeypatch)
    # In five seconds a number with this rate sends and receives 40 messages.
    monkeypatch.setattr(settings(), "number_rate", 8.0)
    notes = _Put()
    for _ in range(3):
        await Backlog(cast(Notes, notes), settings(), _in_database)._tell_all([])
    assert len(notes.told) == 10
    with transaction() as session:
        session.execute(update(OutboundMessage).values(created_at=func.now() - timedelta(seconds=6)))
    await Backlog(cast(Notes, notes), settings(), _in_database)._tell_all([])
    assert len(notes.told) == 20
    assert set(notes.told.values()) == {1}


class _Put(_Counted):
    """Puts a note into the outbox, too."""

    def put(self, session: Any, contact_id: int, note: Any) -> None:
        super().put(session, contact_id, note)
        outbox.put_all(session, contact_id, [Draft(payload={})])


async def _in_database(work: Any) -> Any:
    with transaction() as session:
        return work(session)


def _all_wait(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seventy people have written three times each, and have waited for long."""
    monkeypatch.setattr(settings(), "busy_seconds", 0.0)
    at = str(int(time.time()))
    for _ in range(3):
        batch = [
            message(wamid=f"wamid.{random.random()}", timestamp=at, **{"from": f"6280001{n:05}"}) for n in range(70)
        ]
        assert door.signed(body(webhook(batch))) == 200
