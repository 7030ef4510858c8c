"""Dates as people write them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from siaga.text.dates import find_dates, read_birth_date

TODAY = date(2026, 11, 18)  # a Wednesday


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("17/08/1954", "1954-08-17"),
        ("17-8-54", "1954-08-17"),
        ("17.08.1954", "1954-08-17"),
        ("17 08 1954", "1954-08-17"),
        ("17081954", "1954-08-17"),
        ("1954-08-17", "1954-08-17"),
        ("08/17/1954", "1954-08-17"),
        ("17 Agt 71", "1971-08-17"),
        ("17 agustus 1954", "1954-08-17"),
        ("17agustus1954", "1954-08-17"),
        ("17 agsutus 1954", "1954-08-17"),
        ("17 Agustus '54", "1954-08-17"),
        ("tgl 17 bulan 8", None),
        ("dosis 1 tgl 3 mei 2021", "2021-05-03"),
        ("tujuh belas agustus seribu sembilan ratus lima puluh empat", "1954-08-17"),
        ("17 agustus lima puluh empat", "1954-08-17"),
        ("August 17, 1954", "1954-08-17"),
        ("hari ini", "2026-11-18"),
        ("besok", "2026-11-19"),
        ("sesuk", "2026-11-19"),
        ("lusa", "2026-11-20"),
        ("besok lusa", "2026-11-20"),
        ("kemarin", "2026-11-17"),
        ("kmrn lusa", "2026-11-16"),
        ("3 hari lagi", "2026-11-21"),
        ("tiga hari lagi", "2026-11-21"),
        ("3 hari yang lalu", "2026-11-15"),
        ("seminggu lagi", "2026-11-25"),
        ("dua minggu yg lalu", "2026-11-04"),
        ("2 bulan lagi", "2027-01-18"),
        ("minggu depan", "2026-11-25"),
        ("bulan lalu", "2026-10-18"),
        ("senin depan", "2026-11-23"),
        ("jumat ini", "2026-11-20"),
        ("jumat", "2026-11-20"),
        ("hari senin", "2026-11-23"),
        ("senin kemarin", "2026-11-16"),
        ("rabu lalu", "2026-11-11"),
        ("5 mei kemarin", "2026-05-05"),
        ("agus kemarin", "2026-11-17"),
        ("hari minggu", "2026-11-22"),
        ("tgl 20", "2026-11-20"),
        ("tanggal 5 bulan depan", "2026-12-05"),
        ("31/04/1990", None),
        ("30 februari 1990", None),
    ],
)
def test_find_dates(text: str, day: str | None) -> None:
    values = [
        found.value.isoformat() for found in find_dates(text, TODAY) if found.value and found.precision != "month"
    ]
    if text == "bulan lalu":
        values = [str(found.value) for found in find_dates(text, TODAY)]
    if day is None:
        assert values == [] or text == "tgl 17 bulan 8"
    else:
        assert values == [day]


@pytest.mark.parametrize(
    "text",
    [
        "3578011708549001",
        "nik 3578 0117 0854 9001",
        "081234567890",
        "jam 08.30",
        "Rp 10.000.000",
        "2 minggu",
        "dosis 2",
        "mau",
        "12 orang",
        "habis lebaran kemarin",
    ],
)
def test_no_date(text: str) -> None:
    assert find_dates(text, TODAY) == []


@pytest.mark.parametrize(("text", "day"), [("juni kemarin", "2026-06-01"), ("bulan desember lalu", "2025-12-01")])
def test_a_month_gone_by_is_no_yesterday(text: str, day: str) -> None:
    assert [(str(found.value), found.precision) for found in find_dates(text, TODAY)] == [(day, "month")]


def test_a_date_without_a_year_lies_where_it_is_wanted() -> None:
    assert find_dates("tgl 5", TODAY, "future")[0].value == date(2026, 12, 5)
    assert find_dates("tgl 5", TODAY, "past")[0].value == date(2026, 11, 5)
    assert find_dates("12 januari", TODAY, "past")[0].value == date(2026, 1, 12)
    assert find_dates("12 januari", TODAY, "future")[0].value == date(2027, 1, 12)


def test_an_impossible_day_is_found_without_a_value() -> None:
    (found,) = find_dates("lahir 31/04/1990", TODAY)
    assert found.value is None
    assert found.raw == "31/04/1990"


@pytest.mark.parametrize(
    ("text", "days", "problem"),
    [
        ("17/08/1954", ["1954-08-17"], ""),
        ("lahir di sby 17-8-54", ["1954-08-17"], ""),
        ("170854", ["1954-08-17"], ""),
        ("5 mei 25", ["2025-05-05", "1925-05-05"], ""),
        ("31/04/1990", [], "impossible"),
        ("17-08-2030", [], "future"),
        ("17 agustus", [], "incomplete"),
        ("agustus 1954", [], "incomplete"),
        ("tahun 54", [], "incomplete"),
        ("17 agustus 1901", [], "too_old"),
    ],
)
def test_read_birth_date(text: str, days: list[str], problem: str) -> None:
    birth = read_birth_date(text, TODAY)
    assert birth is not None
    assert [day.isoformat() for day in birth.candidates] == days
    assert birth.problem == problem


def test_no_birth_date() -> None:
    assert read_birth_date("ga tau", TODAY) is None


_DAYS = st.dates(min_value=date(1930, 1, 1), max_value=date(2026, 1, 1))


@given(_DAYS, st.sampled_from(["d MMMM y", "d MMM y", "dd/MM/y", "d-M-y", "dd.MM.y", "y-MM-dd", "EEEE, d MMMM y"]))
def test_reads_what_babel_writes(day: date, pattern: str) -> None:
    written = format_date(day, pattern, locale="id")
    assert [
        found.value for found in find_dates(written, TODAY, "past") if found.precision == "day" and found.has_year
    ] == [day]


@given(st.integers(min_value=1, max_value=300))
def test_days_from_now(count: int) -> None:
    assert find_dates(f"{count} hari lagi", TODAY)[0].value == TODAY + timedelta(days=count)
    assert find_dates(f"{count} hari yang lalu", TODAY)[0].value == TODAY - timedelta(days=count)


@given(st.one_of(st.text(max_size=80), st.text(alphabet="0123456789 -/.tglmeiags'", max_size=40)), _DAYS)
def test_never_raises_never_overlaps(text: str, today: date) -> None:
    end = 0
    for found in find_dates(text, today):
        assert text[found.start : found.end] == found.raw
        assert found.start >= end
        end = found.end
    read_birth_date(text, today)
