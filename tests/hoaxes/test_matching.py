"""Which claim a message tells: sure, near, or not known."""

from __future__ import annotations

import pytest

from siaga.hoaxes import Checker, Far, Near, Sure, is_rumour, names_nothing
from siaga.hoaxes.passages import MOST, passages

CHAIN = """*INFO PENTING SEBARKAN!!!*
Assalamualaikum bapak ibu semua. Barusan dapat kabar dari dokter di RS besar Jakarta.
Katanya di dalam suntikan vaksin covid itu ada chip 5G untuk melacak kita semua!! Jadi jangan mau divaksin dulu ya.
Selain itu bapak ibu juga bisa kumur. Air garam hangat mematikan virus corona di tenggorokan.
Mohon diteruskan ke semua grup keluarga supaya semua selamat. Aamiin."""
ALIKE = "vaksin covid ada chip magnetnya"
HARMLESS = """Assalamualaikum bapak ibu warga RT 05. Diberitahukan bahwa kerja bakti diadakan hari Minggu pagi.
Mohon membawa sapu dan cangkul dari rumah masing masing. Snack disediakan oleh ibu PKK. Terima kasih atas perhatiannya.
Hormat kami, ketua RT. Mohon diteruskan ke warga yang lain supaya semua datang ya bapak ibu."""


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("bener ga vaksin ada magnetnya?", "vaksin-magnet"),
        ("vksin bkin mandul y", "vaksin-mandul"),
        ("jare vaksin ono chip e, tenan po", "vaksin-chip"),
        ("KATANYA BAWANG PUTIH BISA NYEMBUHIN COVID", "bawang-putih"),
        ("ada yg jual masker bekas, hoax bukan", "masker-bekas"),
    ],
)
def test_a_question_is_matched(few: Checker, text: str, claim: str) -> None:
    found = few.check(text)
    assert isinstance(found, Sure) and found.claim.id == claim and not found.by_link


def test_a_chain_message_is_matched_by_its_sentences(few: Checker) -> None:
    found = few.check(CHAIN)
    assert isinstance(found, Sure)
    assert {found.claim.id, *(claim.id for claim in found.also)} == {"vaksin-chip", "air-garam"}


def test_a_sentence_that_does_not_end_is_looked_at_in_parts(few: Checker) -> None:
    endless = " ".join(["teruskan ke semua grup supaya keluarga kita selamat dunia akhirat"] * 6)
    found = few.check(f"{endless} di dalam suntikan vaksin ada microchip yang bisa melacak kita {endless}")
    assert isinstance(found, Sure) and found.claim.id == "vaksin-chip"


@pytest.mark.parametrize(
    "text", [HARMLESS, "cara masak rendang", "besok jatim lockdown total?", "saya mau daftar vaksin"]
)
def test_what_is_not_known_is_far(few: Checker, text: str) -> None:
    assert isinstance(few.check(text), Far)


def test_what_is_alike_is_offered(few: Checker) -> None:
    found = few.check(ALIKE)
    assert isinstance(found, Near) and 1 <= len(found.claims) <= 3


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("https://www.kabar-uji.example.com/vaksin-chip/?utm_source=wa", "vaksin-chip"),
        ("min cek dong m.facebook.com/uji/posts/11 bener ga", "vaksin-chip"),
        ("kabar-uji.example.com/vaksin-chip/halaman-2", "vaksin-chip"),
    ],
)
def test_a_link_is_matched(few: Checker, text: str, claim: str) -> None:
    found = few.check(text)
    assert isinstance(found, Sure) and found.claim.id == claim and found.by_link


@pytest.mark.parametrize(
    "text", ["https://kabar-uji.example.com/lain", "https://bit.ly/vaksin-chip", "facebook.com/uji/posts/111"]
)
def test_another_page_is_not(few: Checker, text: str) -> None:
    assert isinstance(few.check(text), Far)


def test_nothing_is_found_where_there_is_nothing() -> None:
    assert Checker([]).check("vaksin ada chip") == Far(0.0)


@pytest.mark.parametrize("text", ["", "🙏🙏", "...", "123", "cek hoaks"])
def test_what_says_nothing_is_far(few: Checker, text: str) -> None:
    assert isinstance(few.check(text), Far)


@pytest.mark.parametrize(
    "text", ["cek hoaks dong", "ini bener ga min?", "hoax?", "ada pesan berantai kyk gini, cek fakta dong",
             "kabar niki leres nopo hoax nggih", "is this true?", "dpt broadcast di grup wa, bener ga ya"]
)  # fmt: skip
def test_a_bare_request_names_nothing(text: str) -> None:
    assert names_nothing(text)


@pytest.mark.parametrize(
    "text", ["vaksin ada chip?", "cek https://kabar-uji.example.com/x", "besok lockdown, bener ga?"]
)
def test_a_claim_names_something(text: str) -> None:
    assert not names_nothing(text)


@pytest.mark.parametrize(
    ("text", "rumour"),
    [
        ("katanya vaksin bikin mandul", True),
        ("bener ga vaksin ada chip", True),
        ("vaksin ada chip, hoaks kah", True),
        ("jare vaksin bahaya", True),
        ("vaksin halal ga", False),
        ("efek samping vaksin apa", False),
        ("ibu hamil boleh vaksin?", False),
    ],
)
def test_a_rumour_is_told_apart_from_a_question(text: str, rumour: bool) -> None:
    assert is_rumour(text) is rumour


def test_a_long_message_is_cut_into_so_many_parts() -> None:
    assert passages("vaksin ada chip") == ["vaksin ada chip"]
    endless = " ".join(f"Kalimat ke {number} ini tentang hal yang lain lagi." for number in range(300))
    assert len(passages(endless)) == MOST
    assert passages("https://contoh.id/berita") == []
