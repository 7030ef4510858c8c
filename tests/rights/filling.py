"""A row in every table that hangs on a contact or a person, with their name, phone and NIK wherever text fits."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import String, insert, select
from sqlalchemy.orm import Session

from siaga.db import EncryptedBytes, EncryptedJSON, EncryptedText, UtcDateTime
from siaga.rights.erasing import cascade
from siaga.rights.subjects import Subject
from siaga.schema import Base
from tests.registration.given import NOW

# What the database would not take otherwise, and what must not be mistaken for something else.
_VALUES: dict[tuple[str, str], Any] = {
    ("hand_off", "reason"): "asked",
    ("hand_off", "state"): "waiting",
    ("hand_off_message", "author"): "citizen",
    ("self_check", "level"): "none",
    ("monitoring", "ended_why"): None,
    ("dose", "source"): "import",
    ("task", "status"): "open",
    ("registry_write", "status"): "waiting",
    ("waiting", "status"): "left",
    ("received_media", "status"): "kept",
    ("received_media", "mime"): "image/png",
    ("radar_subscription", "region_code"): "35.78",
    ("data_request", "kind"): "see",
    ("tracker", "key"): None,
}


def fill(session: Session, subject: Subject, written: str) -> set[str]:
    """Put one row into each such table that has none of the subject's yet; the names of all those tables."""
    conditions = cascade(subject)
    for table in Base.metadata.sorted_tables:
        if table.name not in conditions:
            continue
        if session.execute(select(table).where(conditions[table.name]).limit(1)).first() is None:
            session.execute(insert(table).values(**row_of(session, table, conditions, written)))
    return set(conditions)


def row_of(session: Session, table: Any, conditions: dict[str, Any], written: str) -> dict[str, Any]:
    """What a new row of a table takes, of those that the conditions choose."""
    row: dict[str, Any] = {}
    for column in table.c:
        links = [key.column for key in column.foreign_keys]
        if (table.name, column.name) in _VALUES:
            row[column.name] = _VALUES[table.name, column.name]
        elif links:
            which = conditions.get(links[0].table.name)
            row[column.name] = session.execute(
                select(links[0]).where(*([] if which is None else [which])).limit(1)
            ).scalar()
        elif not (column.nullable and not _holds_text(column)) and column.server_default is None:
            if column.primary_key and column.name == "id" and not _holds_text(column):
                continue
            value = _value(column, table.name, written)
            if value is not None:
                row[column.name] = value
    return row


def _holds_text(column: Any) -> bool:
    return isinstance(column.type, (EncryptedText, EncryptedJSON, EncryptedBytes, String))


def _value(column: Any, table: str, written: str) -> Any:
    kind = column.type
    if isinstance(kind, EncryptedText):
        return written
    if isinstance(kind, EncryptedJSON):
        return {"text": written}
    if isinstance(kind, EncryptedBytes):
        return written.encode()
    if isinstance(kind, UtcDateTime):
        return NOW
    known = {
        datetime: NOW,
        date: date(2026, 11, 22),
        int: 1,
        float: 1.0,
        bool: True,
        bytes: b"\x01",
        dict: {},
        list: [],
    }
    try:
        python = kind.python_type
    except NotImplementedError:
        return {}
    if python is str:
        length = getattr(kind, "length", None)
        if length is None:
            return f"{table}:{written}"
        return None if column.nullable else f"u{table}"[:length]
    return known.get(python, b"\x01")
