"""Oxygen saturations in words and numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.text.danger import LOW_OXYGEN, find_danger
from siaga.text.oxygen import HIGHEST, LOWEST, find_oxygen

READ = {
    "saturasi 85": [85],
    "SpO2: 92 %": [92],
    "spo2 nya 87%": [87],
    "saturasi oksigen ibu saya tinggal 79 persen": [79],
    "saturasinya delapan puluh empat": [84],
    "oksimeternya menunjukkan 93": [93],
    "oxygen level is 83": [83],
    "saturasi 88,5": [88],
    "suhu 38,5 saturasi 88 nadi 120": [88],
    "saturasi 97 nadi 80": [97],
    "umur 67 saturasi 97": [97],
    "82% saturasinya": [82],
    "tadi saturasi 93, sekarang turun jadi 86": [93, 86],
    "saturasi naik dari 84 ke 96": [84, 96],
    "tabung oksigen sewa 50 ribu": [],
    "oksigen 60 liter": [],
    "saturasi di bawah 90 itu bahaya?": [],
    "jl oksigen no 45": [],
    "umur 85": [],
    "saturasi 850": [],
}


@pytest.mark.parametrize(("text", "percents"), READ.items())
def test_reads(text: str, percents: list[int]) -> None:
    assert [found.percent for found in find_oxygen(text)] == percents


@given(
    st.integers(LOWEST, HIGHEST),
    st.sampled_from(["saturasi {}", "SATURASI {}%", "spo2 nya {} persen", "sat: {}", "oksimeter nunjukin {}"]),
)
def test_low_is_danger_and_nothing_else_is(percent: int, words: str) -> None:
    danger = find_danger(words.format(percent))
    assert (danger is not None and danger.sign == "oxygen") == (percent < LOW_OXYGEN)


def test_ninety_is_not_below_ninety() -> None:
    assert find_danger("saturasi 90") is None
    assert find_danger("saturasi 89") is not None


def test_the_last_reading_counts_when_it_is_well_again() -> None:
    assert find_danger("tadi saturasi 86, sekarang naik jadi 97") is None
    assert find_danger("tadi saturasi 96, sekarang turun jadi 86") is not None
    assert find_danger("tadi saturasi 86, sekarang naik jadi 91") is not None


@given(st.text(max_size=120))
def test_never_raises_and_points_into_the_text(text: str) -> None:
    for found in find_oxygen("saturasi " + text):
        assert 0 <= found.start < found.end <= len(text) + 9
