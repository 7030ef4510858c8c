"""What may lag is read from the replica; whatever that cannot do, the primary does."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, InternalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from siaga.db import engine, replica, transaction
from siaga.db.engine import forget, replica_engine
from siaga.settings import settings


@pytest.fixture
def second(database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Another database plays the replica: each says in ``place`` which of the two it is."""
    name = f"{make_url(database).database}_replica"
    server = sa.create_engine(database, future=True, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    url = make_url(database).set(database=name).render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    monkeypatch.setattr(replica, "_told", False)
    for place, address in (("primary", database), ("replica", url)):
        with sa.create_engine(address, future=True, poolclass=NullPool).begin() as connection:
            connection.execute(sa.text("CREATE TABLE place AS SELECT CAST(:place AS text) AS name"), {"place": place})
    yield from _set(monkeypatch, url)
    with server.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
    with transaction() as session:
        session.execute(sa.text("DROP TABLE place"))


def _set(monkeypatch: pytest.MonkeyPatch, url: str | None) -> Iterator[str]:
    forget()
    monkeypatch.setattr(settings(), "database_read_url", url)
    yield url or ""
    forget()


def _place(session: Session) -> Any:
    return session.scalar(sa.text("SELECT name FROM place"))


def _write(session: Session) -> Any:
    return session.execute(sa.text("DELETE FROM place"))


def test_it_is_read_from_the_replica_and_written_to_the_primary(second: str) -> None:
    assert replica.reading(_place) == "replica"
    with transaction() as session:
        assert _place(session) == "primary"
    assert replica.lag() == 0


def test_without_a_replica_all_is_the_primary(second: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "database_read_url", None)
    forget()
    assert replica.reading(_place) == "primary"
    assert replica.lag() is None


@pytest.mark.parametrize("alone", [True, False])
def test_whoever_only_reads_cannot_write(second: str, monkeypatch: pytest.MonkeyPatch, alone: bool) -> None:
    if alone:
        monkeypatch.setattr(settings(), "database_read_url", None)
        forget()
    with pytest.raises(InternalError, match="read-only"):
        replica.reading(_write)
    # The same connection writes for others afterwards.
    with transaction() as session:
        assert _write(session).rowcount == 1


def test_while_it_is_away_the_primary_is_read_and_that_is_told_once(
    second: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "siaga.db.replica")
    away = make_url(second).set(host="127.0.0.1", port=9, password="sandi-cadangan", query={})
    for _ in _set(monkeypatch, away.render_as_string(hide_password=False)):
        assert [replica.reading(_place) for _ in range(3)] == ["primary"] * 3
        with pytest.raises(DBAPIError):
            replica.lag()
    for _ in _set(monkeypatch, second):
        assert [replica.reading(_place) for _ in range(3)] == ["replica"] * 3
    assert [record.message for record in caplog.records] == [
        "figures are read from the primary, not from the replica: OperationalError",
        "figures are read from the replica again",
    ]


def test_one_that_is_too_far_behind_is_not_read(second: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replica, "_BEHIND", sa.text("SELECT :written IS NOT NULL, 61"))
    assert replica.reading(_place) == "primary"
    assert replica.lag() == 61


def test_what_the_replica_breaks_off_the_primary_does(second: str) -> None:
    """As when a vacuum that it replays takes away the rows that are being read."""

    def work(session: Session) -> Any:
        if _place(session) == "replica":
            session.execute(sa.text("SET LOCAL statement_timeout = 5; SELECT pg_sleep(5)"))
        return _place(session)

    assert replica.reading(work) == "primary"


def test_the_database_may_move_between_several_servers(second: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """``DATABASE_URL`` names them; whoever connects finds the one that takes writes, be another away or not."""
    where = make_url(second)
    place = where.query.get("host") or f"{where.host}:{where.port or 5432}"
    several = {"host": ("127.0.0.1:9", str(place)), "target_session_attrs": "read-write"}
    url = URL.create(where.drivername, where.username, where.password, database=where.database, query=several)
    for _ in _set(monkeypatch, url.render_as_string(hide_password=False)):
        assert replica.reading(_place) == "replica"


def test_a_server_that_has_gone_without_a_word_is_noticed(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unless the address says otherwise; of the replica's nobody waits long for an answer either."""
    own = make_url(database).update_query_dict({"tcp_user_timeout": "7000"}).render_as_string(hide_password=False)
    monkeypatch.setattr(settings(), "database_url", own)
    for _ in _set(monkeypatch, database):
        made = replica_engine()
        assert made is not None
        for source, timeout, waits in ((engine(), "7000", None), (made, "10000", "3")):
            with source.connect() as connection:
                chosen = connection.connection.dbapi_connection.get_dsn_parameters()
            assert (chosen["keepalives_idle"], chosen["tcp_user_timeout"]) == ("5", timeout)
            assert chosen.get("connect_timeout") == waits
