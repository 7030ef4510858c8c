"""Which situation is meant, and what is asked further about it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.tips import Near, Sure, Unknown, is_dangerous, read_audience, read_follow_up, tips
from siaga.tips.commands import measure, read_questions
from tests.tips import QUESTIONS

TIPS = tips()


def _found(text: str) -> str | None:
    found = TIPS.find(text)
    return found.tip.id if isinstance(found, Sure) else None


def test_measured() -> None:
    """The figures of docs/tips.md; what is worse than these is a step back."""
    measured = measure(TIPS, read_questions(QUESTIONS))
    assert measured["questions"] + measured["no_situation"] >= 120
    assert measured["hit_at_1"] >= 0.88
    assert measured["told_wrong"] <= 0.035
    assert measured["told_right"] + measured["offered"] >= 0.92


def test_left_out_one_by_one_few_are_told_wrong() -> None:
    found = list(TIPS.left_out())
    wrong = [tip.id for tip, one in found if isinstance(one, Sure) and one.tip.id != tip.id]
    assert len(wrong) / len(found) < 0.05


@pytest.mark.parametrize(
    ("text", "tip"),
    [
        ("tips isoman", "isolasi-mandiri"),
        ("aku positip covid kudu piye", "positif"),
        ("cara cuci tngan yg bnr", "cuci-tangan"),
        ("anak sy panas tnggi gmn", "anak-sakit"),
        ("mskr apa yg bgus", "masker"),
        ("abis vaksin bdn panas", "sesudah-vaksin"),
    ],
)
def test_slips_and_javanese(text: str, tip: str) -> None:
    assert _found(text) == tip


@pytest.mark.parametrize(
    "text", ["apa yang harus saya lakukan", "hrs gimana skrg", "bingung", "minta saran dong", "", "???", "tips"]
)
def test_without_a_situation_none_is_guessed(text: str) -> None:
    assert not isinstance(TIPS.find(text), Sure)


def test_two_situations_in_one_message_are_offered() -> None:
    found = TIPS.find("isoman sambil merawat ibu")
    assert isinstance(found, Near)
    assert {"merawat", "isolasi-mandiri"} <= {tip.id for tip in found.tips}


@given(st.text(max_size=600))
def test_any_text_is_read(text: str) -> None:
    assert isinstance(TIPS.find(text), (Sure, Near, Unknown))
    read_follow_up(TIPS, TIPS.all[0], text)
    is_dangerous(text)


# ---------------------------------------------------------------------------- whom it is for
@pytest.mark.parametrize(
    ("text", "audience"),
    [
        ("kalau anak?", "child"),
        ("nek anakku piye", "child"),
        ("bayi 8 bulan", "child"),
        ("anak saya umur 25", None),
        ("anak saya umur 7 tahun", "child"),
        ("kalau hamil?", "pregnant"),
        ("istri saya hamil 30 tahun", "pregnant"),
        ("saya tidak hamil", None),
        ("lagi ga hamil", None),
        ("ibu saya 67 th", "elderly"),
        ("umur 59 tahun", None),
        ("umur 60 tahun", "elderly"),
        ("umur 18 tahun", None),
        ("umur 17 tahun", "child"),
        ("kakek saya", "elderly"),
        ("lansia", "elderly"),
        ("ibu saya", None),
        ("anak saya dan kakek saya", None),
        ("isolasi 3 tahun yang lalu", None),
    ],
)
def test_whom_it_is_for(text: str, audience: str | None) -> None:
    assert read_audience(text).audience == audience


# ---------------------------------------------------------------------------- what is asked further
@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("lanjut", "more"),
        ("iya lanjut", "more"),
        ("selengkapnya dong", "more"),
        ("terus?", "more"),
        ("apa lagi", "more"),
        ("njelasno maneh", None),
        ("berapa lama?", "how_long"),
        ("pirang dino", "how_long"),
        ("sampe kpn isomannya", "how_long"),
        ("kalau anak?", "audience"),
        ("klo ibu sy 70 th gmn", "audience"),
        ("kalau sudah negatif?", "written"),
        ("nek wis negatif piye", "written"),
        ("ok", None),
        ("kapan boleh keluar rumah", "how_long"),
        ("kpn bisa keluar kamar ya", "how_long"),
        ("makasih ya", None),
        ("iya", None),
        ("lagi", None),
        ("kenapa", None),
        ("vaksin halal ga", None),
        ("daftar vaksin", None),
        ("kalau anak demam 3 hari?", None),
        ("jadwal saya kapan", None),
        ("berapa lama antre di puskesmas", None),
        ("berapa hari lagi jadwal vaksin saya", None),
        ("lanjut daftar", None),
    ],
)
def test_what_is_asked_further(text: str, kind: str | None) -> None:
    positive = TIPS.by_id("positif")
    assert positive is not None
    follow = read_follow_up(TIPS, positive, text)
    assert (follow.kind if follow else None) == kind


def test_a_follow_up_may_lead_to_another_situation_and_names_whom() -> None:
    positive = TIPS.by_id("positif")
    assert positive is not None
    negative = read_follow_up(TIPS, positive, "kalau sudah negatif?")
    assert negative is not None and negative.written is not None and negative.written.tip == "selesai-isolasi"
    child = read_follow_up(TIPS, positive, "kalau anak berapa lama?")
    assert child is not None and (child.kind, child.audience) == ("how_long", "child")


@pytest.mark.parametrize("tip", TIPS.all, ids=lambda tip: tip.id)
def test_every_follow_up_is_found_as_it_is_written(tip) -> None:  # type: ignore[no-untyped-def]
    for one in tip.follow_ups:
        for way in one.asked:
            follow = read_follow_up(TIPS, tip, way)
            assert follow is not None, way
            assert follow.written in (one, None), way


@pytest.mark.parametrize(
    "text", ["kalau sesak?", "anak saya kejang", "dadanya nyeri", "tiba tiba bingung dan linglung"]
)
def test_danger_is_seen(text: str) -> None:
    assert is_dangerous(text)


@pytest.mark.parametrize("text", ["tidak sesak", "berapa lama?", "kalau anak?", "batuk pilek", "bingung mau tanya apa"])
def test_what_is_no_danger(text: str) -> None:
    assert not is_dangerous(text)
