"""Bringing a database up to date."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Connection, Engine

from siaga.db import engine, transaction
from siaga.db.audit.sealing import seal_old
from siaga.db.server import EmbeddedServer
from siaga.schema import Base

HERE = Path(__file__).resolve().parent
VERSIONS = HERE / "versions"

# Any number that nobody else in this database locks; held while the schema changes.
_LOCK = 7_424_201


def has_versions() -> bool:
    """Whether a migration has been written."""
    return any(VERSIONS.glob("*.py"))


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration for this project, on an open connection if one is given."""
    made = Config(stdout=io.StringIO())
    made.set_main_option("script_location", str(HERE).replace("%", "%%"))
    made.set_main_option("version_locations", str(VERSIONS).replace("%", "%%"))
    made.set_main_option("path_separator", "newline")
    made.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    made.attributes["connection"] = connection
    return made


def upgrade(revision: str = "head", on: Engine | None = None) -> None:
    """Bring the database to the newest schema. Safe to call from several processes at the same time."""
    with (on or engine()).begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        command.upgrade(config(connection), revision)


def seal_audit() -> int:
    """Seal what the audit log holds of before it was chained, so that nobody's request has to; how many rows.

    Of a log with a chain it seals nothing: what has been written past the programme is to be seen as such.

    Raises:
        siaga.privacy.keys.KeysMissing: there are such rows, and no key to seal them with.
    """
    with transaction() as session:
        return seal_old(session)


def differences(on: Engine | None = None) -> list[str]:
    """What the tables in the code have that the database has not, or the other way round; empty when they agree."""
    with (on or engine()).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return [str(change) for change in compare_metadata(context, Base.metadata)]


def write_revision(message: str) -> Path:
    """Write the migration from the last revision to the tables as the code has them; read it before you commit it.

    The last revision is laid in an empty database of its own, so the one in use does not matter.
    """
    number = len(list(VERSIONS.glob("*.py"))) + 1
    with _scratch() as scratch:
        if has_versions():
            upgrade(on=scratch)
        with scratch.begin() as connection:
            command.revision(config(connection), message, autogenerate=True, rev_id=f"{number:04d}")
    path = next(VERSIONS.glob(f"{number:04d}_*.py"))
    ruff = Path(sys.executable).with_name("ruff")
    if ruff.exists():
        subprocess.run([ruff, "format", "--quiet", path], check=True)  # noqa: S603
    return path


@contextmanager
def _scratch() -> Iterator[Engine]:
    with TemporaryDirectory(prefix="siaga-") as folder:
        server = EmbeddedServer(Path(folder) / "postgres", durable=False)
        server.start()
        made = create_engine(server.url, future=True)
        try:
            yield made
        finally:
            made.dispose()
            server.stop()
