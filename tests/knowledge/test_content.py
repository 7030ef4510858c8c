"""The answers themselves: they fit a phone, name their source, and speak as Siaga speaks."""

from __future__ import annotations

import re

import pytest

from siaga.knowledge import Answer, load_answers

ANSWERS = load_answers()


def test_there_are_enough_for_the_main_job() -> None:
    assert len(ANSWERS) >= 30
    assert {answer.topic for answer in ANSWERS} == {"vaccine", "covid", "service"}


@pytest.mark.parametrize("answer", ANSWERS, ids=[answer.id for answer in ANSWERS])
def test_an_answer_is_short_sourced_and_polite(answer: Answer) -> None:
    text = f"{answer.short} {answer.more}"
    assert len(answer.source) >= 3
    assert not re.search(r"\b(kamu|kalian|gue|lo|lu)\b", text, re.IGNORECASE)
    assert not re.search(r"https?://", text)
    assert answer.short.count("*") % 2 == 0, "WhatsApp's bold marks come in pairs"
    assert answer.question.endswith("?")
    # Danger carries its number.
    if "⚠" in text:
        assert "119" in text
    assert len(set(answer.ways_to_ask)) == len(answer.ways_to_ask)


def test_what_is_told_agrees_with_the_rules_of_today() -> None:
    told = {answer.id: answer.short for answer in ANSWERS}
    assert "13 minggu" in told["vaksin-hamil"]
    assert "6 tahun" in told["vaksin-anak"]
    assert "1 bulan" in told["vaksin-penyintas"]
    assert "3 bulan" in told["vaksin-penyintas"]
    assert "180/110" in told["vaksin-komorbid"]
    assert "37,5" in told["vaksin-sedang-sakit"]
    assert "3 bulan setelah dosis kedua" in told["vaksin-booster"]
    assert "6 bulan setelah booster pertama" in told["vaksin-booster"]
