"""Official lists of people: read row by row from CSV, checked, and kept to validate registrations against.

A list says who is entitled or expected, from an authority that knows them. What cannot be right is refused with its
line and the reason, so that whoever made the list can correct it; the report names nobody, and no more of a NIK than
its mask.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TextIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from siaga.db.audit import note
from siaga.db.bulk import insert_rows, is_any
from siaga.people.names import name_birth_index, plain_name
from siaga.places import regions
from siaga.privacy import mask_nik
from siaga.registration.import_files import tidy
from siaga.registration.nik import NikProblem, birth_dates, read_nik
from siaga.registration.people import nik_index
from siaga.registration.tables import ImportRun, OfficialPerson
from siaga.text.files import content_of, name_of
from siaga.text.nik import digits_of
from siaga.text.phone import find_phones

NEEDED = ("nik", "name", "birth_date")
COLUMNS = (*NEEDED, "sex", "regency_code", "district_code", "phone", "group")
AT_ONCE = 2000
"""Rows a statement: the arrays of a statement are held in memory."""
GROUP_LENGTH = 40
_LARGEST_BYTES = 100_000_000
_MOST_ROWS = 500_000
"""All of them are held in memory."""
_LONGEST_NAME = 120
_LONGEST_CELL = 1000
"""Characters; what is longer has swallowed the rows behind a quote that was not closed."""

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})$")
_INDONESIAN = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$")
_SEX = {"l": "L", "laki-laki": "L", "m": "L", "p": "P", "perempuan": "P", "f": "P"}


class RosterError(ValueError):
    """A file that is no list of people; the text names the file and what is wrong, and nothing of its contents."""


@dataclass(frozen=True)
class Row:
    """Somebody on a list, as it is kept; ``line`` is the line of the file."""

    line: int
    nik: str = field(repr=False)
    name: str = field(repr=False)
    birth_date: str = field(repr=False)
    sex: str
    regency_code: str | None
    district_code: str | None
    phone: str | None = field(repr=False)
    group: str | None


@dataclass(frozen=True)
class Refused:
    """A row that was not taken."""

    line: int
    masked_nik: str
    reason: str


@dataclass(frozen=True)
class Checked:
    """The rows of a file that may be taken, and those that may not, both in the order of the file."""

    rows: list[Row]
    refused: list[Refused]


@dataclass(frozen=True)
class Imported:
    """What came of an import: rows added and changed, rows that were the same before, rows refused."""

    added: int
    changed: int
    unchanged: int
    refused: int


class _Wrong(Exception):
    """Why one row cannot be taken."""


def opened(path: Path) -> TextIO:
    """The text of a file, to be read as a roster.

    Raises:
        OSError: it cannot be opened, or is no file.
        RosterError: it is too large, or not UTF-8.
    """
    content = content_of(path, _LARGEST_BYTES)
    if len(content) > _LARGEST_BYTES:
        raise RosterError(f"{name_of(path)}: larger than {_LARGEST_BYTES // 1_000_000} MB; divide it")
    try:
        return io.StringIO(content.decode("utf-8-sig"), newline="")
    except UnicodeDecodeError:
        raise RosterError(f"{name_of(path)}: this is no CSV in UTF-8") from None


def read_roster(file: TextIO, today: date, *, name: str) -> Checked:
    """Read and check a CSV with a header; commas or semicolons, dates as ``1954-08-17`` or ``17-08-1954``.

    Args:
        today: births after it are refused.
        name: what to call the file in errors.

    Raises:
        RosterError: a needed column is missing, a column stands twice, a quote is not closed, or it is no CSV.
    """
    rows, refused = _read(file, today, name)
    rows, more = _without_duplicates(rows)
    return Checked(rows, sorted((*refused, *more), key=lambda one: one.line))


def _read(file: TextIO, today: date, name: str) -> tuple[list[Row], list[Refused]]:
    header = file.readline()
    delimiter = ";" if header.count(";") > header.count(",") else ","
    try:
        columns = [tidy(column).lower() for column in next(csv.reader([header], delimiter=delimiter), [])]
    except csv.Error:
        raise RosterError(f"{name}: this is no CSV in UTF-8") from None
    missing = [column for column in NEEDED if column not in columns]
    if missing:
        raise RosterError(f"{name}: the column {missing[0]} is missing; the first line must name the columns")
    if double := [column for column in COLUMNS if columns.count(column) > 1]:
        raise RosterError(f"{name}: the column {double[0]} stands there twice")
    reader = csv.DictReader(file, fieldnames=columns, delimiter=delimiter, strict=True)
    rows: list[Row] = []
    refused: list[Refused] = []
    try:
        for cells in reader:
            line = reader.line_num + 1
            if len(rows) + len(refused) == _MOST_ROWS:
                raise RosterError(f"{name}: more than {_MOST_ROWS} rows; divide it")
            given = {column: cells.get(column) or "" for column in COLUMNS}
            if any(len(cell) > _LONGEST_CELL for cell in given.values()):
                raise RosterError(f"{name}, line {line}: a cell without end; is a quote not closed?")
            surplus = any(cells.get(None) or ())
            if not surplus and not any(map(str.strip, given.values())):
                continue
            try:
                rows.append(_row(line, _plain(given, surplus), today))
            except _Wrong as wrong:
                refused.append(Refused(line, mask_nik(digits_of(given["nik"])), str(wrong)))
    except csv.Error:
        where = reader.reader.line_num + 1
        raise RosterError(f"{name}, line {where}: this is no CSV in UTF-8; is a quote not closed?") from None
    return rows, refused


def _plain(given: Mapping[str, str], surplus: bool) -> dict[str, str]:
    """A row's cells, trimmed; what has swallowed its neighbours, or cannot be shown, is wrong."""
    if surplus:
        raise _Wrong("has more cells than the header: is a text with a comma without quotes?")
    for column, cell in given.items():
        if len(cell.strip().splitlines()) > 1:
            raise _Wrong(f"{column}: more than a line: is a quote not closed?")
    tidied = {column: tidy(cell) for column, cell in given.items()}
    for column, cell in tidied.items():
        if not cell.isprintable():
            raise _Wrong(f"{column}: has a character that cannot be shown")
    return tidied


def _row(line: int, given: dict[str, str], today: date) -> Row:
    try:
        nik = read_nik(given["nik"])
    except NikProblem as problem:
        raise _Wrong(f"NIK: {_NIK_PROBLEMS[problem.kind]}") from None
    name = " ".join(given["name"].split())
    if not any(character.isalpha() for character in name):
        raise _Wrong("name: empty")
    if len(name) > _LONGEST_NAME:
        raise _Wrong(f"name: longer than {_LONGEST_NAME} characters")
    born = _date(given["birth_date"])
    if born is None:
        raise _Wrong("birth_date: not a date such as 1954-08-17")
    if born not in birth_dates(nik, today):
        raise _Wrong("birth_date: not the NIK's")
    sex = _SEX.get(given["sex"].lower(), "?") if given["sex"] else nik.sex
    if sex == "?":
        raise _Wrong("sex: neither L nor P")
    if sex != nik.sex:
        raise _Wrong("sex: not the NIK's")
    regency, district = _place(given["regency_code"], given["district_code"])
    return Row(
        line=line,
        nik=nik.number,
        name=name,
        birth_date=born.isoformat(),
        sex=sex,
        regency_code=regency,
        district_code=district,
        phone=_phone(given["phone"]),
        group=given["group"][:GROUP_LENGTH] or None,
    )


_NIK_PROBLEMS = {
    "length": "not 16 digits",
    "region": "no such region",
    "date": "no such date",
    "serial": "serial 0000",
}


def _date(written: str) -> date | None:
    if match := _ISO.match(written):
        year, month, day = match.groups()
    elif match := _INDONESIAN.match(written):
        day, month, year = match.groups()
    else:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _place(regency: str, district: str) -> tuple[str | None, str | None]:
    """Codes with their dots; a district alone says the regency."""
    below = _dotted(district)
    above = _dotted(regency) or (below and below[:5])
    if above and (regions.name(above) is None or regions.level(above) != "regency"):
        raise _Wrong("regency_code: no such kabupaten/kota")
    if below and (regions.name(below) is None or regions.level(below) != "district"):
        raise _Wrong("district_code: no such kecamatan")
    if above and below and not below.startswith(above + "."):
        raise _Wrong("district_code: not in that kabupaten/kota")
    return above or None, below or None


def _dotted(code: str) -> str:
    digits = digits_of(code)
    return ".".join(part for part in (digits[:2], digits[2:4], digits[4:]) if part)


def _phone(written: str) -> str | None:
    if not written:
        return None
    # Spreadsheets drop the zero in front.
    found = find_phones(written) or find_phones("0" + written)
    if not found:
        raise _Wrong("phone: not a number such as 0812…")
    return found[0].value


def _without_duplicates(rows: Sequence[Row]) -> tuple[list[Row], list[Refused]]:
    """Rows without those that have a former row's NIK, and without pairs of which one must be a slip of the pen."""
    first: dict[str, int] = {}
    reasons: dict[int, str] = {}
    alike: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        if row.nik in first:
            reasons[row.line] = f"NIK: the same as in line {first[row.nik]}"
            continue
        first[row.nik] = row.line
        alike[plain_name(row.name), row.birth_date].append(row)
    for namesakes in alike.values():
        for row, twin in _twins(namesakes):
            # Which of the two is right cannot be told from here.
            reasons[row.line] = f"NIK: one digit off line {twin.line}, with the same name and birth date"
    kept = [row for row in rows if row.line not in reasons]
    return kept, [Refused(row.line, mask_nik(row.nik), reasons[row.line]) for row in rows if row.line in reasons]


def _twins(namesakes: Sequence[Row]) -> Iterator[tuple[Row, Row]]:
    """Each row whose NIK is one digit off another's, and the first of those others.

    By what is left of a NIK without one of its digits: of very many namesakes not each is held against each.
    """
    if len(namesakes) < 2:
        return
    without: defaultdict[tuple[int, str], list[Row]] = defaultdict(list)
    for row in namesakes:
        for key in _left_over(row.nik):
            without[key].append(row)
    for row in namesakes:
        firsts = [one for key in _left_over(row.nik) for one in without[key][:2] if one is not row]
        if firsts:
            yield row, min(firsts, key=lambda one: one.line)


def _left_over(nik: str) -> Iterator[tuple[int, str]]:
    return ((place, nik[:place] + nik[place + 1 :]) for place in range(len(nik)))


def import_roster(session: Session, checked: Checked, *, list_name: str, file_name: str, actor: str) -> Imported:
    """Keep the rows of a list; of somebody on several, what was imported last. The same again changes nothing.

    ``list_name`` stands for a group where the row names none.
    """
    run = ImportRun(kind="people", file_name=file_name, actor=actor, rows=0, taken=0, refused=len(checked.refused))
    session.add(run)
    session.flush()
    done: Counter[str] = Counter()
    for rows in _in_parts(checked.rows):
        done += _keep(session, rows, list_name[:GROUP_LENGTH], run.id)
    run.rows = len(checked.rows) + len(checked.refused)
    run.taken = done["added"] + done["changed"]
    imported = Imported(done["added"], done["changed"], done["unchanged"], len(checked.refused))
    note(session, actor, "people.import", {"list": list_name, "file": file_name, **asdict(imported)})
    return imported


def _in_parts(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    for start in range(0, len(rows), AT_ONCE):
        yield rows[start : start + AT_ONCE]


_KEPT = ("name", "birth_date", "sex", "regency_code", "district_code", "phone", "group")


def _keep(session: Session, rows: Sequence[Row], list_name: str, run_id: int) -> Counter[str]:
    new = [_values(row, list_name, run_id) for row in rows]
    known = {
        bytes(row.nik_index): tuple(row[1:])
        for row in session.execute(
            select(OfficialPerson.nik_index, *(getattr(OfficialPerson, column) for column in _KEPT)).where(
                is_any(OfficialPerson.nik_index, [row["nik_index"] for row in new])
            )
        )
    }
    differing = [row for row in new if known.get(row["nik_index"]) != tuple(row[column] for column in _KEPT)]
    if differing:
        # In one order everywhere, so that two imports do not wait for each other in a circle.
        row = insert_rows(OfficialPerson, sorted(differing, key=lambda one: one["nik_index"]))
        kept = {name: row.excluded[name] for name in (*_KEPT, "name_birth_index", "import_id")}
        session.execute(row.on_conflict_do_update(index_elements=[OfficialPerson.nik_index], set_=kept))
    changed = sum(row["nik_index"] in known for row in differing)
    return Counter(added=len(differing) - changed, changed=changed, unchanged=len(new) - len(differing))


def _values(row: Row, list_name: str, run_id: int) -> dict[str, Any]:
    values = {column: getattr(row, column) for column in ("nik", *_KEPT)}
    return {
        **values,
        "group": row.group or list_name,
        "nik_index": nik_index(row.nik),
        "name_birth_index": name_birth_index(row.name, row.birth_date),
        "import_id": run_id,
    }


def report_of(refused: Iterable[Refused]) -> str:
    """The rows that were refused as CSV: line, masked NIK, reason."""
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow(["line", "nik", "reason"])
    writer.writerows((one.line, one.masked_nik, one.reason) for one in refused)
    return made.getvalue()
