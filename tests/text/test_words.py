"""Texts that keyboards send: what no encoder takes, and letters that only look like ours."""

from __future__ import annotations

from datetime import date

import pytest

from siaga.nlu.entities import find_entities
from siaga.text.words import clean


def test_what_no_encoder_takes_is_a_space_each() -> None:
    assert clean("a\0b\ud800c\udfffd\ue000é😷") == "a b c d\ue000é😷"


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("har\u0131 m\u0130nggu jam 3 s\u0131ang", "hari mInggu jam 3 siang"),
        ("\u017felasa depan 2-3 har\u0131 wib", "selasa depan 2-3 hari wib"),
        ("jam 9 W\u0130B, dosis pertama p\u017fizer", "jam 9 WIB, dosis pertama psizer"),
    ],
)
def test_the_i_of_a_turkish_keyboard_is_an_i(text: str, plain: str) -> None:
    today = date(2026, 11, 23)
    assert clean(text) == plain
    assert find_entities(clean(text), today) == find_entities(plain, today) != []
