"""What people say of when, and which sessions that leaves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from siaga.registration.wishes import fitting, read_wish

TODAY = date(2026, 11, 22)  # a Sunday
WIB = ZoneInfo("Asia/Jakarta")


@dataclass(frozen=True)
class Held:
    starts_at: datetime
    ends_at: datetime


OFFERS = [
    Held(begins, begins + timedelta(hours=3))
    for day in range(1, 15)
    for begins in (datetime(2026, 11, 22, hour, tzinfo=WIB) + timedelta(days=day) for hour in (8, 13))
]
CURRENT = OFFERS[6].starts_at  # Thursday 26th, 08.00


def left(said: str) -> str:
    wish = read_wish(said, TODAY)
    if wish is None:
        return "-"
    return " ".join(f"{one.starts_at:%d.%H}" for one in fitting(wish, OFFERS, CURRENT))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("pindah ke selasa", "24.08 24.13"),
        ("selasa sore", "24.13"),
        ("slasa pagi ae", "24.08"),
        ("hari minggu", "29.08 29.13"),
        ("minggu aja", "29.08 29.13"),
        ("besok pagi", "23.08"),
        ("lusa", "24.08 24.13"),
        ("3 hari lagi", "25.08 25.13"),
        ("25/11 jam 08.00", "25.08"),
        ("rabu 25 nov jam 9", "25.08"),
        ("senin atau selasa", "23.08 23.13 24.08 24.13"),
        ("minggu depan hari rabu", "25.08 25.13"),
        ("akhir pekan pagi", "28.08 29.08"),
        ("sabtu minggu", "28.08 28.13 29.08 29.13"),
        ("sebelum tanggal 25", "23.08 23.13 24.08 24.13"),
        ("setelah tanggal 4", "05.08 05.13 06.08 06.13"),
        ("mulai tanggal 5", "05.08 05.13 06.08 06.13"),
        ("yang paling cepat", "23.08"),
        ("paling akhir", "06.13"),
        ("majuin dong", "23.08 23.13 24.08 24.13 25.08 25.13"),
        ("mundurin ke jumat", "27.08 27.13"),
        ("selasa saya ga bisa, kamis aja", "26.08 26.13"),
        ("tidak bisa besok, rabu gimana", "25.08 25.13"),
        ("dari selasa pindah ke kamis", "26.08 26.13"),
        ("senin ganti ke rabu pagi", "25.08"),
        ("tiga bulan lagi", ""),
    ],
)
def test_a_wish(said: str, expected: str) -> None:
    assert left(said) == expected


@pytest.mark.parametrize("said", ["mau pindah jadwal", "jadwal ibu saya", "tempat lain", "ga bisa hari selasa", "ya"])
def test_no_wish(said: str) -> None:
    assert left(said) == "-"


def test_a_weekday_of_a_later_week_where_the_next_has_none() -> None:
    wish = read_wish("selasa", TODAY)
    later = [one for one in OFFERS if one.starts_at.date() > date(2026, 11, 25)]
    assert wish and [one.starts_at.day for one in fitting(wish, later)] == [1, 1]
