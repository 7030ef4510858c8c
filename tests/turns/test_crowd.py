"""Somebody who sends far too much at once costs no more than others, loses no emergency, and is told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from siaga.db import transaction
from siaga.media.tables import ReceivedMedia
from siaga.people.tables import Contact
from siaga.settings import settings
from siaga.turns import crowd, inbox
from siaga.turns.messages import Incoming, message_key
from siaga.turns.tables import InboundMessage, Lane
from tests.turns import people

MOST = 5
DANGER = "anak saya sesak napas berat bibirnya biru"


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "waiting_messages", MOST)


def _receive(*messages: Incoming) -> int:
    with transaction() as session:
        return inbox.receive(session, messages)


def _waiting() -> int:
    with transaction() as session:
        return session.scalar(select(func.count()).where(InboundMessage.status == "waiting"))


def _unread() -> list[int]:
    with transaction() as session:
        return list(session.scalars(select(Lane.unread).order_by(Lane.contact_id)))


def _of(kind: str, content: dict[str, object], phone: str = "628000000001") -> Incoming:
    return Incoming(people.text().wamid, people.AT, kind, content, phone=phone)  # type: ignore[arg-type]


def test_however_many_come_few_wait(database: str) -> None:
    for _ in range(MOST * 10):
        assert _receive(people.text("p")) == 1
    assert _waiting() == MOST
    assert _unread() == [MOST * 9]
    with transaction() as session:
        left = select(InboundMessage).where(InboundMessage.status == "ignored")
        assert all(row.content is None for row in session.scalars(left)), "nothing of them is kept"


def test_one_delivery_of_many_is_held_to_it_too(database: str) -> None:
    assert _receive(*(people.text(str(number)) for number in range(30))) == 30
    assert (_waiting(), _unread()) == (MOST, [25])
    with transaction() as session:
        first = inbox.waiting(session, session.scalar(select(Contact.id)))
    assert [message.content["text"] for message in first] == ["0", "1", "2", "3", "4"]


def test_those_that_come_at_the_same_moment_are_counted_together(database: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: _receive(people.text("p")), range(80)))
    assert MOST <= _waiting() <= MOST + 8
    assert _unread() == [80 - _waiting()]


def test_danger_is_kept_and_so_are_taps(database: str) -> None:
    _receive(*(people.text("p") for _ in range(MOST)))
    danger, tap = people.text(DANGER), _of("option", {"id": "x", "title": "Ya"})
    photo = _of("media", {"media_kind": "image", "caption": DANGER})
    _receive(danger, tap, photo, people.text("p"))
    with transaction() as session:
        status = dict(session.execute(select(InboundMessage.key, InboundMessage.status)).all())
    assert {status[message_key(one.wamid)] for one in (danger, tap, photo)} == {"waiting"}
    assert _unread() == [1]


def test_danger_finds_room_whatever_else_was_sent(database: str) -> None:
    _receive(*(_of("option", {"id": "x", "title": "Ya"}) for _ in range(200)))
    assert _waiting() == MOST + crowd.MORE_TAPS
    _receive(people.text(DANGER))
    assert _waiting() == MOST + crowd.MORE_TAPS + 1


def test_even_danger_does_not_fill_the_database(database: str) -> None:
    for _ in range(4):
        _receive(*(people.text(DANGER) for _ in range(100)))
    assert _waiting() == MOST + crowd.MORE_TAPS + crowd.MORE_DANGER


def test_answering_quickly_is_no_way_around_and_a_minute_later_all_is_well(database: str) -> None:
    _receive(*(people.text("p") for _ in range(MOST)))
    with transaction() as session:
        session.execute(update(InboundMessage).values(status="done", content=None))
    _receive(people.text("p"))
    assert _waiting() == 0
    with transaction() as session:
        session.execute(update(InboundMessage).values(received_at=func.now() - timedelta(seconds=61)))
    _receive(people.text("p"))
    assert _waiting() == 1


def test_others_are_not_held_back(database: str) -> None:
    _receive(*(people.text("p") for _ in range(MOST * 3)), people.text("halo", phone="628000000002"))
    with transaction() as session:
        by_contact = select(func.count()).where(InboundMessage.status == "waiting").group_by(InboundMessage.contact_id)
        assert sorted(session.scalars(by_contact)) == [1, MOST]
    assert _unread() == [MOST * 2, 0]


def test_what_was_delivered_before_is_not_counted_again(database: str) -> None:
    messages = [people.text("p") for _ in range(MOST)]
    _receive(*messages)
    assert _receive(*messages) == 0
    assert (_waiting(), _unread()) == (MOST, [0])


def test_a_file_that_is_left_is_not_fetched_and_an_edit_is_no_way_in(database: str) -> None:
    messages = [people.text("p") for _ in range(MOST)]
    _receive(*messages)
    with transaction() as session:
        session.execute(update(InboundMessage).values(status="done", content=None))
    _receive(
        _of("media", {"media_kind": "image", "media_id": "1"}),
        _of("edit", {"original": message_key(messages[0].wamid), "text": "q"}),
    )
    assert (_waiting(), _unread()) == (0, [2])
    with transaction() as session:
        assert session.scalar(select(func.count()).select_from(ReceivedMedia)) == 0


def test_what_the_desk_has_to_tell_takes_no_room(database: str) -> None:
    """Whose conversation changes hands many times may still write."""
    _receive(people.text("0"))
    with transaction() as session:
        contact_id = session.scalar(select(Contact.id))
        for number, status in enumerate(["waiting", "done"] * MOST):
            session.add(
                InboundMessage(
                    key=message_key(f"desk:{number}"),
                    contact_id=contact_id,
                    at=people.AT,
                    kind="desk",
                    content={},
                    status=status,
                )
            )
    for number in range(1, MOST):
        _receive(people.text(str(number)))
    assert _unread() == [0]


def test_what_needs_no_answer_is_not_counted(database: str) -> None:
    _receive(*(_of("ignored", {"event": "reaction"}) for _ in range(MOST * 3)))
    _receive(people.text("halo"))
    assert (_waiting(), _unread()) == (1, [0])
