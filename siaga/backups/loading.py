"""Putting an archive into a database: in one transaction, so that it is there whole, with nothing left to be sent, or
what was there before still stands.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from sqlalchemy import create_engine, text
from sqlalchemy.engine import Connection
from sqlalchemy.pool import NullPool

from siaga.backups import BackupError, tools

UNFINISHED = "siaga: a restore has not been finished"
"""Comment on the schema from the moment the archive is in until all that follows has been done."""

_CHUNK = 1 << 20
# Programs of version 17 and later set it even where the server is older and does not know it.
_TOO_NEW = b"SET transaction_timeout = 0;\n"
_COUNTS = "siaga given up"

# Committed by its last line only: who ends in between, however it comes, has changed nothing.
_BEFORE = b"""
BEGIN;
DROP SCHEMA public CASCADE;
"""

# What waited when the backup was made has most likely been answered, sent and told since then: nobody is to get it a
# second time, days later. A notice that was due is passed over by `siaga remind run`, which plans what follows from it.
_AFTER = f"""
SELECT '{_COUNTS}',
    (SELECT count(*) FROM public.inbound_message WHERE status = 'waiting'),
    (SELECT count(*) FROM public.outbound_message WHERE status IN ('queued', 'sending', 'unknown')),
    (SELECT count(*) FROM public.notice WHERE status = 'planned' AND due_at <= now());
UPDATE public.inbound_message SET status = 'done', content = NULL WHERE status = 'waiting';
UPDATE public.lane SET ready_at = NULL, lease_owner = NULL, token = token + 1, settle_until = NULL, failures = 0,
    outage_told_at = NULL, busy_told_at = NULL, unread = 0;
UPDATE public.outbound_message SET status = 'failed', payload = NULL, template = NULL, status_at = now()
    WHERE status IN ('queued', 'sending', 'unknown');
UPDATE public.dispatch SET ready_at = NULL WHERE ready_at IS NOT NULL;
UPDATE public.channel_state SET paused_until = NULL, pause_code = NULL, paused_since = NULL;
UPDATE public.notice SET until = LEAST(until, now()) WHERE status = 'planned' AND due_at <= now();
-- Numbers given out since then stand in chats, logs and letters: they are not to mean something else from now on.
DO $$
DECLARE one record;
BEGIN
    FOR one IN SELECT format('%I.%I', schemaname, sequencename)::regclass AS name, max_value,
                      coalesce(last_value, 0) AS last FROM pg_sequences WHERE schemaname = 'public' LOOP
        PERFORM setval(one.name, LEAST(one.last + GREATEST(one.last, 1000), one.max_value));
    END LOOP;
END $$;
GRANT USAGE ON SCHEMA public TO PUBLIC;
COMMENT ON SCHEMA public IS '{UNFINISHED}';
COMMIT;
""".encode()  # noqa: S608 - constants


@dataclass(frozen=True)
class GivenUp:
    """What waited in the backup and will not be done: messages to answer, messages to send, notices that were due."""

    to_answer: int
    to_send: int
    to_tell: int


def load(dump: Path, url: str, server: int) -> GivenUp:
    """Put an archive in the place of all that the database holds.

    Args:
        dump: the archive, which has been checked.
        url: the database.
        server: its PostgreSQL's major version.

    Raises:
        BackupError: it could not be done; the database is as it was.
    """
    where, environment = tools.connection(url)
    reading: list[str | Path] = [tools.program("pg_restore", server), "--file=-", "--no-owner", "--no-privileges", dump]
    writing: list[str | Path] = [tools.program("psql", server), f"--dbname={where}"]
    writing += ["--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--no-password", "--file=-"]
    # A line with details would quote what stands in a row.
    writing += ["--set=ON_ERROR_STOP=1", "--set=VERBOSITY=terse"]
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as complained, tempfile.TemporaryFile() as why:
        writer = subprocess.Popen(writing, stdin=subprocess.PIPE, stdout=said, stderr=complained, env=environment)  # noqa: S603
        reader = subprocess.Popen(reading, stdout=subprocess.PIPE, stderr=why)  # noqa: S603
        assert writer.stdin is not None and reader.stdout is not None  # noqa: S101 - for the type checker
        try:
            is_whole = _pour(reader, writer.stdin)
        except BrokenPipeError:
            is_whole = True  # psql has ended by itself, and says why
        except BaseException:
            writer.kill()
            raise
        finally:
            if reader.poll() is None:
                reader.kill()
            reader.stdout.close()
            reader.wait()
        if not is_whole:
            writer.kill()
            writer.wait()
            raise BackupError(f"The archive cannot be read: {tools.last_words(_all(why))}. Nothing was changed.")
        with suppress(BrokenPipeError):
            writer.stdin.close()
        if writer.wait():
            raise BackupError(f"It could not be restored: {tools.last_words(_all(complained))}. Nothing was changed.")
        return _given_up(_all(said))


def _pour(reader: subprocess.Popen[bytes], into: IO[bytes]) -> bool:
    """Everything, in order; whether the archive was read to its end."""
    assert reader.stdout is not None  # noqa: S101 - for the type checker
    into.write(_BEFORE)
    is_first = True
    while chunk := reader.stdout.read(_CHUNK):
        into.write(chunk.replace(_TOO_NEW, b"", 1) if is_first else chunk)
        is_first = False
    if reader.wait():
        return False
    into.write(_AFTER)
    into.flush()
    return True


def _all(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read()


def _given_up(said: bytes) -> GivenUp:
    line = next(line for line in said.decode().splitlines() if line.startswith(_COUNTS))
    return GivenUp(*map(int, line.split("|")[1:]))


@contextmanager
def looking(url: str) -> Iterator[Connection]:
    """A connection of its own that is closed at the end."""
    made = create_engine(url, future=True, poolclass=NullPool, hide_parameters=True)
    with made.connect() as connection:
        yield connection


def rows(connection: Connection, only_if_any: bool = False) -> dict[str, int]:
    """How many rows each table has; or 1 for each that has any."""
    found = connection.execute(
        text("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1")
    ).scalars()
    what = '(SELECT count(*) FROM (SELECT 1 FROM public."{0}" LIMIT 1) AS one)' if only_if_any else None
    counted = {}
    for table in found.all():
        query = what.format(table) if what else f'(SELECT count(*) FROM public."{table}")'  # noqa: S608 - our tables
        counted[table] = int(connection.execute(text(f"SELECT {query}")).scalar_one())
    return counted


def server_version(connection: Connection) -> int:
    """PostgreSQL's major version."""
    return int(connection.execute(text("SHOW server_version_num")).scalar_one()) // 10_000


def is_unfinished(connection: Connection) -> bool:
    """Whether a restore has not come to its end."""
    said = connection.execute(text("SELECT obj_description('public'::regnamespace, 'pg_namespace')")).scalar_one()
    return bool(said == UNFINISHED)


def finish(connection: Connection) -> None:
    """All that follows a restore has been done."""
    connection.execute(text("COMMENT ON SCHEMA public IS 'standard public schema'"))
    connection.commit()
