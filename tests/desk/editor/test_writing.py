"""The page on which an entry is written: what it keeps, what it tells, and what it never does."""

from __future__ import annotations

import re

import pytest

from siaga.content import store
from siaga.content.tables import ContentVersion
from siaga.db import transaction
from tests.desk.conftest import Desk
from tests.desk.editor.conftest import open_page

pytestmark = pytest.mark.usefixtures("content")


def drafts(key: str = "vaksin-halal") -> list[ContentVersion]:
    """What is open of an entry."""
    with transaction() as session:
        found = [one for one in store.open_versions(session) if one.key == key]
        session.expunge_all()
    return found


def test_a_form_keeps_what_it_does_not_show(desk: Desk) -> None:
    page = open_page(desk("editor"), query="?bentuk=yaml")
    [(_, text)] = [field for field in page.fields if field[0] == "yaml"]
    odd = text.replace("\r\n", "\n").replace("label:", "rahasia: [1, {a: b}]  # entah\nlabel:")
    page.save(yaml=odd)
    open_page(desk("editor")).save(short="Satu baris.", for__child="Dari 6 tahun.", variants="a\nb\nvaksin haram")
    [draft] = drafts()
    assert draft.body == (
        "id: vaksin-halal\n"
        "rahasia: [1, {a: b}]  # entah\n"
        "label: Halal atau tidak?   # di tombol\n"
        'question: "Apakah vaksin COVID-19 halal?"\n'
        "# Seperti orang mengetik.\n"
        "variants: [a, b, vaksin haram]\n"
        "short: Satu baris.\n"
        "for:\n"
        '  pregnant: "Sama saja untuk ibu hamil."\n'
        "  child: Dari 6 tahun.\n"
        'source: "Fatwa MUI No. 2 Tahun 2021"\n'
        "checked: 2026-01-01\n"
        "review_by: 2027-12-31"
    )


def test_saving_without_a_change_keeps_nothing(desk: Desk) -> None:
    for mode in ("form", "yaml"):
        page = open_page(desk("editor"), query=f"?bentuk={mode}").save()
        assert "Tidak ada yang berubah" in page.text
    assert drafts() == []


def test_rows_are_changed_added_moved_and_taken_out(desk: Desk) -> None:
    page = open_page(desk("editor"), "front", "menu")
    page.save(
        **{
            "options__0__label": "Halal?",
            "options__2__label": "Cek gejala",
            "options__2__payload": "/start_self_check",
        }
    )
    [draft] = drafts("menu")
    assert draft.body.endswith(
        "options:\n"
        "  - label: Halal?\n"
        "    answer: vaksin-halal\n"
        "  - label: Hubungi petugas   # harus ada\n"
        "    payload: /talk_to_human\n"
        "  - label: Cek gejala\n"
        "    payload: /start_self_check"
    )
    page = open_page(desk("editor"), "front", "menu")
    page.save(**{"options__0__buang": "ya"})
    [draft] = drafts("menu")
    assert "Halal" not in draft.body


def test_mistakes_stand_at_their_field_and_in_plain_words(desk: Desk) -> None:
    page = open_page(desk("editor"))
    checked = page.send("periksa", label="Terlalu panjang untuk sebuah tombol", for__pregnant="x" * 501).text
    assert re.search(r'id="salah-k-label"[^>]*><p>“Teks tombol” panjangnya 35 huruf; yang muat 20', checked)
    short = open_page(desk("editor")).send("periksa", for__pregnant="x" * 501).text
    assert re.search(r'id="salah-k-for-pregnant"[^>]*><p>“Bedanya untuk ibu hamil” panjangnya 501 huruf', short)
    gone = open_page(desk("editor")).send("periksa", source="").text
    assert re.search(r'id="salah-k-source"[^>]*><p>“Sumber” belum diisi', gone)
    assert drafts() == [], "looking keeps nothing"


def test_mistakes_of_yaml_stand_at_their_line_and_what_cannot_be_read_is_not_kept(desk: Desk) -> None:
    page = open_page(desk("editor"), query="?bentuk=yaml")
    checked = page.send("periksa", yaml="id: vaksin-halal\nlabel: a: b\n").text
    assert 'data-baris="2"' in checked
    assert "titik dua" in checked
    kept = page.send(yaml="id: vaksin-halal\nlabel: a: b\n")
    assert kept.status_code == 422
    assert "Baris 2" in kept.text
    assert "label: a: b" in kept.text
    other = page.send(yaml="id: lain\n")
    assert "harus tetap “vaksin-halal”" in other.text
    assert drafts() == []


def test_form_and_yaml_change_into_each_other_without_being_saved(desk: Desk) -> None:
    as_yaml = open_page(desk("editor")).save(aksi="bentuk-yaml", short="Belum disimpan.")
    assert "short: Belum disimpan." in dict(as_yaml.fields)["yaml"]
    as_form = as_yaml.save(aksi="bentuk-form")
    assert dict(as_form.fields)["f.short"] == "Belum disimpan."
    assert drafts() == []
    assert as_yaml.send(aksi="bentuk-form", yaml="id: 'x").status_code == 422


def test_two_windows_do_not_silently_overwrite_each_other(desk: Desk) -> None:
    editor = desk("editor")
    one, other = open_page(editor), open_page(editor)
    one.save(short="Dari jendela satu.")
    clash = other.save(short="Dari jendela dua.")
    assert clash.status == 409
    assert "dari jendela lain" in clash.text
    assert re.search(r"<del>.*?satu", clash.text, re.S)
    assert [draft.body.count("jendela satu") for draft in drafts()] == [1]
    assert clash.save().status == 200, "who has seen it may go on"
    assert [draft.body.count("jendela dua") for draft in drafts()] == [1]


def test_a_draft_that_others_have_overtaken_is_told_with_the_difference(desk: Desk) -> None:
    editor, reviewer = desk("editor"), desk("reviewer")
    mine = open_page(editor)
    mine.save(short="Dari penulis.")
    open_page(reviewer).send(aksi="ajukan", short="Dari peninjau.")
    number = next(draft.id for draft in drafts() if draft.made_by == "reviewer")
    desk("reviewer", login="lain").post(f"/isi/tinjau/{number}/setujui")
    reviewer.post("/isi/terbitkan", data={"naskah": str(number)})
    page = open_page(editor)
    assert "diterbitkan lagi oleh Petugas Reviewer" in page.text
    clash = page.save(short="Dari penulis, lagi.")
    assert clash.status == 409
    assert "terbitan" in clash.text
    clash.save()
    [draft] = drafts()
    assert draft.base_id == number


def test_anothers_draft_is_told_and_may_be_taken_over(desk: Desk) -> None:
    open_page(desk("editor")).save(short="Setengah jadi.")
    [theirs] = drafts()
    reviewer = desk("reviewer")
    assert "Petugas Editor juga punya naskah" in open_page(reviewer).text
    page = open_page(reviewer, query=f"?dari={theirs.id}")
    assert dict(page.fields)["f.short"] == "Setengah jadi."
    page.save(short="Jadi.")
    assert {draft.made_by: "Jadi." in draft.body for draft in drafts()} == {"editor": False, "reviewer": True}


def test_the_preview_escapes_what_it_shows(desk: Desk) -> None:
    evil = '<script>alert(1)</script> *<img src=x onerror="a">* https://a.id/"onx'
    page = open_page(desk("editor"))
    for answer in (page.send("periksa", short=evil), page.send("tulis", short=evil, aksi="simpan")):
        assert "<script>alert" not in answer.text
        assert "<img src=x" not in answer.text
    shown = desk("reviewer").get("/isi/answer/vaksin-halal").text
    assert "<script>alert" not in shown
    assert "&lt;script&gt;" in shown


def test_the_preview_is_what_a_phone_shows(desk: Desk) -> None:
    seen = open_page(desk("editor")).send("periksa", more="Lagi *banyak*.").text
    assert "<strong>halal</strong>" in seen
    assert "<em>Sumber: Fatwa MUI No. 2 Tahun 2021. Diperiksa 1 Januari 2026.</em>" in seen
    assert 'wa-tombol">Lebih lanjut' in seen
    menu = open_page(desk("editor"), "front", "menu").send("periksa").text
    assert 'wa-tombol">Hubungi petugas' in menu


def test_a_question_is_asked_with_the_draft_in_place(desk: Desk) -> None:
    page = open_page(desk("editor"))
    question = "apakah suntikan mengandung gelatin"
    before = page.send("tanya", pertanyaan=question).text
    assert "naskah ini" not in before.partition("Yang mirip")[0]
    ways = "suntikan mengandung gelatin\napakah ada gelatin\ngelatin di vaksin\nvaksin haram\nfatwa mui\nada gelatin ga"
    after = page.send("tanya", pertanyaan=question, variants=ways).text
    assert "langsung menjawab dengan <b>naskah ini</b>" in after
    assert "Belum bisa dicoba" in page.send("tanya", pertanyaan=question, label="").text


def test_two_versions_are_compared(desk: Desk) -> None:
    open_page(desk("editor")).save(short="Yang kedua.")
    [draft] = drafts()
    page = desk("programme").get("/isi/answer/vaksin-halal", params={"a": 1, "b": draft.id}).text
    assert f"dan No. {draft.id}" in page
    assert re.search(r"<ins>.*?kedua", page, re.S)
