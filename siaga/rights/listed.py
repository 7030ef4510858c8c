"""The list of who was erased, outside the database: after an old backup was restored, they are erased again by it.

A file of JSON lines: ``{"number", "at", "of": "contact"|"person", "phone"?, "user_id"?, "nik"?}``, the last three blind
indexes in hexadecimal digits. Without the key of the indexes it tells of nobody.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from siaga.db import transaction
from siaga.rights.tables import Erasure
from siaga.settings import settings

MOST_AT_ONCE = 500
# The first of the two numbers is of no other lock; the second tells what it is for.
_LOCK = (3580, 1)
_NUMBER = re.compile(r"HD-[0-9A-F]{12}")
_INDEXES = {"phone": "phone_index", "user_id": "user_id_index", "nik": "nik_index"}
_BYTES = 32


class BadLine(ValueError):
    """A line that is none of ours; the text of it holds its number, and nothing of what stands there."""

    def __init__(self, number: int) -> None:
        super().__init__(f"line {number} is no line of this list")


@dataclass(frozen=True)
class Entry:
    """One who was erased: a contact, by either index, or a person by that of their NIK."""

    number: str
    at: datetime
    phone_index: bytes | None = field(default=None, repr=False)
    user_id_index: bytes | None = field(default=None, repr=False)
    nik_index: bytes | None = field(default=None, repr=False)

    def written(self) -> str:
        """A line of the list, with its end."""
        values = {name: getattr(self, column) for name, column in _INDEXES.items()}
        indexes = {name: bytes(value).hex() for name, value in values.items() if value is not None}
        of = "contact" if self.nik_index is None else "person"
        return json.dumps({"number": self.number, "at": self.at.isoformat(), "of": of, **indexes}) + "\n"


def path() -> Path:
    """Where the list is."""
    chosen = settings()
    return chosen.erased_list or chosen.home / "erased.jsonl"


def append_new() -> int:
    """Append who was erased since, and mark them as listed; how many. One process at a time, in all.

    A line may stand there twice, where the mark could not be set; it is never missing.

    Raises:
        OSError: the file cannot be written; they stay to be listed.
    """
    with transaction() as session:
        if not session.scalar(select(func.pg_try_advisory_xact_lock(*_LOCK))):
            return 0
        rows = session.execute(
            select(Erasure.id, *_columns()).where(Erasure.listed_at.is_(None)).order_by(Erasure.id).limit(MOST_AT_ONCE)
        ).all()
        if not rows:
            return 0
        # Of somebody without an address, as in a shell, there is nothing to be found by.
        lines = [entry.written() for entry in map(_entry, rows) if _has_index(entry)]
        if lines:
            _append(path(), "".join(lines))
            _forget(path(), datetime.now(timezone.utc) - timedelta(days=settings().erased_days))
        session.execute(
            update(Erasure)
            .where(Erasure.id.in_([row.id for row in rows]))
            .values(listed_at=func.now())
            .execution_options(synchronize_session=False)
        )
        return len(rows)


def entries(session: Session) -> Iterator[Entry]:
    """All who are known to have been erased, each once, the oldest first."""
    found = or_(*(getattr(Erasure, column).is_not(None) for column in _INDEXES.values()))
    yield from dict.fromkeys(
        _entry(row) for row in session.execute(select(*_columns()).where(found).order_by(Erasure.at, Erasure.id))
    )


def read(lines: Iterable[str]) -> list[Entry]:
    """The entries of a list, each once; empty lines are passed over.

    Raises:
        BadLine
    """
    found: dict[Entry, None] = {}
    for number, line in enumerate(lines, 1):
        if line.strip():
            found[_read(number, line)] = None
    return list(found)


def _read(number: int, line: str) -> Entry:
    try:
        told = json.loads(line)
        at = datetime.fromisoformat(told["at"])
        indexes = {column: bytes.fromhex(told[name]) for name, column in _INDEXES.items() if name in told}
        entry = Entry(told["number"], at, **indexes)
        of = told["of"]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise BadLine(number) from None
    fits = (
        isinstance(entry.number, str)
        and _NUMBER.fullmatch(entry.number)
        and at.tzinfo is not None
        and of == ("person" if entry.nik_index else "contact")
        and set(told) <= {"number", "at", "of", *_INDEXES}
        and indexes
        and all(len(index) == _BYTES for index in indexes.values())
        and (entry.nik_index is None or len(indexes) == 1)
    )
    if not fits:
        raise BadLine(number)
    return entry


def _columns() -> Sequence[Any]:
    return (Erasure.number, Erasure.at, *(getattr(Erasure, column) for column in _INDEXES.values()))


def _entry(row: Any) -> Entry:
    indexes = {column: value and bytes(value) for column in _INDEXES.values() if (value := getattr(row, column))}
    return Entry(row.number, row.at, **indexes)


def _has_index(entry: Entry) -> bool:
    return any(getattr(entry, column) is not None for column in _INDEXES.values())


def _append(file: Path, text: str) -> None:
    """Append to the file, for whoever runs this alone to read, and wait until the disk has it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    is_new = not file.exists()
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        os.ftruncate(descriptor, _whole(descriptor))
        left = text.encode()
        while left:
            left = left[os.write(descriptor, left) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    if is_new:
        folder = os.open(file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _forget(file: Path, before: datetime) -> None:
    """Take those off the list whom no backup that may still be kept can bring back; the oldest stands first."""
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    if not _is_older(lines[0], before):
        return
    anew = file.with_name(f"{file.name}.new")
    anew.unlink(missing_ok=True)
    _append(anew, "".join(line for line in lines if not _is_older(line, before)))
    anew.replace(file)


def _is_older(line: str, before: datetime) -> bool:
    try:
        return _read(1, line).at < before
    except BadLine:
        return False


def _whole(descriptor: int) -> int:
    """How long the file is without a line that was not written to its end: who stood there is not marked as listed."""
    end = os.lseek(descriptor, 0, os.SEEK_END)
    at = max(0, end - MOST_AT_ONCE)
    tail = os.pread(descriptor, end - at, at)
    return end if not tail or tail.endswith(b"\n") else at + tail.rfind(b"\n") + 1
