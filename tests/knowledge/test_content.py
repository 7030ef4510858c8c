"""The answers themselves: they fit a phone, name their source, and speak as Siaga speaks."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from siaga.knowledge import Answer, load_answers

ANSWERS = load_answers()
VACCINE = [answer for answer in ANSWERS if answer.topic == "vaccine"]
LONGEST_MESSAGE = 1024
"""Characters of a WhatsApp message with buttons."""
# How much of a medicine somebody takes is never told here: it depends on who they are.
DOSE = re.compile(
    r"\d[\d.,]*\s*(?:mg|mcg|ml|cc|iu|tablet|tab|kapsul|pil|butir|sendok|sdt|sdm|tetes)\b|\b\d+\s*(?:x|kali)\s*sehari\b",
    re.IGNORECASE,
)
# A measurement taken twice a day is no medicine.
NO_MEDICINE = {"covid-isoman-cara"}


def every_text(answer: Answer) -> list[str]:
    """All that a citizen may be told."""
    return [text for text in (answer.short, answer.more, answer.why, *answer.audiences.values()) if text]


def test_there_are_enough() -> None:
    assert len(VACCINE) >= 68
    assert {answer.topic for answer in ANSWERS} == {"vaccine", "covid", "service"}


@pytest.mark.parametrize("answer", ANSWERS, ids=[answer.id for answer in ANSWERS])
def test_an_answer_is_short_sourced_and_polite(answer: Answer) -> None:
    assert len(answer.source) >= 3
    assert answer.question.endswith("?")
    assert len(set(answer.ways_to_ask)) == len(answer.ways_to_ask)
    # What changes is looked at again within a year.
    assert answer.review_by - answer.checked <= timedelta(days=366)
    for text in every_text(answer):
        assert not re.search(r"\b(kamu|kalian|gue|lo|lu)\b", text, re.IGNORECASE)
        assert not re.search(r"https?://", text)
        assert text.count("*") % 2 == 0, "WhatsApp's bold marks come in pairs"
        # Danger carries its number.
        if "⚠" in text:
            assert "119" in text
        assert answer.id in NO_MEDICINE or not DOSE.search(text)
        # With the question above it and the source below it, it is still one message.
        assert len(answer.question) + len(text) + len(answer.source) + 40 <= LONGEST_MESSAGE


@pytest.mark.parametrize("answer", VACCINE, ids=[answer.id for answer in VACCINE])
def test_a_vaccine_answer_is_asked_for_in_many_ways_and_leads_on(answer: Answer) -> None:
    assert len(answer.variants) >= 8
    assert 2 <= len(answer.related) <= 3
    # Somebody who describes their situation is understood too.
    assert max(len(variant.split()) for variant in answer.variants) >= 6


def test_what_is_told_agrees_with_the_rules_of_today() -> None:
    told = {answer.id: answer.short for answer in ANSWERS}
    assert "13 minggu" in told["vaksin-hamil"]
    assert "6 tahun" in told["vaksin-anak"]
    assert "6 tahun" in told["vaksin-belum-pernah"]
    assert "1 bulan" in told["vaksin-penyintas"]
    assert "3 bulan" in told["vaksin-penyintas"]
    assert "180/110" in told["vaksin-komorbid"]
    assert "37,5" in told["vaksin-sedang-sakit"]
    assert "3 bulan setelah dosis kedua" in told["vaksin-booster"]
    assert "6 bulan setelah booster pertama" in told["vaksin-booster"]
    assert "3 bulan kemudian" in told["vaksin-janssen"]
    assert "booster kedua" in told["vaksin-dosis-kelima"]
    for audience in ("pregnant", "elderly", "ill"):
        assert "gratis" in next(answer for answer in ANSWERS if answer.id == "vaksin-biaya").audiences[audience]


@pytest.mark.parametrize("answer", ANSWERS, ids=[answer.id for answer in ANSWERS])
def test_no_audience_is_told_of_an_age_or_a_week_that_the_rules_do_not_know(answer: Answer) -> None:
    for text in every_text(answer):
        assert not re.search(r"(?:mulai|sejak|minimal) (?:umur )?(?:[1-57-9]|1[0134569]) tahun\b", text)
        for weeks in re.findall(r"usia kehamilan (\d+)", text):
            assert weeks == "13"
