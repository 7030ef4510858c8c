"""Contacts are found by whichever alias a message carries."""

from __future__ import annotations

from siaga.db import transaction
from siaga.people.contacts import ensure_contact, find_contact


def test_a_contact_is_found_by_phone_and_by_user_id(database: str) -> None:
    with transaction() as session:
        made = ensure_contact(session, phone="628000000001")
        same = ensure_contact(session, phone="+628000000001", user_id="ID.abc")
        assert same.id == made.id
        assert find_contact(session, user_id="ID.abc").id == made.id


def test_the_stored_phone_is_not_readable(database: str) -> None:
    from sqlalchemy import text

    with transaction() as session:
        ensure_contact(session, phone="628000000001")
        session.flush()
        row = session.execute(text("select phone, phone_index from contact")).one()
        assert b"628000000001" not in bytes(row.phone) + bytes(row.phone_index)
