"""When somebody may be written to, in the three zones of the country."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.reminders.daytime import BEGINS, ENDS, first_moment, is_daytime, next_daytime

ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")
moments = st.integers(0, 10 * 365 * 86_400).map(
    lambda seconds: datetime(2021, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=seconds)
)
zones = st.sampled_from(ZONES)
waits = st.timedeltas(timedelta(0), timedelta(days=3))


@pytest.mark.parametrize(
    ("zone", "due", "expected"),
    [
        # 06.59 and 07.00, 19.59 and 20.00 on each zone's clock
        ("Asia/Jakarta", "2026-11-22T23:59:59", "2026-11-23T00:00:00"),
        ("Asia/Jakarta", "2026-11-23T00:00:00", "2026-11-23T00:00:00"),
        ("Asia/Jakarta", "2026-11-23T12:59:59", "2026-11-23T12:59:59"),
        ("Asia/Jakarta", "2026-11-23T13:00:00", "2026-11-24T00:00:00"),
        ("Asia/Makassar", "2026-11-22T22:59:59", "2026-11-22T23:00:00"),
        ("Asia/Makassar", "2026-11-23T11:59:59", "2026-11-23T11:59:59"),
        ("Asia/Makassar", "2026-11-23T12:00:00", "2026-11-23T23:00:00"),
        ("Asia/Jayapura", "2026-11-22T21:59:59", "2026-11-22T22:00:00"),
        ("Asia/Jayapura", "2026-11-23T10:59:59", "2026-11-23T10:59:59"),
        ("Asia/Jayapura", "2026-11-23T11:00:00", "2026-11-23T22:00:00"),
    ],
)
def test_both_ends_of_the_day_in_each_zone(zone: str, due: str, expected: str) -> None:
    moment = datetime.fromisoformat(due).replace(tzinfo=timezone.utc)

    assert next_daytime(moment, zone) == datetime.fromisoformat(expected).replace(tzinfo=timezone.utc)


@given(moments, waits, zones)
def test_what_is_said_is_said_by_day_and_in_time(due: datetime, wait: timedelta, zone: str) -> None:
    found = first_moment(due, due + wait, zone)

    if found is None:
        # There was no daytime in between: neither now, nor at the end, nor a day's beginning.
        assert not is_daytime(due, zone)
        assert next_daytime(due, zone) > due + wait
        assert wait < timedelta(hours=11)
    else:
        assert due <= found <= due + wait
        assert BEGINS <= found.astimezone(ZoneInfo(zone)).time() < ENDS


@given(moments, zones, st.timedeltas(timedelta(0), timedelta(hours=11)))
def test_no_earlier_moment_would_have_done(due: datetime, zone: str, earlier: timedelta) -> None:
    found = next_daytime(due, zone)

    assert not (due <= found - earlier < found and is_daytime(found - earlier, zone))


@given(moments, moments, zones)
def test_what_is_due_earlier_is_not_said_later(one: datetime, other: datetime, zone: str) -> None:
    first, second = sorted((one, other))

    assert next_daytime(first, zone) <= next_daytime(second, zone)


@given(moments, waits, zones)
def test_what_is_urgent_does_not_wait(due: datetime, wait: timedelta, zone: str) -> None:
    assert first_moment(due, due + wait, zone, urgent=True) == due
    assert first_moment(due, due - timedelta(seconds=1), zone, urgent=True) is None
