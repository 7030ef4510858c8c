"""Being asked every day: planned and sent for real, silent days and killed processes included."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select, update

from siaga.db import transaction
from siaga.handoffs.tables import HandOff
from siaga.people.contacts import contact_by_key
from siaga.people.tables import Contact, ContactPerson, Notice, Person
from siaga.registration.people import nik_index
from siaga.reminders import preference
from siaga.reminders.sending import send_due
from siaga.retention.sweeping import sweep
from siaga.selfcheck import memory, monitoring
from siaga.selfcheck.tables import Monitoring
from siaga.turns.tables import OutboundMessage
from tests.registration.given import NOW, contact, nik
from tests.selfcheck.given import result

WIB = ZoneInfo("Asia/Jakarta")
TODAY = NOW.astimezone(WIB).date()  # 22 November 2026, ten in the morning
LAST = TODAY + timedelta(days=10)


def clock(day: int, hour: int = 9, minute: int = 0, zone: str = "Asia/Jakarta") -> datetime:
    """An hour, so many days after today."""
    wall = datetime.combine(TODAY + timedelta(days=day), datetime.min.time(), ZoneInfo(zone))
    return wall.replace(hour=hour, minute=minute)


@pytest.fixture
def key(database: str) -> str:
    with transaction() as session:
        return contact(session)


def start(key: str, who: str | None = None, message: str = "wamid.start", at: datetime = NOW, **differs: Any) -> int:
    values: dict[str, Any] = {"until": LAST, "message_id": message, "at": at}
    with transaction() as session:
        return monitoring.start(session, key, who, **{**values, **differs}).id


def answer(key: str, number: int, told: Any, at: datetime, message: str = "wamid.answer") -> Any:
    with transaction() as session:
        return monitoring.answer(session, key, number, told, message, at)


def planned() -> list[tuple[str, datetime]]:
    """What is still to be said: the kind and when."""
    with transaction() as session:
        query = select(Notice.kind, Notice.due_at).where(Notice.status == "planned").order_by(Notice.due_at)
        return [(row.kind, row.due_at.astimezone(WIB)) for row in session.execute(query)]


def row(number: int) -> Any:
    with transaction() as session:
        found = session.get(Monitoring, number)
        session.expunge(found)
        return found


def before_desk() -> list[tuple[str, str | None, int]]:
    """Why somebody is in the queue, about what, and how urgent it is."""
    with transaction() as session:
        found = session.scalars(select(HandOff).order_by(HandOff.id))
        return [(one.reason, one.about, one.urgency) for one in found]


def said() -> list[str]:
    """The kinds of what was sent, in order."""
    kinds = {
        "pantauan_harian": "isolation_check",
        "pantauan_selesai": "isolation_over",
        "pantauan_berhenti": "isolation_silent",
    }
    with transaction() as session:
        query = select(OutboundMessage).order_by(OutboundMessage.contact_id, OutboundMessage.seq)
        return [kinds[message.template["template"]["name"]] for message in session.scalars(query)]


# ---------------------------------------------------------------------- day by day
def test_the_first_question_comes_tomorrow_at_nine(key: str) -> None:
    start(key)
    assert planned() == [("isolation_check", clock(1))]
    assert send_due(clock(0, 19)).messages == 0
    assert send_due(clock(1)).messages == 1
    assert send_due(clock(1)).messages == 0 == send_due(clock(1, 19)).messages
    assert planned() == [("isolation_check", clock(2))], "a silent day is followed by the next"


def test_who_answers_is_asked_again_tomorrow(key: str) -> None:
    number = start(key)
    send_due(clock(1))
    watched = answer(key, number, "better", clock(1, 11))

    assert watched.next_at == clock(2)
    assert planned() == [("isolation_check", clock(2))]
    found = row(number)
    assert (found.answer, found.answered_at, found.unanswered) == ("better", clock(1, 11), 0)
    assert before_desk() == []


def test_who_tells_before_the_question_is_not_asked_that_day(key: str) -> None:
    number = start(key)
    answer(key, number, "same", clock(1, 7))
    assert planned() == [("isolation_check", clock(2))]
    assert send_due(clock(1, 10)).messages == 0


def test_an_answer_that_comes_late_does_not_ask_twice_a_day(key: str) -> None:
    """Written last night, taken in after today's question has been asked."""
    number = start(key)
    send_due(clock(1))
    answer(key, number, "same", clock(0, 23))
    assert planned() == [("isolation_check", clock(2))]


def test_until_the_last_day_and_then_that_it_is_over(key: str) -> None:
    number = start(key)
    for day in range(1, 15):
        send_due(clock(day))
        if day < 10:
            answer(key, number, "better", clock(day, 12), f"wamid.{day}")

    assert said() == ["isolation_check"] * 9 + ["isolation_over"]
    assert (row(number).ended_why, row(number).ended_at) == ("over", clock(10))
    assert planned() == []


def test_after_three_silent_days_one_message_and_no_more(key: str) -> None:
    number = start(key)
    for day in range(1, 11):
        send_due(clock(day))

    assert said() == ["isolation_check"] * 3 + ["isolation_silent"]
    assert (row(number).ended_why, row(number).ended_at) == ("silent", clock(4))


def test_two_silent_days_are_forgiven(key: str) -> None:
    number = start(key)
    for day in range(1, 10):
        send_due(clock(day))
        if day % 3 == 0:
            answer(key, number, "same", clock(day, 20), f"wamid.{day}")
    assert said() == ["isolation_check"] * 9


def test_an_answer_on_the_evening_before_the_last_word_keeps_it_going(key: str) -> None:
    number = start(key)
    for day in range(1, 4):
        send_due(clock(day))
    assert planned() == [("isolation_silent", clock(4))]
    answer(key, number, "same", clock(3, 22))
    assert planned() == [("isolation_check", clock(4))]


def test_days_on_which_no_process_ran_are_nobodys_silence(key: str) -> None:
    number = start(key)
    send_due(clock(1))
    assert send_due(clock(5, 21)).messages == 0
    assert row(number).unanswered == 1
    assert planned() == [("isolation_check", clock(6))]
    send_due(clock(6))
    assert said() == ["isolation_check"] * 2


def test_a_question_is_of_no_use_after_its_day(key: str) -> None:
    start(key)
    sent = send_due(clock(2, 8))
    assert (sent.messages, sent.skipped) == (0, 1)
    assert planned() == [("isolation_check", clock(3))]


@pytest.mark.parametrize(("wished", "asked"), [(6, 7), (7, 7), (19, 19), (22, 19), (None, 9)])
def test_the_hour_they_wish_brought_into_the_day(key: str, wished: int | None, asked: int) -> None:
    start(key, hour=wished)
    assert planned() == [("isolation_check", clock(1, asked))]
    assert send_due(clock(1, asked)).messages == 1


@pytest.mark.parametrize(("regency", "where"), [("73.71", "Asia/Makassar"), ("91.71", "Asia/Jayapura")])
def test_the_hour_is_that_of_their_own_clock(key: str, regency: str, where: str) -> None:
    with transaction() as session:
        person = Person(
            nik=nik(1), nik_index=nik_index(nik(1)), name="Warga Uji 001", birth_date="1970-08-17", sex="L",
            regency_code=regency,
        )  # fmt: skip
        session.add(person)
        session.flush()
        contact_id = contact_by_key(session, key).id
        session.add(ContactPerson(contact_id=contact_id, person_id=person.id, relation="self"))
    start(key)
    assert planned() == [("isolation_check", clock(1, zone=where))]
    assert send_due(clock(1, 8, 59, where)).messages == 0
    assert send_due(clock(1, 9, 0, where)).messages == 1


def test_of_a_family_each_by_the_clock_of_their_own_place(key: str) -> None:
    with transaction() as session:
        contact_id = contact_by_key(session, key).id
        for serial, relation, regency in ((1, "mother", "73.71"), (2, "self", "35.78")):
            person = Person(
                nik=nik(serial), nik_index=nik_index(nik(serial)), name=f"Warga Uji {serial:03}",
                birth_date="1970-08-17", sex="L", regency_code=regency,
            )  # fmt: skip
            session.add(person)
            session.flush()
            session.add(ContactPerson(contact_id=contact_id, person_id=person.id, relation=relation))
        assert monitoring.zone_of_contact(session, key, "mother") == "Asia/Makassar"
        assert monitoring.zone_of_contact(session, key, None) == "Asia/Jakarta"
        assert monitoring.zone_of_contact(session, key, "child") == "Asia/Jakarta", "where the contact is"
        assert monitoring.zone_of_contact(session, "nobody", None) == "Asia/Jakarta"


def test_what_is_sent_of_one_that_has_ended_plans_nothing(key: str) -> None:
    """As when it ends while its question is on its way."""
    number = start(key)
    with transaction() as session:
        monitoring.stop(session, key, clock(0, 12))
        monitoring.after(session, monitoring.CHECK, monitoring.about_of(number), clock(1), sent=True)
        monitoring.after(session, monitoring.OVER, monitoring.about_of(number), clock(1), sent=True)
        monitoring.after(session, monitoring.CHECK, "SG-7K3M-9Q", clock(1), sent=True)
    assert planned() == [] and row(number).ended_why == "stopped"


def test_who_has_just_written_is_asked_ten_minutes_later(key: str) -> None:
    start(key)
    with transaction() as session:
        session.execute(update(Contact).values(last_message_at=clock(1, 8, 55)))
    assert send_due(clock(1)).messages == 0
    assert send_due(clock(1, 9, 5)).messages == 1


def test_who_asked_for_it_is_asked_though_reminders_are_off(key: str) -> None:
    with transaction() as session:
        preference.stop(session, key, NOW - timedelta(days=1))
    start(key)
    assert send_due(clock(1)).messages == 1


# ---------------------------------------------------------------------- worse, danger, and new checks
def test_worse_goes_to_the_desk_at_once_and_is_asked_on(key: str) -> None:
    number = start(key)
    send_due(clock(1))
    for _ in range(2):
        watched = answer(key, number, "worse", clock(1, 10))

    assert before_desk() == [("worsened", f"monitoring:{number}", 2)], "a message that comes again is one hand-off"
    assert watched.next_at == clock(2)


def test_worse_after_it_has_ended_still_goes_to_the_desk(key: str) -> None:
    number = start(key)
    with transaction() as session:
        monitoring.stop(session, key, clock(1))
    watched = answer(key, number, "worse", clock(2))
    assert len(before_desk()) == 1 and watched.next_at is None and planned() == []


def test_nobody_answers_for_somebody_else(key: str) -> None:
    number = start(key)
    with transaction() as session:
        stranger = contact(session, 2)
    assert answer(stranger, number, "worse", clock(1)) is None
    assert answer(key, number + 1, "worse", clock(1)) is None
    assert answer("nobody", number, "worse", clock(1)) is None
    assert before_desk() == [] and row(number).answer is None


def test_an_older_answer_does_not_take_the_newer_ones_place(key: str) -> None:
    number = start(key)
    answer(key, number, "worse", clock(1, 12), "wamid.2")
    answer(key, number, "better", clock(1, 11), "wamid.1")
    assert row(number).answer == "worse"


def test_danger_told_anywhere_goes_to_the_desk_of_who_is_monitored(key: str) -> None:
    with transaction() as session:
        assert not monitoring.alarm(session, key, "wamid.a", clock(1))
    number = start(key)
    for _ in range(2):
        with transaction() as session:
            assert monitoring.alarm(session, key, "wamid.b", clock(1))
            assert not monitoring.alarm(session, "nobody", "wamid.b", clock(1))
    assert before_desk() == [("worsened", f"monitoring:{number}", 2)]


def _check(key: str, level: Any, at: datetime, message: str = "wamid.check", until: date | None = None) -> None:
    with transaction() as session:
        memory.keep(session, key, None, {}, result(level, until=until), message, at)


def test_a_new_check_changes_until_when_and_counts_as_an_answer(key: str) -> None:
    number = start(key)
    for day in range(1, 4):
        send_due(clock(day))
    _check(key, "isolate", clock(3, 15), until=LAST + timedelta(days=3))

    assert planned() == [("isolation_check", clock(4))]
    assert row(number).until == clock(13, 0) and row(number).unanswered == 0
    _check(key, "watch", clock(3, 16), "wamid.more")
    assert row(number).until == clock(13, 0), "nobody is let go earlier because today looks better"
    assert before_desk() == []


@pytest.mark.parametrize(("level", "ended"), [("emergency", "worse"), ("doctor", None)])
def test_a_grave_check_goes_to_the_desk(key: str, level: Any, ended: str | None) -> None:
    number = start(key)
    for _ in range(2):
        _check(key, level, clock(1, 8))
    assert row(number).ended_why == ended
    assert before_desk() == [("worsened", f"monitoring:{number}", 2)]
    assert bool(planned()) is (ended is None)


def test_a_check_of_somebody_else_changes_nothing(key: str) -> None:
    number = start(key, "mother")
    _check(key, "emergency", clock(1, 8))
    assert row(number).ended_at is None and before_desk() == []


# ---------------------------------------------------------------------- several, again, and stop
def test_two_of_a_family_are_asked_about_each_in_words_of_their_own(key: str) -> None:
    start(key, "mother", "wamid.1")
    start(key, None, "wamid.2")
    assert send_due(clock(1)).messages == 2
    with transaction() as session:
        bodies = [
            message.payload["interactive"]["body"]["text"]
            for message in session.scalars(select(OutboundMessage).order_by(OutboundMessage.seq))
        ]
    assert ["*ibu Anda*" in body for body in bodies] == [True, False]
    assert "hari ke-2" in bodies[0] and "*119*" in bodies[0]


def test_asked_for_again_it_is_the_same_one_at_the_new_hour(key: str) -> None:
    number = start(key)
    send_due(clock(1))
    assert start(key, message="wamid.again", at=clock(1, 12), hour=19) == number
    assert planned() == [("isolation_check", clock(2, 19))]
    assert start(key, message="wamid.more", at=clock(1, 13)) == number
    assert planned() == [("isolation_check", clock(2, 19))], "the hour stays until they name another"


def test_a_start_that_runs_again_starts_nothing_twice_even_after_the_end(key: str) -> None:
    number = start(key)
    assert start(key) == number
    with transaction() as session:
        monitoring.stop(session, key, clock(0, 12))
    assert start(key) == number
    assert row(number).ended_why == "stopped" and planned() == []


def test_stop_ends_all_at_once_and_says_so_again_when_it_runs_again(key: str) -> None:
    start(key, None, "wamid.1")
    start(key, "mother", "wamid.2")
    for _ in range(2):
        with transaction() as session:
            assert monitoring.stop(session, key, clock(1, 8)) == 2
    with transaction() as session:
        assert monitoring.stop(session, key, clock(1, 9)) == 0
        assert monitoring.stop(session, "nobody", clock(1, 9)) == 0
    assert planned() == [] and send_due(clock(1)).messages == 0


def test_one_that_has_ended_is_taken_up_until_its_day(key: str) -> None:
    number = start(key)
    for day in range(1, 5):
        send_due(clock(day))
    with transaction() as session:
        watched = monitoring.ask_again(session, key, number, clock(4, 12))
        assert watched is not None and watched.next_at == clock(5)
        assert monitoring.ask_again(session, key, number, clock(10)) is None, "its day has come"
        assert monitoring.ask_again(session, contact(session, 2), number, clock(4, 12)) is None
    assert row(number).ended_at is None and row(number).unanswered == 0


def test_there_is_at_least_one_question(key: str) -> None:
    start(key, until=TODAY - timedelta(days=3))
    assert [kind for kind, _ in planned()] == ["isolation_check"]
    send_due(clock(1))
    assert planned() == [("isolation_over", clock(2))]


def test_without_a_day_a_week(key: str) -> None:
    number = start(key, until=None)
    assert row(number).until == clock(7, 0)


def test_it_is_forgotten_ninety_days_after_its_end(key: str) -> None:
    ended, open_ = start(key, None, "wamid.1"), start(key, "mother", "wamid.2")
    with transaction() as session:
        session.execute(update(Monitoring).where(Monitoring.id == ended).values(ended_at=NOW, ended_why="stopped"))
    assert sweep(NOW + timedelta(days=89))["monitoring"] == 0
    assert sweep(NOW + timedelta(days=91))["monitoring"] == 1
    assert sweep(clock(101, 0) - timedelta(days=1, hours=1))["monitoring"] == 0
    assert row(open_) is not None
    assert sweep(clock(101, 0))["monitoring"] == 1


# ---------------------------------------------------------------------- killed
_SENDS = """
import sys, time
from datetime import datetime
from siaga.reminders import sending
sending.ROOM = 10 ** 6
sending.words()
print("ready", flush=True)
for moment in sys.stdin:
    sending.send_due(datetime.fromisoformat(moment.strip()))
    print("done", flush=True)
"""
CONTACTS, DAYS = 25, 4


def _sender() -> subprocess.Popen[str]:
    started = subprocess.Popen(
        [sys.executable, "-c", _SENDS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=dict(os.environ)
    )
    assert started.stdout and started.stdout.readline() == "ready\n"
    return started


def _left(moment: datetime) -> int:
    with transaction() as session:
        query = select(func.count()).select_from(Notice).where(Notice.status == "planned", Notice.due_at <= moment)
        return int(session.scalar(query))


def test_each_is_asked_once_a_day_though_senders_are_killed_and_answers_come_in_between(database: str) -> None:
    with transaction() as session:
        keys = [contact(session, number) for number in range(1, CONTACTS + 1)]
    numbers = {key: start(key, None, f"wamid.{key}") for key in keys}
    senders = [_sender(), _sender()]
    kills = 0
    deadline = time.monotonic() + 120
    try:
        for day in range(1, DAYS + 1):
            moment = clock(day)
            while _left(moment) and time.monotonic() < deadline:
                for sender in senders:
                    assert sender.stdin
                    print(moment.isoformat(), file=sender.stdin, flush=True)
                for key in random.sample(keys, 3):
                    answer(key, numbers[key], "same", moment + timedelta(seconds=1), f"wamid.{key}.{day}")
                doomed = senders.pop(0)
                time.sleep(random.uniform(0, 0.08))
                doomed.send_signal(signal.SIGKILL)
                doomed.communicate()
                kills += 1
                senders.append(_sender())
                rest = senders[0]
                assert rest.stdout and rest.stdout.readline() == "done\n"
            for key in keys:
                answer(key, numbers[key], "better", moment + timedelta(hours=2), f"wamid.{key}.{day}.late")
    finally:
        for sender in senders:
            sender.kill()
            sender.communicate()
    assert kills >= DAYS
    with transaction() as session:
        messages = Counter(
            (message.contact_id, re.search(r"hari ke-\d+", message.payload["interactive"]["body"]["text"])[0])
            for message in session.scalars(select(OutboundMessage))
        )
    assert set(messages.values()) == {1}, "once a day"
    # An answer that came before the day's question stands for it.
    assert CONTACTS * DAYS / 2 < len(messages) <= CONTACTS * DAYS
    assert {kind for kind, _ in planned()} == {"isolation_check"} and len(planned()) == CONTACTS
