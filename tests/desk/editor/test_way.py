"""From a draft to what the bot says, and back: who may do what, and what is told on the way."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import select

from siaga.content import live, store
from siaga.content.tables import ContentVersion
from siaga.db import transaction
from siaga.db.audit import Audit
from siaga.desk.showing import local
from siaga.settings import settings
from tests.desk.conftest import Browser, Desk
from tests.desk.editor.conftest import open_page

pytestmark = pytest.mark.usefixtures("content")


def told(key: str = "vaksin-halal") -> str:
    """What the bot says now."""
    live.refresh()
    return next((str(entry["short"]) for entry in live.entries("answer") if entry.id == key), "")


def version_of(state: str, key: str = "vaksin-halal") -> int:
    """The latest version of an entry in a state."""
    with transaction() as session:
        found = session.scalars(
            select(ContentVersion.id)
            .where(ContentVersion.key == key, ContentVersion.state == state)
            .order_by(ContentVersion.id.desc())
        ).first()
    assert found is not None
    return int(found)


def approved(desk: Desk, text: str = "Teks *baru*.") -> int:
    """A version of the editor's that a reviewer has approved."""
    assert open_page(desk("editor")).send(aksi="ajukan", short=text).status_code == 303
    number = version_of("review")
    assert desk("reviewer").post(f"/isi/tinjau/{number}/setujui").status_code == 303
    return number


def published(browser: Browser, *numbers: int, **when: str) -> int:
    """The release with which versions were published."""
    answer = browser.post("/isi/terbitkan", data={"naskah": [str(number) for number in numbers], **when})
    assert answer.status_code == 303, answer.text
    found = re.search(r"/isi/terbitan/(\d+)", answer.headers["location"])
    assert found
    return int(found[1])


def test_an_editor_writes_a_reviewer_approves_and_the_bot_says_it_until_it_is_taken_back(desk: Desk) -> None:
    editor, reviewer = desk("editor"), desk("reviewer")
    page = open_page(editor).save(short="Teks *baru*.", catatan="lebih singkat")
    assert "Draf tersimpan" in page.text
    assert 'Draf saya <span class="lencana">1' in editor.get("/isi").text
    assert told().startswith("Ada yang")
    assert page.send(aksi="ajukan").status_code == 303

    queue = reviewer.get("/isi/tinjau").text
    assert "lebih singkat" in queue
    assert re.search(r"<ins>.*?baru", queue, re.S)
    number = version_of("review")
    assert reviewer.post(f"/isi/tinjau/{number}/setujui").headers["location"].endswith("disetujui")
    release = published(editor, number, catatan="hari ini")
    assert told() == "Teks *baru*."

    confirm = editor.get(f"/isi/terbitan/{release}?tanya=true").text
    assert "Ya, tarik kembali" in confirm
    assert re.search(r"<ins>.*?Ada", confirm, re.S)
    assert told() == "Teks *baru*.", "asking takes nothing back"
    assert editor.post(f"/isi/terbitan/{release}/tarik").status_code == 303
    assert told().startswith("Ada yang")
    assert editor.post(f"/isi/terbitan/{release}/pulihkan").status_code == 303
    assert told() == "Teks *baru*."

    with transaction() as session:
        done = session.execute(select(Audit.actor, Audit.action).order_by(Audit.id)).all()
    assert [tuple(row) for row in done][-5:] == [
        ("editor", "content_submit"),
        ("reviewer", "content_approve"),
        ("editor", "content_publish"),
        ("editor", "content_undo"),
        ("editor", "content_redo"),
    ]


def test_nobody_approves_what_they_wrote_nor_an_editor_at_all(desk: Desk) -> None:
    reviewer = desk("reviewer")
    assert open_page(reviewer).send(aksi="ajukan", short="Tulisan peninjau.").status_code == 303
    number = version_of("review")
    assert "Setujui" not in reviewer.get("/isi/tinjau").text
    refused = reviewer.post(f"/isi/tinjau/{number}/setujui")
    assert refused.status_code == 422
    assert "harus orang lain" in refused.text
    assert desk("editor").post(f"/isi/tinjau/{number}/setujui").status_code == 403
    assert desk("editor").post(f"/isi/tinjau/{number}/kembalikan", data={"catatan": "x"}).status_code == 403
    assert desk("reviewer", login="lain").post(f"/isi/tinjau/{number}/setujui").status_code == 303


def test_where_a_programme_has_one_person_they_may_do_it_all(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "content_one_person", True)
    editor = desk("editor")
    open_page(editor).send(aksi="ajukan", short="Sendirian.")
    assert editor.post(f"/isi/tinjau/{version_of('review')}/setujui").status_code == 303
    published(editor, version_of("approved"))
    assert told() == "Sendirian."


def test_what_is_sent_back_comes_with_its_remark(desk: Desk) -> None:
    editor, reviewer = desk("editor"), desk("reviewer")
    open_page(editor).send(aksi="ajukan", short="Kurang tepat.")
    number = version_of("review")
    assert reviewer.post(f"/isi/tinjau/{number}/kembalikan", data={"catatan": " "}).status_code == 422
    assert reviewer.post(f"/isi/tinjau/{number}/kembalikan", data={"catatan": "Sebut sumbernya"}).status_code == 303
    assert "Sebut sumbernya" in editor.get("/isi").text
    assert "Sebut sumbernya" in open_page(editor).text


def test_programme_staff_see_all_of_it_and_change_nothing(desk: Desk) -> None:
    number = approved(desk)
    staff = desk("programme")
    for address in ("/isi", "/isi/answer", "/isi/answer/vaksin-halal", "/isi/tinjau", "/isi/terbitan", "/isi/naskah"):
        answer = staff.get(address)
        assert answer.status_code == 200, address
        assert '<form method="post" action="/isi' not in answer.text, address
        assert "/tulis" not in answer.text, address
    for address in (
        "/isi/terbitkan",
        "/isi/terbitan/1/tarik",
        "/isi/answer/vaksin-halal/tulis",
        f"/isi/tinjau/{number}/setujui",
    ):
        assert staff.post(address).status_code == 403, address
    assert desk("volunteer").get("/isi").status_code == 403


def test_it_is_published_for_a_time(desk: Desk) -> None:
    number = approved(desk)
    editor = desk("editor")
    now = local(datetime.now(timezone.utc))
    starts, ends = (f"{now + timedelta(days=days):%Y-%m-%dT%H:%M}" for days in (1, 2))
    over = editor.post("/isi/terbitkan", data={"naskah": str(number), "mulai": ends, "sampai": starts})
    assert over.status_code == 422
    assert "Akhirnya sebelum mulainya" in over.text
    assert f'value="{ends}"' in over.text
    published(editor, number, mulai=starts, sampai=ends)
    assert told().startswith("Ada yang")
    overview = editor.get("/isi").text
    assert 'Terencana <span class="lencana">1' in overview
    with transaction() as session:
        tomorrow = store.standing(session, datetime.now(timezone.utc) + timedelta(days=1, minutes=1))
        assert "Teks *baru*." in next(str(one.body) for one in tomorrow.versions if one.key == "vaksin-halal")


def test_the_first_page_names_what_is_due_and_the_search_finds_it_in_everyday_words(desk: Desk) -> None:
    editor = desk("editor")
    overview = editor.get("/isi").text
    assert 'Perlu diperiksa ulang <span class="lencana lencana--awas">1' in overview
    found = editor.get("/isi", params={"cari": "bumil boleh vaksin ga"}).text
    assert "/isi/answer/vaksin-hamil" in found
    assert "Tidak ada naskah" in editor.get("/isi", params={"cari": "qwertyu"}).text


def test_an_entry_is_taken_away_with_a_warning_of_what_leads_to_it(desk: Desk) -> None:
    editor, reviewer = desk("editor"), desk("reviewer")
    warning = editor.get("/isi/answer/vaksin-halal/hapus").text
    assert "/isi/front/menu/tulis" in warning
    assert "/isi/answer/vaksin-hamil/tulis" in warning
    assert editor.post("/isi/answer/vaksin-hamil/hapus", data={"catatan": "digabung"}).status_code == 303
    number = version_of("draft", "vaksin-hamil")
    assert editor.post(f"/isi/answer/vaksin-hamil/ajukan/{number}").status_code == 303
    assert reviewer.post(f"/isi/tinjau/{number}/setujui").status_code == 303
    published(editor, number)
    assert told("vaksin-hamil") == ""


def test_a_new_entry_is_named_placed_and_written(desk: Desk) -> None:
    editor = desk("editor")
    for wrong in ("Huruf Besar", "vaksin-halal", "../x"):
        assert editor.post("/isi/answer/baru", data={"nama": wrong, "berkas": "answers.yml"}).status_code == 422
    began = editor.post("/isi/answer/baru", data={"nama": "vaksin-flu", "berkas": "answers.yml"})
    page = open_page(editor, key="vaksin-flu", query=began.headers["location"].partition("tulis")[2])
    halted = page.send(aksi="ajukan", question="Perlukah vaksin flu?")
    assert halted.status_code == 422
    assert "“Teks tombol” belum diisi" in halted.text
    page = open_page(editor, key="vaksin-flu")
    ways = "\n".join(f"vaksin flu cara {number}" for number in range(6))
    done = page.send(aksi="ajukan", label="Vaksin flu", short="Setahun sekali.", source="IDAI, 2025", variants=ways)
    assert done.status_code == 303, done.text
    with transaction() as session:
        draft = session.get(ContentVersion, version_of("review", "vaksin-flu"))
        assert draft.file == "answers.yml"
        assert draft.body.startswith("id: vaksin-flu\nquestion: Perlukah vaksin flu?\nlabel: Vaksin flu\n")


def test_health_workers_get_one_file(desk: Desk) -> None:
    answer = desk("reviewer").get("/isi/naskah")
    assert "attachment" in answer.headers["content-disposition"]
    assert "Ada yang <strong>halal</strong>" in answer.text


def test_a_draft_is_given_up_by_who_wrote_it(desk: Desk) -> None:
    open_page(desk("editor")).save(short="Coba.")
    number = version_of("draft")
    assert desk("editor", login="lain").post(f"/isi/answer/vaksin-halal/batalkan/{number}").status_code == 403
    assert desk("editor").post(f"/isi/answer/vaksin-halal/batalkan/{number}").status_code == 303
    page = desk("editor").get("/isi/answer/vaksin-halal").text
    assert "Draf Anda" not in page
    assert "1 draf lama" in page


def test_a_notice_of_the_day_has_its_place_and_its_times(desk: Desk) -> None:
    editor = desk("editor")
    began = editor.post("/isi/front/baru", data={"nama": "libur-natal", "jenis": "notice"})
    page = open_page(editor, "front", "libur-natal", began.headers["location"].partition("tulis")[2])
    page.save(text="Libur.", **{"from": "2026-12-23T08:00", "until": "2026-12-24T16:00"})
    with transaction() as session:
        draft = session.get(ContentVersion, version_of("draft", "libur-natal"))
        assert draft.file == "notices.yml"
        assert draft.body == (
            "id: libur-natal\nis: notice\ntext: Libur.\nfrom: 2026-12-23 08:00\nuntil: 2026-12-24 16:00"
        )
