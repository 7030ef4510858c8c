"""A database of a test's own, which it may destroy: a copy of the migrated one on the same server."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from siaga.db.engine import forget
from siaga.settings import settings

NAME = f"siaga_backup_test_{os.getpid()}"


@pytest.fixture
def destroy(database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[[], None]]:
    """Puts an empty database in the place of the test's; the test begins with one that is migrated and has no rows."""
    where = make_url(database)

    def administer(*statements: str) -> None:
        forget()
        server = where.set(database="postgres").render_as_string(hide_password=False)
        made = create_engine(server, future=True, isolation_level="AUTOCOMMIT")
        with made.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))
        made.dispose()

    gone = f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)"
    administer(gone, f"CREATE DATABASE {NAME} TEMPLATE {where.database}")
    monkeypatch.setattr(settings(), "database_url", where.set(database=NAME).render_as_string(hide_password=False))
    monkeypatch.setattr(settings(), "backups", tmp_path / "cadangan")
    monkeypatch.setattr(settings(), "erased_list", tmp_path / "daftar" / "erased.jsonl")
    yield lambda: administer(gone, f"CREATE DATABASE {NAME}")
    administer(gone)
