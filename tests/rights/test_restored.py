"""The list of who was erased, and what it is for: an old backup brings them back, and they are erased again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, text, update
from typer.testing import CliRunner

from siaga.db import engine, transaction
from siaga.db.audit import Audit
from siaga.desk.audit_words import ACTIONS
from siaga.people.contacts import contact_by_key, ensure_contact
from siaga.people.data_requests import ask
from siaga.people.tables import Contact, Person
from siaga.registration.registry import LocalRegistry
from siaga.retention.taking import erase_person
from siaga.rights import commands, listed
from siaga.rights.again import Again, erase_again
from siaga.rights.carrying_out import carry_out
from siaga.rights.erasing import erase
from siaga.rights.listed import BadLine, Entry, append_new, entries, read
from siaga.rights.subjects import find
from siaga.rights.tables import Erasure
from siaga.schema import Base
from siaga.settings import settings
from tests.registration.given import contact, facility, held, nik, submission

PHONE, OTHER, NIK = "628000000001", "628000000002", nik(1)
NAME = "Warga Uji 001"
LINE = {"number": "HD-0123456789AB", "at": "2026-11-22T03:00:00+00:00", "of": "contact", "phone": "ab" * 32}


@pytest.fixture
def file(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the list is kept."""
    place = tmp_path / "daftar" / "erased.jsonl"
    monkeypatch.setattr(settings(), "erased_list", place)
    yield place


def _now() -> datetime:
    return datetime.now(timezone.utc)


def registered(number: int = 1) -> None:
    with transaction() as session:
        key = contact(session, number)
        LocalRegistry(session).register(
            submission(key, held(session, facility(session, f"uji-{number}")), serial=number)
        )


def erased(number: str = PHONE, **named: Any) -> str:
    with transaction() as session:
        subject = find(session, number)
        assert subject is not None
        receipt = erase(session, subject, _now(), **named)
        assert receipt is not None
        return receipt.number


def backup() -> dict[str, list[dict[str, Any]]]:
    """All rows, as the database has them."""
    with engine().connect() as connection:
        return {
            table.name: [dict(row) for row in connection.execute(text(f'SELECT * FROM "{table.name}"')).mappings()]
            for table in Base.metadata.sorted_tables
        }


def restore(rows: dict[str, list[dict[str, Any]]]) -> None:
    """The database as it was then; what came since is gone."""
    with engine().begin() as connection:
        for name in reversed([table.name for table in Base.metadata.sorted_tables]):
            if name != "audit":
                connection.execute(text(f'DELETE FROM "{name}"'))
        for name, kept in rows.items():
            for row in kept if name != "audit" else ():
                columns = ", ".join(f'"{column}"' for column in row)
                values = ", ".join(
                    f"CAST(:{column} AS jsonb)" if isinstance(value, (dict, list)) else f":{column}"
                    for column, value in row.items()
                )
                given = {
                    column: json.dumps(value) if isinstance(value, (dict, list)) else value
                    for column, value in row.items()
                }
                connection.execute(text(f'INSERT INTO "{name}" ({columns}) VALUES ({values})'), given)


def count(table: Any) -> int:
    with transaction() as session:
        return int(session.scalar(select(func.count()).select_from(table)))


# ---------------------------------------------------------------------- the list
def test_each_is_appended_once_by_hashes_alone(file: Path) -> None:
    registered()
    number = erased()
    assert append_new() == 1
    assert append_new() == 0
    assert file.stat().st_mode & 0o777 == 0o600
    (line,) = file.read_text().splitlines()
    told = json.loads(line)
    assert set(told) == {"number", "at", "of", "phone"}
    assert (told["number"], told["of"]) == (number, "contact")
    assert not [secret for secret in (PHONE, NIK, NAME, PHONE[2:]) if secret in line]
    registered(2)
    erased(nik(2), by="again", at=_now())
    assert append_new() == 1
    assert json.loads(file.read_text().splitlines()[1])["of"] == "person"
    with transaction() as session:
        assert list(entries(session)) == read(file.read_text().splitlines())


def test_several_processes_write_each_once(file: Path) -> None:
    for number in range(1, 9):
        with transaction() as session:
            contact(session, number)
        erased(f"62800000{number:04}")
    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(lambda _: append_new(), range(12))) == 8
    assert len(read(file.read_text().splitlines())) == len(file.read_text().splitlines()) == 8


def test_what_was_not_written_to_its_end_is_written_again(file: Path) -> None:
    file.parent.mkdir()
    whole = json.dumps(LINE) + "\n"
    file.write_text(whole + whole[: len(whole) // 2])
    with transaction() as session:
        contact(session)
    number = erased()
    assert append_new() == 1
    assert [entry.number for entry in read(file.read_text().splitlines())] == [LINE["number"], number]


def test_while_it_cannot_be_written_nobody_is_marked(file: Path) -> None:
    file.parent.touch()
    with transaction() as session:
        contact(session)
    erased()
    with pytest.raises(OSError):
        append_new()
    file.parent.unlink()
    assert append_new() == 1


def test_who_has_no_address_is_not_listed(file: Path) -> None:
    with transaction() as session:
        session.add(Contact(key="shell"))
        session.flush()
        ask(session, "shell", "erase", message_id="m", now=_now())
    carry_out(_now())
    assert append_new() == 1 and append_new() == 0
    assert not file.exists()


@given(st.text(max_size=60))
def test_no_line_is_read_by_chance(line: str) -> None:
    if line.strip():
        with pytest.raises(BadLine) as problem:
            read([line])
        assert str(problem.value) == "line 1 is no line of this list"


@pytest.mark.parametrize(
    "change",
    [
        {"at": "2026-11-22T03:00:00"},
        {"at": 5},
        {"at": "kemarin"},
        {"of": "person"},
        {"of": ["contact"]},
        {"of": None},
        {"number": "HD-1"},
        {"number": 7},
        {"phone": "ab"},
        {"phone": "zz" * 32},
        {"phone": None},
        {"nik": "ab" * 32},
        {"name": "x"},
    ],
)
def test_a_line_that_differs_is_none(change: dict[str, Any]) -> None:
    good = json.dumps(LINE)
    assert len(read([good, "", good + "\n"])) == 1
    with pytest.raises(BadLine, match=r"^line 3 is"):
        read([good, "", json.dumps({**LINE, **change})])
    with pytest.raises(BadLine):
        read([json.dumps({key: value for key, value in LINE.items() if key != "phone"})])


@given(st.datetimes(timezones=st.just(timezone.utc)), st.binary(min_size=32, max_size=32), st.booleans())
def test_what_is_written_is_read(at: datetime, index: bytes, person: bool) -> None:
    entry = Entry("HD-0123456789AB", at, **({"nik_index": index} if person else {"user_id_index": index}))
    assert read([entry.written()]) == [entry]


# ---------------------------------------------------------------------- restored
def test_who_was_erased_after_the_backup_is_erased_again(file: Path) -> None:
    registered(1)
    registered(2)
    saved = backup()
    number = erased(by="citizen")
    append_new()
    restore(saved)
    assert count(Person) == 2 and count(Erasure) == 0
    list_ = read(file.read_text().splitlines())
    assert erase_again(list_, "petugas", _now(), really=False) == Again(contacts=1)
    assert count(Person) == 2
    assert erase_again(list_, "petugas", _now(), really=True) == Again(contacts=1)
    with transaction() as session:
        assert session.scalars(select(Contact.phone)).all() == [OTHER]
        assert count(Person) == 1
        again = session.scalars(select(Erasure)).one()
        assert (again.number, again.by, again.at) == (number, "again", list_[0].at)
        assert session.scalars(select(Audit.action)).all() == ["person.erase_again"]
    assert "person.erase_again" in ACTIONS
    assert erase_again(list_, "petugas", _now(), really=True) == Again(absent=1)
    assert count(Erasure) == 1
    # A list on a new machine is whole again.
    file.unlink()
    append_new()
    assert read(file.read_text().splitlines()) == list_


def test_who_came_again_is_left_alone(file: Path) -> None:
    registered()
    with transaction() as session:
        key = session.scalars(select(Contact.key)).one()
        ask(session, key, "erase", message_id="m", now=_now())
    carry_out(_now())
    append_new()
    # The contact of the farewell, and what it was told of anew.
    with transaction() as session:
        key = session.scalars(select(Contact.key)).one()
        LocalRegistry(session).register(submission(key, None, message_id="wamid.again"))
    list_ = read(file.read_text().splitlines())
    assert erase_again(list_, "petugas", _now(), really=True) == Again(absent=1)
    assert (count(Contact), count(Person)) == (1, 1)


def test_who_is_forgotten_alone_takes_nobody_of_the_same_nik_along(file: Path) -> None:
    """Two tell the same NIK: the one whom nobody looks after goes by its rule, the other stays on any list."""
    registered()
    with transaction() as session:
        holder = session.scalars(select(Person)).one()
        told = {column.key: getattr(holder, column.key) for column in Person.__table__.c if column.key != "id"}
        other = Person(**{**told, "disputed": True, "name": "Warga Uji 002"})
        session.add(other)
        session.flush()
        holder_id, other_id = holder.id, other.id
    assert erase_person(other_id, _now(), Person.id == other_id)
    append_new()
    with transaction() as session:
        list_ = list(entries(session))
    erase_again(list_, "petugas", _now(), really=True)
    with transaction() as session:
        assert session.scalars(select(Person.id)).all() == [holder_id]
    assert count(Erasure) == 1


def test_a_number_that_is_somebody_elses_by_now_means_nobody(file: Path) -> None:
    with transaction() as session:
        ensure_contact(session, phone=PHONE, user_id="ID.alpha")
        ensure_contact(session, phone=OTHER, user_id="ID.beta")
    erased()
    append_new()
    with transaction() as session:
        # Known for long, they have been given the number since.
        ensure_contact(session, phone=PHONE, user_id="ID.beta")
    list_ = read(file.read_text().splitlines())
    assert erase_again(list_, "petugas", _now(), really=True) == Again(absent=1)
    with transaction() as session:
        contact(session, 3)
        session.execute(update(Contact).values(created_at=_now() - timedelta(days=9)))
    # Neither does who has no number at all.
    without = [Entry("HD-0123456789AB", _now(), user_id_index=b"x" * 32)]
    assert erase_again(without, "petugas", _now(), really=True) == Again(absent=1)
    assert count(Contact) == 2


def test_a_person_is_found_by_nik_and_their_contact_stays(file: Path) -> None:
    registered()
    saved = backup()
    erased(NIK)
    append_new()
    restore(saved)
    list_ = read(file.read_text().splitlines())
    assert erase_again(list_, "petugas", _now(), really=True) == Again(persons=1)
    assert (count(Contact), count(Person)) == (1, 0)
    with transaction() as session:
        key = session.scalars(select(Contact.key)).one()
        assert contact_by_key(session, key).phone == PHONE
        LocalRegistry(session).register(submission(key, None, message_id="wamid.again"))
    assert erase_again(list_, "petugas", _now(), really=True) == Again(absent=1)
    assert count(Person) == 1


# ---------------------------------------------------------------------- commands
def test_lists_of_several_machines_are_read_as_one(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each has those whom its own process has written down."""
    other, broken = tmp_path / "lain" / "erased.jsonl", tmp_path / "rusak.jsonl"
    registered(1)
    registered(2)
    saved = backup()
    erased(PHONE)
    append_new()
    monkeypatch.setattr(settings(), "erased_list", other)
    erased(OTHER)
    append_new()
    assert [len(read(one.read_text().splitlines())) for one in (file, other)] == [1, 1]
    # One of them stands in both.
    other.write_text(other.read_text() + file.read_text())
    restore(saved)
    broken.write_text("?\n")
    wanted = ["erase-again", "--by", "petugas", "--yes", "--from", str(file), "--from", str(other)]
    run = CliRunner()
    refused = run.invoke(commands.app, [*wanted, "--from", str(broken)])
    assert refused.exit_code == 1 and f"{broken}: line 1" in refused.output and count(Person) == 2
    done = run.invoke(commands.app, wanted)
    assert "2 contacts, 0 persons; 0 of 2 are not there" in done.output
    assert (count(Contact), count(Person)) == (0, 0)


def test_commands(file: Path, tmp_path: Path) -> None:
    run = CliRunner()
    registered()
    saved = backup()
    erased()
    copy = tmp_path / "salinan.jsonl"
    written = run.invoke(commands.app, ["erased", "--to", str(copy)])
    assert written.exit_code == 0 and copy.stat().st_mode & 0o077 == 0
    assert run.invoke(commands.app, ["erased", "--to", str(copy)]).exit_code == 1
    append_new()
    assert copy.read_text() == file.read_text() and listed.path() == file
    restore(saved)
    dry = run.invoke(commands.app, ["erase-again", "--by", "petugas"])
    assert dry.exit_code == 0 and "1 contacts" in dry.output and count(Person) == 1
    done = run.invoke(commands.app, ["erase-again", "--by", "petugas", "--from", str(copy), "--yes"])
    assert done.exit_code == 0 and "1 contacts, 0 persons" in done.output and count(Person) == 0
    copy.write_text(copy.read_text() + f"{NAME} {NIK}\n")
    wrong = run.invoke(commands.app, ["erase-again", "--by", "petugas", "--from", str(copy), "--yes"])
    assert wrong.exit_code == 1 and "line 2" in wrong.output
    absent = run.invoke(commands.app, ["erase-again", "--by", "petugas", "--from", str(tmp_path / "tidak")])
    assert absent.exit_code == 1
    copy.write_bytes(b"\xff\xfe")
    assert run.invoke(commands.app, ["erase-again", "--by", "petugas", "--from", str(copy)]).exit_code == 1
    said = "".join(one.output for one in (written, dry, done, wrong, absent))
    assert not [secret for secret in (NAME, NIK, PHONE) if secret in said]


def test_staff_carry_out_a_wish_by_its_number(database: str) -> None:
    registered()
    with transaction() as session:
        key = session.scalars(select(Contact.key)).one()
        number = ask(session, key, "erase", message_id="m", now=_now()).number
    done = CliRunner().invoke(commands.app, ["erase", "--by", "petugas", "--yes"], input=f"{number.lower()}\n")
    assert done.exit_code == 0 and number in done.output
    with transaction() as session:
        assert session.scalars(select(Erasure.number)).all() == [number]
        assert find(session, number) is None


def test_whom_no_backup_can_bring_back_leaves_the_list(file: Path) -> None:
    old = _now() - timedelta(days=settings().erased_days)
    file.parent.mkdir()
    lines = [
        json.dumps({**LINE, "at": (old + timedelta(minutes=minutes)).isoformat()}) + "\n" for minutes in (-9, -1, 5)
    ]
    file.write_text("".join(lines))
    with transaction() as session:
        contact(session)
    number = erased()
    assert append_new() == 1
    kept = file.read_text().splitlines(keepends=True)
    assert kept[0] == lines[2] and json.loads(kept[1])["number"] == number and len(kept) == 2
    assert file.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in file.parent.iterdir()] == [file.name]
