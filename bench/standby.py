"""A PostgreSQL and a streaming replica beside it, one of which takes the other's place."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psycopg2

from siaga.db.server import DatabaseUnavailable, EmbeddedServer, binaries

_DATABASE = "siaga"
_FOLLOW_SECONDS = 60.0


class Pair:
    """A server that can be started, stopped and killed as an ``EmbeddedServer``, and another that follows it.

    After ``fail_over`` it is the follower that is started, stopped and killed.
    """

    def __init__(self, home: Path, *, synchronous: str = "") -> None:
        """``synchronous``: what ``synchronous_commit`` is where commits wait for the follower; without, none does."""
        self._leader, self._follower = (EmbeddedServer(home / name, durable=True) for name in ("postgres", "standby"))
        self._synchronous = synchronous
        self._followed = False

    @property
    def url(self) -> str:
        """An address that holds for both: whoever connects finds the one that takes writes."""
        hosts = "&".join(f"host={_folder(server)}" for server in (self._leader, self._follower))
        return f"postgresql://postgres@/{_DATABASE}?{hosts}&target_session_attrs=read-write&connect_timeout=3"

    @property
    def follower_url(self) -> str:
        """The follower's alone."""
        return f"postgresql://postgres@/{_DATABASE}?host={_folder(self._follower)}"

    @property
    def pid(self) -> int | None:
        """The process id of the server that takes writes."""
        return self._leader.pid

    def start(self) -> None:
        """Bring up the server, and the first time its follower, too.

        Raises:
            DatabaseUnavailable: one of them does not come up.
        """
        self._leader.start()
        if not self._followed:
            self._followed = True
            self._copy()
            self._follower.start()
            self._wait()

    def stop(self) -> None:
        """Stop both, the follower last: so it gets all that was written."""
        self._leader.stop()
        self._follower.stop()

    def fail_over(self, *, in_order: bool) -> float:
        """End the server, by a crash or in order, and let its follower take its place; seconds until that writes."""
        began = time.monotonic()
        if not in_order and self._leader.pid:
            os.kill(self._leader.pid, signal.SIGQUIT)
        self._leader.stop()
        self._ask(self._follower, "SELECT pg_promote()")
        self._leader, self._follower = self._follower, self._leader
        return time.monotonic() - began

    def lag_bytes(self) -> int:
        """How much of its log the server has written that the follower has not replayed."""
        return int(
            self._ask(
                self._leader,
                "SELECT coalesce(max(pg_wal_lsn_diff(pg_current_wal_flush_lsn(), replay_lsn)), -1) "
                "FROM pg_stat_replication",
            )
        )

    def _copy(self) -> None:
        source, target = _folder(self._leader), self._follower.data
        done = subprocess.run(
            [binaries() / "pg_basebackup", "-h", source, "-U", "postgres", "-D", target, "-R", "-c", "fast"],
            capture_output=True,
            check=False,
        )
        if done.returncode:
            raise DatabaseUnavailable(f"It could not be copied: {done.stderr.decode(errors='replace').strip()}")
        # The embedded server's socket lies in its folder, with a lock that the copy brings along.
        for lock in target.glob(".s.PGSQL.*.lock"):
            lock.unlink()
        owner = self._leader.data.stat()
        for path in (target, *target.rglob("*")):
            shutil.chown(path, owner.st_uid, owner.st_gid)

    def _wait(self) -> None:
        if self._synchronous:
            self._ask(self._leader, "ALTER SYSTEM SET synchronous_standby_names = '*'")
            self._ask(self._leader, f"ALTER SYSTEM SET synchronous_commit = {self._synchronous}")
            self._ask(self._leader, "SELECT pg_reload_conf()")
        deadline = time.monotonic() + _FOLLOW_SECONDS
        while self.lag_bytes() != 0:
            if time.monotonic() > deadline:
                raise DatabaseUnavailable("The replica does not catch up.")
            time.sleep(0.1)

    def _ask(self, server: EmbeddedServer, statement: str) -> object:
        connection = psycopg2.connect(host=_folder(server), user="postgres", dbname="postgres")
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchone()[0] if cursor.description else None
        finally:
            connection.close()


def _folder(server: EmbeddedServer) -> str:
    return str(server.data)
