"""What is asked further about an answer, and what is another business."""

from __future__ import annotations

import pytest

from siaga.knowledge.asking import Follow, lines_about, read_feedback, read_follow, words_of
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
        ("bahasa gampangnya apa", "unclear"),
        ("intine opo", "unclear"),
        ("jelasin pake bahasa sederhana", "unclear"),
        ("maksudnya gimana", "unclear"),
        ("masa sih", "source"),
        ("ga percaya", "source"),
        ("serius?", "source"),
        ("contohnya?", "more"),
        ("yang lain?", "other"),
        ("selain itu?", "other"),
        ("ulangi dong", "again"),
        ("kalau suami saya?", "somebody"),
        ("terus kalau orang tua?", "somebody"),
        ("kalau di surabaya?", "place"),
        ("kalau jember gimana", "place"),
        ("bukan itu", "unhelpful"),
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
        ("lha nek bocah piye?", ("child",)),
        ("menawi ibu meteng pripun", ("pregnant",)),
        ("nek bayi oleh?", ("child",)),
        ("dampaknya ke anak?", ("child",)),
        ("and for my kid?", ("child",)),
        ("kalau lagi hamil muda", ("pregnant",)),
        ("maksud saya kalau anak", ("child",)),
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
        "salah satu efeknya apa",
        "bukan saya",
        "surabaya",
        "berapa kasus di surabaya",
        "mau cek ibu saya boleh vaksin ga",
        "ada lagi yang demam di rumah",
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


ABOUT = words_of("Apakah vaksin COVID-19 aman? vaksinasi suntik")


@pytest.mark.parametrize(
    "text", ["trus kalo ibu hamil amankah vaksin", "klo bumil boleh divaksin ga", "vaksin aman buat ibu hamil?"]
)
def test_what_the_answer_is_about_may_be_said_again(text: str) -> None:
    assert read_follow(text) is None
    assert read_follow(text, ABOUT) == Follow("audience", ("pregnant",), asks_anew=True)
    assert read_follow("kalau ibu hamil kena campak gimana", ABOUT) is None


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("eh salah, maksudku efek sampingnya", "efek sampingnya"),
        ("bukan, maksud saya tes antigen", "tes antigen"),
        ("bukan itu, yang saya maksud efeknya", "efeknya"),
        ("maksude efek samping", "efek samping"),
        ("bukan, efek sampingnya", "efek sampingnya"),
        ("salah. efek samping maksudnya", "efek samping maksudnya"),
    ],
)
def test_what_was_meant_instead(text: str, meant: str) -> None:
    assert read_follow(text) == Follow("meant", words=meant)


def test_the_lines_that_say_what_is_named() -> None:
    told = (
        "MUI: Sinovac halal.\nAstraZeneca dan Pfizer boleh dipakai.\n"
        "Jangan divaksin dulu kalau:\n• sedang demam\n• sakit berat"
    )
    about = words_of("Apakah vaksin halal?")
    assert lines_about("yg sinovac?", told, about) == "MUI: Sinovac halal."
    assert lines_about("pfizer halal ga", told, about) == "AstraZeneca dan Pfizer boleh dipakai."
    assert lines_about("sinovac sama pfizer", told, about) == ""
    assert lines_about("demam?", told, about) == "Jangan divaksin dulu kalau:\n• sedang demam"
    assert lines_about("sampai kapan", told, about) == lines_about("vaksin halal ga", told, about) == ""
