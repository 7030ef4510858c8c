"""Rows of any age for each rule, of one contact."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import Date, LargeBinary, UniqueConstraint, insert
from sqlalchemy.orm import Session

from siaga.retention.rule import Rule
from siaga.rights.erasing import cascade
from siaga.rights.subjects import Subject
from tests.rights.filling import row_of

_NUMBERS = count(1)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Case:
    """Of a rule: the column that a row's age is counted from, what makes a row go, and what spares it however old."""

    since: str
    going: dict[str, Any] = field(default_factory=dict)
    spared: tuple[dict[str, Any], ...] = ()


CASES: dict[str, Case] = {
    "received": Case("received_at", {"status": "done"}, ({"status": "waiting"}, {"status": "parked"})),
    "parked": Case("received_at", {"status": "parked"}, ({"status": "waiting"},)),
    "unreported": Case(
        "created_at",
        {"status": "accepted", "payload": {}},
        ({"status": "accepted", "payload": None, "template": None}, {"status": "unknown"}, {"status": "read"}),
    ),
    "sent": Case(
        "created_at",
        {"status": "failed", "payload": {}},
        ({"status": "queued"}, {"status": "sending"}, {"status": "unknown"}),
    ),
    "quarantine": Case("received_at"),
    "files": Case("received_at"),
    "reports": Case("updated_at", {"status": "closed"}, ({"status": "new"}, {"status": "working"})),
    "documents": Case("forget_after"),
    "identity": Case("started_at"),
    "nik_tried": Case("day"),
    "report_tried": Case("day"),
    "drafts": Case("updated_at"),
    "notices": Case("until", {"status": "sent"}, ({"status": "planned"},)),
    "self_checks": Case("at"),
    "monitoring": Case("ended_at"),
    "unclear": Case("forget_after"),
    "questions": Case("forget_after"),
    "hoaxes": Case("first_at"),
    "hand_offs": Case("closed_at", {"state": "closed"}),
    "tasks": Case("done_at", {"status": "refused"}, ({"status": "open", "done_at": None},)),
    "data_requests": Case("done_at", {}, ({"done_at": None},)),
    "subscriptions": Case("ended_at", {}, ({"ended_at": None},)),
    "desk_sessions": Case("expires_at"),
    "desk_attempts": Case("last_at"),
    "erasures": Case("at", {"by": "staff"}),
}
"""The rules that take rows by one column's age; the others have tests of their own."""


def add(session: Session, subject: Subject, rule: Rule, at: datetime, **values: Any) -> None:
    """A row of a rule's table whose age counts from ``at``; what must differ between rows does."""
    table = rule.table.__table__
    conditions = cascade(subject)
    since = CASES[rule.name].since
    row = row_of(session, table, conditions, "Warga Uji 001") | CASES[rule.name].going
    for column in _telling_apart(table) - {since}:
        if not table.c[column].foreign_keys and table.c[column].autoincrement is not True:
            row[column] = _another(table.c[column])
    row.pop("id", None) if table.c.keys()[0] == "id" and not _is_text(table.c.id) else None
    row[since] = at.date() if isinstance(table.c[since].type, Date) else at
    session.execute(insert(table).values(**row | values))


def just(rule: Rule, now: datetime, age: timedelta) -> datetime:
    """So much older than what a rule lets stay."""
    life = rule.life()
    assert life is not None
    if isinstance(rule.table.__table__.c[CASES[rule.name].since].type, Date):
        # A day counts as over when it is over everywhere.
        day = now.date() - (timedelta(days=1) if age > timedelta() else timedelta())
        return datetime.combine(day, now.timetz()) - life
    return now - life - age


def _telling_apart(table: Any) -> set[str]:
    keys = {column.name for column in table.primary_key}
    for column in table.c:
        if column.unique:
            keys.add(column.name)
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            keys |= {column.name for column in constraint.columns}
    return keys


def _is_text(column: Any) -> bool:
    return column.type.python_type is str


def _another(column: Any) -> Any:
    number = next(_NUMBERS)
    if isinstance(column.type, LargeBinary):
        return number.to_bytes(8, "big")
    if column.type.python_type is str:
        return f"{number:04}"[: column.type.length or 20]
    if column.type.python_type is date:
        return date(2000, 1, 1) + timedelta(days=number)
    return number % 30_000
