"""Trying a backup: it is restored into an empty PostgreSQL of its own, and its rows are counted."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from siaga.backups import BackupError, loading, shelf
from siaga.backups.manifest import Manifest
from siaga.db.server import EmbeddedServer


def try_out(sheet: Path) -> Manifest:
    """Restore it where it harms nobody; it takes as much room on the disk as the database itself.

    Raises:
        BackupError: it is damaged, or what comes out of it is not what went in.
        siaga.db.server.DatabaseUnavailable: the wheel's PostgreSQL does not start.
    """
    manifest = shelf.check(sheet)
    with TemporaryDirectory(prefix="siaga-") as folder:
        server = EmbeddedServer(Path(folder) / "postgres", durable=False)
        server.start()
        try:
            with loading.looking(server.url) as connection:
                version = loading.server_version(connection)
            if version < manifest.server:
                raise BackupError(f"It was made from PostgreSQL {manifest.server}; there is only {version} here.")
            loading.load(shelf.archive(sheet), server.url, version)
            with loading.looking(server.url) as connection:
                found = loading.rows(connection)
        finally:
            server.stop()
    if wrong := sorted(table for table, count in manifest.rows.items() if found.get(table) != count):
        raise BackupError(f"There are not as many rows as there should be in: {', '.join(wrong)}.")
    return manifest
