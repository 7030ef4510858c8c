"""Files of places: taken line by line, refused line by line, and the same file again changes nothing."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given as each
from hypothesis import strategies as st
from sqlalchemy import func, select
from typer.testing import CliRunner

from siaga.db import transaction
from siaga.db.audit import Audit
from siaga.registration import facilities
from siaga.registration.facility_commands import app
from siaga.registration.import_files import Change, FileUnreadable, Imported, Refused, read
from siaga.registration.tables import Facility, ImportRun
from tests.registration.given import WONOKROMO, facility

HEADER = "code,name,regency_code,district_code,lat,lon,address,phone,opening"
JAGIR = 'PKM-JAGIR,Puskesmas Jagir,35.78,35.78.04,-7.3034,112.7433,"Alamat contoh, Surabaya",031-0000001,Senin–Jumat 08.00–12.00'  # noqa: E501


def file(folder: Path, *lines: str, header: str = HEADER) -> Path:
    path = folder / "tempat.csv"
    path.write_text("\n".join((header, *lines)) + "\n", encoding="utf-8")
    return path


def take(path: Path) -> Imported:
    with transaction() as session:
        return facilities.import_facilities(session, path, actor="Warga Uji 009")


def kept(code: str = "PKM-JAGIR") -> dict[str, Any]:
    with transaction() as session:
        place = session.execute(select(Facility).where(Facility.code == code)).scalar_one()
        return {column.name: getattr(place, column.name) for column in Facility.__table__.columns}


def count(table: Any) -> int:
    with transaction() as session:
        return int(session.scalar(select(func.count()).select_from(table)))


def test_a_place_is_taken_as_it_stands(database: str, tmp_path: Path) -> None:
    done = take(file(tmp_path, JAGIR))
    assert (done.counts[Change.NEW], done.refusals) == (1, [])
    place = kept()
    assert place["name"] == "Puskesmas Jagir"
    assert (place["regency_code"], place["district_code"]) == ("35.78", WONOKROMO)
    assert (place["lat"], place["lon"]) == (-7.3034, 112.7433)
    assert (place["phone"], place["opening"]) == ("031-0000001", "Senin–Jumat 08.00–12.00")
    assert (place["is_open"], place["is_sample"]) == (True, False)


def test_the_same_file_again_changes_nothing(database: str, tmp_path: Path) -> None:
    path = file(tmp_path, JAGIR, JAGIR.replace("JAGIR", "MOJO").replace("Jagir", "Mojo"))
    take(path)
    before = kept(), kept("PKM-MOJO")
    done = take(path)
    assert {change.name: number for change, number in done.counts.items()} == {"NEW": 0, "CHANGED": 0, "NOTHING": 2}
    assert (kept(), kept("PKM-MOJO")) == before
    assert count(Facility) == 2


def test_a_known_code_is_changed_and_columns_not_given_stay(database: str, tmp_path: Path) -> None:
    take(file(tmp_path, JAGIR))
    done = take(
        file(
            tmp_path, "PKM-JAGIR,Puskesmas Jagir Baru,35.78,Alamat lain,", header="code,name,regency_code,address,phone"
        )
    )
    assert done.counts[Change.CHANGED] == 1
    place = kept()
    assert (place["name"], place["address"], place["phone"]) == ("Puskesmas Jagir Baru", "Alamat lain", None)
    assert (place["opening"], place["lat"]) == ("Senin–Jumat 08.00–12.00", -7.3034)


def test_a_sample_that_staff_import_is_none_any_more(database: str, tmp_path: Path) -> None:
    with transaction() as session:
        facility(session, "PKM-JAGIR")
    take(file(tmp_path, JAGIR))
    assert kept()["is_sample"] is False


def test_whether_there_is_an_emergency_department(database: str, tmp_path: Path) -> None:
    header = "code,name,regency_code,address,igd"
    cells = {"A": "ya", "B": "YA", "C": "tidak", "D": "", "E": "mungkin"}
    done = take(file(tmp_path, *(f"{code},RS Uji,35.78,Alamat,{igd}" for code, igd in cells.items()), header=header))
    assert [(refusal.line, refusal.column, refusal.reason) for refusal in done.refusals] == [
        (6, "igd", "must be ya or tidak")
    ]
    assert [kept(code)["emergency"] for code in "ABCD"] == [True, True, False, False]
    take(file(tmp_path, "A,RS Uji Baru,35.78,Alamat", header="code,name,regency_code,address"))
    assert (kept("A")["name"], kept("A")["emergency"]) == ("RS Uji Baru", True), "a column not given stays"


@pytest.mark.parametrize(
    ("line", "column", "reason"),
    [
        (JAGIR.replace("PKM-JAGIR", "PKM JAGIR"), "code", "letters"),
        (JAGIR.replace("PKM-JAGIR", ""), "code", "letters"),
        (JAGIR.replace("Puskesmas Jagir", ""), "name", "missing"),
        (JAGIR.replace("Puskesmas Jagir", "P" * 101), "name", "longer"),
        (JAGIR.replace(",35.78,", ",35.99,"), "regency_code", "no code of a kabupaten/kota"),
        (JAGIR.replace(",35.78,", ",35,"), "regency_code", "no code of a kabupaten/kota"),
        (JAGIR.replace(",35.78,", ",,"), "regency_code", "missing"),
        (JAGIR.replace("35.78.04", "35.78.99"), "district_code", "no code of a kecamatan"),
        (JAGIR.replace("35.78.04", "35.15.18"), "district_code", "another kabupaten/kota"),
        (JAGIR.replace("-7.3034,112.7433", "112.7433,-7.3034"), "lat", "not in Indonesia"),
        (JAGIR.replace("-7.3034,112.7433", "-8.65,115.22"), "lat", "far from Kota Surabaya"),
        (JAGIR.replace("-7.3034,112.7433", "-7.3034,"), "lat", "belong together"),
        (JAGIR.replace("-7.3034", "nan"), "lat", "not in Indonesia"),
        (JAGIR.replace("-7.3034", "selatan"), "lat", "no number of degrees"),
        (JAGIR.replace('"Alamat contoh, Surabaya"', ""), "address", "missing"),
        (JAGIR.replace("031-0000001", "telepon saja"), "phone", "no telephone"),
        (JAGIR.replace('"Alamat contoh, Surabaya"', "Alamat contoh, Surabaya"), "", "more cells"),
        (JAGIR.replace("Puskesmas Jagir", "Puskesmas \x07Jagir"), "name", "cannot be shown"),
    ],
)
def test_what_is_wrong_is_refused_with_its_line(
    database: str, tmp_path: Path, line: str, column: str, reason: str
) -> None:
    right = JAGIR.replace("JAGIR", "MOJO")
    done = take(file(tmp_path, right, "", line))
    assert [(refusal.line, refusal.column) for refusal in done.refusals] == [(4, column)]
    assert reason in done.refusals[0].reason
    assert (count(Facility), done.taken) == (1, 1), "what is right is taken"


def test_a_code_that_stands_twice(database: str, tmp_path: Path) -> None:
    done = take(file(tmp_path, JAGIR, JAGIR.replace("PKM-JAGIR", "pkm-jagir")))
    assert [(refusal.line, refusal.reason) for refusal in done.refusals] == [(3, "stands in line 2 already")]


def test_spreadsheets_write_semicolons_and_a_mark_at_the_beginning(database: str, tmp_path: Path) -> None:
    path = tmp_path / "excel.csv"
    path.write_text(
        '\ufeffCode;Name;Regency_Code;Address\r\nPKM-1;Puskesmas "A" ;3578; Jalan  A \r\n', encoding="utf-8", newline=""
    )
    assert take(path).counts[Change.NEW] == 1
    place = kept("PKM-1")
    assert (place["name"], place["regency_code"], place["address"]) == ('Puskesmas "A"', "35.78", "Jalan A")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"code,name\nA,B\n", "no column regency_code, address"),
        (b"code,name,regency_code,address,adress\n", "not known: adress"),
        (b"code,code,name,regency_code,address\n", "twice"),
        (b"", "no column"),
        ("code,name,regency_code,address\nA,Caf\xe9,35.78,B\n".encode("latin-1"), "not UTF-8"),
        (b'code,name,regency_code,address\nA,"B,35.78,C\n', "line"),
    ],
)
def test_a_file_of_which_nothing_can_be_taken(database: str, tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "tempat.csv"
    path.write_bytes(content)
    with pytest.raises(FileUnreadable, match=reason):
        take(path)
    assert count(ImportRun) == 0


def test_a_cell_of_two_lines_keeps_the_numbers_right(tmp_path: Path) -> None:
    path = file(tmp_path, 'A,"satu\ndua",35.78,C', "B,tiga,35.78,C", header="code,name,regency_code,address")
    lines = read(path, required=facilities.REQUIRED, optional=())
    assert [(line.number, line.cells["code"], line.cells["name"]) for line in lines] == [
        (2, "A", "satu dua"),
        (4, "B", "tiga"),
    ]


def test_who_imported_what_is_written_down(database: str, tmp_path: Path) -> None:
    take(file(tmp_path, JAGIR, "x,,,,,,,,"))
    with transaction() as session:
        run = session.execute(select(ImportRun)).scalar_one()
        assert (run.kind, run.file_name, run.actor) == ("facilities", "tempat.csv", "Warga Uji 009")
        assert (run.rows, run.taken, run.refused) == (2, 1, 1)
        audit = session.execute(select(Audit)).scalar_one()
        assert (audit.actor, audit.action) == ("Warga Uji 009", "facilities.import")
        assert audit.detail == {"file": "tempat.csv", "new": 1, "changed": 0, "unchanged": 0, "refused": 1}


def test_a_file_is_taken_whole_or_not_at_all(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: Any, **__: Any) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("siaga.registration.import_files.note", breaks)
    with pytest.raises(RuntimeError):
        take(file(tmp_path, JAGIR))
    assert (count(Facility), count(ImportRun)) == (0, 0)


@each(st.lists(st.text(max_size=12), max_size=12))
def test_any_cells_at_all_are_taken_or_refused(cells: list[str]) -> None:
    try:
        values = facilities.checked(dict(zip(facilities.COLUMNS, cells, strict=False)))
    except Refused as refused:
        assert refused.reason
    else:
        assert values.get("code") != ""


# ---------------------------------------------------------------------- on the console
def run(*arguments: str) -> Any:
    return CliRunner(mix_stderr=False).invoke(app, list(arguments))


def test_the_report_names_each_line_and_why(database: str, tmp_path: Path) -> None:
    path = file(tmp_path, JAGIR, "=x,Puskesmas,35.99,,,,Alamat,,")
    report = tmp_path / "laporan.csv"
    done = run("import", str(path), "--report", str(report))
    assert done.exit_code == 1
    assert '"new": 1' in done.stdout and '"refused": 1' in done.stdout
    rows = list(csv.DictReader(io.StringIO(report.read_text(encoding="utf-8"))))
    assert [(row["line"], row["key"], row["column"]) for row in rows] == [("3", "'=x", "code")]
    assert run("import", str(file(tmp_path, JAGIR))).exit_code == 0
    assert not (tmp_path / "tempat.refused.csv").exists(), "nothing was refused, so there is nothing to read"


def test_listing_editing_closing(database: str, tmp_path: Path) -> None:
    run("import", str(file(tmp_path, JAGIR)))
    assert '"code": "PKM-JAGIR"' in run("list", "--regency", "35").stdout
    assert run("list", "--regency", "31").stdout == ""
    edited = run("edit", "PKM-JAGIR", "--phone", "", "--lat", "-7.30", "--lon", "112.74")
    assert '"phone": null' in edited.stdout and '"lat": -7.3' in edited.stdout
    assert '"emergency": true' in run("edit", "PKM-JAGIR", "--igd", "ya").stdout
    assert '"emergency": true' in run("edit", "PKM-JAGIR", "--opening", "tiap hari").stdout
    assert '"emergency": false' in run("edit", "PKM-JAGIR", "--igd", "tidak").stdout
    assert '"is_open": false' in run("close", "PKM-JAGIR").stdout
    assert '"is_open": true' in run("open", "PKM-JAGIR").stdout
    with transaction() as session:
        done = session.execute(select(Audit.action, Audit.detail).order_by(Audit.id)).all()
    assert done[1:] == [
        ("facilities.edit", {"code": "PKM-JAGIR", "fields": ["lat", "lon", "phone"]}),
        ("facilities.edit", {"code": "PKM-JAGIR", "fields": ["igd"]}),
        ("facilities.edit", {"code": "PKM-JAGIR", "fields": ["opening"]}),
        ("facilities.edit", {"code": "PKM-JAGIR", "fields": ["igd"]}),
        ("facilities.close", {"code": "PKM-JAGIR"}),
        ("facilities.open", {"code": "PKM-JAGIR"}),
    ]


def test_what_is_not_there_is_told_plainly(database: str, tmp_path: Path) -> None:
    for arguments in (("show", "X"), ("edit", "X", "--name", "Lain"), ("close", "X"), ("import", str(tmp_path / "x"))):
        done = run(*arguments)
        assert (done.exit_code, done.stdout) == (1, "")
        assert done.stderr.strip()
    run("import", str(file(tmp_path, JAGIR)))
    done = run("edit", "PKM-JAGIR", "--district-code", "35.15.18")
    assert (done.exit_code, done.stderr.strip()) == (1, "district_code 35.15.18 lies in another kabupaten/kota")
