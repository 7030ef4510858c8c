"""Making a backup while everything runs: the archive, its data sheet and the list of the erased are of one moment."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from siaga.backups import BackupError, shelf, tools
from siaga.backups.manifest import Manifest, fingerprint
from siaga.db import engine, transaction
from siaga.db.audit import note
from siaga.db.audit.verifying import head
from siaga.db.server import database_url
from siaga.keyring.sealed import usage
from siaga.privacy.keys import ring
from siaga.rights import listed

LEFT_OUT = ("desk_session",)
"""Tables that come back empty: whoever was signed in then is not to be signed in again by a restore."""

_TABLES = text("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1")
_LOCK_SECONDS = 60


@dataclass(frozen=True)
class _Moment:
    """What the database was at one moment; other sessions see the same by ``snapshot``."""

    snapshot: str
    at: datetime
    server: int
    revision: str
    rows: dict[str, int]
    audit_head: str | None
    keys: set[str | None]
    erased: list[str] = field(repr=False)


def make(place: Path, *, by: str, keep: int | None = None) -> tuple[Manifest, list[str]]:
    """Make a backup in a folder; its data sheet, and the names of older ones deleted, of which ``keep`` stay in all.

    Raises:
        BackupError: it cannot be made; nothing is left of it, and nothing was deleted.
        siaga.privacy.keys.KeysMissing
    """
    with shelf.alone(place):
        parts: list[Path] = []
        try:
            manifest = _make(place, parts)
        except OSError as problem:
            raise BackupError(f"{place}: {problem.strerror}.") from None
        except OperationalError as problem:
            raise BackupError(f"The backup could not be made: {tools.last_words(str(problem.orig).encode())}") from None
        finally:
            for part in parts:
                part.unlink(missing_ok=True)
        gone = shelf.keep_newest(place, keep) if keep is not None else []
    detail = {"rows": sum(manifest.rows.values()), "bytes": manifest.bytes, "deleted": len(gone)}
    with transaction() as session:
        note(session, by[:80], "backup.make", {"name": manifest.name, **detail})
    return manifest, gone


def _make(place: Path, parts: list[Path]) -> Manifest:
    with engine().connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        moment = _look(Session(bind=connection, future=True))
        if lost := sorted(str(key) for key in moment.keys - set(ring().keys)):
            raise BackupError(
                f"Values are sealed with keys that are not in SIAGA_KEYS ({', '.join(lost)}): see `siaga keys status`."
            )
        name = shelf.name_at(moment.at)
        if (place / f"{name}{shelf.SHEET}").exists():
            raise BackupError(f"There is a backup {name} already: one a second is the most.")
        dump, erased, sheet = (
            _empty(place / f"{name}{ending}{shelf.PART}", parts) for ending in (shelf.DUMP, shelf.ERASED, shelf.SHEET)
        )
        _dump(dump, moment)
    erased.write_text("".join(moment.erased), encoding="utf-8")
    manifest = Manifest(
        name=name,
        at=moment.at,
        bytes=dump.stat().st_size,
        sha256=shelf.digest(dump),
        server=moment.server,
        revision=moment.revision,
        rows=moment.rows,
        audit_head=moment.audit_head,
        keys={key: fingerprint(ring().keys[key]) for key in sorted(filter(None, moment.keys))},
        index_key=fingerprint(ring().index),
    )
    sheet.write_text(manifest.written(), encoding="utf-8")
    for part in (dump, erased, sheet):
        shelf.settle(part)
    return manifest


def _look(session: Session) -> _Moment:
    def one(statement: str) -> Any:
        return session.execute(text(statement)).scalar_one()

    session.execute(text(f"SET LOCAL lock_timeout = '{_LOCK_SECONDS}s'"))
    session.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))  # the snapshot must outlast the dump
    snapshot = one("SELECT pg_export_snapshot()")
    tables = session.execute(_TABLES).scalars().all()
    if "alembic_version" not in tables:
        raise BackupError("There is nothing to back up: the database has no tables of ours; see `siaga db migrate`.")
    last = head(session)
    return _Moment(
        snapshot=snapshot,
        at=one("SELECT now()").astimezone(timezone.utc),
        server=int(one("SHOW server_version_num")) // 10_000,
        revision=one("SELECT version_num FROM alembic_version"),
        rows={table: 0 if table in LEFT_OUT else _count(session, table) for table in tables},
        audit_head=str(last) if last else None,
        keys={line.key for line in usage(session)},
        erased=[entry.written() for entry in listed.entries(session)],
    )


def _count(session: Session, table: str) -> int:
    return int(session.execute(select(text("count(*)")).select_from(text(f'"{table}"'))).scalar_one())


def _empty(path: Path, parts: list[Path]) -> Path:
    """A new file for whoever runs this alone to read."""
    path.touch(mode=0o600, exist_ok=False)
    parts.append(path)
    return path


def _dump(to: Path, moment: _Moment) -> None:
    where, environment = tools.connection(database_url())
    command: list[str | Path] = [tools.program("pg_dump", moment.server), f"--dbname={where}", "--format=custom"]
    command += [f"--file={to}", f"--snapshot={moment.snapshot}", "--no-password", "--schema=public"]
    command += [f"--lock-wait-timeout={_LOCK_SECONDS}s", *(f"--exclude-table-data={table}" for table in LEFT_OUT)]
    done = subprocess.run(command, env=environment, capture_output=True, check=False)  # noqa: S603 - our own arguments
    if done.returncode:
        raise BackupError(f"The backup could not be made: {tools.last_words(done.stderr)}")
