"""One worker at a time per contact, whoever dies."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import text
from sqlalchemy.event import listen

from siaga.db import transaction
from siaga.people.contacts import find_contact
from siaga.settings import settings
from siaga.turns import inbox, lanes
from siaga.turns.idle import idle
from siaga.turns.messages import Draft, Incoming
from tests.turns import people


def _receive(*phones: str) -> None:
    for phone in phones:
        with transaction() as session:
            inbox.receive(session, [people.text(phone=phone)])


def _claim(owner: str = "a", limit: int = 10, seconds: float = 10) -> list[lanes.Lease]:
    with transaction() as session:
        return lanes.claim(session, owner, limit, seconds)


def test_a_lane_is_leased_to_one(database: str) -> None:
    _receive("628000000001", "628000000002")
    assert len(_claim("a")) == 2
    assert _claim("b") == []


def test_the_longest_waiting_comes_first(database: str) -> None:
    _receive("628000000002", "628000000001", "628000000003")
    with transaction() as session:
        expected = [find_contact(session, phone=phone).id for phone in ("628000000002", "628000000001")]
    assert [_claim(limit=1)[0].contact_id, _claim(limit=1)[0].contact_id] == expected


def test_a_lane_that_two_want_goes_to_one_of_them(database: str) -> None:
    _receive("628000000001")
    with transaction() as session:
        assert lanes.claim(session, "a", 1, 10)
        # Not committed yet: the other passes on without waiting.
        assert _claim("b") == []


def test_an_expired_lease_is_fenced_off(database: str) -> None:
    _receive("628000000001")
    (old,) = _claim("a", seconds=0.05)
    time.sleep(0.1)
    (new,) = _claim("b")
    assert new.token > old.token
    with pytest.raises(lanes.LeaseLost), transaction() as session:
        lanes.hold(session, old)
    with transaction() as session:
        lanes.renew(session, [old], 100)
        lanes.release(session, [old])
        assert lanes.hold(session, new).lease_owner == "b"


def test_a_late_worker_whose_lane_nobody_took_may_end_its_turn(database: str) -> None:
    _receive("628000000001")
    (lease,) = _claim("a", seconds=0.05)
    time.sleep(0.1)
    with transaction() as session:
        lanes.hold(session, lease)


def test_a_renewed_lease_lasts(database: str) -> None:
    _receive("628000000001")
    (lease,) = _claim("a", seconds=0.2)
    with transaction() as session:
        lanes.renew(session, [lease], 10)
    time.sleep(0.25)
    assert _claim("b") == []


def test_a_paused_lane_rests(database: str) -> None:
    _receive("628000000001")
    (lease,) = _claim("a")
    with transaction() as session:
        lanes.free(lanes.hold(session, lease), waiting=True, pause=0.2)
    assert _claim("b") == []
    time.sleep(0.25)
    assert len(_claim("b")) == 1


def test_a_lane_that_was_given_back_empty_is_left_alone(database: str) -> None:
    _receive("628000000001")
    (lease,) = _claim()
    with transaction() as session:
        inbox.finish(session, inbox.waiting(session, lease.contact_id))
        lanes.free(lanes.hold(session, lease), waiting=False)
    assert _claim() == []
    _receive("628000000001")
    assert len(_claim()) == 1


def test_idle_is_true_only_when_nothing_is_owed(database: str) -> None:
    from siaga.turns import claims, outbox, outcomes

    def now() -> bool:
        with transaction() as session:
            return idle(session, "+628000000001")

    assert now()
    _receive("628000000001", "628000000002")
    assert not now()
    (lease, _) = sorted(_claim(), key=lambda lease: lease.contact_id)
    with transaction() as session:
        inbox.finish(session, inbox.waiting(session, lease.contact_id))
    assert not now()
    with transaction() as session:
        lanes.free(lanes.hold(session, lease), waiting=False)
        (key,) = outbox.put_all(session, lease.contact_id, [Draft({"type": "text"})])
    assert not now()
    with transaction() as session:
        assert claims.claim(session, "whatsapp", 1, rate=0, resend_after=30).messages
    assert not now()
    with transaction() as session:
        outcomes.accepted(session, key, "wamid.out")
    assert now()


# ---------------------------------------------------------------- waiting for more
@pytest.fixture
def pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "pause_seconds", 0.4)
    monkeypatch.setattr(settings(), "longest_pause_seconds", 1.0)


def test_a_text_waits_for_what_may_follow(database: str, pause: None) -> None:
    _receive("628000000001")
    assert _claim() == []
    time.sleep(0.45)
    assert len(_claim()) == 1


def test_each_further_text_waits_again_but_not_for_ever(database: str, pause: None) -> None:
    began = time.monotonic()
    while time.monotonic() - began < 0.9:
        _receive("628000000001")
        assert _claim() == [] or time.monotonic() - began >= 0.9
        time.sleep(0.1)
    time.sleep(0.2)
    assert len(_claim()) == 1, "somebody who goes on typing is answered all the same"


def test_a_tap_waits_for_nothing(database: str, pause: None) -> None:
    _receive("628000000001")
    tap = Incoming("wamid.tap", people.AT, "option", {"id": "k.1", "title": "Ya"}, "628000000001")
    with transaction() as session:
        inbox.receive(session, [tap])
    assert len(_claim()) == 1


def test_what_comes_while_the_lane_is_worked_is_seen_when_it_is_given_back(database: str) -> None:
    _receive("628000000001")
    (lease,) = _claim()
    _receive("628000000001")
    assert _claim("b") == []
    with transaction() as session:
        inbox.finish(session, inbox.waiting(session, lease.contact_id)[:1])
        assert inbox.rest(session, lease.contact_id) == 0
        lanes.free(lanes.hold(session, lease), waiting=True)
    assert len(_claim("b")) == 1


def test_a_lane_that_rests_after_a_failure_goes_on_resting(database: str) -> None:
    _receive("628000000001")
    (lease,) = _claim()
    with transaction() as session:
        lane = lanes.hold(session, lease)
        lanes.free(lane, waiting=True, pause=60, failed=True)
    _receive("628000000001")
    assert _claim() == []


def test_a_lease_that_was_never_given_back_is_known_as_such(database: str) -> None:
    _receive("628000000001")
    (first,) = _claim(seconds=0.05)
    time.sleep(0.1)
    (second,) = _claim()
    with transaction() as session:
        lanes.release(session, [second])
    (third,) = _claim()
    assert [lease.abandoned for lease in (first, second, third)] == [False, True, False]


def test_each_channel_has_its_own_workers(database: str) -> None:
    with transaction() as session:
        inbox.receive(session, [people.text(phone="628000000001")], "twilio")
    assert _claim() == []
    with transaction() as session:
        assert len(lanes.claim(session, "a", 1, 10, channel="twilio")) == 1


def test_nobody_starves(database: str) -> None:
    """Whoever has had a turn goes behind those who have waited longer."""
    _receive("628000000001", "628000000002")
    seen = []
    for _ in range(4):
        (lease,) = _claim(limit=1)
        seen.append(lease.contact_id)
        with transaction() as session:
            lanes.free(lanes.hold(session, lease), waiting=True)
    assert seen[0] != seen[1] and seen[:2] == seen[2:]


def _waiting(count: int, *, turns: int = 0, seconds: float = 60.0) -> set[int]:
    """So many contacts who have had so many turns, and all wait for so long."""
    made = text(
        "WITH made AS (INSERT INTO contact (key) SELECT md5(n::text || :turns) FROM generate_series(1, :count) n"
        " RETURNING id)"
        " INSERT INTO lane (contact_id, channel, ready_at, token)"
        " SELECT id, 'whatsapp', now() - make_interval(secs => :seconds), :turns FROM made RETURNING contact_id"
    )
    with transaction() as session:
        return set(session.scalars(made, {"count": count, "turns": turns, "seconds": seconds}))


def test_a_flood_of_strangers_leaves_half_of_the_turns_to_those_who_are_known(database: str) -> None:
    known = _waiting(6, turns=3, seconds=1)
    strangers = _waiting(lanes.MANY + 50)
    first = {lease.contact_id for lease in _claim(limit=8)}
    assert len(first & known) == len(first & strangers) == 4
    assert len({lease.contact_id for lease in _claim(limit=8)} & known) == 2, "all there are"
    assert len(_claim(limit=8)) == 8


def test_who_is_known_passes_nobody_while_few_wait(database: str) -> None:
    known = _waiting(6, turns=3, seconds=1)
    _waiting(lanes.MANY - 10)
    assert not known & {lease.contact_id for lease in _claim(limit=8)}


def test_one_free_lane_goes_to_either_by_chance(database: str) -> None:
    known = _waiting(40, turns=3, seconds=1)
    _waiting(lanes.MANY + 50)
    claimed = {_claim(limit=1)[0].contact_id for _ in range(40)}
    assert known & claimed and claimed - known


def test_claiming_reads_no_more_for_ten_thousand_who_wait(database: str) -> None:
    _waiting(10_000)
    _waiting(200, turns=1)
    with transaction() as session:
        session.execute(text("ANALYZE lane"))
    statements: list[bytes] = []
    with transaction() as session:
        connection = session.connection()
        listen(
            connection, "before_cursor_execute", lambda _, cursor, *said: statements.append(cursor.mogrify(*said[:2]))
        )
        began = time.perf_counter()
        assert len(lanes.claim(session, "a", 8, 60)) == 8
        took = time.perf_counter() - began
        # As this connection has it prepared.
        asked = next(one for one in statements if one.startswith(b"EXECUTE")).decode().replace("%", "%%")
        plan = "\n".join(row[0] for row in connection.exec_driver_sql("EXPLAIN (ANALYZE, BUFFERS) " + asked))
        session.rollback()
    assert "ix_lane_ready_known" in plan and "ix_lane_ready " in plan, plan
    # A hundred rows are counted off the table; nothing reads them all, or sorts more than it takes.
    assert "rows=10200.00" not in plan and "rows=10000.00" not in plan, plan
    assert took < 0.2
