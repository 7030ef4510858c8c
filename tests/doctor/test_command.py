"""The command as a whole: with a database, without one, and with nothing that is nobody's business."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from siaga.backups import shelf
from siaga.db import engine, transaction
from siaga.db.engine import forget
from siaga.doctor import commands, examine, records
from siaga.doctor.finding import Level, ok, size, span, worst
from siaga.doors.tokens import action_token
from siaga.privacy import keys
from siaga.registration.registry import LocalRegistry
from siaga.settings import settings
from tests.registration.given import contact, facility, held, nik, submission


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Nothing of ours runs on this machine."""
    for number, name in enumerate(("receive_port", "rasa_port", "action_port", "desk_port"), 2):
        monkeypatch.setattr(settings(), name, number)
    monkeypatch.setattr(settings(), "backups", tmp_path)
    yield


def test_everything_is_looked_at_and_nothing_is_given_away(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with transaction() as session:
        key = contact(session)
        LocalRegistry(session).register(submission(key, held(session, facility(session)), serial=1))
    monkeypatch.setattr(settings(), "whatsapp_access_token", "EAAG-sangat-rahasia")
    said = CliRunner().invoke(commands.app, ["--json", "--online"])
    found = json.loads(said.output)
    names = [finding["check"] for finding in found["findings"]]
    assert len(names) == len(set(names)) and len(names) > 45
    assert not [one for one in found["findings"] if one["says"].startswith("could not be looked at")], said.output
    assert not [one for one in found["findings"] if one["level"] != "ok" and not one["do"]]
    ring = keys.ring()
    secrets = [*map(lambda key: base64.b64encode(key).decode(), [*ring.keys.values(), ring.index]), action_token()]
    for secret in (*secrets, "EAAG-sangat-rahasia", nik(1), "628000000001", "Warga Uji", key):
        assert secret not in said.output
    # The tests' database has no fsync.
    assert found["level"] == "broken" and said.exit_code == 2
    plain = CliRunner().invoke(commands.app)
    assert "fsync is off" in plain.output and "time zones" not in plain.output


def test_without_a_database_the_rest_is_told(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "database_url", "postgresql://siaga:sandi-basis@127.0.0.1:1/siaga")
    forget()
    try:
        said = CliRunner().invoke(commands.app, ["--all"])
    finally:
        monkeypatch.undo()
        forget()
    assert said.exit_code == 2 and "sandi-basis" not in said.output
    assert "database: it does not answer" in said.output and "backup: none" in said.output
    assert "keys:" in said.output and "model:" in said.output and "tables" not in said.output


@pytest.mark.parametrize(
    "url", ["postgres//siaga:sandi-basis@127.0.0.1/siaga", "mysqll://siaga:sandi-basis@basis/siaga"]
)
def test_an_address_that_is_none_is_a_line_without_its_password(
    url: str, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings(), "database_url", url)
    forget()
    try:
        said = CliRunner().invoke(commands.app)
    finally:
        monkeypatch.undo()
        forget()
    assert said.exit_code == 2 and "database: DATABASE_URL is no address" in said.output
    assert "sandi-basis" not in said.output and said.exception.__class__ is SystemExit


def test_what_goes_wrong_in_one_area_hides_no_other(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object) -> None:
        raise RuntimeError("628000000001")

    monkeypatch.setattr(records, "gather_places", breaks)
    found = {finding.check: finding for finding in examine.examine(settings())}
    assert found["records"].says == "could not be looked at (RuntimeError)"
    assert {"tables", "messages waiting", "model"} <= set(found)


def test_a_table_that_somebody_holds_keeps_nobody_waiting(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examine, "_LOCK_SECONDS", 1)
    with engine().connect() as connection:
        connection.execute(text("LOCK TABLE quarantine"))
        found = {finding.check: finding for finding in examine.examine(settings(), elsewhere=["desk"])}
        connection.rollback()
    assert found["queue"].level is found["keys in use"].level is Level.LOOK and "in time" in found["queue"].says
    assert {"tables", "content", "receiver"} <= set(found) and "desk" not in found
    unknown = CliRunner().invoke(commands.app, ["--elsewhere", "meja"])
    assert unknown.exit_code == 2 and "meja" in unknown.output


def test_all_is_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "examine", lambda *_, **__: iter([ok("a", "b")]))
    said = CliRunner().invoke(commands.app)
    assert (said.exit_code, said.output) == (0, "All is well: 1 ok, 0 look, 0 broken.\n")
    assert worst([]) is Level.OK


def test_units() -> None:
    assert [span(seconds) for seconds in (5, 300, 20_000, 400_000)] == ["5 s", "5 min", "6 h", "5 days"]
    assert [size(count) for count in (500, 5e6, 5e9)] == ["0 kB", "5.0 MB", "5.0 GB"]
    assert shelf.folder() == settings().backups
