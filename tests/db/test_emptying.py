"""What a test leaves behind is gone before the next one begins."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from siaga.db import engine, transaction
from siaga.schema import Base
from tests import emptying

TABLES = [table.name for table in Base.metadata.sorted_tables]


def _write(session: Session, count: int) -> None:
    """A contact, what refers to them, and ``count`` rows of a table that nothing refers to."""
    session.execute(text("INSERT INTO contact (key) VALUES ('a')"))
    columns = "contact_id, message_key, media_kind, channel, status"
    session.execute(text(f"INSERT INTO received_media ({columns}) VALUES (1, 'm', 'image', 'whatsapp', 'new')"))
    detail = "SELECT 'a', 'b', jsonb_build_object('of', md5(n::text)) FROM generate_series(1, :count) n"
    session.execute(text(f"INSERT INTO audit (actor, action, detail) {detail}"), {"count": count})


def _left() -> dict[str, int]:
    """The tables that are not as new, with their bytes."""
    sizes = ", ".join(f"pg_relation_size('{name}') AS {name}" for name in TABLES)
    with engine().connect() as connection:
        found = connection.execute(text(f"SELECT {sizes}")).one()
    return {name: size for name, size in found._mapping.items() if size}


@pytest.mark.parametrize("count", [1, 100, 20_000])
def test_rows_go_and_numbers_begin_anew(database: str, count: int) -> None:
    for _ in range(2):
        with transaction() as session:
            _write(session, count)
            assert session.execute(text("SELECT id FROM contact")).scalars().all() == [1]
            assert session.execute(text("SELECT min(id), max(id) FROM audit")).one() == (1, count)
        assert set(_left()) == {"contact", "received_media", "audit"}
        emptying.empty()
        assert _left() == {}


def test_what_was_rolled_back_leaves_nothing_either(database: str) -> None:
    with transaction() as session:
        _write(session, 3)
        session.rollback()
    assert _left(), "rows lie there though nobody sees them"
    emptying.empty()
    assert _left() == {}
    with transaction() as session:
        _write(session, 3)
        assert session.execute(text("SELECT id FROM contact")).scalars().all() == [1]
