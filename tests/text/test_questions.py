"""A question is told from an answer."""

from __future__ import annotations

import pytest

from siaga.text.questions import is_question


@pytest.mark.parametrize(
    "text",
    [
        "vaksin halal ga",
        "apa efek sampingnya",
        "bisa hilang ga",
        "kenapa?",
        "yang mana yg bagus",
        "piye carane",
        "aman kah",
    ],
)
def test_questions(text: str) -> None:
    assert is_question(text)


@pytest.mark.parametrize("text", ["ga", "tidak", "Warga Uji 001", "wonokromo surabaya", "3578011708549001", "", "ya"])
def test_answers(text: str) -> None:
    assert not is_question(text)
