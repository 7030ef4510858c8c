"""What goes out: in order per contact, and as far as its status tells."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, text, update

from siaga.db import transaction
from siaga.people.contacts import ensure_contact
from siaga.turns import outbox
from siaga.turns.messages import Delivery, Option
from siaga.turns.tables import OutboundMessage
from tests.turns import people


@pytest.fixture
def contact(database: str) -> int:
    with transaction() as session:
        return ensure_contact(session, phone="628000000001").id


def _put(contact: int, body: str = "x", **rest: object) -> str:
    with transaction() as session:
        return outbox.put(session, contact, {"type": "text", "text": {"body": body}}, **rest)  # type: ignore[arg-type]


def _claim(limit: int = 10, resend_after: float = 30) -> list[outbox.Outgoing]:
    with transaction() as session:
        return outbox.claim(session, limit, resend_after=resend_after)


def _status(key: str) -> str:
    with transaction() as session:
        return session.scalar(select(OutboundMessage.status).where(OutboundMessage.id == key))


def _record(key: str | None, status: str, wamid: str = "wamid.1") -> None:
    with transaction() as session:
        outbox.record(session, [Delivery(wamid, status, people.AT, key)])


def test_the_next_message_waits_for_the_one_before(contact: int) -> None:
    first, second = _put(contact, "1"), _put(contact, "2")
    (claimed,) = _claim()
    assert (claimed.key, claimed.phone, claimed.payload["text"]["body"]) == (first, "628000000001", "1")
    assert _claim() == []
    with transaction() as session:
        outbox.accepted(session, first, "wamid.1")
    assert _claim() == [], "accepted is not yet on its way: the order could turn"
    _record(None, "sent")
    assert [message.key for message in _claim()] == [second]


def test_without_a_status_the_next_message_goes_a_little_later(contact: int) -> None:
    first, second = _put(contact), _put(contact)
    _claim()
    with transaction() as session:
        outbox.accepted(session, first, "wamid.1")
    time.sleep(outbox.ORDER_SECONDS + 0.1)
    assert [message.key for message in _claim()] == [second]


def test_a_retried_message_keeps_its_place(contact: int) -> None:
    first, _ = _put(contact), _put(contact)
    _claim()
    with transaction() as session:
        outbox.retry(session, first, seconds=0.2, error_code=131056)
    assert _claim() == []
    time.sleep(0.25)
    (again,) = _claim()
    assert (again.key, again.attempts) == (first, 2)


def test_a_refused_message_lets_the_next_one_pass(contact: int) -> None:
    first, second = _put(contact), _put(contact)
    _claim()
    with transaction() as session:
        outbox.failed(session, first, 131026)
    assert [message.key for message in _claim()] == [second]


def test_after_the_window_has_closed_it_is_given_up(contact: int) -> None:
    key = _put(contact)
    _claim()
    with transaction() as session:
        session.execute(update(OutboundMessage).values(created_at=func.now() - timedelta(hours=25)))
        outbox.retry(session, key, seconds=1, error_code=2)
    assert _status(key) == "failed"


def test_an_unknown_fate_is_settled_by_a_status(contact: int) -> None:
    key = _put(contact)
    _claim()
    with transaction() as session:
        outbox.unknown(session, key, seconds=0.1)
    _record(key, "delivered")
    time.sleep(0.15)
    assert _claim() == []
    assert _status(key) == "delivered"


def test_an_unknown_fate_without_a_status_is_sent_again(contact: int) -> None:
    key, _ = _put(contact), _put(contact)
    _claim()
    with transaction() as session:
        outbox.unknown(session, key, seconds=0.1)
    assert _claim() == []
    time.sleep(0.15)
    assert [message.key for message in _claim()] == [key]


def test_a_dead_sender_leaves_an_unknown_fate(contact: int) -> None:
    key = _put(contact)
    _claim()
    with transaction() as session:
        session.execute(update(OutboundMessage).values(next_try_at=func.now() - timedelta(seconds=1)))
    assert _claim(resend_after=0.1) == []
    assert _status(key) == "unknown"
    time.sleep(0.15)
    assert [message.key for message in _claim()] == [key]


def test_a_status_faster_than_the_answer_is_kept(contact: int) -> None:
    key = _put(contact)
    _claim()
    _record(key, "read")
    with transaction() as session:
        outbox.accepted(session, key, "wamid.1")
    assert _status(key) == "read"


RANK = {"sent": 1, "delivered": 2, "read": 3}


@given(st.lists(st.sampled_from(sorted(RANK)), min_size=1, max_size=6))
def test_statuses_only_go_forward(statuses: list[str]) -> None:
    below = {status: outbox._below(status) for status in RANK}
    reached = "accepted"
    for status in statuses:
        if reached in below[status]:
            reached = status
    assert RANK[reached] == max(RANK[status] for status in statuses)


@pytest.mark.parametrize(
    ("before", "after"), [("sent", "failed"), ("delivered", "delivered"), ("read", "read"), ("accepted", "failed")]
)
def test_failed_is_final_unless_it_was_delivered(contact: int, before: str, after: str) -> None:
    key = _put(contact)
    _claim()
    with transaction() as session:
        outbox.accepted(session, key, "wamid.1")
    if before != "accepted":
        _record(None, before)
    _record(None, "failed")
    assert _status(key) == after
    _record(None, "sent")
    assert _status(key) == after


def test_what_was_written_is_unreadable_and_forgotten_once_sent(contact: int) -> None:
    key = _put(contact, "Warga Uji 001")
    with transaction() as session:
        raw = session.execute(text("select payload from outbound_message")).scalar_one()
        assert b"Warga" not in bytes(raw)
    _claim()
    _record(key, "sent")
    with transaction() as session:
        assert session.execute(text("select payload from outbound_message")).scalar_one() is None


def test_four_senders_send_each_message_once_and_in_order(database: str) -> None:
    with transaction() as session:
        contacts = [ensure_contact(session, phone=f"62800000000{n}").id for n in range(5)]
    for number in range(100):
        _put(contacts[number % 5], str(number))
    sent: list[tuple[int, int]] = []

    def drain(_: int) -> None:
        empty = 0
        while empty < 20:
            claimed = _claim(limit=2)
            empty = 0 if claimed else empty + 1
            if not claimed:
                time.sleep(0.01)
            for message in claimed:
                sent.append((message.contact_id, int(message.payload["text"]["body"])))
                _record(message.key, "sent", f"wamid.{message.key}")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(drain, range(4)))
    for contact_id in contacts:
        bodies = [body for owner, body in sent if owner == contact_id]
        assert len(bodies) == 20
        assert bodies == sorted(bodies)


def test_options_are_found_by_id_for_their_own_contact_only(contact: int) -> None:
    key = outbox.new_key()
    option = Option(f"{key}.1", "Setuju", "/affirm")
    _put(contact, options=[option], key=key)
    with transaction() as session:
        other = ensure_contact(session, phone="628000000002").id
        assert outbox.find_option(session, contact, option.id) == option
        assert outbox.find_option(session, other, option.id) is None
        assert outbox.find_option(session, contact, f"{key}.2") is None
        assert outbox.find_option(session, contact, "/restart") is None


def test_the_last_options_are_the_newest_until_something_else_is_answered(contact: int) -> None:
    from siaga.turns import inbox

    with transaction() as session:
        assert outbox.last_offered(session, contact) is None
        inbox.receive(session, [people.text()])
        cause = inbox.first_waiting(session, contact).id
    option = Option("k.1", "Batal", "/cancel")
    _put(contact, options=[option], key="k", caused_by=cause)
    _put(contact, "ada gangguan")
    with transaction() as session:
        assert outbox.last_offered(session, contact) == outbox.Offered([option], True)
    _put(contact, "jawaban", caused_by=cause)
    with transaction() as session:
        assert outbox.last_offered(session, contact) == outbox.Offered([option], False)
