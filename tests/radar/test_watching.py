"""It is noticed when figures stop coming: which series are kept up, and the alarm once a day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from siaga.db import transaction
from siaga.people.tables import Task
from siaga.radar import store, watching
from siaga.radar.fetching import fetch_due
from siaga.radar.sources import FetchSource
from tests.radar.given import NOON, SURABAYA, TODAY, bring
from tests.radar.service import service
from tests.radar.test_fetching import FETCH, _file

DAY = timedelta(days=1)


def _series(days: float = 0, *sources: FetchSource) -> dict[str, watching.Series]:
    with transaction() as session:
        return {one.source: one for one in watching.series(session, sources, NOON + days * DAY)}


def _alarm(days: float = 0, *sources: FetchSource) -> list[str]:
    with transaction() as session:
        return [one.source for one in watching.alarm(session, sources, NOON + days * DAY)]


def _bring(**kwargs: Any) -> int:
    with transaction() as session:
        return bring(session, {SURABAYA: 2}, **kwargs)


def _tasks() -> list[dict[str, Any]]:
    with transaction() as session:
        return list(session.scalars(select(Task.data).where(Task.kind == "radar_stale").order_by(Task.id)))


def test_what_is_brought_by_hand_and_stops_is_an_alarm_once_a_day(database: str) -> None:
    _bring(source="dinas")
    assert _series()["dinas"].days_old == 0
    assert [_alarm(days) for days in (0, 3)] == [[], []]
    assert _series(3)["dinas"].watched and not _series(3)["dinas"].stale
    assert _alarm(4) == _alarm(4) == ["dinas"]
    assert [(task["source"], task["last_day"], task["days_old"]) for task in _tasks()] == [
        ("dinas", TODAY.isoformat(), 4)
    ]
    _alarm(5)
    assert len(_tasks()) == 2
    _bring(source="dinas", day=TODAY + 5 * DAY, at=NOON + 5 * DAY)
    assert _alarm(6) == []


def test_it_is_not_cried_for_ever(database: str) -> None:
    _bring(source="dinas")
    assert _alarm(29) == ["dinas"]
    assert _alarm(31) == [], "nobody keeps it up any more"
    assert _series(31)["dinas"].stale


def test_figures_of_bygone_years_are_no_alarm(database: str) -> None:
    _bring(source="arsip", day=TODAY - 2000 * DAY)
    assert _series()["arsip"].stale and _alarm() == []


def test_made_up_ones_and_those_taken_back_are_none(database: str) -> None:
    _bring(source="contoh", sample=True)
    number = _bring(source="dinas")
    with transaction() as session:
        store.undo(session, number, NOON)
    assert _series(9) == {} and _alarm(9) == []


@pytest.mark.parametrize(("every", "quiet", "late"), [(1, 3, 4), (7, 14, 15)])
def test_what_comes_every_week_is_not_late_after_four_days(database: str, every: int, quiet: int, late: int) -> None:
    for n in range(-3, 1):
        _bring(source="dinas", day=TODAY + n * every * DAY, at=NOON + n * every * DAY)
    assert _alarm(quiet) == [] and _alarm(late) == ["dinas"]


def test_a_service_has_its_own_limit(database: str) -> None:
    with service() as there:
        there.says(_file(100, 110))
        source = there.source(stale_days=1)
        FETCH([source], NOON)
        assert _alarm(1, source) == [] and _alarm(2, source) == ["uji"]
        assert _alarm(40, source) == ["uji"], "as long as it is enabled, it is meant to come"
        there.status = 500
        FETCH([source], NOON + DAY)
        assert _series(2, source)["uji"].problem == "http_500"
        assert _series(2, source)["uji"].fetched_by == ("uji",)


def test_a_service_that_never_brought_anything_is_an_alarm(database: str) -> None:
    with service() as there:
        source = there.source(name="baru", address=f"{there.url}/baru")
        assert _alarm(0, source) == [], "it was not asked yet"
        there.status = 404
        fetch_due([source], NOON)
        assert _alarm(0, source) == ["baru"]
        (task,) = _tasks()
        assert task["last_day"] is None and task["problem"] == "http_404"
