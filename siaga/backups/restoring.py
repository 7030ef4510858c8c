"""Restoring: what is looked at before anything is touched, and what has to follow before anything may run again."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.engine import Connection

from siaga.backups import BackupError, loading, shelf
from siaga.backups.loading import GivenUp, looking
from siaga.backups.manifest import Manifest, missing_keys
from siaga.db import transaction
from siaga.db.audit import note, verifying
from siaga.db.audit.chain import heads_in
from siaga.db.engine import forget
from siaga.db.server import database_url
from siaga.migrations import config, upgrade
from siaga.privacy.keys import ring
from siaga.rights import listed
from siaga.rights.again import Again, erase_again

_OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
    "AND coalesce(backend_type, 'client backend') = 'client backend'"
)
_LEAVE_SECONDS = 5.0


@dataclass(frozen=True)
class Restored:
    """What came of it: which backup, what was given up, who was erased again, and what the audit log's chain says."""

    manifest: Manifest
    given_up: GivenUp
    again: Again
    audit_breaks: list[str]


def restore(
    given: Path, *, by: str, now: datetime, over: bool, lists: Sequence[Path], without_list: bool = False
) -> Restored:
    """Put a backup in the place of what the database holds; nothing else may run meanwhile.

    Args:
        given: any of its files.
        over: although the database is not empty.
        lists: of who was erased since, besides the one that is kept here and those that lie beside backups.
        without_list: go on without the one that is kept here.

    Raises:
        BackupError: it cannot be done; or, says the text, it has to be done again.
        siaga.privacy.keys.KeysMissing
    """
    sheet = shelf.sheet_of(given)
    manifest = shelf.check(sheet)
    check_fit(manifest)
    entries = _who_was_erased(lists, shelf.erased_lists(sheet.parent), without_list)
    url = database_url()
    forget()  # our own connections would be among those that are in the way
    with looking(url) as connection:
        _check_place(connection, manifest, over=over)
        server = loading.server_version(connection)
    given_up = loading.load(shelf.archive(sheet), url, server)
    try:
        with looking(url) as connection:
            _compare(manifest, loading.rows(connection))
        upgrade()
        again = erase_again(entries, by, now, really=True)
        told = {"name": manifest.name, **vars(given_up), "contacts": again.contacts, "persons": again.persons}
        with transaction() as session:
            note(session, by[:80], "backup.restore", told)
        with transaction() as session:
            verified = verifying.verify(session, heads=list(heads_in([manifest.audit_head or ""])))
        with looking(url) as connection:
            loading.finish(connection)
    except Exception as problem:
        why = str(problem) if isinstance(problem, BackupError) else type(problem).__name__
        raise BackupError(
            f"The backup is in the database, but what has to follow was not done ({why}). Start nothing; mend that, "
            "and run the same command again with --over."
        ) from problem
    return Restored(manifest, given_up, again, verified.breaks)


def check_fit(manifest: Manifest) -> None:
    """
    Raises:
        BackupError: our keys do not open it, or it is of a newer version of Siaga.
    """
    if missing := missing_keys(manifest, ring()):
        raise BackupError(" ".join(missing))
    known = {script.revision for script in ScriptDirectory.from_config(config()).walk_revisions()}
    if manifest.revision not in known:
        raise BackupError(f"The backup is of a newer Siaga (tables {manifest.revision}): install that one first.")


def _who_was_erased(given: Sequence[Path], beside: Sequence[Path], without_list: bool) -> list[listed.Entry]:
    kept = listed.path()
    if not (kept.exists() or given or without_list):
        raise BackupError(
            f"The list of who was erased is not at {kept}: whoever was erased after the backup would be back. "
            "Bring it, name a copy with --erased, or say --without-erased-list if nobody was erased since."
        )
    files = [*([kept] if kept.exists() else []), *given, *beside]
    return list(dict.fromkeys(entry for file in files for entry in _read(file)))


def _read(file: Path) -> Iterable[listed.Entry]:
    try:
        with file.open(encoding="utf-8") as lines:
            return listed.read(lines)
    except OSError as problem:
        raise BackupError(f"{file}: {problem.strerror}.") from None
    except (UnicodeDecodeError, listed.BadLine):
        raise BackupError(f"{file} is no list of who was erased, or has a damaged line. Nothing was changed.") from None


def _check_place(connection: Connection, manifest: Manifest, *, over: bool) -> None:
    deadline = time.monotonic() + _LEAVE_SECONDS
    while others := connection.execute(_OTHERS).scalar_one():
        if time.monotonic() > deadline:
            raise BackupError(
                f"{others} other connections to the database are open: stop all of Siaga's processes first."
            )
        time.sleep(0.1)
    server = loading.server_version(connection)
    if server < manifest.server:
        raise BackupError(
            f"The backup was made from PostgreSQL {manifest.server}, and this is {server}: use a newer one."
        )
    full = [name for name, some in loading.rows(connection, only_if_any=True).items() if some]
    if set(full) - {"alembic_version"} and not over:
        raise BackupError(
            "The database is not empty. With --over, all that is in it is deleted for good; make a backup of it first."
        )


def _compare(manifest: Manifest, found: dict[str, int]) -> None:
    if wrong := sorted(table for table, count in manifest.rows.items() if found.get(table) != count):
        raise BackupError(f"there are not as many rows as in the backup in: {', '.join(wrong)}")
