"""Going back to a second with PostgreSQL's own log, by the settings that docs/backup.md names."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg2
import pytest

from siaga.backups.tools import program
from siaga.db.server import EmbeddedServer
from siaga.settings import ROOT

ARCHIVING, RECOVERING = re.findall(r"```ini\n(.*?)```", (ROOT / "docs" / "backup.md").read_text(), re.DOTALL)
TIME = re.search(r"recovery_target_time = '(.*)'", RECOVERING)


def ask(server: EmbeddedServer, *statements: str) -> list[tuple[object, ...]]:
    """Run each by itself; the rows of the last."""
    connection = psycopg2.connect(server.url)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that PostgreSQL's account can get to, whatever another run of pytest does with its own."""
    with TemporaryDirectory(prefix="siaga-tests-") as folder:
        yield Path(folder)


def test_the_database_as_it_was_before_the_mistake(place: Path) -> None:
    server = EmbeddedServer(place / "postgres", durable=False)
    server.start()
    owner = server.data.stat().st_uid
    log, copy = place / "wal", place / "base"
    log.mkdir()
    os.chown(log, owner, -1)
    try:
        with (server.data / "postgresql.auto.conf").open("a") as settings:
            settings.write(ARCHIVING.replace("/srv/wal", str(log)))
        server.stop()
        server.start()
        ask(server, "CREATE TABLE uji (id int)", "INSERT INTO uji VALUES (1)")
        where = server.url.replace("/siaga?", "/postgres?")
        command = [program("pg_basebackup", 18), f"--dbname={where}", f"--pgdata={copy}"]
        subprocess.run([*command, "--checkpoint=fast", "--wal-method=stream"], check=True, capture_output=True)
        ask(server, "INSERT INTO uji VALUES (2)")
        ((before,),) = ask(server, "SELECT clock_timestamp()::text")
        time.sleep(0.05)
        ask(server, "DROP TABLE uji", "SELECT pg_switch_wal()")
        deadline = time.monotonic() + 20
        while not ask(server, "SELECT 1 FROM pg_stat_archiver WHERE last_archived_wal >= pg_walfile_name("
                      "pg_current_wal_lsn() - 1)"):  # fmt: skip
            assert time.monotonic() < deadline, "the log is not archived"
            time.sleep(0.1)
    finally:
        server.stop()
    shutil.rmtree(server.data)

    assert TIME is not None
    with (copy / "postgresql.auto.conf").open("a") as settings:
        settings.write(RECOVERING.replace("/srv/wal", str(log)).replace(TIME[1], str(before)))
    (copy / "recovery.signal").touch()
    for path in (copy, *copy.rglob("*")):
        os.chown(path, owner, -1)
    copy.rename(server.data)
    again = EmbeddedServer(server.data, durable=False)
    again.start()
    try:
        assert ask(again, "SELECT id FROM uji ORDER BY id") == [(1,), (2,)]
    finally:
        again.stop()
