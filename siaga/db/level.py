"""How far a database has been migrated, as a process has to know it before it begins."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from sqlalchemy import text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError, ProgrammingError

from siaga.db.engine import engine

_VERSIONS = Path(__file__).resolve().parent.parent / "migrations" / "versions"
_PAUSE = 0.5
_TELL_EVERY = 15.0

Level = Literal["away", "empty", "behind", "ready"]
"""What keeps a process from beginning: no answer, no tables, too few migrations; or nothing."""

_WHY = {
    "away": "The database does not answer",
    "empty": "The database has not been migrated yet: `siaga db migrate` does it",
    "behind": "The database is older than this code: `siaga db migrate`, from this version, brings it up to date",
}


class NotMigrated(RuntimeError):
    """The database did not become ready in time; the text says why, for the operator."""


def newest() -> str:
    """The last migration that this code knows, as ``0012``."""
    return max(path.name.partition("_")[0] for path in _VERSIONS.glob("[0-9]*.py"))


def level_of(revision: str | None, needed: str) -> Level:
    """What a database at ``revision`` is for code that needs ``needed``.

    One that is ahead is ready: migrations leave room for the version of the code before them (docs/deploy.md).
    """
    if revision is None:
        return "empty"
    return "ready" if revision >= needed else "behind"


def level(on: Engine | None = None) -> Level:
    """What the database is for this code; it takes no lock, and waits for no migration that is running."""
    try:
        with (on or engine()).connect() as connection:
            revision = connection.scalar(text("SELECT version_num FROM alembic_version"))
    except OperationalError:
        return "away"
    except ProgrammingError:
        return "empty"
    return level_of(revision, newest())


def wait(seconds: float, tell: Callable[[str], None], on: Engine | None = None, pause: float = _PAUSE) -> None:
    """Return when the database is ready for this code, telling now and then what is waited for.

    Raises:
        NotMigrated: it was not after ``seconds``.
    """
    began = time.monotonic()
    told: tuple[Level, float] | None = None
    while (found := level(on)) != "ready":
        now = time.monotonic()
        if now - began >= seconds:
            waited = f" Waited {seconds:.0f} seconds for it." if seconds else ""
            raise NotMigrated(f"{_WHY[found]}.{waited}")
        if told is None or told[0] != found or now - told[1] >= _TELL_EVERY:
            tell(f"{_WHY[found]}. Waiting ...")
            told = found, now
        time.sleep(min(pause, max(0.0, seconds - (now - began))))
