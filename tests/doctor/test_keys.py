"""Keys that lack, are half changed, or lie open."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from siaga.db import transaction
from siaga.doctor import keys as doctor
from siaga.doctor.finding import Level
from siaga.people.contacts import ensure_contact
from siaga.privacy import cipher
from siaga.privacy.keys import KeyRing, ring
from siaga.settings import settings

OTHER = b"z" * 32


@pytest.fixture
def stored(database: str) -> None:
    with transaction() as session:
        ensure_contact(session, phone="628000000001")


@pytest.fixture
def rings(monkeypatch: pytest.MonkeyPatch) -> object:
    """Puts another key ring in the place of ours."""

    def put(made: KeyRing) -> None:
        monkeypatch.setattr(doctor, "ring", lambda: made)
        monkeypatch.setattr(cipher, "ring", lambda: made)

    return put


def found() -> dict[str, Level]:
    with transaction() as session:
        return {finding.check: finding.level for finding in doctor.check(doctor.gather(session))}


def test_all_is_well(stored: None) -> None:
    assert found() == {"keys in use": Level.OK, "index key": Level.OK}


def test_nobody_is_stored_yet(database: str) -> None:
    assert found() == {"keys in use": Level.OK, "index key": Level.OK}


def test_a_key_is_missing(stored: None, rings: object) -> None:
    rings(KeyRing("lain", {"lain": OTHER}, ring().index))  # type: ignore[operator]
    assert found()["keys in use"] is Level.BROKEN


def test_a_rotation_is_half_done_and_then_a_key_is_spare(stored: None, rings: object) -> None:
    old = ring().keys
    rings(KeyRing("baru", {"baru": OTHER, **old}, ring().index))  # type: ignore[operator]
    assert found()["keys in use"] is Level.LOOK
    rings(KeyRing("test1", {**old, "usang": OTHER}, ring().index))  # type: ignore[operator]
    assert found()["keys in use"] is Level.LOOK


def test_the_index_key_is_another_one(stored: None, rings: object) -> None:
    rings(KeyRing("test1", ring().keys, OTHER))  # type: ignore[operator]
    assert found()["index key"] is Level.BROKEN


@pytest.fixture
def anew() -> Iterator[None]:
    """Keys are read from the settings as they are now."""
    ring.cache_clear()
    yield
    ring.cache_clear()


@pytest.mark.parametrize(
    ("environment", "given", "expected"),
    [("production", None, Level.BROKEN), ("production", "k1:bukan", Level.BROKEN), ("development", None, Level.OK)],
)
def test_there_are_none_or_they_are_no_keys(
    environment: str, given: str | None, expected: Level, anew: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, value in (("environment", environment), ("keys", given), ("home", tmp_path)):
        monkeypatch.setattr(settings(), name, value)
    told = doctor.present(settings())
    assert told.level is expected and "bukan" not in told.says


def test_a_file_that_others_may_read(tmp_path: Path) -> None:
    chosen = settings().copy(update={"home": tmp_path})
    assert doctor.rights(doctor.files(chosen, tmp_path)).level is Level.OK
    for name in ("keys.json", ".env"):
        (tmp_path / name).touch(mode=0o600)
    assert doctor.rights(doctor.files(chosen, tmp_path)).level is Level.OK
    (tmp_path / ".env").chmod(0o644)
    told = doctor.rights(doctor.files(chosen, tmp_path))
    assert told.level is Level.BROKEN and ".env" in told.says and "keys.json" not in told.says
