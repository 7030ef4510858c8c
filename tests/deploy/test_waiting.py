"""A process begins when its database is ready: there, migrated, and not before."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.pool import NullPool

from siaga import migrations
from siaga.db import level

numbers = st.integers(1, 9999).map(lambda number: f"{number:04d}")


@pytest.fixture
def empty(database_url: str) -> Iterator[Engine]:
    name = f"{make_url(database_url).database}_waiting"
    server = sa.create_engine(database_url, future=True, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with server.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    made = sa.create_engine(make_url(database_url).set(database=name), future=True, poolclass=NullPool)
    yield made
    with server.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))


def test_the_numbers_of_migrations_are_their_order() -> None:
    """What ``level_of`` relies on: one line of revisions, each named by its number."""
    script = ScriptDirectory.from_config(migrations.config())
    line = [one.revision for one in script.walk_revisions()][::-1]
    assert line == [f"{number:04d}" for number in range(1, len(line) + 1)]
    assert level.newest() == script.get_current_head()


@given(at=numbers, needed=numbers)
def test_older_is_behind_and_newer_is_ready(at: str, needed: str) -> None:
    assert level.level_of(at, needed) == ("ready" if int(at) >= int(needed) else "behind")
    assert level.level_of(None, needed) == "empty"


def test_the_level_follows_the_migrations(empty: Engine) -> None:
    assert level.level(empty) == "empty"
    migrations.upgrade("0012", on=empty)
    assert level.level(empty) == "behind"
    migrations.upgrade(on=empty)
    assert level.level(empty) == "ready"
    with empty.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9998'"))
    assert level.level(empty) == "ready", "the code before a migration goes on beside it"


def test_who_waits_is_told_once_and_goes_on_when_it_is_migrated(empty: Engine) -> None:
    told: list[str] = []
    later = threading.Timer(0.5, migrations.upgrade, kwargs={"on": empty})
    later.start()
    level.wait(30, told.append, empty, pause=0.05)
    later.join()
    assert len(told) == 1
    assert "siaga db migrate" in told[0]


def test_nothing_is_migrated_by_waiting(empty: Engine) -> None:
    with pytest.raises(level.NotMigrated, match="has not been migrated yet"):
        level.wait(0.2, lambda line: None, empty, pause=0.05)
    assert sa.inspect(empty).get_table_names() == []


def test_in_production_a_start_migrates_nothing_unless_asked(empty: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    from siaga.start import CannotStart, commands

    monkeypatch.setattr(level, "engine", lambda: empty)
    with pytest.raises(CannotStart, match="Or start with --migrate"):
        commands._check_level()
    assert sa.inspect(empty).get_table_names() == []
    migrations.upgrade(on=empty)
    commands._check_level()


def _siaga(url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    siaga = str(Path(sys.executable).with_name("siaga"))
    return subprocess.run(
        [siaga, "wait", *arguments],
        env=os.environ | {"DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_command_becomes_what_it_waited_for(database_url: str) -> None:
    done = _siaga(database_url, "--", "sh", "-c", "echo berjalan --quiet; exit 7")
    assert (done.returncode, done.stdout) == (7, "berjalan --quiet\n")


def test_a_database_that_does_not_answer_is_said_so_without_its_password() -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    began = time.monotonic()
    done = _siaga(f"postgresql://siaga:rahasia@127.0.0.1:{port}/siaga", "--seconds", "1", "--", "true")
    assert done.returncode == 1
    assert "does not answer" in done.stderr
    assert "rahasia" not in done.stderr
    assert time.monotonic() - began < 100
