"""Files that staff hand in: read line by line, taken in one transaction, and a report of what was refused and why."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from siaga.db.audit import note
from siaga.registration.tables import ImportRun
from siaga.text.cells import harmless
from siaga.text.files import content_of, name_of

_IMPORT_LOCKS = 3580
"""The first of the two numbers of our advisory locks; the second is made from the kind of the file."""
_LARGEST_BYTES = 50_000_000
_MOST_LINES = 300_000
"""All of them are held in memory."""
_LONGEST_CELL = 1000
"""Characters; what is longer has swallowed the lines behind a quote that was not closed."""
_NAMED = 5
"""Columns that a refusal names; there may be any number."""


class FileUnreadable(Exception):
    """A file of which nothing can be taken: no CSV, not UTF-8, a column missing."""


class Refused(Exception):
    """A line that is not taken; ``column`` is where it is wrong, if it is in one."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column
        self.reason = reason


class Change(Enum):
    """What a line changed."""

    NEW = "new"
    CHANGED = "changed"
    NOTHING = "unchanged"


@dataclass(frozen=True)
class Line:
    """One line of a file: ``number`` is the one it begins on, the header's being 1; ``cells`` by column, trimmed."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Refusal:
    """Why a line was not taken; ``key`` names what it was about, as far as it could be read."""

    line: int
    key: str
    column: str
    reason: str


@dataclass
class Imported:
    """What came of a file."""

    counts: dict[Change, int] = field(default_factory=lambda: dict.fromkeys(Change, 0))
    refusals: list[Refusal] = field(default_factory=list)

    @property
    def taken(self) -> int:
        """How many lines were right, whether or not they changed anything."""
        return sum(self.counts.values())

    def report(self) -> str:
        """What was refused, as CSV."""
        written = io.StringIO()
        writer = csv.writer(written, lineterminator="\n")
        writer.writerow(["line", "key", "column", "reason"])
        writer.writerows(
            [refusal.line, harmless(refusal.key), refusal.column, refusal.reason] for refusal in self.refusals
        )
        return written.getvalue()


def read(path: Path, *, required: Collection[str], optional: Collection[str]) -> list[Line]:
    """The lines of a CSV file, with a comma or a semicolon between the cells. Empty lines are left out.

    Raises:
        FileUnreadable: nothing of it can be taken.
    """
    try:
        given = content_of(path, _LARGEST_BYTES)
        if len(given) > _LARGEST_BYTES:
            raise FileUnreadable(f"{name_of(path)} is larger than {_LARGEST_BYTES // 1_000_000} MB")
        content = given.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FileUnreadable(f"{name_of(path)} is not UTF-8: save it as CSV UTF-8") from None
    except OSError as problem:
        raise FileUnreadable(f"{name_of(path)} cannot be opened: {problem.strerror}") from None
    head = content.partition("\n")[0]
    reader = csv.reader(
        io.StringIO(content, newline=""), delimiter=";" if head.count(";") > head.count(",") else ",", strict=True
    )
    try:
        return list(_lines(name_of(path), reader, required, optional))
    except csv.Error as problem:
        raise FileUnreadable(f"{name_of(path)}, line {reader.line_num}: {problem}") from None


def _lines(
    name: str, reader: Iterator[list[str]], required: Collection[str], optional: Collection[str]
) -> Iterator[Line]:
    columns = [tidy(column).lower() for column in next(reader, [])]
    if missing := [column for column in required if column not in columns]:
        raise FileUnreadable(f"{name} has no column {', '.join(missing)}")
    if unknown := [column for column in columns if column not in required and column not in optional]:
        raise FileUnreadable(f"{name} has a column that is not known: {', '.join(unknown[:_NAMED])}")
    if len(set(columns)) < len(columns):
        raise FileUnreadable(f"{name} has a column twice")
    number = 2
    for taken, cells in enumerate(reader):
        if taken == _MOST_LINES:
            raise FileUnreadable(f"{name} has more than {_MOST_LINES} lines: divide it")
        if any(len(cell) > _LONGEST_CELL for cell in cells):
            raise FileUnreadable(
                f"{name}, line {number}: a cell has more than {_LONGEST_CELL} characters: is a quote not closed?"
            )
        given = [tidy(cell) for cell in cells]
        if any(given):
            # Too many cells stand out by a column that has no name; too few are empty.
            padded = [*given, *[""] * (len(columns) - len(given))]
            surplus = {"": " ".join(padded[len(columns) :])} if len(padded) > len(columns) else {}
            yield Line(number, dict(zip(columns, padded, strict=False)) | surplus)
        number = reader.line_num + 1  # type: ignore[attr-defined]


def tidy(cell: str) -> str:
    """A cell on one line, without what nobody sees: marks of direction and of joining, spaces of no width."""
    if not cell.isprintable():
        cell = "".join(sign for sign in cell if unicodedata.category(sign) != "Cf")
    return " ".join(unicodedata.normalize("NFC", cell).split())


def take(
    session: Session,
    kind: str,
    file_name: str,
    lines: Iterable[Line],
    key_of: Callable[[Line], str],
    take_line: Callable[[Line], Change],
    *,
    actor: str,
) -> Imported:
    """Take what is right, line by line, and write down the run and who did it; in the caller's transaction.

    ``key_of`` names what a line is about: a second one about what was taken is refused. ``take_line`` raises
    ``Refused`` before it has changed anything. Two files of a kind are taken one after the other.
    """
    session.execute(
        text("SELECT pg_advisory_xact_lock(:space, hashtext(:kind))"), {"space": _IMPORT_LOCKS, "kind": kind}
    )
    done = Imported()
    seen: dict[str, int] = {}
    for line in lines:
        key = key_of(line)
        try:
            _check_line(line)
            if key.casefold() in seen:
                raise Refused("", f"stands in line {seen[key.casefold()]} already")
            change = take_line(line)
        except Refused as refused:
            done.refusals.append(Refusal(line.number, key, refused.column, refused.reason))
        else:
            done.counts[change] += 1
            seen[key.casefold()] = line.number
    counts = {change.value: number for change, number in done.counts.items()} | {"refused": len(done.refusals)}
    rows = done.taken + len(done.refusals)
    session.add(
        ImportRun(kind=kind, file_name=file_name, actor=actor, rows=rows, taken=done.taken, refused=len(done.refusals))
    )
    note(session, actor, f"{kind}.import", {"file": file_name, **counts})
    session.flush()
    return done


def _check_line(line: Line) -> None:
    if "" in line.cells:
        raise Refused("", "has more cells than the header: is a text with a comma without quotes?")
    for column, cell in line.cells.items():
        if any(unicodedata.category(character) == "Cc" for character in cell):
            raise Refused(column, "has a character that cannot be shown")
