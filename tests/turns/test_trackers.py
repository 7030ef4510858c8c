"""Conversations are written whole, on top of what was read."""

from __future__ import annotations

import pytest

from siaga.db import transaction
from siaga.turns import trackers


def test_a_write_builds_on_what_was_read(database: str) -> None:
    with transaction() as session:
        assert trackers.load(session, "k") == trackers.Stored([], 0)
        trackers.write(session, "k", [{"event": "action"}], version=0)
        assert trackers.load(session, "k") == trackers.Stored([{"event": "action"}], 1)
        trackers.write(session, "k", [], version=1)
        assert trackers.keys(session) == ["k"]


@pytest.mark.parametrize("version", [0, 2])
def test_a_write_on_something_else_is_refused(database: str, version: int) -> None:
    with transaction() as session:
        trackers.write(session, "k", [], version=0)
    with pytest.raises(trackers.TrackerConflict), transaction() as session:
        trackers.write(session, "k", [], version=version)


def test_a_conversation_can_be_forgotten(database: str) -> None:
    with transaction() as session:
        trackers.write(session, "k", [], version=0)
        trackers.forget(session, "k")
        assert trackers.keys(session) == []
