"""A real streaming replica of the tests' own server: read from while it follows, and not while it lags."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.orm import Session

from siaga.db import replica, transaction
from siaga.db.engine import forget, replica_engine
from siaga.db.server import EmbeddedServer, binaries
from siaga.doctor.replica import gather
from siaga.people.contacts import ensure_contact
from siaga.settings import settings

pytestmark = pytest.mark.skipif("SIAGA_TEST_DATABASE_URL" in os.environ, reason="that server is not ours to copy")


@pytest.fixture
def standby(database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    folder = Path(tempfile.mkdtemp(prefix="siaga-standby-", dir="/tmp"))  # a socket's path is short
    source, copy = Path(str(make_url(database).query["host"])), folder / "postgres"
    command = [binaries() / "pg_basebackup", "-h", source, "-U", "postgres", "-D", copy, "-R", "-c", "fast", "-N"]
    subprocess.run(command, check=True, capture_output=True)
    for lock in copy.glob(".s.PGSQL.*.lock"):
        lock.unlink()
    owner = source.stat()
    for path in (copy, *copy.rglob("*")):
        shutil.chown(path, owner.st_uid, owner.st_gid)
    server = EmbeddedServer(copy, durable=False)
    try:
        server.start()
        url = make_url(database).update_query_dict({"host": str(copy)})
        forget()
        monkeypatch.setattr(settings(), "database_read_url", url.render_as_string(hide_password=False))
        made = replica_engine()
        assert made is not None
        yield made
    finally:
        forget()
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _write(number: int) -> None:
    with transaction() as session:
        # The tests' server writes its log down when it likes; ours do with each commit.
        session.execute(sa.text("SET LOCAL synchronous_commit = on"))
        ensure_contact(session, phone=f"62800000{number:04}")


def _contacts(session: Session) -> tuple[bool, int]:
    """Whether this is the replica, and what it knows of."""
    follows, contacts = session.execute(sa.text("SELECT pg_is_in_recovery(), count(*) FROM contact")).one()
    return follows, contacts


def _soon(holds: Callable[[], bool]) -> bool:
    until = time.monotonic() + 10
    while not (found := holds()) and time.monotonic() < until:
        time.sleep(0.02)
    return found


def _paused(standby: Engine) -> bool:
    with standby.connect() as connection:
        return bool(connection.scalar(sa.text("SELECT pg_get_wal_replay_pause_state()")) == "paused")


def test_it_is_read_while_it_follows(standby: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    _write(1)
    assert _soon(lambda: replica.lag() == 0)
    assert _soon(lambda: replica.reading(_contacts) == (True, 1))
    facts = gather()
    assert facts is not None and facts.follows

    # Nothing new is no lag, however long ago the last was.
    monkeypatch.setattr(replica, "MOST_SECONDS", 0.3)
    time.sleep(0.4)
    assert _soon(lambda: replica.reading(_contacts) == (True, 1))

    with standby.begin() as connection:
        connection.execute(sa.text("SELECT pg_wal_replay_pause()"))
    assert _soon(lambda: _paused(standby))
    _write(2)
    assert (replica.lag() or 0) > 0.3
    assert replica.reading(_contacts) == (False, 2)
    with standby.begin() as connection:
        connection.execute(sa.text("SELECT pg_wal_replay_resume()"))
    assert _soon(lambda: replica.reading(_contacts) == (True, 2))
