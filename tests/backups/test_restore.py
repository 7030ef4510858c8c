"""A backup is made while data come in, the database is lost, and all goes on from the backup: nothing twice, nobody
who was erased.
"""

from __future__ import annotations

import base64
import json
import subprocess
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from sqlalchemy import func, select, text
from typer.testing import CliRunner

from siaga.backups import BackupError, commands, loading, making, restoring, shelf, tools
from siaga.backups.making import make
from siaga.backups.manifest import Manifest
from siaga.db import engine, transaction
from siaga.db.audit import note
from siaga.db.engine import forget
from siaga.db.server import database_url
from siaga.desk.audit_words import ACTIONS
from siaga.desk.tables import DeskAccount, DeskSession
from siaga.people import notices
from siaga.people.contacts import find_contact
from siaga.people.tables import Contact, Notice, Person
from siaga.privacy import keys
from siaga.registration.registry import LocalRegistry
from siaga.registration.tables import Registration
from siaga.reminders.sending import send_due
from siaga.rights import listed
from siaga.rights.erasing import erase
from siaga.rights.subjects import find
from siaga.selfcheck import monitoring
from siaga.settings import settings
from siaga.turns import claims, inbox, lanes, outbox, trackers
from siaga.turns.messages import Draft
from siaga.turns.tables import InboundMessage, OutboundMessage
from tests.registration.given import contact, facility, held, nik, submission
from tests.turns import people

FIRST, SECOND, THIRD = "628000000001", "628000000002", "628000000003"
SAID = [{"event": "user", "text": "mau daftar vaksin"}]
HELLO = Draft({"type": "text", "text": {"body": "Halo"}})


def now() -> datetime:
    return datetime.now(timezone.utc)


def citizen(number: int) -> None:
    """Registered, in the middle of a conversation, with a message that waits and an answer that is on its way out."""
    with transaction() as session:
        key = contact(session, number)
        place = held(session, facility(session, f"uji-{number}"), starts_at=now() + timedelta(days=3))
        LocalRegistry(session).register(submission(key, place, serial=number))
        trackers.write(session, key, SAID, version=0)
    with transaction() as session:
        inbox.receive(session, [people.text(phone=f"62800000{number:04}")])
        outbox.put_all(session, contact_of(session, number).id, [HELLO])


def contact_of(session: Any, number: int) -> Any:
    return find_contact(session, phone=f"62800000{number:04}")


def watched() -> None:
    """The second is asked every day how it goes, and was to be asked an hour ago; and has an appointment's notice."""
    with transaction() as session:
        one = contact_of(session, 2)
        begun = monitoring.start(
            session, one.key, None, until=now().date() + timedelta(days=5), message_id="m", at=now()
        )
        overdue = {"due_at": now() - timedelta(hours=1)}
        session.query(Notice).filter(Notice.about == monitoring.about_of(begun.id)).update(overdue)
        notices.plan(
            session, "validated", "1", contact_id=one.id, values={"nama": "Warga Uji 002"},
            due_at=now() - timedelta(minutes=5), until=now() + timedelta(days=2), zone="Asia/Jakarta", urgent=True,
        )  # fmt: skip


def signed_in() -> None:
    with transaction() as session:
        account = DeskAccount(login="uji", name="Petugas Uji", roles=["admin"], created_by="siaga")
        session.add(account)
        session.flush()
        later = now() + timedelta(hours=1)
        session.add(DeskSession(digest=b"d", account_id=account.id, csrf="c", expires_at=later))


def erase_first() -> None:
    with transaction() as session:
        subject = find(session, FIRST)
        assert subject is not None and erase(session, subject, now()) is not None
    assert listed.append_new() == 1


def run(*arguments: str) -> Result:
    return CliRunner().invoke(commands.app, list(arguments))


def backup() -> Manifest:
    made = run("make", "--by", "uji")
    assert made.exit_code == 0, made.output
    found = shelf.newest(shelf.folder())
    assert found is not None
    return found


def count(table: Any) -> int:
    with transaction() as session:
        return int(session.scalar(select(func.count()).select_from(table)))


def to_send() -> Sequence[Any]:
    with transaction() as session:
        return claims.claim(session, "whatsapp", 10, rate=0, resend_after=30).messages


def test_everything_comes_back_but_who_was_erased_and_what_is_stale(destroy: Callable[[], None]) -> None:
    for number in (1, 2):
        citizen(number)
    watched()
    signed_in()
    made = backup()
    assert (made.rows["contact"], made.rows["registration"], made.rows["desk_session"]) == (2, 2, 0)
    citizen(3)
    erase_first()
    with transaction() as session:
        last = session.scalar(select(func.max(InboundMessage.id)))
    destroy()

    said = run("restore", "--by", "uji")
    assert said.exit_code == 0, said.output
    assert "2 messages to answer, 2 to send" in said.output and "2 notices that were due" in said.output
    assert "Erased again: 1 contacts" in said.output and "The audit log is whole" in said.output
    assert run("list").output.startswith(made.name)

    # Who was there then, less who was erased since.
    with transaction() as session:
        assert [contact_of(session, number) is not None for number in (1, 2, 3)] == [False, True, False]
        assert not loading.is_unfinished(session.connection())
        actions = session.execute(text("SELECT action FROM audit ORDER BY place")).scalars().all()
    assert {"person.erase_again", "backup.restore"} <= set(actions) and {"backup.make", "backup.restore"} <= set(
        ACTIONS
    )
    assert (count(Person), count(Registration), count(DeskSession), count(DeskAccount)) == (1, 1, 0, 1)

    # Nothing of then is answered, sent or told now.
    with transaction() as session:
        assert session.execute(text("SELECT count(*) FROM dispatch WHERE ready_at IS NOT NULL")).scalar_one() == 0
        assert lanes.claim(session, "a", 10, 10) == []
    assert to_send() == []
    told = send_due(now())
    assert (told.messages, told.skipped) == (0, 2)
    with transaction() as session:
        dues = session.scalars(
            select(Notice.due_at).where(Notice.kind == "isolation_check", Notice.status == "planned")
        )
        assert [due > now() for due in dues] == [True], "the next day's question is planned"

    # A conversation goes on where it stood.
    with transaction() as session:
        inbox.receive(session, [people.text("lanjut", phone=SECOND)])
    with transaction() as session:
        (lease,) = lanes.claim(session, "a", 10, 10)
        lane = lanes.hold(session, lease)
        (message,) = inbox.waiting(session, lease.contact_id)
        key = session.get(Contact, lease.contact_id).key
        stored = trackers.load(session, key)
        assert (message.content["text"], stored.events) == ("lanjut", SAID)
        assert message.id > last, "no number is given out twice"
        trackers.write(session, key, [*SAID, {"event": "user", "text": "lanjut"}], version=stored.version)
        outbox.put_all(session, lease.contact_id, [HELLO], caused_by=message.id)
        inbox.finish(session, [message])
        lanes.free(lane, waiting=False)
    assert len(to_send()) == 1


def test_what_came_of_a_second_restore_is_the_same(destroy: Callable[[], None]) -> None:
    citizen(1)
    made = backup()
    erase_first()
    for _ in range(2):
        assert run("restore", "--over").exit_code == 0
        assert count(Contact) == 0
    assert make(shelf.folder(), by="uji")[0].rows.keys() == made.rows.keys(), "the next backup is of all tables, too"


def test_a_backup_beside_it_knows_who_was_erased_where_our_own_list_is_lost(destroy: Callable[[], None]) -> None:
    citizen(1)
    citizen(2)
    older = backup()
    erase_first()
    later = now() + timedelta(seconds=1)
    while now() < later:
        pass
    assert backup().name > older.name
    listed.path().unlink()
    sheet = shelf.folder() / f"{older.name}.json"
    refused = run("restore", str(sheet), "--over")
    assert refused.exit_code == 1 and "--without-erased-list" in refused.output
    assert run("restore", str(sheet), "--over", "--without-erased-list").exit_code == 0
    with transaction() as session:
        assert contact_of(session, 1) is None and contact_of(session, 2) is not None


# ---------------------------------------------------------------------- what is refused, with nothing changed
def test_a_database_that_holds_something_is_left_alone(destroy: Callable[[], None]) -> None:
    citizen(1)
    listed_nobody()
    backup()
    refused = run("restore")
    assert refused.exit_code == 1 and "--over" in refused.output
    with engine().connect():
        pass
    assert count(Contact) == 1


def listed_nobody() -> None:
    listed.path().parent.mkdir()
    listed.path().touch()


def test_nothing_is_restored_under_a_running_system(
    destroy: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    citizen(1)
    listed_nobody()
    backup()
    monkeypatch.setattr(restoring, "_LEAVE_SECONDS", 0.2)
    forget()
    with loading.looking(database_url()) as connection:
        connection.execute(text("SELECT 1"))
        refused = run("restore", "--over")
    assert refused.exit_code == 1 and "stop all" in refused.output
    assert count(Contact) == 1


def _changed(place: Path, **values: Any) -> None:
    told = json.loads(place.read_text())
    place.write_text(json.dumps({**told, **values}))


DAMAGES = ("a byte", "cut short", "its end, and the sum made to fit", "no archive", "no sheet")


def test_an_archive_that_is_damaged_changes_nothing(destroy: Callable[[], None]) -> None:
    citizen(1)
    listed_nobody()
    sheet = shelf.folder() / f"{backup().name}.json"
    archive = shelf.archive(sheet)
    whole, told = archive.read_bytes(), sheet.read_text()
    for how in DAMAGES:
        archive.write_bytes(whole)
        sheet.write_text(told)
        if how == "a byte":
            archive.write_bytes(whole[:-100] + bytes([whole[-100] ^ 1]) + whole[-99:])
        elif how == "no archive":
            archive.unlink()
        elif how == "no sheet":
            sheet.unlink()
        else:
            archive.write_bytes(whole[:-2000])
        if how.endswith("fit"):
            _changed(sheet, bytes=len(whole) - 2000, sha256=shelf.digest(archive))
        refused = run("restore", str(archive), "--over")
        assert refused.exit_code == 1 and len(refused.output.splitlines()) == 1, f"{how}: {refused.output}"
        if not how.endswith("fit"):
            assert run("check", str(archive)).exit_code == 1, how
    assert count(Contact) == count(Registration) == 1
    with transaction() as session:
        assert not loading.is_unfinished(session.connection())


UNFIT: tuple[tuple[dict[str, Any], str], ...] = (
    ({"keys": {"test1": "0" * 16}}, "another one"),
    ({"keys": {"tua": "0" * 16}}, "put it last"),
    ({"index_key": "0" * 16}, "SIAGA_INDEX_KEY"),
    ({"revision": "9999"}, "newer Siaga"),
    ({"server": 99}, "PostgreSQL 99"),
)


def test_what_does_not_fit_is_told_before_anything_is_touched(destroy: Callable[[], None]) -> None:
    citizen(1)
    listed_nobody()
    sheet = shelf.folder() / f"{backup().name}.json"
    fitting = sheet.read_text()
    for differs, told in UNFIT:
        sheet.write_text(fitting)
        _changed(sheet, **differs)
        refused = run("restore", "--over")
        assert refused.exit_code == 1 and told in refused.output
    assert count(Contact) == 1


def test_a_restore_that_did_not_come_to_its_end_says_so(
    destroy: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    citizen(1)
    listed_nobody()
    backup()

    def fails(*_: object, **__: object) -> None:
        raise OSError("no room")

    with monkeypatch.context() as broken:
        broken.setattr(restoring, "upgrade", fails)
        said = run("restore", "--over")
    assert said.exit_code == 1 and "--over" in said.output
    with transaction() as session:
        assert loading.is_unfinished(session.connection())
        assert session.scalar(select(func.count()).where(OutboundMessage.status == "queued")) == 0
    assert run("restore", "--over").exit_code == 0
    with transaction() as session:
        assert not loading.is_unfinished(session.connection())


def test_who_loads_and_is_killed_has_changed_nothing(destroy: Callable[[], None]) -> None:
    """As when the command is killed: the reader's end comes early, and psql sees no more than the end of its input."""
    citizen(1)
    dump = shelf.archive(shelf.folder() / f"{backup().name}.json")
    where, environment = tools.connection(database_url())
    read = subprocess.run([tools.program("pg_restore", 15), "--file=-", dump], capture_output=True, check=True).stdout
    forget()
    half = loading._BEFORE + read[: read.index(b"COPY public.contact (")]
    psql = [tools.program("psql", 15), f"--dbname={where}", "--file=-", "--set=ON_ERROR_STOP=1"]
    assert subprocess.run(psql, input=half, capture_output=True, env=environment, check=False).returncode == 0
    assert count(Contact) == count(Registration) == 1


# ---------------------------------------------------------------------- making
def test_all_of_a_backup_is_of_one_moment_while_data_come_in(destroy: Callable[[], None]) -> None:
    """Each transaction writes two tables: a backup with one half of it would be seen."""
    citizen(1)
    stop = threading.Event()

    def write() -> None:
        number = 100
        while not stop.is_set():
            number += 1
            with transaction() as session:
                key = contact(session, number)
                trackers.write(session, key, SAID, version=0)
                note(session, "uji", "uji", {})

    writer = threading.Thread(target=write)
    writer.start()
    try:
        made = backup()
    finally:
        stop.set()
        writer.join()
    assert made.rows["contact"] == made.rows["tracker"] == made.rows["audit"] + 1
    assert made.audit_head is None or made.audit_head.split(":")[0] == str(made.rows["audit"])
    tried = run("check", "--try")
    assert tried.exit_code == 0 and f"all {sum(made.rows.values())} rows" in tried.output


def test_no_key_and_nobody_is_readable_in_it(destroy: Callable[[], None]) -> None:
    citizen(1)
    made = backup()
    files = sorted(shelf.folder().glob("siaga-*"))
    assert [file.name for file in files] == [f"{made.name}{ending}" for ending in (".dump", ".erased.jsonl", ".json")]
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600} and shelf.folder().stat().st_mode & 0o777 == 0o700
    opened = subprocess.run([tools.program("pg_restore", 15), "--file=-", files[0]], capture_output=True, check=True)
    everything = opened.stdout + b"".join(file.read_bytes() for file in files)
    ring = keys.ring()
    for key in (*ring.keys.values(), ring.index):
        assert not [form for form in (key, key.hex().encode(), base64.b64encode(key)) if form in everything]
    assert b"COPY public.person" in everything
    for secret in (nik(1), FIRST, FIRST[2:], "Warga Uji"):
        assert secret.encode() not in everything and secret.encode().hex().encode() not in everything


def test_only_so_many_are_kept_and_nothing_half_made(destroy: Callable[[], None]) -> None:
    place = shelf.folder()
    place.mkdir()
    for day in (20, 21, 22):
        for ending in (".json", ".dump", ".erased.jsonl"):
            (place / f"siaga-202611{day}T020000Z{ending}").touch()
    (place / "siaga-20261122T030000Z.dump.part").touch()
    (place / "lain.json").touch()
    citizen(1)
    made, gone = make(place, by="uji", keep=2)
    assert gone == ["siaga-20261121T020000Z", "siaga-20261120T020000Z"]
    left = {"siaga-20261122T020000Z", made.name}
    assert {file.name.split(".")[0] for file in place.glob("siaga-*")} == left
    assert (place / "lain.json").exists() and not list(place.glob("*.part"))


def test_one_that_fails_leaves_nothing_and_deletes_nothing(
    destroy: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    citizen(1)
    older = backup()
    monkeypatch.setattr(making, "_LOCK_SECONDS", 1)
    with engine().connect() as connection:
        connection.execute(text("LOCK TABLE quarantine"))
        failed = run("make", "--keep", "1")
    assert failed.exit_code == 1 and "could not be made" in failed.output
    assert {file.name.split(".")[0] for file in shelf.folder().glob("siaga-*")} == {older.name}


def test_values_whose_key_is_not_here_are_told_before(
    destroy: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    citizen(1)
    other = keys.KeyRing("lain", {"lain": b"l" * 32}, keys.ring().index)
    monkeypatch.setattr(making, "ring", lambda: other)
    with pytest.raises(BackupError, match="test1"):
        make(shelf.folder(), by="uji")
    assert not list(shelf.folder().glob("siaga-*"))


def test_two_at_once_do_not_meet(tmp_path: Path) -> None:
    with (
        shelf.alone(tmp_path),
        pytest.raises(BackupError, match="Another process"),
        shelf.alone(tmp_path),
    ):
        pass


def test_a_password_is_no_argument() -> None:
    where, environment = tools.connection("postgresql+psycopg2://uji:ra%40hasia@db.example:5433/siaga?sslmode=require")
    assert "ra@hasia" not in where and environment["PGPASSWORD"] == "ra@hasia"
    assert set(where.split()) == {"host=db.example", "port=5433", "user=uji", "dbname=siaga", "sslmode=require"}


def test_an_address_may_name_several_servers() -> None:
    where, _ = tools.connection(
        "postgresql://uji@/siaga?host=a.example:5433&host=b.example:5434&target_session_attrs=any"
    )
    assert {"host=a.example,b.example", "port=5433,5434", "target_session_attrs=any"} <= set(where.split())


def test_the_settings_stand_for_what_is_not_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "backups", None)
    assert shelf.folder() == settings().home / "backups"
    missing = run("check", "--in", str(tmp_path))
    assert missing.exit_code == 1 and "no backup" in missing.output
