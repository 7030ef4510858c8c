"""`siaga audit`."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import pytest
from sqlalchemy import select, text
from typer.testing import CliRunner, Result

from siaga.db import engine, transaction
from siaga.db.audit import Audit, note
from siaga.db.audit.commands import app

AT = datetime(2026, 11, 20, 16, 30, tzinfo=timezone.utc)


def run(*given: str, stdin: str = "") -> Result:
    return CliRunner(mix_stderr=False).invoke(app, list(given), input=stdin)


def past(statement: str) -> None:
    with engine().begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text(statement))


@pytest.fixture
def lines(database: str) -> None:
    with transaction() as session:
        for number in range(6):
            actor, action = ("rini", "report.show") if number % 2 else ("budi", "report.set")
            at = AT.replace(day=20 + number // 3)
            session.add(Audit(actor=actor, action=action, detail={"n": number}, at=at))
            session.flush()


@pytest.mark.usefixtures("lines")
def test_a_whole_chain() -> None:
    told = run("verify")
    assert told.exit_code == 0
    head = run("head").stdout.strip()
    assert told.stdout == f"ok: 6 rows from 2026-11-20 16:30:00 UTC to 2026-11-21 16:30:00 UTC, head {head}\n"
    assert head.startswith("6:") and len(head) == 2 + 64
    assert run("verify", "--head", head).exit_code == 0


@pytest.mark.usefixtures("lines")
def test_each_break_is_a_line() -> None:
    past("UPDATE audit SET detail = '{\"n\": 7}' WHERE place = 2")
    past("DELETE FROM audit WHERE place IN (4, 5)")
    past("INSERT INTO audit (at, actor, action, detail) VALUES ('2026-01-01', 'a', 'b', '{}')")
    past("INSERT INTO audit (actor, action, detail, seal) VALUES ('a', 'b', '{}', 'x')")
    told = run("verify")
    assert told.exit_code == 1
    assert told.stdout.splitlines()[:-1] == [
        "place 2: row 2 or its seal was changed",
        "places 4 to 5: missing; so what stands at place 6 cannot be checked",
        "row 7: not sealed; it was not written by this programme, or before there was a chain",
        "row 8: sealed, but without a place in the chain",
    ]
    assert told.stdout.splitlines()[-1].startswith("broken: 4 rows")


@pytest.mark.usefixtures("lines")
def test_that_the_end_was_cut_off_only_shows_against_a_head(tmp_path: Path) -> None:
    head = run("head").stdout.strip()
    past("DELETE FROM audit WHERE place > 4")
    assert run("verify").exit_code == 0
    log = tmp_path / "remind.log"
    log.write_text(f"INFO siaga.reminders.heads: audit head {head}\nINFO: told 3\n")
    for told in (
        run("verify", "--head", head),
        run("verify", "--heads", str(log)),
        run("verify", "--heads", "-", stdin=head),
    ):
        assert told.exit_code == 1
        assert told.stdout.splitlines()[0] == "place 6 was noted before, and the chain ends at 4: its end was cut off"
    with transaction() as session:
        for _ in range(2):
            note(session, "rini", "report.show", {})
    assert run("verify").exit_code == 0
    assert run("verify", "--head", head).stdout.splitlines()[0] == (
        "place 6: what stands there is not what was noted before"
    )


@pytest.mark.usefixtures("database")
def test_what_is_no_head_is_refused_rather_than_overlooked(tmp_path: Path) -> None:
    (tmp_path / "empty.log").write_text("audit head 12:abc\n")
    for given in (
        ["--head", "12:abc"],
        ["--heads", str(tmp_path / "empty.log")],
        ["--heads", str(tmp_path / "none.log")],
    ):
        assert run("verify", *given).exit_code == 2
    assert run("head").exit_code == 1
    assert run("verify").stdout == "ok: 0 rows, head none\n"


@pytest.mark.usefixtures("lines")
def test_another_key_is_said_to_be_that(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("siaga.db.audit.chain._PURPOSE", "something else")
    told = run("verify")
    assert told.exit_code == 1
    assert "SIAGA_INDEX_KEY" in told.stderr


@pytest.mark.usefixtures("lines")
@pytest.mark.parametrize(
    ("given", "numbers"),
    [
        ([], [0, 1, 2, 3, 4, 5]),
        (["--limit", "2"], [4, 5]),
        (["--who", "rini"], [1, 3, 5]),
        (["--what", "report.set"], [0, 2, 4]),
        (["--what", "report.*"], [0, 1, 2, 3, 4, 5]),
        (["--what", "report_*"], []),
        (["--since", "2026-11-21"], [3, 4, 5]),
        (["--since", "2026-11-21T23:31+07:00"], []),
    ],
)
def test_the_list_is_noted(given: list[str], numbers: list[int]) -> None:
    told = run("list", "--by", "kepala", *given)
    assert told.exit_code == 0
    assert [int(line[-2]) for line in told.stdout.splitlines()] == numbers
    if not given:
        assert told.stdout.splitlines()[1] == '2026-11-20 16:30:00 UTC\trini\treport.show\t{"n": 1}'
    with transaction() as session:
        row = session.execute(select(Audit).order_by(Audit.id.desc()).limit(1)).scalar_one()
    assert (row.actor, row.action, row.detail) == ("kepala", "audit.list", {"entries": len(numbers)})


def test_a_wrong_time_is_refused() -> None:
    assert run("list", "--since", "kemarin").exit_code == 2
