"""What comes by the hundred is told now and then."""

from __future__ import annotations

import logging
import time

import pytest

from siaga.watch.seldom import Seldom


def test_the_next_line_says_how_many_were_not_told(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    times = iter([100.0, 100.1, 109.9, 110.0, 130.0])
    monkeypatch.setattr(time, "monotonic", lambda: next(times))
    seldom = Seldom(logging.getLogger("test"), logging.WARNING, seconds=10)
    for _ in range(5):
        seldom.tell("away")
    assert [record.message for record in caplog.records] == [
        "away",
        "away (and 2 more since it was last said)",
        "away",
    ]
