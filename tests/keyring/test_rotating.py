"""Whatever an older key sealed is under the active one afterwards, reads the same, and nobody's change is lost."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable, Iterator
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text
from typer.testing import CliRunner

from siaga.db import transaction
from siaga.db.audit import Audit
from siaga.keyring import rotate, rotating, sealed_tables, usage
from siaga.keyring.commands import app
from siaga.media.tables import Media
from siaga.people.tables import Contact, FormDraft
from siaga.privacy import decrypt, encrypt
from siaga.privacy.keys import parse, ring
from siaga.schema import Base
from siaga.settings import settings

Ring = Callable[..., None]


def _forget() -> None:
    settings.cache_clear()
    ring.cache_clear()


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ring]:
    """Gives the process these keys, the first of them active."""

    def use(*ids: str) -> None:
        values = (f"{name}:{base64.b64encode(name.encode().ljust(32)).decode()}" for name in ids)
        monkeypatch.setenv("SIAGA_KEYS", ",".join(values))
        _forget()

    yield use
    monkeypatch.undo()
    _forget()


def _contact(n: int) -> Contact:
    return Contact(key=f"c{n}", phone=f"62800-0000-{n:04}", user_id=f"ID.{n}")


def _plant(contacts: int = 3) -> None:
    with transaction() as session:
        session.add_all([_contact(n) for n in range(contacts)])
        session.add(Media(sha256="0" * 64, mime="image/png", content=b"\0\xff" * 500))
        session.flush()
        first = session.scalar(select(Contact.id).order_by(Contact.id).limit(1))
        session.add(FormDraft(contact_id=first, form="registration", data={"name": "Warga Uji 001", "n": [1, None]}))


def _read() -> list[object]:
    with transaction() as session:
        return [
            session.execute(select(Contact.key, Contact.phone, Contact.user_id).order_by(Contact.key)).all(),
            session.scalar(select(Media.content)),
            session.execute(select(FormDraft.data, FormDraft.updated_at)).all(),
        ]


def _by_key() -> dict[str | None, int]:
    counted: dict[str | None, int] = {}
    with transaction() as session:
        for line in usage(session):
            counted[line.key] = counted.get(line.key, 0) + line.values
    return counted


def test_every_encrypted_column_of_the_schema_is_covered() -> None:
    declared = {
        (table.name, column.name)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if hasattr(column.type, "purpose")
    }
    binary = {
        (table.name, column.name)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if type(column.type).__name__.startswith("Encrypted")
    }
    covered = {(table.rows.name, name) for table in sealed_tables() for name in table.purposes}
    assert covered == declared == binary
    assert ("tracker", "events") in covered


@pytest.mark.parametrize("batch", [1, 2, 500])
def test_all_is_under_the_new_key_and_reads_the_same(database: str, keys: Ring, batch: int) -> None:
    keys("old")
    _plant()
    before = _read()
    keys("new", "old")
    assert rotate(actor="uji", batch=batch).resealed == {
        "contact.phone": 3, "contact.user_id": 3, "media.content": 1, "form_draft.data": 1,
    }  # fmt: skip
    assert _by_key() == {"new": 8}
    keys("new")  # without the old one, and still
    assert _read() == before
    assert not rotate(actor="uji").resealed
    with transaction() as session:
        notes = session.scalars(select(Audit.detail).where(Audit.action == "keys.rotate").order_by(Audit.id)).all()
    assert notes[0] == {"sealed_by": "new", "resealed": 8, "unreadable": 0, "busy": 0}


def test_a_dry_run_counts_and_changes_nothing(database: str, keys: Ring) -> None:
    keys("old")
    _plant()
    keys("new", "old")
    assert sum(rotate(actor="uji", dry_run=True).resealed.values()) == 8
    assert _by_key() == {"old": 8}
    with transaction() as session:
        assert session.scalar(select(Audit.id)) is None


def test_an_interrupted_run_is_noted_and_run_again(database: str, keys: Ring, monkeypatch: pytest.MonkeyPatch) -> None:
    keys("old")
    _plant(contacts=10)
    before = _read()
    keys("new", "old")
    left = iter(range(5))

    def tired(plain: bytes, purpose: str) -> bytes:
        if next(left, None) is None:
            raise KeyboardInterrupt
        return encrypt(plain, purpose)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(rotating, "encrypt", tired)
        with pytest.raises(KeyboardInterrupt):
            rotate(actor="uji")
    # The row that it was at is as it was, whole.
    assert _by_key() == {"new": 4, "old": 18}
    assert _read() == before
    assert sum(rotate(actor="uji").resealed.values()) == 18
    assert _by_key() == {"new": 22}
    assert _read() == before
    with transaction() as session:
        counts = [detail["resealed"] for detail in session.scalars(select(Audit.detail))]
    assert sorted(counts) == [4, 18]


def test_a_row_that_somebody_holds_is_not_waited_for_and_their_change_stays(database: str, keys: Ring) -> None:
    keys("old")
    _plant()
    keys("new", "old")
    with transaction() as session:
        held = session.scalars(select(Contact).where(Contact.key == "c1").with_for_update()).one()
        held.phone = "62800-0000-9999"
        session.flush()
        outcome = rotate(actor="uji", wait_seconds=0)
        assert outcome.busy == 1
        assert "c1" not in repr(outcome)
    rotate(actor="uji")
    assert _by_key() == {"new": 8}
    with transaction() as session:
        assert session.scalar(select(Contact.phone).where(Contact.key == "c1")) == "62800-0000-9999"


def test_a_change_made_while_a_value_is_sealed_anew_is_not_lost(
    database: str, keys: Ring, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys("old")
    _plant()
    keys("new", "old")

    def change() -> None:
        with transaction() as session:
            session.scalars(select(Contact).where(Contact.key == "c0")).one().phone = "62800-0000-9999"

    worker = threading.Thread(target=change)

    def slow(sealed: bytes, purpose: str) -> bytes:
        if worker.ident is None:
            worker.start()
            worker.join(0.5)  # as long as it would take to write, if nothing held the row
        return decrypt(sealed, purpose)

    monkeypatch.setattr(rotating, "decrypt", slow)
    rotate(actor="uji")
    worker.join()
    assert _by_key() == {"new": 8}
    with transaction() as session:
        assert session.scalar(select(Contact.phone).where(Contact.key == "c0")) == "62800-0000-9999"


def test_what_cannot_be_opened_is_counted_and_left_and_its_row_is_not(database: str, keys: Ring) -> None:
    keys("gone")
    with transaction() as session:
        session.add(_contact(1))
    keys("old")
    with transaction() as session:
        session.add_all([_contact(2), _contact(3)])
    with transaction() as session:
        # Of another column, and of no key at all: neither may be told.
        session.execute(text("UPDATE contact SET phone = user_id WHERE key = 'c2'"))
        session.execute(text("UPDATE contact SET phone = 'rahasia sekali' WHERE key = 'c3'"))
    keys("new", "old")
    outcome = rotate(actor="uji")
    assert outcome.unreadable == {"contact.phone": 3, "contact.user_id": 1}
    assert outcome.resealed == {"contact.user_id": 2}
    assert _by_key() == {"gone": 2, "old": 1, "new": 2, None: 1}

    told = CliRunner().invoke(app, ["rotate"])
    assert told.exit_code == 1
    assert "contact.phone: 3 values cannot be opened" in told.output
    status = CliRunner().invoke(app, ["status"])
    assert status.exit_code == 1
    assert "contact.phone\tgone\t1" in status.output
    assert "3 values need keys that are missing: (no key id), gone." in status.output
    assert "rahasia" not in told.output + status.output


def test_the_command_says_which_keys_may_go(database: str, keys: Ring) -> None:
    keys("old", "older")
    _plant()
    keys("new", "old", "older")
    before = CliRunner().invoke(app, ["status"])
    assert before.exit_code == 0
    assert "taken out of SIAGA_KEYS: older.\n" in before.output
    done = CliRunner().invoke(app, ["rotate", "--batch", "2"])
    assert done.exit_code == 0, done.output
    assert "8 values are now under new." in done.output
    assert "taken out of SIAGA_KEYS: old, older.\n" in done.output
    assert "Backups made before still need them" in done.output


def test_a_new_key_fits_into_the_ring(keys: Ring) -> None:
    printed = CliRunner(mix_stderr=False).invoke(app, ["new"])
    made = printed.stdout.strip()
    other = CliRunner(mix_stderr=False).invoke(app, ["new"]).stdout.strip()
    both = parse(f"{made},{other}", settings().index_key or "")
    assert list(both.keys) == [made.partition(":")[0], other.partition(":")[0]]
    assert made.partition(":")[2] not in printed.stderr


@given(plain=st.text())
def test_sealed_anew_it_reads_the_same(plain: str) -> None:
    """What the database is given instead of the old value, without the database."""
    old = parse(f"old:{base64.b64encode(b'o' * 32).decode()}", base64.b64encode(b"i" * 32).decode())
    both = parse(
        f"new:{base64.b64encode(b'n' * 32).decode()},old:{base64.b64encode(b'o' * 32).decode()}",
        base64.b64encode(b"i" * 32).decode(),
    )
    with patch("siaga.privacy.cipher.ring", lambda: old):
        before = encrypt(plain.encode(), "uji.uji")
    with patch("siaga.privacy.cipher.ring", lambda: both):
        after = encrypt(decrypt(before, "uji.uji"), "uji.uji")
        assert decrypt(after, "uji.uji").decode() == plain
    assert after.startswith(b"new\0")
