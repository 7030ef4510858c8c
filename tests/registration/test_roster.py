"""Official lists: what is taken, what is refused with which reason, and that the same list changes nothing."""

from __future__ import annotations

import csv
import io
import time
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select
from typer.testing import CliRunner

from siaga.db import transaction
from siaga.db.audit import Audit
from siaga.registration.people_commands import app
from siaga.registration.roster import Checked, Imported, RosterError, import_roster, read_roster
from siaga.registration.tables import ImportRun, OfficialPerson
from tests.registration.given import nik

TODAY = date(2026, 11, 22)
HEADER = "nik,name,birth_date,sex,regency_code,district_code,phone,group\n"


def checked(*lines: str, header: str = HEADER) -> Checked:
    return read_roster(io.StringIO(header + "\n".join(lines) + "\n"), TODAY, name="uji.csv")


def line(serial: int, **differs: str) -> str:
    """Warga Uji ``serial`` as on a list; see ``given.nik``."""
    values = {
        "nik": nik(serial),
        "name": f"Warga Uji {serial:03}",
        "birth_date": f"1954-08-{serial // 900 % 28 + 1:02}",
        "sex": "L",
        "regency_code": "35.78",
        "district_code": "35.78.04",
        "phone": f"08000000{serial:04}",
        "group": "lansia",
    }
    return ",".join({**values, **differs}.values())


def imported(found: Checked, list_name: str = "Daftar uji") -> Imported:
    with transaction() as session:
        return import_roster(session, found, list_name=list_name, file_name="uji.csv", actor="penguji")


def on_file() -> list[OfficialPerson]:
    with transaction() as session:
        rows = list(session.execute(select(OfficialPerson)).scalars())
        session.expunge_all()
        return sorted(rows, key=lambda row: str(row.nik))


def test_a_row_is_kept_as_it_is(database: str) -> None:
    assert imported(checked(line(1))) == Imported(added=1, changed=0, unchanged=0, refused=0)
    (person,) = on_file()
    assert (person.nik, person.name, person.birth_date, person.sex) == (nik(1), "Warga Uji 001", "1954-08-01", "L")
    assert (person.regency_code, person.district_code) == ("35.78", "35.78.04")
    assert (person.phone, person.group) == ("6280000000001", "lansia")


@pytest.mark.parametrize(
    ("differs", "reason"),
    [
        ({"nik": "357801170854900"}, "NIK: not 16 digits"),
        ({"nik": "0078011708549001"}, "NIK: no such region"),
        ({"nik": "3578013213549001"}, "NIK: no such date"),
        ({"nik": "3578010108540000"}, "NIK: serial 0000"),
        ({"name": " "}, "name: empty"),
        ({"name": "001"}, "name: empty"),
        ({"birth_date": "1954-08-02"}, "birth_date: not the NIK's"),
        ({"birth_date": "Agustus 1954"}, "birth_date: not a date such as 1954-08-17"),
        ({"birth_date": "31-02-1954"}, "birth_date: not a date such as 1954-08-17"),
        ({"sex": "P"}, "sex: not the NIK's"),
        ({"sex": "X"}, "sex: neither L nor P"),
        ({"regency_code": "35.99", "district_code": ""}, "regency_code: no such kabupaten/kota"),
        ({"district_code": "35.78.99"}, "district_code: no such kecamatan"),
        ({"district_code": "35.15.17"}, "district_code: not in that kabupaten/kota"),
        ({"phone": "123"}, "phone: not a number such as 0812…"),
    ],
)
def test_what_cannot_be_right_is_refused_with_the_reason(differs: dict[str, str], reason: str) -> None:
    found = checked(line(2), line(1, **differs), line(3))
    assert [(one.line, one.reason) for one in found.refused] == [(3, reason)]
    assert [row.line for row in found.rows] == [2, 4], "the others are taken"


@pytest.mark.parametrize(
    "differs",
    [
        {"birth_date": "01-08-1954"},
        {"birth_date": "1/8/1954"},
        {"sex": ""},
        {"sex": "Laki-laki"},
        {"regency_code": "3578", "district_code": "357804"},
        {"regency_code": ""},
        {"phone": "80000000001"},
        {"phone": "+62 800-0000-0001"},
        {"nik": "3578 0101 0854 9101"},
    ],
)
def test_lists_are_written_in_many_ways(differs: dict[str, str]) -> None:
    (row,) = checked(line(1, **differs)).rows
    assert row.phone == "6280000000001"
    assert (row.nik, row.birth_date, row.sex, row.regency_code) == (nik(1), "1954-08-01", "L", "35.78")


def test_a_nik_stands_in_a_file_once() -> None:
    found = checked(line(1), line(2), line(1, name="Warga Uji 009"))
    assert [row.line for row in found.rows] == [2, 3]
    assert [(one.line, one.reason) for one in found.refused] == [(4, "NIK: the same as in line 2")]


def test_of_two_that_differ_in_one_digit_neither_is_taken() -> None:
    slip = nik(1)[:-1] + "9"
    found = checked(line(1), line(2, name="Warga Uji 077"), line(1, nik=slip, name="UJI WARGA 001"))
    assert [row.line for row in found.rows] == [3]
    assert [one.reason for one in found.refused] == [
        "NIK: one digit off line 4, with the same name and birth date",
        "NIK: one digit off line 2, with the same name and birth date",
    ]


def test_neighbours_with_other_names_are_different_people() -> None:
    assert not checked(line(1), line(2)).refused, "nik(1) and nik(2) differ in one digit"


def test_semicolons_and_a_byte_order_mark(tmp_path: Path) -> None:
    found = checked(line(1).replace(",", ";"), header="\ufeff" + HEADER.replace(",", ";"))
    assert len(found.rows) == 1


@pytest.mark.parametrize("header", ["", "nama,nik\n", "nik,name\n"])
def test_a_file_that_is_no_list(header: str) -> None:
    with pytest.raises(RosterError, match=r"^uji\.csv: the column \w+ is missing"):
        checked(line(1), header=header)


def test_the_same_list_again_changes_nothing(database: str) -> None:
    found = checked(line(1), line(2, group=""))
    imported(found)
    before = [{**vars(row), "_sa_instance_state": None} for row in on_file()]
    assert imported(found) == Imported(added=0, changed=0, unchanged=2, refused=0)
    assert [{**vars(row), "_sa_instance_state": None} for row in on_file()] == before
    assert before[1]["group"] == "Daftar uji", "the list's name, where the row names no group"


def test_a_list_that_was_corrected_changes_what_differs(database: str) -> None:
    imported(checked(line(1), line(2)))
    done = imported(checked(line(1), line(2, name="Warga Uji 022"), line(3)))
    assert (done.added, done.changed, done.unchanged) == (1, 1, 1)
    assert [row.name for row in on_file()] == ["Warga Uji 001", "Warga Uji 022", "Warga Uji 003"]
    assert [row.import_id for row in on_file()] == [1, 2, 2]


def test_every_import_is_noted_without_anybodys_data(database: str) -> None:
    imported(checked(line(1), line(2, sex="X")))
    with transaction() as session:
        run = session.execute(select(ImportRun)).scalar_one()
        assert (run.kind, run.file_name, run.actor) == ("people", "uji.csv", "penguji")
        assert (run.rows, run.taken, run.refused) == (2, 1, 1)
        audit = session.execute(select(Audit)).scalar_one()
        assert (audit.actor, audit.action) == ("penguji", "people.import")
        assert audit.detail == {
            "list": "Daftar uji",
            "file": "uji.csv",
            "added": 1,
            "changed": 0,
            "unchanged": 0,
            "refused": 1,
        }


def test_ten_thousand_rows(database: str) -> None:
    """A kabupaten's health workers; the limit is far above what it takes, so that a slow machine passes."""
    found = checked(*(line(serial, phone="") for serial in range(10_000)))
    assert (len(found.rows), len(found.refused)) == (10_000, 0)
    began = time.monotonic()
    assert imported(found).added == 10_000
    assert imported(found).unchanged == 10_000
    assert time.monotonic() - began < 30


def test_the_command_and_its_report(database: str, tmp_path: Path) -> None:
    file = tmp_path / "nakes.csv"
    file.write_text(HEADER + line(1) + "\n" + line(2, sex="P") + "\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["import", str(file), "--list", "nakes", "--by", "penguji"])
    assert result.exit_code == 1, result.output
    assert "1 added, 0 changed, 0 as before, 1 refused." in result.output
    with (tmp_path / "nakes.refused.csv").open(encoding="utf-8", newline="") as report:
        assert list(csv.reader(report)) == [
            ["line", "nik", "reason"],
            ["3", f"3578********{nik(2)[-4:]}", "sex: not the NIK's"],
        ]
    for written in (result.output, (tmp_path / "nakes.refused.csv").read_text(encoding="utf-8")):
        assert nik(2) not in written
        assert "Warga" not in written
    with transaction() as session:
        assert session.scalar(select(func.count()).select_from(OfficialPerson)) == 1


def test_the_command_on_a_file_that_is_none(database: str, tmp_path: Path) -> None:
    file = tmp_path / "apa.csv"
    file.write_text("satu,dua\n", encoding="utf-8")
    for path in (file, tmp_path / "tidak ada.csv"):
        result = CliRunner().invoke(app, ["import", str(path), "--list", "nakes"])
        assert result.exit_code == 2
        assert path.name in result.output
