"""The audit log's chain: no change of it goes unseen."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, func, select, text
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from siaga.db import engine, transaction
from siaga.db.audit import Audit, note, verifying
from siaga.db.audit.chain import Head
from siaga.db.audit.verifying import Verified, head, verify
from siaga.migrations.commands import app
from siaga.settings import settings as siaga_settings
from siaga.start import system
from siaga.tallies.counting import Count, count

NOW = datetime(2021, 8, 2, 8, 0, tzinfo=timezone.utc)
WRITE_PAST = "SET LOCAL session_replication_role = replica"


def noted(number: int, actor: str = "rini") -> None:
    for at in range(number):
        with transaction() as session:
            note(session, actor, "report.show", {"report": at})


def places() -> list[int | None]:
    with transaction() as session:
        return list(session.execute(select(Audit.place).order_by(Audit.place)).scalars())


def verified(*heads: Head) -> Verified:
    with transaction() as session:
        return verify(session, heads=heads)


def past(*statements: str) -> None:
    """Write as somebody with the database's highest rights could, past the triggers."""
    with engine().begin() as connection:
        connection.execute(text(WRITE_PAST))
        for statement in statements:
            connection.execute(text(statement))


# ------------------------------------------------------------------ sealing
def test_each_note_has_the_next_place_and_follows_the_seal_before(database: str) -> None:
    assert (verified().rows, verified().head) == (0, None)
    with transaction() as session:
        note(session, "rini", "report.show", {"report": "LP-7K2M-9Q"})
        note(session, "rini", "report.set", {"status": "done", "answered": False})
    noted(1)
    assert places() == [1, 2, 3]
    found = verified()
    assert (found.rows, found.breaks) == (3, [])
    with transaction() as session:
        rows = session.execute(select(Audit).order_by(Audit.place)).scalars().all()
        assert found.head == head(session) == Head(3, rows[-1].seal)
    assert [found.first, found.last] == [rows[0].at, rows[-1].at]
    assert len({row.seal for row in rows}) == 3


def test_what_is_rolled_back_leaves_no_gap(database: str) -> None:
    noted(1)
    with pytest.raises(RuntimeError), transaction() as session:
        note(session, "rini", "report.show", {})
        session.flush()
        raise RuntimeError
    with transaction() as session:
        note(session, "rini", "report.show", {"kept": True})
        with session.begin_nested() as tried:
            note(session, "rini", "report.show", {"kept": False})
            session.flush()
            tried.rollback()
        with session.begin_nested():
            note(session, "rini", "report.show", {"kept": True})
    with transaction() as session, session.begin_nested() as tried:
        note(session, "rini", "report.show", {"kept": False})
        session.flush()
        tried.rollback()
    assert places() == [1, 2, 3]
    assert verified().breaks == []


def test_a_note_given_a_time_and_one_the_database_times_are_sealed_as_they_stand(database: str) -> None:
    with transaction() as session:
        session.add(Audit(actor="rini", action="a", detail={"n": 0.10, "s": "é\u2028", "l": [1, None]}, at=NOW))
        session.add(Audit(actor="rini", action="b", detail={}))
    assert verified().breaks == []


def unsealed(many: int) -> None:
    """As they were written before there was a chain."""
    with engine().begin() as connection:
        connection.execute(
            text(
                "INSERT INTO audit (at, actor, action, detail) SELECT now() - interval '1 day', 'rini', 'a',"
                " jsonb_build_object('n', n) FROM generate_series(1, :many) n"
            ),
            {"many": many},
        )


@pytest.mark.parametrize("by", ["siaga db migrate", "siaga start"])
def test_rows_of_before_the_chain_are_sealed_by_the_upgrade(
    database: str, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    many = verifying.BATCH + 3
    unsealed(many)
    if by == "siaga start":
        monkeypatch.setattr(system, "_take_content", lambda tell: None)
        system.prepare_database(sample_data=False)
    else:
        done = CliRunner().invoke(app, ["migrate"])
        assert done.output.startswith(f"The audit log is chained now: {many} older rows were sealed.\n")
    found = verified()
    assert (found.rows, found.breaks) == (many, [])
    assert places() == list(range(1, many + 1))


def test_an_upgrade_hides_nothing_that_was_written_past_the_programme(database: str) -> None:
    noted(2)
    unsealed(1)
    assert CliRunner().invoke(app, ["migrate"]).output == "The database is up to date.\n"
    assert places() == [1, 2, None]
    assert verified().breaks == ["row 3: not sealed; it was not written by this programme, or before there was a chain"]


def test_rows_of_before_the_chain_that_no_upgrade_has_sealed_are_by_the_first_note_after_them(database: str) -> None:
    many = verifying.BATCH * 2 + 7
    unsealed(many)
    found = verified()
    assert (found.rows, found.broken, len(found.breaks)) == (0, verifying.MOST_TOLD + 1, verifying.MOST_TOLD)
    noted(1)
    found = verified()
    assert (found.rows, found.breaks) == (many + 1, [])
    with transaction() as session:
        assert session.scalar(select(func.max(Audit.place))) == many + 1
        assert session.scalar(select(Audit.actor).order_by(Audit.place.desc()).limit(1)) == "rini"
        assert session.scalar(select(Audit.id).where(Audit.place == 1)) == 1


def test_writing_at_once_gives_a_chain_without_a_gap(database: str) -> None:
    """Each thread holds something of the tallies', too, which are written when a transaction commits."""
    threads, each = 6, 15
    problems: list[BaseException] = []
    start = threading.Barrier(threads)

    def work(name: int) -> None:
        try:
            start.wait()
            for at in range(each):
                with transaction() as session:
                    if at % 2:
                        count(session, NOW, [Count("tests.audit")])
                    note(session, f"petugas {name}", "report.show", {"n": at})
                    if at % 3 == 0:
                        session.flush()
                    if not at % 2:
                        count(session, NOW, [Count("tests.audit")])
        except BaseException as problem:
            problems.append(problem)

    running = [threading.Thread(target=work, args=(name,)) for name in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join(60)
    assert problems == []
    assert places() == list(range(1, threads * each + 1))
    assert verified().breaks == []


def test_the_seal_is_the_last_that_a_transaction_waits_for(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """In whatever order the modules were read: else two transactions could wait for each other."""
    # Statements as they are, not by the names under which a connection keeps them.
    monkeypatch.setattr(siaga_settings(), "prepared_statements", False)
    said: list[str] = []
    with transaction() as session:
        connection = session.connection()
        note(session, "rini", "report.show", {})
        count(session, NOW, [Count("tests.audit")])
        event.listen(connection, "before_cursor_execute", lambda _c, _cursor, statement, *_: said.append(statement))
    at = next(number for number, statement in enumerate(said) if "pg_advisory_xact_lock" in statement)
    assert any("tally" in statement for statement in said[:at])
    assert [statement.split()[:2] for statement in said[at + 1 :]] == [
        ["SELECT", "place,"],
        ["SELECT", "id,"],
        ["UPDATE", "audit"],
    ]


# ------------------------------------------------------------------ what is found
@pytest.fixture
def chained(database: str) -> Iterator[Session]:
    """Ten rows, sealed long ago, in a transaction of somebody whom no trigger and no constraint stops."""
    with transaction() as session:
        for at in range(10):
            detail = {"report": f"LP-{at}", "n": at, "share": at / 8, "fields": ["name", None]}
            session.add(Audit(actor="rini" if at % 2 else "budi", action="report.show", detail=detail, at=NOW))
    with (
        engine().connect() as connection,
        connection.begin() as everything,
        Session(connection, future=True) as session,
    ):
        session.execute(text(WRITE_PAST))
        session.execute(text("ALTER TABLE audit DROP CONSTRAINT uq_audit_place"))
        yield session
        everything.rollback()


_TABLE = text("SELECT array_agg(audit::text ORDER BY audit::text) FROM audit")
_BIG = st.integers(-(2**63), 2**63 - 1)
_PLACES = st.none() | st.integers(-2, 14) | _BIG
_SEALS = st.none() | st.binary(max_size=40)
_WORDS = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=20)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | _WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_WORDS, inner, max_size=3),
    max_leaves=6,
).map(json.dumps)
_TIMES = st.sampled_from(["infinity", "-infinity", "0044-03-15 12:00:00+00 BC"]) | st.timedeltas(
    timedelta(days=-99_999), timedelta(days=99_999)
).map(lambda away: str(NOW + away))
_VALUES = {
    "id": _BIG,
    "at": _TIMES,
    "actor": _WORDS,
    "action": _WORDS,
    "detail": _JSON,
    "place": _PLACES,
    "seal": _SEALS,
}
_TYPES = {"id": "bigint", "at": "timestamptz", "detail": "jsonb", "place": "bigint", "seal": "bytea"}
_CHANGES = st.one_of(*(st.tuples(st.just(name), values) for name, values in _VALUES.items()))
_EXAMPLES = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def whole(session: Session) -> Head:
    """The head of the chain, which is as it was written."""
    found = verify(session)
    assert (found.rows, found.breaks) == (10, [])
    assert found.head is not None
    return found.head


def is_found(session: Session, noted: Head, statement: str, **values: object) -> None:
    """Somebody does this: it is noticed, unless it changed nothing."""
    before = session.execute(_TABLE).scalar_one()
    with session.begin_nested() as attempt:
        session.execute(text(statement), values)
        is_other = session.execute(_TABLE).scalar_one() != before
        found = verify(session, heads=[noted])
        attempt.rollback()
    assert bool(found.breaks) == is_other


def test_any_change_of_any_field_is_found(chained: Session) -> None:
    noted = whole(chained)

    @_EXAMPLES
    @given(st.integers(1, 10), _CHANGES)
    def changed(place: int, change: tuple[str, object]) -> None:
        name, value = change
        write = f"UPDATE audit SET {name} = CAST(:value AS {_TYPES.get(name, 'text')}) WHERE place = :place"
        is_found(chained, noted, write, value=value, place=place)

    changed()


def test_a_number_written_otherwise_is_a_change(chained: Session) -> None:
    """Python would read both as the same."""
    noted = whole(chained)
    for written in ("0.1", "0.10", "0.1000000000000000055511151231257827"):
        is_found(chained, noted, "UPDATE audit SET detail = CAST(:written AS jsonb) WHERE place = 3", written=written)


@pytest.mark.parametrize(
    "columns", ["place", "place, id", "place, seal", "place, id, seal", "seal", "id", "at, actor, action, detail"]
)
def test_any_swap_of_two_rows_is_found(chained: Session, columns: str) -> None:
    noted = whole(chained)
    # Two rows that differ in what is swapped, the neighbours and the ends among them.
    chained.execute(text("ALTER TABLE audit DROP CONSTRAINT pk_audit"))
    for one, other in [(1, 2), (5, 6), (1, 10), (9, 10), (3, 8)]:
        is_found(
            chained,
            noted,
            f"UPDATE audit SET ({columns}) = "
            f"(SELECT {columns} FROM audit AS other WHERE other.place = :one + :other - audit.place)"
            " WHERE place IN (:one, :other)",
            one=one,
            other=other,
        )


def test_any_row_that_is_taken_away_is_found(chained: Session) -> None:
    noted = whole(chained)
    for start in range(1, 11):
        for end in range(start, 11):
            is_found(chained, noted, "DELETE FROM audit WHERE place BETWEEN :start AND :end", start=start, end=end)


def test_a_row_put_in_with_any_place_or_seal_is_found(chained: Session) -> None:
    noted = whole(chained)

    @_EXAMPLES
    @given(st.sampled_from([0, -5, 99]), _PLACES, _SEALS)
    def put_in(row_id: int, place: int | None, seal: bytes | None) -> None:
        is_found(
            chained,
            noted,
            "INSERT INTO audit (id, at, actor, action, detail, place, seal)"
            " VALUES (:id, :at, 'rini', 'report.show', '{}', CAST(:place AS bigint), CAST(:seal AS bytea))",
            id=row_id, at=NOW, place=place, seal=seal,
        )  # fmt: skip

    put_in()


@pytest.mark.parametrize("places", [(3,), (3, 4, 5), (1, 10), (2, 3, 7)])
@pytest.mark.parametrize("column", ["seal", "actor"])
def test_a_row_that_is_whole_is_not_accused(chained: Session, column: str, places: tuple[int, ...]) -> None:
    whole(chained)
    chained.execute(text(f"UPDATE audit SET {column} = 'x' WHERE place = ANY(:places)"), {"places": list(places)})
    assert [line.partition(":")[0] for line in verify(chained).breaks] == [f"place {place}" for place in places]


def test_only_the_end_may_be_walked(chained: Session) -> None:
    found = verify(chained, last=4)
    assert (found.rows, found.breaks) == (4, [])
    chained.execute(text("UPDATE audit SET actor = 'x' WHERE place = 6"))
    assert verify(chained, last=4).breaks == []
    assert verify(chained, last=5).broken == 1
    assert verify(chained, last=10).rows == verify(chained, last=99).rows == 10
    chained.execute(text("DELETE FROM audit WHERE place = 6"))
    assert verify(chained, last=4).breaks == ["place 6: missing; so what stands at place 7 cannot be checked"]
