"""What our SQL needs of PostgreSQL stands in docs/sizing.md, as the code has it."""

from __future__ import annotations

import pytest

from bench import sql


def test_the_list_in_the_page_is_that_of_the_code() -> None:
    page = sql.PAGE.read_text(encoding="utf-8")
    made = sql.table(sql.found(sql.files()))
    assert sql.written(page, made) == page, "bring it up to date: python -m bench.sql --write"


def test_what_stands_in_comments_and_docstrings_is_not_used() -> None:
    source = '"""NOTIFY people, SKIP LOCKED."""\n\ndef f():\n    """LATERAL."""\n    return 1  # jsonb_agg\n'
    assert not any(sql.found([("siaga/a/b.py", source)]).values())


@pytest.mark.parametrize(
    ("line", "feature"),
    [
        ('session.execute(text("NOTIFY siaga"))', "LISTEN / NOTIFY"),
        ("select(Lane).with_for_update(skip_locked=True)", "FOR UPDATE SKIP LOCKED"),
        ("func.pg_try_advisory_xact_lock(1)", "advisory locks"),
        ('Index("a", func.lower(b))', "expression indexes"),
        ('Column(ForeignKey("a.id", deferrable=True))', "deferrable constraints"),
        ('cursor.copy_expert("COPY a FROM STDIN", rows)', "COPY"),
    ],
)
def test_what_is_used_is_found(line: str, feature: str) -> None:
    places = sql.found([("siaga/a/b.py", f"x = {line}\n")])
    assert places[feature] == ["siaga/a/b.py"]
    assert "`siaga/a`" in sql.table(places)


def test_a_page_without_the_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="not in the page"):
        sql.written("nothing", "a list")
