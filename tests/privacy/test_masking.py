"""What is masked in free text, in more than two hundred ways of writing; and what is not, because it is nobody's."""

from __future__ import annotations

import time
from collections import Counter

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from siaga.privacy import mask_numbers, mask_strange, mask_text
from tests.planted.search import traces
from tests.planted.values import Planted, planted

LONGEST = 4096
"""Characters of the longest message that WhatsApp passes on."""
_TOLD = [
    "nama saya ",
    "a.n. ",
    "lahir ",
    "bu ",
    "tgl ",
    "NIK: ",
    "Rp ",
    "\n",
    "3578011708549001",
    "17 agt 54",
    "Siti ",
    "*",
    "satu ",
]
_TEXTS = st.one_of(
    st.text(max_size=60),
    st.lists(st.sampled_from([*_TOLD, *"0 12 1954 . - / , agustus Uji".split(" "), " "]), max_size=14).map("".join),
    st.lists(st.sampled_from([one.text for one in planted()]), min_size=1, max_size=3).map("\n".join),
)  # fmt: skip


def test_there_are_two_hundred_ways() -> None:
    kinds = Counter(one.kind for one in planted())
    assert sum(kinds.values()) >= 200
    assert set(kinds) == {"nik", "phone", "date", "name"} and min(kinds.values()) >= 50
    for kind in kinds:
        assert len({one.value for one in planted() if one.kind == kind}) >= 50, "each has a value of its own"


@pytest.mark.parametrize("one", planted(), ids=lambda one: f"{one.kind}:{one.form}")
def test_each_way_is_masked(one: Planted) -> None:
    assert traces(one, one.text), "the search finds it where it is not masked"
    masked = mask_text(one.text)
    assert not traces(one, masked), masked
    assert mask_text(masked) == masked


@pytest.mark.parametrize("one", [one for one in planted() if one.kind in ("nik", "phone")], ids=lambda one: one.form)
def test_numbers_are_masked_by_themselves_too(one: Planted) -> None:
    assert not traces(one, mask_numbers(one.text))


@pytest.mark.parametrize(
    "text",
    [
        "harga vaksin Rp 150.000 apa gratis?", "biayanya 150 ribu", "Rp1500000 untuk vaksin?", "harga 50000, 75000",
        "kasus jatim 1.234.567 kasus", "sudah 12.345.678 dosis disuntikkan", "ada 123456 kasus di jatim",
        "kode wilayah 35.78.01", "desa 35.78.01.1001 masuk zona apa",
        "tahun 2020-2021", "th 2019/2020 dan 2021", "covid-19 2021", "covid 19 tahun 2021 ada 3 gejala",
        "jam 08.00-12.00 dan 13.10-15.00 buka?", "jam 08:00 - 12:00", "besok jam 10, lusa jam 2",
        "telp 119 ext 9", "119/112", "hubungi 1500-567", "tiket SG-2345-67 kapan",
        "suhu 38,5 dan 39,2", "suhu 38.5 39.2 38.7", "tensi 175/100", "saturasi 94",
        "umur 67 tahun, dosis 2", "umur 60, 62 dan 65 tahun", "umur 5 tahun 3 bulan", "lahir tahun 1954",
        "RT 03 RW 05", "minum 3x1 500 mg selama 7 hari", "17 agustus libur?", "dua puluh lima ribu rupiah",
        "https://covid19.go.id/p/berita/2021/08/17/vaksin-123456", "https://infocovid19.jatimprov.go.id/?id=12345678",
        "satu dua tiga", "dosis 1 dan 2 sudah, dosis 3 belum",
    ],
)  # fmt: skip
def test_numbers_of_nobody_stay(text: str) -> None:
    assert mask_text(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "saya sakit mau vaksin", "saya perawat dari puskesmas wonokromo", "ibu saya demam", "bu bidan bilang boleh",
        "pak RT minta data", "RSUD dr. Soetomo buka?", "di Jl. Ahmad Yani", "siapa namamu?", "nama vaksinnya apa",
        "nama saya kurang huruf", "iya itu nama saya", "ganti nama", "saya dari sidoarjo", "daftarkan saya dan ibu",
        "dengan siapa ini", "ini hoax ya min?", "terima kasih, min", "mas mau tanya", "anak keselek bakso",
        "saya astrazeneca dosis 1", "orang kediri bisa?", "panggil ambulans", "dipanggil diam saja", "asma saya kambuh",
        "atas nama cucu saya", "kulo nuwun mbak", "ibu mertua hipertensi", "untuk booster moderna", "kulo mriyang",
    ],
)  # fmt: skip
def test_words_that_are_no_names_stay(text: str) -> None:
    assert mask_text(text) == text


def test_a_long_number_shows_how_it_begins_and_ends() -> None:
    assert mask_text("nik 3578011708549001 ya") == "nik 3578********9001 ya"
    assert mask_text("hp 0800-0000-0012") == "hp 0800****0012"
    assert mask_text("lahir 17 agustus 1954") == "lahir ***************"
    assert mask_text("nama saya Siti Contohwati, umur 60") == "nama saya ***************, umur 60"


def test_only_text_masks_dates_and_names() -> None:
    assert mask_numbers("bu Siti, lahir 5 mei 1954") == "bu Siti, lahir 5 mei 1954"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Contohwati demam", "********** demam"),
        ("contohwati sama siti batuk", "********** sama **** batuk"),
        ("mau daftar vaksin utk ibuku, gmn caranya?", "mau daftar vaksin utk ibuku, gmn caranya?"),
        ("kulo badhe ndaftar", "kulo badhe ndaftar"),
        ("nik 3578011708549001", "nik 3578********9001"),
    ],
)
def test_where_nobody_reads_every_word_strange_ones_are_masked_too(text: str, masked: str) -> None:
    assert mask_strange(text) == masked
    assert mask_strange(masked) == masked


def test_harmless_words_may_be_named() -> None:
    assert mask_strange("Contohwati di Gubeng", {"gubeng"}) == "********** di Gubeng"


@given(_TEXTS)
@example("a.n. Siti\n3578011708549001")
@example("3578011708549001 17-08-1954 lahir")
@settings(max_examples=300, deadline=None)
def test_masked_twice_is_masked_once_and_never_longer(text: str) -> None:
    for mask in (mask_text, mask_numbers, mask_strange):
        masked = mask(text)
        assert mask(masked) == masked
        assert len(masked) <= len(text)


@given(st.text(alphabet=st.characters(whitelist_categories=["Ll", "Zs", "Po"], blacklist_characters="*"), max_size=60))
@settings(max_examples=200, deadline=None)
def test_without_numbers_in_digits_or_words_mask_numbers_changes_nothing(text: str) -> None:
    said = {"satu", "dua", "tiga"}
    if not said & set(text.split()):
        assert mask_numbers(text) == text


@pytest.mark.parametrize(
    "part",
    ["1", "1 ", "1.", "12 ", "1a", "0o", "a", "A", "a ", "Aa ", "nama ", "nama saya ", "Siti ", "satu ", "tgl 1 ",
     "lahir 1 ", "1/", "mei 1 ",
     "\n", " ", "-", "*", "a.n. ", "bu ", "https://a/1", "S.Pd, ", "bin ", "tahun 5 bulan 3 ",
     "+62 ", "\u200b1", "１", "=", "a'"],
)  # fmt: skip
def test_the_longest_message_takes_no_time(part: str) -> None:
    text = (part * LONGEST)[:LONGEST]
    mask_text("pemanasan bu Siti 17 agt 54")
    began = time.process_time()
    mask_text(text)
    mask_strange(text)
    assert time.process_time() - began < 1.0
