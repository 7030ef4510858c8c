"""A contact who changes the number keeps everything, and what the new number had already said is not lost."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import func, select, update

from siaga.db import transaction
from siaga.media.tables import ReceivedMedia
from siaga.people.contacts import ensure_contact
from siaga.people.tables import Consent, Contact, ContactPerson, FormDraft, Person
from siaga.registration.tables import Registration
from siaga.turns import claims, follow, inbox, lanes, operator, outbox, outcomes, trackers, wishes
from siaga.turns.messages import AliasChange, Draft, Incoming
from siaga.turns.tables import Dispatch, InboundMessage, Lane, OutboundMessage, TrackerRow

OLD, NEW = "628000000001", "628000000002"
NOW = datetime.now(timezone.utc)
CHANGE = AliasChange(NOW - timedelta(minutes=1), OLD, "ID.a", NEW, "ID.b")


def _text(body: str, phone: str, user_id: str | None = None) -> Incoming:
    return Incoming(f"wamid.{body}", NOW, "text", {"text": body}, phone, user_id)


def _receive(*messages: Incoming) -> None:
    with transaction() as session:
        inbox.receive(session, messages)


def _follow(change: AliasChange = CHANGE) -> None:
    with transaction() as session:
        follow.follow(session, change)


@pytest.fixture
def two(database: str) -> tuple[int, int]:
    """The contact who was there before the change, and the one whom the first message from the new number made."""
    with transaction() as session:
        old = ensure_contact(session, phone=OLD, user_id="ID.a")
        old.created_at = NOW - timedelta(days=100)
        return old.id, ensure_contact(session, phone=NEW, user_id="ID.b").id


def _all(column: Any) -> list[Any]:
    with transaction() as session:
        return list(session.scalars(select(column)))


def test_a_parked_turn_of_the_one_who_goes_can_be_tried_again(two: tuple[int, int]) -> None:
    _receive(_text("sulit", NEW, "ID.b"))
    with transaction() as session:
        (lease,) = lanes.claim(session, "a", 1, 10)
        turn = inbox.open_turn(session, lease.contact_id, len, stale_after=3600)
        assert inbox.fail(session, turn, "ValueError", limit=1)
        lanes.free(lanes.hold(session, lease), waiting=False)
    _follow()
    with transaction() as session:
        operator.replay(session, turn[0].id)
    with transaction() as session:
        (lease,) = lanes.claim(session, "a", 1, 10)
        assert lease.contact_id == two[0]


def test_only_one_is_left_and_it_goes_by_the_new_aliases(two: tuple[int, int]) -> None:
    for _ in range(2):
        _follow()
        with transaction() as session:
            (contact,) = session.scalars(select(Contact))
            assert (contact.id, contact.phone, contact.user_id) == (two[0], NEW, "ID.b")


def test_messages_that_wait_are_answered_in_the_old_lane(two: tuple[int, int]) -> None:
    _receive(_text("satu", OLD, "ID.a"))
    with transaction() as session:
        (lease,) = lanes.claim(session, "worker", 1, 10)
        lanes.free(lanes.hold(session, lease), waiting=False)
        inbox.finish(session, inbox.waiting(session, two[0]))
    _receive(_text("dua", NEW, "ID.b"), _text("tiga", NEW, "ID.b"))
    _follow()
    with transaction() as session:
        (lease,) = lanes.claim(session, "worker", 5, 10)
        assert lease.contact_id == two[0]
        assert [waiting.content["text"] for waiting in inbox.waiting(session, two[0])] == ["dua", "tiga"]


def test_a_worker_of_the_new_lane_loses_its_lease(two: tuple[int, int]) -> None:
    _receive(_text("satu", NEW, "ID.b"))
    with transaction() as session:
        session.execute(update(Lane).values(ready_at=func.now()))
    with transaction() as session:
        (lease,) = lanes.claim(session, "worker", 1, 10)
    _follow()
    with transaction() as session, pytest.raises(lanes.LeaseLost):
        lanes.hold(session, lease)
    with transaction() as session:
        assert [lease.contact_id for lease in lanes.claim(session, "another", 1, 10)] == [two[0]]


def test_a_worker_of_the_old_lane_keeps_its_lease_and_finds_what_was_added(two: tuple[int, int]) -> None:
    _receive(_text("satu", OLD, "ID.a"))
    with transaction() as session:
        session.execute(update(Lane).values(ready_at=func.now()))
    with transaction() as session:
        (lease,) = lanes.claim(session, "worker", 1, 10)
    _receive(_text("dua", NEW, "ID.b"))
    _follow()
    with transaction() as session:
        assert not lanes.claim(session, "another", 1, 10)
        lanes.hold(session, lease)
        assert len(inbox.waiting(session, two[0])) == 2


@pytest.mark.parametrize("old_has_any", [True, False])
def test_what_is_to_be_sent_is_sent_in_order_to_the_new_number(two: tuple[int, int], old_has_any: bool) -> None:
    with transaction() as session:
        if old_has_any:
            outbox.put_all(session, two[0], [Draft({"n": n}) for n in (1, 2)])
        outbox.put_all(session, two[1], [Draft({"n": n}) for n in (3, 4)])
        session.execute(update(Dispatch).values(last_inbound_at=func.now()))
    _follow()
    sent = []
    for _ in range(5):
        with transaction() as session:
            session.execute(update(Dispatch).values(ready_at=func.now()))
        with transaction() as session:
            for message in claims.claim(session, "whatsapp", 10, rate=0, resend_after=1).messages:
                assert (message.contact_id, message.phone, message.user_id) == (two[0], NEW, "ID.b")
                sent.append(message.payload["n"])
                outcomes.accepted(session, message.key, f"wamid.out.{message.key}")
    assert sent == ([1, 2, 3, 4] if old_has_any else [3, 4])
    with transaction() as session:
        outbox.put_all(session, two[0], [Draft({"n": 5})])
    assert sorted(_all(OutboundMessage.seq)) == ([1, 2, 3, 4, 5] if old_has_any else [1, 2, 3])


@pytest.mark.parametrize("opted_out", [0, 1])
def test_who_has_opted_out_stays_so_and_who_wrote_has_not_blocked_us(two: tuple[int, int], opted_out: int) -> None:
    _receive(_text("satu", OLD, "ID.a"), _text("dua", NEW, "ID.b"))
    with transaction() as session:
        wishes.set_welcome(session, two[opted_out], False)
        session.execute(update(Dispatch).where(Dispatch.contact_id == two[0]).values(blocked_at=func.now()))
        session.execute(
            update(Dispatch).where(Dispatch.contact_id == two[0]).values(last_inbound_at=NOW - timedelta(days=9))
        )
    _follow()
    with transaction() as session:
        (street,) = session.scalars(select(Dispatch))
        assert (street.contact_id, street.blocked_at, street.last_inbound_at) == (two[0], None, NOW)
        assert street.opted_out_at is not None


def _person(session: Any, n: int) -> Person:
    person = Person(
        nik=f"357801010180900{n}",
        nik_index=bytes([n]),
        name=f"Warga Uji 00{n}",
        birth_date="1980-01-01",
        sex="m",
        regency_code="35.78",
    )
    session.add(person)
    session.flush()
    return person


def test_everything_of_the_house_moves_and_nothing_is_there_twice(two: tuple[int, int]) -> None:
    old, new = two
    _receive(Incoming("wamid.foto", NOW, "media", {"media_kind": "image", "media_id": "1"}, NEW, "ID.b"))
    with transaction() as session:
        shared, own = _person(session, 1), _person(session, 2)
        for contact_id, person in ((old, shared), (new, shared), (new, own)):
            session.add(ContactPerson(contact_id=contact_id, person_id=person.id, relation="self"))
            session.add(
                Consent(contact_id=contact_id, purpose="registration", version="1", given_at=NOW, message_id="m")
            )
        session.add(Registration(contact_id=new, status="draft", caused_by="m", answers={}))
        session.add(FormDraft(contact_id=old, form="uji_form", data={"of": "old"}))
        session.add(FormDraft(contact_id=new, form="uji_form", data={"of": "new"}))
        trackers.write(session, session.get(Contact, old).key, [{"event": "old"}], version=0)
        trackers.write(session, session.get(Contact, new).key, [{"event": "new"}], version=0)
    _follow()
    assert set(_all(ContactPerson.contact_id)) == {old}
    assert len(_all(ContactPerson.id)) == 2
    assert _all(Consent.contact_id) == [old] * 3
    assert _all(Registration.contact_id) == _all(ReceivedMedia.contact_id) == [old]
    assert _all(FormDraft.data) == [{"of": "old"}]
    assert _all(TrackerRow.events) == [[{"event": "old"}]]
    assert _all(InboundMessage.contact_id) == [old]


def test_every_table_that_belongs_to_a_contact_is_known() -> None:
    tables = {table.name for table, _ in follow._references()}
    assert tables >= {
        "lane", "inbound_message", "dispatch", "outbound_message", "received_media",
        "contact_person", "consent", "registration", "form_draft",
    }  # fmt: skip


def test_somebody_elses_number_brings_nothing_along(two: tuple[int, int]) -> None:
    _receive(_text("rahasia", NEW, "ID.b"))
    with transaction() as session:
        session.get(Contact, two[1]).created_at = NOW - timedelta(days=50)
    _follow(AliasChange(NOW, OLD, "ID.a", NEW, "ID.c"))
    with transaction() as session:
        assert inbox.waiting(session, two[0]) == []
        assert len(inbox.waiting(session, two[1])) == 1
        assert session.get(Contact, two[1]).phone is None
