"""Hand-offs in which nothing happens, as the sweep finds them; giving back; forgetting; two contacts who are one."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from typer.testing import CliRunner

from siaga.db import transaction
from siaga.handoffs import claiming, closing, recording, state
from siaga.handoffs.commands import app
from siaga.handoffs.tables import HandOff, HandOffLabel, HandOffMessage
from siaga.people.contacts import ensure_contact
from siaga.people.tables import Contact, Notice, Task
from siaga.reminders import attending
from siaga.retention.sweeping import sweep
from siaga.turns import follow, inbox, resume
from siaga.turns.tables import Dispatch, InboundMessage, Lane
from tests.handoffs.given import NIGHT, NOW, ask, come, contact, keep_hours, minutes, row, told
from tests.turns import people

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def _hours(monkeypatch: pytest.MonkeyPatch) -> None:
    keep_hours(monkeypatch)


def _claim(hand_off_id: int, login: str = "ani", at: datetime = NOW) -> None:
    with transaction() as session:
        claiming.claim(session, hand_off_id, login, at)


def _desk(hand_off_id: int, at: datetime) -> None:
    with transaction() as session:
        recording.desk_said(session, state.get(session, hand_off_id, lock=True), "ani", "halo", None, at=at)


def _citizen(hand_off_id: int, key: str, at: datetime) -> None:
    said = {"key": key, "at": at, "kind": "text", "content": {"text": "halo"}, "wamid": "w"}
    with transaction() as session:
        recording.citizen_said(session, state.get(session, hand_off_id, lock=True), [said], at)


def _wrote(at: datetime, number: int = 1) -> None:
    """The contact has written to us at that time."""
    who = contact(number)
    with transaction() as session:
        session.add(Dispatch(contact_id=who, channel="whatsapp", last_inbound_at=at))


def _notices() -> list[tuple[str, str, dict[str, Any]]]:
    with transaction() as session:
        return [(one.kind, one.status, one.values) for one in session.scalars(select(Notice).order_by(Notice.id))]


def _to_bot() -> list[tuple[str, Any]]:
    with transaction() as session:
        return [(one.kind, one.content) for one in session.scalars(select(InboundMessage).order_by(InboundMessage.id))]


# ---------------------------------------------------------------- the sweep
def test_a_long_silence_gives_the_conversation_back_once() -> None:
    come("ani")
    _wrote(NOW)
    hand_off_id = ask().id
    _claim(hand_off_id)
    _citizen(hand_off_id, "k1", NOW + minutes(1))
    _desk(hand_off_id, NOW + minutes(2))
    assert attending.attend(NOW + minutes(31)) == 0
    assert attending.attend(NOW + minutes(32)) == 1
    assert attending.attend(NOW + minutes(33)) == 0
    hand_off = row(hand_off_id)
    assert (hand_off.state, hand_off.closed_by, hand_off.closed_why) == ("closed", "silence", "silence")
    assert _to_bot() == [("desk", {"why": "silence", "by_name": "Ani"})]
    assert told(hand_off_id)[-1] == ("system", "Ditutup oleh sistem: lama tidak ada pesan.")


def test_who_is_not_answered_goes_back_into_the_queue_and_hears_so() -> None:
    come("ani")
    hand_off_id = ask().id
    _claim(hand_off_id)
    _desk(hand_off_id, NOW + minutes(1))
    _citizen(hand_off_id, "k1", NOW + minutes(10))
    _citizen(hand_off_id, "k2", NOW + minutes(24))
    assert attending.attend(NOW + minutes(24)) == 0
    assert attending.attend(NOW + minutes(25)) == 1, "from the first word that is not answered"
    hand_off = row(hand_off_id)
    assert (hand_off.state, hand_off.urgency, hand_off.held_by) == ("waiting", 1, "ani")
    assert _notices() == [("hand_off_requeued", "planned", {})]
    assert told(hand_off_id)[-1] == ("system", "Ani belum membalas: kembali ke antrean.")
    _claim(hand_off_id, "budi", NOW + minutes(26))
    assert _notices()[0][1] == "cancelled", "nobody need hear that they wait"


def test_by_the_order_of_words_not_by_two_clocks() -> None:
    come("ani")
    hand_off_id = ask().id
    _claim(hand_off_id)
    _desk(hand_off_id, NOW + minutes(1) + timedelta(milliseconds=700))
    # The channel's times are whole seconds: it came after, and its time is before.
    _citizen(hand_off_id, "k1", NOW + minutes(1))
    attending.attend(NOW + minutes(20))
    assert row(hand_off_id).state == "waiting"


def test_who_never_asked_hears_nothing_when_somebody_only_looks() -> None:
    come("ani")
    hand_off_id = ask(reason="incident").id
    _claim(hand_off_id)
    attending.attend(NOW + minutes(16))
    assert row(hand_off_id).state == "waiting"
    assert _notices() == []
    _claim(hand_off_id, at=NOW + minutes(20))
    _citizen(hand_off_id, "k1", NOW + minutes(21))
    attending.attend(NOW + minutes(40))
    assert [one[0] for one in _notices()] == ["hand_off_requeued"]


def test_past_closing_time_it_is_promised_once_for_the_next_opening() -> None:
    hand_off_id = ask().id
    assert attending.attend(NIGHT) == 1
    assert attending.attend(NIGHT + minutes(5)) == 0
    opening = row(hand_off_id).callback_at
    assert _notices() == [("hand_off_callback", "planned", {"jam": "Selasa 24 November, mulai 07.30 WIB"})]
    assert told(hand_off_id) == [("system", "Di luar jam petugas: dijanjikan Selasa 24 November, mulai 07.30 WIB.")]
    # The next day nobody came, either: the same task, and another promise.
    assert attending.attend(opening + minutes(60)) == 0
    assert attending.attend(NIGHT + timedelta(days=1)) == 1
    assert _notices()[0][2]["jam"].startswith("Rabu 25")
    with transaction() as session:
        (task,) = session.scalars(select(Task))
        assert (task.status, task.due_at) == ("open", opening)


def test_not_answered_out_of_hours_one_thing_is_told_not_two() -> None:
    come("ani", at=NIGHT)
    hand_off_id = ask(at=NIGHT - timedelta(hours=10)).id
    _claim(hand_off_id, at=NIGHT)
    _citizen(hand_off_id, "k1", NIGHT)
    attending.attend(NIGHT + minutes(16))
    assert row(hand_off_id).state == "waiting"
    assert [one[0] for one in _notices()] == ["hand_off_callback"]


def test_one_that_fails_does_not_keep_the_others_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [ask(number).id for number in (1, 2)]
    real = attending._promised

    def promised(session: Any, hand_off: HandOff, *rest: Any) -> bool:
        if hand_off.id == ids[0]:
            raise ValueError("not this one")
        return real(session, hand_off, *rest)

    monkeypatch.setattr(attending, "_promised", promised)
    assert attending.attend(NIGHT) == 1
    assert [row(one).callback_at is None for one in ids] == [True, False]


# ---------------------------------------------------------------- giving back
def test_given_back_the_bot_is_told_once_and_the_window_stays_as_it_was() -> None:
    come("ani")
    _wrote(NOW)
    hand_off_id = ask().id
    _claim(hand_off_id)
    for _ in range(2):
        with transaction() as session:
            resume.give_back(session, hand_off_id, by="ani", why="solved", at=NOW + minutes(5))
    assert _to_bot() == [("desk", {"why": "solved", "by_name": "Ani"})]
    with transaction() as session:
        assert session.scalar(select(Dispatch.last_inbound_at)) == NOW
        assert session.scalar(select(Contact.last_message_at)) is None
        assert session.scalar(select(Lane.ready_at)) is not None
    with transaction() as session, pytest.raises(state.UnknownHandOff):
        resume.give_back(session, 99, by="ani", why="solved", at=NOW)


def test_after_a_day_the_bot_says_nothing() -> None:
    _wrote(NOW - timedelta(hours=24))
    hand_off_id = ask(at=NOW - timedelta(hours=24)).id
    with transaction() as session:
        resume.give_back(session, hand_off_id, by="ani", why="no_reply", at=NOW)
    assert row(hand_off_id).state == "closed"
    assert _to_bot() == []


# ---------------------------------------------------------------- the rest
def test_what_is_old_is_forgotten_whole_and_what_is_open_is_not() -> None:
    old, open_ = ask(1).id, ask(2).id
    _citizen(old, "k1", NOW)
    with transaction() as session:
        session.add(HandOffLabel(hand_off_id=old, label="vaksin"))
        closing.close(session, old, by="ani", why="solved", at=NOW)
    assert sweep(NOW + timedelta(days=89))["hand_offs"] == 0
    assert sweep(NOW + timedelta(days=91))["hand_offs"] == 1
    with transaction() as session:
        assert session.scalars(select(HandOff.id)).all() == [open_]
        assert session.scalar(select(func.count()).select_from(HandOffMessage)) == 0


@pytest.mark.parametrize("held", ["gone", "stays", None])
def test_two_contacts_who_are_one_have_one_hand_off_with_all_that_was_said(held: str | None) -> None:
    come("ani")
    ids = {"gone": ask(1, "worsened").id, "stays": ask(2).id}
    past = {}
    for name, number in (("gone", 3), ("stays", 4)):
        past[name] = ask(number).id
        with transaction() as session:
            closing.close(session, past[name], by="ani", why="solved", at=NOW)
            to = contact(1 if name == "gone" else 2)
            session.execute(update(HandOff).where(HandOff.id == past[name]).values(contact_id=to))
    for name, hand_off_id in ids.items():
        _citizen(hand_off_id, name, NOW)
    if held:
        _claim(ids[held])
    gone, stays = contact(1), contact(2)
    with transaction() as session:
        follow.merge(session, gone, stays)
    kept = ids[held or "gone"]
    ended = next(one for one in ids.values() if one != kept)
    assert (row(kept).state, row(kept).urgency, row(kept).contact_id) == ("held" if held else "waiting", 2, stays)
    assert (row(ended).state, row(ended).closed_why, row(ended).contact_id) == ("closed", "merged", stays)
    assert [author for author, _ in told(kept)].count("citizen") == 2
    assert {row(one).contact_id for one in past.values()} == {stays}, "what is past is kept"


def test_operators_see_numbers_and_no_words() -> None:
    come("ani")
    _citizen(ask().id, "k1", NOW)
    second = ask(2, "worsened").id
    _claim(second)
    with transaction() as session:
        closing.close(session, ask(3).id, by="ani", why="solved", at=NOW)
    printed = CliRunner().invoke(app, ["list"])
    assert printed.exit_code == 0, printed.output
    lines = [json.loads(line) for line in printed.stdout.splitlines()]
    assert [(line["id"], line["state"], line["held_by"]) for line in lines] == [
        (2, "held", "ani"),
        (1, "waiting", None),
    ]
    assert "halo" not in printed.stdout
    assert len(CliRunner().invoke(app, ["list", "--all"]).stdout.splitlines()) == 3


def test_where_a_person_has_the_conversation_nobody_waits_for_more(monkeypatch: pytest.MonkeyPatch) -> None:
    from siaga.settings import settings

    monkeypatch.setattr(settings(), "pause_seconds", 5.0)
    with transaction() as session:
        who = ensure_contact(session, phone="628000000001").id
    come("ani")
    with transaction() as session:
        inbox.receive(session, [people.text("satu", "628000000002")])
    hand_off_id = ask().id
    _claim(hand_off_id)

    def waits(contact_id: int) -> float:
        with transaction() as session:
            query = select(func.extract("epoch", Lane.ready_at - func.now())).where(Lane.contact_id == contact_id)
            return float(session.scalar(query))

    with transaction() as session:
        inbox.receive(session, [people.text("dua"), people.text("tiga", "628000000002")])
        assert inbox.rest(session, who) > 4
        assert inbox.rest(session, who, at_once=True) == 0
    assert waits(who) <= 0
    assert waits(contact(2)) > 3
