"""What people tell of the doses they have had, in their own words."""

# ruff: noqa: E501 - a message and what it tells are read on one line

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from siaga.doses import forgot, read_day, read_number, read_told, read_vaccine

DAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "tells"),
    [
        ("sudah 2x sinovac agustus 2021", {"received": 2, "vaccine": "sinovac", "last_on": date(2021, 8, 31)}),
        ("astra bulan lalu", {"vaccine": "astrazeneca", "last_on": date(2026, 10, 31)}),
        ("booster pfizer januari 2022", {"received": 3, "vaccine": "pfizer", "last_on": date(2022, 1, 31)}),
        ("belum pernah", {"received": 0}),
        ("saya belum divaksin sama sekali", {"received": 0}),
        ("saya belum booster, sudah 2x pfizer maret 2022", {"received": 2, "vaccine": "pfizer", "last_on": date(2022, 3, 31)}),
        # the dose that is asked for tells how many there were
        ("booster saya apa", {"received": 2, "implied": True}),
        ("vaksin kedua kapan", {"received": 1, "implied": True}),
        ("vaksin ke 3 kpn bisanya", {"received": 2, "implied": True}),
        ("udah waktunya booster blm?", {"received": 2, "implied": True}),
        ("jarak vaksin kedua ke booster", {"received": 2, "implied": True}),
        # … and does not where it is told, too
        ("saya sudah dosis 1, kapan dosis 2?", {"received": 1}),
        ("setelah dosis 2 kapan lagi?", {"received": 2}),
        ("nenek sdh booster pertama, booster kedua kapan waktunya", {"received": 3}),
        ("saya sudah 2x sinovac terakhir agustus 2021 booster kapan", {"received": 2, "vaccine": "sinovac", "last_on": date(2021, 8, 31)}),
        ("kapan aku booster? dosis 2 ku januari", {"received": 2, "last_on": date(2026, 1, 31)}),
        ("istri moderna dua kali, terakhir agustus, boosternya jatuh kapan", {"received": 2, "vaccine": "moderna", "last_on": date(2026, 8, 31)}),
        ("sinovac dua kali boleh booster pfizer?", {"received": 2, "vaccine": "sinovac"}),
        ("udah telat ga dosis keduaku? pertamanya april", {"received": 1, "last_on": date(2026, 4, 30)}),
        ("telat 3 minggu gimana", {"late_days": 21}),
        ("anak saya 10 tahun baru vaksin pertama di sekolah, keduanya kapan?", {"received": 1, "age": 10}),
        ("suntik pertama seminggu yang lalu pakai moderna, kapan lagi", {"received": 1, "vaccine": "moderna", "last_on": date(2026, 11, 15)}),
        # what was not had counts as that
        ("sudah 2x belum pernah booster", {"received": 2}),
        ("udah 2 kali tp blm dapat booster", {"received": 2}),
        ("belum pernah booster", {"received": 2, "implied": True}),
        ("saya belum pernah vaksin kedua", {"received": 1, "implied": True}),
        ("belum pernah vaksin, booster kapan?", {"received": 0}),
        # neither a month nor a feast gone by was yesterday
        ("pfizer juni kemarin", {"vaccine": "pfizer", "last_on": date(2026, 6, 30)}),
        ("habis lebaran kemarin", {}),
        # nothing
        ("boleh beda merk?", {}),
        ("kapan vaksin lagi", {}),
        ("jarak dosis berapa minggu", {}),
    ],
)  # fmt: skip
def test_what_a_message_tells(text: str, tells: dict[str, Any]) -> None:
    told = read_told(text, DAY)
    found = {
        name: getattr(told, name)
        for name in ("received", "implied", "vaccine", "last_on", "late_days", "age")
        if getattr(told, name) is not None and getattr(told, name) is not False
    }
    assert found == tells


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("2", 2), ("dua kali", 2), ("sekali", 1), ("udah 3x", 3), ("lengkap", 2), ("sudah booster", 3), ("sampai booster kedua", 4),
        ("belum", 0), ("blm pernah sama sekali", 0), ("nol", 0), ("6 kali", 4), ("belum booster", None), ("hmm", None), ("5 maret 2022", None),
        ("tgl 5", None), ("besok", None), ("bulan depan", None), ("2 kali, tahun depan lagi", 2),
    ],
)  # fmt: skip
def test_how_many(text: str, number: int | None) -> None:
    assert read_number(text) == number


@pytest.mark.parametrize(
    ("text", "vaccine"),
    [("astra", "astrazeneca"), ("pakai pfizer", "pfizer"), ("indovac", "indovac"), ("lupa", "other"),
     ("gak tau", "other"), ("sinovac apa pfizer ya", None), ("hmm", None)],
)  # fmt: skip
def test_which_vaccine(text: str, vaccine: str | None) -> None:
    assert read_vaccine(text) == vaccine


def test_when() -> None:
    assert read_day("5 maret 2022", DAY) == date(2022, 3, 5)
    assert read_day("bulan depan", DAY) is None
    assert forgot("lupa min") and not forgot("5 maret")
