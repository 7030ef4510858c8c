"""Who waits for a person asks where they are in many words; about vaccines the same words are no such thing."""

from __future__ import annotations

import pytest

from siaga.handoffs.patience import LONGEST, asks_after_person


@pytest.mark.parametrize(
    "text",
    [
        "masih lama ga?",
        "masih lama",
        "brp lama lagi min",
        "kok lama banget ya",
        "lama amat",
        "petugasnya mana",
        "mana petugasnya??",
        "petugas nya kok ga ada",
        "kok blm dibalas",
        "kok ga dijawab sih",
        "belum ada balasan ya",
        "dokternya ada ga",
        "halo ada orang?",
        "nunggu sampe kapan nih",
        "antrian ke berapa",
        "urutan saya keberapa?",
        "kpn dibalas dok",
        "jam berapa dibalas",
        "petugasnya jadi ga",
        "dereng wonten ingkang mbales nggih?",
        "durung ono sing mbales to",
        "belum ada yang jawab ya?",
    ],
)
def test_it_is_known_in_everyday_words(text: str) -> None:
    assert asks_after_person(text)


@pytest.mark.parametrize(
    "text",
    [
        "vaksin masih ada?",
        "berapa lama antibodi bertahan",
        "isolasi berapa lama",
        "sampai kapan isoman",
        "antrian vaksin berapa orang",
        "di mana puskesmas",
        "ada dokter gigi ga",
        "kapan vaksinnya",
        "dokter bilang saya ga boleh vaksin",
        "belum",
        "lama",
        "balasan",
        "jawaban saya salah",
        "ada orang sakit",
        "",
        "…",
        "masih lama ga? " + "ibu saya demam sudah tiga hari dan batuk " * 3,
    ],
)
def test_other_questions_and_answers_are_left_alone(text: str) -> None:
    assert not asks_after_person(text)


def test_it_is_the_whole_of_a_short_message() -> None:
    assert not asks_after_person("petugasnya mana".ljust(LONGEST + 1, "a"))
