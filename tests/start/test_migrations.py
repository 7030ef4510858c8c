"""Migrations: written from the tables, safe to run at once, and in step with the code."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine, make_url

from siaga import migrations


@pytest.fixture
def empty(database_url: str) -> Iterator[Engine]:
    """An engine on a database without a table, on the test run's server."""
    name = f"{make_url(database_url).database}_empty"
    server = sa.create_engine(database_url, future=True, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    engine = sa.create_engine(make_url(database_url).set(database=name), future=True)
    yield engine
    engine.dispose()
    with server.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


def test_many_processes_may_upgrade_at_once(empty: Engine) -> None:
    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(migrations.upgrade, on=empty) for _ in range(8)]:
            done.result()

    assert "contact" in sa.inspect(empty).get_table_names()


def test_the_migrations_and_the_tables_agree(empty: Engine) -> None:
    migrations.upgrade(on=empty)

    assert migrations.differences(empty) == []


def test_an_upgrade_can_be_repeated(empty: Engine) -> None:
    migrations.upgrade(on=empty)
    migrations.upgrade(on=empty)

    with empty.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM alembic_version")).scalar_one() == 1


def test_a_written_migration_makes_the_tables(empty: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrations, "VERSIONS", tmp_path)

    first = migrations.write_revision("first tables")
    migrations.upgrade(on=empty)
    second = migrations.write_revision("nothing new")

    assert first.name == "0001_first_tables.py"
    # A migration stands on the database's types, not on ours.
    assert "Encrypted" not in first.read_text()
    assert "sa.LargeBinary()" in first.read_text()
    assert "sa.DateTime(timezone=True)" in first.read_text()
    assert migrations.differences(empty) == []
    assert "op." not in second.read_text()
