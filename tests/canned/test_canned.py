"""Ready replies: what a file may say, how they are found and filled in, and that a published one is there at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from siaga.canned import CannedFileError, canned_now, fill, find, read_canned
from siaga.canned.replies import NAME, TEXT, TITLE, Canned
from siaga.canned.searching import Index
from siaga.content import live, parse_entry
from siaga.content.kinds import Entries
from siaga.content.store import undo
from siaga.db import transaction
from siaga.whatsapp.limits import BODY
from tests.content.given import published, taken

GOOD = 'id: sapa\ntitle: Menyapa\ntext: "Halo, saya {nama_petugas}."\nkeywords: [halo]\n'


def entries(*texts: str) -> Entries:
    """Entries of one file."""
    return Entries(parse_entry(text, Path("content/canned/x.yml")) for text in texts)


def test_ours_can_be_read_and_sent() -> None:
    live.forget()
    replies = canned_now()
    assert len(replies) >= 18
    for reply in replies:
        said = fill(reply.text, "Warga Uji 001")
        assert len(said) <= BODY and "{" not in said, reply.id
        assert "resep" not in said or "tidak bisa" in said, reply.id
    assert any(NAME in reply.text for reply in replies)


def test_nobody_is_asked_for_a_picture_of_a_card() -> None:
    told = [line for reply in canned_now() for line in reply.text.split("\n") if "foto" in line.lower()]
    assert len(told) == 2 and all("jangan" in line for line in told)


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("Menyapa", "x" * (TITLE + 1), 2, f"at most {TITLE}"),
        ("title: Menyapa", "title:", 2, "“title” is missing"),
        ("Halo, saya", "x" * TEXT, 3, f"at most {TEXT}"),
        ("{nama_petugas}", "{nama}", 3, "may hold {nama_petugas}, and no other braces"),
        ("{nama_petugas}", "{nama_petugas", 3, "no other braces"),
        ("keywords: [halo]", "keywords: halo", 4, "must be a list"),
        ("keywords:", "words:", 4, "“words” is not known here"),
    ],
)
def test_a_mistake_is_told_with_its_line(old: str, new: str, line: int, told: str) -> None:
    assert old in GOOD
    with pytest.raises(CannedFileError) as refused:
        read_canned(entries(GOOD.replace(old, new)))
    assert (refused.value.line, told in refused.value.reason) == (line, True), str(refused.value)


@pytest.mark.parametrize(
    ("second", "told"), [(GOOD, "already an id"), (GOOD.replace("id: sapa", "id: lain"), "“sapa” has this title, too")]
)
def test_two_that_cannot_be_told_apart_are_refused(second: str, told: str) -> None:
    with pytest.raises(CannedFileError, match=told):
        read_canned(entries(GOOD, second))


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("halo", "sapaan"),
        ("gmn cara benerin nama di sertifikat", "sertifikat"),
        ("SERTIFIKAT", "sertifikat"),
        ("darurat", "bahaya"),
        ("ktp", "jangan-kirim-ktp"),
        ("org marah", "keluhan"),
        ("marah2", "keluhan"),
        ("hamil", "ibu-hamil"),
        ("hoax", "hoaks-sumber"),
        ("tung", "mohon-tunggu"),
        ("hapus data", "hapus-data"),
        ("sya cek dlu", "cek-dulu"),
    ],
)
def test_everyday_words_find_them(query: str, first: str) -> None:
    assert find(query, 3)[0].id == first


def test_without_a_word_all_stand_in_their_order() -> None:
    assert find("", 100) == find("  ?!", 100) == list(canned_now())
    assert find("", 3) == list(canned_now())[:3]
    assert find("xyzzy", 3) == []


def test_a_title_counts_for_more_than_a_text_and_the_order_for_the_rest() -> None:
    replies = [Canned("a", "Satu", "vaksin"), Canned("b", "Vaksin", "satu"), Canned("c", "Tiga", "vaksin", ("jadwal",))]
    assert [reply.id for reply in Index(replies).find("vaksin", 9)] == ["b", "a", "c"]
    assert Index(replies).find("vaksin jadwal", 9)[0].id == "c"
    assert [reply.id for reply in Index(replies).find("va", 9)] == [], "two letters begin too much"


def test_a_name_is_filled_in_as_it_is() -> None:
    assert fill("Saya {nama_petugas}. {nama_petugas}!", "{nama_petugas}") == "Saya {nama_petugas}. {nama_petugas}!"
    assert fill("Halo.", "Warga Uji 001") == "Halo."


def test_a_published_one_is_found_and_an_undone_one_is_not(database: str, tmp_path: Path) -> None:
    live.forget()
    taken(tmp_path, "canned")
    assert find("posyandu", 3) == []
    release = published("canned", "posyandu", "id: posyandu\ntitle: Jadwal posyandu\ntext: Tanyakan ke kader.\n")
    live.refresh()
    assert [reply.id for reply in find("posyandu", 3)] == ["posyandu"]
    assert canned_now()[-1].text == "Tanyakan ke kader."
    with transaction() as session:
        undo(session, release, "Sari")
    live.refresh()
    assert find("posyandu", 3) == []
    live.forget()
