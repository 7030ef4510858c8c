"""The process behind ``siaga remind run``, as it runs: wakes, follows the simulator's clock, survives what fails."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from typer.testing import CliRunner

from siaga.db import transaction
from siaga.reminders import commands, process, sending
from siaga.reminders.clock import Clock
from siaga.reminders.process import Process
from siaga.reminders.words import load
from tests.content.given import published, taken, text_of
from tests.reminders.given import NINE, contact, outgoing, planned, said, statuses
from tests.serving import Handler, serving


def _sent() -> int:
    with transaction() as session:
        return statuses(session).count("sent")


def _until(condition: Callable[[], bool], seconds: float = 30) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


class _Simulator:
    """A clock to ask, ``offset`` seconds ahead; away while ``offset`` is None."""

    def __init__(self) -> None:
        self.offset: float | None = 0.0
        self.url = ""


@contextmanager
def _simulator() -> Iterator[_Simulator]:
    simulator = _Simulator()

    class Answers(Handler):
        def respond(self) -> None:
            known = simulator.offset is not None
            self.answer(200 if known else 503, {"offset": simulator.offset} if known else {}, {})

    with serving(Answers) as url:
        simulator.url = f"{url}/api/clock"
        yield simulator


def test_what_is_due_at_once_wakes_it_and_is_said_as_it_is_published(database: str, tmp_path: Path) -> None:
    taken(tmp_path, "notice")
    command = [sys.executable, "-m", "siaga.cli", "remind", "run"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as one:
        try:
            time.sleep(4)
            with transaction() as session:
                now = session.scalar(select(func.now()))
                planned(session, contact(session), due_at=now, until=now + timedelta(hours=1), urgent=True)
            assert _until(lambda: _sent() == 1, 20), "it sleeps for thirty seconds where nothing wakes it"
            changed = text_of("notice", "appointment_day_before.yml").replace("Bisa datang?", "Anda bisa datang, kan?")
            published("notice", "appointment_day_before", changed)
            time.sleep(1)
            with transaction() as session:
                planned(session, contact(session, 2), due_at=now, until=now + timedelta(hours=1), urgent=True)
            assert _until(lambda: _sent() == 2, 20)
            with transaction() as session:
                first, second = (said(message) for message in outgoing(session))
            assert first.endswith("Bisa datang?") and second.endswith("Anda bisa datang, kan?")
        finally:
            one.send_signal(signal.SIGTERM)
        assert one.wait(20) == 0
        told = one.stderr.read() if one.stderr else ""
    assert "62800" not in told and "Warga" not in told


def test_it_follows_the_simulators_clock() -> None:
    with _simulator() as simulator:
        clock = Clock(simulator.url)
        assert clock.may_jump
        simulator.offset = 90_000
        ahead = clock.now() - datetime.now(timezone.utc)
        assert abs(ahead - timedelta(hours=25)) < timedelta(seconds=2)
        simulator.offset = None
        assert abs(clock.now() - datetime.now(timezone.utc) - timedelta(hours=25)) < timedelta(seconds=2)
    assert abs(Clock(None).now() - datetime.now(timezone.utc)) < timedelta(seconds=1)
    assert not Clock(None).may_jump


def test_in_production_there_is_only_the_machines_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    from siaga.reminders import clock as clock_module
    from siaga.settings import Settings

    for environment, jumps in (("development", True), ("production", False)):
        chosen = Settings(environment=environment, clock_url="http://127.0.0.1:9/api/clock")
        monkeypatch.setattr(clock_module, "settings", lambda chosen=chosen: chosen)
        assert clock_module.clock().may_jump is jumps


class _At(Clock):
    """A clock that stands still."""

    def __init__(self, at: datetime, *, jumps: bool = False) -> None:
        super().__init__("http://127.0.0.1:9" if jumps else None)
        self.at = at

    def now(self) -> datetime:
        return self.at


def test_it_sleeps_until_the_next_is_due(database: str) -> None:
    with transaction() as session:
        planned(session, contact(session))

    assert Process(_At(NINE - timedelta(hours=1))).round() == process.LONGEST_SLEEP
    assert Process(_At(NINE - timedelta(seconds=12))).round() == pytest.approx(12)
    assert Process(_At(NINE - timedelta(hours=1), jumps=True)).round() == process.JUMP
    assert _sent() == 0
    assert Process(_At(NINE)).round() == process.LONGEST_SLEEP
    assert _sent() == 1


def test_a_full_outbox_is_looked_at_again_soon(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "ROOM", 1)
    with transaction() as session:
        planned(session, contact(session))
        planned(session, contact(session, 2))

    assert Process(_At(NINE)).round() == process.NEXT_ROOM


def test_when_one_kind_of_work_fails_the_others_go_on(
    database: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(now: datetime) -> int:
        raise ValueError("Warga Uji 001")

    monkeypatch.setattr(process, "expire_places", broken)
    with transaction() as session:
        planned(session, contact(session))

    Process(_At(NINE)).round()
    assert _sent() == 1
    assert "ValueError" in caplog.text and "Warga" not in caplog.text


def test_while_the_database_is_away_it_waits(
    database: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(now: datetime) -> None:
        raise OperationalError("x", {}, Exception("x"))

    monkeypatch.setattr(sending, "send_due", away)
    assert Process(_At(NINE)).round() == 5
    assert "OperationalError" in caplog.text


def test_the_sweeps_are_not_done_at_every_round(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[datetime] = []
    monkeypatch.setattr(process, "validate", lambda now: done.append(now) or 0)
    one = Process(_At(NINE))
    for _ in range(3):
        one.round()
    assert len(done) == 1


# ---------------------------------------------------------------------- commands
def test_once_and_list(database: str) -> None:
    with transaction() as session:
        planned(session, contact(session))
        planned(session, contact(session), "next_dose", about="dose:1")
    call = CliRunner()

    early = call.invoke(commands.app, ["once", "--at", (NINE - timedelta(hours=1)).isoformat()])
    assert json.loads(early.output)["messages"] == 0
    told = call.invoke(commands.app, ["once", "--at", NINE.isoformat()])
    assert json.loads(told.output) == {"messages": 2, "skipped": 0, "failed": 0, "more": False}
    listed = call.invoke(commands.app, ["list", "--json"])
    assert json.loads(listed.output) == {"appointment_day_before": {"sent": 1}, "next_dose": {"sent": 1}}
    lines = call.invoke(commands.app, ["list"]).output.splitlines()
    assert [line.split() for line in lines] == [["appointment_day_before", "sent", "1"], ["next_dose", "sent", "1"]]


@pytest.mark.parametrize("at", ["besok", "2026-11-23T18:00"])
def test_a_time_without_a_zone_is_refused(at: str) -> None:
    told = CliRunner().invoke(commands.app, ["once", "--at", at])
    assert told.exit_code == 1 and "distance from UTC" in told.output


def test_a_mistake_in_the_words_is_told_before_anything_is_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load, "__defaults__", (tmp_path, None))
    told = CliRunner().invoke(commands.app, ["check"])
    monkeypatch.undo()
    assert told.exit_code == 1 and "line 1" in told.output
    shown = CliRunner().invoke(commands.app, ["check"])
    assert shown.exit_code == 0 and "[ Saya datang ]" in shown.output
