"""PostgreSQL: there, of a fit version, migrated, with room, and with nobody in its way."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError

from siaga.backups.loading import UNFINISHED
from siaga.db.level import Level, newest
from siaga.doctor.finding import Finding, broken, look, ok, size, span

OLDEST_VERSION = 14
"""PostgreSQL's oldest major version that its makers still mend."""
_LONG_SECONDS = 300.0
_MANY_DEAD = 50_000
_SKEW_SECONDS = 2.0
_XIDS = 1_500_000_000
_NO_TABLE = "42P01"


@dataclass(frozen=True)
class Facts:
    """What PostgreSQL says of itself; None: our account may not ask, or there is nothing to tell."""

    revision: str | None
    version: int | None
    embedded: bool
    bytes: int | None
    wal_bytes: int | None
    wal_limit: int | None
    connections: int | None
    most_connections: int | None
    longest_seconds: float | None
    idle_seconds: float | None
    dead: str | None
    autovacuum: str | None
    fsync: str | None
    xids: int | None
    archive_fails: bool | None
    unused_slots: int | None
    comment: str | None
    skew_seconds: float


_ASKED = {
    "revision": "SELECT version_num FROM alembic_version",
    "version": "SELECT current_setting('server_version_num')::int / 10000",
    "bytes": "SELECT pg_database_size(current_database())",
    "wal_bytes": "SELECT sum(size)::bigint FROM pg_ls_waldir()",
    "wal_limit": "SELECT pg_size_bytes(current_setting('max_wal_size'))",
    "connections": "SELECT count(*) FROM pg_stat_activity "
    "WHERE coalesce(backend_type, 'client backend') = 'client backend'",
    "most_connections": "SELECT current_setting('max_connections')::int - "
    "current_setting('superuser_reserved_connections')::int",
    "longest_seconds": "SELECT extract(epoch FROM max(now() - xact_start))::float FROM pg_stat_activity "
    "WHERE state = 'active' AND pid <> pg_backend_pid() AND backend_type = 'client backend'",
    "idle_seconds": "SELECT extract(epoch FROM max(now() - state_change))::float FROM pg_stat_activity "
    "WHERE state LIKE 'idle in transaction%'",
    "dead": f"SELECT string_agg(relname, ', ' ORDER BY relname) FROM pg_stat_user_tables "  # noqa: S608 - a constant
    f"WHERE n_dead_tup > {_MANY_DEAD} AND n_dead_tup > n_live_tup / 2",
    "autovacuum": "SELECT current_setting('autovacuum')",
    "fsync": "SELECT current_setting('fsync')",
    "xids": "SELECT age(datfrozenxid) FROM pg_database WHERE datname = current_database()",
    "archive_fails": "SELECT coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'), false) "
    "FROM pg_stat_archiver",
    "unused_slots": "SELECT count(*) FROM pg_replication_slots WHERE NOT active",
    "comment": "SELECT obj_description(to_regnamespace('public'), 'pg_namespace')",
}


def gather(connection: Connection, *, embedded: bool) -> Facts:
    """Ask, each question by itself."""

    def ask(question: str) -> Any:
        try:
            with connection.begin_nested():
                return connection.execute(text(question)).scalar_one_or_none()
        except DBAPIError:
            return None

    before = time.time()
    theirs = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    ours = datetime.fromtimestamp((before + time.time()) / 2, timezone.utc)
    skew = abs((theirs - ours).total_seconds())
    return Facts(embedded=embedded, skew_seconds=skew, **{name: ask(asked) for name, asked in _ASKED.items()})


_REFUSED = tuple(
    (re.compile(said), says, do)
    for said, says, do in (
        ("password authentication failed|no password supplied", "it refuses our password",
         "put the right one into DATABASE_URL, in every process"),
        ('role ".*" does not exist', "it does not know our account", "name one in DATABASE_URL that it knows"),
        ('database ".*" does not exist', "the server answers, and has no database of this name",
         "mend the name in DATABASE_URL, or create it: then `siaga db migrate`"),
        ("could not translate host name", "nobody knows its host's name", "mend DATABASE_URL, or the network's DNS"),
        ("too many clients|remaining connection slots", "all its connections are taken",
         "stop processes, or raise max_connections: docs/runbook.md"),
        ("is starting up|is shutting down|in recovery mode", "it is starting or stopping", "wait, then look again"),
        ("no pg_hba.conf entry|SSL was required", "it does not let this machine in, or not without TLS",
         "its pg_hba.conf, or sslmode in DATABASE_URL"),
        ("invalid connection option|invalid dsn|invalid (integer|port)", "DATABASE_URL cannot be read", "mend it"),
        ("permission denied", "our account may not read its tables", "name their owner in DATABASE_URL, or grant it"),
    )
)  # fmt: skip
"""What PostgreSQL, or the way to it, says when it does not let us in; no name and no password of it is told."""


def refusal(on: Engine) -> str:
    """In PostgreSQL's words, why nothing can be asked of it; empty if something can."""
    try:
        with on.connect() as connection:
            connection.execute(text("SELECT FROM alembic_version"))
    except DBAPIError as problem:
        # That there is no such table is what an empty database says.
        return "" if getattr(problem.orig, "pgcode", None) == _NO_TABLE else str(problem.orig)
    return ""


def away(level: Level, refused: str = "") -> Finding | None:
    """Why nothing can be asked; ``refused`` is what ``refusal`` has told."""
    if level in ("away", "empty"):
        for said, says, do in _REFUSED:
            if said.search(refused):
                return broken("database", says, do)
    if level == "away":
        return broken(
            "database", "it does not answer", "start it, or mend DATABASE_URL; gone for good: `siaga backup restore`"
        )
    if level == "empty":
        return broken(
            "database", "it has no tables of ours", "`siaga db migrate`; was it another one: `siaga backup restore`"
        )
    return None


def version(facts: Facts) -> Finding:
    """A version that its makers still mend; and where."""
    where = "embedded" if facts.embedded else "outside"
    if facts.version is None or facts.version < OLDEST_VERSION:
        do = f"move to PostgreSQL {OLDEST_VERSION} or newer: make a backup, restore it there"
        return broken("database", f"PostgreSQL {facts.version}, {where}", do)
    return ok("database", f"PostgreSQL {facts.version}, {where}, {size(facts.bytes or 0)}")


def where(facts: Facts, production: bool) -> Finding:
    """A province's database is not one process's child."""
    if facts.embedded and production:
        do = "name a server of its own with DATABASE_URL: docs/backup.md moves the data"
        return look("database's place", "the embedded one, on this machine only", do)
    return ok("database's place", "embedded, which will do here" if facts.embedded else "a server of its own")


def migrated(facts: Facts) -> Finding:
    """The tables are those of this code."""
    if facts.revision is None or facts.revision < newest():
        return broken("tables", f"at {facts.revision}, the code wants {newest()}", "`siaga db migrate`")
    if facts.revision > newest():
        return look("tables", f"at {facts.revision}, newer than this code ({newest()})", "update this machine's code")
    return ok("tables", f"at {facts.revision}")


def restored(facts: Facts) -> Finding:
    """No restore was left half-way."""
    if facts.comment == UNFINISHED:
        says = "a restore was not finished: who was erased may be back"
        return broken("restore", says, "stop everything, `siaga backup restore --over` again, to its end")
    return ok("restore", "none is half-way")


def log_size(facts: Facts) -> Finding:
    """The write-ahead log does not fill the disk."""
    if facts.unused_slots:
        says = f"{facts.unused_slots} replication slots that nobody reads hold it back"
        return broken("write-ahead log", says, "bring the replica back, or SELECT pg_drop_replication_slot(…)")
    if facts.archive_fails:
        return broken("write-ahead log", "it cannot be archived, and piles up", "mend archive_command: docs/backup.md")
    if facts.wal_bytes is None:
        return ok("write-ahead log", "this account may not see its size")
    if facts.wal_limit and facts.wal_bytes > 3 * facts.wal_limit:
        do = "something holds it back: a long transaction, a replica, an archive"
        return look("write-ahead log", f"{size(facts.wal_bytes)}, many times max_wal_size", do)
    return ok("write-ahead log", size(facts.wal_bytes))


def transactions(facts: Facts) -> Finding:
    """Nobody keeps rows, and vacuum, waiting."""
    do = "SELECT pid, state, xact_start FROM pg_stat_activity; then pg_terminate_backend(pid)"
    if (facts.idle_seconds or 0) > _LONG_SECONDS:
        return broken("transactions", f"one has been open and idle for {span(facts.idle_seconds or 0)}", do)
    if (facts.longest_seconds or 0) > _LONG_SECONDS:
        return look("transactions", f"one has been running for {span(facts.longest_seconds or 0)}", do)
    return ok("transactions", "short")


def vacuum(facts: Facts) -> Finding:
    """What was deleted makes room again."""
    if facts.autovacuum == "off":
        return broken("vacuum", "autovacuum is off", "ALTER SYSTEM SET autovacuum = on; SELECT pg_reload_conf()")
    if (facts.xids or 0) > _XIDS:
        return broken("vacuum", f"{facts.xids} transactions old: soon it takes no more", "VACUUM (FREEZE), now")
    if facts.dead:
        return look(
            "vacuum",
            f"more dead rows than half of the living in {facts.dead}",
            "VACUUM (ANALYZE) them; is a transaction open?",
        )
    return ok("vacuum", "keeps up")


def connections(facts: Facts) -> Finding:
    """There is room for more processes."""
    if facts.connections is None or not facts.most_connections:
        return ok("connections", "cannot be counted")
    says = f"{facts.connections} of {facts.most_connections}"
    do = "fewer processes, or a higher max_connections: docs/sizing.md says what a pooler would do"
    if facts.connections >= 0.95 * facts.most_connections:
        return broken("connections", says, do)
    return (
        look("connections", says, do) if facts.connections > 0.8 * facts.most_connections else ok("connections", says)
    )


def clock(facts: Facts) -> Finding:
    """This machine and the database agree on what time it is."""
    if facts.skew_seconds > _SKEW_SECONDS:
        says = f"{span(facts.skew_seconds)} away from the database's"
        return broken("clock", says, "let both follow a time server (chrony, systemd-timesyncd)")
    return ok("clock", "as the database's")


def durable(facts: Facts) -> Finding:
    """What was committed outlives a power cut."""
    if facts.fsync == "off":
        return broken(
            "durability", "fsync is off: a power cut destroys the database", "switch it on in postgresql.conf"
        )
    return ok("durability", "fsync is on")


CHECKS: tuple[Callable[[Facts], Finding], ...] = (
    version, migrated, restored, log_size, transactions, vacuum, connections, clock, durable,
)  # fmt: skip


def check(facts: Facts, *, production: bool) -> Iterator[Finding]:
    """All lines of this area."""
    yield where(facts, production)
    for one in CHECKS:
        yield one(facts)
