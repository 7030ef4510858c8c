"""What is due is sent once, by day, to those who want it."""

from __future__ import annotations

from datetime import datetime, timedelta
from select import select as select_ready
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import func, select, text, update

from siaga.db import transaction
from siaga.people import notices
from siaga.people.tables import Contact, Notice
from siaga.reminders import preference, sending
from siaga.reminders.sending import send_due
from siaga.turns import follow, outbox, wake
from siaga.turns.messages import Draft
from siaga.turns.steps import next_step
from siaga.turns.tables import Dispatch, OutboundMessage
from tests.reminders.given import NINE, VALUES, WIB, at, contact, outgoing, planned, said, statuses

WITA, WIT = "Asia/Makassar", "Asia/Jayapura"
REMINDERS = ["appointment_day_before", "appointment_morning", "next_dose", "validated", "not_validated"]
ASKED_FOR = [
    "place_free", "session_moved", "session_cancelled", "identity_code",
    "isolation_check", "isolation_over", "isolation_silent", "report_status", "radar_level",
    "hoax_answered", "hand_off_requeued", "hand_off_callback",
]  # fmt: skip


def _sent() -> list[str]:
    with transaction() as session:
        return statuses(session)


@pytest.mark.parametrize("kind", notices.KINDS)
def test_each_kind_goes_out_in_both_forms_once(database: str, kind: str) -> None:
    with transaction() as session:
        planned(session, contact(session), kind)

    assert send_due(NINE - timedelta(seconds=1)).messages == 0
    assert [send_due(NINE + timedelta(minutes=n)).messages for n in range(3)] == [1, 0, 0]

    with transaction() as session:
        (message,) = outgoing(session)
        assert statuses(session) == ["sent"]
        assert message.status == "queued" and message.until == NINE + timedelta(hours=15)
        assert message.unasked is (kind in REMINDERS)
        assert message.template["template"]["name"] in str(sending.words()[kind].template)
        options = message.options or []
        buttons = [part for part in message.template["template"]["components"] if part.get("sub_type") == "quick_reply"]
        tapped = [part["parameters"][0]["payload"] for part in buttons]
        assert tapped == [option["id"] for option in options], "a tap on either form is the same option"
        assert all(option["id"].startswith(f"{message.id}.") for option in options)


def test_a_moved_one_is_sent_at_its_new_time_only(database: str) -> None:
    with transaction() as session:
        who = contact(session)
        planned(session, who)
    with transaction() as session:
        planned(session, who, due_at=NINE + timedelta(days=1), until=NINE + timedelta(days=2))

    assert send_due(NINE).messages == 0
    assert send_due(NINE + timedelta(days=1)).messages == 1
    assert send_due(NINE + timedelta(days=1)).messages == 0


def test_one_that_was_sent_is_sent_again_only_for_another_time(database: str) -> None:
    with transaction() as session:
        planned(session, contact(session))
    send_due(NINE)
    with transaction() as session:
        planned(session, contact(session))
    assert send_due(NINE).messages == 0
    with transaction() as session:
        planned(session, contact(session), due_at=NINE + timedelta(hours=1))
    assert send_due(NINE + timedelta(hours=1)).messages == 1


def test_what_was_taken_back_is_not_sent(database: str) -> None:
    with transaction() as session:
        who = contact(session)
        for kind in ("appointment_day_before", "appointment_morning"):
            planned(session, who, kind)
        planned(session, who, about="SG-OTHER")
        notices.take_back(session, "SG-7K3M-9Q")

    assert send_due(NINE).messages == 1
    assert _sent() == ["cancelled", "cancelled", "sent"]


@pytest.mark.parametrize("kind", notices.KINDS)
def test_who_stopped_reminders_is_told_only_what_they_asked_for(database: str, kind: str) -> None:
    assert {*REMINDERS, *ASKED_FOR} == set(notices.KINDS)
    with transaction() as session:
        who = contact(session)
        key = session.get(Contact, who).key
        planned(session, who, kind)
        assert preference.stop(session, key, NINE - timedelta(hours=1))
        assert not preference.stop(session, key, NINE), "once is enough"
        assert session.get(Contact, who, populate_existing=True).reminders_off_at == NINE - timedelta(hours=1)

    send_due(NINE)
    assert _sent() == ["sent" if kind in ASKED_FOR else "skipped"]


def test_who_starts_them_again_gets_those_that_are_still_to_come(database: str) -> None:
    with transaction() as session:
        who = contact(session)
        key = session.get(Contact, who).key
        planned(session, who)
        planned(session, who, "appointment_morning", due_at=NINE + timedelta(days=1), until=NINE + timedelta(days=2))
        preference.stop(session, key, NINE)
    send_due(NINE)
    with transaction() as session:
        assert preference.start(session, key)
        assert not preference.start(session, key)
    send_due(NINE + timedelta(days=1))

    assert _sent() == ["skipped", "sent"]


@pytest.mark.parametrize(
    ("street", "expected"),
    [
        ({"opted_out_at": func.now()}, ["skipped", "sent"]),
        ({"blocked_at": func.now()}, ["skipped", "skipped"]),
        ({}, ["sent", "sent"]),
    ],
)
def test_the_channels_own_preference_is_kept(database: str, street: dict[str, Any], expected: list[str]) -> None:
    with transaction() as session:
        who = contact(session)
        planned(session, who)
        planned(session, who, "session_cancelled")
        if street:
            session.execute(update(Dispatch).values(street))

    send_due(NINE)
    assert _sent() == expected


def test_by_the_channel_they_wrote_by_last(database: str) -> None:
    with transaction() as session:
        planned(session, contact(session))
        session.execute(update(Dispatch).values(channel="twilio"))

    send_due(NINE)
    with transaction() as session:
        (message,) = outgoing(session)
        assert message.channel == "twilio" and "Body" in message.payload
        assert message.options[0]["label"] == "Saya datang"


def test_somebody_whom_no_channel_knows_is_passed_over(database: str) -> None:
    with transaction() as session:
        nobody = Contact(key="terminal")
        session.add(nobody)
        session.flush()
        planned(session, nobody.id)

    send_due(NINE)
    assert _sent() == ["skipped"]


# ---------------------------------------------------------------------- day and night
@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (at(6, 59, WIB), [False, True, True]),  # 07.59 WITA, 08.59 WIT
        (at(7, 0, WIB), [True, True, True]),
        (at(5, 0, WIB), [False, False, True]),
        (at(18, 30, WIB), [True, True, False]),
        (at(19, 30, WIB), [True, False, False]),
        (at(20, 0, WIB), [False, False, False]),
        (at(23, 30, WIB), [False, False, False]),
    ],
)
def test_by_day_in_each_zone(database: str, now: datetime, expected: list[bool]) -> None:
    with transaction() as session:
        for number, zone in enumerate((WIB, WITA, WIT), 1):
            due = now - timedelta(minutes=1)
            planned(session, contact(session, number), zone=zone, due_at=due, until=now + timedelta(days=1))

    send_due(now)
    assert [status == "sent" for status in _sent()] == expected


def test_what_is_urgent_goes_at_night(database: str) -> None:
    night = at(2)
    with transaction() as session:
        planned(session, contact(session), due_at=night, until=night + timedelta(hours=1), urgent=True)
        planned(session, contact(session, 2), due_at=night, until=night + timedelta(hours=1))

    send_due(night)
    assert _sent() == ["sent", "planned"]
    send_due(night + timedelta(hours=1, seconds=1))
    assert _sent() == ["sent", "skipped"], "the day would come too late for it"


def test_what_is_of_no_use_any_more_is_not_sent(database: str) -> None:
    with transaction() as session:
        planned(session, contact(session), until=NINE)
        planned(session, contact(session, 2), until=NINE + timedelta(seconds=1))

    send_due(NINE + timedelta(seconds=1))
    assert _sent() == ["skipped", "sent"]


def test_nor_once_it_is_in_the_outbox() -> None:
    now = NINE
    values: dict[str, Any] = {
        "contact_id": 1,
        "id": "k",
        "sending_since": None,
        "status": "queued",
        "blocked_at": None,
        "opted_out_at": None,
        "unasked": True,
        "created_at": now - timedelta(hours=1),
        "of_channel": "whatsapp",
        "channel": "whatsapp",
        "last_inbound_at": now,
        "payload": {"type": "text"},
        "template": None,
        "tokens": None,
        "tokens_at": None,
        "attempts": 0,
        "phone": "628000000001",
        "user_id": None,
        "error_code": None,
        "trace": None,
    }
    for until, status in ((None, "sending"), (now + timedelta(seconds=1), "sending"), (now, "failed")):
        assert next_step(SimpleNamespace(**values, until=until), now, 30).status == status


@pytest.mark.parametrize(
    ("ago", "until", "urgent", "expected"),
    [
        (9, 300, False, "planned"),
        (10, 300, False, "sent"),
        (1, 59, False, "sent"),
        (1, 61, False, "planned"),
        (1, 300, True, "sent"),
        (None, 300, False, "sent"),
    ],
)
def test_nobody_is_interrupted(database: str, ago: int | None, until: int, urgent: bool, expected: str) -> None:
    with transaction() as session:
        who = contact(session)
        session.get(Contact, who).last_message_at = None if ago is None else NINE - timedelta(minutes=ago)
        planned(session, who, until=NINE + timedelta(minutes=until), urgent=urgent)

    send_due(NINE)
    assert _sent() == [expected]


# ---------------------------------------------------------------------- several at once
def test_a_family_at_the_same_time_is_told_once(database: str) -> None:
    with transaction() as session:
        who = contact(session)
        for number, name in enumerate(("Ibu", "Bapak", "Adik")):
            planned(session, who, about=f"SG-{number}", values={**VALUES, "nama": name})
        planned(session, who, about="SG-9", values={**VALUES, "nama": "Kakak", "jam": "13.00–15.00 WIB"})
        planned(session, contact(session, 2), about="SG-8", values={**VALUES, "nama": "Tetangga"})

    assert send_due(NINE).messages == 3
    with transaction() as session:
        together, alone, other = outgoing(session)
        assert "*Ibu, Bapak, dan Adik* punya janji" in said(together)
        assert "*Kakak*" in said(alone) and "*Tetangga*" in said(other)
        assert together.options[0]["payload"] == '/choose_option{"option": "come=SG-0,SG-1,SG-2"}'
        assert together.options[2]["payload"] == "/cancel_appointment"
        assert alone.options[2]["payload"] == '/choose_option{"option": "ask_cancel=SG-9"}'
        assert set(statuses(session)) == {"sent"}


def test_places_that_are_held_are_told_one_by_one(database: str) -> None:
    with transaction() as session:
        for number in range(2):
            planned(session, contact(session), "place_free", about=f"waiting:{number}")

    assert send_due(NINE).messages == 2


def test_a_large_family_is_told_in_several_messages(database: str) -> None:
    with transaction() as session:
        for number in range(sending.MOST_TOGETHER * 2 + 1):
            planned(session, contact(session), about=f"SG-{number}")

    assert send_due(NINE).messages == 3
    assert set(_sent()) == {"sent"}


def test_answers_do_not_stand_behind_a_morning_of_reminders(database: str) -> None:
    with transaction() as session:
        for number in range(1, sending.ROOM + 6):
            planned(session, contact(session, number))

    first = send_due(NINE)
    assert (first.messages, first.more) == (sending.ROOM, True)
    assert send_due(NINE).messages == 0
    with transaction() as session:
        session.execute(update(OutboundMessage).values(status="accepted"))
    last = send_due(NINE)
    assert (last.messages, last.more) == (5, False)


def test_answers_take_no_room(database: str) -> None:
    with transaction() as session:
        who = contact(session)
        outbox.put_all(session, who, [Draft({"type": "text", "text": {"body": "halo"}})] * 3)
        assert sending.room(session) == sending.ROOM - 3
        assert sending.next_due(session, NINE) is None
        planned(session, who)
        assert sending.next_due(session, NINE - timedelta(hours=1)) == NINE


# ---------------------------------------------------------------------- what is wrong
def test_what_cannot_be_written_or_read_holds_up_nobody(database: str, caplog: pytest.LogCaptureFixture) -> None:
    with transaction() as session:
        for number in range(1, 4):
            planned(session, contact(session, number), values={**VALUES, "nama": f"Rahasia{number}"})
        session.flush()
        first, second, _ = session.scalars(select(Notice).order_by(Notice.id))
        first.values = {"tempat": "Rahasia4"}
        session.flush()
        session.execute(text("UPDATE notice SET values = 'x' WHERE id = :id"), {"id": second.id})

    sent = send_due(NINE)
    assert (sent.messages, sent.skipped, sent.failed) == (1, 1, 1)
    assert _sent() == ["skipped", "planned", "sent"]
    assert "Rahasia" not in caplog.text and "62800" not in caplog.text


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "appointment"},
        {"values": {**VALUES, "jam": " "}},
        {"values": {"nama": "Warga"}},
        {"about": "Warga Uji"},
        {"zone": "Asia/Surabaya"},
    ],
)
def test_a_wrong_notice_is_refused_when_it_is_planned(database: str, wrong: dict[str, Any]) -> None:
    with transaction() as session:
        who = contact(session)
        with pytest.raises((ValueError, KeyError)):
            planned(session, who, **wrong)


# ---------------------------------------------------------------------- put off
def test_it_is_put_off_twice_at_most(database: str) -> None:
    def put_off(again: int, due: datetime) -> bool:
        with transaction() as session:
            who = contact(session)
            return notices.put_off(session, "next_dose", "dose:1", contact_id=who, again=again, due_at=due)

    with transaction() as session:
        planned(session, contact(session), "next_dose", about="dose:1")
    assert not put_off(1, NINE), "it was not told yet"
    send_due(NINE)
    day = timedelta(days=3)
    assert put_off(1, NINE + day) and put_off(1, NINE + day), "the same message twice puts it off once"
    assert send_due(NINE + day - timedelta(seconds=1)).messages == 0
    assert send_due(NINE + day).messages == 1
    assert not put_off(1, NINE + 2 * day), "that has been told again already"
    assert put_off(2, NINE + 2 * day)
    assert send_due(NINE + 2 * day).messages == 1
    assert not put_off(3, NINE + 3 * day)
    with transaction() as session:
        payloads = [message.options[1]["payload"] for message in outgoing(session)]
    assert [payload.split("/")[2] for payload in payloads] == ["1", "2", "3"]


def test_the_next_dose_can_be_put_off_anew(database: str) -> None:
    day = timedelta(days=3)
    with transaction() as session:
        who = contact(session)
        planned(session, who, "next_dose", about="dose:1")
    send_due(NINE)
    with transaction() as session:
        assert notices.put_off(session, "next_dose", "dose:1", contact_id=who, again=1, due_at=NINE + day)
    send_due(NINE + day)
    month = NINE + timedelta(days=30)
    with transaction() as session:
        planned(session, who, "next_dose", about="dose:1", due_at=month, until=month + day)
    send_due(month)
    with transaction() as session:
        assert notices.put_off(session, "next_dose", "dose:1", contact_id=who, again=1, due_at=month + day)
        planned(session, who, "next_dose", about="dose:1", due_at=month + 2 * day, until=month + 3 * day)

    assert send_due(month + day).messages == 0, "it is told anew, and not also as it was put off"
    assert send_due(month + 2 * day).messages == 1


def test_it_goes_with_the_contact_when_two_become_one(database: str) -> None:
    with transaction() as session:
        gone, stays = contact(session, 1), contact(session, 2)
        planned(session, gone)
        planned(session, stays)
        planned(session, gone, about="SG-2")
        preference.stop(session, session.get(Contact, gone).key, NINE)
        follow.merge(session, gone, stays)
    with transaction() as session:
        rows = session.execute(select(Notice.contact_id, Notice.about).order_by(Notice.about)).all()
        assert [tuple(row) for row in rows] == [(stays, "SG-2"), (stays, "SG-7K3M-9Q")]
        assert session.get(Contact, stays).reminders_off_at == NINE, "who has stopped them anywhere has stopped them"
        planned(session, stays, due_at=NINE + timedelta(hours=1))
        assert len(statuses(session)) == 2, "planned again it is still one"


@pytest.mark.parametrize("when", [timedelta(0), timedelta(hours=1)])
def test_who_sends_is_woken_for_what_is_due_at_once(database: str, when: timedelta) -> None:
    listening = wake._listen(notices.CHANNEL)
    try:
        with transaction() as session:
            now = session.scalar(select(func.now()))
            planned(session, contact(session), due_at=now + when, until=now + timedelta(days=1))
        ready, _, _ = select_ready([listening], [], [], 5 if when == timedelta(0) else 0.5)
        assert bool(ready) is (when == timedelta(0))
    finally:
        listening.close()


def test_counts_tell_nothing_about_anybody(database: str) -> None:
    with transaction() as session:
        planned(session, contact(session))
        planned(session, contact(session), "next_dose")
        assert sending.counts(session) == [("appointment_day_before", "planned", 1), ("next_dose", "planned", 1)]
