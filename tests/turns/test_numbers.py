"""Several phone numbers of ours: whoever writes is answered by the one they wrote to, and none holds up another."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, text, update

from siaga.db import transaction
from siaga.turns import claims, follow, inbox, outbox, outcomes, pauses, statuses, steps
from siaga.turns.messages import Delivery, Draft, Verdict
from siaga.turns.roads import FIRST, NUMBER_LENGTH, road
from siaga.turns.tables import ChannelState, Dispatch, InboundMessage, OutboundMessage
from tests.turns import people

OTHER, THIRD = "100000000000002", "100000000000003"
TEMPLATE = {"type": "template", "template": {"name": "kembali"}}


def _hear(number: str, phone: str = "628000000001", ago: float = 0) -> int:
    """Somebody writes to one of our numbers, ``ago`` seconds before now; the id of their contact."""
    message = replace(people.text(phone=phone), at=people.AT - timedelta(seconds=ago), number=number)
    with transaction() as session:
        inbox.receive(session, [message])
        return session.scalar(select(InboundMessage.contact_id).order_by(InboundMessage.id.desc()).limit(1))


def _put(contact: int, template: dict[str, object] | None = None) -> str:
    with transaction() as session:
        draft = Draft({"type": "text", "text": {"body": "halo"}})
        (key,) = outbox.put_all(session, contact, [draft], template=template)
        return key


def _take(number: str, limit: int = 10, rate: float = 0) -> claims.Claimed:
    with transaction() as session:
        return claims.claim(session, "whatsapp", limit, rate=rate, resend_after=30, number=number)


def _claim(number: str) -> list[steps.Outgoing]:
    return _take(number).messages


def _street(contact: int) -> tuple[str, bool]:
    """By which number somebody is answered, and whether they have blocked it."""
    with transaction() as session:
        row = session.execute(
            select(Dispatch.our_number, Dispatch.blocked_at).where(Dispatch.contact_id == contact)
        ).one()
        return row.our_number, row.blocked_at is not None


def _message(key: str) -> tuple[str, bool]:
    """How far a message is, and whether its own words are still there."""
    with transaction() as session:
        row = session.execute(
            select(OutboundMessage.status, OutboundMessage.payload.is_not(None)).where(OutboundMessage.id == key)
        ).one()
        return row[0], row[1]


@given(st.from_regex(r"[0-9]{1,30}", fullmatch=True), st.from_regex(r"[0-9]{1,30}", fullmatch=True))
def test_each_number_has_a_row_of_its_own_that_fits(one: str, other: str) -> None:
    assert (road("whatsapp", one) == road("whatsapp", other)) == (one == other)
    assert road("whatsapp", one) not in (road("whatsapp"), road("twilio"))
    assert road("whatsapp") == "whatsapp"
    assert len(road("whatsapp", "1" * NUMBER_LENGTH)) <= ChannelState.channel.type.length


def test_an_answer_goes_by_the_number_that_was_written_to(database: str) -> None:
    one, other = _hear(FIRST), _hear(OTHER, "628000000002")
    keys = {FIRST: _put(one), OTHER: _put(other)}
    assert _claim(THIRD) == []
    for number, key in keys.items():
        assert [message.key for message in _claim(number)] == [key]
    with transaction() as session:
        turn = inbox.open_turn(session, other, lambda rows: 1, stale_after=3600)
    assert [message.number for message in turn] == [OTHER], "the read mark goes there, too"


def test_whoever_writes_to_another_number_is_answered_there_from_then_on(database: str) -> None:
    contact = _hear(FIRST)
    first, second = _put(contact), _put(contact)
    assert [message.key for message in _claim(FIRST)] == [first]
    _hear(OTHER)
    with transaction() as session:
        outcomes.accepted(session, first, "wamid.1")
        statuses.record(session, [Delivery("wamid.1", "sent", people.AT, first)])
    assert _claim(FIRST) == []
    assert [message.key for message in _claim(OTHER)] == [second]


def test_what_comes_late_moves_nobody_back(database: str) -> None:
    contact = _hear(OTHER)
    _hear(FIRST, ago=60)
    assert _street(contact) == (OTHER, False)
    _hear(THIRD)
    assert _street(contact) == (THIRD, False), "of the same second, what came last"
    both = [
        replace(people.text(phone="628000000002"), at=people.AT - timedelta(seconds=ago), number=number)
        for number, ago in ((OTHER, 1), (FIRST, 5))
    ]
    with transaction() as session:
        inbox.receive(session, both)
        assert session.scalars(select(Dispatch.our_number).where(Dispatch.contact_id != contact)).all() == [OTHER]


def test_the_trouble_of_one_number_holds_up_no_other(database: str) -> None:
    keys = {FIRST: _put(_hear(FIRST)), OTHER: _put(_hear(OTHER, "628000000002"))}
    with transaction() as session:
        pauses.pause(session, road("whatsapp", OTHER), 60, 131031)
    assert _take(OTHER).trouble is not None
    assert [message.key for message in _claim(FIRST)] == [keys[FIRST]]
    with transaction() as session:
        session.execute(update(ChannelState).values(paused_since=func.now() - timedelta(seconds=10)))
        outcomes.accepted(session, keys[FIRST], "wamid.1")
    assert _take(OTHER).trouble is not None, "that the first works says nothing of it"
    with transaction() as session:
        failed = Delivery("wamid.1", "failed", people.AT, keys[FIRST], 131048, Verdict.RETRY_LATE)
        statuses.record(session, [failed])
    assert _take(FIRST).trouble is not None, "a status is of the number that sent the message"
    with transaction() as session:
        session.execute(update(ChannelState).values(paused_until=func.now()))
    (probe,) = _claim(OTHER)
    with transaction() as session:
        outcomes.accepted(session, probe.key, "wamid.2", OTHER)
        paused = select(ChannelState.channel).where(ChannelState.paused_since.is_not(None))
        assert session.scalars(paused).all() == ["whatsapp"]


def test_each_number_has_its_own_rate_and_what_came_by_it_counts(database: str) -> None:
    for number, tens in ((FIRST, 1), (OTHER, 2)):
        for last in range(3):
            _put(_hear(number, f"628000000{tens}{last:02}"))
        _take(number, limit=0, rate=8)
    with transaction() as session:
        session.execute(update(ChannelState).values(tokens=2, tokens_at=func.clock_timestamp()))
    many = [replace(people.text(phone=f"6280000003{last:02}"), number=OTHER) for last in range(40)]
    with transaction() as session:
        inbox.receive(session, many)
    assert len(_take(FIRST, rate=8).messages) == 2
    heard = _take(OTHER, rate=8)
    assert (heard.messages, heard.firm) == ([], True)


@pytest.mark.parametrize("by_webhook", [False, True])
@pytest.mark.parametrize(("verdict", "code"), [(Verdict.WINDOW, 131047), (Verdict.BLOCKED, 130403)])
def test_a_number_that_they_have_turned_from_may_refuse(
    database: str, verdict: Verdict, code: int, by_webhook: bool
) -> None:
    contact = _hear(FIRST)
    key = _put(contact, TEMPLATE)
    _claim(FIRST)
    _hear(OTHER)
    with transaction() as session:
        if by_webhook:
            outcomes.accepted(session, key, "wamid.1")
            statuses.record(session, [Delivery("wamid.1", "failed", people.AT, key, code, verdict)])
        else:
            outcomes.failed(session, key, code, verdict)
    assert _street(contact) == (OTHER, False)
    assert _message(key) == ("queued", True)
    (message,) = _claim(OTHER)
    assert (message.key, message.payload["type"]) == (key, "text")
    with transaction() as session:
        outcomes.failed(session, key, 130403, Verdict.BLOCKED, OTHER)
    assert (_message(key), _street(contact)) == (("failed", False), (OTHER, True))
    assert _street(_hear(FIRST)) == (FIRST, False), "who writes wants to hear"


def test_an_unsure_message_is_settled_by_a_status_of_the_number_that_sent_it(database: str) -> None:
    contact = _hear(FIRST)
    first, second = _put(contact), _put(contact)
    _claim(FIRST)
    with transaction() as session:
        outcomes.unknown(session, first, seconds=30)
    _hear(OTHER)
    assert (_claim(FIRST), _claim(OTHER)) == ([], []), "it may have been sent: what comes after waits"
    with transaction() as session:
        statuses.record(session, [Delivery("wamid.1", "sent", people.AT, first)])
    assert [message.key for message in _claim(OTHER)] == [second]


def test_who_turns_out_to_be_the_same_is_answered_where_they_wrote_last(database: str) -> None:
    gone, stays = _hear(OTHER, "628000000002", ago=5), _hear(FIRST, ago=60)
    with transaction() as session:
        follow.merge(session, gone, stays)
    assert _street(stays) == (OTHER, False)
    older = _hear(THIRD, "628000000003", ago=30)
    with transaction() as session:
        follow.merge(session, older, stays)
    assert _street(stays) == (OTHER, False)


def test_a_claim_finds_its_number_in_the_index(database: str) -> None:
    """Others' streets, however many are ready, are not gone through."""
    with transaction() as session:
        session.execute(
            text(
                "INSERT INTO contact (key) SELECT md5(n::text) FROM generate_series(1, 3000) n;"
                "INSERT INTO dispatch (contact_id, channel, our_number, ready_at)"
                " SELECT id, 'whatsapp', CASE WHEN id % 1000 = 0 THEN '2' ELSE '' END, now() FROM contact;"
                "ANALYZE dispatch"
            )
        )
        plan = session.scalars(
            text(
                "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) SELECT contact_id FROM dispatch"
                " WHERE channel = 'whatsapp' AND our_number = '2' AND ready_at <= now()"
                " ORDER BY ready_at LIMIT 100 FOR UPDATE SKIP LOCKED"
            )
        ).all()
        session.rollback()
    whole = "\n".join(plan)
    assert "ix_dispatch_ready" in whole and "Sort" not in whole and "Rows Removed" not in whole, whole
