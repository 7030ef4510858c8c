"""What is said of the replica."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pytest

from siaga.db.engine import forget
from siaga.doctor.finding import Level
from siaga.doctor.replica import Facts, check, gather
from siaga.settings import settings


@pytest.fixture
def named(database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    forget()
    monkeypatch.setattr(settings(), "database_read_url", database)
    yield monkeypatch
    forget()


@pytest.mark.parametrize(
    ("facts", "level", "says"),
    [
        (None, Level.OK, "none is named"),
        (Facts(0.0), Level.OK, "0 s behind"),
        (Facts(59.0), Level.OK, "59 s behind"),
        (Facts(7200.0), Level.LOOK, "2 h behind"),
        (Facts(math.inf), Level.LOOK, "nobody can say"),
        (Facts(None), Level.LOOK, "does not answer"),
        (Facts(0.0, follows=False), Level.LOOK, "takes writes itself"),
    ],
)
def test_each_has_its_word(facts: Facts | None, level: Level, says: str) -> None:
    found = check(facts)
    assert (found.level, bool(found.do)) == (level, level is not Level.OK)
    assert says in found.says


def test_without_one_there_is_nothing_to_tell(database: str) -> None:
    assert gather() is None


def test_a_database_that_takes_writes_is_none(named: pytest.MonkeyPatch) -> None:
    assert gather() == Facts(0.0, follows=False)


def test_one_that_is_away_is_told(named: pytest.MonkeyPatch) -> None:
    forget()
    named.setattr(settings(), "database_read_url", "postgresql://siaga:sandi@127.0.0.1:9/siaga")
    assert gather() == Facts(None)
