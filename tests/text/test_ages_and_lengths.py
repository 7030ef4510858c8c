"""Ages, age groups, and how long something has lasted."""

# ruff: noqa: E501 - tables of sentences

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siaga.text.age_groups import find_age_groups
from siaga.text.ages import find_ages
from siaga.text.durations import find_durations

TODAY = date(2026, 11, 18)  # a Wednesday

AGES = [
    ("67 th", [67]),
    ("67th", [67]),
    ("ibu sy 67 thn", [67]),
    ("umur enam puluh tujuh", [67]),
    ("umure sewidak", [60]),
    ("yuswanipun 70", [70]),
    ("usia: 45", [45]),
    ("berusia 12 tahun", [12]),
    ("bpk umurnya udah 80", [80]),
    ("bayi 8 bulan", [0]),
    ("anak saya 8bln", [0]),
    ("anakku 18 bulan", [1]),
    ("bayi saya umur 3 minggu", [0]),
    ("balita 30 bulan", [2]),
    ("kelahiran 1954", [72]),
    ("lahir tahun 54", [72]),
    ("klahiran 90", [36]),
    ("usia kandungan 5 bulan", []),
    ("usia kehamilan 20 minggu", []),
    ("hamil 5 bulan", []),
    ("umur kandungan saya 7 bulan", []),
    ("20 minggu hamil", []),
    ("batuk 2 bulan", []),
    ("saya 31 tahun, hamil 7 bulan", [31]),
    ("dua tahun ini belum kontrol", []),
    ("rong taun maneh", []),
    ("8 bulan lalu", []),
    ("sudah 8 bulan", []),
    ("anak saya batuk 2 bulan", []),
    ("lahir 17 agustus 1954", []),
    ("dosis 2", []),
    ("2 tahun lalu", []),
    ("tahun 2021", []),
    ("lahir 3 kg", []),
]


@pytest.mark.parametrize(("text", "years"), AGES)
def test_ages(text: str, years: list[int]) -> None:
    assert [age.years for age in find_ages(text, TODAY)] == years


def test_a_babys_months_are_kept() -> None:
    assert [(age.years, age.months) for age in find_ages("bayi 8 bulan", TODAY)] == [(0, 8)]
    assert [(age.years, age.months) for age in find_ages("67 th", TODAY)] == [(67, None)]


def test_a_year_of_birth_is_no_exact_age_and_needs_the_day() -> None:
    assert [age.exact for age in find_ages("kelahiran 1954", TODAY)] == [False]
    assert find_ages("kelahiran 1954") == []


GROUPS = [
    ("vaksin lansia", ["elderly"]),
    ("lanjut usia", ["elderly"]),
    ("orang lanjut usia", ["elderly"]),
    ("ibu sudah sepuh", ["elderly"]),
    ("manula", ["elderly"]),
    ("tiyang sepuh", ["elderly"]),
    ("balita boleh vaksin?", ["child"]),
    ("anak SD", ["child"]),
    ("anak saya kelas 3 sd", ["child"]),
    ("anak2", ["child"]),
    ("bayi 8 bulan", ["infant"]),
    ("bayiku", ["infant"]),
    ("remaja", ["teenager"]),
    ("anak sma", ["teenager"]),
    ("siswa SMP", ["teenager"]),
    ("orang dewasa", ["adult"]),
    ("mahasiswa", ["adult"]),
    ("lansia dan balita", ["elderly", "child"]),
    ("anak saya", []),
    ("ibu saya", []),
    ("sd card", []),
    ("orang tua saya", []),
    ("bayi tabung", []),
    ("karo anak 2", []),
]


@pytest.mark.parametrize(("text", "groups"), GROUPS)
def test_age_groups(text: str, groups: list[str]) -> None:
    assert [group.value for group in find_age_groups(text)] == groups


LASTED = [
    ("udah 3 hari", [3]),
    ("sudah tiga hari", [3]),
    ("sampun tigang dinten", [3]),
    ("wis telung dino", [3]),
    ("4 hr", [4]),
    ("3 harian", [3]),
    ("seharian", [1]),
    ("semingguan", [7]),
    ("2 mingguan", [14]),
    ("sejak kemarin", [1]),
    ("dari kemarin lusa", [2]),
    ("wiwit wingi", [1]),
    ("sejak tadi pagi", [0]),
    ("dari senin", [2]),
    ("sejak hari minggu", [3]),
    ("mulai tgl 15", [3]),
    ("sejak 10 november", [8]),
    ("sejak 3 hari lalu", [3]),
    ("dr 2 minggu yg lalu", [14]),
    ("2-3 hari", [3]),
    ("2 - 3 hari", [3]),
    ("2 sampai 3 hari", [3]),
    ("dua tiga hari", [3]),
    ("1-2 minggu", [14]),
    ("beberapa hari", []),
    ("dari kemaren lusa", [2]),
    ("anak 6-11 tahun", []),
    ("mulai nanti malam", []),
    ("sudah lama", []),
    ("dari sidoarjo", []),
    ("mulai besok", []),
    ("kemarin", []),
]


@pytest.mark.parametrize(("text", "days"), LASTED)
def test_how_long_it_has_lasted(text: str, days: list[int]) -> None:
    assert [duration.days for duration in find_durations(text, TODAY)] == days


@pytest.mark.parametrize("text", ["sejak kemarin", "dari senin", "2-3 hari"])
def test_without_the_day_only_plain_lengths_are_read(text: str) -> None:
    assert find_durations(text) == []


@settings(deadline=None)
@given(st.integers(1, 300))
def test_since_counts_back(count: int) -> None:
    day = TODAY - timedelta(days=count)
    assert [found.days for found in find_durations(f"sejak {day:%d/%m/%Y}", TODAY)] == [count]


WORDS = st.sampled_from(
    "sejak dari kemarin senin 2 3 - hari minggu bulan tahun sampai tiga umur bayi anak kelahiran 1954 lansia hamil usia kandungan 🙏".split()
)


@settings(deadline=None)
@given(st.one_of(st.text(max_size=80), st.lists(WORDS, max_size=12).map(" ".join)))
def test_laws(text: str) -> None:
    end = 0
    for duration in find_durations(text, TODAY):
        assert end <= duration.start < duration.end <= len(text)
        end = duration.end
    for found in (*find_ages(text, TODAY), *find_age_groups(text)):
        assert 0 <= found.start < found.end <= len(text)
        assert text[found.start : found.end].strip()
