"""Claims that nobody has checked: one question for alike ones, an alarm when many ask, and who is told."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import func, select

from siaga.db import transaction
from siaga.db.audit import Audit
from siaga.hoaxes import queue
from siaga.hoaxes.tables import HoaxAsker, HoaxQuestion
from siaga.people.contacts import ensure_contact
from siaga.people.tables import Contact, Notice, Task
from siaga.retention.sweeping import sweep

pytestmark = pytest.mark.usefixtures("claims", "database")

NOW = datetime.now(timezone.utc)
HOUR = timedelta(hours=1)
LOCKDOWN = "mulai senin besok seluruh jawa timur lockdown total tiga hari, pasar ditutup"
SPRAY = "nanti malam helikopter tentara menyemprot disinfektan, jangan keluar rumah"


def asked(person: int, text: str = LOCKDOWN, at: datetime = NOW, message: str = "") -> int:
    with transaction() as session:
        contact_id = ensure_contact(session, phone=f"62800000{person:04}").id
        return queue.ask(session, contact_id, text, message or f"wamid.{person}.{at.isoformat()}", at)


def wants(person: int, question: int, at: datetime = NOW) -> bool:
    with transaction() as session:
        contact_id = ensure_contact(session, phone=f"62800000{person:04}").id
        return queue.wants_answer(session, contact_id, question, at)


def alarms() -> list[dict[str, object]]:
    with transaction() as session:
        tasks = session.scalars(select(Task).where(Task.kind == "hoax_alarm").order_by(Task.id)).all()
        return [dict(task.data, status=task.status) for task in tasks]


# ---------------------------------------------------------------------- one question for alike ones
@pytest.mark.parametrize(
    "again",
    [
        LOCKDOWN,
        LOCKDOWN.upper() + "!!! sebarkan",
        "benarkah senin besok jawa timur lockdown total 3 hari dan pasar ditutup?",
        "min katanya mulai senin seluruh jatim lockdown total tiga hari, pasar tutup, bener ga",
    ],
)
def test_alike_claims_are_one_question(again: str) -> None:
    assert asked(1) == asked(2, again)
    with transaction() as session:
        assert session.scalar(select(func.count()).select_from(HoaxAsker)) == 2


@pytest.mark.parametrize(
    "other",
    [
        SPRAY,
        "mulai senin besok seluruh sekolah di jawa timur libur dua minggu",
        "vaksin baru dari luar negeri bikin rambut rontok",
        "pasar turi kebakaran",
    ],
)
def test_other_claims_are_other_questions(other: str) -> None:
    assert asked(1) != asked(2, other)


def test_the_same_message_changes_nothing_the_second_time() -> None:
    first = asked(1, message="wamid.same")
    assert asked(1, message="wamid.same") == first
    assert asked(1, SPRAY, message="wamid.same") == first, "a turn that runs again"
    with transaction() as session:
        assert session.scalar(select(func.count()).select_from(HoaxQuestion)) == 1
        assert session.scalar(select(func.count()).select_from(HoaxAsker)) == 1


def test_what_is_kept_is_masked_and_sealed() -> None:
    asked(1, f"kata 081234567890 NIK 3578011708549001 lahir 17 agustus 1954: {SPRAY}")
    with transaction() as session:
        (question,) = queue.waiting(session)
        assert SPRAY in question.text
        assert not any(secret in question.text for secret in ("081234567890", "3578011708549001", "agustus 1954"))
        raw = session.connection().exec_driver_sql("SELECT text FROM hoax_question").scalar()
        assert SPRAY.encode() not in bytes(raw)


# ---------------------------------------------------------------------- many people ask
def test_five_people_within_six_hours_raise_an_alarm_once() -> None:
    for person in range(4):
        question = asked(person, at=NOW + person * HOUR)
    assert alarms() == [], "four are not many"
    for _ in range(3):
        asked(3, at=NOW + 3 * HOUR)
    assert alarms() == [], "nor is one of them who asks again"
    asked(4, at=NOW + 4 * HOUR)
    assert alarms() == [{"question": question, "people": 5, "hours": 6.0, "status": "open"}]
    asked(5, at=NOW + 5 * HOUR)
    assert len(alarms()) == 1, "the desk knows"


def test_five_people_within_a_day_are_no_alarm() -> None:
    for person in range(5):
        asked(person, at=NOW + person * 2 * HOUR)
    assert alarms() == []


def test_those_who_ask_something_else_do_not_count() -> None:
    for person in range(4):
        asked(person)
    asked(4, SPRAY)
    assert alarms() == []


def test_a_day_later_the_alarm_is_raised_again() -> None:
    for day in (0, 1):
        for person in range(5):
            asked(person, at=NOW + day * 25 * HOUR)
        assert len(alarms()) == day + 1
    with transaction() as session:
        (question,) = queue.waiting(session)
        assert question.people == 5 and question.waiting == 0


def test_what_was_answered_raises_no_alarm_and_closes_its_own() -> None:
    for person in range(5):
        question = asked(person)
    assert [alarm["status"] for alarm in alarms()] == ["open"]
    with transaction() as session:
        queue.answer(session, question, "air-garam", "Petugas Uji", NOW)
    assert [alarm["status"] for alarm in alarms()] == ["done"]


# ---------------------------------------------------------------------- the answer
def test_who_wanted_it_is_told_once_and_nobody_else() -> None:
    question, other = asked(1), asked(9, SPRAY)
    asked(2, "senin besok jawa timur lockdown total tiga hari pasar ditutup, bener?")
    asked(3)
    assert wants(1, question) and wants(2, question) and wants(1, question), "twice is once"
    assert wants(9, other)
    assert not wants(4, question), "who has not asked cannot want it"
    with transaction() as session:
        assert queue.answer(session, question, "air-garam", "Petugas Uji", NOW) == 2
    with transaction() as session:
        notices = session.execute(
            select(Notice, Contact.phone).join(Contact, Contact.id == Notice.contact_id).order_by(Contact.phone_index)
        ).all()
        assert sorted(phone for _, phone in notices) == ["628000000001", "628000000002"]
        for notice, _ in notices:
            assert (notice.kind, notice.about) == ("hoax_answered", f"hoax:{question}:air-garam")
            assert notice.values["hasil"] == "BELUM TERBUKTI" and "air garam" in notice.values["kabar"]
        entry = session.scalars(select(Audit).where(Audit.action == "hoax.answer")).one()
        assert entry.detail == {"question": question, "hoax": "air-garam", "told": 2}
        contact_id = ensure_contact(session, phone="628000000001").id
        assert queue.answered_by(session, contact_id, question) == "air-garam"
        stranger = ensure_contact(session, phone="628000000009").id
        assert queue.answered_by(session, stranger, question) is None
    with pytest.raises(queue.UnknownQuestion), transaction() as session:
        queue.answer(session, question, "air-garam", "Petugas Uji", NOW)
    assert not wants(3, question), "it is answered"


def test_an_answer_needs_a_claim_and_a_question() -> None:
    question = asked(1)
    with pytest.raises(queue.UnknownClaim), transaction() as session:
        queue.answer(session, question, "tidak-ada", "Petugas Uji", NOW)
    with pytest.raises(queue.UnknownQuestion), transaction() as session:
        queue.answer(session, question + 1, "air-garam", "Petugas Uji", NOW)
    with transaction() as session:
        assert [one.id for one in queue.waiting(session)] == [question]


def test_what_was_dropped_does_not_come_back() -> None:
    question = asked(1)
    wants(1, question)
    with transaction() as session:
        queue.drop(session, question, "Petugas Uji", NOW)
    for person in range(2, 9):
        assert asked(person) == question
    assert alarms() == []
    assert not wants(2, question)
    with transaction() as session:
        assert queue.waiting(session) == []
        assert session.scalar(select(func.count()).select_from(Notice)) == 0


def test_what_was_answered_is_asked_anew_when_its_entry_does_not_find_it() -> None:
    question = asked(1)
    with transaction() as session:
        queue.answer(session, question, "air-garam", "Petugas Uji", NOW)
    assert asked(2) != question


def test_questions_are_forgotten() -> None:
    asked(1, at=NOW - timedelta(days=91))
    kept = asked(2, SPRAY, at=NOW - timedelta(days=89))
    assert sweep(NOW)["hoaxes"] == 1
    with transaction() as session:
        assert session.scalars(select(HoaxQuestion.id)).all() == [kept]
        assert session.scalars(select(HoaxAsker.question_id)).all() == [kept]


def test_those_that_most_people_ask_come_first() -> None:
    one = asked(1, SPRAY)
    many = asked(2)
    asked(3)
    with transaction() as session:
        assert [(row.id, row.people) for row in queue.waiting(session)] == [(many, 2), (one, 1)]
        assert len(queue.waiting(session, limit=1)) == 1
