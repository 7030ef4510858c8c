"""Texts that keyboards send: what no encoder takes, and letters that only look like ours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import pytest

from siaga.nlu.entities import find_entities
from siaga.text.dates import find_dates
from siaga.text.times import find_times
from siaga.text.vaccines import find_dose_numbers
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


@pytest.mark.parametrize(
    ("find", "text"),
    [
        (partial(find_dates, today=date(2026, 11, 23)), "har{i} m{i}nggu depan"),
        (partial(find_dates, today=date(2026, 11, 23)), "{s}ela{s}a"),
        (find_times, "jam delapan pag{i}"),
        (find_times, "besok {s}iang"),
        (find_dose_numbers, "do{s}i{s} {s}atu"),
    ],
)
def test_so_it_is_for_who_looks_in_a_text_that_nobody_cleaned(find: Callable[[str], list[Any]], text: str) -> None:
    plain = [(each.start, each.end) for each in find(text.format(i="i", s="s"))]
    for dotted in "\u0130\u0131":
        assert [(each.start, each.end) for each in find(text.format(i=dotted, s="\u017f"))] == plain != []
