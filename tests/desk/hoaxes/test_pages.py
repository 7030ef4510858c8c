"""Claims that citizens ask about: which known one each is, who is told, and what becomes a new entry."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import pytest
from sqlalchemy import select, update

from siaga.content import parse_entry, store
from siaga.db import transaction
from siaga.db.audit import Audit
from siaga.hoaxes import Checker, queue
from siaga.hoaxes.tables import HoaxQuestion
from siaga.people.tables import Notice, Task
from tests.content.given import taken
from tests.desk.conftest import Desk
from tests.hoaxes.conftest import claims, few  # noqa: F401
from tests.hoaxes.test_queue import LOCKDOWN, SPRAY, asked, wants

pytestmark = pytest.mark.usefixtures("claims", "database")

NOW = datetime.now(timezone.utc)


def test_an_alarm_comes_first_then_what_most_people_ask(desk: Desk) -> None:
    one, many = asked(1, SPRAY), asked(2, LOCKDOWN)
    asked(3, LOCKDOWN)
    page = desk("volunteer").get("/kabar").text
    assert page.index(f"/kabar/{many}") < page.index(f"/kabar/{one}")
    with transaction() as session:
        session.execute(update(HoaxQuestion).where(HoaxQuestion.id == one).values(alarmed_at=NOW))
    page = desk("volunteer").get("/kabar").text
    assert page.index(f"/kabar/{one}") < page.index(f"/kabar/{many}")
    assert "ramai ditanyakan" in page


def test_a_known_claim_is_told_to_who_wants_to_know(desk: Desk, claims: Checker) -> None:  # noqa: F811
    for person in range(1, 7):
        question = asked(person, LOCKDOWN)
    for person in (1, 2):
        wants(person, question)
    claim = claims.claims[0]
    editor = desk("editor")
    looked = editor.get(f"/kabar/{question}/jawab?klaim={claim.id}").text
    assert "<strong>2 orang</strong>" in looked
    with transaction() as session:
        assert session.scalars(select(Notice)).all() == [], "nobody is told by looking"
    answer = editor.post(f"/kabar/{question}/jawab", data={"klaim": claim.id})
    assert answer.headers["location"] == "/kabar?dikabari=2"
    with transaction() as session:
        planned = session.scalars(select(Notice)).all()
        assert [notice.values["kabar"] for notice in planned] == [claim.claim] * 2
        (task,) = session.scalars(select(Task).where(Task.kind == "hoax_alarm"))
        assert (task.status, task.done_by) == ("done", "editor")
        assert session.scalars(select(Audit.actor).where(Audit.action == "hoax.answer")).all() == ["editor"]
    assert editor.post(f"/kabar/{question}/jawab", data={"klaim": claim.id}).status_code == 404, "nobody is told twice"
    assert editor.get(f"/kabar/{question}").status_code == 404


def test_the_nearest_claims_stand_by_a_question_with_their_scores(desk: Desk, claims: Checker) -> None:  # noqa: F811
    claim = claims.claims[0]
    (best, score), *_ = claims.nearest(claim.claim)
    assert (best, score > 0.5) == (claim, True)
    assert claims.nearest("zzz") == []
    question = asked(1, f"{claim.claim} sampai bulan depan di kampung sebelah kata tetangga")
    page = desk("reviewer").get(f"/kabar/{question}").text
    assert f"klaim={claim.id}" in page
    assert "kemiripan" in page


def test_others_in_nearly_the_same_words_are_shown(desk: Desk) -> None:
    question = asked(1, "mulai senin besok seluruh jawa timur lockdown total tiga hari, pasar ditutup")
    other = asked(2, "mulai senin besok seluruh sekolah di jawa timur libur dua minggu")
    asked(3, SPRAY)
    with transaction() as session:
        found = queue.alike(queue.one(session, question), queue.waiting(session))
    assert [one.id for one in found] == [other]
    assert f'href="/kabar/{other}"' in desk("volunteer").get(f"/kabar/{question}").text


def test_what_is_no_claim_is_dropped_and_nobody_is_told(desk: Desk) -> None:
    question = asked(1)
    wants(1, question)
    assert desk("reviewer").post(f"/kabar/{question}/tutup").headers["location"] == "/kabar?ditutup=1"
    with transaction() as session:
        assert session.scalars(select(HoaxQuestion.state)).all() == ["dropped"]
        assert session.scalars(select(Notice)).all() == []
    assert desk("reviewer").post(f"/kabar/{question}/tutup").status_code == 404


def test_a_claim_that_is_not_there_answers_nothing(desk: Desk) -> None:
    question = asked(1)
    assert desk("editor").get(f"/kabar/{question}/jawab?klaim=nonsense").status_code == 404
    assert desk("editor").post(f"/kabar/{question}/jawab", data={"klaim": "nonsense"}).status_code == 404
    with transaction() as session:
        assert session.scalars(select(HoaxQuestion.state)).all() == ["open"]


def test_a_new_claim_begins_as_a_draft_with_the_citizens_words(desk: Desk, tmp_path: Path) -> None:
    taken(tmp_path, "hoax")
    question = asked(1)
    editor = desk("editor")
    form = {"nama": "lockdown-senin", "berkas": "rules_and_aid.yml"}
    assert editor.post(f"/kabar/{question}/tulis", data=form).headers["location"] == "/isi/hoax/lockdown-senin/tulis"
    with transaction() as session:
        (version,) = store.open_versions(session, "hoax")
        assert (version.made_by, version.file, version.state) == ("editor", "rules_and_aid.yml", "draft")
        entry = parse_entry(version.body, tmp_path)
        assert (entry["id"], entry["claim"]) == ("lockdown-senin", LOCKDOWN)
    assert LOCKDOWN in editor.get("/isi/hoax/lockdown-senin/tulis").text, "and the editor goes on with it"
    for wrong in ({"nama": "lockdown-senin"}, {"nama": "Ada Spasi"}, {"berkas": "../x.yml"}):
        answer = editor.post(f"/kabar/{question}/tulis", data={**form, **wrong})
        assert answer.status_code == 422


def test_volunteers_and_staff_only_look(desk: Desk) -> None:
    question = asked(1, '<script>alert(1)</script> "><img src=x> lockdown total di kota malang besok')
    for role in ("volunteer", "programme"):
        browser = desk(role)
        page = browser.get(f"/kabar/{question}").text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "/tutup" not in page
        for path in ("jawab", "tutup", "tulis"):
            assert browser.post(f"/kabar/{question}/{path}").status_code == 403
    assert desk("admin").get("/kabar").status_code == 403
