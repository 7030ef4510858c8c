"""A delivery is kept as a whole; what cannot be stored does not cost the rest, and what can wait is tried again."""

from __future__ import annotations

import asyncio
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError
from sqlalchemy.orm import Session

from siaga.db import transaction
from siaga.people.contacts import ContactsBusy
from siaga.people.tables import Contact
from siaga.turns import inbox
from siaga.turns.intake import Intake
from siaga.turns.messages import AliasChange, Batch, Delivery, Incoming, Oddity, Preference
from siaga.turns.tables import Dispatch, InboundMessage, Quarantine
from tests.turns.people import AT, text

PHONE, NEW = "628000000001", "628000000002"


def _take(batch: Batch) -> bool:
    return asyncio.run(Intake("whatsapp").take(batch))


def _count(table: Any) -> int:
    with transaction() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_everything_of_a_batch_is_kept(database: str) -> None:
    batch = Batch(
        messages=[text(), text(phone=NEW)],
        deliveries=[Delivery("wamid.none", "read", AT)],
        preferences=[
            Preference(AT, True, PHONE),
            Preference(AT + timedelta(1), False, PHONE),
            Preference(AT, False, "62"),
        ],
        oddities=[Oddity("odd", {"a": 1})],
    )
    assert _take(batch)
    assert _take(Batch())
    assert (_count(InboundMessage), _count(Quarantine), _count(Contact)) == (2, 1, 2)
    with transaction() as session:
        assert session.scalar(select(Dispatch.opted_out_at).join(Contact).order_by(Contact.id).limit(1)) is not None


@pytest.mark.parametrize("turned", [False, True])
def test_changes_in_one_batch_are_made_in_the_order_in_which_they_happened(database: str, turned: bool) -> None:
    assert _take(Batch(messages=[text()]))
    now = datetime.now(timezone.utc)
    changes = [
        AliasChange(now, PHONE, None, NEW, None),
        AliasChange(now + timedelta(seconds=5), NEW, None, "628000000003"),
    ]
    assert _take(Batch(alias_changes=changes[::-1] if turned else changes, messages=[text(phone="628000000003")]))
    assert _count(Contact) == 1


def _failing(monkeypatch: pytest.MonkeyPatch, *errors: Exception | None) -> Counter[str]:
    """Let the inbox raise these, one a call, before it works again."""
    left, calls, real = list(errors), Counter[str](), inbox.receive

    def receive(session: Session, messages: Any, channel: str) -> int:
        calls["receive"] += 1
        error = left.pop(0) if left else None
        if error is not None:
            raise error
        return real(session, messages, channel)

    monkeypatch.setattr(inbox, "receive", receive)
    return calls


GONE = OperationalError("select", {}, Exception("gone"))
RACE = IntegrityError("insert", {}, Exception("a contact was merged just now"))
BUSY = ContactsBusy()


@pytest.mark.parametrize("error", [GONE, RACE, BUSY])
def test_a_second_try_is_made_at_once(database: str, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    calls = _failing(monkeypatch, error)
    assert _take(Batch(messages=[text()]))
    assert (calls["receive"], _count(InboundMessage), _count(Quarantine)) == (2, 1, 0)


@pytest.mark.parametrize(
    "error", [GONE, BUSY, ProgrammingError("x", {}, Exception("no such table")), RuntimeError("x")]
)
def test_what_another_delivery_may_mend_is_not_acknowledged(
    database: str, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    _failing(monkeypatch, error, error)
    assert not _take(Batch(messages=[text()], oddities=[Oddity("x", 1)]))
    assert (_count(InboundMessage), _count(Quarantine)) == (0, 0)


def test_an_outage_fills_no_log(
    database: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def gone(*_: Any) -> int:
        raise GONE

    async def take() -> list[bool]:
        intake = Intake("whatsapp")
        return [await intake.take(Batch(messages=[text()])) for _ in range(20)]

    monkeypatch.setattr(inbox, "receive", gone)
    assert asyncio.run(take()) == [False] * 20
    assert [record.message for record in caplog.records] == ["a webhook could not be kept: OperationalError"]


def test_one_message_that_cannot_be_stored_is_set_aside(database: str) -> None:
    bad = Incoming("wamid.bad", AT.replace(tzinfo=None), "text", {"text": "rahasia"}, "628000000009")
    worse = Incoming("wamid.worse", AT, "text", {"text": object()}, PHONE)
    assert _take(Batch(messages=[text(), bad, worse, text()], oddities=[Oddity("x", 1)]))
    assert (_count(InboundMessage), _count(Quarantine)) == (2, 3)
    with transaction() as session:
        rows = session.execute(select(Quarantine.reason, Quarantine.content).order_by(Quarantine.id)).all()
    assert [row.reason.partition(":")[0] for row in rows] == ["not storable, messages"] * 2 + ["x"]
    assert "rahasia" in rows[0].content["content"]
    assert "rahasia" not in rows[0].reason


def test_the_same_batch_from_eight_sides(database: str) -> None:
    batch = Batch(messages=[text(str(n), f"62800000{n % 40:04}", f"ID.{n % 40}") for n in range(200)])
    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(lambda _: _take(batch), range(8)))
    assert (_count(InboundMessage), _count(Contact), _count(Quarantine)) == (200, 40, 0)


def test_messages_and_the_change_of_their_senders_at_once(database: str) -> None:
    """Whatever comes first, in the end there is one contact with all messages."""
    at = datetime.now(timezone.utc) - timedelta(seconds=10)
    assert _take(Batch(messages=[Incoming("wamid.0", at, "text", {"text": "0"}, PHONE, "ID.a")]))
    change = Batch(alias_changes=[AliasChange(at, PHONE, "ID.a", NEW, "ID.b")])
    later = [Batch(messages=[Incoming(f"wamid.{n}", at, "text", {"text": str(n)}, NEW, "ID.b")]) for n in range(1, 15)]

    def until_taken(batch: Batch) -> None:
        while not _take(batch):
            pass

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(until_taken, [*later[:7], change, *later[7:], change]))
    with transaction() as session:
        ids = set(session.scalars(select(InboundMessage.contact_id)))
        assert [(row.phone, row.user_id) for row in session.scalars(select(Contact))] == [(NEW, "ID.b")]
    assert (len(ids), _count(InboundMessage), _count(Quarantine)) == (1, 15, 0)


def test_of_deliveries_that_are_kept_together_one_that_cannot_be_costs_the_others_nothing(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, together = inbox.receive, Counter[int]()

    def receive(session: Session, messages: Any, channel: str) -> int:
        together[len(messages)] += 1
        if any(message.content.get("text") == "bad" for message in messages):
            raise IntegrityError("", None, Exception())
        return real(session, messages, channel)

    monkeypatch.setattr(inbox, "receive", receive)

    async def take_all() -> list[bool]:
        intake = Intake("whatsapp")
        batches = [Batch(messages=[text(said)]) for said in ("one", "two", "bad", "three")]
        return await asyncio.gather(*(intake.take(batch) for batch in batches))

    assert asyncio.run(take_all()) == [True] * 4
    assert max(together) > 1
    assert (_count(InboundMessage), _count(Quarantine)) == (3, 1)
