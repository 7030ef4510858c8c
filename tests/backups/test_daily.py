"""A backup each night: one, whenever the process begins; a failure is tried again, not at once; Sunday's is tried."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.backups import BackupError, daily, shelf
from siaga.backups.manifest import Manifest

UTC = timezone.utc
times = st.timedeltas(timedelta(0), timedelta(days=365)).map(lambda after: datetime(2026, 1, 1, tzinfo=UTC) + after)
hours = st.integers(0, 23)


@given(now=times, hour=hours)
def test_there_is_one_a_day_and_the_first_at_once(now: datetime, hour: int) -> None:
    assert daily.due(now, hour, None)
    assert not daily.due(now, hour, now)
    ahead = timedelta(hours=(hour - now.hour - 1) % 24 + 1)
    strikes = (now + ahead).replace(minute=0, second=0, microsecond=0)
    assert not daily.due(strikes - timedelta(microseconds=1), hour, now)
    assert daily.due(strikes, hour, now)


@given(now=times, hour=hours, age=st.timedeltas(timedelta(days=1, microseconds=1), timedelta(days=30)))
def test_what_is_more_than_a_day_old_is_old_whatever_the_hour(now: datetime, hour: int, age: timedelta) -> None:
    assert daily.due(now, hour, now - age)


def test_a_night_with_real_programs(destroy: Callable[[], None], tmp_path: Path) -> None:
    stop, looked = threading.Event(), []

    def beat() -> None:
        looked.append(len(shelf.sheets(tmp_path)))
        if len(looked) == 3:
            stop.set()

    hour = (datetime.now(UTC) - timedelta(hours=1)).hour
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(daily, "LOOK_SECONDS", 0.0)
        daily.keep_making(tmp_path, hour=hour, keep=3, stop=stop, beat=beat)
    # None at first, then one, and no other that night.
    assert looked == [0, 1, 1]


@pytest.mark.parametrize("fails", [True, False])
def test_a_failure_is_told_and_tried_again_later_and_sundays_is_tried(
    fails: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    sunday = Manifest(
        name="siaga-x", at=datetime(2026, 11, 22, 19, tzinfo=UTC), bytes=1, sha256="", server=18, revision="",
        rows={}, audit_head=None, keys={}, index_key="",
    )  # fmt: skip
    asked, tried, looks = [], [], []

    def make(place: Path, *, by: str, keep: int) -> tuple[Manifest, list[str]]:
        asked.append(keep)
        if fails:
            raise BackupError("The disk is full.")
        stop.set()
        return sunday, []

    def broken(sheet: Path) -> Manifest:
        tried.append(sheet.name)
        raise BackupError("There are not as many rows as there should be in: lane.")

    def beat() -> None:
        looks.append(1)
        if len(looks) == 3:
            stop.set()

    stop = threading.Event()
    monkeypatch.setattr(daily, "make", make)
    monkeypatch.setattr(daily, "try_out", broken)
    monkeypatch.setattr(daily, "LOOK_SECONDS", 0.0)
    (tmp_path / "siaga-x.json").write_text("{}")
    daily.keep_making(tmp_path, hour=19, keep=14, stop=stop, beat=beat)

    assert asked == [14], "once, though looked at three times"
    assert tried == ([] if fails else ["siaga-x.json"])
    (said,) = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert said.startswith("The disk is full." if fails else "siaga-x cannot be relied on: There are not")
