"""Sessions in files and on the console: on the clocks of the place, and never fewer places than are taken."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update
from typer.testing import CliRunner

from siaga.db import transaction
from siaga.db.audit import Audit
from siaga.people.tables import Notice
from siaga.registration import sessions
from siaga.registration.import_files import Change, Imported
from siaga.registration.registry import LocalRegistry
from siaga.registration.session_commands import app
from siaga.registration.tables import ImportRun
from siaga.registration.tables import Session as VaccinationSession
from tests.registration.given import NOW, contact, facility, held, submission

HEADER = "facility_code,date,start,end,vaccine,quota"
LINE = "uji-1,2026-11-30,08.00,11.00,sinovac,40"


@pytest.fixture(autouse=True)
def places(database: str) -> None:
    """One in Surabaya, and one in Jayapura, two hours farther east."""
    with transaction() as session:
        facility(session)
        facility(session, "uji-timur", regency_code="91.71", district_code=None, lat=None, lon=None)


def take(folder: Path, *lines: str) -> Imported:
    path = folder / "jadwal.csv"
    path.write_text("\n".join((HEADER, *lines)) + "\n", encoding="utf-8")
    with transaction() as session:
        return sessions.import_sessions(session, path, actor="uji", now=NOW)


def kept() -> list[tuple[Any, ...]]:
    columns = (
        VaccinationSession.facility_id,
        VaccinationSession.starts_at,
        VaccinationSession.ends_at,
        VaccinationSession.vaccine,
        VaccinationSession.quota,
        VaccinationSession.booked,
    )
    with transaction() as session:
        return [tuple(row) for row in session.execute(select(*columns).order_by(VaccinationSession.id))]


def utc(day: int, hour: int) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=timezone.utc)


def test_hours_are_those_of_the_place(tmp_path: Path) -> None:
    done = take(tmp_path, LINE, LINE.replace("uji-1", "uji-timur"))
    assert (done.counts[Change.NEW], done.refusals) == (2, [])
    assert [row[1:3] for row in kept()] == [(utc(30, 1), utc(30, 4)), (utc(29, 23), utc(30, 2))]


def test_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    take(tmp_path, LINE)
    before = kept()
    assert take(tmp_path, LINE).counts[Change.NOTHING] == 1
    assert take(tmp_path, "uji-1,30/11/2026,8:00,11:00,Corona-Vac,40").counts[Change.NOTHING] == 1
    assert kept() == before


def test_another_vaccine_at_the_same_hour_is_another_session(tmp_path: Path) -> None:
    take(tmp_path, LINE, LINE.replace("sinovac", "Astra Zeneca"))
    assert [row[3] for row in kept()] == ["sinovac", "astrazeneca"]


@pytest.mark.parametrize(
    ("line", "column", "reason"),
    [
        (LINE.replace("uji-1", "uji-9"), "facility_code", "no place has this code"),
        (LINE.replace("2026-11-30", "2026-11-31"), "date", "no day"),
        (LINE.replace("2026-11-30", "besok"), "date", "no day"),
        (LINE.replace("2026-11-30", "2026-11-22").replace("08.00", "09.59"), "date", "is past"),
        (LINE.replace("2026-11-30", "2062-11-30"), "date", "more than a year"),
        (LINE.replace("08.00", "24.00"), "start", "no hour"),
        (LINE.replace("11.00", "11"), "end", "no hour"),
        (LINE.replace("11.00", "08.00"), "end", "not after"),
        (LINE.replace("sinovac", "jamu"), "vaccine", "none of sinovac"),
        (LINE.replace("sinovac", "sinovac pfizer"), "vaccine", "none of"),
        (LINE.replace(",40", ",0"), "quota", "from 1"),
        (LINE.replace(",40", ",-4"), "quota", "from 1"),
        (LINE.replace(",40", ",²"), "quota", "from 1"),
        (LINE.replace(",40", ",4.5"), "quota", "from 1"),
        (LINE.replace(",40", ",10001"), "quota", "from 1"),
        ("uji-1,30-11-2026,8.00,11.30,SINOVAC,50", "", "stands in line 2"),
    ],
)
def test_what_is_wrong_is_refused_with_its_line(tmp_path: Path, line: str, column: str, reason: str) -> None:
    done = take(tmp_path, LINE if reason.startswith("stands") else LINE.replace("08.00", "07.00"), line)
    assert [(refusal.line, refusal.column) for refusal in done.refusals] == [(3, column)]
    assert reason in done.refusals[0].reason
    assert [row[4] for row in kept()] == [40]


def test_a_session_that_has_begun_may_stand_in_the_file(tmp_path: Path) -> None:
    take(tmp_path, LINE)
    with transaction() as session:
        done = sessions.import_sessions(session, tmp_path / "jadwal.csv", actor="uji", now=NOW + timedelta(days=20))
    assert (done.counts[Change.NOTHING], done.refusals) == (1, [])


def booked(session_id: int, people: int) -> None:
    with transaction() as session:
        for number in range(people):
            LocalRegistry(session).register(submission(contact(session, number), session_id, number))


def test_never_fewer_places_than_are_taken(tmp_path: Path) -> None:
    take(tmp_path, LINE)
    booked(1, 3)
    assert take(tmp_path, LINE.replace(",40", ",3")).counts[Change.CHANGED] == 1
    done = take(tmp_path, LINE.replace(",40", ",2"))
    assert (done.refusals[0].column, done.refusals[0].reason) == (
        "quota",
        "3 places are taken: no fewer are possible",
    )
    assert kept()[0][4:] == (3, 3)


def test_one_called_off_does_not_come_back_by_a_file(tmp_path: Path) -> None:
    take(tmp_path, LINE)
    with transaction() as session:
        session.execute(update(VaccinationSession).values(cancelled_at=NOW))
    assert take(tmp_path, LINE).counts[Change.NOTHING] == 1
    assert "called off" in take(tmp_path, LINE.replace(",40", ",50")).refusals[0].reason


def test_other_hours_are_told_and_reminded_of(tmp_path: Path) -> None:
    take(tmp_path, LINE)
    booked(1, 2)
    take(tmp_path, LINE.replace("11.00", "12.30"))
    with transaction() as session:
        told = session.execute(select(Notice).where(Notice.kind == "session_moved")).scalars().all()
        assert len(told) == 2
        assert told[0].values == {
            "nama": "Warga",
            "tempat": "Puskesmas Uji uji-1",
            "jadwal_lama": "Senin, 30 November 2026, pukul 08.00–11.00 WIB",
            "jadwal_baru": "Senin, 30 November 2026, pukul 08.00–12.30 WIB",
        }
        assert told[0].until == utc(30, 1)
        reminder = session.execute(
            select(Notice).where(Notice.kind == "appointment_morning", Notice.status == "planned").limit(1)
        ).scalar_one()
        assert reminder.values["jam"] == "08.00–12.30 WIB"


def test_who_imported_what_is_written_down(tmp_path: Path) -> None:
    take(tmp_path, LINE, "x")
    with transaction() as session:
        run = session.execute(select(ImportRun)).scalar_one()
        assert (run.kind, run.rows, run.taken, run.refused) == ("sessions", 2, 1, 1)
        assert session.execute(select(Audit.action)).scalar_one() == "sessions.import"


# ---------------------------------------------------------------------- on the console
def run(*arguments: str) -> Any:
    return CliRunner(mix_stderr=False).invoke(app, list(arguments))


def tomorrow() -> str:
    return (datetime.now(timezone.utc) + timedelta(days=1, hours=7)).date().isoformat()


def test_adding_editing_and_listing() -> None:
    added = run("add", "uji-1", tomorrow(), "08.00", "11.00", "pfizer", "20")
    assert '"id": 1' in added.stdout and '"zone_letters": "WIB"' in added.stdout
    again = run("add", "uji-1", tomorrow(), "08.00", "11.00", "pfizer", "20")
    assert (again.exit_code, again.stderr.strip()) == (1, "the place has this session already, as number 1")
    edited = run("edit", "1", "--quota", "30", "--start", "09.00")
    assert '"quota": 30' in edited.stdout and "T09:00" in edited.stdout.replace(" 09", "T09")
    assert '"id": 1' in run("list", "--facility", "uji-1").stdout
    assert run("list", "--facility", "uji-timur").stdout == ""
    with transaction() as session:
        done = session.execute(select(Audit.action, Audit.detail).order_by(Audit.id)).all()
    assert done == [
        ("sessions.add", {"session": 1}),
        ("sessions.edit", {"session": 1, "fields": ["quota", "start"]}),
    ]


def test_what_cannot_be_done_is_told_plainly() -> None:
    run("add", "uji-1", tomorrow(), "08.00", "11.00", "pfizer", "20")
    run("add", "uji-1", tomorrow(), "13.00", "15.00", "pfizer", "20")
    for arguments, why in (
        (("edit", "9", "--quota", "3"), "no session has the number 9"),
        (("edit", "1", "--start", "11.00"), "end is not after start"),
        (("edit", "1", "--start", "13.00", "--end", "14.00"), "start the place has another session"),
        (("cancel", "9", "--reason", "listrik padam"), "no session has the number 9"),
        (("cancel", "1", "--reason", " "), "a reason is needed"),
    ):
        done = run(*arguments)
        assert done.exit_code == 1
        assert done.stderr.startswith(why)


def test_a_session_that_is_over_stays_as_it_was() -> None:
    with transaction() as session:
        over = held(session, 1, starts_at=datetime.now(timezone.utc) - timedelta(hours=5))
    assert "over" in run("edit", str(over), "--quota", "3").stderr
    assert "over" in run("cancel", str(over), "--reason", "listrik padam").stderr
    with transaction() as session:
        assert session.scalar(select(func.count()).where(VaccinationSession.cancelled_at.is_not(None))) == 0
