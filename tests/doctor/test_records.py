"""Content, figures, lists, accounts, the audit log, backups and the list of the erased, each spoilt for real."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text

from siaga.backups import shelf
from siaga.backups.manifest import Manifest
from siaga.content import checking
from siaga.content.checking import Finding as ContentFinding
from siaga.content.tables import ContentRelease, ContentVersion
from siaga.db import transaction
from siaga.db.audit import note, verifying
from siaga.desk.tables import DeskAccount
from siaga.doctor import records as doctor
from siaga.doctor.finding import Finding
from siaga.radar import watching
from siaga.radar.tables import RadarImport
from siaga.registration.tables import Facility, ImportRun
from siaga.rights import listed
from siaga.settings import settings
from tests.registration.given import facility, held

NOW = datetime.now(timezone.utc)


def test_an_entry_that_cannot_be_told(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "check_stored", partial(checking.check_stored, kinds=("tip",)))
    with transaction() as session:
        release = ContentRelease(by="uji")
        session.add(release)
        session.flush()
        made = {"kind": "tip", "key": "uji-rusak", "file": "uji.yml", "place": 1, "made_by": "uji"}
        session.add(
            ContentVersion(**made, body="id: uji-rusak\ntitle: Apa?\n", state="published", release_id=release.id)
        )
    with transaction() as session:
        told = doctor.content(doctor.read_content(session))
    assert told.level == "broken" and "tip/uji-rusak" in told.says


def test_content_past_its_review_and_content_that_cannot_be_read() -> None:
    past = ContentFinding("tip", "isoman", Path("tips/a.yml"), 3, "to be reviewed since 2026-01-01", grave=False)
    assert doctor.content([past]).level == "look" and "tip/isoman" in doctor.content([past]).says
    assert doctor.content(None).level == "broken"
    assert doctor.content([]).level == "ok"


def _figures(last: date) -> Finding:
    with transaction() as session:
        session.add(
            RadarImport(
                shape="uji",
                source="uji",
                said_by="Dinkes Uji",
                file="a.csv",
                digest="0" * 64,
                disease="covid19",
                taken=1,
                last_day=last,
                arrived_at=NOW - timedelta(days=9),
            )
        )
    with transaction() as session:
        return doctor.figures(watching.series(session, (), NOW))


def test_figures_that_come_no_more(database: str) -> None:
    assert _figures(NOW.date() - timedelta(days=10)).level == "look"


def test_figures_that_still_come(database: str) -> None:
    assert _figures(NOW.date()).level == "ok"


def test_lists_places_and_sessions(database: str) -> None:
    def places() -> doctor.Places:
        with transaction() as session:
            return doctor.gather_places(session, NOW)

    assert doctor.lists(places()).level == "ok" and doctor.places(places(), production=False).level == "look"
    with transaction() as session:
        held(session, facility(session), starts_at=NOW + timedelta(days=1))
        run = {"kind": "people", "file_name": "a.csv", "actor": "uji", "rows": 1, "taken": 1, "refused": 0}
        session.add(ImportRun(**run, at=NOW - timedelta(days=90)))
    assert doctor.lists(places()).level == "look"
    assert doctor.places(places(), production=False).level == "ok"
    assert doctor.places(places(), production=True).level == "look", "a sample"
    with transaction() as session:
        session.query(Facility).update({"is_sample": False})
    assert doctor.places(places(), production=True).level == "ok"


def test_admins_with_and_without_a_second_factor(database: str) -> None:
    def admins() -> Finding:
        with transaction() as session:
            return doctor.admins(doctor.gather_admins(session), production=True)

    assert admins().level == "look" and "create" in admins().do
    with transaction() as session:
        session.add(DeskAccount(login="uji", name="Uji", roles=["admin", "editor"], created_by="siaga"))
        session.add(DeskAccount(login="lain", name="Lain", roles=["editor"], created_by="siaga"))
    assert "without a one-time code" in admins().says
    with transaction() as session:
        session.query(DeskAccount).filter(DeskAccount.login == "uji").update({"totp_secret": "RAHASIA"})
    assert admins().level == "ok"


def test_the_audit_log(database: str) -> None:
    def audit() -> Finding:
        with transaction() as session:
            return doctor.audit(verifying.verify(session, last=doctor.AUDIT_ROWS), doctor.has_loose(session))

    assert audit().level == "ok"
    for number in range(3):
        with transaction() as session:
            note(session, "uji", "uji", {"number": number})
    assert audit().level == "ok" and "head 3:" in audit().says
    insert = "INSERT INTO audit (actor, action, detail, at) VALUES ('x', 'y', '{}', "
    with transaction() as session:
        session.execute(text(f"{insert} now())"))
    assert audit().level == "look"
    with transaction() as session:
        session.execute(text("SET LOCAL session_replication_role = replica"))
        session.execute(text("UPDATE audit SET actor = 'lain' WHERE place = 2"))
    assert audit().level == "broken" and "place 2" in audit().says


# ---------------------------------------------------------------------- backups and the list of the erased
@pytest.fixture
def kept(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[float], Finding]:
    """Says what the doctor says when the newest backup is so many hours old."""
    place = tmp_path / "cadangan"
    place.mkdir()
    monkeypatch.setattr(settings(), "backups", place)

    def look(hours: float) -> Finding:
        at = NOW - timedelta(hours=hours)
        sheet = Manifest(shelf.name_at(at), at, 1, "", 18, "0013", {}, None, {}, "")
        (place / f"{sheet.name}.json").write_text(sheet.written())
        with transaction() as session:
            return doctor.backups(doctor.gather_kept(session, settings(), NOW), settings())

    return look


def test_the_newest_backup_is_too_old(kept: Callable[[float], Finding]) -> None:
    assert doctor.backups(doctor.gather_kept(None, settings(), NOW), settings()).level == "look", "there is none"
    assert [kept(hours).level.value for hours in (100, 40, 1)] == ["broken", "look", "ok"]


def test_one_that_was_made_elsewhere_is_known_by_the_audit_log(database: str, tmp_path: Path) -> None:
    with transaction() as session:
        note(session, "uji", "backup.make", {})
    with transaction() as session:
        facts = doctor.gather_kept(session, settings(), datetime.now(timezone.utc))
    assert facts.age is not None and facts.age < 60
    other = settings().copy(update={"backup_hours": 0.0})
    assert doctor.backups(replace(facts, age=None), other).level == "ok"
    assert doctor.backups(replace(facts, oldest=500 * 86_400.0), settings()).level == "look"
    production = settings().copy(update={"environment": "production"})
    assert doctor.backups(replace(facts, same_disk=True), production).level == "look"


def test_the_list_of_the_erased(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "daftar" / "erased.jsonl"
    monkeypatch.setattr(settings(), "erased_list", place)

    def erased() -> Finding:
        with transaction() as session:
            return doctor.erased(doctor.gather_erased(session))

    assert erased().level == "ok"
    with transaction() as session:
        session.execute(
            text(
                "INSERT INTO erasure (number, at, by, phone_index, erased, kept) "
                "VALUES ('HD-0123456789AB', now(), 'citizen', 'x', '{}', '{}')"
            )
        )
    assert erased().level == "look"
    listed.append_new()
    assert place.exists() and erased().level == "broken", "an index of one byte is no line of ours"
    place.write_text("")
    assert erased().level == "ok"
    assert doctor.erased(doctor.ErasedList(there=True, writable=False, fits=True, anybody=True)).level == "broken"
