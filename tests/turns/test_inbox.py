"""What comes in is kept once, in order, unreadable at rest, and gone when its turn is over."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from siaga.db import transaction
from siaga.people.tables import Contact
from siaga.turns import inbox, lanes
from siaga.turns.messages import Incoming
from siaga.turns.tables import InboundMessage
from tests.turns import people


def _first(session: Session) -> inbox.Waiting:
    return inbox.waiting(session, session.scalar(select(Contact.id)))[0]


def _count() -> int:
    with transaction() as session:
        return session.scalar(select(func.count()).select_from(InboundMessage))


def test_the_same_webhook_500_times_is_one_message(database: str) -> None:
    message = people.text("daftar vaksin")

    def deliver(_: int) -> int:
        with transaction() as session:
            return inbox.receive(session, [message])

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(deliver, range(500))) == 1
    assert _count() == 1


def test_one_delivery_may_hold_the_same_message_twice(database: str) -> None:
    message = people.text()
    with transaction() as session:
        assert inbox.receive(session, [message, message, people.text()]) == 2


def test_messages_of_one_delivery_are_ordered_by_their_own_time(database: str) -> None:
    late = Incoming("wamid.late", people.AT + timedelta(seconds=5), "text", {"text": "b"}, phone="628000000001")
    early = Incoming("wamid.early", people.AT, "text", {"text": "a"}, phone="628000000001")
    with transaction() as session:
        inbox.receive(session, [late, early])
        assert _first(session).wamid == "wamid.early"


def test_content_is_unreadable_at_rest_and_gone_afterwards(database: str) -> None:
    with transaction() as session:
        inbox.receive(session, [people.text("NIK saya 3578011708549001")])
        raw = session.execute(text("select content from inbound_message")).scalar_one()
        assert b"3578011708549001" not in bytes(raw)
        waiting = _first(session)
        assert waiting.content == {"text": "NIK saya 3578011708549001"}
        assert "3578011708549001" not in repr(waiting)
        inbox.finish(session, [waiting])
        assert session.execute(text("select content, status from inbound_message")).one() == (None, "done")
        assert inbox.waiting(session, waiting.contact_id) == []
        with pytest.raises(lanes.LeaseLost):
            inbox.finish(session, [waiting])


def test_what_needs_no_answer_never_waits(database: str) -> None:
    reaction = Incoming("wamid.r", people.AT, "ignored", {"event": "reaction"}, phone="628000000001")
    with transaction() as session:
        assert inbox.receive(session, [reaction]) == 1
        assert inbox.waiting(session, session.scalar(select(Contact.id))) == []
    with transaction() as session:
        assert lanes.claim(session, "a", 1, 10) == []


def test_failed_runs_are_counted_until_the_message_is_parked(database: str) -> None:
    with transaction() as session:
        inbox.receive(session, [people.text("a"), people.text("b")])
        first = _first(session)
        assert [inbox.fail(session, [first], "ValueError", limit=3) for _ in range(3)] == [False, False, True]
        assert _first(session).content == {"text": "b"}


def test_a_contact_without_a_phone_number_is_a_contact(database: str) -> None:
    with transaction() as session:
        inbox.receive(session, [people.text(phone=None, user_id="ID.abc123")])
        inbox.receive(session, [people.text(phone="628000000009", user_id="ID.abc123")])
        assert session.scalar(select(func.count()).select_from(Contact)) == 1


def test_crossing_deliveries_of_the_same_people_do_not_fail(database: str) -> None:
    crowd = [people.text(phone=f"6280000000{number:02}") for number in range(30)]

    def deliver(step: int) -> int:
        with transaction() as session:
            return inbox.receive(session, crowd[::step])

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(deliver, [1, 1, 1, 1])) == 30


def test_the_channels_id_is_not_kept_in_the_clear(database: str) -> None:
    """Meta's ids hold the phone number in base64; the read mark needs it, so it waits, encrypted."""
    wamid = "wamid.HBgNNjI4MDAwMDAwMDAwMRUC"
    message = Incoming(wamid, people.AT, "text", {"text": "halo"}, phone="628000000001")
    with transaction() as session:
        inbox.receive(session, [message])
    with transaction() as session:
        row = session.execute(text("select * from inbound_message")).mappings().one()
        assert wamid not in repr(dict(row)) and b"wamid" not in bytes(row["content"])
        waiting = _first(session)
        assert waiting.wamid == wamid and waiting.content == {"text": "halo"}
