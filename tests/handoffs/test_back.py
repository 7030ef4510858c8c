"""The wish for the bot is known by its words, and nothing else is taken for it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.handoffs.back import LONGEST, wants_bot


@pytest.mark.parametrize(
    "text",
    [
        "kembali ke bot",
        "Kembali ke bot.",
        "balik ke bot",
        "udah cukup kak, balik ke bot aja",
        "blik k bot aja deh",
        "mau ke bot aja",
        "saya mau balik ke bot saja ya min, makasih",
        "bot aja",
        "mau bot lagi",
        "sama robot lagi aja",
        "ngobrol sm bot lagi",
        "tolong balikin ke bot dong",
        "mbalik nang bot ae",
        "kembali ke siaga",
        "back to bot",
        "ke bot",
        "mau dijawab bot aja",
        "udahan sama petugasnya",
        "udah selesai sama petugasnya, terima kasih",
        "selesai dengan petugas",
        "akhiri percakapan dengan petugas",
        "cukup ngobrol sama dokternya",
        "gak jadi ngobrol sama petugas",
        "gausah petugas deh",
        "stop chat sama relawan",
    ],
)
def test_in_these_words_the_bot_is_wanted(text: str) -> None:
    assert wants_bot(text)
    assert wants_bot(text.upper())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "bot",
        "bot nya error",
        "botnya error terus, balik ke petugas",
        "kapan kembali ke bot",
        "kembali ke bot?",
        "gimana cara kembali ke bot",
        "jangan kembali ke bot",
        "gak mau balik ke bot",
        # Of the two meanings one would end a conversation with a person.
        "ga jadi balik ke bot",
        "tidak mau ngobrol sama bot",
        "ini bot atau petugas",
        "tadi kata bot harus ke puskesmas",
        "udah sama petugasnya kemarin",
        "sudah ketemu petugas",
        "selesai vaksin sama petugas puskesmas",
        "mau ngobrol sama petugas",
        "kembali ke menu",
        "kembali lagi besok ke puskesmas",
        "siaga",
        "kok dijawab bot",
        "lagi ngobrol sama bot",
        "chat sama bot",
        "sesak napas, balik ke bot",
        "balik ke bot " + "ya " * LONGEST,
    ],
)
def test_in_these_it_is_not(text: str) -> None:
    assert not wants_bot(text)


@given(st.text(max_size=60))
def test_no_text_breaks_it_and_a_question_is_never_it(text: str) -> None:
    wants_bot(text)
    assert not wants_bot(f"balik ke bot {text}?")
