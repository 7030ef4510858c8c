"""Misspelt words: what they meant, and what is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.text.normalise import normalise_word
from siaga.text.spelling import Speller

WORDS = ["saya", "vaksin", "kamu", "min", "pertanyaan", "selamat", "batuk", "orang", "jadwal", "hapus", "rumah"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("kmau", "kamu"),
        ("mni", "min"),
        ("ornag", "orang"),
        ("seamlat", "selamat"),
        ("batuj", "batuk"),
        ("prtnyaan", "pertanyaan"),
        ("jdwl", "jadwal"),
        ("ruamh", "rumah"),
        ("asya", "saya"),
        # too far, too short, or no word at all
        ("siti", None),
        ("utm", None),
        ("ab", None),
        ("kmau2", None),
        ("", None),
        ("rumput", None),
    ],
)
def test_the_everyday_word_that_was_meant(typed: str, meant: str | None) -> None:
    assert Speller(WORDS).correct(typed) == meant


def test_the_more_frequent_word_wins() -> None:
    assert Speller(["batuk", "batun"]).correct("batum") == "batuk"
    assert Speller(["batun", "batuk"]).correct("batum") == "batun"


@pytest.mark.parametrize(
    "name", ["siti", "aminah", "budi", "santoso", "sulistyowati", "rungkut", "kertajaya", "gubeng"]
)
def test_names_stay(name: str) -> None:
    assert normalise_word(name) == name


@given(st.text(max_size=30))
def test_whatever_comes(word: str) -> None:
    found = Speller(WORDS).correct(word)
    assert found is None or found in WORDS
