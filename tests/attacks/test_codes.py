"""One-time codes: guessed by many hands at once, in other scripts, and asked for again and again.

Stolen, replayed, late and wrong ones are tried in tests/identity/test_checks.py.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from siaga.db import transaction
from siaga.identity import CodeAsked, Over, Passed, TooMany, Wrong, answer, start
from siaga.identity.tables import IdentityCheck
from siaga.people.tables import Notice
from siaga.settings import settings
from tests.identity.given import BORN, person
from tests.registration.given import NOW, contact, nik

PHONE = "628000000777"


def _ask(key: str, message: str = "m1", serial: int = 1, born: date = BORN, at: Any = NOW) -> Any:
    with transaction() as session:
        return start(session, key, nik(serial), born, message_id=message, now=at)


def _try(key: str, check: int, code: str, message: str) -> Any:
    with transaction() as session:
        return answer(session, key, check, code, message_id=message, now=NOW)


def _sent() -> list[str]:
    with transaction() as session:
        notices = session.scalars(select(Notice).where(Notice.kind == "identity_code").order_by(Notice.id))
        return [str(one.values["kode"]) for one in notices]


@pytest.fixture
def asked(database: str) -> tuple[str, int]:
    """A contact and the check that waits for its code."""
    with transaction() as session:
        person(session, phone=PHONE)
        key = contact(session)
    check = _ask(key)
    assert isinstance(check, CodeAsked)
    return key, check.check_id


def test_many_hands_at_once_have_three_tries_together(asked: tuple[str, int]) -> None:
    key, check = asked
    (right,) = _sent()
    wrong = [f"{number:06}" for number in range(40) if f"{number:06}" != right]
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda n: _try(key, check, wrong[n], f"t{n}"), range(24)))
    assert sorted(one.left for one in outcomes if isinstance(one, Wrong)) == [1, 2]
    assert sum(isinstance(one, Over) for one in outcomes) == 22
    assert _try(key, check, right, "late") == Over(), "the right one comes too late"


def test_the_right_one_twice_at_once_passes_once_and_for_all(asked: tuple[str, int]) -> None:
    key, check = asked
    (right,) = _sent()
    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(lambda n: _try(key, check, right, f"t{n}"), range(2)))
    assert [type(one) for one in outcomes] == [Passed, Passed]
    assert outcomes[0] == outcomes[1]
    with transaction() as session:
        assert session.scalar(select(func.count()).where(IdentityCheck.passed_at.is_not(None))) == 1


@pytest.mark.parametrize("zero", ["٠", "०", "０", "𝟎", "۰"])
def test_digits_of_other_scripts_are_counted_like_any_wrong_code(asked: tuple[str, int], zero: str) -> None:
    key, check = asked
    foreign = "".join(chr(ord(zero) + int(digit)) for digit in _sent()[0])
    assert _try(key, check, foreign, "t") == Wrong(2)


@pytest.mark.parametrize("code", ["", "%", "' OR 1=1 --", "\x00", "9" * 10_000, "None", "-1", "1e6"])
def test_what_is_no_code_is_a_wrong_one(asked: tuple[str, int], code: str) -> None:
    key, check = asked
    assert _try(key, check, code, "t") == Wrong(2)


def test_a_hundred_requests_send_five_messages(database: str) -> None:
    """Whoever asks, and under however many numbers: the person on record is written to five times a day, and we pay
    for no more."""
    with transaction() as session:
        person(session, phone=PHONE)
        keys = [contact(session, number) for number in range(1, 21)]
    outcomes = [_ask(keys[n % 20], f"m{n}", at=NOW + timedelta(seconds=n)) for n in range(100)]
    assert sum(isinstance(one, CodeAsked) for one in outcomes) == settings().identity_checks == len(_sent())
    assert sum(isinstance(one, TooMany) for one in outcomes) == 95


def test_nor_can_one_contact_have_a_hundred_people_written_to(database: str) -> None:
    with transaction() as session:
        for serial in range(1, 31):
            person(session, serial, phone=f"6280000007{serial:02}")
        key = contact(session)
    for serial in range(1, 31):
        _ask(key, f"m{serial}", serial)
    assert len(_sent()) == settings().identity_checks


def test_a_code_opens_the_check_that_it_was_sent_for_and_no_other(database: str) -> None:
    """Of two people, and of one person asked about twice."""
    with transaction() as session:
        person(session, 1, phone=PHONE)
        person(session, 2, phone="628000000778")
        key = contact(session)
    first, again, other = _ask(key, "a", 1), _ask(key, "b", 1), _ask(key, "c", 2)
    codes = _sent()
    assert isinstance(_try(key, other.check_id, codes[0], "d"), Wrong)
    if codes[0] != codes[1]:
        assert isinstance(_try(key, again.check_id, codes[0], "e"), Wrong)
    passed = _try(key, first.check_id, codes[0], "f")
    assert isinstance(passed, Passed)
