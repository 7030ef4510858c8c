"""Long text is cut where a reader pauses, and no more often than it must be."""

from __future__ import annotations

import re
import unicodedata

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from siaga.whatsapp.splitting import split
from siaga.whatsapp.writing import cut, label, length, writable


@pytest.mark.parametrize(
    ("text", "limit", "parts"),
    [
        ("", 10, []),
        ("  \n ", 10, []),
        ("satu dua", 10, ["satu dua"]),
        # paragraphs before lines before sentences before words
        ("satu dua\n\ntiga\nempat. lima", 24, ["satu dua", "tiga\nempat. lima"]),
        ("satu dua\ntiga empat. Lima", 20, ["satu dua", "tiga empat. Lima"]),
        ("Satu dua. Tiga empat lima", 20, ["Satu dua.", "Tiga empat lima"]),
        ("satu dua tiga empat", 15, ["satu dua tiga", "empat"]),
        # but never one message more for a nicer place
        ("satu\n\ndua tiga empat", 12, ["satu\n\ndua", "tiga empat"]),
        # what ends with a full stop and does not end a sentence
        ("Datang ke dr. Uji besok", 17, ["Datang ke dr. Uji", "besok"]),
        ("Siap. Di Jl. Uji No. 5 Surabaya", 26, ["Siap.", "Di Jl. Uji No. 5 Surabaya"]),
        ("Siap. Temui M. Warga di RS. Uji", 26, ["Siap.", "Temui M. Warga di RS. Uji"]),
        ("Siap. Di Kab. Sidoarjo pukul 08.00 ada", 35, ["Siap.", "Di Kab. Sidoarjo pukul 08.00 ada"]),
        ("Ada 1.000 dosis. Datang ya", 20, ["Ada 1.000 dosis.", "Datang ya"]),
        ("Ya (lihat https://a.id/b.c). Lalu daftar", 30, ["Ya (lihat https://a.id/b.c).", "Lalu daftar"]),
        ("Sudah? *Belum!* Ayo daftar", 20, ["Sudah? *Belum!*", "Ayo daftar"]),
        ("Ya. 2. dosis kedua", 15, ["Ya.", "2. dosis kedua"]),
        ("Bawa KTP\n2. KK asli", 14, ["Bawa KTP", "2. KK asli"]),
        # what belongs together
        ("bawa *KTP atau KK* ya", 16, ["bawa", "*KTP atau KK* ya"]),
        ("kode `AB CD EF` ini", 14, ["kode", "`AB CD EF` ini"]),
        ("buka https://contoh.id/a.b?c=d.e lalu", 30, ["buka", "https://contoh.id/a.b?c=d.e", "lalu"]),
        ("harga Rp\u00a01.000 saja", 13, ["harga", "Rp\u00a01.000 saja"]),
        # and is torn only if it is too long for any message
        ("*satu dua tiga*", 10, ["*satu dua", "tiga*"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("👨‍👩‍👧👨‍👩‍👧", 8, ["👨‍👩‍👧", "👨‍👩‍👧"]),
        ("👨‍👩‍👧‍👦", 8, ["👨‍👩‍👧", "\u200d👦"]),
        ("🇮🇩🇮🇩🇮🇩", 8, ["🇮🇩🇮🇩", "🇮🇩"]),
        ("a\u0301" * 4, 5, ["a\u0301" * 2, "a\u0301" * 2]),
    ],
)
def test_places_to_cut(text: str, limit: int, parts: list[str]) -> None:
    assert split(text, limit) == parts


@pytest.mark.parametrize(
    ("text", "first", "last", "parts"),
    [
        ("", 5, 5, ["", ""]),
        ("", None, 5, [""]),
        ("", 5, None, [""]),
        ("halo", 5, None, ["halo"]),
        ("halo", None, 5, ["halo"]),
        ("halo", 5, 5, ["", "halo"]),
        ("satu dua tiga. Mau?", None, 5, ["satu dua tiga.", "Mau?"]),
        ("satu dua\n\ntiga\n\nMau?", None, 12, ["satu dua", "tiga\n\nMau?"]),
        ("satu dua tiga", 8, None, ["satu dua", "tiga"]),
        ("satusatusatu dua", 8, None, ["", "satusatusatu dua"]),
        ("satu duaduadua", None, 8, ["satu duaduadua", ""]),
        ("satu dua tiga empat", 5, 6, ["satu", "dua tiga", "empat"]),
    ],
)
def test_smaller_first_and_last_parts(text: str, first: int | None, last: int | None, parts: list[str]) -> None:
    assert split(text, 16, first=first, last=last) == parts


def _fewest(words: list[str], limit: int, first: int, last: int) -> int:
    """By trying every way: in how many parts words can stand, if each part is within its limit."""

    def rest(done: int, room: int) -> float:
        found = float("inf")
        for end in range(done + 1, len(words) + 1):
            part = len(" ".join(words[done:end]))
            if end == len(words) and part <= min(room, last):
                return 1
            if end < len(words) and part <= room:
                found = min(found, 1 + rest(end, limit))
        return found

    return int(rest(0, first))


@settings(deadline=None)
@given(
    st.lists(st.text("abc.*", min_size=1, max_size=6), min_size=1, max_size=9), st.integers(6, 14), st.integers(6, 14)
)
def test_never_more_parts_than_needed(words: list[str], limit: int, last: int) -> None:
    # Without marks that hold words together.
    words = [word.replace("*", "") or "x" for word in words]
    last = min(limit, last)
    assert len(split(" ".join(words), limit)) == _fewest(words, limit, limit, limit)
    assert len(split(" ".join(words), limit, last=last)) == _fewest(words, limit, limit, last)


pieces = st.sampled_from(
    [
        "a",
        "Kata",
        " ",
        "  ",
        "\n",
        "\n\n",
        ". ",
        "*",
        "*tebal nih*",
        "`kode satu`",
        "_",
        "😀",
        "👨‍👩‍👧",
        "👍🏽",
        "🇮🇩",
        "e\u0301",
        "dr. ",
        "1.000 ",
        "\u00a0",
        "https://a.id/x.y ",
    ]
)
texts = st.lists(pieces, max_size=60).map("".join)


@pytest.mark.parametrize("space", ["\u00a0", "\u00a0\u00a0", "\n\u00a0"])
def test_a_space_between_two_that_fill_a_part_each_is_no_part(space: str) -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"
    assert split(family + space + family, 11) == [family, family]


@settings(deadline=None)
@given(texts, st.integers(4, 60), st.none() | st.integers(4, 60), st.none() | st.integers(4, 60))
def test_nothing_is_lost_but_space(text: str, limit: int, first: int | None, last: int | None) -> None:
    first, last = first and min(first, limit), last and min(last, limit)
    parts = split(text, limit, first=first, last=last)
    assert re.sub(r"\s", "", "".join(parts)) == re.sub(r"\s", "", text)
    assert all(length(part) <= limit for part in parts)
    assert first is None or length(parts[0]) <= first
    assert last is None or length(parts[-1]) <= last
    assert all(parts[first is not None : len(parts) - (last is not None)])
    assert parts == split(text, limit, first=first, last=last)


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["a", "b ", "😀", "👨‍👩‍👧", "👍🏽", "🇮🇩", "e\u0301"]), max_size=60).map("".join),
    st.integers(11, 40),
)
def test_what_a_reader_takes_for_one_character_stays_one(text: str, limit: int) -> None:
    whole = [cluster for cluster in regex.findall(r"\X", text) if not cluster.isspace()]
    parts = [cluster for part in split(text, limit) for cluster in regex.findall(r"\X", part) if not cluster.isspace()]
    assert parts == whole


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(["kata", "lain.", "*dua kata*", "`satu dua`", "https://a.id/b.c"]), min_size=1, max_size=40
    ),
    st.integers(20, 60),
)
def test_marks_and_addresses_are_not_torn(words: list[str], limit: int) -> None:
    for part in split(" ".join(words), limit):
        assert part.count("*") % 2 == part.count("`") % 2 == 0
        assert part.count("https://a.id") == part.count("https://a.id/b.c")


def test_a_book_is_cut_in_a_moment() -> None:
    text = "Vaksin itu aman dan *sangat perlu* bagi Anda. " * 20_000
    assert len(split(text, 4096)) == -(-len(text) // 4096) or len(split(text, 4096)) <= len(text) // 4000


@given(st.text(st.characters()), st.integers(3, 40))
def test_cutting_keeps_within_the_limit(text: str, limit: int) -> None:
    shown = cut(text, limit)
    assert length(shown) <= limit
    assert shown == text if length(text) <= limit else shown.endswith("…")
    assert text.startswith(shown.removesuffix("…"))


@given(st.text(st.characters()))
def test_what_is_written_can_be_sent_and_stays_as_it_is(text: str) -> None:
    clean = writable(text)
    clean.encode()
    assert "\x00" not in clean
    assert writable(clean) == clean == clean.strip()
    assert "\n" not in label(text)


@given(st.text(st.characters(categories=["L", "N", "P", "Zs"])))
def test_nothing_that_is_seen_is_cleaned_away(text: str) -> None:
    def seen(value: str) -> str:
        return "".join(c for c in value if unicodedata.category(c) in ("Lu", "Ll", "Nd", "Po"))

    assert seen(writable(text)) == seen(text)
