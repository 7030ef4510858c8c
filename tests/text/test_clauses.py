"""Cutting messages into the parts that may each ask for something."""

# ruff: noqa: E501 - tables of sentences

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.text.clauses import MOST, split_clauses
from siaga.text.words import split_words

PARTS: list[tuple[str, list[str]]] = [
    # Two requests.
    ("mau daftar vaksin, terus efek sampingnya apa?", ["mau daftar vaksin", "efek sampingnya apa?"]),
    ("vaksin halal ga? terus daftarnya gimana", ["vaksin halal ga?", "daftarnya gimana"]),
    ("saya mau daftar. Ibu hamil boleh vaksin?", ["saya mau daftar", "Ibu hamil boleh vaksin?"]),
    ("mau daftar vaksin\nefek sampingnya apa", ["mau daftar vaksin", "efek sampingnya apa"]),
    ("vaksin gratis?? daftarnya dimana??", ["vaksin gratis??", "daftarnya dimana??"]),
    ("min mau daftar vaksin sekalian tanya kasus covid di surabaya", ["min mau daftar vaksin", "tanya kasus covid di surabaya"]),
    ("daftar vaksin dan juga mau tanya sertifikat", ["daftar vaksin", "juga mau tanya sertifikat"]),
    ("daftar vaksin sm mau tny sertifikat", ["daftar vaksin", "mau tny sertifikat"]),
    ("daftar vaksin & berapa biayanya", ["daftar vaksin", "berapa biayanya"]),
    ("batalin jadwal saya trus daftarin ibu saya", ["batalin jadwal saya", "daftarin ibu saya"]),
    ("cek jadwal saya, oh iya vaksinnya halal ga", ["cek jadwal saya", "vaksinnya halal ga"]),
    ("cek jadwal saya oiya vaksinnya halal ga", ["cek jadwal saya", "vaksinnya halal ga"]),
    ("mau daftar vaksin, mau tanya juga efek sampingnya", ["mau daftar vaksin", "efek sampingnya"]),
    ("mau daftar plus cek sertifikat saya", ["mau daftar", "cek sertifikat saya"]),
    ("dosis 2 kapan, satu lagi sertifikat saya mana", ["dosis 2 kapan", "sertifikat saya mana"]),
    ("how do i register btw is it free", ["how do i register", "is it free"]),
    ("i want to register and how many cases today", ["i want to register", "how many cases today"]),
    # Javanese.
    ("arep daftar vaksin njuk kasus covid piro", ["arep daftar vaksin", "kasus covid piro"]),
    ("kulo badhe ndaftar vaksin lajeng efek sampinge nopo", ["kulo badhe ndaftar vaksin", "efek sampinge nopo"]),
    ("kulo badhe ndaftar vaksin kalih tanglet efek sampinge", ["kulo badhe ndaftar vaksin", "tanglet efek sampinge"]),
    # An occasion and a request.
    ("saya demam tapi mau daftar vaksin", ["saya demam", "mau daftar vaksin"]),
    ("makasih banyak min; besok jadwal saya jam berapa", ["makasih banyak min", "besok jadwal saya jam berapa"]),
    # Three, and more than a person asks at once.
    ("mau daftar. vaksin halal ga? kasus hari ini berapa", ["mau daftar", "vaksin halal ga?", "kasus hari ini berapa"]),
    ("satu dua. tiga empat. lima enam. tujuh delapan", ["satu dua", "tiga empat", "lima enam", "tujuh delapan"]),
    ("satu dua. tiga empat. lima enam. tujuh delapan. sembilan sepuluh", []),
    # One thing only.
    ("mau daftar vaksin", []),
    ("kapan jadwalnya", []),
    ("halo! mau daftar vaksin", []),
    ("terus gimana dong", []),
    ("terima kasih.", []),
    ("apa bedanya sinovac dan pfizer", []),
    ("ibu dan bapak saya mau daftar", []),
    ("saya lalulalang di sana", []),
    # Marks that end nothing.
    ("lahir 17.08.1954 jam 09.30 bisa?", []),
    ("berapa kasus, 1.250 itu benar?", []),
    ("pak.budi@contoh.id", []),
    # Nothing to cut.
    ("", []),
    ("?!?!", []),
    ("😀😀", []),
    ("a. b. c.", []),
    ("\n\n", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "parts"), PARTS)
def test_parts(text: str, parts: list[str]) -> None:
    assert [part.text for part in split_clauses(text)] == parts


TEXTS = st.one_of(
    st.text(max_size=900),
    st.lists(
        st.sampled_from("mau daftar vaksin terus trus dan juga apa ? . ; \n , oh iya sama tanya 😀 btw 3578 lalu".split(" ")),
        max_size=60,
    ).map(" ".join),
)  # fmt: skip


@given(TEXTS)
def test_parts_are_pieces_of_the_text_in_its_order(text: str) -> None:
    parts = split_clauses(text)
    assert not parts or 2 <= len(parts) <= MOST
    end = 0
    for part in parts:
        assert text[part.start : part.end] == part.text, "nothing is rewritten"
        assert end <= part.start < part.end, "no part overlaps another"
        assert len(split_words(part.text)) >= 2
        end = part.end


@given(TEXTS, st.sampled_from([" ", "\n", "  \n"]))
def test_space_around_a_message_changes_nothing(text: str, space: str) -> None:
    text = text.strip()[:500]
    plain = [part.text for part in split_clauses(text)]
    assert [part.text for part in split_clauses(text + space)] == plain


@pytest.mark.parametrize(
    "text", [" " * 5000, "dan " * 2000, "?" * 5000, "a" * 5000, ", dan " * 1000, "oh " * 1000 + "iya"]
)
def test_an_endless_message_is_cut_in_no_time(text: str) -> None:
    assert len(split_clauses(text)) <= MOST
