"""Messages that never arrived are counted by why, where it is written down."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from siaga.db import transaction
from siaga.tallies.tables import Tally
from siaga.turns import claims, outbox, outcomes, statuses
from siaga.turns.messages import Delivery, Draft, Verdict
from tests.turns import people
from tests.turns.outgoing import correspondent


@pytest.fixture
def contact(database: str) -> int:
    with transaction() as session:
        return correspondent(session)


def _sent(contact: int, **rest: object) -> str:
    with transaction() as session:
        (key,) = outbox.put_all(session, contact, [Draft({"type": "text", "text": {"body": "x"}})], **rest)
    with transaction() as session:
        claims.claim(session, "whatsapp", 10, rate=0, resend_after=30)
    return str(key)


def _failures() -> dict[str, int]:
    with transaction() as session:
        query = select(Tally.key, func.sum(Tally.n)).where(Tally.what == "delivery_failed").group_by(Tally.key)
        return {key: int(n) for key, n in session.execute(query)}


def test_a_refusal_is_counted_by_its_code(contact: int) -> None:
    for code in (131026, 131026, None):
        key = _sent(contact)
        with transaction() as session:
            outcomes.failed(session, key, code)
    assert _failures() == {"131026": 2, "untold": 1}


def test_a_refusal_that_comes_later_is_counted_once(contact: int) -> None:
    key = _sent(contact)
    with transaction() as session:
        outcomes.accepted(session, key, "wamid.1")
    for _ in range(2):
        with transaction() as session:
            statuses.record(session, [Delivery("wamid.1", "failed", people.AT, key, 131026, Verdict.UNREACHABLE)])
    assert _failures() == {"131026": 1}


def test_what_is_tried_again_has_not_failed(contact: int) -> None:
    key = _sent(contact)
    with transaction() as session:
        outcomes.retry(session, key, seconds=1, error_code=131000)
    assert _failures() == {}


def test_what_is_given_up_before_it_was_sent_is_counted_as_that(contact: int) -> None:
    key = _sent(contact)
    with transaction() as session:
        outcomes.failed(session, key, 130403, Verdict.BLOCKED)
    _sent(contact)
    assert _failures() == {"130403": 1, "given_up": 1}
