"""A sieve keeps whatever may match, and hardly anything else."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siaga.text.danger import _flatten, find_danger
from siaga.text.danger_signs import CLUES
from siaga.text.sieve import Sieve

_CLUES = Sieve([clue.pattern for clue in CLUES])
_SHAPES = (
    r"ab(?:c|d)e",
    r"(?:kejang|kejng)\S*",
    r"\bsesak\s+(?:[\w'-]+\s+){0,2}?(?:sekali|banget)",
    r"(?:tidak|ga?k?)\s*bisa",
    r"x[abc]?y+z",
    r"(?:nafas|napas)(?:nya|ku)?(?!\s+lega)",
    r"(?:aa|bb){2,3}cc|d*e",
    r"[^a-c]ok",
    r"(?i)Darah",
    r"(?i:da)rah",
    r"(?:foo|bar)?",
    r"(?P<one>ab|cd) (?P=one)",
    r".+gigi",
    r"(?<=ja)tuh",
)


@pytest.mark.parametrize("shape", _SHAPES)
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_what_matches_is_left(shape: str, data: st.DataObject) -> None:
    pattern = re.compile(shape)
    text = data.draw(st.from_regex(pattern))
    assert Sieve([re.compile("qq"), pattern]).left(text)[-1:] == [1], text


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_no_clue_of_danger_is_lost(data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(CLUES) - 1))
    assert place in _CLUES.left(data.draw(st.from_regex(CLUES[place].pattern)))


@pytest.mark.parametrize(
    ("shape", "text", "left"),
    [
        (r"(?:sesak|seseg)\s+(?:berat|parah)", "sesak", False),
        (r"(?:sesak|seseg)\s+(?:berat|parah)", "parah, seseg", True),
        (r"kejang\d*", "kejut", False),
        (r"kejang\d*", "kejantanan", True),
        (r"a?b?", "", True),
        (r"ab", "ba", False),
        (r"(?:foo)?bar", "foo", False),
    ],
)
def test_what_lacks_the_letters_is_out(shape: str, text: str, left: bool) -> None:
    assert Sieve([re.compile(shape)]).left(text) == ([0] if left else [])


def test_of_all_clues_hardly_any_is_tried_for_what_tells_of_no_danger() -> None:
    texts = ["apakah vaksin aman untuk ibu hamil?", "halo min", "mau daftar vaksin dong buat anak saya umur 5 tahun"]
    assert all(find_danger(text) is None for text in texts)
    assert max(len(_CLUES.left(_flatten(text))) for text in texts) < len(CLUES) / 10
