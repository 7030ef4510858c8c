"""A reviewer labels groups of messages and makes them examples: in a copy of data/nlu, never in the real one."""

from __future__ import annotations

import io
import subprocess
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import select

from siaga.db import transaction
from siaga.db.audit import Audit
from siaga.desk.understanding import meanings, pages
from siaga.unclear import review
from siaga.unclear.tables import UnclearMessage
from tests.desk.conftest import Browser, Desk
from tests.unclear.given import collected, rows
from tests.unclear.test_export import ONE, TWO

HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small data/nlu."""
    made = tmp_path / "data" / "nlu"
    made.mkdir(parents=True)
    (made / "one.yml").write_text(ONE)
    (made / "two.yml").write_text(TWO + "- intent: out_of_scope\n  examples: |\n    - jual pulsa\n")
    monkeypatch.setattr(meanings, "FOLDER", made)
    return made


@pytest.fixture
def editor(desk: Desk) -> Browser:
    return desk("editor")


def ids(*texts: str) -> list[int]:
    return [int(row.id) for row in rows() if row.text in texts]


def labels() -> dict[str, str | None]:
    return {str(row.text): (row.label if row.reviewed_at else None) for row in rows()}


def say(editor: Browser, numbers: list[int], label: str, *, whole: list[int] | None = None, **rest: str) -> str:
    answer = editor.post(
        "/pemahaman/maksud",
        data={
            "ids": ",".join(map(str, numbers)),
            "semua": ",".join(map(str, whole or numbers)),
            "maksud": label,
            **rest,
        },
        headers=HTMX,
    )
    assert answer.status_code == 200, answer.text
    return answer.text


def audited(action: str) -> list[dict[str, object]]:
    with transaction() as session:
        return [row.detail for row in session.scalars(select(Audit).where(Audit.action == action).order_by(Audit.id))]


def test_the_largest_group_comes_first_then_the_newest(editor: Browser) -> None:
    collected("halo bot apa kabar", days=9, ranking=[("greet", 0.4)])
    collected("dosis dua piye", days=1, ranking=[("ask_next_dose", 0.4)], asked="nik")
    for days in (3, 2):
        collected("jadwalku piye", days=days)
    page = editor.get("/pemahaman").text
    places = [page.index(text) for text in ("jadwalku piye", "dosis dua piye", "halo bot apa kabar")]
    assert places == sorted(places)
    assert "Cek pendaftaran" in page
    assert "saat ditanya: NIK" in page


def test_a_click_labels_the_group_but_what_was_taken_out_of_it(editor: Browser) -> None:
    for text in ("jadwalku piye", "JADWALKU piye ya"):
        collected(text)
    collected("jadwalku piye")
    whole = [int(row.id) for row in rows()]
    answer = say(editor, ids("jadwalku piye"), "check_registration", whole=whole)
    assert labels() == {"jadwalku piye": "check_registration", "JADWALKU piye ya": None}
    assert "JADWALKU piye ya" in answer, "what was taken out is a group of its own"
    assert "Siap diekspor (2)" in answer


def test_without_javascript_it_is_the_same_and_the_last_click_can_be_undone(editor: Browser) -> None:
    collected("jadwalku piye")
    (number,) = ids("jadwalku piye")
    form = {"ids": str(number), "maksud": "discard", "hal": "1", "csrf": editor.csrf}
    assert editor.post("/pemahaman/maksud", data=form).headers["location"] == "/pemahaman?hal=1"
    assert labels() == {"jadwalku piye": review.DISCARD}
    page = editor.get("/pemahaman").text
    click = page.split('name="klik" value="')[1].split('"')[0]
    assert editor.post("/pemahaman/urung", data={"klik": click}).status_code == 303
    assert labels() == {"jadwalku piye": None}
    assert [row.label for row in rows()] == [None], "nor is the slip offered"
    assert 'name="klik"' not in editor.get("/pemahaman").text


def test_a_click_is_undone_only_by_who_made_it_and_not_once_exported(desk: Desk, editor: Browser) -> None:
    collected("jadwalku piye")
    answer = say(editor, ids("jadwalku piye"), "check_registration")
    click = answer.split('name="klik" value="')[1].split('"')[0]
    assert desk("reviewer").post("/pemahaman/urung", data={"klik": click}).status_code == 404
    assert editor.post("/pemahaman/contoh/tulis").status_code == 200
    editor.post("/pemahaman/urung", data={"klik": click}, headers=HTMX)
    assert labels() == {"jadwalku piye": "check_registration"}


def test_what_a_colleague_has_settled_is_not_labelled_again(desk: Desk, editor: Browser) -> None:
    collected("jadwalku piye")
    numbers = ids("jadwalku piye")
    say(editor, numbers, "check_registration")
    answer = desk("reviewer").post("/pemahaman/maksud", data={"ids": numbers[0], "maksud": "greet"}, headers=HTMX)
    assert answer.status_code == 422
    assert "sudah ditinjau" in answer.text
    assert labels() == {"jadwalku piye": "check_registration"}


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"lain": "zzz"}, "belum dikenali"),
        ({"lain": "a"}, "Ada beberapa yang cocok"),
        ({"maksud": "greet", "ids": ""}, "Pilih dulu"),
    ],
)
def test_what_cannot_be_labelled_is_told(editor: Browser, form: dict[str, str], told: str) -> None:
    collected("kenapa ya")
    number = str(ids("kenapa ya")[0])
    answer = editor.post("/pemahaman/maksud", data={"ids": number, "semua": number, **form}, headers=HTMX)
    assert answer.status_code == 422
    assert told in answer.text
    assert labels() == {"kenapa ya": None}


def test_nonsense_from_a_form_changes_nothing(editor: Browser) -> None:
    collected("kenapa ya")
    for form in (
        {"ids": "1;drop", "maksud": "greet"},
        {"ids": "9" * 30, "maksud": "greet"},
        {"ids": "1", "maksud": "no_such"},
    ):
        assert editor.post("/pemahaman/maksud", data=form).status_code == 422
    assert labels() == {"kenapa ya": None}


def test_what_is_personal_is_rewritten_before_it_becomes_an_example(editor: Browser) -> None:
    collected("nikku 3578011708549001 kapan")
    (row,) = rows()
    assert "3578011708549001" not in editor.get("/pemahaman").text
    form = {"ids": str(row.id), "semua": str(row.id)}
    refused = editor.post("/pemahaman/maksud", data={**form, "maksud": "check_registration"}, headers=HTMX)
    assert (refused.status_code, "Ubah dulu" in refused.text) == (422, True)
    answer = editor.post("/pemahaman/teks", data={**form, "teks": " - nikku kapan\n08123456789 "}, headers=HTMX)
    assert answer.status_code == 200
    assert "08123456789" not in answer.text, "what a reviewer writes is masked, too"
    editor.post("/pemahaman/teks", data={**form, "teks": "nikku kapan"}, headers=HTMX)
    say(editor, [int(row.id)], "check_registration")
    assert labels() == {"nikku kapan": "check_registration"}


def test_an_export_writes_the_files_and_says_what_comes_next(editor: Browser, folder: Path) -> None:
    for text, label in (
        ("jadwalku piye", "check_registration"),
        ("halo", "check_registration"),
        ("cek jadwal dong", "check_registration"),
    ):
        collected(text)
        say(editor, ids(text), label)
    page = editor.get("/pemahaman/contoh").text
    assert "1 contoh baru, 1 sudah ada di antara contoh, 1 belum bisa" in page
    assert (folder / "one.yml").read_text() == ONE, "looking writes nothing"
    answer = editor.post("/pemahaman/contoh/tulis").text
    assert (folder / "one.yml").read_text() == ONE.replace("dong\n", "dong\n    - jadwalku piye\n")
    assert "<code>one.yml</code>" in answer
    assert "sudah menjadi contoh “Sapaan”, bukan “Cek pendaftaran”" in answer, "the refusal is told with its reason"
    assert "make train" in answer
    assert labels()["halo"] is None, "and it waits again"
    assert audited("unclear.export") == [
        {"how": "files", "examples": 1, "files": ["one.yml"], "doubles": 1, "refused": 1}
    ]


def test_a_download_holds_the_files_and_a_patch_that_applies(editor: Browser, folder: Path, tmp_path: Path) -> None:
    (folder / "two.yml").write_text((folder / "two.yml").read_text().rstrip("\n"))
    for text, label in (("jadwalku piye", "check_registration"), ("jual rumah", "out_of_scope")):
        collected(text)
        say(editor, ids(text), label)
    before = {path.name: path.read_text() for path in folder.iterdir()}
    answer = editor.post("/pemahaman/contoh/unduh")
    assert answer.headers["content-type"] == "application/zip"
    assert before == {path.name: path.read_text() for path in folder.iterdir()}, "nothing is written here"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert sorted(archive.namelist()) == ["contoh-baru.patch", "one.yml", "two.yml"]
        patch, one, two = (archive.read(name) for name in ("contoh-baru.patch", "one.yml", "two.yml"))
    subprocess.run(["git", "apply", "-"], input=patch, cwd=folder, check=True, capture_output=True)
    assert ((folder / "one.yml").read_bytes(), (folder / "two.yml").read_bytes()) == (one, two)
    assert b"- jual rumah" in two
    assert "2 contoh baru" not in editor.get("/pemahaman/contoh").text, "they are in the files by now"
    with transaction() as session:
        assert review.count_labelled(session) == 2, "until somebody says that they have arrived"


def test_what_has_arrived_elsewhere_is_marked_but_not_what_came_after_it(editor: Browser, folder: Path) -> None:
    for text in ("jadwalku piye", "jadwale kapan to"):
        collected(text)
        say(editor, ids(text), "check_registration")
    assert editor.post("/pemahaman/contoh/selesai", data={"ids": str(ids("jadwalku piye")[0])}).status_code == 200
    assert {row.text: row.exported_at is not None for row in rows()} == {
        "jadwalku piye": True,
        "jadwale kapan to": False,
    }
    assert (folder / "one.yml").read_text() == ONE


def test_a_broken_file_is_told_and_nothing_is_marked(editor: Browser, folder: Path) -> None:
    collected("jadwalku piye")
    say(editor, ids("jadwalku piye"), "check_registration")
    (folder / "one.yml").write_text("nlu: [")
    answer = editor.post("/pemahaman/contoh/tulis")
    assert answer.status_code == 409
    assert "tidak bisa" in answer.text
    assert editor.get("/pemahaman").status_code == 200, "and reviewing goes on"
    with transaction() as session:
        assert session.scalar(select(UnclearMessage.exported_at)) is None


def test_a_folder_that_cannot_be_written_leaves_the_download(editor: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    collected("jadwalku piye")
    say(editor, ids("jadwalku piye"), "check_registration")
    monkeypatch.setattr(pages, "_may_write", lambda folder: False)
    page = editor.get("/pemahaman/contoh").text
    assert "contoh/tulis" not in page
    assert "contoh/unduh" in page


def test_what_citizens_write_is_text_and_nothing_else(editor: Browser) -> None:
    collected('<script>alert(1)</script> "><img src=x>')
    assert "<script>alert" not in editor.get("/pemahaman").text
    assert "<img src=x" not in editor.get("/pemahaman").text


def test_it_is_for_who_writes_and_reviews(desk: Desk) -> None:
    for role in ("volunteer", "programme", "admin"):
        assert desk(role).get("/pemahaman").status_code == 403
        assert desk(role).post("/pemahaman/contoh/unduh").status_code == 403
