"""Statements that are put together once: the rows are right, whatever has happened to their connection."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, any_, func, insert, select, text, update
from sqlalchemy.exc import DataError, DBAPIError
from sqlalchemy.orm import Session

from siaga.db import UtcDateTime, engine, transaction
from siaga.db.bulk import columns_of, given_rows
from siaga.db.prepared import Prepared, given, given_all
from siaga.people.tables import Contact
from siaga.settings import settings
from siaga.turns.tables import Quarantine

AT = datetime(2026, 11, 23, 6, 30, tzinfo=timezone.utc)
_NEW = given_rows(
    "new", **{name: Quarantine.__table__.c[name].type for name in ("reason", "digest", "content", "received_at")}
)
_PUT = Prepared(insert(Quarantine).from_select([*_NEW.c.keys(), "channel"], select(*_NEW.c, given("channel", String))))
_GET = Prepared(
    select(Quarantine.id, Quarantine.reason, Quarantine.content, Quarantine.received_at)
    .where(
        Quarantine.reason == any_(given_all("reasons", String)),
        Quarantine.channel.in_(("whatsapp", "100 %")),
        Quarantine.received_at >= given("since", UtcDateTime),
    )
    .order_by(Quarantine.reason)
    .limit(given("limit", Integer))
)
_TOUCH = Prepared(update(Quarantine).where(Quarantine.reason == given("reason", String)).values(channel="o'clock"))


@pytest.fixture(params=[True, False], ids=["prepared", "as_text"], autouse=True)
def _way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Also behind a pooler, where a connection keeps nothing."""
    monkeypatch.setattr(settings(), "prepared_statements", request.param)
    if "database" in request.fixturenames:
        request.getfixturevalue("database")
        engine().dispose()


def _rows(*contents: Any) -> list[dict[str, Any]]:
    return [
        {"reason": f"r{place}", "digest": bytes([place]) * 32, "content": content, "received_at": AT}
        for place, content in enumerate(contents)
    ]


def _put(session: Session, rows: list[dict[str, Any]], channel: str = "whatsapp") -> int:
    return _PUT.run(session, **columns_of(rows, _NEW.c.keys()), channel=channel)


def test_what_is_written_is_read_whatever_it_is(database: str) -> None:
    contents = [{"a": "é'\\ %s %(x)s"}, ["list", ["in", "list"]], "text", 5]
    with transaction() as session:
        assert _put(session, _rows(*contents)) == 4
    for _ in range(3):
        with transaction() as session:
            found = _GET.all(session, reasons=["r0", "r1", "r3", "none"], since=AT, limit=2)
            assert [(row.reason, row.content) for row in found] == [("r0", contents[0]), ("r1", contents[1])]
            assert found[0].received_at == AT
            assert _GET.first(session, reasons=["none"], since=AT, limit=2) is None
            assert _GET.scalar(session, reasons=["none"], since=AT, limit=2) is None
            assert _GET.scalars(session, reasons=["r3"], since=AT, limit=9) == [found[0].id + 3]
            assert _GET.all(session, reasons=["r3"], since=AT + timedelta(seconds=1), limit=9) == []


def test_a_sign_that_means_something_to_the_driver_is_itself(database: str) -> None:
    with transaction() as session:
        assert _put(session, _rows({}), channel="100 %") == 1
        assert len(_GET.all(session, reasons=["r0"], since=AT, limit=2)) == 1


def test_it_is_asked_again_after_its_first_transaction_failed(database: str) -> None:
    with pytest.raises(ZeroDivisionError), transaction() as session:
        _put(session, _rows({}))
        raise ZeroDivisionError
    with pytest.raises(DataError), transaction() as session:
        _put(session, [{**_rows({})[0], "reason": "x" * 121}])
    with transaction() as session:
        assert _put(session, _rows({}, {})) == 2
        assert _TOUCH.run(session, reason="r1") == 1
        assert _TOUCH.run(session, reason="r7") == 0
        assert session.scalars(select(Quarantine.channel).order_by(Quarantine.id)).all() == ["whatsapp", "o'clock"]


def test_after_a_connection_was_lost_another_serves(database: str) -> None:
    with pytest.raises(DBAPIError) as lost, transaction() as session:
        _TOUCH.run(session, reason="r1")
        ours = session.scalar(select(func.pg_backend_pid()))
        with engine().connect() as other:
            other.execute(select(func.pg_terminate_backend(ours, 5000)))
        _TOUCH.run(session, reason="r1")
    assert lost.value.connection_invalidated
    with transaction() as session:
        assert _TOUCH.run(session, reason="r1") == 0
        assert session.scalar(select(func.pg_backend_pid())) != ours


def test_what_the_session_has_still_to_write_is_seen(database: str) -> None:
    keys = Prepared(select(Contact.key))
    with transaction() as session:
        session.add(Contact(key="k"))
        assert keys.scalars(session) == ["k"]


def test_a_value_that_is_missing_or_unknown_is_no_null(database: str) -> None:
    with transaction() as session:
        for values in ({"reason": "a", "other": 1}, {}):
            with pytest.raises(TypeError):
                _TOUCH.run(session, **values)


def test_a_plan_that_was_made_while_the_table_was_empty_reads_by_index(database: str) -> None:
    if not settings().prepared_statements:
        pytest.skip("nothing is kept")
    find = Prepared(select(func.count()).where(Contact.key == given("key", String)))
    with transaction() as session:
        assert find.scalar(session, key="none") == 0
        assert session.execute(select(func.current_setting("enable_seqscan"))).scalar_one() == "on"
        name = find._made.execute.partition("(")[0]
        plan = session.connection().exec_driver_sql(f"EXPLAIN {name} ('none')").scalars().all()
    assert any("uq_contact_key" in line for line in plan), plan


@pytest.mark.parametrize(
    "change",
    ["ALTER TABLE passing ALTER COLUMN n TYPE bigint", "DEALLOCATE ALL"],
    ids=["another_type", "forgotten"],
)
def test_what_is_out_of_date_fails_once_and_is_planned_anew(database: str, change: str) -> None:
    if not settings().prepared_statements:
        pytest.skip("nothing is kept")
    read = Prepared(select(Table("passing", MetaData(), Column("n", Integer)).c.n))
    try:
        with transaction() as session:
            session.execute(text("CREATE TABLE passing AS SELECT 7 AS n"))
            assert read.scalar(session) == 7
        with transaction() as session:
            session.connection().exec_driver_sql(change)
        with pytest.raises(DBAPIError), transaction() as session:
            read.scalar(session)
        with transaction() as session:
            assert read.scalar(session) == 7
    finally:
        with transaction() as session:
            session.execute(text("DROP TABLE passing"))
