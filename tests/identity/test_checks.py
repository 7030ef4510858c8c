"""Checks of identity: who passes, what is sent and to whom, the limits, and that nothing is done twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from select import select as select_ready
from typing import Any

import psycopg2
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from siaga.db import transaction
from siaga.identity import CODE_LIFE, PASS_LIFE, CodeAsked, Over, Passed, TooMany, Wrong, answer, may_see, start
from siaga.identity.tables import IdentityCheck
from siaga.people.contacts import ensure_contact
from siaga.people.notices import CHANNEL
from siaga.people.tables import Contact, ContactPerson, Notice
from siaga.whatsapp.templates import templates
from tests.identity.given import BORN, person
from tests.registration.given import NOW, contact, nik

PHONE = "628000000777"
NOBODY = nik(500)


def begin(session: Session, key: str, number: str | None = None, **differs: Any) -> Passed | CodeAsked | TooMany:
    values = {"message_id": "m1", "now": NOW, **differs}
    return start(session, key, number or nik(1), values.pop("born", BORN), **values)


def sent(session: Session) -> list[tuple[str, str]]:
    """Codes that were sent: to which phone, and which."""
    query = select(Contact.phone, Notice.values).join(Contact, Contact.id == Notice.contact_id)
    return [(phone, values["kode"]) for phone, values in session.execute(query.where(Notice.kind == "identity_code"))]


def test_whoever_has_the_phone_on_record_reads_the_code_and_passes(database: str) -> None:
    with transaction() as session:
        key, someone = contact(session), person(session, phone=PHONE)
        asked = begin(session, key)
        assert isinstance(asked, CodeAsked) and asked.until == NOW + CODE_LIFE
        ((phone, code),) = sent(session)
        assert phone == PHONE and len(code) == 6 and code.isdecimal()
        assert not may_see(session, key, someone, NOW)
        passed = answer(session, key, asked.check_id, f"{code[:3]} {code[3:]}", message_id="m2", now=NOW)
        assert passed == Passed(someone, NOW + PASS_LIFE)
        assert may_see(session, key, someone, NOW + PASS_LIFE - timedelta(seconds=1))
        assert not may_see(session, key, someone, NOW + PASS_LIFE)


def test_the_notice_goes_at_once_and_not_after_the_code_is_over(database: str) -> None:
    with transaction() as session:
        key = contact(session)
        person(session, phone=PHONE)
        begin(session, key)
        notice = session.execute(select(Notice)).scalar_one()
        assert (notice.due_at, notice.until, notice.urgent) == (NOW, NOW + CODE_LIFE, True)
        assert notice.values["menit"] == "10"
        # A sealed column, and no name: whoever reads the phone's screen learns nothing more.
        assert set(notice.values) == {"kode", "menit"} and notice.person_id is None


def test_the_code_is_nowhere_in_clear(database: str) -> None:
    with transaction() as session:
        key = contact(session)
        person(session, phone=PHONE)
        begin(session, key)
        ((_, code),) = sent(session)
        rows = [
            str(tuple(row)) for table in ("identity_check", "notice") for row in session.execute(text(f"TABLE {table}"))
        ]
        assert not any(code in row for row in rows)


@pytest.mark.parametrize(
    ("phone", "born", "number"),
    [(None, BORN, None), (PHONE, date(1954, 8, 2), None), (PHONE, BORN, NOBODY)],
    ids=["no phone", "another birth date", "nobody"],
)
def test_otherwise_the_same_is_answered_and_nothing_is_sent(
    database: str, phone: str | None, born: date, number: str | None
) -> None:
    with transaction() as session:
        key = contact(session)
        person(session, phone=phone)
        contacts = session.scalar(select(func.count()).select_from(Contact))
        asked = begin(session, key, number, born=born)
        assert isinstance(asked, CodeAsked) and asked.until == NOW + CODE_LIFE
        assert sent(session) == []
        assert session.scalar(select(func.count()).select_from(Contact)) == contacts
        outcomes = [answer(session, key, asked.check_id, "000000", message_id=f"t{n}", now=NOW) for n in range(4)]
        assert outcomes == [Wrong(2), Wrong(1), Over(), Over()]


def test_who_writes_from_the_phone_on_record_passes_at_once(database: str) -> None:
    with transaction() as session:
        someone = person(session, phone=PHONE)
        key = ensure_contact(session, phone=PHONE).key
        assert begin(session, key) == Passed(someone, NOW + PASS_LIFE)
        assert begin(session, key) == Passed(someone, NOW + PASS_LIFE), "the same message again"
        assert isinstance(begin(session, key, born=date(1954, 8, 2), message_id="m2"), CodeAsked)
        assert sent(session) == []
        assert session.scalar(select(func.count()).select_from(IdentityCheck)) == 2


def test_a_pass_is_good_for_a_while_for_this_contact_alone(database: str) -> None:
    with transaction() as session:
        someone, other = person(session, phone=PHONE), person(session, 2, phone=PHONE)
        key, stranger = contact(session), contact(session, 2)
        asked = begin(session, key)
        answer(session, key, asked.check_id, sent(session)[0][1], message_id="a", now=NOW)
        later = NOW + timedelta(minutes=20)
        assert begin(session, key, message_id="m2", now=later) == Passed(someone, later + PASS_LIFE)
        assert isinstance(begin(session, key, nik(2), message_id="m3", now=later), CodeAsked)
        assert isinstance(begin(session, stranger, message_id="m4", now=later), CodeAsked)
        assert not may_see(session, stranger, someone, later) and not may_see(session, key, other, later)
        assert isinstance(begin(session, key, message_id="m5", now=later + PASS_LIFE), CodeAsked)


def test_a_code_is_good_once_for_its_check_and_its_contact(database: str) -> None:
    with transaction() as session:
        person(session, phone=PHONE)
        key, stranger = contact(session), contact(session, 2)
        first = begin(session, key)
        ((_, code),) = sent(session)
        second = begin(session, key, message_id="m2")
        assert first.check_id != second.check_id
        assert answer(session, stranger, first.check_id, code, message_id="a", now=NOW) == Over()
        assert answer(session, key, second.check_id, code, message_id="b", now=NOW) == Wrong(2)
        assert answer(session, key, 10**9, code, message_id="c", now=NOW) == Over()
        assert answer(session, key, first.check_id, code, message_id="d", now=NOW + CODE_LIFE) == Over()
        assert isinstance(answer(session, key, first.check_id, code, message_id="e", now=NOW), Passed)


def test_three_wrong_codes_end_it_even_for_the_right_one(database: str) -> None:
    with transaction() as session:
        person(session, phone=PHONE)
        key = contact(session)
        asked = begin(session, key)
        ((_, code),) = sent(session)
        wrong = f"{(int(code) + 1) % 10**6:06}"
        tried = [answer(session, key, asked.check_id, wrong, message_id=f"w{n}", now=NOW) for n in range(3)]
        assert tried == [Wrong(2), Wrong(1), Over()]
        assert answer(session, key, asked.check_id, code, message_id="r", now=NOW) == Over()


def test_the_same_message_again_changes_nothing(database: str) -> None:
    with transaction() as session:
        someone = person(session, phone=PHONE)
        key = contact(session)
        assert begin(session, key) == begin(session, key)
        assert len(sent(session)) == 1
        asked = begin(session, key)
        ((_, code),) = sent(session)
        for _ in range(5):
            assert answer(session, key, asked.check_id, "x", message_id="w", now=NOW) == Wrong(2)
        for _ in range(2):
            passed = answer(session, key, asked.check_id, code, message_id="r", now=NOW)
            assert passed == Passed(someone, NOW + PASS_LIFE)
        assert session.scalar(select(func.count()).select_from(IdentityCheck)) == 1


def test_a_contact_may_ask_five_times_a_day_whoever_they_ask_about(database: str) -> None:
    with transaction() as session:
        key = contact(session)
        person(session, phone=PHONE)
        for number in range(5):
            assert isinstance(begin(session, key, nik(number % 2 * 100 + 1), message_id=str(number)), CodeAsked)
        assert begin(session, key, message_id="6") == TooMany()
        assert begin(session, key, NOBODY, message_id="7") == TooMany()
        assert isinstance(begin(session, key, message_id="4"), CodeAsked), "what was begun goes on"
        assert isinstance(begin(session, key, message_id="8", now=NOW + timedelta(hours=24)), CodeAsked)


@pytest.mark.parametrize("exists", [True, False])
def test_a_nik_may_be_asked_about_five_times_a_day_whoever_asks(database: str, exists: bool) -> None:
    with transaction() as session:
        if exists:
            person(session, phone=PHONE)
        for number in range(5):
            asked = begin(session, contact(session, number + 1), message_id=str(number))
            assert isinstance(asked, CodeAsked)
        assert begin(session, contact(session, 9), message_id="6") == TooMany()
        assert begin(session, contact(session, 9), born=date(1954, 8, 9), message_id="7") == TooMany()
        assert isinstance(begin(session, contact(session, 9), NOBODY, message_id="8"), CodeAsked)


def test_many_at_once_do_not_pass_the_limit(database: str) -> None:
    with transaction() as session:
        person(session, phone=PHONE)
        keys = [contact(session, number) for number in range(1, 13)]

    def ask(number: int) -> Any:
        with transaction() as session:
            return begin(session, keys[number], message_id=str(number))

    with ThreadPoolExecutor(12) as pool:
        outcomes = list(pool.map(ask, range(12)))
    assert sum(isinstance(one, CodeAsked) for one in outcomes) == 5


def test_the_same_message_run_twice_at_once_sends_one_code(database: str) -> None:
    with transaction() as session:
        person(session, phone=PHONE)
        key = contact(session)

    def ask(_: int) -> Any:
        with transaction() as session:
            return begin(session, key)

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(ask, range(4)))) == 1
    with transaction() as session:
        assert len(sent(session)) == 1


def test_who_looks_after_somebody_may_see_them_unless_they_only_know_the_mask_of_the_name(database: str) -> None:
    with transaction() as session:
        someone, other = person(session), person(session, 2)
        asker = ensure_contact(session, phone="628000000001")
        for whom, sees in ((someone, True), (other, False)):
            session.add(ContactPerson(contact_id=asker.id, person_id=whom, relation="mother", sees_name=sees))
        session.flush()
        assert may_see(session, asker.key, someone, NOW)
        assert not may_see(session, asker.key, other, NOW)
        assert not may_see(session, contact(session, 2), someone, NOW)


def test_the_process_that_sends_is_woken_where_there_is_something_to_send(database: str) -> None:
    listener = psycopg2.connect(make_url(database).render_as_string(hide_password=False))
    listener.autocommit = True
    listener.cursor().execute(f"LISTEN {CHANNEL}")

    def woken(message_id: str, number: str, seconds: float) -> bool:
        with transaction() as session:
            begin(session, key, number, message_id=message_id, now=datetime.now(NOW.tzinfo))
        select_ready([listener], [], [], seconds)
        listener.poll()
        return bool(listener.notifies)

    try:
        with transaction() as session:
            key = contact(session)
            person(session, phone=PHONE)
        assert not woken("m1", NOBODY, 0.2)
        assert woken("m2", nik(1), 5.0)
    finally:
        listener.close()


def test_the_template_says_how_long_the_code_is_good() -> None:
    assert timedelta(minutes=templates()["kode_verifikasi", "id"].minutes) == CODE_LIFE
