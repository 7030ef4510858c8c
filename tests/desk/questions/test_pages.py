"""Questions without an answer: to an existing answer, to a new one, or away; and answers that did not help."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import func, select

from siaga.content import parse_entry, store
from siaga.content.versions import last_published
from siaga.db import transaction
from siaga.db.audit import Audit
from siaga.knowledge import feedback, unanswered
from siaga.knowledge.tables import UnansweredQuestion
from siaga.people.contacts import ensure_contact
from tests.content.given import taken
from tests.desk.conftest import Browser, Desk

NOW = datetime.now(timezone.utc)
KEY = "covid-apa-itu"


def ask(person: int, text: str, *, days: int = 0, nearest: tuple[str, ...] = (KEY,)) -> int:
    with transaction() as session:
        contact_id = ensure_contact(session, phone=f"62800000{person:04}").id
        unanswered.keep(
            session, contact_id, text, message_id=f"wamid.{person}.{text}", at=NOW - timedelta(days=days),
            intent="ask_vaccine_question", nearest=nearest,
        )  # fmt: skip
        return int(session.scalar(select(func.max(UnansweredQuestion.id))))


def left() -> int:
    with transaction() as session:
        return int(session.scalar(select(func.count()).select_from(UnansweredQuestion)))


@pytest.fixture
def editor(desk: Desk, tmp_path: Path) -> Browser:
    """With our own answers in the database."""
    taken(tmp_path, "answer")
    return desk("editor")


def test_what_most_people_ask_comes_first_with_the_nearest_answers(editor: Browser) -> None:
    ask(1, "imun bawaan kelelawar itu apaan")
    for person in (2, 3):
        number = ask(person, "virus mers bedanya apa")
    page = editor.get("/pertanyaan").text
    assert page.index("virus mers") < page.index("kelelawar")
    assert "2 orang" in page
    assert "Apa itu COVID-19?" in page
    assert "Apa itu COVID-19?</button>" in editor.get(f"/pertanyaan/{number}").text


def test_a_question_becomes_a_way_to_ask_in_a_draft_and_all_around_stays(editor: Browser) -> None:
    number = ask(1, "corona: makhluk apa sih #itu")
    ask(2, "corona: makhluk apa sih #itu")
    with transaction() as session:
        before = str(last_published(session, "answer", KEY).body)
    form = {"jawaban": KEY, "teks": "corona: makhluk apa sih #itu"}
    assert editor.post(f"/pertanyaan/{number}/cara", data=form).headers["location"] == f"/pertanyaan?naskah={KEY}"
    with transaction() as session:
        (version,) = store.open_versions(session, "answer")
        assert (version.key, version.made_by, version.state) == (KEY, "editor", "draft")
        added = [line for line in version.body.splitlines() if line not in before.splitlines()]
        assert len(added) == 1
        assert [line for line in before.splitlines() if line not in version.body.splitlines()] == []
        assert parse_entry(version.body, Path("x"))["variants"][-1] == form["teks"]
    assert left() == 0
    assert f'href="/isi/answer/{KEY}"' in editor.get(f"/pertanyaan?naskah={KEY}").text
    assert editor.get(f"/isi/answer/{KEY}").status_code == 200


def test_a_second_way_joins_ones_own_draft_and_leaves_a_colleagues_alone(editor: Browser, desk: Desk) -> None:
    first, second, third = (
        ask(1, text) for text in ("corona makhluk apa sih", "covid bentuknya gimana", "korona apose")
    )
    editor.post(f"/pertanyaan/{first}/cara", data={"jawaban": KEY, "teks": "corona makhluk apa sih"})
    by_question = {"jawaban": "", "lain": "Apa itu COVID-19?", "teks": "covid bentuknya gimana"}
    editor.post(f"/pertanyaan/{second}/cara", data=by_question)
    with transaction() as session:
        (version,) = store.open_versions(session, "answer")
        ways = parse_entry(version.body, Path("x"))["variants"]
        assert ways[-2:] == ["corona makhluk apa sih", "covid bentuknya gimana"]
    answer = desk("reviewer").post(f"/pertanyaan/{third}/cara", data={"jawaban": KEY, "teks": "korona apose"})
    assert (answer.status_code, "sedang ditulis" in answer.text) == (422, True)
    assert left() == 1, "and the question waits on"


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"jawaban": KEY, "teks": "COVID itu apa?"}, "sudah menjadi cara bertanya"),
        ({"jawaban": KEY, "teks": "nik 3578011708549001 kenapa"}, "nomor panjang"),
        ({"jawaban": KEY, "teks": " - "}, "Tulis dulu"),
        ({"jawaban": "no-such", "teks": "apa ya"}, "Pilih dulu"),
    ],
)
def test_what_cannot_be_added_is_told(editor: Browser, form: dict[str, str], told: str) -> None:
    number = ask(1, "corona makhluk apa sih")
    answer = editor.post(f"/pertanyaan/{number}/cara", data=form)
    assert (answer.status_code, told in answer.text) == (422, True)
    with transaction() as session:
        assert store.open_versions(session, "answer") == []
    assert left() == 1


def test_a_new_answer_begins_with_the_question_and_its_wordings(editor: Browser) -> None:
    number = ask(1, "virus mers bedanya apa")
    ask(2, "min virus mers bedanya apa ya")
    form = {"nama": "mers-beda", "berkas": "other_diseases.yml", "tanya": "Apa beda MERS dan COVID-19?"}
    answer = editor.post(f"/pertanyaan/{number}/baru", data=form)
    assert answer.headers["location"] == "/isi/answer/mers-beda/tulis"
    with transaction() as session:
        (version,) = store.open_versions(session, "answer")
        entry = parse_entry(version.body, Path("x"))
        assert entry["question"] == form["tanya"]
        assert set(entry["variants"]) == {"virus mers bedanya apa", "min virus mers bedanya apa ya"}
    assert left() == 2, "until the answer is there"
    assert form["tanya"] in editor.get("/isi/answer/mers-beda/tulis").text, "and the editor goes on with it"
    for wrong in ({"nama": KEY}, {"nama": "Ada Spasi"}, {"berkas": "none.yml", "nama": "lain"}):
        assert editor.post(f"/pertanyaan/{number}/baru", data={**form, **wrong}).status_code == 422


def test_what_needs_no_answer_is_dismissed_as_a_group(editor: Browser) -> None:
    number = ask(1, "virus mers bedanya apa")
    ask(2, "virus mers bedanya apa ya")
    ask(3, "jual pulsa ga")
    assert editor.post(f"/pertanyaan/{number}/hapus").headers["location"] == "/pertanyaan?dihapus=1"
    assert left() == 1
    with transaction() as session:
        (noted,) = session.scalars(select(Audit).where(Audit.action == "question.settle"))
        assert (noted.actor, noted.detail) == ("editor", {"how": "dismissed", "questions": 2, "answer": ""})
    assert editor.post(f"/pertanyaan/{number}/hapus").status_code == 404


def test_answers_that_many_did_not_find_helpful_are_shown(editor: Browser) -> None:
    with transaction() as session:
        for person in range(4):
            contact_id = ensure_contact(session, phone=f"62800000{person:04}").id
            for answer_id, helpful in ((KEY, person == 0), ("covid-gejala", person > 1)):
                feedback.record(session, contact_id, answer_id, helpful, message_id=f"wamid.{person}", at=NOW)
    page = editor.get("/pertanyaan/kurang-pas").text
    assert "Apa itu COVID-19?" in page
    assert "Apa gejala COVID-19?" not in page, "two are not many"


def test_without_answers_in_the_database_that_is_told(desk: Desk) -> None:
    number = ask(1, '<script>alert(1)</script> "><img src=x>')
    page = desk("reviewer").get(f"/pertanyaan/{number}").text
    assert "siaga content import" in page
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_it_is_for_who_writes_and_reviews(desk: Desk) -> None:
    for role in ("volunteer", "programme", "admin"):
        assert desk(role).get("/pertanyaan").status_code == 403
        assert desk(role).post("/pertanyaan/1/hapus").status_code == 403
