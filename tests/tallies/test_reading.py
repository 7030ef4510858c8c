"""The sums that are shown are those of what was counted."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

from siaga.db import transaction
from siaga.people.contacts import ensure_contact
from siaga.tallies import folding
from siaga.tallies.counting import Count, count_contact
from siaga.tallies.reading import Counted, read

NOON = datetime(2026, 11, 23, 5, 0, tzinfo=timezone.utc)
TODAY = date(2026, 11, 23)
COUNTS = [Count("message", n=2, placed=True), Count("conversation", placed=True), Count("use", "radar")]


def _fill() -> None:
    """Three people on each of four days: at 10 and 12 o'clock, the third of them in Surabaya."""
    for number in range(3):
        with transaction() as session:
            contact_id = int(ensure_contact(session, phone=f"62800000{number:04}").id)
        for days in range(4):
            for hours in (0, 2):
                with transaction() as session:
                    at = NOON - timedelta(days=days, hours=hours)
                    count_contact(session, at, contact_id, COUNTS, "35.78" if number == 2 else "")


def _read(days: int) -> Counted:
    with transaction() as session:
        return read(session, TODAY - timedelta(days - 1), TODAY)


def test_sums_in_all_ways_whether_days_are_summed_up_or_not(database: str) -> None:
    _fill()
    before = _read(3)
    assert folding.fold(NOON) > 0
    after = _read(3)
    for found in (before, after):
        assert found.total("message") == 36
        assert found.by_day("conversation") == {TODAY - timedelta(days): 6 for days in (2, 1, 0)}
        assert {hour: n for hour, n in found.by_hour("message").items() if n} == {10: 18, 12: 18}
        assert len(found.by_hour("message")) == 24
        assert found.by_key("use") == {"radar": 18}
        assert found.by_regency("message") == {"": 24, "35.78": 12}
        assert found.by_day("people_day") == {TODAY - timedelta(days): 3 for days in (2, 1, 0)}
        assert found.by_regency("people_day") == {"": 6, "35.78": 3}
        assert {hour: n for hour, n in found.by_hour("people").items() if n} == {10: 9, 12: 9}


def test_days_without_anything_are_there(database: str) -> None:
    found = _read(2)
    assert found.by_day("message") == {TODAY - timedelta(1): 0, TODAY: 0}
    assert (found.total("message"), found.by_key("use"), found.by_regency("message")) == (0, {}, {})
