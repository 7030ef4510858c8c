"""What goes out: in order per contact, and as far as its status tells."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text, update

from siaga.db import transaction
from siaga.people.contacts import ensure_contact
from siaga.turns import claims, inbox, offers, outbox, outcomes, pauses, statuses, steps, wishes
from siaga.turns.messages import Delivery, Draft, Option, Preference, Verdict
from siaga.turns.tables import ChannelState, Dispatch, InboundMessage, OutboundMessage
from tests.turns import people
from tests.turns.outgoing import correspondent

TEMPLATE = {"type": "template", "template": {"name": "kembali"}}


@pytest.fixture
def contact(database: str) -> int:
    with transaction() as session:
        return correspondent(session)


def _put(contact: int, body: str = "x", options: tuple[Option, ...] = (), **rest: Any) -> str:
    with transaction() as session:
        draft = Draft({"type": "text", "text": {"body": body}}, options)
        (key,) = outbox.put_all(session, contact, [draft], **rest)
        return key


def _take(limit: int = 10, resend_after: float = 30, rate: float = 0) -> claims.Claimed:
    with transaction() as session:
        return claims.claim(session, "whatsapp", limit, rate=rate, resend_after=resend_after)


def _claim(limit: int = 10, resend_after: float = 30) -> list[steps.Outgoing]:
    return _take(limit, resend_after).messages


def _accept(key: str, wamid: str = "wamid.1") -> None:
    with transaction() as session:
        outcomes.accepted(session, key, wamid)


def _status(key: str) -> str:
    with transaction() as session:
        return session.scalar(select(OutboundMessage.status).where(OutboundMessage.id == key))


def _record(
    key: str | None, status: str, wamid: str = "wamid.1", verdict: Verdict | None = None, code: int | None = None
) -> None:
    with transaction() as session:
        statuses.record(session, [Delivery(wamid, status, people.AT, key, code, verdict)])


def _let_time_pass(**units: float) -> None:
    """As if everything had been written down that much earlier."""
    past = func.make_interval(0, 0, 0, 0, 0, 0, timedelta(**units).total_seconds())
    moments = [
        (Dispatch, ("ready_at", "tokens_at", "last_inbound_at")),
        (OutboundMessage, ("created_at", "status_at")),
        (ChannelState, ("tokens_at", "paused_until", "paused_since")),
    ]
    with transaction() as session:
        for table, names in moments:
            session.execute(
                update(table)
                .values({name: getattr(table, name) - past for name in names})
                .execution_options(synchronize_session=False)
            )


# ---------------------------------------------------------------------- order
def test_the_next_message_waits_for_the_one_before(contact: int) -> None:
    first, second = _put(contact, "1"), _put(contact, "2")
    (claimed,) = _claim()
    assert (claimed.key, claimed.phone, claimed.payload["text"]["body"]) == (first, "628000000001", "1")
    assert _claim() == []
    _accept(first)
    assert _claim() == [], "accepted is not yet on its way: the order could turn"
    _record(None, "sent")
    assert [message.key for message in _claim()] == [second]


def test_without_a_status_the_next_message_goes_a_little_later(contact: int) -> None:
    first, second = _put(contact), _put(contact)
    _claim()
    _accept(first)
    again_in = _take().again_in
    assert again_in is not None
    assert 0 < again_in <= outcomes.ORDER_SECONDS
    _let_time_pass(seconds=outcomes.ORDER_SECONDS)
    assert [message.key for message in _claim()] == [second]


def test_messages_put_in_together_keep_their_order(contact: int) -> None:
    with transaction() as session:
        keys = outbox.put_all(session, contact, [Draft({"n": number}) for number in range(3)])
    sent = []
    for number in range(3):
        (message,) = _claim()
        sent.append(message.key)
        _record(message.key, "sent", f"wamid.{number}")
    assert sent == keys


def test_a_retried_message_keeps_its_place(contact: int) -> None:
    first, _ = _put(contact), _put(contact)
    _claim()
    with transaction() as session:
        outcomes.retry(session, first, seconds=60, error_code=131056)
    assert _claim() == []
    _let_time_pass(seconds=60)
    (again,) = _claim()
    assert (again.key, again.attempts, again.error_code) == (first, 2, 131056)


def test_a_message_that_waits_for_another_try_is_not_hurried_by_the_status_of_the_one_before(contact: int) -> None:
    first, second = _put(contact), _put(contact)
    _claim()
    _accept(first)
    _let_time_pass(seconds=outcomes.ORDER_SECONDS)
    _claim()
    with transaction() as session:
        outcomes.retry(session, second, seconds=60, error_code=131056)
    _record(first, "delivered")
    assert _claim() == []
    _let_time_pass(seconds=60)
    assert [message.key for message in _claim()] == [second]


def test_a_refused_message_lets_the_next_one_pass(contact: int) -> None:
    first, second = _put(contact), _put(contact)
    _claim()
    with transaction() as session:
        outcomes.failed(session, first, 131026, Verdict.UNREACHABLE)
    assert [message.key for message in _claim()] == [second]


def test_who_has_waited_longest_is_next(database: str) -> None:
    with transaction() as session:
        chatty, patient = correspondent(session, "628000000001"), correspondent(session, "628000000002")
    mine = [_put(chatty) for _ in range(3)]
    theirs = _put(patient)
    assert [message.key for message in _claim(limit=1)] == [mine[0]]
    _record(mine[0], "sent", "wamid.mine")
    assert [message.key for message in _claim(limit=1)] == [theirs]


# ---------------------------------------------------------------------- unknown fates
def test_an_unknown_fate_is_settled_by_a_status(contact: int) -> None:
    key = _put(contact)
    _claim()
    with transaction() as session:
        outcomes.unknown(session, key, seconds=30)
    _record(key, "delivered")
    _let_time_pass(seconds=30)
    assert _claim() == []
    assert _status(key) == "delivered"


def test_an_unknown_fate_without_a_status_is_sent_again(contact: int) -> None:
    key, _ = _put(contact), _put(contact)
    _claim()
    with transaction() as session:
        outcomes.unknown(session, key, seconds=30)
    assert _claim() == []
    _let_time_pass(seconds=30)
    assert [message.key for message in _claim()] == [key]


def test_a_dead_sender_leaves_an_unknown_fate(contact: int) -> None:
    key = _put(contact)
    _claim()
    _let_time_pass(seconds=steps.SENDING_SECONDS)
    assert _claim(resend_after=30) == []
    assert _status(key) == "unknown"
    _let_time_pass(seconds=30)
    assert [message.key for message in _claim()] == [key]


def test_a_status_faster_than_the_answer_is_kept(contact: int) -> None:
    key = _put(contact)
    _claim()
    _record(key, "read")
    _accept(key)
    assert _status(key) == "read"


def test_a_status_that_frees_the_street_lets_the_next_message_go_at_once(contact: int) -> None:
    first, second = _put(contact), _put(contact)
    _claim()
    _record(first, "sent")
    assert [message.key for message in _claim()] == [second]


# ---------------------------------------------------------------------- statuses
STATUSES = ("sent", "failed", "delivered", "read")


@pytest.fixture
def messages(database: str) -> list[str]:
    """Keys of accepted messages, enough for all examples."""
    with transaction() as session:
        contact = correspondent(session)
        keys = outbox.put_all(session, contact, [Draft({"n": number}) for number in range(300)])
        session.execute(update(OutboundMessage).values(status="accepted").execution_options(synchronize_session=False))
    return keys


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(st.lists(st.sampled_from(STATUSES), min_size=1, max_size=4), min_size=1, max_size=4))
def test_whatever_order_statuses_come_in_the_furthest_stays(batches: list[list[str]], messages: list[str]) -> None:
    key = messages.pop()
    for number, batch in enumerate(batches):
        by_key = key if number % 2 == 0 else None
        with transaction() as session:
            statuses.record(session, [Delivery(f"wamid.{key}", status, people.AT, by_key) for status in batch])
    assert _status(key) == max((status for batch in batches for status in batch), key=STATUSES.index)


def test_what_was_written_is_unreadable_and_forgotten_once_sent(contact: int) -> None:
    key = _put(contact, "Warga Uji 001")
    with transaction() as session:
        raw = session.execute(text("select payload from outbound_message")).scalar_one()
        assert b"Warga" not in bytes(raw)
    _claim()
    _record(key, "sent")
    with transaction() as session:
        assert session.execute(text("select payload from outbound_message")).scalar_one() is None


def test_a_failure_that_only_a_status_tells_is_tried_again(contact: int) -> None:
    key = _put(contact, "sekali lagi")
    _claim()
    _accept(key)
    _record(key, "failed", verdict=Verdict.RETRY, code=131000)
    assert _status(key) == "queued"
    assert _claim() == []
    _let_time_pass(seconds=5)
    (again,) = _claim()
    assert (again.payload["text"]["body"], again.attempts) == ("sekali lagi", 2)


def test_a_failure_told_before_the_answer_is_tried_again(contact: int) -> None:
    key = _put(contact)
    _claim()
    _record(key, "failed", verdict=Verdict.RETRY)
    _accept(key)
    assert _status(key) == "queued"
    _let_time_pass(seconds=5)
    assert [message.key for message in _claim()] == [key]


def test_a_failure_told_twice_is_tried_again_once(contact: int) -> None:
    key = _put(contact)
    _claim()
    _accept(key, "wamid.first")
    _record(key, "failed", "wamid.first", Verdict.RETRY)
    _record(key, "failed", "wamid.first", Verdict.RETRY)
    _let_time_pass(seconds=5)
    _claim()
    _record(key, "failed", "wamid.first", Verdict.RETRY)
    assert _status(key) == "sending"
    _accept(key, "wamid.second")
    _record(key, "failed", "wamid.first", Verdict.RETRY)
    assert _status(key) == "accepted"
    _record(key, "sent", "wamid.second")
    assert _status(key) == "sent"


def test_a_late_status_of_the_attempt_that_failed_does_not_end_the_next(contact: int) -> None:
    key = _put(contact)
    _claim()
    _accept(key, "wamid.first")
    _record(key, "failed", "wamid.first", Verdict.RETRY)
    _record(key, "sent", "wamid.first")
    assert _status(key) == "queued", "it was sent, and failed after that"
    _record(key, "delivered", "wamid.first")
    assert _status(key) == "delivered", "it had arrived after all"


def test_it_is_not_tried_for_ever(contact: int) -> None:
    key = _put(contact)
    for number in range(statuses.MOST_TRIES_BY_STATUS):
        assert [message.key for message in _claim()] == [key]
        _accept(key, f"wamid.{number}")
        _record(key, "failed", f"wamid.{number}", Verdict.RETRY)
        _let_time_pass(seconds=600)
    assert _status(key) == "failed"
    assert _claim() == []


def test_a_picture_that_was_gone_is_sent_once_more(contact: int) -> None:
    key = _put(contact)
    for number, expected in enumerate(("queued", "failed")):
        assert [message.key for message in _claim()] == [key]
        _accept(key, f"wamid.{number}")
        _record(key, "failed", f"wamid.{number}", Verdict.RETRY_ONCE, 131053)
        assert _status(key) == expected


def test_two_failures_of_one_contact_are_tried_again_in_order(contact: int) -> None:
    first, second = _put(contact), _put(contact)
    _claim()
    _accept(first, "wamid.1")
    _let_time_pass(seconds=1)
    _claim()
    _record(first, "failed", "wamid.1", Verdict.RETRY)
    _let_time_pass(seconds=5)
    assert _claim() == [], "one message of a contact at a time"
    _accept(second, "wamid.2")
    _let_time_pass(seconds=1)
    assert [message.key for message in _claim()] == [first]


def test_statuses_of_strangers_are_no_error(contact: int) -> None:
    _record("unbekannt", "delivered")
    _record(None, "failed", verdict=Verdict.BLOCKED)


# ---------------------------------------------------------------------- the window, and who wants what
def test_outside_the_window_the_template_goes(contact: int) -> None:
    _put(contact, template=TEMPLATE)
    _let_time_pass(hours=23, minutes=59)
    with transaction() as session:
        session.execute(update(Dispatch).values(last_inbound_at=func.now() - timedelta(hours=24)))
    (message,) = _claim()
    assert message.payload == TEMPLATE


def test_outside_the_window_what_has_no_template_is_given_up(contact: int) -> None:
    key = _put(contact)
    later = _put(contact, template=TEMPLATE)
    with transaction() as session:
        session.execute(update(Dispatch).values(last_inbound_at=func.now() - timedelta(hours=24)))
    claimed = _take()
    assert (claimed.messages, claimed.again_in) == ([], 0.0)
    assert _status(key) == "failed"
    assert [message.key for message in _claim()] == [later]


def test_who_writes_by_the_other_road_is_not_sent_what_was_made_for_the_first(contact: int) -> None:
    key = _put(contact)
    with transaction() as session:
        inbox.receive(session, [people.text()], "twilio")
        assert claims.claim(session, "twilio", 5, rate=0, resend_after=30).messages == []
    assert _claim() == []
    assert _status(key) == "failed"


def test_somebody_who_never_wrote_gets_templates_only(database: str) -> None:
    with transaction() as session:
        stranger = ensure_contact(session, phone="628000000009").id
        outbox.put_all(session, stranger, [], unasked=True, template=TEMPLATE)
    (message,) = _claim()
    assert message.payload == TEMPLATE


def test_what_is_a_day_old_is_not_sent_any_more(contact: int) -> None:
    key = _put(contact, template=TEMPLATE, unasked=True)
    _let_time_pass(hours=24)
    assert _claim() == []
    assert _status(key) == "failed"


@pytest.mark.parametrize("by_webhook", [False, True])
def test_when_the_window_turns_out_to_be_closed_the_template_follows(contact: int, by_webhook: bool) -> None:
    key = _put(contact, template=TEMPLATE)
    _claim()
    if by_webhook:
        _accept(key)
        _record(key, "failed", verdict=Verdict.WINDOW, code=131047)
    else:
        with transaction() as session:
            outcomes.failed(session, key, 131047, Verdict.WINDOW)
    (again,) = _claim()
    assert (again.key, again.payload) == (key, TEMPLATE)
    with transaction() as session:
        outcomes.failed(session, key, 131047, Verdict.WINDOW)
    assert _status(key) == "failed", "a template that is refused has nothing to follow it"


@pytest.mark.parametrize("by_webhook", [False, True])
def test_somebody_who_blocked_us_is_left_alone_until_they_write(contact: int, by_webhook: bool) -> None:
    key = _put(contact)
    _claim()
    if by_webhook:
        _accept(key)
        _record(key, "failed", verdict=Verdict.BLOCKED, code=130403)
    else:
        with transaction() as session:
            outcomes.failed(session, key, 130403, Verdict.BLOCKED)
    silent = _put(contact, template=TEMPLATE)
    assert _claim() == []
    assert _status(silent) == "failed"
    with transaction() as session:
        inbox.receive(session, [people.text()])
    answer = _put(contact)
    assert [message.key for message in _claim()] == [answer]


@pytest.mark.parametrize("by", ["preference", "refusal"])
def test_somebody_who_opted_out_gets_answers_only(contact: int, by: str) -> None:
    if by == "preference":
        with transaction() as session:
            wishes.prefer(session, Preference(people.AT, False, phone="628000000001"))
    else:
        key = _put(contact, unasked=True)
        _claim()
        with transaction() as session:
            outcomes.failed(session, key, 131050, Verdict.OPTED_OUT)
    news, answer = _put(contact, unasked=True), _put(contact)
    assert _claim() == []
    assert [message.key for message in _claim()] == [answer]
    assert _status(news) == "failed"
    _record(answer, "sent")
    with transaction() as session:
        wishes.set_welcome(session, contact, True)
    more = _put(contact, unasked=True)
    assert [message.key for message in _claim()] == [more]


# ---------------------------------------------------------------------- rates and pauses
def test_one_contact_gets_no_more_than_the_pair_rate(contact: int) -> None:
    with transaction() as session:
        session.execute(update(Dispatch).values(tokens=1.5, tokens_at=func.now()))
    first, second = _put(contact), _put(contact)
    assert [message.key for message in _claim()] == [first]
    _record(first, "sent")
    assert _claim() == []
    again_in = _take().again_in
    assert again_in is not None
    assert 2 < again_in <= 3
    _let_time_pass(seconds=again_in)
    assert [message.key for message in _claim()] == [second]


def test_the_number_sends_no_more_than_its_rate(database: str) -> None:
    with transaction() as session:
        for number in range(60):
            outbox.put_all(session, correspondent(session, f"6280000000{number:02}"), [Draft({"n": number})])
    _take(rate=80)
    _let_time_pass(seconds=10)
    first = _take(limit=60, rate=80)
    assert len(first.messages) == 20, "a quarter of a second's worth, however long nothing was sent"
    assert first.again_in is not None
    assert 0 < first.again_in <= 0.1
    _let_time_pass(seconds=0.1)
    assert 8 <= len(_take(limit=60, rate=80).messages) <= 20


def test_what_the_number_receives_counts_as_well(database: str) -> None:
    with transaction() as session:
        for number in range(30):
            outbox.put_all(session, correspondent(session, f"6280000000{number:02}"), [Draft({"n": number})])
    _take(limit=1, rate=80)
    with transaction() as session:
        session.execute(update(ChannelState).values(tokens=20, tokens_at=func.clock_timestamp()))
    with transaction() as session:
        inbox.receive(session, [people.text(phone=f"62800000{number:04}") for number in range(200)])
    claimed = _take(rate=80)
    assert claimed.messages == []
    assert claimed.again_in is not None


def test_a_pause_holds_for_all_and_ends_with_one_message_that_gets_through(database: str) -> None:
    with transaction() as session:
        for number in range(3):
            outbox.put_all(session, correspondent(session, f"62800000000{number}"), [Draft({"n": number})])
        assert pauses.pause(session, "whatsapp", 60, 190)
    with transaction() as session:
        assert not pauses.pause(session, "whatsapp", 60, 190), "the same trouble"
    held = _take()
    assert held.messages == []
    assert held.trouble is not None
    assert held.trouble[0] == 190
    assert held.again_in is not None
    assert 50 < held.again_in <= 60
    _let_time_pass(seconds=60)
    (probe,) = _claim()
    assert _claim() == [], "one message is enough to see"
    _accept(probe.key)
    assert len(_claim()) == 2


def test_a_message_sent_before_the_trouble_does_not_end_it(database: str) -> None:
    with transaction() as session:
        for number in range(2):
            outbox.put_all(session, correspondent(session, f"62800000000{number}"), [Draft({"n": number})])
    (early,) = _claim(limit=1)
    with transaction() as session:
        pauses.pause(session, "whatsapp", 60, 131042)
    _accept(early.key)
    assert _claim() == []


def test_pauses_grow_as_the_trouble_lasts(database: str) -> None:
    lengths = []
    for _ in range(12):
        with transaction() as session:
            pauses.pause(session, "whatsapp", 1, 130429)
        paused = _take().again_in
        assert paused is not None
        lengths.append(paused)
        _let_time_pass(seconds=paused)
    assert lengths[0] <= 1
    assert [round(length) for length in lengths] == sorted(round(length) for length in lengths)
    assert 250 < lengths[-1] <= pauses.LONGEST_PAUSE


def test_an_account_in_trouble_that_only_a_status_tells_is_paused(contact: int) -> None:
    key = _put(contact)
    _claim()
    _accept(key)
    _record(key, "failed", verdict=Verdict.PAUSE, code=131042)
    held = _take()
    assert held.trouble is not None
    assert held.trouble[0] == 131042
    assert _status(key) == "queued"


# ---------------------------------------------------------------------- several senders
def test_four_senders_send_each_message_once_and_in_order(database: str) -> None:
    with transaction() as session:
        contacts = [correspondent(session, f"62800000000{n}") for n in range(5)]
    for number in range(100):
        _put(contacts[number % 5], str(number))
    sent: list[tuple[int, int]] = []

    def drain(_: int) -> None:
        empty = 0
        while empty < 20:
            claimed = _claim(limit=2)
            empty = 0 if claimed else empty + 1
            if not claimed:
                time.sleep(0.01)
            for message in claimed:
                sent.append((message.contact_id, int(message.payload["text"]["body"])))
                _record(message.key, "sent", f"wamid.{message.key}")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(drain, range(4)))
    for contact_id in contacts:
        bodies = [body for owner, body in sent if owner == contact_id]
        assert len(bodies) == 20
        assert bodies == sorted(bodies)


def test_senders_webhooks_and_turns_at_once_end_well(database: str) -> None:
    """No deadlock, nothing lost, nothing twice, while the same contacts are written to from all sides."""
    with transaction() as session:
        contacts = [correspondent(session, f"6280000000{n:02}") for n in range(10)]
    sent: list[str] = []

    def turns(number: int) -> None:
        for body in range(40):
            _put(contacts[(body * 7 + number) % 10], str(body))

    def send(_: int) -> None:
        deadline = time.monotonic() + 20
        while len(sent) < 120 and time.monotonic() < deadline:
            claimed = _claim(limit=5)
            for message in claimed:
                sent.append(message.key)
            with transaction() as session:
                outcomes.accept_all(session, {message.key: f"wamid.{message.key}" for message in claimed})
            # In no particular order, and each twice.
            told = [
                Delivery(f"wamid.{message.key}", status, people.AT, message.key)
                for status in ("delivered", "sent", "delivered")
                for message in reversed(claimed)
            ]
            with transaction() as session:
                statuses.record(session, told)

    with ThreadPoolExecutor(6) as pool:
        futures = [pool.submit(turns, number) for number in range(3)] + [pool.submit(send, n) for n in range(3)]
        for future in futures:
            future.result()
    assert len(sent) == len(set(sent)) == 120
    with transaction() as session:
        assert set(session.scalars(select(OutboundMessage.status))) == {"delivered"}
        assert session.scalar(select(func.count()).where(Dispatch.ready_at.is_not(None))) <= 10
    assert _claim() == []


# ---------------------------------------------------------------------- what was offered
def test_options_are_found_by_id_for_their_own_contact_only(contact: int) -> None:
    key = outbox.new_key()
    option = Option(f"{key}.1", "Setuju", "/affirm")
    assert _put(contact, options=(option,), key=key) == key
    with transaction() as session:
        other = ensure_contact(session, phone="628000000002").id
        assert offers.options_of(session, contact, option.id) == [option]
        assert offers.options_of(session, other, option.id) == []
        assert offers.options_of(session, contact, "/restart") == []


def test_the_last_options_are_the_newest_until_something_else_is_answered(contact: int) -> None:
    with transaction() as session:
        assert offers.last_offered(session, contact) is None
        inbox.receive(session, [people.text()])
        cause = session.scalar(select(InboundMessage.id))
    option = Option("k.1", "Batal", "/cancel")
    _put(contact, options=(option,), key="k", caused_by=cause)
    _put(contact, "ada gangguan")
    with transaction() as session:
        assert offers.last_offered(session, contact) == offers.Offered([option], True)
    _put(contact, "jawaban", caused_by=cause)
    with transaction() as session:
        assert offers.last_offered(session, contact) == offers.Offered([option], False)


def test_now_is_the_time_of_the_claim(database: str) -> None:
    assert _take() == claims.Claimed([])
    with transaction() as session:
        since = session.scalar(select(ChannelState.tokens_at))
    assert since <= datetime.now(timezone.utc)
