"""Days that are over take less room, and tell the same."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from sqlalchemy import delete, func, select, text

from siaga.db import engine, transaction
from siaga.people.contacts import ensure_contact
from siaga.people.tables import Contact
from siaga.tallies.counting import FOLDED, Count, count, count_contact
from siaga.tallies.folding import PEOPLE_DAY, fold
from siaga.tallies.tables import Tally, TallyPerson

NOON = datetime(2026, 11, 23, 5, 0, tzinfo=timezone.utc)
DAY = timedelta(days=1)
DAY_LONG = 24
MESSAGE = [Count("message", placed=True)]


def _contacts(number: int) -> list[int]:
    with transaction() as session:
        return [int(ensure_contact(session, phone=f"62800000{each:04}").id) for each in range(number)]


def _was_there(contact_id: int, at: datetime, regency: str = "") -> None:
    with transaction() as session:
        count_contact(session, at, contact_id, MESSAGE, regency)


def _sums() -> dict[tuple[object, ...], int]:
    columns = (Tally.day, Tally.hour, Tally.what, Tally.key, Tally.regency)
    with transaction() as session:
        query = select(*columns, func.sum(Tally.n)).where(Tally.what.not_like("people%")).group_by(*columns)
        return {tuple(row[:5]): int(row[5]) for row in session.execute(query)}


def _people() -> dict[tuple[int, int, str], int]:
    """By the day of the month, the hour (``DAY_LONG``: all of it) and the kabupaten/kota."""
    with transaction() as session:
        rows = session.scalars(select(Tally).where(Tally.what.like("people%")))
        return {(row.day.day, DAY_LONG if row.what == PEOPLE_DAY else row.hour, row.regency): row.n for row in rows}


def _remembered() -> set[int]:
    with transaction() as session:
        return {day.day for day in session.scalars(select(TallyPerson.day))}


def test_past_days_are_one_row_each_and_today_is_left_alone(database: str) -> None:
    (contact,) = _contacts(1)
    for at in (NOON - DAY, NOON):
        for _ in range(30):
            _was_there(contact, at, "35.78")
    before = _sums()
    assert fold(NOON) > 0
    assert _sums() == before
    with transaction() as session:
        rows = session.execute(select(Tally.day, Tally.shard).where(Tally.what == "message")).all()
    assert [shard for day, shard in rows if day.day == 22] == [FOLDED]
    assert all(shard > FOLDED for day, shard in rows if day.day == 23)
    _was_there(contact, NOON - DAY, "35.78")
    fold(NOON)
    assert sum(_sums().values()) == 61
    assert fold(NOON) == 0


def test_people_are_counted_once_a_day_and_once_an_hour(database: str) -> None:
    ani, budi, citra = _contacts(3)
    morning = NOON - DAY
    for contact, at, regency in [
        (ani, morning, ""),
        (ani, morning + timedelta(minutes=5), ""),
        (ani, morning + timedelta(hours=2), "35.78"),
        (budi, morning, "35.78"),
        (citra, morning + timedelta(hours=2), ""),
    ]:
        _was_there(contact, at, regency)
    fold(NOON)
    assert _people() == {
        # Ani told where she lives in the second of her hours: over the day she is counted there.
        (22, DAY_LONG, "35.78"): 2,
        (22, DAY_LONG, ""): 1,
        (22, 12, ""): 1,
        (22, 12, "35.78"): 1,
        (22, 14, "35.78"): 1,
        (22, 14, ""): 1,
    }


def test_who_was_there_is_forgotten_after_two_days_and_the_number_stays(database: str) -> None:
    ani, budi = _contacts(2)
    for contact in (ani, budi):
        _was_there(contact, NOON)
    for days in (1, 2):
        fold(NOON + days * DAY)
        assert _remembered() == {23}
    fold(NOON + 3 * DAY)
    assert _remembered() == set()
    assert _people()[23, DAY_LONG, ""] == 2
    fold(NOON + 4 * DAY)
    assert _people()[23, DAY_LONG, ""] == 2


def test_days_that_nobody_summed_up_for_weeks_are_not_lost(database: str) -> None:
    for contact in _contacts(2):
        _was_there(contact, NOON)
    fold(NOON + 30 * DAY)
    assert _people()[23, DAY_LONG, ""] == 2
    assert _remembered() == set()
    with transaction() as session:
        assert set(session.scalars(select(Tally.shard))) == {FOLDED}


def test_who_is_erased_was_there_all_the_same_and_who_comes_late_is_counted(database: str) -> None:
    ani, budi, citra = _contacts(3)
    for contact in (ani, budi):
        _was_there(contact, NOON)
    fold(NOON + DAY)
    with transaction() as session:
        session.execute(delete(Contact).where(Contact.id == ani))
    fold(NOON + DAY)
    assert _people()[23, DAY_LONG, ""] == 2
    with transaction() as session:
        late = [int(ensure_contact(session, phone=f"62800000{each:04}").id) for each in range(2, 5)]
    assert citra in late
    for contact in late:
        _was_there(contact, NOON)
    fold(NOON + DAY)
    assert _people()[23, DAY_LONG, ""] == 4, "Budi and three more; Ani's row is gone"


def test_what_somebody_counts_into_right_now_waits_for_the_next_time(database: str) -> None:
    with transaction() as session:
        count(session, NOON - DAY, [Count("delivery_failed", "131026")])
    with engine().connect() as other:
        other.execute(text("UPDATE tally SET n = n + 1"))
        assert fold(NOON) == 0
        other.commit()
    fold(NOON)
    with transaction() as session:
        assert session.execute(select(Tally.shard, Tally.n)).all() == [(FOLDED, 2)]
