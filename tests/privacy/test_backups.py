"""What a backup holds opens with the keys that it was sealed with, and with no others."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import select, text

from siaga.db import transaction
from siaga.people.contacts import ensure_contact
from siaga.people.tables import Contact
from siaga.privacy import blind_index, cipher
from siaga.privacy.keys import KeyRing, ring
from siaga.turns import trackers
from siaga.turns.tables import TrackerRow

PHONE, SAID = "628000004999", "halo apa kabar"


@pytest.fixture
def dumped(database: str) -> dict[str, bytes]:
    """Sealed values as they stand in a dump, by the purpose that they are sealed for."""
    with transaction() as session:
        contact = ensure_contact(session, phone=PHONE)
        trackers.write(session, contact.key, [{"event": "user", "text": SAID}], version=0)
    with transaction() as session:
        rows = {
            "contact.phone": session.execute(text("SELECT phone FROM contact")).scalar_one(),
            "tracker.events": session.execute(text("SELECT events FROM tracker")).scalar_one(),
        }
        everything = session.execute(text("SELECT c::text || t::text FROM contact AS c, tracker AS t")).scalar_one()
    assert PHONE not in everything and SAID not in everything
    return {purpose: bytes(value) for purpose, value in rows.items()}


def test_with_its_own_keys_it_opens(dumped: dict[str, bytes]) -> None:
    assert cipher.decrypt(dumped["contact.phone"], "contact.phone").decode() == PHONE
    assert SAID in cipher.decrypt(dumped["tracker.events"], "tracker.events").decode()


@pytest.mark.parametrize(
    ("keys", "problem"),
    [({"test1": b"x" * 32}, InvalidTag), ({"test2": b"k" * 32}, KeyError)],
    ids=["of the same name", "of another name"],
)
def test_with_other_keys_nothing_opens(
    keys: dict[str, bytes], problem: type[Exception], dumped: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    known = ring().index
    found: Any = blind_index(PHONE, "contact.phone")
    monkeypatch.setattr(cipher, "ring", lambda: KeyRing(next(iter(keys)), keys, b"y" * len(known)))
    for purpose, value in dumped.items():
        with pytest.raises(problem):
            cipher.decrypt(value, purpose)
    for column in (Contact.phone, TrackerRow.events):
        with pytest.raises(problem), transaction() as session:
            session.scalars(select(column)).all()
    assert blind_index(PHONE, "contact.phone") != found, "nor can numbers be tried without the index's key"


def test_what_is_moved_to_another_column_does_not_open(dumped: dict[str, bytes]) -> None:
    with pytest.raises(InvalidTag):
        cipher.decrypt(dumped["contact.phone"], "contact.user_id")
