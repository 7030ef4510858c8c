"""What stands in content/tips: the situations there must be, in the voice of the house."""

from __future__ import annotations

import re

import pytest

from siaga.tips.tips import Tip, load_no_situation, load_tips

TIPS = load_tips()
NEEDED = (
    "positif kontak-erat isolasi-mandiri merawat sesudah-vaksin sekolah bepergian masker batin serumah-sakit "
    "anak-sakit lansia ventilasi cuci-tangan selesai-isolasi lelah-lama"
).split()
# Situations in which somebody is ill: what they may not wait with stands in each.
ILL = (
    "positif kontak-erat isolasi-mandiri merawat sesudah-vaksin serumah-sakit anak-sakit bergejala kapan-ke-rs lansia "
    "lelah-lama"
).split()
EMOJI = re.compile("[\U0001f300-\U0001faff☀-➿]")


def _texts(tip: Tip) -> list[str]:
    says = [one.say for one in tip.follow_ups if one.say]
    return [*tip.advice, tip.more, tip.how_long, *tip.audiences.values(), *says]


def test_every_situation_is_there() -> None:
    assert set(NEEDED) <= {tip.id for tip in TIPS}


@pytest.mark.parametrize("tip", TIPS, ids=lambda tip: tip.id)
def test_the_voice(tip: Tip) -> None:
    for text in _texts(tip):
        assert not re.search(r"\b(?:kamu|kau|lu|gue)\b", text, re.IGNORECASE), text
    # One message holds the advice and what differs for one audience.
    for audience in ("", *tip.audiences.values()):
        assert len(EMOJI.findall(" ".join([*tip.advice, audience]))) <= 1
    assert not EMOJI.search(tip.title + tip.how_long + "".join(one.say for one in tip.follow_ups))


@pytest.mark.parametrize("tip", [tip for tip in TIPS if tip.id in ILL], ids=lambda tip: tip.id)
def test_who_is_ill_is_told_when_to_call_119(tip: Tip) -> None:
    assert any("119" in line and line.startswith("⚠") for line in tip.advice)
    assert tip.self_check or tip.id in ("lansia",)


@pytest.mark.parametrize("tip", TIPS, ids=lambda tip: tip.id)
def test_the_longest_message_fits_whatsapp(tip: Tip) -> None:
    longest = max((len(text) for text in tip.audiences.values()), default=0)
    head = len(tip.title) + len(tip.source) + 120
    assert sum(map(len, tip.advice)) + longest + head <= 1400
    assert len(tip.more) + head <= 1024


def test_no_variant_is_a_question_of_the_measure() -> None:
    """The measure is worth nothing if its questions stand in the files."""
    from siaga.tips.commands import read_questions
    from tests.tips import QUESTIONS

    ways = {way.casefold() for tip in TIPS for way in (*tip.variants, *tip.words)}
    none = load_no_situation()
    ways |= {*none.general, *none.elsewhere}
    asked = {text.casefold() for _, text in read_questions(QUESTIONS)}
    assert ways & asked == set()


def test_isolation_is_as_long_everywhere() -> None:
    """With symptoms 10 days from the first and a day without fever; without symptoms 5 (WHO, 13 January 2023)."""
    by_id = {tip.id: tip for tip in TIPS}
    for name in ("positif", "isolasi-mandiri", "selesai-isolasi"):
        assert "10 hari sejak gejala muncul, dan sampai sehari penuh bebas demam" in by_id[name].how_long
        assert "5 hari sejak tes positif" in by_id[name].how_long
