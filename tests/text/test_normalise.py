"""Plain words for what people type; numbers and English stay."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.text.normalise import normalise
from siaga.text.words import clean, split_words

TABLE = [
    (
        "Min, gmn cara dftr vaksin utk ibu sy?",
        "min, bagaimana cara daftar vaksin untuk ibu saya?",
    ),
    ("bangeeet", "sangat"),
    ("nafasnyaa", "napasnya"),
    ("ga bs dtg", "tidak bisa datang"),
    ("vksin bsk jdwalny kpn", "vaksin besok jadwalnya kapan"),
    ("kulo badhe daftar", "saya mau daftar"),
    ("piye carane", "bagaimana caranya"),
    ("makasiiih yaaa", "terima kasih ya"),
    ("NIK sy 3578 0117 0854 9001", "nik saya 3578 0117 0854 9001"),
    ("lahir 17/08/1954 jam 08.30", "lahir 17/08/1954 jam 08.30"),
    ("can you help me register for the vaccine", "can you help me register for the vaccine"),
    ("maaf saat mundur keluarga", "maaf saat mundur keluarga"),
    ("kerumunan di surabaya", "kerumunan di surabaya"),
    ("", ""),
    ("🙏", "🙏"),
]


@pytest.mark.parametrize(("text", "plain"), TABLE)
def test_normalise(text: str, plain: str) -> None:
    assert normalise(text) == plain


@given(st.text(max_size=80))
def test_digits_survive(text: str) -> None:
    assert re.sub(r"\D", "", normalise(text)) == re.sub(r"\D", "", text)


@given(st.text(max_size=80))
def test_words_stand_where_they_say(text: str) -> None:
    for word in split_words(text):
        assert text[word.start : word.end] == word.text


@given(st.text(alphabet=st.characters(), max_size=40))
def test_clean_text_can_be_encoded_and_keeps_its_length(text: str) -> None:
    broken = text + "\ud83d" + "\0"
    assert len(clean(broken)) == len(broken)
    clean(broken).encode("utf-8")
