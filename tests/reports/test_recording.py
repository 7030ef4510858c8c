"""Writing reports down, what staff do with them, who is told, and how they are forgotten."""

from __future__ import annotations

import json
import threading
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import func, select, update
from typer.testing import CliRunner

from siaga.db import transaction
from siaga.db.audit import Audit
from siaga.media.tables import Media, ReceivedMedia
from siaga.people.tables import Contact, Notice, Task
from siaga.reports import New, Recorded, TooMany, When, Where, record, set_status, staff, status_of
from siaga.reports.codes import CODES
from siaga.reports.commands import app
from siaga.reports.status import UnknownReport
from siaga.reports.tables import Report, ReportTried
from siaga.retention.sweeping import sweep
from siaga.settings import settings
from tests.media.files import picture
from tests.registration.given import contact

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=timezone.utc)
PASAR = Where("pasar wonokromo", "35.78", "35.78.04")
WORDS = "pasar rame banget ga pake masker"


def made(message: str = "m1", number: int | None = 1, **differs: Any) -> Recorded:
    """A report of a contact with this number, or of nobody."""
    given: dict[str, Any] = {"kind": "crowd", "what": WORDS, "where": PASAR, "when": When("tadi pagi", NOW), "at": NOW}
    with transaction() as session:
        key = contact(session, number) if number else None
        return record(session, New(message_id=message, contact_key=key, **{**given, **differs}))


def count(table: Any) -> int:
    with transaction() as session:
        return int(session.scalar(select(func.count()).select_from(table)))


@pytest.mark.parametrize("number", [1, None])
def test_the_same_message_makes_one(database: str, number: int | None) -> None:
    assert made(number=number) == made(number=number)
    assert (count(Report), count(Task)) == (1, 1)


def test_a_replay_that_names_nobody_finds_the_one_with_a_name(database: str) -> None:
    assert made(number=1).code == made(number=None).code


def test_words_are_sealed(database: str) -> None:
    made()
    with transaction() as session:
        row = session.connection().exec_driver_sql("SELECT what, place, when_told FROM report").one()
    assert not any(b"pasar" in bytes(value) or b"tadi" in bytes(value) for value in row)


def test_an_unknown_kind_is_refused(database: str) -> None:
    with pytest.raises(ValueError, match="no kind"):
        made(kind="nonsense")


def test_two_at_once_are_one_group_with_two_numbers(database: str) -> None:
    with transaction() as session:
        for number in (1, 2):
            contact(session, number)
    second: list[Recorded] = []
    thread = threading.Thread(target=lambda: second.append(made("m2", 2)))
    with transaction() as session:
        new = New("crowd", WORDS, PASAR, None, NOW, "m1", contact(session, 1))
        first = record(session, new)
        thread.start()
        thread.join(0.5)
        assert second == [], "it waits to see what the first becomes"
    thread.join()
    assert (first.others, second[0].others) == (0, 1) and first.code != second[0].code


def test_what_is_over_gathers_no_more(database: str) -> None:
    first = made()
    with transaction() as session:
        set_status(session, first.code, "done", actor="uji", now=NOW)
    assert made("m2", 2).others == 0


def test_of_other_things_nothing_is_grouped(database: str) -> None:
    made(kind="other")
    assert made("m2", 2, kind="other").others == 0


# ---------------------------------------------------------------------- what became of it
def notices() -> list[tuple[str, dict[str, str]]]:
    with transaction() as session:
        return [(one.status, one.values) for one in session.scalars(select(Notice).order_by(Notice.id))]


def test_the_reporter_is_told_and_the_task_done(database: str) -> None:
    code = made().code
    with transaction() as session:
        assert set_status(session, code, "done", " Sudah\n dibubarkan. ", actor="uji", now=NOW) == [code]
    ((status, values),) = notices()
    assert status == "planned"
    assert values == {"nomor": code, "keadaan": "sudah ditangani", "jawaban": "Sudah dibubarkan."}
    with transaction() as session:
        (task,) = session.scalars(select(Task))
        assert (task.status, task.done_at) == ("done", NOW)
        (entry,) = session.scalars(select(Audit))
        assert (entry.actor, entry.action) == ("uji", "report.set") and "dibubarkan" not in repr(entry.detail)
        set_status(session, code, "working", actor="uji", now=NOW)
    with transaction() as session:
        (task,) = session.scalars(select(Task))
        assert (task.status, task.done_at) == ("open", None)


def test_said_once_more_tells_nobody(database: str) -> None:
    code = made().code
    for at in (NOW, NOW + timedelta(hours=1)):
        with transaction() as session:
            changed = set_status(session, code, "seen", actor="uji", now=at)
    assert changed == [] and len(notices()) == 1 and count(Audit) == 1


def test_nobody_is_told_of_a_report_without_a_name(database: str) -> None:
    code = made(number=None).code
    with transaction() as session:
        assert set_status(session, code, "done", "Beres.", actor="uji", now=NOW) == [code]
    assert notices() == []


def test_a_whole_group_is_told(database: str) -> None:
    codes = [made().code, made("m2", 2).code]
    with transaction() as session:
        assert set_status(session, codes[1], "working", actor="uji", now=NOW) == codes[1:]
    with transaction() as session:
        assert set_status(session, codes[1], "done", actor="uji", now=NOW, whole_group=True) == codes[::-1]


def test_what_does_not_fit_is_refused(database: str) -> None:
    code = made().code
    with transaction() as session:
        with pytest.raises(ValueError, match="at most 150"):
            set_status(session, code, "done", "x" * 151, actor="uji", now=NOW)
        with pytest.raises(ValueError, match="must be one of"):
            set_status(session, code, "gone", actor="uji", now=NOW)
        with pytest.raises(UnknownReport):
            set_status(session, CODES.new(), "done", actor="uji", now=NOW)


def test_guesses_are_counted_but_slips_are_not_counted_twice(database: str) -> None:
    code, day = made().code, NOW.date()
    with transaction() as session:
        key = contact(session, 2)
    wrong = CODES.new()
    for _ in range(30):
        with transaction() as session:
            assert status_of(session, key, wrong, day) is None
    for _ in range(settings().report_tries_per_day - 1):
        with transaction() as session:
            assert status_of(session, key, CODES.new(), day) is None
    with transaction() as session:
        assert isinstance(status_of(session, key, CODES.new(), day), TooMany)
        assert isinstance(status_of(session, key, code, day), TooMany), "right or wrong"
    with transaction() as session:
        assert not isinstance(status_of(session, contact(session, 1), code, day), TooMany | None)
        assert not isinstance(status_of(session, key, code, day + timedelta(days=1)), TooMany | None)
        assert status_of(session, key, wrong, day + timedelta(days=1)) is None
    assert count(ReportTried) == 1, "of days before nothing is kept"


# ---------------------------------------------------------------------- staff
def test_the_list_has_no_words_and_who_needs_help_first(database: str) -> None:
    made()
    made("m2", 2, kind="needs_help", what="isoman ga ada makanan", at=NOW + timedelta(hours=1))
    ended = made("m3", 3, where=Where("terminal", "35.15"))
    with transaction() as session:
        set_status(session, ended.code, "closed", actor="uji", now=NOW)
        rows = staff.listed(session)
        assert [row.kind for row in rows] == ["needs_help", "crowd"]
        assert "pasar" not in repr(rows) and "makanan" not in repr(rows)
        assert len(staff.listed(session, ended=True)) == 3
        assert [row.code for row in staff.listed(session, region="35.15", ended=True)] == [ended.code]
        assert len(staff.listed(session, region="35", ended=True)) == 3
        assert len(staff.listed(session, region="35.78.04")) == 2


def test_commands(database: str, tmp_path: Any) -> None:
    code = made().code
    runner = CliRunner()
    listed = runner.invoke(app, ["list"])
    assert json.loads(listed.stdout)["code"] == code and "pasar" not in listed.stdout
    assert count(Audit) == 0
    shown = json.loads(runner.invoke(app, ["show", code.lower(), "--by", "uji"]).stdout)
    assert (shown["what"], shown["place"], shown["region"]) == (
        WORDS,
        "pasar wonokromo",
        "Kec. Wonokromo, Kota Surabaya",
    )
    with transaction() as session:
        (entry,) = session.scalars(select(Audit))
        assert (entry.actor, entry.action, entry.detail) == ("uji", "report.show", {"report": code})
    done = runner.invoke(app, ["set", code, "done", "--answer", "Sudah dibubarkan.", "--by", "uji"])
    assert json.loads(done.stdout) == {"changed": [code]}
    for wrong in (["set", code, "gone", "--by", "uji"], ["show", "LP-XXXX", "--by", "uji"], ["show", code]):
        assert runner.invoke(app, wrong).exit_code != 0
    assert "needs help" in runner.invoke(app, ["check"]).stdout


# ---------------------------------------------------------------------- forgetting
def with_picture(message: str, number: int | None, at: datetime) -> Recorded:
    key = f"file-{message}"
    with transaction() as session:
        owner = session.execute(select(Contact.id).where(Contact.key == contact(session, number or 9))).scalar_one()
        session.add(
            ReceivedMedia(
                contact_id=owner, message_key=key, media_kind="image", channel="whatsapp", status="kept",
                mime="image/jpeg", content=picture(), received_at=at,
            )
        )  # fmt: skip
    return made(message, number, at=at, picture=key)


def test_a_picture_lives_as_long_as_its_report(database: str, tmp_path: Any) -> None:
    code = with_picture("m1", None, NOW).code
    for days in (1, 3, 30, 200):
        sweep(NOW + timedelta(days=days))
        assert count(Media) == 1, days
    assert count(ReceivedMedia) == 0, "the file as it was received is gone"
    target = tmp_path / "foto.jpg"
    assert CliRunner().invoke(app, ["show", code, "--by", "uji", "--picture", str(target)]).exit_code == 0
    assert target.read_bytes() == picture()
    ended = NOW + timedelta(days=200)
    with transaction() as session:
        set_status(session, code, "done", actor="uji", now=ended)
    sweep(ended + timedelta(days=89))
    assert (count(Report), count(Media)) == (1, 1)
    assert sweep(ended + timedelta(days=91))["reports"] == 1
    sweep(ended + timedelta(days=94))
    assert (count(Report), count(Media)) == (0, 0)


def test_a_picture_that_another_report_shows_stays(database: str) -> None:
    first, _ = with_picture("m1", 1, NOW), with_picture("m2", 2, NOW)
    with transaction() as session:
        set_status(session, first.code, "closed", actor="uji", now=NOW)
    for days in (91, 94, 97):
        sweep(NOW + timedelta(days=days))
    assert (count(Report), count(Media)) == (1, 1)


def test_open_reports_stay_and_the_second_of_a_group_outlives_the_first(database: str) -> None:
    first, second = made(), made("m2", 2)
    with transaction() as session:
        set_status(session, first.code, "done", actor="uji", now=NOW)
    sweep(NOW + timedelta(days=400))
    with transaction() as session:
        (left,) = session.scalars(select(Report))
        assert (left.code, left.group_id) == (second.code, None)


def test_a_picture_that_never_came_is_none(database: str) -> None:
    with_picture("m1", 1, NOW)
    with transaction() as session:
        session.execute(update(Report).values(picture="received:file-gone"))
    sweep(NOW + timedelta(hours=1))
    with transaction() as session:
        assert session.scalar(select(Report.picture)) is None


def test_who_is_erased_leaves_the_report_without_them(database: str) -> None:
    made()
    with transaction() as session:
        session.delete(session.scalars(select(Contact)).one())
    with transaction() as session:
        assert session.scalars(select(Report)).one().contact_id is None
