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
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, TypeVar

import psycopg2
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from siaga.content import listening, seeing
from siaga.content.kinds import Entries
from siaga.content.listening import connected, listen, rested, wait
from siaga.content.seeing import Seen, all_from_files, change_of, entries_of, from_files, reason_of, see, tell
from siaga.db.server import DatabaseUnavailable, DatabaseUnknown

T = TypeVar("T")

RETRY_SECONDS = 1.0
"""Between attempts to reach a database that is away."""
_JOIN_SECONDS = 8.0

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Watch:
    """The thread of a process that listens; a byte through ``end`` wakes it to stop."""

    process: int
    thread: threading.Thread
    end: socket.socket


Build = tuple[str, Callable[[Entries], Any], bool]
"""A kind, what is made of it, and whether with what is not published yet."""

_looking = threading.RLock()
"""Held for one look and all that is built after it: seconds, if a model has to be loaded. Taken before ``_lock``."""
_lock = threading.Lock()
"""Held for a moment, to exchange what is below."""
_seen: Seen | None = None
_built: dict[Build, Any] = {}
_first_builds: dict[Build, threading.Lock] = {}
_watching: _Watch | None = None


# ------------------------------------------------------------------ in a turn
def entries(kind: str, *, preview: bool = False) -> Entries:
    """What stands of a kind, in the order of its files; with ``preview`` with what is not published yet on top."""
    return entries_of(_now_seen(), (kind, preview))


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


def _now_seen() -> Seen:
    seen = _seen
    if seen is None:
        with _looking:
            if _seen is None:
                try:
                    refresh()
                except (SQLAlchemyError, DatabaseUnknown, DatabaseUnavailable) as error:
                    if not isinstance(error, DatabaseUnknown):
                        tell(f"the database is away, the content is that of the files: {type(error).__name__}")
                    _swap(all_from_files())
            seen = _seen
            assert seen is not None  # noqa: S101 - either has just been set
    return seen


def _first(seen: Seen, key: Build) -> Any:
    kind, build, preview = key
    try:
        return build(entries_of(seen, (kind, preview)))
    except Exception as error:
        tell(f"{kind}: {reason_of(error)} The files stand instead.")
        return build(from_files(kind))


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
    with connected() as connection:
        return _look(connection)


def rest() -> bool:
    """Stop watching; whether this process did. What stands now stays: for tests."""
    global _watching
    watching = _watching
    if watching is None or watching.process != os.getpid():
        return False
    watching.end.close()
    watching.thread.join(_JOIN_SECONDS)
    _watching = None
    return True


def forget() -> None:
    """Stop watching, and read everything anew at the next use: for tests."""
    global _seen
    rest()
    with _lock:
        _seen = None
        _built.clear()
        _first_builds.clear()
    seeing.forget()


def _keep_watching(stop: socket.socket) -> None:
    away = False
    while not rested(stop, 0):
        pause = RETRY_SECONDS
        try:
            with connected() as connection:
                listen(connection)
                if away:
                    log.warning("the content is that of the database again")
                    away = False
                while True:
                    _look(connection)
                    if wait(connection, stop, _seen.until if _seen else None):
                        return
        except DatabaseUnknown:
            pause = listening.POLL_SECONDS
        except (SQLAlchemyError, psycopg2.Error, OSError, DatabaseUnavailable) as error:
            if not away:
                log.warning("the content stays as it is while the database is away: %s", type(error).__name__)
            away = True
        except Exception:
            # Whatever it is: what stood stands on, and the next look may be better.
            log.exception("the content could not be looked at")
            pause = listening.POLL_SECONDS
        if rested(stop, pause):
            return


# ------------------------------------------------------------------ one look
def _look(connection: Connection) -> bool:
    """Swap what is seen, and what was built of it, if something else stands."""
    now = datetime.now(timezone.utc)
    with _looking, Session(connection, future=True) as session:
        try:
            change = change_of(session)
            seen = _seen
            if seen is not None and seen.change == change and (seen.until is None or now < seen.until):
                return False
            return _swap(see(session, change, now, seen))
        finally:
            session.rollback()


def _swap(new: Seen) -> bool:
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
                made[key] = build(entries_of(new, (kind, preview)))
            except Exception as error:
                tell(f"{kind}: {reason_of(error)} What was built before stands.")
                made[key] = _built[key]


with suppress(AttributeError):
    # A process that was forked has no thread of its parent's, and may have taken its locks along.
    os.register_at_fork(after_in_child=lambda: _after_fork())


def _after_fork() -> None:
    global _looking, _lock, _watching
    _looking, _lock = threading.RLock(), threading.Lock()
    _first_builds.clear()
    _watching = None
