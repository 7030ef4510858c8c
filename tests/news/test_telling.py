"""Nobody is told the same twice, however their messages come."""

from __future__ import annotations

import threading
from datetime import date, datetime, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from siaga.db import transaction
from siaga.news import NewsItem, tell_next
from siaga.news.tables import NewsTold
from siaga.people.contacts import contact_by_key, ensure_contact

NOW = datetime(2026, 11, 22, 9, tzinfo=timezone.utc)
ITEMS = [
    NewsItem(f"n{day}", f"Kabar {day}", ("Satu.", "Dua."), date(2026, 1, day), "WHO", "Antara", 90)
    for day in range(1, 6)
]

pytestmark = pytest.mark.usefixtures("database")


def _tell(key: str, message: str, items: list[NewsItem] = ITEMS) -> str | None:
    with transaction() as session:
        item = tell_next(session, key, items, message, NOW)
        return item.id if item else None


def test_the_newest_first_each_once_and_then_none() -> None:
    assert [_tell("a", f"m{number}") for number in range(6)] == ["n5", "n4", "n3", "n2", "n1", None]


def test_newer_news_comes_before_what_is_left() -> None:
    older = ITEMS[:3]
    assert _tell("a", "m1", older) == "n3"
    assert _tell("a", "m2", ITEMS) == "n5"


def test_a_message_that_runs_again_is_told_the_same() -> None:
    assert [_tell("a", "m1"), _tell("a", "m1"), _tell("a", "m2"), _tell("a", "m1")] == ["n5", "n5", "n4", "n5"]
    with transaction() as session:
        assert session.scalar(select(func.count()).select_from(NewsTold)) == 2


def test_the_last_one_is_told_again_to_its_own_message_only() -> None:
    for number in range(5):
        _tell("a", f"m{number}")
    assert (_tell("a", "m4"), _tell("a", "m5")) == ("n1", None)


def test_contacts_do_not_know_of_each_other() -> None:
    assert (_tell("a", "m"), _tell("b", "m"), _tell("a", "m2")) == ("n5", "n5", "n4")


def test_without_a_message_id_each_asking_is_a_new_one() -> None:
    assert (_tell("a", ""), _tell("a", "")) == ("n5", "n4")


def test_what_is_no_longer_in_the_files_is_not_told_again() -> None:
    _tell("a", "m1")
    assert _tell("a", "m1", ITEMS[:-1]) == "n4"


def test_it_is_forgotten_with_the_contact() -> None:
    with transaction() as session:
        key = ensure_contact(session, phone="628000000001").key
    _tell(key, "m1")
    with transaction() as session:
        session.delete(contact_by_key(session, key))
    with transaction() as session:
        assert session.scalar(select(func.count()).select_from(NewsTold)) == 0


@pytest.mark.parametrize("messages", [["m1", "m2"], ["m1", "m1"], ["m1", "m2", "m3", "m4", "m5", "m6"]])
def test_told_at_once(messages: list[str]) -> None:
    """Two messages of one contact at once: different news; one message twice at once: the same."""
    ready = threading.Barrier(len(messages))
    told: list[tuple[str, str | None]] = []

    def run(message: str) -> None:
        ready.wait()
        told.append((message, _tell("a", message)))

    threads = [threading.Thread(target=run, args=(message,)) for message in messages]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == len(messages)
    by_message: dict[str, set[str | None]] = {}
    for message, item in told:
        by_message.setdefault(message, set()).add(item)
    assert all(len(items) == 1 for items in by_message.values())
    each = sorted(str(next(iter(items))) for items in by_message.values())
    newest = ["n5", "n4", "n3", "n2", "n1", "None"][: len(by_message)]
    assert each == sorted(newest)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_the_order_of_askings_none_comes_twice(data: st.DataObject) -> None:
    key = f"c{data.draw(st.integers(0, 10**9))}"
    asked = data.draw(st.lists(st.sampled_from(["m1", "m2", "m3", "m4", "m5", "m6"]), max_size=12))
    told = {}
    for message in asked:
        item = _tell(key, f"{key}-{message}")
        assert told.setdefault(message, item) == item or item is None
    given_items = [item for item in told.values() if item]
    assert len(given_items) == len(set(given_items))
