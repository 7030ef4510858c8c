"""Which claim a message tells: sure, near, or not known."""

from __future__ import annotations

import pytest

from siaga.hoaxes import Checker, Far, Near, Sure, is_rumour, load_claims, names_nothing
from siaga.hoaxes.matching import read_elsewhere
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


@pytest.fixture(scope="session")
def ours() -> Checker:
    """The claims of the service."""
    return Checker(load_claims())


# Each shares its words with a claim, and got its verdict once.
@pytest.mark.parametrize(
    "text",
    [
        "vaksin dbd harganya brp di rs",
        "vaksin HPV utk anak SD kls brp ya",
        "ikan kalengan katanya mengandung HIV",
        "Virus nipah sdh masuk jkt, 3 org meninggal, jgn mkn buah bekas kelelawar",
        "Jadwal vaksin HPV kelas 5 dan 6 SDN 1 hari Kamis, bawa bekal",
        "anak sy abis imunisasi campak demam 38 gpp?",
    ],
)
def test_what_claims_nothing_of_ours_gets_no_verdict(ours: Checker, text: str) -> None:
    assert not isinstance(ours.check(text), Sure)


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("‼️‼️ *PENTING DIBACA* ‼️‼️\n\nLuc Montagnier, pemenang Nobel dari Prancis, bilang semua org yg sudah disuntik "
         "vaksin covid akan mati dlm 2 th 😭😭\n\nTolong sebarkan ke keluarga masing2 🙏🙏", "vaksin-mati-dua-tahun"),
        ("🚁 Info A1: Malam ini jam 11 heli TNI menyemprotkan obat corona dari udara, jemuran dimasukkan, "
         "jangan keluar rumah", "aturan-semprot-udara"),
        ("surat edaran vaksin HPV utk kls 5 SD jgn ditandatangani bunda, bikin menopause dini", "hpv-mandul"),
        ("Mbah, jare ning njero vaksin ono chip e nggo nglacak awake dhewe, tenan opo goroh?", "vaksin-chip"),
        ("koin nempel di lengan abis vaksin, bukti ada magnet nya dong?? is it true?", "vaksin-magnet"),
        ("Kemdikbud bagi2 kuota gratis 50GB semua operator 👉 https://kuota-uji.example.com/klaim",
         "bantuan-kuota-gratis"),
    ],
)  # fmt: skip
def test_what_is_forwarded_is_found_among_all_claims(ours: Checker, text: str, claim: str) -> None:
    found = ours.check(text)
    assert isinstance(found, Sure) and found.claim.id == claim


@pytest.mark.parametrize("around", ["{}", "{} loh, hati-hati", "{}, sebarkan ke semua!", "awas, {}", "{}, viralkan ya"])
def test_what_only_calls_for_passing_on_hides_no_claim(ours: Checker, around: str) -> None:
    found = ours.check(around.format("vaksin bikin mandul"))
    assert isinstance(found, Sure) and found.claim.id == "vaksin-mandul"


def test_what_no_claim_is_is_no_claims_way_to_be_told(ours: Checker) -> None:
    told = {way.casefold() for claim in ours.claims for way in claim.ways_to_ask}
    assert len(read_elsewhere()) == len(set(read_elsewhere())) >= 150
    assert not told & {text.casefold() for text in read_elsewhere()}


def test_a_long_message_is_cut_into_so_many_parts() -> None:
    assert passages("vaksin ada chip") == ["vaksin ada chip"]
    endless = " ".join(f"Kalimat ke {number} ini tentang hal yang lain lagi." for number in range(300))
    assert len(passages(endless)) == MOST
    assert passages("https://contoh.id/berita") == []
