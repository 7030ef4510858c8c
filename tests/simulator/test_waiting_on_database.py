"""The end of a turn as the bot's real inbox tells it."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

from siaga.db import transaction
from siaga.people.contacts import ensure_contact, find_contact
from siaga.turns import inbox
from siaga.turns.messages import Incoming
from tests.simulator.conftest import Running
from tests.simulator.stub_bot import StubBot, text

WA = "628000000001"
WORK = 0.4


def test_waiting_lasts_until_the_inbox_row_is_done(database: str, launch: Callable[..., Running], bot: StubBot) -> None:
    def durable(message: dict[str, Any]) -> None:
        now = datetime.now(timezone.utc)
        kept = Incoming(message["id"], now, "text", message["text"], phone=message["from"])
        with transaction() as session:
            inbox.receive(session, [kept])

    def work(message: dict[str, Any]) -> list[dict[str, Any]]:
        time.sleep(WORK)
        bot.post({"to": message["from"], **text("Halo")})
        with transaction() as session:
            contact = find_contact(session, phone=message["from"])
            assert contact is not None
            turn = inbox.waiting(session, contact.id)
            assert turn
            inbox.finish(session, turn)
        return []

    bot.keep, bot.rule, bot.typing = durable, work, False
    simulator = launch(database=True)
    for said in range(2):
        simulator.says(WA, "halo")
        started = time.monotonic()
        answer = simulator.get(f"/api/contacts/{WA}/messages", after=2 * said, wait=10)
        assert answer["ended"] is True
        assert [entry["direction"] for entry in answer["messages"]] == ["in", "out"]
        assert WORK * 0.9 < time.monotonic() - started < WORK + 2


def test_a_number_that_the_bot_knows_is_not_given_to_a_new_contact(
    database: str, launch: Callable[..., Running]
) -> None:
    with transaction() as session:
        ensure_contact(session, phone="628000001000")
    simulator = launch(database=True)
    assert simulator.post("/api/contacts", {"kind": "programs"})["wa_id"] == "628000001001"
    assert simulator.post("/api/contacts", {"kind": "programs"})["wa_id"] == "628000001002"
