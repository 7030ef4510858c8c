"""What is wrong with a real PostgreSQL is told."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Connection, make_url

from siaga.backups.loading import UNFINISHED
from siaga.db import engine
from siaga.db.level import level
from siaga.doctor import database as doctor
from siaga.doctor.database import Facts
from siaga.doctor.finding import Level


@pytest.fixture
def connection(database: str) -> Iterator[Connection]:
    """One whose changes go when the test ends."""
    with engine().connect() as one:
        yield one
        one.rollback()


def look(connection: Connection, **differs: Any) -> dict[str, Level]:
    facts = replace(doctor.gather(connection, embedded=False), **differs)
    return {finding.check: finding.level for finding in doctor.check(facts, production=True)}


def outside(database: str, *statements: str) -> None:
    made = create_engine(database, future=True, isolation_level="AUTOCOMMIT")
    with made.connect() as administrator:
        for statement in statements:
            administrator.execute(text(statement))
    made.dispose()


def test_a_sound_one_is_sound_but_for_what_tests_do_without(connection: Connection) -> None:
    wrong = {name: level for name, level in look(connection).items() if level is not Level.OK}
    assert wrong == {"durability": Level.BROKEN}, "this one runs without fsync"


def test_one_that_is_away_or_empty(database: str) -> None:
    url = make_url(database)
    away = create_engine("postgresql://127.0.0.1:1/tiada", future=True)
    found = doctor.away(level(away))
    assert found is not None and (found.level, "does not answer" in found.says) == (Level.BROKEN, True)
    empty = create_engine(url.set(database="template1"), future=True)
    found = doctor.away(level(empty))
    empty.dispose()
    assert found is not None and "siaga db migrate" in found.do
    assert doctor.away(level()) is None


def test_one_that_does_not_let_us_in_says_why(database: str) -> None:
    url = make_url(database)
    missing = create_engine(url.set(database="tiada"), future=True)
    odd = create_engine(url.update_query_dict({"uji": "1"}), future=True)
    empty = create_engine(url.set(database="template1"), future=True)
    says = [doctor.away(level(one), doctor.refusal(one)) for one in (missing, odd, empty)]
    empty.dispose()
    assert [one.says if one else "" for one in says] == [
        "the server answers, and has no database of this name",
        "DATABASE_URL cannot be read",
        "it has no tables of ours",
    ]


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ('FATAL:  password authentication failed for user "siaga"', "it refuses our password"),
        ("fe_sendauth: no password supplied", "it refuses our password"),
        ('FATAL:  role "saiga" does not exist', "it does not know our account"),
        ('could not translate host name "basis" to address: unknown', "nobody knows its host's name"),
        ("FATAL:  sorry, too many clients already", "all its connections are taken"),
        ("FATAL:  the database system is starting up", "it is starting or stopping"),
        ('FATAL:  no pg_hba.conf entry for host "10.0.0.7"', "it does not let this machine in, or not without TLS"),
        ("permission denied for table alembic_version", "our account may not read its tables"),
        ("Connection refused", "it does not answer"),
    ],
)
def test_what_keeps_us_out_is_told_apart_and_names_nobody(told: str, says: str) -> None:
    found = doctor.away("away", told)
    assert found is not None and (found.says, found.level) == (says, Level.BROKEN)
    assert found.do


@pytest.mark.parametrize(("revision", "expected"), [("0001", Level.BROKEN), ("9999", Level.LOOK)])
def test_tables_of_another_version(connection: Connection, revision: str, expected: Level) -> None:
    connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
    assert look(connection)["tables"] is expected


def test_a_restore_that_was_not_finished(connection: Connection) -> None:
    connection.execute(text(f"COMMENT ON SCHEMA public IS '{UNFINISHED}'"))
    assert look(connection)["restore"] is Level.BROKEN


def test_a_transaction_that_is_left_open_and_one_that_takes_long(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "_LONG_SECONDS", 0.2)
    with engine().connect() as other:
        other.execute(text("SELECT 1"))
        time.sleep(0.3)
        assert look(connection)["transactions"] is Level.BROKEN
    busy = threading.Thread(target=lambda: _sleep(1.0))
    busy.start()
    time.sleep(0.5)
    connection.rollback()
    assert look(connection)["transactions"] is Level.LOOK
    busy.join()


def _sleep(seconds: float) -> None:
    with engine().connect() as other:
        other.execute(text("SELECT pg_sleep(:seconds)"), {"seconds": seconds})


def test_dead_rows_and_a_vacuum_that_is_switched_off(database: str, connection: Connection) -> None:
    outside(
        database,
        "CREATE TABLE uji_mati WITH (autovacuum_enabled = false) AS SELECT generate_series(1, 60000) AS id",
        "DELETE FROM uji_mati",
        "SELECT pg_stat_force_next_flush()",
    )
    try:
        assert look(connection)["vacuum"] is Level.LOOK
        connection.rollback()
        outside(database, "ALTER SYSTEM SET autovacuum = off", "SELECT pg_reload_conf()")
        time.sleep(0.3)
        assert look(connection)["vacuum"] is Level.BROKEN
    finally:
        connection.rollback()
        outside(database, "DROP TABLE uji_mati", "ALTER SYSTEM RESET autovacuum", "SELECT pg_reload_conf()")


def test_a_replica_that_holds_the_log_back(database: str, connection: Connection) -> None:
    outside(database, "SELECT pg_create_physical_replication_slot('uji', true)")
    try:
        assert look(connection)["write-ahead log"] is Level.BROKEN
    finally:
        outside(database, "SELECT pg_drop_replication_slot('uji')")


def test_a_clock_that_goes_wrong(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    real = time.time
    monkeypatch.setattr(doctor.time, "time", lambda: real() + 30)
    assert look(connection)["clock"] is Level.BROKEN


@pytest.mark.parametrize(
    ("differs", "check", "expected"),
    [
        ({"version": 12}, "database", Level.BROKEN),
        ({"embedded": True}, "database's place", Level.LOOK),
        ({"archive_fails": True}, "write-ahead log", Level.BROKEN),
        ({"wal_bytes": 10**11}, "write-ahead log", Level.LOOK),
        ({"wal_bytes": None}, "write-ahead log", Level.OK),
        ({"xids": 1_900_000_000}, "vacuum", Level.BROKEN),
        ({"connections": 170, "most_connections": 197}, "connections", Level.LOOK),
        ({"connections": 197, "most_connections": 197}, "connections", Level.BROKEN),
        ({"connections": None}, "connections", Level.OK),
        ({"fsync": "on"}, "durability", Level.OK),
    ],
)
def test_what_no_test_can_bring_about(
    connection: Connection, differs: dict[str, Any], check: str, expected: Level
) -> None:
    assert look(connection, **differs)[check] is expected


def test_an_account_that_may_see_little_breaks_nothing(database: str, connection: Connection) -> None:
    connection.execute(text("CREATE ROLE siaga_uji_kecil NOSUPERUSER"))
    connection.execute(text("GRANT SELECT ON alembic_version TO siaga_uji_kecil"))
    connection.execute(text("SET LOCAL ROLE siaga_uji_kecil"))
    facts = doctor.gather(connection, embedded=False)
    assert isinstance(facts, Facts) and facts.wal_bytes is None and facts.revision is not None
