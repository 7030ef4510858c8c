"""Files that somebody made to hurt, or a spreadsheet spoilt: taken where right, refused in a sentence where not.

However they are made, none is read without end, none costs more than its size, and no line of it is lost unseen.
"""

from __future__ import annotations

import codecs
import csv
import io
import os
import time
import zipfile
from collections.abc import Callable
from datetime import date, datetime, timezone
from pathlib import Path

import pytest
from click.testing import Result
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from typer import Typer
from typer.testing import CliRunner

from siaga.content import ContentError
from siaga.content.files import read_file
from siaga.db import transaction
from siaga.doses.commands import app as doses
from siaga.doses.importing import import_doses
from siaga.radar.commands import app as radar
from siaga.registration import import_files, roster
from siaga.registration.facility_commands import app as facilities
from siaga.registration.import_files import FileUnreadable, Line, read
from siaga.registration.nik import near
from siaga.registration.people_commands import app as people
from siaga.registration.roster import Checked, RosterError, opened, read_roster
from siaga.registration.session_commands import app as sessions
from siaga.registration.tables import Facility, ImportRun, OfficialPerson
from tests.registration.given import nik

TODAY = date(2026, 11, 23)
HEAD = "nik,name,birth_date,group\n"
FIRST, SECOND = (f"{nik(one * 900)},Warga Uji {one:03},1954-08-{one + 1:02},lansia\n" for one in (1, 2))
PLACES = "code,name,regency_code,address\n"


def shown(given: object) -> str:
    """A case's name in few letters."""
    return repr(given)[:24]


IMPORTS: dict[str, tuple[Typer, list[str]]] = {
    "facilities": (facilities, []),
    "sessions": (sessions, []),
    "doses": (doses, []),
    "people": (people, ["--list", "uji"]),
    "radar": (radar, []),
}


def run(kind: str, file: Path) -> Result:
    command, more = IMPORTS[kind]
    return CliRunner().invoke(command, ["import", str(file), *more])


def lines(path: Path, content: str | bytes) -> list[Line]:
    """A file of places as ``read`` has it."""
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read(path, required=("code", "name", "regency_code", "address"), optional=("phone",))


def people_of(path: Path, content: str | bytes) -> Checked:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_roster(opened(path), TODAY, name=path.name)


# ---------------------------------------------------------------- what is no file
def endless(folder: Path) -> Path:
    """A pipe that nobody writes into."""
    os.mkfifo(folder / "pipa.csv")
    return folder / "pipa.csv"


def device(folder: Path) -> Path:
    """A link to what has no end."""
    (folder / "nol.csv").symlink_to("/dev/zero")
    return folder / "nol.csv"


def nowhere(folder: Path) -> Path:
    """A link to itself."""
    (folder / "diri.csv").symlink_to(folder / "diri.csv")
    return folder / "diri.csv"


def directory(folder: Path) -> Path:
    (folder / "map.csv").mkdir()
    return folder / "map.csv"


@pytest.mark.parametrize("make", [endless, device, nowhere, directory])
@pytest.mark.parametrize("kind", IMPORTS)
def test_what_has_no_end_is_not_read(database: str, tmp_path: Path, kind: str, make: Callable[[Path], Path]) -> None:
    done = run(kind, make(tmp_path))
    assert done.exit_code in (1, 2) and isinstance(done.exception, SystemExit), done.output
    assert any(told in done.output for told in ("not a file", "Is a directory", "Too many levels")), done.output
    with transaction() as session:
        assert session.scalar(select(func.count()).select_from(ImportRun)) == 0


@pytest.mark.parametrize("make", [endless, device, nowhere, directory])
def test_nor_is_it_among_the_content(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    with pytest.raises(ContentError, match="cannot be read"):
        read_file(make(tmp_path))


@pytest.mark.parametrize("kind", ["facilities", "people"])
def test_a_file_without_end_to_speak_of_is_not_read(database: str, tmp_path: Path, kind: str) -> None:
    """A terabyte that takes no room on the disk."""
    file = tmp_path / "besar.csv"
    file.touch()
    os.truncate(file, 10**12)
    began = time.monotonic()
    done = run(kind, file)
    assert "MB" in done.output and isinstance(done.exception, SystemExit)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("people", HEAD + FIRST + "1,a\n"),
        ("facilities", PLACES + "A,Puskesmas Uji,35.78,Jalan\nx\n"),
        ("radar", "kode\n"),
    ],
)
def test_a_name_that_is_no_text_is_shown_as_far_as_it_is(
    database: str, tmp_path: Path, kind: str, content: str
) -> None:
    file = Path(os.fsdecode(os.fsencode(tmp_path) + b"/uji\xff\x1b.csv"))
    file.write_text(content, encoding="utf-8")
    done = run(kind, file)
    assert isinstance(done.exception, SystemExit) and "uji??." in done.output, done.output


@pytest.mark.parametrize("kind", ["people", "facilities", "doses"])
def test_a_report_that_cannot_be_written_is_shown(database: str, tmp_path: Path, kind: str) -> None:
    heads = {"people": HEAD, "facilities": PLACES, "doses": "nik,number,vaccine,given_on\n"}
    (tmp_path / "uji.csv").write_text(heads[kind] + "1,a,b\n", encoding="utf-8")
    (tmp_path / "uji.refused.csv").mkdir()
    done = run(kind, tmp_path / "uji.csv")
    assert isinstance(done.exception, SystemExit) and "cannot be written (Is a directory)" in done.output
    assert "\n2," in done.output


# ---------------------------------------------------------------- what is no CSV in UTF-8
def workbook() -> bytes:
    """What Excel saves: with macros, a link to another's file, and a DTD that grows."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]><x>&b;</x>'
        archive.writestr("xl/workbook.xml", bomb)
        archive.writestr("xl/sharedStrings.xml", b"<si>" * 100_000)
        archive.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0")
        archive.writestr("xl/externalLinks/externalLink1.xml", "<r target='file:///etc/passwd'/>")
    return made.getvalue()


NO_CSV = {
    "UTF-16": (HEAD + FIRST).encode("utf-16"),
    "UTF-32": (HEAD + FIRST).encode("utf-32"),
    "Latin-1": (HEAD + FIRST.replace("Uji", "Ují")).encode("latin-1"),
    "half a character": (HEAD + FIRST).encode() + b"\xe2\x82",
    "surrogates": (HEAD + FIRST.replace("Uji", "\ud83d")).encode("utf-8", "surrogatepass"),
    "a workbook": workbook(),
    "an encrypted workbook": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    "a NUL": (HEAD + FIRST.replace("Uji", "U\0ji")).encode(),
    "nothing": b"",
    "a byte order mark": codecs.BOM_UTF8,
    "a quote that is not closed": (HEAD + FIRST.replace(",lansia", ',"lansia') + SECOND).encode(),
    "such a quote in the header": ('"' + HEAD + FIRST).encode(),
    "a field of megabytes": (HEAD + FIRST.replace("Uji", "U" * 5_000_000)).encode(),
    "a field of a page": (HEAD + FIRST.replace("Uji", "U" * 2000) + SECOND).encode(),
    "a million columns": b",".join(b"%d" % number for number in range(1_000_000)),
    "a column twice": (HEAD.replace("group", "name") + FIRST).encode(),
    "a name of Cyrillic letters": (HEAD.replace("name", "nаme") + FIRST).encode(),
    "no header": (FIRST + SECOND).encode(),
}


@pytest.mark.parametrize("what", NO_CSV)
@pytest.mark.parametrize("kind", ["people", "doses"])
def test_of_what_is_no_such_file_nothing_is_taken(database: str, tmp_path: Path, kind: str, what: str) -> None:
    content = NO_CSV[what].replace(
        HEAD.encode(), HEAD.encode() if kind == "people" else b"nik,number,vaccine,given_on\n"
    )
    (tmp_path / "uji.csv").write_bytes(content)
    began = time.monotonic()
    done = run(kind, tmp_path / "uji.csv")
    assert isinstance(done.exception, SystemExit) and "uji.csv" in done.output, done.output
    assert nik(900) not in done.output and "Warga" not in done.output
    assert time.monotonic() - began < 5
    with transaction() as session:
        assert session.scalar(select(func.count()).select_from(OfficialPerson)) == 0
        assert session.scalar(select(func.count()).select_from(ImportRun)) == 0


@pytest.mark.parametrize(
    "content",
    [
        codecs.BOM_UTF8 + (HEAD + FIRST + SECOND).encode(),
        codecs.BOM_UTF8 * 2 + (HEAD + FIRST + SECOND).encode(),
        (HEAD + FIRST + SECOND).replace("\n", "\r").encode(),
        (HEAD.replace("\n", "\r\n") + FIRST.replace("\n", "\r") + SECOND).encode(),
        (" NIK , Name,\u200bbirth_date,\ufeffGROUP\n" + FIRST + SECOND).encode(),
        (HEAD + FIRST + ",,,\n \n\n" + SECOND.rstrip()).encode(),
        (HEAD + FIRST + SECOND).replace(",", ";").encode(),
        (HEAD + FIRST.replace("Uji", "U\u200bji\u202e") + SECOND.replace("Warga ", "Warga\u00a0")).encode(),
    ],
)
def test_however_a_spreadsheet_saves_it_all_are_taken(tmp_path: Path, content: bytes) -> None:
    found = people_of(tmp_path / "uji.csv", content)
    assert ([row.name for row in found.rows], found.refused) == (["Warga Uji 001", "Warga Uji 002"], [])


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (FIRST.replace(nik(900), "3.57801E+15"), "NIK: not 16 digits"),
        (FIRST.replace(nik(900), "3578010208540000"), "NIK: serial 0000"),
        (FIRST.replace(nik(900), f"{nik(900)}.0"), "NIK: not 16 digits"),
        (FIRST.replace(nik(900), f"={nik(900)}"), "NIK: not 16 digits"),
        (FIRST.replace(nik(900), "".join(chr(ord(digit) + 0xFEE0) for digit in nik(900))), "NIK: not 16 digits"),
        (FIRST.replace(nik(900), "9" * 900), "NIK: not 16 digits"),
        (FIRST.replace("1954-08-02", "08/02/1954"), "birth_date: not the NIK's"),
        (FIRST.replace("1954-08-02", "19938"), "birth_date: not a date such as 1954-08-17"),
        (FIRST.replace("1954-08-02", "1954-08-02T00:00:00"), "birth_date: not a date such as 1954-08-17"),
        (FIRST.replace("1954-08-02", "٢-٨-١٩٥٥"), "birth_date: not the NIK's"),
        (FIRST.replace("Uji", "\x1b[31mUji"), "name: has a character that cannot be shown"),
        (FIRST.replace("Uji", "U" * 200), "name: longer than 120 characters"),
        (
            FIRST.replace("Warga Uji 001", f'"Warga\n{nik(1)},1954-08-17"'),
            "name: more than a line: is a quote not closed?",
        ),
        (FIRST.replace("Warga", "Warga,"), "has more cells than the header: is a text with a comma without quotes?"),
        (FIRST.replace("lansia", "lansia,b"), "has more cells than the header: is a text with a comma without quotes?"),
        (f"{nik(900)}\n", "name: empty"),
    ],
)
def test_a_row_that_is_not_right_is_refused_and_its_neighbour_taken(tmp_path: Path, row: str, reason: str) -> None:
    found = people_of(tmp_path / "uji.csv", HEAD + row + SECOND)
    assert [kept.name for kept in found.rows] == ["Warga Uji 002"]
    assert [one.reason for one in found.refused] == [reason]
    assert nik(900) not in str(found.refused) and "Warga" not in str(found.refused)


@given(
    st.lists(st.sampled_from([FIRST, SECOND, '"', ",", "\r", "\n", "\u202e", "x", ";", "\0"]), max_size=12).map("".join)
)
def test_whatever_it_is_it_is_taken_or_refused(content: str) -> None:
    try:
        found = read_roster(io.StringIO(HEAD + content, newline=""), TODAY, name="uji.csv")
    except RosterError as problem:
        assert nik(900) not in str(problem) and "Warga" not in str(problem)
    else:
        assert all(row.name.isprintable() and "," not in row.name for row in found.rows)
        assert nik(900) not in "".join(one.reason for one in found.refused)


def test_ten_thousand_of_one_name_and_birthday_take_no_time(tmp_path: Path) -> None:
    """Of an official list of twins, say; each was held against each."""
    digits = [f"3578{district:02}020854{serial:04}" for district in range(1, 32) for serial in range(1, 324)]
    began = time.monotonic()
    found = people_of(tmp_path / "uji.csv", HEAD + "".join(f"{one},Warga Uji,1954-08-02,a\n" for one in digits))
    assert len(found.rows) + len(found.refused) == len(digits)
    assert time.monotonic() - began < 8


@given(st.lists(st.integers(1, 400), min_size=1, max_size=8, unique=True))
def test_those_are_found_that_are_one_digit_off(serials: list[int]) -> None:
    digits = [f"3578010208549{serial:03}" for serial in serials]
    found = read_roster(
        io.StringIO(HEAD + "".join(f"{one},Warga Uji,1954-08-02,a\n" for one in digits)), TODAY, name="u"
    )
    alike = [any(near(one, other) for other in digits) for one in digits]
    assert [row.nik for row in found.rows] == [one for one, slip in zip(digits, alike, strict=True) if not slip]
    for one in found.refused:
        twin = int(one.reason.removeprefix("NIK: one digit off line ").split(",")[0])
        assert near(digits[one.line - 2], digits[twin - 2])


# ---------------------------------------------------------------- places, sessions, doses
PLACE = "PKM-{},Puskesmas Uji {},35.78,Jalan Uji\n"


def test_many_lines_and_long_cells_have_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FileUnreadable, match="line 2: a cell has more than 1000 characters"):
        lines(tmp_path / "a.csv", PLACES + PLACE.format(1, "x" * 2000) + PLACE.format(2, 2))
    monkeypatch.setattr(import_files, "_MOST_LINES", 3)
    assert len(lines(tmp_path / "b.csv", PLACES + PLACE * 3)) == 3
    with pytest.raises(FileUnreadable, match="more than 3 lines"):
        lines(tmp_path / "c.csv", PLACES + "\n" * 3 + PLACE)
    monkeypatch.setattr(roster, "_MOST_ROWS", 1)
    with pytest.raises(RosterError, match="more than 1 rows"):
        people_of(tmp_path / "d.csv", HEAD + FIRST + SECOND)


def test_what_nobody_sees_is_left_out_of_a_name(database: str, tmp_path: Path) -> None:
    """So that no place bears another's name, nor turns the line round that it is shown in."""
    (tmp_path / "a.csv").write_text(PLACES + PLACE.format(1, "\u202eA\u200b\u2066"), encoding="utf-8")
    assert run("facilities", tmp_path / "a.csv").exit_code == 0
    with transaction() as session:
        assert session.scalar(select(Facility.name)) == "Puskesmas Uji A"


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("quota", "9" * 900),
        ("quota", "²"),
        ("quota", "1e3"),
        ("quota", "-1"),
        ("date", "9999-99-99"),
        ("date", "²-1-2026"),
        ("start", "25.00"),
        ("facility_code", "' OR 1=1 --"),
        ("vaccine", "sino" * 200),
    ],
)
def test_a_session_that_cannot_be_is_refused(database: str, tmp_path: Path, column: str, cell: str) -> None:
    told = {
        "facility_code": "PKM-1",
        "date": "2026-12-30",
        "start": "08.00",
        "end": "11.00",
        "vaccine": "sinovac",
        "quota": "5",
    }
    (tmp_path / "tempat.csv").write_text(PLACES + PLACE.format(1, 1), encoding="utf-8")
    assert run("facilities", tmp_path / "tempat.csv").exit_code == 0
    with (tmp_path / "sesi.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, told)
        writer.writeheader()
        writer.writerows([told | {column: cell}, told | {"date": "2027-01-02"}])
    done = run("sessions", tmp_path / "sesi.csv")
    assert isinstance(done.exception, SystemExit) and '"new": 1, ' in done.output, done.output
    assert f",{column}," in (tmp_path / "sesi.refused.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize("cell", ["9" * 900, "²", nik(1), f"{nik(1)} Warga Uji", "१", "-1", "1.0"])
def test_a_number_that_is_none_is_refused_and_not_told(database: str, tmp_path: Path, cell: str) -> None:
    """A column beside its own: the report may hold no NIK."""
    (tmp_path / "dosis.csv").write_text(f"nik,number,vaccine,given_on\n{nik(1)},{cell},sinovac,2022-03-05\n")
    with transaction() as session:
        done = import_doses(session, tmp_path / "dosis.csv", actor="uji", at=datetime.now(timezone.utc))
    (refusal,) = done.file.refusals
    assert (refusal.column, refusal.key.split()[1]) == ("number", "?")
    assert nik(1) not in done.file.report() and "Warga" not in done.file.report()


# ---------------------------------------------------------------- figures
@pytest.mark.parametrize(
    "content",
    [
        workbook(),
        b"[" * 200_000,
        b'{"update": ' * 50_000,
        b'{"list_data": [], "last_date": ' + b"9" * 10_000 + b"}",
        b'{"list_data": [{"key": "JAWA TIMUR", "jumlah_kasus": NaN}], "last_date": "2021-01-01"}',
        b"kode,wilayah,tanggal,penyakit,ukuran,jenis,jumlah\n" + b'35,"' + b"x" * 200_000,
        b",".join(b"k%d" % number for number in range(300_000)) + b"\n1\n",
        (HEAD + FIRST).encode("utf-32"),
        b"<!DOCTYPE x [<!ENTITY a 'aaaa'>]><x>&a;</x>",
        b"kode;tanggal\n" + "35;٩٩٩٩\n".encode(),
    ],
    ids=shown,
)  # fmt: skip
def test_figures_that_are_none_are_refused_in_time(database: str, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "angka.csv").write_bytes(content)
    began = time.monotonic()
    done = run("radar", tmp_path / "angka.csv")
    assert isinstance(done.exception, SystemExit) and '"refused": ["' in done.output, done.output
    assert time.monotonic() - began < 5


# ---------------------------------------------------------------- lines of JSON
@pytest.mark.parametrize(
    "line",
    ["[" * 100_000, '{"lat": ' * 50_000, '{"lat": NaN, "lon": 1}', "9" * 9_000, '"\\ud83d"', "null"],
    ids=shown,
)
def test_a_line_that_cannot_be_read_is_told_and_the_next_answered(line: str) -> None:
    done = CliRunner().invoke(radar, ["where"], input=f'{line}\n{{"lat": -7.25, "lon": 112.75}}\n')
    assert isinstance(done.exception, SystemExit), done.output
    first, second = done.output.strip().splitlines()
    assert first.startswith('{"error": ') and '"35.78"' in second
