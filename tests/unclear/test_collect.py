"""What is kept of a message that was not understood: once, masked, and not for ever."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, text

from siaga.db import transaction
from siaga.people.tables import Contact
from siaga.retention.sweeping import sweep
from siaga.settings import settings
from siaga.turns import follow
from siaga.unclear import collect
from siaga.unclear.collect import Unclear
from tests.unclear.given import AT, RANKING, collected, contact, rows, texts


def test_a_message_is_kept_with_its_likeliest_meanings(database: str) -> None:
    collected("jadwalku piye", asked="consent")
    (row,) = rows()
    assert (row.text, row.at, row.asked, row.suggested, row.label) == ("jadwalku piye", AT, "consent", None, None)
    assert row.ranking == [["check_registration", 0.41], ["ask_next_dose", 0.22], ["find_facility", 0.11]]
    assert row.forget_after == AT + timedelta(days=settings().unclear_days)


def test_at_most_five_meanings_are_kept(database: str) -> None:
    collected("jadwalku piye", ranking=[("nlu_fallback", 0.5), *((f"i{n}", 0.1) for n in range(9))])
    assert [intent for intent, _ in rows()[0].ranking] == ["i0", "i1", "i2", "i3", "i4"]


def test_a_turn_that_runs_again_adds_nothing(database: str) -> None:
    for _ in range(2):
        with transaction() as session:
            collect.keep(session, contact(session), Unclear("k1", AT, "jadwalku piye", RANKING))
    assert len(rows()) == 1


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("nik saya 3578011708549001 bisa?", "nik saya 3578********9001 bisa?"),
        ("wa saya 0812-0000-0001 ya", "wa saya 0812****0001 ya"),
        ("lahir 17-08-1954 boleh?", "lahir ********** boleh?"),
        ("a" * 495 + " 3578011708549001", "a" * 495 + " 3578"),
    ],
)
def test_numbers_are_masked(database: str, said: str, kept: str) -> None:
    collected(said)
    assert texts() == [kept]


def test_nothing_is_readable_in_the_database(database: str) -> None:
    collected("jadwalku piye")
    with transaction() as session:
        assert b"jadwal" not in bytes(session.execute(text("select text from unclear_message")).scalar_one())


@pytest.mark.parametrize("said", ["3578011708549001", "0812 0000 0001", "👍👍", "17-08-1954", "   "])
def test_what_holds_no_word_is_not_kept(database: str, said: str) -> None:
    collected(said)
    assert rows() == []


def test_collecting_can_be_switched_off(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "unclear_days", 0)
    collected("jadwalku piye")
    assert rows() == []


def test_the_first_choice_is_what_was_meant(database: str) -> None:
    key = collected("jadwalku piye", suggested="check_registration")
    with transaction() as session:
        collect.suggest(session, contact(session), key, "find_facility")
        collect.suggest(session, contact(session, "628000000002"), collected("apa ini"), "find_facility")
        collect.suggest(session, contact(session), "never collected", "find_facility")
    assert [row.suggested for row in rows()] == ["check_registration", None]


def test_erasing_a_contact_erases_what_they_wrote(database: str) -> None:
    collected("jadwalku piye")
    with transaction() as session:
        session.execute(delete(Contact).where(Contact.id == contact(session)))
    assert rows() == []


def test_a_contact_who_becomes_another_takes_it_along(database: str) -> None:
    collected("jadwalku piye")
    with transaction() as session:
        follow.merge(session, contact(session), stays := contact(session, "628000000002"))
    assert [row.contact_id for row in rows()] == [stays]


def test_it_is_forgotten_in_its_time(database: str) -> None:
    days = settings().unclear_days
    collected("sudah lama", days=days)
    collected("masih baru", days=days - 2)
    assert sweep()["unclear"] == 1
    assert texts() == ["masih baru"]
