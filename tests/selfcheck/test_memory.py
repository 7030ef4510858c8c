"""Checks are kept once, for as long as they are worth asking about."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text

from siaga.db import transaction
from siaga.handoffs.tables import HandOff
from siaga.retention.sweeping import sweep
from siaga.selfcheck import Level
from siaga.selfcheck.memory import ASKED_ABOUT, Kept, has_worsened, keep, last, latest, newest
from siaga.selfcheck.tables import SelfCheck
from tests.registration.given import NOW, contact
from tests.selfcheck.given import result

FACTS: dict[str, Any] = {"age": 41, "symptoms": {"fever": {"present": True, "days": 3}}}
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def key(database: str) -> str:
    with transaction() as session:
        return contact(session)


def _keep(key: str, level: Level = "isolate", message: str = "wamid.1", at: Any = NOW, who: str | None = None) -> Kept:
    with transaction() as session:
        return keep(session, key, who, FACTS, result(level, until=date(2026, 12, 1)), message, at)


def _last(key: str, at: Any, who: str | None = None) -> Kept | None:
    with transaction() as session:
        return last(session, key, who, at)


def test_what_was_told_and_until_when_it_counts(key: str) -> None:
    _keep(key)
    kept = _last(key, NOW + HOUR)

    assert kept is not None and kept.level == "isolate" and kept.facts == FACTS and kept.at == NOW
    assert kept.valid_until == kept.again_at == NOW + DAY
    assert kept.isolate_until == date(2026, 12, 1) and kept.who == "self" and kept.rules_version == "2022-01-17"
    assert kept.is_valid(NOW + DAY - timedelta(seconds=1)) and not kept.is_valid(NOW + DAY)


def test_a_message_that_comes_again_keeps_one_and_its_first_result(key: str) -> None:
    first, second = _keep(key), _keep(key, "watch")
    with transaction() as session:
        assert session.scalar(select(func.count()).select_from(SelfCheck)) == 1
    assert first == second and second.level == "isolate"


def test_the_turn_that_made_it_does_not_ask_about_it_when_it_runs_again(key: str) -> None:
    _keep(key)
    assert _last(key, NOW) is None
    assert _last(key, NOW + timedelta(seconds=1)) is not None


def test_the_newest_of_several_and_each_for_their_own(key: str) -> None:
    _keep(key)
    _keep(key, "watch", "wamid.2", NOW + HOUR)
    _keep(key, "doctor", "wamid.3", NOW + HOUR / 2, who="mother")
    with transaction() as session:
        other = contact(session, 2)
    later = NOW + 2 * HOUR

    mine, hers = _last(key, later), _last(key, later, "mother")
    assert mine is not None and mine.level == "watch"
    assert hers is not None and hers.level == "doctor"
    assert _last(key, later, "father") is None
    assert _last(other, later) is None
    with transaction() as session:
        found = newest(session, key, later)
        assert found is not None and found.who == "self"


@pytest.mark.parametrize(("age", "offered"), [(ASKED_ABOUT, True), (ASKED_ABOUT + timedelta(seconds=1), False)])
def test_an_old_one_is_not_asked_about(key: str, age: timedelta, offered: bool) -> None:
    _keep(key)
    assert (_last(key, NOW + age) is not None) is offered


def test_nor_one_that_found_nothing(key: str) -> None:
    _keep(key)
    _keep(key, "none", "wamid.2", NOW + HOUR)
    assert _last(key, NOW + 2 * HOUR) is None, "what came before it is over"
    with transaction() as session:
        found = latest(session, key, None, NOW + 2 * HOUR)
    assert found is not None and found.level == "none"


def test_nothing_is_kept_in_clear_or_shown(key: str) -> None:
    kept = _keep(key)
    assert "fever" not in repr(kept)
    with transaction() as session:
        stored = bytes(session.execute(text("SELECT answers FROM self_check")).scalar_one())
    assert b"fever" not in stored


def test_whom_nobody_knows_yet_is_kept_too(database: str) -> None:
    _keep("shell")
    assert _last("shell", NOW + HOUR) is not None


def test_it_is_forgotten_after_thirty_days(key: str) -> None:
    _keep(key, message="wamid.old", at=NOW - timedelta(days=30, seconds=1))
    _keep(key, message="wamid.young", at=NOW - timedelta(days=29))
    assert sweep(NOW)["self_checks"] == 1
    with transaction() as session:
        assert list(session.scalars(select(SelfCheck.message_id))) == ["wamid.young"]


@pytest.mark.parametrize(
    ("before", "after", "worse"),
    [
        ("isolate", "doctor", True),
        ("doctor", "emergency", True),
        ("none", "doctor", True),
        ("none", "isolate", False),
        ("doctor", "doctor", False),
        ("emergency", "doctor", False),
    ],
)
def test_who_has_become_gravely_worse_is_before_the_desk_once(
    key: str, before: Level, after: Level, worse: bool
) -> None:
    _keep(key, before)
    for _ in range(2):
        kept = _keep(key, after, "wamid.2", NOW + DAY)
        with transaction() as session:
            assert has_worsened(session, key, kept) is worse
            found = list(session.scalars(select(HandOff)))
    assert [(one.reason, one.urgency) for one in found] == ([("worsened", 2)] if worse else [])


def test_nobody_is_compared_with_somebody_else_or_with_long_ago(key: str) -> None:
    _keep(key, "isolate", who="mother")
    _keep(key, "doctor", "wamid.2", NOW + HOUR)
    _keep(key, "emergency", "wamid.3", NOW + ASKED_ABOUT + 2 * HOUR)
    with transaction() as session:
        assert session.scalar(select(func.count()).select_from(HandOff)) == 0
