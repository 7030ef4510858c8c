"""Several numbers over HTTP: the simulator's webhooks, the outbox, and the senders of one process."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError
from sqlalchemy import select

from siaga import media
from siaga.db import transaction
from siaga.people.contacts import find_contact
from siaga.settings import Settings, settings
from siaga.simulator.config import Config
from siaga.turns import intake, outbox
from siaga.turns.messages import Draft
from siaga.turns.tables import InboundMessage, OutboundMessage
from siaga.whatsapp.access import access, other_numbers
from siaga.whatsapp.channels import Channel
from siaga.whatsapp.client import GraphClient
from siaga.whatsapp.commands import NumberUnknown, senders
from siaga.whatsapp.parse import read
from tests.simulator.conftest import Running
from tests.simulator.stub_bot import NUMBER, SECRET, TOKEN, StubBot, free_port, text, until

OTHER = "100000000000002"
WA = "628000000001"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(16) + b"\x08\x02"


@pytest.fixture
def simulator(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    """A simulator with two numbers; what it tells goes into the inbox."""
    bot, port = StubBot(), free_port()
    config = Config(
        home=tmp_path,
        webhook_url=bot.url,
        app_secret=SECRET,
        access_token=TOKEN,
        phone_number_id=NUMBER,
        other_numbers=(OTHER,),
        base_url=f"http://127.0.0.1:{port}",
        database=False,
    )
    running = Running(config, port)
    changes = {"graph_url": running.url, "whatsapp_access_token": TOKEN, "whatsapp_other_numbers": OTHER}
    for name, value in changes.items():
        monkeypatch.setattr(settings(), name, value)
    take = bot.take

    def take_in(content: bytes, signature: str) -> int:
        with transaction() as session:
            intake.keep(session, read(content, NUMBER, (OTHER,)), "whatsapp")
        return take(content, signature)

    bot.take = take_in  # type: ignore[method-assign]
    yield running
    running.stop()
    bot.close()


def _write(simulator: Running, to: str) -> None:
    """The citizen writes to a number, and the message arrives."""
    wamid = simulator.post(f"/api/contacts/{WA}/messages", {**text("halo"), "to": to})["id"]
    until(lambda: any(one["id"] == wamid and one["status"] != "sent" for one in simulator.chat(WA)))


def _answer(reference: str) -> None:
    with transaction() as session:
        contact = find_contact(session, phone=WA)
        assert contact is not None
        payload = {"type": "image", "image": {"id": reference}}
        outbox.put_all(session, contact.id, [Draft(payload)])


def _all_sent() -> bool:
    with transaction() as session:
        return set(session.scalars(select(OutboundMessage.status))) <= {"sent", "delivered", "read"}


async def test_one_process_answers_by_each_number(simulator: Running) -> None:
    with transaction() as session:
        reference = media.put(session, PNG, "image/png")
    async with senders(Channel.WHATSAPP) as both:
        running = asyncio.gather(*(one.run() for one in both))
        for number in (NUMBER, OTHER, OTHER, NUMBER):
            await asyncio.to_thread(_write, simulator, number)
            await asyncio.to_thread(_answer, reference)
            await asyncio.to_thread(until, _all_sent, 20)
        for one in both:
            one.stop()
        await asyncio.wait_for(running, 20)
    sent = [entry for entry in simulator.chat(WA) if entry["direction"] == "out"]
    assert [entry.get("ours") for entry in sent] == [None, OTHER, OTHER, None]
    uploads = [entry["message"]["image"]["id"] for entry in sent]
    assert uploads[0] == uploads[3] != uploads[1] == uploads[2], "uploaded once by each number"
    with transaction() as session:
        numbers = session.scalars(select(InboundMessage.our_number).order_by(InboundMessage.id)).all()
    assert numbers == ["", OTHER, OTHER, ""]


async def test_a_process_may_be_given_some_of_the_numbers(simulator: Running) -> None:
    for only, expected in (((), ["", OTHER]), ((OTHER,), [OTHER]), ((NUMBER,), [""])):
        async with senders(Channel.WHATSAPP, only) as given:
            assert [one.number for one in given] == expected
    with pytest.raises(NumberUnknown):
        await senders(Channel.WHATSAPP, ("3",)).__aenter__()


async def test_the_read_mark_goes_to_the_number_that_was_written_to(simulator: Running) -> None:
    await asyncio.to_thread(_write, simulator, OTHER)
    client = GraphClient(access())
    await client.mark_read(simulator.chat(WA)[0]["id"], number=OTHER)
    await client.close()
    assert simulator.chat(WA)[0]["status"] == "read"


@pytest.mark.parametrize(
    ("given", "expected"), [("", ()), ("2", ("2",)), (" 2 , 3,2", ("2", "3")), (f"{NUMBER},2", ("2",))]
)
def test_the_others_are_each_named_once(given: str, expected: tuple[str, ...]) -> None:
    config = Settings(whatsapp_other_numbers=given)
    assert other_numbers(config) == expected
    way = access(config)
    assert way.numbers == ("", *expected)
    assert way.by("") == way
    for number in expected:
        assert f"/{number}/messages" in way.by(number).messages_url
        assert way.by(number).by("") == way


@pytest.mark.parametrize("given", ["a", "2;3", "2,", "+6280", "1" * 31])
def test_what_is_no_list_of_ids_is_refused(given: str) -> None:
    with pytest.raises(ValidationError):
        Settings(whatsapp_other_numbers=given)
