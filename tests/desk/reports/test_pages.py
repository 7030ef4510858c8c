"""Reports at the desk: who needs help first, who looked is noted, and reporters are told what becomes of them."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from sqlalchemy import select, update

from siaga.db import transaction
from siaga.db.audit import Audit
from siaga.desk.reports.pages import LABELS
from siaga.media.tables import Media
from siaga.people.tables import Notice, Task
from siaga.reports import Where
from siaga.reports.status import STATUSES
from siaga.reports.tables import Report
from tests.desk.conftest import Desk
from tests.reports.test_recording import WORDS, made

pytestmark = pytest.mark.usefixtures("database")


def noted(action: str) -> list[tuple[str, dict[str, Any]]]:
    with transaction() as session:
        rows = session.scalars(select(Audit).where(Audit.action == action).order_by(Audit.id))
        return [(row.actor, row.detail) for row in rows]


def test_every_status_has_a_label() -> None:
    assert LABELS.keys() == STATUSES.keys()


def test_who_needs_help_comes_first_and_nobodys_words_stand_in_the_list(desk: Desk) -> None:
    crowd = made("m1", 1).code
    urgent = made("m2", 2, kind="needs_help", what="butuh oksigen").code
    page = desk("volunteer").get("/laporan").text
    assert page.index(urgent) < page.index(crowd)
    assert WORDS not in page
    assert "butuh oksigen" not in page
    assert noted("report.show") == []


def test_the_list_is_filtered(desk: Desk) -> None:
    here, there = made("m1", 1).code, made("m2", 2, where=Where("alun-alun", "35.15", None), kind="protocol").code
    volunteer = desk("volunteer")
    for query, expected in (
        ("wilayah=35.78", {here}), ("jenis=protocol", {there}), ("keadaan=new", {here, there}),
        ("keadaan=done", set()), ("keadaan=all", {here, there}), ("jenis=<script>&wilayah=z&keadaan=x", {here, there}),
    ):  # fmt: skip
        page = volunteer.get(f"/laporan?{query}").text
        assert {code for code in (here, there) if f"/laporan/{code}" in page} == expected, query
        assert "<script>&" not in page


def test_a_report_is_read_by_who_may_and_that_is_noted(desk: Desk) -> None:
    code = made(what="<script>alert(1)</script> rame").code
    page = desk("volunteer").get(f"/laporan/{code.lower()}").text
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert noted("report.show") == [("volunteer", {"report": code})]
    admin = desk("admin").get(f"/laporan/{code}").text
    assert "alert(1)" not in admin
    assert "pasar" not in admin, "neither the words nor the place"
    assert len(noted("report.show")) == 1


@pytest.mark.parametrize("path", ["/laporan/LP-7K2M-9Q", "/laporan/nonsense", "/laporan/LP-7K2M-9Q/gambar"])
def test_what_is_not_there_is_told(desk: Desk, path: str) -> None:
    assert desk("volunteer").get(path).status_code == 404


def test_a_change_tells_the_reporter_and_ends_the_task(desk: Desk) -> None:
    code = made().code
    volunteer = desk("volunteer")
    form = {"keadaan": "done", "jawaban": "Sudah  kami datangi."}
    assert volunteer.post(f"/laporan/{code}/keadaan", data=form).headers["location"] == f"/laporan/{code}"
    with transaction() as session:
        (notice,) = session.scalars(select(Notice))
        assert notice.values == {"nomor": code, "keadaan": "sudah ditangani", "jawaban": "Sudah kami datangi."}
        (task,) = session.scalars(select(Task))
        assert (task.status, task.done_by) == ("done", "volunteer")
    volunteer.post(f"/laporan/{code}/keadaan", data={"keadaan": "working"})
    with transaction() as session:
        (task,) = session.scalars(select(Task))
        assert (task.status, task.done_by) == ("open", None), "it is open again with the report"


def test_an_answer_that_does_not_fit_and_a_state_that_is_none_change_nothing(desk: Desk) -> None:
    code = made().code
    volunteer = desk("volunteer")
    answer = volunteer.post(f"/laporan/{code}/keadaan", data={"keadaan": "done", "jawaban": "a" * 151})
    assert (answer.status_code, "a" * 151 in answer.text) == (422, True)
    assert volunteer.post(f"/laporan/{code}/keadaan", data={"keadaan": "burnt"}).status_code == 422
    with transaction() as session:
        assert session.scalars(select(Report.status)).all() == ["new"]


def test_who_stayed_unknown_is_not_told_and_the_whole_group_is_answered_at_once(desk: Desk) -> None:
    first, second = made("m1", 1).code, made("m2", None).code
    page = desk("programme").get(f"/laporan/{second}").text
    assert "memilih anonim" in page
    assert f"/laporan/{first}" in page
    desk("programme").post(f"/laporan/{second}/keadaan", data={"keadaan": "closed", "semua": "1"})
    with transaction() as session:
        assert session.scalars(select(Report.status)).all() == ["closed", "closed"]
        assert session.scalars(select(Notice.about)).all() == [first]


def test_a_picture_is_shown_to_who_may_read_and_that_is_noted(desk: Desk) -> None:
    code = made().code
    content = b"\xff\xd8\xff picture"
    with transaction() as session:
        session.add(Media(sha256="a" * 64, mime="image/jpeg", content=content))
        session.execute(update(Report).values(picture="media:" + "a" * 64))
    volunteer = desk("volunteer")
    assert f'src="/laporan/{code}/gambar"' in volunteer.get(f"/laporan/{code}").text
    answer = volunteer.get(f"/laporan/{code}/gambar")
    assert (answer.content, answer.headers["content-type"]) == (content, "image/jpeg")
    assert noted("report.picture") == [("volunteer", {"report": code})]
    assert desk("admin").get(f"/laporan/{code}/gambar").status_code == 403
    with transaction() as session:
        session.execute(update(Media).values(mime="image/svg+xml"))
    assert volunteer.get(f"/laporan/{code}/gambar").status_code == 404, "a drawing may hold scripts"


def test_the_table_holds_nothing_personal_and_no_formula(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    code = made(what="=1+1 rahasia").code
    monkeypatch.setattr("siaga.places.regions.full_name", lambda region: "=cmd()")
    answer = desk("programme").get("/laporan/unduh.csv")
    assert "rahasia" not in answer.text
    assert "wonokromo" not in answer.text
    head, line = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    row = dict(zip(head, line, strict=True))
    assert (row["nomor"], row["jenis"], row["wilayah"], row["keadaan"]) == (code, "Kerumunan", "'=cmd()", "baru")
    assert noted("report.table") == [("programme", {"reports": 1})]
    assert desk("volunteer").get("/laporan/unduh.csv").status_code == 403


def test_it_is_for_who_works_with_citizens(desk: Desk) -> None:
    for role in ("editor", "reviewer"):
        assert desk(role).get("/laporan").status_code == 403
