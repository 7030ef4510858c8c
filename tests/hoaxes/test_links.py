"""Links are compared in one spelling, and never opened."""

from __future__ import annotations

import pytest

from siaga.hoaxes.links import find_links, plain_link, same_page, without_links


@pytest.mark.parametrize(
    ("link", "plain"),
    [
        ("https://www.Contoh.id/Berita/?utm_source=wa&fbclid=1#atas", "contoh.id/berita"),
        ("http://m.contoh.id//berita/", "contoh.id/berita"),
        ("contoh.id", "contoh.id"),
        ("https://contoh.id:443/?p=12", "contoh.id?p=12"),
        ("https://youtu.be/AbC?t=3", "youtube.com/watch?v=abc"),
        ("https://m.youtube.com/watch?v=abc&feature=share", "youtube.com/watch?v=abc"),
        ("https://kabar.co.id/vaksin%20chip", "kabar.co.id/vaksin chip"),
        ("bukan tautan", None),
        ("http://", None),
        ("3.5", None),
    ],
)
def test_one_spelling(link: str, plain: str | None) -> None:
    assert plain_link(link) == plain


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("cek https://kabar.example.com/vaksin-chip, bener ga?", ["kabar.example.com/vaksin-chip"]),
        ("(lihat www.kabar.co.id/x).", ["kabar.co.id/x"]),
        ("kabar.com/x dan kabar.com/x lagi", ["kabar.com/x"]),
        ("s.id/abc", ["s.id/abc"]),
        ("vaksin jam 09.00 wib. suhu 38.5 derajat.terus gimana", []),
        ("", []),
    ],
)
def test_links_in_a_message(text: str, links: list[str]) -> None:
    assert find_links(text) == links


def test_the_words_beside_a_link() -> None:
    assert without_links("cek https://kabar.example.com/vaksin-chip bener ga").split() == ["cek", "bener", "ga"]


def test_a_page_and_what_is_below_it() -> None:
    known = ("contoh.id/vaksin", "hoaks.example.com")
    assert same_page("contoh.id/vaksin", known) and same_page("contoh.id/vaksin/2", known)
    assert same_page("contoh.id/vaksin?p=2", known) and same_page("hoaks.example.com/apa/saja", known)
    assert not same_page("contoh.id/vaksinasi", known) and not same_page("contoh.id", known)
    assert not same_page("bukanhoaks.example.com", known)
