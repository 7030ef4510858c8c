"""The export for staff: no names by default, noted every time, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from siaga.db import transaction
from siaga.db.audit import Audit
from siaga.details import keep
from siaga.people.tables import Person
from siaga.registration import export as exporting
from siaga.registration.commands import app
from siaga.registration.export import PERSONAL, age_group, export
from siaga.registration.registry import LocalRegistry
from tests.registration.given import NOW, contact, facility, held, nik, submission

DAY = date(2026, 11, 22)


@pytest.fixture
def registered(database: str) -> int:
    """Three people, the first with a place and with answers for planning; their number."""
    with transaction() as session:
        place = held(session, facility(session))
        registry = LocalRegistry(session)
        for serial in (1, 2, 3):
            registry.register(submission(contact(session, serial), place if serial == 1 else None, serial))
        person = session.scalars(select(Person.id).order_by(Person.id)).first()
        keep(session, person, {"occupation": "teacher"}, version="2026-11", message_id="m", at=NOW)
    return 3


def exported(**options: Any) -> list[dict[str, str]]:
    out = io.StringIO()
    with transaction() as session:
        export(session, out, actor="petugas uji", day=DAY, **options)
    return list(csv.DictReader(io.StringIO(out.getvalue())))


def test_without_names_nothing_says_who_somebody_is(registered: int) -> None:
    rows = exported()
    assert len(rows) == registered
    assert not set(rows[0]) & set(PERSONAL)
    text = str(rows)
    assert not any(secret in text for secret in (nik(1), "Warga Uji", "1954"))


def test_a_row_tells_the_place_the_age_group_and_what_was_told(registered: int) -> None:
    first, second, _ = exported()
    assert (first["age_group"], first["occupation"], first["appointment"]) == ("60+", "teacher", "booked")
    assert first["facility"] and first["session_on"] and first["regency"]
    assert (second["occupation"], second["facility"]) == ("", "")


def test_names_need_a_reason_and_come_with_it(registered: int) -> None:
    with pytest.raises(ValueError, match="reason"):
        exported(names=True)
    rows = exported(names=True, reason="daftar hadir")
    assert rows[0]["nik"] == nik(1)
    assert rows[0]["name"].startswith("Warga Uji")


def test_each_export_is_noted_without_personal_data(registered: int) -> None:
    exported(names=True, reason="daftar hadir")
    with transaction() as session:
        noted = session.scalars(select(Audit)).one()
    assert (noted.actor, noted.action) == ("petugas uji", "export_registrations")
    assert noted.detail["rows"] == registered
    assert "nik" in noted.detail["columns"]
    assert nik(1) not in str(noted.detail)


def test_a_part_can_be_exported(registered: int) -> None:
    assert len(exported(regency_code="35.78")) == registered
    assert exported(regency_code="31.71") == []


def test_it_is_complete_however_large_a_batch_is(registered: int, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = exported()
    for size in (1, 2, 3):
        monkeypatch.setattr(exporting, "_BATCH", size)
        assert exported() == whole


def test_no_cell_is_a_formula(registered: int) -> None:
    with transaction() as session:
        for person in session.scalars(select(Person)):
            person.name = "=HYPERLINK(1)"
    assert {row["name"] for row in exported(names=True, reason="uji")} == {"'=HYPERLINK(1)"}


@pytest.mark.parametrize(
    ("born", "group"),
    [
        (date(1966, 11, 22), "60+"),
        (date(1966, 11, 23), "18-59"),
        (date(2008, 11, 22), "18-59"),
        (date(2008, 11, 23), "12-17"),
        (date(2014, 11, 22), "12-17"),
        (date(2014, 11, 23), "6-11"),
        (date(2020, 11, 22), "6-11"),
        (date(2020, 11, 23), "0-5"),
    ],
)
def test_age_groups(born: date, group: str) -> None:
    assert age_group(born, DAY) == group


def test_the_command_writes_a_file_only_its_owner_can_read(registered: int, tmp_path: Any) -> None:
    out = tmp_path / "ekspor.csv"
    done = CliRunner().invoke(app, ["export", str(out), "--actor", "petugas uji"])
    assert done.exit_code == 0, done.output
    assert out.stat().st_mode & 0o077 == 0
    assert len(out.read_text(encoding="utf-8").splitlines()) == registered + 1
    again = CliRunner().invoke(app, ["export", str(out), "--actor", "petugas uji"])
    assert again.exit_code != 0, "a file is never written over"
    unfounded = CliRunner().invoke(app, ["export", str(tmp_path / "x.csv"), "--actor", "p", "--names"])
    assert unfounded.exit_code != 0
    assert not (tmp_path / "x.csv").exists()
