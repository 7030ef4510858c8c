"""``siaga radar run`` and ``status`` as they run: fetch, tell, notice, survive what fails, stop when asked to."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from siaga.db import transaction
from siaga.people.tables import Notice, Task
from siaga.radar import commands, process, store, subscriptions
from siaga.radar.process import Process
from siaga.radar.tables import RadarFetch, RadarImport
from tests.radar.given import GRESIK, NOON, SURABAYA, TODAY, bring
from tests.radar.service import Service, service
from tests.radar.test_fetching import QUICK, _file
from tests.radar.test_subscriptions import _contact, _subscribe

DAY = timedelta(days=1)


@pytest.fixture
def there() -> Iterator[Service]:
    with service() as running:
        yield running


def _planned() -> list[str]:
    with transaction() as session:
        return list(session.scalars(select(Notice.about).where(Notice.status == "planned")))


def _tasks() -> int:
    with transaction() as session:
        return len(session.scalars(select(Task.id)).all())


def test_what_was_fetched_or_brought_by_hand_is_told(database: str, there: Service) -> None:
    _subscribe(_contact(), SURABAYA, GRESIK)
    one = Process([there.source()], QUICK)
    there.says(_file(*range(1000, 1300, 30)))
    one.round(NOON)
    assert _planned() == [f"radar:{SURABAYA}:covid19"]
    with transaction() as session:
        bring(session, {GRESIK: 4}, source="tangan")
    one.round(NOON + timedelta(seconds=10))
    assert _planned() == [f"radar:{GRESIK}:covid19"], "the worst first"


def test_without_news_nobody_is_looked_at(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[datetime] = []
    monkeypatch.setattr(subscriptions, "plan_all", lambda at: looked.append(at))
    one = Process([])
    for minutes in (0, 1, 2):
        one.round(NOON + timedelta(minutes=minutes))
    assert looked == [NOON]
    with transaction() as session:
        bring(session, {SURABAYA: 2})
    one.round(NOON + timedelta(minutes=3))
    one.round(NOON + DAY)
    assert looked == [NOON, NOON + timedelta(minutes=3), NOON + DAY]


def test_what_could_not_be_planned_is_planned_the_next_time(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real, tries = subscriptions.plan_all, []

    def once_away(at: datetime) -> int:
        tries.append(at)
        if len(tries) == 1:
            raise RuntimeError
        return real(at)

    monkeypatch.setattr(subscriptions, "plan_all", once_away)
    one = Process([])
    with pytest.raises(RuntimeError):
        one.round(NOON)
    one.round(NOON)
    assert len(tries) == 2


def test_it_cries_and_tidies_once_a_day(
    database: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    tidied: list[datetime] = []
    monkeypatch.setattr(process, "WATCH_SECONDS", 0)
    monkeypatch.setattr(store, "tidy", lambda session, at: tidied.append(at))
    with transaction() as session:
        bring(session, {SURABAYA: 2}, source="dinas")
    one = Process([])
    with caplog.at_level(logging.WARNING):
        for hours in (0, 1, 96, 97, 120):
            one.round(NOON + timedelta(hours=hours))
    assert [record.getMessage() for record in caplog.records] == [
        "the figures of dinas (covid19) are 4 days old",
        "the figures of dinas (covid19) are 5 days old",
    ]
    assert _tasks() == 2 and len(tidied) == 3


def test_a_database_that_is_away_is_waited_for(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from sqlalchemy.exc import OperationalError

    one, rounds = Process([]), []

    def failing(now: datetime) -> None:
        rounds.append(now)
        if len(rounds) == 3:
            one.stop()
        raise OperationalError("", {}, Exception())

    monkeypatch.setattr(one, "round", failing)
    one.run(idle=0.01)
    assert len(rounds) == 3


def test_it_stops_while_a_service_makes_it_wait(database: str, there: Service) -> None:
    there.status = 503
    one = Process([there.source()])
    thread = threading.Thread(target=one.run)
    thread.start()
    while not there.asked:
        time.sleep(0.01)
    began = time.monotonic()
    one.stop()
    thread.join(10)
    assert not thread.is_alive() and time.monotonic() - began < 3


def test_the_command_runs_until_it_is_told_to_stop(database: str) -> None:
    key = _contact()
    now = datetime.now(timezone.utc)
    _subscribe(key, SURABAYA, at=now)
    started = subprocess.Popen([sys.executable, "-m", "siaga.cli", "radar", "run"], env={**os.environ})
    try:
        with transaction() as session:
            bring(session, {SURABAYA: 3}, day=subscriptions.day_of(now), at=now)
        until = time.monotonic() + 60
        while not _planned() and time.monotonic() < until:
            time.sleep(0.1)
        assert _planned() == [f"radar:{SURABAYA}:covid19"]
    finally:
        started.send_signal(signal.SIGTERM)
        assert started.wait(15) == 0


# ---------------------------------------------------------------------- status
def _status(*sources: Any) -> tuple[int, list[dict[str, Any]]]:
    found = CliRunner().invoke(commands.app, ["status"])
    return found.exit_code, [json.loads(line) for line in found.output.splitlines()]


def test_status_tells_how_old_and_fails_when_stale(database: str) -> None:
    code, lines = _status()
    assert code == 0 and {line["fetch"] for line in lines} >= {"nasional-harian"}
    assert not any(line["enabled"] or line["tried_at"] for line in lines)
    now = datetime.now(timezone.utc)
    with transaction() as session:
        bring(session, {SURABAYA: 2}, source="dinas", day=subscriptions.day_of(now) - DAY, at=now)
    code, lines = _status()
    assert code == 0 and lines[0]["series"] == "dinas" and lines[0]["days_old"] == 1 and not lines[0]["stale"]
    with transaction() as session:
        bring(session, {SURABAYA: 2}, source="arsip", day=TODAY - 900 * DAY, at=now)
    assert _status()[0] == 0, "an archive is old by nature"
    with transaction() as session:
        row = session.execute(select(RadarImport).where(RadarImport.source == "dinas")).scalar_one()
        row.arrived_at, row.last_day = now - 6 * DAY, subscriptions.day_of(now) - 7 * DAY
    code, lines = _status()
    assert code == 1 and next(line for line in lines if line.get("series") == "dinas")["stale"]


def test_status_tells_what_is_wrong_with_a_service(
    database: str, there: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = there.source()
    monkeypatch.setattr(process, "sources", lambda: (source,))
    there.status = 404
    Process([source], QUICK).round(datetime.now(timezone.utc))
    code, lines = _status()
    assert code == 1, "it never brought anything"
    told = next(line for line in lines if "fetch" in line)
    assert told["problem"] == "http_404" and told["failures"] == 1 and told["next_at"]
    assert told["address"] == f"{there.url}/api/angka.csv", "a query may hold a secret"
    with transaction() as session:
        assert session.execute(select(RadarFetch)).scalar_one().good_at is None
