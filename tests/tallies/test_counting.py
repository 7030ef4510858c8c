"""What is counted is committed with what caused it, once, and those who count do not wait in a circle."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timezone

import pytest
from sqlalchemy import func, select

from siaga.db import transaction
from siaga.people.contacts import ensure_contact
from siaga.people.tables import ContactPerson, Person
from siaga.settings import settings
from siaga.tallies.counting import SHARDS, Count, count, count_contact
from siaga.tallies.tables import Tally, TallyPerson

AT = datetime(2026, 11, 22, 17, 30, tzinfo=timezone.utc)
"""Half past midnight of the 23rd in Jakarta."""
PLACED = [Count("message", n=2, placed=True), Count("turn", "radar")]


def _contact(phone: str = "628000000001") -> int:
    with transaction() as session:
        return int(ensure_contact(session, phone=phone).id)


def _tallies() -> dict[tuple[str, str, str], int]:
    with transaction() as session:
        rows = session.execute(
            select(Tally.what, Tally.key, Tally.regency, func.sum(Tally.n)).group_by(
                Tally.what, Tally.key, Tally.regency
            )
        )
        return {(row.what, row.key, row.regency): int(row[3]) for row in rows}


def _looks_after(contact_id: int, relation: str, regency: str, serial: int) -> None:
    with transaction() as session:
        person = Person(
            nik=f"357801170854{serial}",
            nik_index=str(serial).encode(),
            name=f"Warga Uji {serial}",
            birth_date="1954-08-17",
            sex="L",
            regency_code=regency,
        )
        session.add(person)
        session.flush()
        session.add(ContactPerson(contact_id=contact_id, person_id=person.id, relation=relation))


def test_what_is_counted_adds_up_by_the_hour_of_the_desks_zone(database: str) -> None:
    contact_id = _contact()
    for _ in range(40):
        with transaction() as session:
            count_contact(session, AT, contact_id, PLACED)
    assert _tallies() == {("message", "", ""): 80, ("turn", "radar", ""): 40}
    with transaction() as session:
        assert set(session.execute(select(Tally.day, Tally.hour))) == {(date(2026, 11, 23), 0)}
        shards = set(session.scalars(select(Tally.shard)))
        assert len(shards) > 1
        assert shards <= set(SHARDS)
        assert session.execute(select(TallyPerson.day, TallyPerson.hour, TallyPerson.contact_id)).all() == [
            (date(2026, 11, 23), 0, contact_id)
        ]


def test_another_zone_has_other_days(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "desk_zone", "WIT")
    with transaction() as session:
        count(session, AT, [Count("delivery_failed", "131026")])
        assert not list(session.scalars(select(Tally)))
    with transaction() as session:
        assert session.execute(select(Tally.day, Tally.hour, Tally.n)).all() == [(date(2026, 11, 23), 2, 1)]


def test_nothing_is_counted_of_what_is_not_committed(database: str) -> None:
    contact_id = _contact()
    with pytest.raises(RuntimeError), transaction() as session:
        count_contact(session, AT, contact_id, PLACED)
        raise RuntimeError
    assert _tallies() == {}
    with transaction() as session:
        assert session.scalar(select(func.count()).select_from(TallyPerson)) == 0


def test_a_savepoint_is_not_the_end(database: str) -> None:
    contact_id = _contact()
    with pytest.raises(RuntimeError), transaction() as session:
        count_contact(session, AT, contact_id, PLACED)
        with session.begin_nested():
            pass
        raise RuntimeError
    assert _tallies() == {}
    with transaction() as session:
        count_contact(session, AT, contact_id, PLACED)
        nested = session.begin_nested()
        nested.rollback()
    assert _tallies()["turn", "radar", ""] == 1


def test_the_kabupaten_is_that_of_who_they_registered_then_what_was_told(database: str) -> None:
    contact_id = _contact()
    for told, after in (("", None), ("35.79", None), ("35.79", "ibu"), ("35.79", "self")):
        if after:
            _looks_after(contact_id, after, "35.10" if after == "ibu" else "35.78", 9000 + len(after))
        with transaction() as session:
            count_contact(session, AT, contact_id, PLACED, told)
    found = _tallies()
    assert {key: n for key, n in found.items() if key[0] == "message"} == {
        ("message", "", ""): 2,
        ("message", "", "35.79"): 2,
        ("message", "", "35.10"): 2,
        ("message", "", "35.78"): 2,
    }
    assert found["turn", "radar", ""] == 4, "what is not by place is in one place"


def test_all_of_a_transaction_is_counted_together(database: str) -> None:
    contact_id = _contact()
    with transaction() as session:
        count(session, AT, [Count("delivery_failed", "131026")])
        count_contact(session, AT, contact_id, PLACED)
        count(session, AT, [Count("delivery_failed", "131026", 2)])
    assert _tallies() == {("delivery_failed", "131026", ""): 3, ("message", "", ""): 2, ("turn", "radar", ""): 1}


def test_many_at_once_lose_nothing_and_never_lock_each_other_out(database: str) -> None:
    contacts = [_contact(f"62800000{number:04}") for number in range(8)]

    def work(contact_id: int) -> None:
        for number in range(25):
            counts = [Count("turn", key) for key in ("radar", "tips", "news", "other")]
            with transaction() as session:
                count_contact(session, AT, contact_id, [*counts[:: -1 if number % 2 else 1], Count("answer")])

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(work, contacts))
    assert _tallies() == {("turn", key, ""): 200 for key in ("radar", "tips", "news", "other")} | {
        ("answer", "", ""): 200
    }
