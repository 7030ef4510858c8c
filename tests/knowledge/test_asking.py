"""What is asked further about an answer, and what is another business."""

from __future__ import annotations

import pytest

from siaga.knowledge.asking import Follow, read_feedback, read_follow
from siaga.knowledge.audience import read_audience


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("kenapa?", "why"),
        ("kok bisa?", "why"),
        ("emang kenapa", "why"),
        ("alasannya apa", "why"),
        ("sumbernya?", "source"),
        ("kata siapa", "source"),
        ("dari siapa infonya", "source"),
        ("itu info resmi?", "source"),
        ("bener ga", "source"),
        ("iku sumbere ko ngendi", "source"),
        ("terus?", "more"),
        ("lebih jelas dong", "more"),
        ("jelasin lagi", "more"),
        ("terus gimana dong", "more"),
        ("ga ngerti", "unclear"),
        ("kurang jelas", "unclear"),
        ("kalau suami saya?", "somebody"),
        ("gak membantu", "unhelpful"),
        ("jawabannya kurang pas", "unhelpful"),
        ("bukan itu maksud saya", "unhelpful"),
        ("👎", "unhelpful"),
        ("makasih membantu", "helpful"),
        ("mantap membantu banget", "helpful"),
        ("👍", "helpful"),
    ],
)
def test_what_says_nothing_else_follows(text: str, kind: str) -> None:
    follow = read_follow(text)
    assert follow is not None
    assert follow.kind == kind


@pytest.mark.parametrize(
    ("text", "whom"),
    [
        ("kalau anak-anak?", ("child",)),
        ("klo ibu hamil gmn", ("pregnant",)),
        ("kalau hamil 5 bulan?", ("pregnant",)),
        ("nek wong meteng piye", ("pregnant",)),
        ("kalau busui boleh ga", ("breastfeeding",)),
        ("kalau sudah 60 tahun?", ("elderly",)),
        ("kalau anak umur 5 tahun gimana", ("child",)),
        ("untuk anak saya yang masih smp?", ("teenager",)),
        ("kalau punya darah tinggi", ("ill",)),
        ("kalau lansia darah tinggi", ("elderly", "ill")),
        ("terus kalau kakek saya?", ("elderly",)),
    ],
)
def test_whom_it_names(text: str, whom: tuple[str, ...]) -> None:
    assert read_follow(text) == Follow("audience", whom)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "kalau mau daftar gimana",
        "daftar anak saya",
        "cek jadwal anak saya",
        "kenapa harus vaksin",
        "info vaksin",
        "lanjut daftar",
        "kalau demam?",
        "kalau tidak hamil?",
        "bisa membantu?",
        "min bisa bantu daftar",
        "makasih",
        "ya",
        "tidak",
        "dari mana kamu",
        "siapa kamu",
        "radar dari mana datanya",
        "jelas",
        "berapa lama",
        "kalau sudah 2 tahun",
        "👍👎",
        "",
    ],
)
def test_another_business_does_not(text: str) -> None:
    assert read_follow(text) is None


def test_a_long_story_follows_upon_nothing() -> None:
    assert read_follow("kalau anak " * 7) is None


def test_an_age_counts_before_a_word() -> None:
    assert read_audience("anak saya umur 25").audiences == ()
    assert read_audience("anak saya umur 15").audiences == ("teenager",)
    assert read_audience("vaksin hepatitis buat anak kecil").audiences == ("child",)


def test_unclear_is_no_judgement() -> None:
    assert read_feedback("kurang paham maksudnya") is None
    assert read_feedback("sudah paham makasih") is True
    assert read_feedback("jawabannya salah") is False
