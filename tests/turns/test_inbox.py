"""What comes in is kept once, in order, unreadable at rest, and gone when its turn is over."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from siaga.db import transaction
from siaga.media.tables import ReceivedMedia
from siaga.people.contacts import find_contact
from siaga.people.tables import Contact
from siaga.turns import inbox, lanes
from siaga.turns.messages import Incoming, message_key
from siaga.turns.tables import Dispatch, InboundMessage
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


@pytest.mark.parametrize("event", ["group", "system"])
def test_news_of_the_channels_own_makes_no_contact(database: str, event: str) -> None:
    with transaction() as session:
        news = Incoming("wamid.n", people.AT, "ignored", {"event": event}, phone="628000000001")
        assert inbox.receive(session, [news]) == 0
        assert session.scalar(select(func.count()).select_from(Contact)) == 0


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


# ---------------------------------------------------------------- turns of several messages
def _open(gather: int = 1, stale_after: float = 3600) -> list[str]:
    with transaction() as session:
        contact = session.scalar(select(Contact.id))
        turn = inbox.open_turn(session, contact, lambda rows: min(gather, len(rows)), stale_after=stale_after)
    return [message.content["text"] for message in turn]


def _written(*bodies: str, ago: float = 0) -> None:
    with transaction() as session:
        inbox.receive(
            session,
            [replace(people.text(body), at=people.AT - timedelta(seconds=ago - n)) for n, body in enumerate(bodies)],
        )


def test_a_turn_that_runs_again_has_the_same_messages(database: str) -> None:
    _written("a", "b")
    assert _open(gather=2) == ["a", "b"]
    _written("c")
    assert _open(gather=3) == ["a", "b"], "what came later has its own turn"


def test_a_turn_that_runs_again_leaves_out_what_was_committed_late_into_its_midst(database: str) -> None:
    """Another webhook had its number in the order already, but committed only after the turn was opened."""
    _written("a", "b", "c")
    with transaction() as session:
        middle = session.scalars(select(InboundMessage.id).order_by(InboundMessage.id)).all()[1]
        session.execute(update(InboundMessage).where(InboundMessage.id == middle).values(status="hidden"))
    assert _open(gather=3) == ["a", "c"]
    with transaction() as session:
        session.execute(update(InboundMessage).where(InboundMessage.id == middle).values(status="waiting"))
    assert _open(gather=3) == ["a", "c"], "its effects carry the id of its first message"


def test_what_was_written_long_ago_is_one_turn_however_often_it_was_tried(database: str) -> None:
    _written(*"abc", ago=7200)
    _open(stale_after=10_000)
    _written("baru")
    assert _open(stale_after=3600) == ["a", "b", "c"]
    assert _open(stale_after=3600) == ["a", "b", "c"]


def test_an_edit_changes_what_still_waits_and_is_a_correction_after_that(database: str) -> None:
    original = people.text("NIK saya 1")
    edit = {"original": message_key(original.wamid), "text": "NIK saya 2"}
    with transaction() as session:
        inbox.receive(session, [original])
        inbox.receive(session, [Incoming("wamid.e1", people.AT, "edit", edit, phone="628000000001")])
    assert _open() == ["NIK saya 2"]
    with transaction() as session:
        inbox.receive(
            session, [Incoming("wamid.e2", people.AT, "edit", {**edit, "text": "NIK saya 3"}, phone="628000000001")]
        )
        inbox.finish(session, [_first(session)])
    assert _open() == ["NIK saya 3"]


def test_an_edit_in_the_same_delivery(database: str) -> None:
    original = people.text("halo")
    edit = {"original": message_key(original.wamid), "text": "halo min"}
    with transaction() as session:
        inbox.receive(session, [original, Incoming("wamid.e", people.AT, "edit", edit, phone="628000000001")])
    assert _open(gather=5) == ["halo min"]


def test_a_revoked_message_is_not_answered(database: str) -> None:
    secret = people.text("rahasia")
    revoke = {"original": message_key(secret.wamid)}
    with transaction() as session:
        inbox.receive(session, [secret, people.text("halo")])
        inbox.receive(session, [Incoming("wamid.r", people.AT, "revoke", revoke, phone="628000000001")])
        assert session.scalar(select(InboundMessage.content).where(InboundMessage.status == "ignored").limit(1)) is None
    assert _open(gather=5) == ["halo"]


@pytest.mark.parametrize("kind", ["edit", "revoke"])
def test_what_was_taken_back_before_it_came_is_not_answered(database: str, kind: str) -> None:
    """The channel keeps no order, and delivers again for days."""
    original = people.text("NIK saya 1")
    change = {"original": message_key(original.wamid)} | ({"text": "NIK saya 2"} if kind == "edit" else {})
    with transaction() as session:
        inbox.receive(session, [Incoming("wamid.c", people.AT, kind, change, phone="628000000001")])  # type: ignore[arg-type]
    with transaction() as session:
        assert inbox.receive(session, [original]) == 0
    assert _open(gather=5) == (["NIK saya 2"] if kind == "edit" else [])


def test_no_turn_is_opened_with_what_is_just_being_changed(database: str) -> None:
    original = people.text("NIK saya 1")
    edit = {"original": message_key(original.wamid), "text": "NIK saya 2"}
    with transaction() as session:
        inbox.receive(session, [original])
    with transaction() as session:
        inbox.receive(session, [Incoming("wamid.e", people.AT, "edit", edit, phone="628000000001")])
        with transaction() as other:
            assert lanes.claim(other, "a", 1, 10) == []
    with transaction() as session:
        assert len(lanes.claim(session, "a", 1, 10)) == 1
    assert _open() == ["NIK saya 2"]


def test_nobody_edits_or_revokes_another_ones_message(database: str) -> None:
    mine = people.text("halo")
    foreign = {"original": message_key(mine.wamid)}
    with transaction() as session:
        inbox.receive(session, [mine])
        inbox.receive(session, [Incoming("wamid.x", people.AT, "revoke", foreign, phone="628000000002")])
    with transaction() as session:
        contact = find_contact(session, phone="628000000001")
        assert len(inbox.waiting(session, contact.id)) == 1


def test_a_file_is_noted_to_be_fetched_once(database: str) -> None:
    photo = Incoming(
        "wamid.p", people.AT, "media", {"media_kind": "image", "media_id": "1", "mime": "image/jpeg"}, "628000000001"
    )
    for _ in range(2):
        with transaction() as session:
            inbox.receive(session, [photo])
    with transaction() as session:
        row = session.scalar(select(ReceivedMedia))
        assert (row.message_key, row.channel_id, row.status) == (message_key("wamid.p"), "1", "waiting")
        assert session.scalar(select(func.count()).select_from(ReceivedMedia)) == 1


def test_a_file_whose_message_is_taken_back_is_forgotten(database: str) -> None:
    photo = Incoming("wamid.p", people.AT, "media", {"media_kind": "image", "media_id": "1"}, "628000000001")
    revoke = {"original": message_key("wamid.p")}
    with transaction() as session:
        inbox.receive(session, [photo])
        inbox.finish(session, inbox.waiting(session, session.scalar(select(Contact.id))))
        inbox.receive(session, [Incoming("wamid.x", people.AT, "revoke", revoke, phone="628000000002")])
        assert session.scalar(select(func.count()).select_from(ReceivedMedia)) == 1, "nobody else takes it back"
        inbox.receive(session, [Incoming("wamid.r", people.AT, "revoke", revoke, phone="628000000001")])
        assert session.scalar(select(func.count()).select_from(ReceivedMedia)) == 0


def test_a_clock_that_runs_ahead_keeps_no_window_open(database: str) -> None:
    with transaction() as session:
        inbox.receive(session, [replace(people.text(), at=people.AT + timedelta(days=100))])
        assert session.scalar(select(Dispatch.last_inbound_at)) < people.AT + timedelta(hours=1)
