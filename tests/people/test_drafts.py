"""A draft is one contact's, encrypted, and gone when discarded."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import NoResultFound

from siaga.db import transaction
from siaga.people import drafts
from tests.registration.given import contact

FORM = "uji_form"
DATA = {"nik": "3578011708549001", "name": "Warga Uji 001", "answers": {"pregnant": False}}


def test_a_draft_is_kept_replaced_and_discarded(database: str) -> None:
    with transaction() as session:
        mine, other = contact(session, 1), contact(session, 2)
        assert drafts.load(session, mine, FORM) == {}
        drafts.save(session, mine, FORM, DATA)
    with transaction() as session:
        assert drafts.load(session, mine, FORM) == DATA
        assert drafts.load(session, other, FORM) == {}
        drafts.save(session, mine, FORM, {**DATA, "name": "Warga Uji 002"})
        assert drafts.load(session, mine, FORM)["name"] == "Warga Uji 002"
        drafts.discard(session, mine, FORM)
        assert drafts.load(session, mine, FORM) == {}
        drafts.discard(session, mine, FORM)


def test_nothing_of_a_draft_can_be_read_in_the_table(database: str) -> None:
    with transaction() as session:
        drafts.save(session, contact(session), FORM, DATA)
        stored = bytes(session.execute(text("SELECT data FROM form_draft")).scalar_one())
    assert not any(secret in stored for secret in (b"3578011708549001", b"Warga", b"pregnant"))


def test_a_stranger_has_no_draft_and_gets_none(database: str) -> None:
    with transaction() as session:
        assert drafts.load(session, "nobody", FORM) == {}
        drafts.discard(session, "nobody", FORM)
        with pytest.raises(NoResultFound):
            drafts.save(session, "nobody", FORM, DATA)
