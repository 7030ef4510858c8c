"""When the two reminders of an appointment are due, on the clocks of the place."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given as anything
from hypothesis import strategies as st

from siaga.db import transaction
from siaga.people.tables import Notice
from siaga.registration.registry import LocalRegistry
from siaga.registration.reminding import DAY_BEFORE, LEAD, MORNING, due, first_name
from tests.registration.given import NOW, contact, facility, held, submission

JAKARTA, MAKASSAR, JAYAPURA = (ZoneInfo(f"Asia/{city}") for city in ("Jakarta", "Makassar", "Jayapura"))
LONG_AGO = datetime(2026, 1, 1, tzinfo=timezone.utc)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("local", "hour", "evening", "morning"),
    [
        # 18.00 and 06.30 of the place, whatever hour that is elsewhere
        (JAKARTA, 8, "2026-11-22T11:00", "2026-11-22T23:30"),
        (MAKASSAR, 8, "2026-11-22T10:00", "2026-11-22T22:30"),
        (JAYAPURA, 8, "2026-11-22T09:00", "2026-11-22T21:30"),
        # an hour before at least
        (JAKARTA, 7, "2026-11-22T11:00", "2026-11-22T23:00"),
        (MAKASSAR, 7, "2026-11-22T10:00", "2026-11-22T22:00"),
        (JAYAPURA, 19, "2026-11-22T09:00", "2026-11-22T21:30"),
    ],
)
def test_by_the_clocks_of_the_place(local: ZoneInfo, hour: int, evening: str, morning: str) -> None:
    starts_at = datetime(2026, 11, 23, hour, tzinfo=local)
    planned = {one.kind: one for one in due(starts_at, local, LONG_AGO)}
    assert planned[DAY_BEFORE].at == utc(evening)
    assert planned[MORNING].at == utc(morning)
    # "besok" is of no use after midnight, and the morning's not after the beginning.
    assert planned[DAY_BEFORE].until == datetime(2026, 11, 23, tzinfo=local)
    assert planned[MORNING].until == starts_at


@pytest.mark.parametrize(
    ("booked", "kinds"),
    [
        ("2026-11-22T10:59", (DAY_BEFORE, MORNING)),
        ("2026-11-22T11:00", (MORNING,)),  # 18.00 sharp: the ticket has just been read
        ("2026-11-22T23:29", (MORNING,)),
        ("2026-11-22T23:30", ()),
    ],
)
def test_what_is_past_is_not_planned(booked: str, kinds: tuple[str, ...]) -> None:
    starts_at = datetime(2026, 11, 23, 8, tzinfo=JAKARTA)
    assert tuple(one.kind for one in due(starts_at, JAKARTA, utc(booked))) == kinds


@anything(
    st.datetimes(LONG_AGO.replace(tzinfo=None), (LONG_AGO + timedelta(days=365)).replace(tzinfo=None)),
    st.integers(0, 60 * 24 * 20),
    st.sampled_from([JAKARTA, MAKASSAR, JAYAPURA]),
)
def test_always_before_the_session_and_after_now(starts: datetime, ahead: int, local: ZoneInfo) -> None:
    starts_at = starts.replace(tzinfo=timezone.utc)
    now = starts_at - timedelta(minutes=ahead)
    for one in due(starts_at, local, now):
        assert now < one.at <= starts_at - LEAD or one.kind == DAY_BEFORE
        assert now < one.at < one.until <= starts_at


def test_only_a_first_name_is_told() -> None:
    assert first_name("Warga Uji 001") == "Warga"


def test_what_is_planned_with_a_booking(database: str) -> None:
    with transaction() as session:
        key = contact(session)
        place = facility(session, regency_code="73.71", district_code=None, name="Puskesmas Uji Makassar")
        starts_at = datetime(2026, 11, 24, 9, tzinfo=MAKASSAR)
        code = LocalRegistry(session).register(submission(key, held(session, place, starts_at=starts_at))).code
    with transaction() as session:
        rows = {row.kind: row for row in session.query(Notice).all()}
        assert set(rows) == {DAY_BEFORE, MORNING}
        for row in rows.values():
            assert (row.about, row.zone, row.status) == (code, "Asia/Makassar", "planned")
            assert row.values == {
                "nama": "Warga",
                "tempat": "Puskesmas Uji Makassar",
                "hari_tanggal": "Selasa, 24 November 2026",
                "jam": "09.00–12.00 WITA",
            }
        # 06.30 is before the day begins for those who are not expecting anything.
        assert rows[MORNING].urgent and not rows[DAY_BEFORE].urgent
        assert NOW < rows[DAY_BEFORE].due_at < rows[MORNING].due_at
