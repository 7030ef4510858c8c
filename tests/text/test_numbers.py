"""Numbers in words, ages and durations."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lokal.terbilang import terbilang

from siaga.text.ages import find_ages, read_age
from siaga.text.durations import find_durations
from siaga.text.numbers import find_numbers, read_number, words_to_number


@given(st.integers(min_value=0, max_value=999_999))
def test_reads_what_is_spelt_out(number: int) -> None:
    assert words_to_number(terbilang(number).split()) == number


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("enam puluh tujuh", [67]),
        ("dua anak dan tiga cucu", [2, 3]),
        ("rong puluh limo", [25]),
        ("dua tiga", [2, 3]),
        ("seribu sembilan ratus lima puluh empat", [1954]),
        ("3578011708549001", []),
        ("pilih nomor 2", [2]),
        ("puluh", []),
        ("", []),
    ],
)
def test_find_numbers(text: str, values: list[int]) -> None:
    assert [number.value for number in find_numbers(text)] == values


def test_read_number() -> None:
    assert read_number("yang ke 2") == 2
    assert read_number("antara 2 dan 3") is None


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("67 th", [67]),
        ("67th", [67]),
        ("umur enam puluh tujuh", [67]),
        ("umurnya 45 tahun", [45]),
        ("usia sudah 70", [70]),
        ("anak umur 8 bulan", [0]),
        ("umur 5 tahun 3 bulan", [5]),
        ("saya 30 tahun istri 28 tahun", [30, 28]),
        ("lansia", []),
        ("2 tahun yang lalu", []),
        ("selama 3 tahun", []),
        ("sudah 2 tahun ga kontrol", []),
        ("tahun 1954", []),
        ("umur 200 tahun", []),
    ],
)
def test_find_ages(text: str, years: list[int]) -> None:
    assert [age.years for age in find_ages(text)] == years


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("67", 67),
        ("enam puluh", 60),
        ("67 th", 67),
        ("selama 3 tahun", None),
        ("2 tahun lalu", None),
        ("", None),
        ("tua", None),
    ],
)
def test_read_age(text: str, age: int | None) -> None:
    assert read_age(text) == age


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("3 hari", [3]),
        ("dua minggu", [14]),
        ("sebulan", [30]),
        ("2bln", [60]),
        ("sebulan setengah", [45]),
        ("1 tahun 2 bulan", [365, 60]),
        ("telung dino", [3]),
        ("hari minggu", []),
        ("bulan depan", []),
    ],
)
def test_find_durations(text: str, days: list[int]) -> None:
    assert [duration.days for duration in find_durations(text)] == days


@given(st.text(max_size=60))
def test_offsets(text: str) -> None:
    for found in (*find_numbers(text), *find_durations(text), *find_ages(text)):
        assert 0 <= found.start < found.end <= len(text)
