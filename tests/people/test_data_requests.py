"""Wishes for one's own data: one at a time, by a number of their own."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import func, select

from siaga.db import transaction
from siaga.people.contacts import ensure_contact
from siaga.people.data_requests import SEE_AGAIN, Asked, Kind, ask
from siaga.people.tables import DataRequest

pytestmark = pytest.mark.usefixtures("database")

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=timezone.utc)


def asked(message_id: str, kind: Kind = "see", now: datetime = NOW) -> Asked:
    with transaction() as session:
        contact = ensure_contact(session, phone="628000000001")
        session.flush()
        return ask(session, contact.key, kind, message_id=message_id, now=now)


def _done(at: datetime) -> None:
    with transaction() as session:
        for request in session.scalars(select(DataRequest)):
            request.done_at = at


def test_a_message_that_is_run_again_asks_once() -> None:
    first, again = asked("m1"), asked("m1")
    assert first == again == Asked(first.number, True, False)
    with transaction() as session:
        assert session.scalar(select(func.count()).select_from(DataRequest)) == 1


def test_a_second_wish_joins_the_first_until_it_is_done_and_for_a_while_after() -> None:
    first = asked("m1")
    assert asked("m2") == Asked(first.number, False, False)
    _done(NOW)
    assert asked("m3", now=NOW + SEE_AGAIN / 2) == Asked(first.number, False, True)
    later = asked("m4", now=NOW + 2 * SEE_AGAIN)
    assert later.is_new and later.number != first.number


def test_kinds_do_not_meet() -> None:
    see, erase = asked("m1"), asked("m2", "erase")
    assert (see.number[:3], erase.number[:3]) == ("DS-", "HD-")
    assert erase.is_new


def test_nobody_cannot_ask() -> None:
    with transaction() as session, pytest.raises(LookupError):
        ask(session, "0" * 32, "see", message_id="m", now=NOW - timedelta(days=1))
