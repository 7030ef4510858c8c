"""The embedded database: keeps its data, stops with its owner, recovers, and tells what is wrong."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import psycopg2
import pytest

from siaga.db.server import DatabaseUnavailable, EmbeddedServer, _servers_on
from siaga.start.processes import wait_until

_OWNER = """
import signal, sys, time
from pathlib import Path
from siaga.db.server import EmbeddedServer
# A shell that runs the tests in the background switches it off.
signal.signal(signal.SIGINT, signal.default_int_handler)
server = EmbeddedServer(Path(sys.argv[1]))
server.start()
print(server.pid, flush=True)
time.sleep(300)
"""


@pytest.fixture
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    yield tmp_path_factory.mktemp("db") / "postgres"


def ask(server: EmbeddedServer, statement: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(server.url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def test_a_second_start_keeps_the_data(place: Path) -> None:
    server = EmbeddedServer(place)
    server.start()
    ask(server, "CREATE TABLE kept AS SELECT 7 AS number")
    pid = server.pid
    server.stop()
    assert pid is not None and not psutil.pid_exists(pid)

    server.start()
    assert ask(server, "SELECT number FROM kept") == [(7,)]
    assert ask(server, "SHOW timezone") == [("UTC",)]
    server.stop()


def test_only_its_owner_may_open_the_socket(place: Path) -> None:
    server = EmbeddedServer(place)
    server.start()
    assert next(place.glob(".s.PGSQL.*")).stat().st_mode & 0o077 == 0
    assert place.stat().st_mode & 0o077 == 0
    assert ask(server, "SHOW listen_addresses") == [("",)]
    server.stop()


def test_a_path_too_long_for_a_socket(tmp_path: Path) -> None:
    server = EmbeddedServer(tmp_path / ("panjang" * 20) / "postgres")
    server.start()
    assert ask(server, "SELECT 1") == [(1,)]
    sockets = Path(server.url.partition("host=")[2])
    server.stop()
    assert not sockets.exists()


def test_two_owners_are_one_too_many(place: Path) -> None:
    first = EmbeddedServer(place)
    first.start()
    with pytest.raises(DatabaseUnavailable, match=f"already being run by process {os.getpid()}"):
        EmbeddedServer(place).start()
    assert ask(first, "SELECT 1") == [(1,)]
    first.stop()


def test_after_a_killed_owner_the_next_one_finds_the_data(place: Path) -> None:
    owner = subprocess.Popen([sys.executable, "-c", _OWNER, str(place)], stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    pid = int(owner.stdout.readline())
    owner.send_signal(signal.SIGKILL)
    owner.wait()
    owner.stdout.close()

    server = EmbeddedServer(place)
    server.start()  # at once: the old server may still be on its way out
    assert ask(server, "SELECT 1") == [(1,)]
    assert server.pid != pid
    server.stop()
    assert wait_until(lambda: not psutil.pid_exists(pid), 10)


def test_after_a_killed_server_it_recovers(place: Path) -> None:
    server = EmbeddedServer(place)
    server.start()
    ask(server, "CREATE TABLE kept AS SELECT 7 AS number")
    assert server.pid is not None
    busy = psycopg2.connect(server.url)
    worker = threading.Thread(target=_work, args=(busy,))  # a backend that has no time to notice its server's death
    worker.start()
    time.sleep(0.5)
    os.kill(server.pid, signal.SIGKILL)
    server.stop()
    assert _servers_on(place), "the orphan is what this test is about"

    # The process id in the lock file is in use again, by something else.
    pid_file = place / "postmaster.pid"
    pid_file.write_text("\n".join(["1", *pid_file.read_text().split("\n")[1:]]))

    server.start()
    assert ask(server, "SELECT number FROM kept") == [(7,)]
    worker.join(10)
    server.stop()
    assert _servers_on(place) == []


def _work(connection: Any) -> None:
    with contextlib.suppress(psycopg2.Error), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM generate_series(1, 100000) a, generate_series(1, 100000) b")
    connection.close()


def test_a_half_made_database_is_made_anew(place: Path) -> None:
    place.mkdir()
    (place / "base").mkdir()

    server = EmbeddedServer(place)
    server.start()
    assert ask(server, "SELECT 1") == [(1,)]
    server.stop()


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGINT])
def test_who_is_stopped_while_it_is_made_leaves_nothing_half_made(place: Path, ending: signal.Signals) -> None:
    owner = subprocess.Popen(
        [sys.executable, "-c", _OWNER, str(place)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    assert wait_until(lambda: any(place.parent.rglob("PG_VERSION")), 30, pause=0.001), "it has not begun"
    owner.send_signal(ending)
    assert owner.wait(30) != 0

    server = EmbeddedServer(place)
    server.start()
    assert ask(server, "SELECT 1") == [(1,)]
    server.stop()
    server.start()  # what the one that was killed had begun is put away
    server.stop()
    assert [path for path in place.parent.iterdir() if path.is_dir()] == [place]


def test_a_damaged_one_is_told_in_one_sentence(place: Path) -> None:
    server = EmbeddedServer(place)
    server.start()
    server.stop()
    (place / "PG_VERSION").write_text("9.1\n")

    with pytest.raises(DatabaseUnavailable, match=r"does not start: .*9\.1"):
        server.start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else; the other tests were ordinary here")
@pytest.mark.skipif(shutil.which("setpriv") is None, reason="setpriv is missing")
def test_an_ordinary_user_runs_it_too(place: Path) -> None:
    for folder in (place.parent, place.parent.parent, place.parent.parent.parent):
        folder.chmod(0o755)
    os.chown(place.parent, 65534, 65534)
    script = _OWNER.replace("time.sleep(300)", "server.stop(); server.start(); server.stop(); print('well')")
    # Python and the project may lie where only root can read: the ordinary user may read everything, and no more.
    become = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    become += ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]

    done = subprocess.run(
        [*become, sys.executable, "-c", script, str(place)], capture_output=True, text=True, check=False
    )

    assert done.stdout.split()[-1:] == ["well"], done.stderr
    assert place.stat().st_uid == 65534
