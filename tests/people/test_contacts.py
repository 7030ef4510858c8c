"""Contacts are found by whichever alias a message carries, and nobody becomes somebody else."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import func, select, text

from siaga.db import transaction
from siaga.people.contacts import Alias, ContactsBusy, Followed, ensure_contact, ensure_contacts, find_contact, follow
from siaga.people.tables import Contact
from siaga.settings import settings

A, B, C = (f"62800000000{n}" for n in (1, 2, 3))
LONG_AGO = datetime.now(timezone.utc) - timedelta(days=3)


def _now() -> datetime:
    """Asked anew each time: the tests before these may have taken longer than a clock may be wrong."""
    return datetime.now(timezone.utc)


def _ensure(*aliases: Alias) -> dict[Alias, int]:
    with transaction() as session:
        return ensure_contacts(session, aliases)


def _aliases(contact_id: int) -> tuple[str | None, str | None] | None:
    with transaction() as session:
        row = session.get(Contact, contact_id)
        return (row.phone, row.user_id) if row else None


def _count() -> int:
    with transaction() as session:
        return session.scalar(select(func.count()).select_from(Contact))


def _follow(old: Alias, new: Alias, at: datetime | None = None) -> Followed | None:
    with transaction() as session:
        return follow(session, old, new, at or _now() + timedelta(minutes=1))


def _age(contact_id: int, at: datetime = LONG_AGO) -> None:
    """Make a contact one that has been there for long."""
    with transaction() as session:
        session.get(Contact, contact_id).created_at = at


# ---------------------------------------------------------------------- found and made
def test_a_contact_is_found_by_phone_and_by_user_id(database: str) -> None:
    with transaction() as session:
        made = ensure_contact(session, phone=A)
        same = ensure_contact(session, phone="+" + A, user_id="ID.a")
        assert same.id == made.id
        assert find_contact(session, user_id="ID.a").id == made.id
        assert find_contact(session, phone=A).id == made.id


def test_the_stored_phone_is_not_readable(database: str) -> None:
    with transaction() as session:
        ensure_contact(session, phone=A)
        row = session.execute(text("select phone, phone_index from contact")).one()
        assert A.encode() not in bytes(row.phone) + bytes(row.phone_index)


def test_nobody_is_no_contact(database: str) -> None:
    with transaction() as session, pytest.raises(ValueError):
        ensure_contacts(session, [Alias(A), Alias()])
    assert _ensure() == {}


@pytest.mark.parametrize("known", [[], [Alias(A)], [Alias(None, "ID.a")], [Alias(A, "ID.a")]])
def test_one_person_in_one_batch_by_phone_by_user_id_and_by_both(database: str, known: list[Alias]) -> None:
    _ensure(*known)
    found = _ensure(Alias(A), Alias(None, "ID.a"), Alias(A, "ID.a"))
    assert len(set(found.values())) == 1
    assert _count() == 1
    assert _aliases(found[Alias(A)]) == (A, "ID.a")


def test_a_number_that_comes_with_another_user_id_is_somebody_elses_now(database: str) -> None:
    before = _ensure(Alias(A, "ID.a"))[Alias(A, "ID.a")]
    after = _ensure(Alias(A, "ID.b"))[Alias(A, "ID.b")]
    assert before != after
    assert (_aliases(before), _aliases(after)) == ((None, "ID.a"), (A, "ID.b"))
    assert _ensure(Alias(A))[Alias(A)] == after


def test_a_number_given_out_again_within_one_batch(database: str) -> None:
    found = _ensure(Alias(A, "ID.a"), Alias(A), Alias(A, "ID.b"))
    assert found[Alias(A, "ID.a")] != found[Alias(A, "ID.b")]
    assert found[Alias(A)] == found[Alias(A, "ID.b")]
    assert _aliases(found[Alias(A)]) == (A, "ID.b")


def test_two_numbers_of_one_user_id_within_one_batch(database: str) -> None:
    found = _ensure(Alias(A, "ID.a"), Alias(B, "ID.a"))
    assert len(set(found.values())) == 1
    assert _aliases(found[Alias(A, "ID.a")]) == (B, "ID.a")


def test_a_number_moves_to_whoever_writes_from_it(database: str) -> None:
    first, second = _ensure(Alias(A, "ID.a"), Alias(B, "ID.b")).values()
    assert _ensure(Alias(B, "ID.a"))[Alias(B, "ID.a")] == first
    assert (_aliases(first), _aliases(second)) == ((B, "ID.a"), (None, "ID.b"))


def test_two_people_swap_their_numbers_in_one_batch(database: str) -> None:
    first, second = _ensure(Alias(A, "ID.a"), Alias(B, "ID.b")).values()
    _ensure(Alias(B, "ID.a"), Alias(A, "ID.b"))
    assert (_aliases(first), _aliases(second)) == ((B, "ID.a"), (A, "ID.b"))


def _at_once(number: int, work: Callable[[int], None]) -> None:
    """Run ``work`` in so many threads, started as close together as can be; what they raise is raised."""
    start = threading.Barrier(number)

    def run(n: int) -> None:
        start.wait()
        work(n)

    with ThreadPoolExecutor(number) as threads:
        list(threads.map(run, range(number)))


def test_the_same_people_in_eight_threads(database: str) -> None:
    aliases = [Alias(f"62800000{n:04}", f"ID.{n}" if n % 3 else None) for n in range(150)]
    found: list[dict[Alias, int]] = []

    def work(n: int) -> None:
        found.append(_ensure(*(aliases if n % 2 else reversed(aliases))))

    for _ in range(3):
        _at_once(8, work)
    assert _count() == len(aliases)
    assert all(ids == found[0] for ids in found)


def test_known_numbers_learn_their_user_ids_in_eight_threads(database: str) -> None:
    ids = list(_ensure(*(Alias(f"62800000{n:04}") for n in range(50))).values())
    whole = [Alias(f"62800000{n:04}", f"ID.{n}") for n in range(50)]

    def work(n: int) -> None:
        for _ in range(5):
            try:
                found = _ensure(*(whole if n % 2 else reversed(whole)))
            except ContactsBusy:
                continue
            assert sorted(found.values()) == sorted(ids)
            return
        raise AssertionError("never")

    _at_once(8, work)
    assert _count() == 50


def test_one_number_claimed_by_eight_people_at_once_belongs_to_one_of_them(database: str) -> None:
    _ensure(Alias(A))
    tries = [0] * 8

    def work(n: int) -> None:
        while True:
            tries[n] += 1
            try:
                _ensure(Alias(A, f"ID.{n}"))
                return
            except ContactsBusy:
                assert tries[n] < 50

    _at_once(8, work)
    with transaction() as session:
        rows = session.execute(select(Contact.phone, Contact.user_id)).all()
    assert sorted(row.user_id for row in rows) == [f"ID.{n}" for n in range(8)]
    assert [row.phone for row in rows if row.phone] == [A]


# ---------------------------------------------------------------------- followed
@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        # What is not told of the two has changed as well.
        (Alias(A), Alias(B), (B, None)),
        (Alias(A, "ID.a"), Alias(B, "ID.b"), (B, "ID.b")),
        (Alias(None, "ID.a"), Alias(B, "ID.b"), (B, "ID.b")),
        (Alias(None, "ID.a"), Alias(None, "ID.b"), (None, "ID.b")),
        (Alias(A), Alias(A, "ID.b"), (A, "ID.b")),
    ],
)
def test_the_contact_follows(database: str, old: Alias, new: Alias, expected: tuple[str | None, str | None]) -> None:
    contact = _ensure(Alias(A, "ID.a"))[Alias(A, "ID.a")]
    for _ in range(2):
        _follow(old, new)
        assert _aliases(contact) == expected
    assert _count() == 1


def test_after_a_number_alone_the_next_message_tells_the_user_id(database: str) -> None:
    contact = _ensure(Alias(A, "ID.a"))[Alias(A, "ID.a")]
    _follow(Alias(A), Alias(B))
    assert _ensure(Alias(B, "ID.b"))[Alias(B, "ID.b")] == contact


def test_strangers_are_passed_over(database: str) -> None:
    assert _follow(Alias(A, "ID.a"), Alias(B, "ID.b")) is None
    contact = _ensure(Alias(B))[Alias(B)]
    assert _follow(Alias(A), Alias(B)) is None
    assert _aliases(contact) == (B, None)


def test_who_has_had_the_new_number_before_loses_it(database: str) -> None:
    contact, other = _ensure(Alias(A, "ID.a"), Alias(B, "ID.x")).values()
    _age(other)
    assert _follow(Alias(A, "ID.a"), Alias(B, "ID.b")) == Followed(contact)
    assert (_aliases(contact), _aliases(other)) == ((B, "ID.b"), (None, "ID.x"))


@pytest.mark.parametrize("early", [Alias(B), Alias(B, "ID.b"), Alias(None, "ID.b")])
@pytest.mark.parametrize("new", [Alias(B, "ID.b"), Alias(B), Alias(None, "ID.b")])
def test_who_wrote_before_the_news_is_the_same(database: str, early: Alias, new: Alias) -> None:
    if not (early.phone and new.phone) and not (early.user_id and new.user_id):
        return
    contact = _ensure(Alias(A, "ID.a"))[Alias(A, "ID.a")]
    _age(contact)
    other = _ensure(early)[early]
    at = _now() - timedelta(hours=1)
    assert _follow(Alias(A, "ID.a"), new, at) == Followed(contact, (other,))
    assert _aliases(contact) == (early.phone or new.phone, early.user_id or new.user_id)
    assert _aliases(other) == (None, None)


def test_the_new_number_and_the_new_id_may_have_become_two_contacts(database: str) -> None:
    contact = _ensure(Alias(A, "ID.a"))[Alias(A, "ID.a")]
    _age(contact)
    others = _ensure(Alias(B), Alias(None, "ID.b")).values()
    assert _follow(Alias(A), Alias(B, "ID.b"), _now()) == Followed(contact, tuple(sorted(others)))
    assert _aliases(contact) == (B, "ID.b")


def test_who_has_the_new_user_id_is_the_same_whenever_they_came(database: str) -> None:
    contact, other = _ensure(Alias(A, "ID.a"), Alias(None, "ID.b")).values()
    _age(other)
    assert _follow(Alias(None, "ID.a"), Alias(None, "ID.b")) == Followed(contact, (other,))


def test_a_number_that_has_gone_on_to_somebody_else_stays_there(database: str) -> None:
    contact = _ensure(Alias(A, "ID.a"))[Alias(A, "ID.a")]
    _age(contact)
    newer = _ensure(Alias(B, "ID.x"))[Alias(B, "ID.x")]
    assert _follow(Alias(A, "ID.a"), Alias(B, "ID.b"), _now() - timedelta(days=1)) == Followed(contact)
    assert (_aliases(contact), _aliases(newer)) == ((None, "ID.b"), (B, "ID.x"))


def test_old_news_does_not_move_the_next_owner_of_a_number(database: str) -> None:
    newer = _ensure(Alias(A))[Alias(A)]
    assert _follow(Alias(A), Alias(B), _now() - timedelta(days=1)) is None
    assert _follow(Alias(A, "ID.a"), Alias(B), _now() - timedelta(days=1)) is None
    assert _aliases(newer) == (A, None)


def test_news_is_old_when_they_have_written_from_that_number_since(database: str) -> None:
    contact = _ensure(Alias(A))[Alias(A)]
    _age(contact)
    with transaction() as session:
        session.get(Contact, contact).last_message_at = _now() - timedelta(hours=1)
    assert _follow(Alias(A), Alias(B), _now() - timedelta(days=1)) is None
    assert _follow(Alias(A), Alias(B), _now()) == Followed(contact)


def test_the_number_of_somebody_known_under_another_user_id_is_not_meant(database: str) -> None:
    contact = _ensure(Alias(A, "ID.x"))[Alias(A, "ID.x")]
    assert _follow(Alias(A, "ID.a"), Alias(B, "ID.b")) is None
    assert _aliases(contact) == (A, "ID.x")


@pytest.mark.parametrize("first", [0, 1])
def test_the_same_change_told_in_two_ways(database: str, first: int) -> None:
    contact = _ensure(Alias(A, "ID.a"))[Alias(A, "ID.a")]
    ways = [(Alias(A, "ID.a"), Alias(B, "ID.b")), (Alias(None, "ID.a"), Alias(None, "ID.b"))]
    _follow(*ways[first])
    _follow(*ways[1 - first])
    assert _aliases(contact) == (B, "ID.b")


def test_a_change_of_eight_threads_is_one(database: str) -> None:
    ids = list(_ensure(*(Alias(f"62800000{n:04}", f"ID.{n}") for n in range(10))).values())

    def work(n: int) -> None:
        for i in range(10):
            _follow(Alias(f"62800000{i:04}", f"ID.{i}"), Alias(f"62800001{i:04}", f"ID.9{i}"))

    _at_once(8, work)
    assert [_aliases(contact_id) for contact_id in ids] == [(f"62800001{i:04}", f"ID.9{i}") for i in range(10)]


def test_numbers_of_the_simulator_see_what_is_not_published_yet(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with transaction() as session:
        before = ensure_contact(session, phone="6280000009001").id
    monkeypatch.setattr(settings(), "preview_numbers", "6280000009, 62811")
    with transaction() as session:
        assert ensure_contact(session, phone="+6280000009002").preview is True
        assert ensure_contact(session, phone="6280000001001").preview is False
        assert ensure_contact(session, user_id="ID.6280000009").preview is False
        assert ensure_contact(session, phone="6280000009001").id == before
        assert ensure_contact(session, phone="6280000009001").preview is False, "only who is new"
    monkeypatch.setattr(settings(), "preview_numbers", " ,")
    with transaction() as session:
        assert ensure_contact(session, phone="6280000009003").preview is False
