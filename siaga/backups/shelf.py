"""The folder that backups lie in: three files each, of which the data sheet comes last and makes it one.

``siaga-20261123T020000Z.dump`` the archive, ``….erased.jsonl`` who had been erased by then (keyed hashes),
``….json`` the data sheet.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path

from siaga.backups import BackupError
from siaga.backups.manifest import Manifest, read
from siaga.settings import settings

DUMP, ERASED, SHEET, PART = ".dump", ".erased.jsonl", ".json", ".part"
_CHUNK = 1 << 20


def folder() -> Path:
    """Where backups are, unless somebody says otherwise."""
    chosen = settings()
    return chosen.backups or chosen.home / "backups"


def name_at(at: datetime) -> str:
    """What a backup of this moment is called."""
    return f"siaga-{at.astimezone(timezone.utc):%Y%m%dT%H%M%SZ}"


@contextmanager
def alone(place: Path) -> Iterator[None]:
    """Hold the folder, made if it is missing, for who runs this alone to look into; what was left half-made goes.

    Raises:
        BackupError: another process is at it, or it cannot be written.
    """
    try:
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = (place / ".lock").open("a")
    except OSError as problem:
        raise BackupError(f"{place}: {problem.strerror}.") from None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupError(f"Another process is making a backup in {place} just now.") from None
        for left in place.glob(f"siaga-*{PART}"):
            left.unlink(missing_ok=True)
        yield


def sheets(place: Path) -> list[Path]:
    """The data sheets of all backups, the newest first."""
    return sorted(place.glob(f"siaga-*{SHEET}"), reverse=True)


def newest(place: Path) -> Manifest | None:
    """The newest backup that has a readable data sheet."""
    for path in sheets(place):
        try:
            return read(path)
        except BackupError:
            continue
    return None


def archive(sheet: Path) -> Path:
    """The archive that belongs to a data sheet."""
    return sheet.with_suffix(DUMP)


def erased_lists(place: Path) -> list[Path]:
    """The lists of who had been erased when each backup was made."""
    return sorted(place.glob(f"siaga-*{ERASED}"))


def sheet_of(given: Path) -> Path:
    """The data sheet of the backup that is meant by any of its files, or by its name without an ending.

    Raises:
        BackupError: there is none.
    """
    bare = given.name
    for ending in (ERASED, DUMP, SHEET):
        bare = bare.removesuffix(ending)
    sheet = given.with_name(bare + SHEET)
    if not sheet.exists():
        raise BackupError(f"There is no data sheet {sheet}: it has to lie beside the archive.")
    return sheet


def check(sheet: Path) -> Manifest:
    """The data sheet, of an archive that is as it was made.

    Raises:
        BackupError: it is missing, cut short or changed.
    """
    manifest, path = read(sheet), archive(sheet)
    try:
        size = path.stat().st_size
        if size != manifest.bytes:
            raise BackupError(f"{path} has {size} bytes instead of {manifest.bytes}: use another backup.")
        if digest(path) != manifest.sha256:
            raise BackupError(f"{path} is not as it was made (its SHA-256 is another): use another backup.")
    except OSError as problem:
        raise BackupError(f"{path}: {problem.strerror}.") from None
    return manifest


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal digits."""
    seen = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            seen.update(chunk)
    return seen.hexdigest()


def keep_newest(place: Path, keep: int) -> list[str]:
    """Delete all backups but the newest ``keep``; the names of those that are gone."""
    gone = []
    for sheet in sheets(place)[keep:]:
        # First what makes it a backup: one that is cut short here is none any more.
        for path in (sheet, archive(sheet), sheet.with_suffix(ERASED)):
            path.unlink(missing_ok=True)
        gone.append(sheet.stem)
    return gone


def settle(path: Path) -> None:
    """Have the disk keep what was written, then take the ``.part`` off its name."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
    path.rename(path.with_name(path.name.removesuffix(PART)))
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
