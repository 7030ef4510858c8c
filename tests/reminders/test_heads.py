"""How far the audit log goes stands in our own log, once a day."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta, timezone

import pytest

from siaga.db import transaction
from siaga.db.audit import note
from siaga.db.audit.verifying import head
from siaga.reminders.heads import Heads

NOW = datetime(2026, 11, 23, 23, 59, tzinfo=timezone.utc)


def test_the_head_is_told_once_a_day(database: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    heads = Heads()
    assert heads.tell(NOW) == 0, "there is none yet"
    said = []
    for at in (NOW, NOW + timedelta(seconds=30), NOW + timedelta(minutes=1), NOW + timedelta(hours=20)):
        with transaction() as session:
            note(session, "rini", "report.show", {})
        with transaction() as session:
            found = head(session)
        if heads.tell(at):
            said.append(f"audit head {found}")
    assert len(said) == 2
    assert [record.getMessage() for record in caplog.records if record.name == "siaga.reminders.heads"] == said
