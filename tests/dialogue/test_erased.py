"""Somebody is erased while a turn of theirs is run: nothing of it is kept, and the worker goes on."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timezone

import pytest
from rasa.core.channels.channel import UserMessage
from sqlalchemy import select, update

from siaga.db import transaction
from siaga.dialogue import turn as turns
from siaga.dialogue.worker import Worker
from siaga.people.data_requests import ask
from siaga.people.tables import Contact, DataRequest
from siaga.rights.carrying_out import PATIENCE, carry_out
from siaga.turns import inbox
from siaga.turns.tables import InboundMessage, Lane, OutboundMessage, TrackerRow
from tests.dialogue.standing_in import StandIn
from tests.turns import people

PHONE = "628000000001"
Start = Callable[..., Awaitable[Worker]]


class _Rasa(StandIn):
    """In Rasa's place: answers the first message as it is told to, once it is let."""

    def __init__(self, end: BaseException | None) -> None:
        super().__init__()
        self.began, self.may_end = asyncio.Event(), asyncio.Event()
        self.end = end

    async def handle_message(self, message: UserMessage) -> None:
        if message.text == "hapus data saya":
            self.began.set()
            await self.may_end.wait()
            if self.end is not None:
                raise self.end
        await self.say(message, {"text": f"Anda: {message.text}"})


def _write(body: str) -> None:
    with transaction() as session:
        inbox.receive(session, [people.text(body, PHONE)])


def _wish() -> None:
    now = datetime.now(timezone.utc)
    with transaction() as session:
        ask(session, session.scalar(select(Contact.key)), "erase", message_id="wish", now=now)
        session.execute(update(DataRequest).values(asked_at=now - PATIENCE))
    assert carry_out(now) is None


def _said() -> list[str]:
    with transaction() as session:
        return [str(payload) for payload in session.scalars(select(OutboundMessage.payload))]


async def _until(condition: Callable[[], bool]) -> None:
    for _ in range(400):
        if await asyncio.to_thread(condition):
            return
        await asyncio.sleep(0.03)
    raise AssertionError("did not happen in time")


@pytest.mark.parametrize("end", [None, ValueError(), turns.ActionFailed("x"), turns.ActionServerDown()], ids=repr)
async def test_nothing_is_kept_of_a_turn_under_way(
    database: str, start_worker: Start, caplog: pytest.LogCaptureFixture, end: BaseException | None
) -> None:
    rasa = _Rasa(end)
    await start_worker(rasa, lease=0.6)
    _write("hapus data saya")
    await asyncio.wait_for(rasa.began.wait(), 10)
    with caplog.at_level(logging.WARNING):
        await asyncio.to_thread(_wish)
        # The worker renews its leases meanwhile.
        await asyncio.sleep(0.5)
        rasa.may_end.set()
        await _until(lambda: "was taken over" in caplog.text)
    (said,) = _said()
    assert "sudah dihapus" in said
    with transaction() as session:
        assert [session.scalars(select(table)).all() for table in (Lane, InboundMessage, TrackerRow)] == [[], [], []]
    assert not [record for record in caplog.records if record.exc_info or "broke off" in record.getMessage()]
    _write("halo")
    await _until(lambda: any("Anda: halo" in text for text in _said()))


async def test_a_turn_that_fails_waits_for_its_contact_before_it_takes_the_lane(
    database: str, start_worker: Start
) -> None:
    """As who erases them does: nobody waits in a circle."""
    rasa = _Rasa(turns.ActionServerDown())
    await start_worker(rasa, lease=60)
    _write("hapus data saya")
    await asyncio.wait_for(rasa.began.wait(), 10)
    with transaction() as session:
        session.execute(select(Contact.id).with_for_update()).all()
        rasa.may_end.set()
        await asyncio.sleep(0.5)
        assert session.scalars(select(Lane.failures).with_for_update(nowait=True)).one() == 0

    def counted() -> bool:
        with transaction() as session:
            # It is tried again after a rest, and may have failed once more by now.
            return session.scalars(select(Lane.failures)).one() >= 1

    await _until(counted)
