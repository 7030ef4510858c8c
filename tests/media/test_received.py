"""Files that citizens sent, in the database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from siaga.db import transaction
from siaga.media import received
from siaga.media.received import Claimed, Expected
from siaga.people.contacts import Alias, ensure_contacts

PHONE = "628000000001"


def contact(phone: str = PHONE) -> int:
    alias = Alias(phone)
    with transaction() as session:
        return ensure_contacts(session, [alias])[alias]


def expect(contact_id: int, *keys: str, kind: str = "image", **content: Any) -> None:
    with transaction() as session:
        received.expect(
            session,
            [
                Expected(contact_id, key, "whatsapp", {"media_kind": kind, "media_id": f"id-{key}"} | content)
                for key in keys
            ],
        )


def claim(limit: int = 10, seconds: float = 60.0, channel: str = "whatsapp") -> list[Claimed]:
    with transaction() as session:
        return received.claim(session, channel, limit, seconds=seconds)


def make_due() -> None:
    """As if the time until the next try had passed."""
    with transaction() as session:
        session.execute(text("update received_media set next_try_at = now() where next_try_at is not null"))


def test_a_file_is_expected_once_and_claimed_by_one(database: str) -> None:
    one = contact()
    expect(one, "a", mime="image/jpeg", sha256="0" * 64, filename="ktp.jpg")
    expect(one, "a", mime="image/png")
    assert claim(channel="twilio") == []
    (file,) = claim()
    assert (file.media_kind, file.channel_id, file.declared_mime, file.attempts) == ("image", "id-a", "image/jpeg", 1)
    assert claim() == []
    make_due()
    (later,) = claim()
    assert (later.id, later.attempts) == (file.id, 2)


def test_rows_that_another_is_claiming_are_passed_over(database: str) -> None:
    expect(contact(), "a", "b", "c")
    with transaction() as first:
        mine = received.claim(first, "whatsapp", 2, seconds=60)
        theirs = claim()
    assert (len(mine), len(theirs)) == (2, 1)
    assert {file.id for file in mine}.isdisjoint(file.id for file in theirs)


def test_what_is_kept_can_be_read_and_is_encrypted(database: str) -> None:
    one = contact()
    expect(one, "a", filename="ktp.jpg")
    (file,) = claim()
    with transaction() as session:
        assert received.keep(session, file, b"foto sebuah KTP", "image/jpeg")
    with transaction() as session:
        found = received.get(session, "a")
        assert found
        assert (found.contact_id, found.status, found.mime, found.size) == (one, "kept", "image/jpeg", 15)
        assert found.file_name == "ktp.jpg"
        assert "ktp" not in repr(found)
        assert received.of_contact(session, one) == [found]
        assert received.content_of(session, "a") == b"foto sebuah KTP"
        stored = session.execute(text("select content, file_name, channel_id from received_media")).one()
    assert b"KTP" not in bytes(stored.content)
    assert b"ktp" not in bytes(stored.file_name)
    assert stored.channel_id is None
    assert claim() == []


def test_what_is_refused_or_gone_says_why_and_is_left_alone(database: str) -> None:
    one = contact()
    expect(one, "a", "b")
    refused, missing = claim()
    with transaction() as session:
        assert received.refuse(session, refused, "size")
        assert received.gone(session, missing)
        assert not received.keep(session, missing, b"x", "image/png")
    make_due()
    assert claim() == []
    with transaction() as session:
        outcomes = [(file.status, file.reason) for file in received.of_contact(session, one)]
        assert received.content_of(session, "a") is None
    assert outcomes == [("refused", "size"), ("gone", "gone")]


def test_whoever_comes_too_late_changes_nothing(database: str) -> None:
    expect(contact(), "a")
    (slow,) = claim(seconds=0)
    (quick,) = claim()
    with transaction() as session:
        assert not received.keep(session, slow, b"x", "image/png")
        assert not received.again(session, slow, seconds=0)
        assert received.keep(session, quick, b"y", "image/png")
        assert received.content_of(session, "a") == b"y"


def test_a_file_can_be_put_off(database: str) -> None:
    expect(contact(), "a")
    (file,) = claim()
    with transaction() as session:
        received.again(session, file, seconds=600)
    assert claim() == []
    make_due()
    assert len(claim()) == 1


def test_after_a_week_nothing_is_waited_for(database: str) -> None:
    expect(contact(), "a", "b")
    with transaction() as session:
        session.execute(text("update received_media set received_at = now() - interval '7 days' where message_key='a'"))
        assert received.give_up(session, "whatsapp") == 1
        found = [(file.status, file.reason) for file in received.of_contact(session, contact())]
    assert found == [("gone", "gone"), ("waiting", None)]


def test_a_file_goes_with_its_contact_even_on_its_way(database: str) -> None:
    one = contact()
    expect(one, "a")
    (file,) = claim()
    with transaction() as session:
        session.execute(text("delete from contact where id = :id"), {"id": one})
    with transaction() as session:
        assert not received.keep(session, file, b"x", "image/png")
        assert received.get(session, "a") is None
