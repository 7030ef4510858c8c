"""What operators see of the rules, and the sweep by command."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import func, select
from typer.testing import CliRunner

from siaga.cli import GROUPS
from siaga.db import engine, transaction
from siaga.db.audit import Audit
from siaga.desk.audit_words import ACTIONS
from siaga.privacy.map import data_map
from siaga.retention.commands import _aligned, app
from siaga.retention.rules import RULES
from siaga.retention.sweeping import LOCK
from siaga.turns.tables import Quarantine

DAY = timedelta(days=1)


@pytest.fixture
def old(database: str) -> None:
    """Three that may go, the oldest 40 days old, and one that may not."""
    now = datetime.now(timezone.utc)
    with transaction() as session:
        for number, days in enumerate((40, 32, 31, 2)):
            at = now - days * DAY - timedelta(minutes=1)
            row = Quarantine(channel="whatsapp", reason="?", digest=bytes([number]), content={}, received_at=at)
            session.add(row)


def _rows() -> int:
    with transaction() as session:
        return int(session.scalar(select(func.count()).select_from(Quarantine)))


def test_the_plan_tells_each_rule_and_each_table_without_one_and_changes_nothing(old: None) -> None:
    told = CliRunner().invoke(app, ["plan"])
    assert told.exit_code == 0, told.output
    rules, _, others = told.stdout.partition("\n\n")
    lines = rules.splitlines()
    assert len(lines) == 1 + len(RULES)
    starts = {line.index(f" {rule.table_name} ") for line, rule in zip(lines[1:], RULES, strict=True)}
    assert len(starts) == 1, "columns stand one below the other"
    (line,) = [line.split() for line in lines if " quarantine " in line]
    assert line[:5] == ["3", "40", "d", "quarantine", "quarantine"]
    for table in data_map().tables.values():
        if table.of != "nobody":
            assert f" {table.name} " in told.stdout
    assert "audit" in others and "proof of what was done" in others
    assert _rows() == 4


def test_a_sweep_by_command_is_told_and_noted(old: None) -> None:
    done = CliRunner().invoke(app, ["sweep", "--by", "uji"])
    assert done.exit_code == 0, done.output
    assert done.stdout == "3  quarantine\n3 rows by 1 rules.\n"
    with transaction() as session:
        (entry,) = session.scalars(select(Audit))
        assert (entry.actor, entry.action, entry.detail) == ("uji", "retention.sweep", {"rows": {"quarantine": 3}})
    assert "retention.sweep" in ACTIONS
    assert _rows() == 1
    again = CliRunner().invoke(app, ["sweep", "--by", "uji"])
    assert again.stdout == "0 rows by 0 rules.\n"


def test_a_sweep_by_command_waits_for_nobody(old: None) -> None:
    with engine().connect() as other:
        other.execute(select(func.pg_advisory_lock(LOCK)))
        done = CliRunner().invoke(app, ["sweep", "--by", "uji"])
        other.execute(select(func.pg_advisory_unlock(LOCK)))
    assert done.exit_code == 1 and "another process" in done.output
    assert _rows() == 4


def test_who_does_it_has_to_be_said(database: str) -> None:
    assert CliRunner().invoke(app, ["sweep"]).exit_code == 2


def test_it_is_a_command() -> None:
    assert GROUPS["retention"][0] == "siaga.retention.commands"


def test_sentences_stand_to_the_left_and_numbers_to_the_right() -> None:
    rows = [("rows", "kept"), ("7", "14 days after it arrived"), ("1,200", "when its day is over, whatever happens")]
    assert _aligned(rows) == [
        "rows   kept",
        "    7  14 days after it arrived",
        "1,200  when its day is over, whatever happens",
    ]
