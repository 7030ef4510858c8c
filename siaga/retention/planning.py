"""What the rules would do now, without doing it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

from sqlalchemy import func, select, text

from siaga.db import transaction
from siaga.privacy.map import DataMap
from siaga.retention.rule import Rule
from siaga.retention.rules import RULES


@dataclass(frozen=True)
class Planned:
    """How many rows a rule would take now, and how old the oldest of them is."""

    rule: Rule
    rows: int
    age: timedelta | None


def plan(now: datetime) -> list[Planned]:
    """What each rule would take. It only reads, one rule after the other, so that nothing waits for it for long."""
    return [_planned(rule, now) for rule in RULES]


def without_rule(known: DataMap) -> Iterator[tuple[str, str]]:
    """The tables of somebody that no rule takes rows of, and why: ``with`` another table, or the map's reason."""
    for table in known.tables.values():
        for kept in table.kept:
            if kept.with_table:
                yield table.name, f"with {kept.with_table}"
            elif kept.reason:
                yield table.name, kept.reason


def _planned(rule: Rule, now: datetime) -> Planned:
    which = rule.condition(now)
    if which is None:
        return Planned(rule, 0, None)
    with transaction() as session:
        session.execute(text("SET TRANSACTION READ ONLY"))
        rows, oldest = session.execute(
            select(func.count(), func.min(rule.since)).select_from(rule.table).where(which)
        ).one()
    return Planned(rule, int(rows), None if oldest is None else now - _moment(oldest))


def _moment(since: datetime | date) -> datetime:
    return since if isinstance(since, datetime) else datetime.combine(since, time(), timezone.utc)
