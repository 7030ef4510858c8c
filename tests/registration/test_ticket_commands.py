"""Tickets checked at the door: the signature alone, and what the database says."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from typer.testing import CliRunner

from siaga.db import transaction
from siaga.registration.registry import LocalRegistry
from siaga.registration.ticket import new_code, qr_text
from siaga.registration.ticket_commands import app, check
from tests.registration.given import NOW, contact, facility, held, submission


def run(*arguments: str, given: str | None = None) -> tuple[int, list[dict[str, Any]]]:
    done = CliRunner().invoke(app, ["verify", *arguments], input=given)
    return done.exit_code, [json.loads(line) for line in done.stdout.splitlines()]


def test_a_signature_needs_no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_database() -> None:
        raise AssertionError("the database was asked")

    monkeypatch.setattr("siaga.registration.ticket_commands.transaction", no_database)
    code = new_code()
    assert run(qr_text(code)) == (0, [{"valid": True, "code": code}])
    forged = qr_text(code)[:-1] + ("A" if qr_text(code)[-1] != "A" else "B")
    assert run(forged) == (1, [{"valid": False}])


def test_lines_of_json() -> None:
    code = new_code()
    lines = [json.dumps(qr_text(code)), json.dumps({"text": qr_text(code)}), "", "rusak", json.dumps({"text": 3})]
    exit_code, answers = run(given="\n".join(lines))
    assert exit_code == 1
    assert answers == [{"valid": True, "code": code}] * 2 + [{"error": "no text"}] * 2


def test_online_tells_the_day_and_a_mask(database: str) -> None:
    with transaction() as session:
        key = contact(session)
        place = held(session, facility(session), starts_at=NOW + timedelta(hours=22))
        code = LocalRegistry(session).register(submission(key, place)).code or ""
    # 00.30 in Surabaya is the day of the session there, not yet in UTC.
    on_the_day = NOW + timedelta(hours=14, minutes=30)
    answer = check(qr_text(code), on_the_day)
    assert answer["admit"] and answer["today"] and answer["status"] == "booked"
    assert answer["starts_at"] == "2026-11-23T08:00:00+07:00"
    assert "Warga" not in json.dumps(answer) and answer["name"].startswith("W")
    before = check(qr_text(code), NOW)
    assert (before["admit"], before["today"]) == (False, False)
    with transaction() as session:
        LocalRegistry(session).cancel(key, code, "wamid.cancel", NOW)
    cancelled = check(qr_text(code), on_the_day)
    assert (cancelled["valid"], cancelled["admit"], cancelled["status"]) == (True, False, "cancelled")
    assert check(qr_text(new_code()), NOW)["status"] == "unknown"
