"""The content that stands now, as each process sees it: made anew beside the turns when staff publish a change.

What a process tells comes from the database, by kinds: a kind of which nothing was ever imported or published, and all
of them where there is no database, come from the files of ``content/``. What cannot be read never takes a process down:
what it had before stands on, and the log tells why, once.
"""

from __future__ import annotations

import hashlib
import logging
import os
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timezone
from select import select as select_ready
from typing import Any, TypeVar

import psycopg2
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from siaga.content.files import ContentError, Entry
from siaga.content.kinds import DIRECTORY, KINDS, Entries, read_folder
from siaga.content.standing import Standing, heads_of, history, next_change, read_version, standing
from siaga.content.tables import ContentFile, ContentRelease, ContentVersion
from siaga.content.versions import CHANNEL, OPEN
from siaga.db.server import DatabaseUnavailable, DatabaseUnknown, database_url

T = TypeVar("T")

POLL_SECONDS = 5.0
"""So long may a change stay unseen whose notification was lost."""
RETRY_SECONDS = 1.0
"""Between attempts to reach a database that is away."""
_CONNECT_SECONDS = 3
_STATEMENT_MS = 4000
_JOIN_SECONDS = 8.0

log = logging.getLogger(__name__)

_FILES = "files"
"""What stands in short, where the files say it."""

Key = tuple[str, bool]
"""A kind, and whether with what is not published yet."""


@dataclass(frozen=True)
class _Watch:
    """The thread of a process that listens; a byte through ``end`` wakes it to stop."""

    process: int
    thread: threading.Thread
    end: socket.socket


@dataclass(frozen=True)
class _Seen:
    """What was seen in the database, or in the files, at one look."""

    change: tuple[Any, ...] | None = None
    """of the database: another one means that something may stand that did not"""
    until: datetime | None = None
    """when something starts or ends by itself"""
    marks: dict[Key, str] = field(default_factory=dict)
    """what stands of each kind, in short"""
    entries: dict[Key, Entries | None] = field(default_factory=dict)
    """None: what the files say"""


Build = tuple[str, Callable[[Entries], Any], bool]
"""A kind, what is made of it, and whether with what is not published yet."""

_looking = threading.RLock()
"""Held for one look and all that is built after it: seconds, if a model has to be loaded. Taken before ``_lock``."""
_lock = threading.Lock()
"""Held for a moment, to exchange what is below."""
_seen: _Seen | None = None
_built: dict[Build, Any] = {}
_first_builds: dict[Build, threading.Lock] = {}
_told: set[str] = set()
_files: dict[str, Entries] = {}
_watching: _Watch | None = None


# ------------------------------------------------------------------ in a turn
def entries(kind: str, *, preview: bool = False) -> Entries:
    """What stands of a kind, in the order of its files; with ``preview`` with what is not published yet on top."""
    return _entries(_now_seen(), (kind, preview))


def built(kind: str, build: Callable[[Entries], T], *, preview: bool = False) -> T:
    """What ``build`` makes of the kind's entries, kept until they change; where a process watches, a change is built
    before anybody asks for it, and a turn never waits.

    ``build`` is a function of a module, always the same one: what it made is kept under its name.

    Raises:
        ContentError: neither what stands nor the files can be read.
    """
    key = (kind, build, preview)
    if key not in _built:
        with _lock:
            alone = _first_builds.setdefault(key, threading.Lock())
        # Who asks for something else waits neither for this nor with it.
        with alone:
            while key not in _built:
                seen = _now_seen()
                made = _first(seen, key)
                with _lock:
                    if _seen is not None and _seen.marks[kind, preview] == seen.marks[kind, preview]:
                        _built[key] = made
    standing: T = _built[key]
    return standing


def stamp() -> str:
    """What changes whenever something else stands; the same in all processes that see the same."""
    marks = sorted((kind, mark) for (kind, preview), mark in _now_seen().marks.items() if not preview)
    return hashlib.sha256(repr(marks).encode()).hexdigest()[:12]


def _now_seen() -> _Seen:
    seen = _seen
    if seen is None:
        with _looking:
            if _seen is None:
                try:
                    refresh()
                except (SQLAlchemyError, DatabaseUnknown, DatabaseUnavailable) as error:
                    if not isinstance(error, DatabaseUnknown):
                        _tell(f"the database is away, the content is that of the files: {type(error).__name__}")
                    _swap(_all_from_files())
            seen = _seen
            assert seen is not None  # noqa: S101 - either has just been set
    return seen


def _first(seen: _Seen, key: Build) -> Any:
    kind, build, preview = key
    try:
        return build(_entries(seen, (kind, preview)))
    except Exception as error:
        _tell(f"{kind}: {_reason(error)} The files stand instead.")
        return build(_from_files(kind))


# ------------------------------------------------------------------ keeping up
def watch() -> None:
    """Keep what stands up to date from now on, in a thread of this process; to call it again changes nothing."""
    global _watching
    with _lock:
        if _watching is not None and _watching.process == os.getpid() and _watching.thread.is_alive():
            return
        stop, end = socket.socketpair()
        thread = threading.Thread(target=_keep_watching, args=(stop,), name="content", daemon=True)
        _watching = _Watch(os.getpid(), thread, end)
        thread.start()


def read_first(reads: Iterable[Callable[[], object]]) -> None:
    """Build what a process tells from before anybody asks; from then on it is built anew when something is published.

    Slow (files, perhaps a model): in a thread, where an event loop runs.
    """
    for read in reads:
        try:
            read()
        except Exception as error:
            # Whoever asks for it first will tell what is wrong.
            log.error("content cannot be read: %s", type(error).__name__)


def refresh() -> bool:
    """Look once, now; whether something else stands than before.

    Raises:
        SQLAlchemyError, DatabaseUnknown, DatabaseUnavailable: the database cannot be asked.
    """
    with _connected() as connection:
        return _look(connection)


def forget() -> None:
    """Stop watching, and read everything anew at the next use: for tests."""
    global _seen, _watching
    watching = _watching
    if watching is not None and watching.process == os.getpid():
        watching.end.close()
        watching.thread.join(_JOIN_SECONDS)
    with _lock:
        _watching = None
        _seen = None
        _built.clear()
        _first_builds.clear()
        _files.clear()
        _told.clear()


def _keep_watching(stop: socket.socket) -> None:
    away = False
    while not _rested(stop, 0):
        pause = RETRY_SECONDS
        try:
            with _connected() as connection:
                _listen(connection)
                if away:
                    log.warning("the content is that of the database again")
                    away = False
                while True:
                    _look(connection)
                    if _wait(connection, stop):
                        return
        except DatabaseUnknown:
            pause = POLL_SECONDS
        except (SQLAlchemyError, psycopg2.Error, OSError, DatabaseUnavailable) as error:
            if not away:
                log.warning("the content stays as it is while the database is away: %s", type(error).__name__)
            away = True
        except Exception:
            # Whatever it is: what stood stands on, and the next look may be better.
            log.exception("the content could not be looked at")
            pause = POLL_SECONDS
        if _rested(stop, pause):
            return


def _rested(stop: socket.socket, seconds: float) -> bool:
    """Rest; whether it is time to stop."""
    return bool(select_ready([stop], [], [], seconds)[0])


@contextmanager
def _connected() -> Iterator[Connection]:
    """A connection of its own, that does not wait for a database which has gone without a word."""
    engine = create_engine(
        database_url(),
        future=True,
        poolclass=NullPool,
        hide_parameters=True,
        isolation_level="REPEATABLE READ",
        connect_args={
            "connect_timeout": _CONNECT_SECONDS,
            "options": f"-c statement_timeout={_STATEMENT_MS}",
            "keepalives_idle": 5,
            "keepalives_interval": 2,
            "keepalives_count": 2,
            "tcp_user_timeout": 5000,
            "application_name": "siaga content",
        },
    )
    with engine.connect() as connection:
        yield connection


def _listen(connection: Connection) -> None:
    connection.execute(text(f"LISTEN {CHANNEL}"))
    connection.commit()


def _wait(connection: Connection, stop: socket.socket) -> bool:
    """Until a notification, the next start or end, or the time to look anyway; whether it is time to stop instead."""
    raw: Any = connection.connection.dbapi_connection
    if raw.notifies:  # it came with the answer to a statement
        raw.notifies.clear()
        return _rested(stop, 0)
    until = _seen.until if _seen else None
    seconds = POLL_SECONDS
    if until is not None:
        seconds = min(seconds, max(0.01, (until - datetime.now(timezone.utc)).total_seconds()))
    ready = select_ready([raw, stop], [], [], seconds)[0]
    if raw in ready:
        raw.poll()
        raw.notifies.clear()
    return stop in ready


# ------------------------------------------------------------------ one look
def _look(connection: Connection) -> bool:
    """Swap what is seen, and what was built of it, if something else stands."""
    now = datetime.now(timezone.utc)
    with _looking, Session(connection, future=True) as session:
        try:
            change = _change(session)
            seen = _seen
            if seen is not None and seen.change == change and (seen.until is None or now < seen.until):
                return False
            return _swap(_see(session, change, now))
        finally:
            session.rollback()


def _change(session: Session) -> tuple[Any, ...]:
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


def _see(session: Session, change: tuple[Any, ...], now: datetime) -> _Seen:
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
        marks[kind, False], found[kind, False] = _of_kind(session, (kind, False), stands, kind in ours)
        if kind in unpublished:
            marks[kind, True], found[kind, True] = _of_kind(session, (kind, True), with_drafts, True)
            if kind not in ours:
                # Before anything of a kind was imported.
                found[kind, True] = (found[kind, True] or Entries()).over(_from_files(kind))
        else:
            marks[kind, True], found[kind, True] = marks[kind, False], found[kind, False]
    return _Seen(change, next_change(session, now), marks, found)


def _of_kind(session: Session, key: Key, stands: Standing, ours: bool) -> tuple[str, Entries | None]:
    """What stands of a kind, in short and in full."""
    if not ours:
        return _FILES, None
    heads = sorted(
        (name, hashlib.sha256(text.encode()).hexdigest())
        for (kind, name), text in stands.files.items()
        if kind == key[0]
    )
    mark = repr(([(version.id, version.place) for version in stands.of(key[0])], heads))
    if _seen is not None and _seen.marks.get(key) == mark:
        return mark, _seen.entries[key]
    return mark, _Reading(session, key, stands).readable()


def _before(key: Key) -> Entries | None:
    with suppress(ContentError):
        return None if _seen is None else _entries(_seen, key)
    return None


class _Reading:
    """Reads what stands of a kind. An entry that cannot be read is left as it was before, or else out."""

    def __init__(self, session: Session, key: Key, stands: Standing) -> None:
        self._session = session
        self._key = key
        self._kind = KINDS[key[0]]
        self._stands = stands
        self._before = _before(key)
        self._heads: dict[str, Entry] = {}
        self._tried: set[int] = set()

    def readable(self) -> Entries:
        """The entries; each fault is told, once."""
        try:
            self._heads = heads_of(self._kind.name, self._stands.files)
        except ContentError as error:
            return self._all_as_before(error)
        versions = [(version, self._read(version)) for version in self._stands.of(self._kind.name)]
        while True:
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
            if old.get("id") == version.key:
                return old
        for earlier in history(self._session, version.kind, version.key):
            gone = earlier.release is None or earlier.release.undone_at is not None or earlier.body is None
            if not gone and earlier.ends_at is None and earlier.id < version.id:
                with suppress(ContentError):
                    return read_version(earlier, self._heads.get(earlier.file))
        return None

    def _all_as_before(self, error: Exception) -> Entries:
        _tell(f"{self._kind.name}: {_reason(error)} What was there before stands.")
        if self._before is not None:
            return self._before
        try:
            return _from_files(self._kind.name)
        except ContentError:
            return Entries()

    def _tell(self, error: ContentError) -> None:
        _tell(f"{self._kind.name}: {error} This entry stays as it was.")


def _swap(new: _Seen) -> bool:
    """Build anew what was built of kinds that have changed, then let all of it stand at once. Held: ``_looking``."""
    global _seen
    old = _seen
    changed = {key for key, mark in new.marks.items() if old is None or old.marks.get(key) != mark}
    made: dict[Build, Any] = {}
    while True:
        with _lock:
            # Meanwhile something else may have been asked for, and built of what was there before.
            left = [key for key in _built if (key[0], key[2]) in changed and key not in made]
            if not left:
                _seen = new
                _built.update(made)
                return bool(changed)
        for key in left:
            kind, build, preview = key
            try:
                made[key] = build(_entries(new, (kind, preview)))
            except Exception as error:
                _tell(f"{kind}: {_reason(error)} What was built before stands.")
                made[key] = _built[key]


def _all_from_files() -> _Seen:
    keys = [(kind, preview) for kind in KINDS for preview in (False, True)]
    return _Seen(marks=dict.fromkeys(keys, _FILES), entries=dict.fromkeys(keys))


def _entries(seen: _Seen, key: Key) -> Entries:
    found = seen.entries[key]
    return _from_files(key[0]) if found is None else found


def _from_files(kind: str) -> Entries:
    found = _files.get(kind)
    if found is None:
        found = _files[kind] = read_folder(DIRECTORY / KINDS[kind].folder, KINDS[kind].list_key)
    return found


def _reason(error: Exception) -> str:
    # An error of ours tells where to look; another one's text could be anything.
    return str(error) if isinstance(error, ContentError) else f"{type(error).__name__}."


def _tell(line: str) -> None:
    """Log a line, once."""
    if line not in _told:
        _told.add(line)
        log.error("%s", line)


with suppress(AttributeError):
    # A process that was forked has no thread of its parent's, and may have taken its locks along.
    os.register_at_fork(after_in_child=lambda: _after_fork())


def _after_fork() -> None:
    global _looking, _lock, _watching
    _looking, _lock = threading.RLock(), threading.Lock()
    _first_builds.clear()
    _watching = None
