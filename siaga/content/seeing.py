"""One look at what stands: by kinds, from the database or from the files, and never what cannot be read."""

from __future__ import annotations

import hashlib
import logging
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from siaga.content.files import ContentError, Entry
from siaga.content.kinds import DIRECTORY, KINDS, Entries, read_folder
from siaga.content.standing import Standing, heads_of, history, next_change, read_version, standing
from siaga.content.tables import ContentFile, ContentRelease, ContentVersion
from siaga.content.versions import OPEN

log = logging.getLogger(__name__)

_FILES = "files"
"""What stands in short, where the files say it."""

Key = tuple[str, bool]
"""A kind, and whether with what is not published yet."""

_told: set[str] = set()
_files: dict[str, Entries] = {}


@dataclass(frozen=True)
class Seen:
    """What was seen in the database, or in the files, at one look."""

    change: tuple[Any, ...] | None = None
    """of the database: another one means that something may stand that did not"""
    until: datetime | None = None
    """when something starts or ends by itself"""
    marks: dict[Key, str] = field(default_factory=dict)
    """what stands of each kind, in short"""
    entries: dict[Key, Entries | None] = field(default_factory=dict)
    """None: what the files say"""


def change_of(session: Session) -> tuple[Any, ...]:
    """A few numbers that are others after every change that somebody makes."""
    releases = select(func.count(), func.max(ContentRelease.id), func.count(ContentRelease.undone_at))
    versions = select(func.max(ContentVersion.id))
    states = select(ContentVersion.id, ContentVersion.state).where(ContentVersion.state.in_(OPEN))
    return (
        *session.execute(releases).one(),
        session.execute(select(func.max(ContentRelease.undone_at))).scalar_one(),
        session.execute(versions).scalar_one(),
        tuple(sorted((row.id, row.state) for row in session.execute(states))),
    )


def see(session: Session, change: tuple[Any, ...], now: datetime, before: Seen | None) -> Seen:
    """What stands now. What cannot be read is as it was ``before``."""
    marks: dict[Key, str] = {}
    found: dict[Key, Entries | None] = {}
    ours = {
        *session.execute(select(ContentFile.kind).distinct()).scalars(),
        *session.execute(select(ContentVersion.kind).where(ContentVersion.state == "published").distinct()).scalars(),
    }
    unpublished = set(
        session.execute(select(ContentVersion.kind).where(ContentVersion.state.in_(OPEN)).distinct()).scalars()
    )
    stands = standing(session, now)
    with_drafts = standing(session, now, preview=True) if unpublished else stands
    for kind in KINDS:
        marks[kind, False], found[kind, False] = _of_kind(session, (kind, False), stands, kind in ours, before)
        if kind in unpublished:
            marks[kind, True], found[kind, True] = _of_kind(session, (kind, True), with_drafts, True, before)
            if kind not in ours:
                # Before anything of a kind was imported.
                found[kind, True] = (found[kind, True] or Entries()).over(from_files(kind))
        else:
            marks[kind, True], found[kind, True] = marks[kind, False], found[kind, False]
    return Seen(change, next_change(session, now), marks, found)


def _of_kind(
    session: Session, key: Key, stands: Standing, ours: bool, before: Seen | None
) -> tuple[str, Entries | None]:
    """What stands of a kind, in short and in full."""
    if not ours:
        return _FILES, None
    heads = sorted(
        (name, hashlib.sha256(text.encode()).hexdigest())
        for (kind, name), text in stands.files.items()
        if kind == key[0]
    )
    mark = repr(([(version.id, version.place) for version in stands.of(key[0])], heads))
    if before is not None and before.marks.get(key) == mark:
        return mark, before.entries[key]
    return mark, _Reading(session, key, stands, _earlier(key, before)).readable()


def _earlier(key: Key, before: Seen | None) -> Entries | None:
    with suppress(ContentError):
        return None if before is None else entries_of(before, key)
    return None


class _Reading:
    """Reads what stands of a kind. An entry that cannot be read is left as it was before, or else out; but a kind whose
    entries are whole files is left as it was, rather than without one of them."""

    def __init__(self, session: Session, key: Key, stands: Standing, before: Entries | None) -> None:
        self._session = session
        self._key = key
        self._kind = KINDS[key[0]]
        self._stands = stands
        self._before = before
        self._heads: dict[str, Entry] = {}
        self._tried: set[int] = set()
        self._fault: ContentError | None = None

    def readable(self) -> Entries:
        """The entries; each fault is told, once."""
        try:
            self._heads = heads_of(self._kind.name, self._stands.files)
        except ContentError as error:
            return self._all_as_before(error)
        versions = [(version, self._read(version)) for version in self._stands.of(self._kind.name)]
        while True:
            if self._kind.whole and self._fault is not None and any(entry is None for _, entry in versions):
                # Without the file that holds today an older one would.
                return self._all_as_before(self._fault)
            found = Entries([entry for _, entry in versions if entry is not None], self._heads.values())
            if not found:
                return found
            try:
                self._kind.read(found)
                return found
            except ContentError as error:
                at = [i for i, (_, entry) in enumerate(versions) if entry is not None and entry.path == error.path]
                if len(at) != 1:
                    return self._all_as_before(error)
                self._tell(error)
                version = versions[at[0]][0]
                versions[at[0]] = (version, self._other(version))
            except Exception as error:
                return self._all_as_before(error)

    def _read(self, version: ContentVersion) -> Entry | None:
        try:
            return read_version(version, self._heads.get(version.file))
        except ContentError as error:
            self._tell(error)
            return self._other(version)

    def _other(self, version: ContentVersion) -> Entry | None:
        """What was there before of an entry that cannot be read; of one that was tried already nothing."""
        if version.id in self._tried:
            return None
        self._tried.add(version.id)
        for old in self._before or ():
            if old.id == version.key:
                return old
        for earlier in history(self._session, version.kind, version.key):
            gone = earlier.release is None or earlier.release.undone_at is not None or earlier.body is None
            if not gone and earlier.ends_at is None and earlier.id < version.id:
                with suppress(ContentError):
                    return read_version(earlier, self._heads.get(earlier.file))
        return None

    def _all_as_before(self, error: Exception) -> Entries:
        tell(f"{self._kind.name}: {reason_of(error)} What was there before stands.")
        if self._before is not None:
            return self._before
        try:
            return from_files(self._kind.name)
        except ContentError:
            return Entries()

    def _tell(self, error: ContentError) -> None:
        self._fault = error
        tell(f"{self._kind.name}: {error} This entry stays as it was.")


def all_from_files() -> Seen:
    """What the files of all kinds say."""
    keys = [(kind, preview) for kind in KINDS for preview in (False, True)]
    return Seen(marks=dict.fromkeys(keys, _FILES), entries=dict.fromkeys(keys))


def entries_of(seen: Seen, key: Key) -> Entries:
    """The entries of a kind."""
    found = seen.entries[key]
    return from_files(key[0]) if found is None else found


def from_files(kind: str) -> Entries:
    """What the files say, read once."""
    found = _files.get(kind)
    if found is None:
        found = _files[kind] = read_folder(DIRECTORY / KINDS[kind].folder, KINDS[kind].list_key)
    return found


def reason_of(error: Exception) -> str:
    """What the log may tell of an error."""
    # An error of ours tells where to look; another one's text could be anything.
    return str(error) if isinstance(error, ContentError) else f"{type(error).__name__}."


def tell(line: str) -> None:
    """Log a line, once."""
    if line not in _told:
        _told.add(line)
        log.error("%s", line)


def forget() -> None:
    """Read the files anew at the next use, and tell again what was told: for tests."""
    _files.clear()
    _told.clear()
