"""A contact's way to a person: asked for once, held by one, recorded whole, ended."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta, timezone
from select import select as select_ready
from typing import Any

import pytest
from sqlalchemy import func, select

from siaga.db import transaction
from siaga.db.engine import engine
from siaga.handoffs import attendants, changes, claiming, closing, labels, recording, state
from siaga.handoffs.reasons import CHOSEN, ENDS, REASONS, urgency_of
from siaga.handoffs.state import Over, UnknownHandOff
from siaga.handoffs.tables import CLOSED_WHY, HandOff, HandOffMessage
from siaga.handoffs.tables import REASONS as STORED
from siaga.people.tables import Task
from siaga.turns import outbox
from siaga.turns.messages import Draft
from tests.handoffs.given import NIGHT, NOW, ask, come, contact, keep_hours, minutes, row, told

pytestmark = pytest.mark.usefixtures("database")
TUESDAY = datetime(2026, 11, 24, 0, 30, tzinfo=timezone.utc)


@pytest.fixture(autouse=True)
def _hours(monkeypatch: pytest.MonkeyPatch) -> None:
    keep_hours(monkeypatch)


def _claim(hand_off_id: int, login: str, at: datetime = NOW) -> HandOff:
    with transaction() as session:
        return claiming.claim(session, hand_off_id, login, at)


def _tasks() -> list[tuple[str, str, datetime | None]]:
    with transaction() as session:
        return [(task.kind, task.status, task.due_at) for task in session.scalars(select(Task).order_by(Task.id))]


def _in_outbox(contact_id: int, text: str = "halo") -> str:
    with transaction() as session:
        return outbox.put_all(session, contact_id, [Draft({"type": "text", "text": {"body": text}})])[0]


# ---------------------------------------------------------------- words
def test_every_reason_has_words() -> None:
    assert set(REASONS) == set(STORED)
    assert set(ENDS) == set(CLOSED_WHY)
    assert set(CHOSEN) < set(ENDS)


def test_danger_and_what_got_worse_come_first() -> None:
    assert {reason for reason in REASONS if urgency_of(reason) == 2} == {"danger", "worsened"}
    with pytest.raises(ValueError, match="no reason"):
        urgency_of("bored")


# ---------------------------------------------------------------- asking
def test_the_citizen_learns_what_to_expect() -> None:
    come("ani", "budi", at=NOW - timedelta(seconds=100))
    come("citra", at=NOW - minutes(3))
    with transaction() as session:
        attendants.set_away(session, "budi", True)
    ask(1)
    ask(2, "worsened", NOW + minutes(1))
    third = ask(3, at=NOW)
    assert (third.is_new, third.state, third.is_open, third.callback_at) == (True, "waiting", True, None)
    assert third.closes_at == datetime(2026, 11, 23, 9, 0, tzinfo=timezone.utc)
    assert (third.ahead, third.wait, third.attendants) == (2, None, 1)
    assert ask(2, message_id="again").ahead == 0


def test_the_usual_wait_is_the_middle_of_the_last_week() -> None:
    def answered(number: int, after: float, at: datetime) -> None:
        opened = ask(number, at=at)
        outbound = _in_outbox(contact(number))
        with transaction() as session:
            hand_off = state.get(session, opened.id, lock=True)
            recording.desk_said(session, hand_off, "ani", "halo", outbound, at=at + minutes(after))
            closing.close(session, opened.id, by="ani", why="solved", at=at + minutes(after))

    answered(9, 600, NOW - timedelta(days=8))
    for number, after in enumerate((2, 4, 30, 6), 10):
        answered(number, after, NOW - minutes(60))
    assert ask(1).wait is None
    # From when somebody was promised to write: not the night.
    answered(20, 14 * 60, NOW - timedelta(hours=15))
    assert ask(1, message_id="again").wait == minutes(6)


def test_out_of_hours_a_callback_is_promised_and_kept() -> None:
    opened = ask(at=NIGHT)
    assert (opened.is_open, opened.closes_at, opened.callback_at) == (False, None, TUESDAY)
    assert ask(at=NIGHT, message_id="again").callback_at == TUESDAY
    assert _tasks() == [("callback", "open", TUESDAY)]
    assert row(opened.id).callback_at == TUESDAY
    outbound = _in_outbox(contact())
    with transaction() as session:
        hand_off = state.get(session, opened.id, lock=True)
        recording.desk_said(session, hand_off, "ani", "halo", outbound, at=TUESDAY)
    assert _tasks() == [("callback", "done", TUESDAY)]
    assert row(opened.id).first_reply_at == row(opened.id).last_desk_at == TUESDAY


def test_a_callback_that_is_not_needed_is_no_task_any_more() -> None:
    opened = ask(at=NIGHT)
    with transaction() as session:
        closing.close(session, opened.id, by="citizen", why="back_to_bot", at=NIGHT)
    assert [task[1] for task in _tasks()] == ["done"]


def test_without_known_hours_somebody_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    keep_hours(monkeypatch, None)
    opened = ask(at=NIGHT)
    assert (opened.is_open, opened.closes_at, opened.callback_at) == (True, None, None)
    assert _tasks() == []


def test_asked_again_there_is_still_one_which_is_more_urgent() -> None:
    first = ask()
    again = ask(reason="worsened", at=NOW + minutes(9), message_id="m2", about="task:7")
    ask(reason="worsened", at=NOW + minutes(9), message_id="m2", about="task:7")
    assert (again.id, again.is_new) == (first.id, False)
    hand_off = row(first.id)
    assert (hand_off.urgency, hand_off.about, hand_off.waiting_since, hand_off.reason) == (2, "task:7", NOW, "asked")
    assert told(first.id) == [
        ("system", "Meminta petugas lagi: gejalanya memburuk. Sekarang: sekarang juga."),
    ]
    assert ask(urgency=1, message_id="m3").id == first.id
    assert row(first.id).urgency == 2


def test_the_same_message_opens_one_even_when_it_is_over() -> None:
    first = ask()
    assert ask() == first
    with transaction() as session:
        closing.close(session, first.id, by="ani", why="solved", at=NOW)
    assert (ask().id, ask().state) == (first.id, "closed")
    assert ask(message_id="later").id != first.id


def test_two_at_once_open_one() -> None:
    contact()
    found: list[Any] = []
    both = [threading.Thread(target=lambda m=m: found.append(ask(message_id=m))) for m in ("m1", "m2")]
    for one in both:
        one.start()
    for one in both:
        one.join(10)
    assert len({opened.id for opened in found}) == 1
    assert sorted(opened.is_new for opened in found) == [False, True]


# ---------------------------------------------------------------- holding
def test_of_two_who_claim_at_once_one_gets_it() -> None:
    come("ani", "budi")
    hand_off_id = ask().id
    together = threading.Barrier(2)
    results: dict[str, str] = {}

    def take(login: str) -> None:
        together.wait(5)
        try:
            results[login] = _claim(hand_off_id, login).held_by
        except claiming.Taken as taken:
            results[login] = taken.name

    both = [threading.Thread(target=take, args=(login,)) for login in ("ani", "budi")]
    for one in both:
        one.start()
    for one in both:
        one.join(10)
    winner = row(hand_off_id).held_by
    loser = {"ani": "budi", "budi": "ani"}[winner]
    assert results == {winner: winner, loser: winner.capitalize()}
    assert told(hand_off_id) == [("system", f"Diambil oleh {winner.capitalize()}.")]
    assert _claim(hand_off_id, winner).held_by == winner, "claiming again changes nothing"


def test_nobody_claims_what_is_over_or_was_never_there() -> None:
    hand_off_id = ask().id
    with transaction() as session:
        closing.close(session, hand_off_id, by="ani", why="solved", at=NOW)
        closing.close(session, hand_off_id, by="budi", why="other", at=NOW + minutes(1))
    assert (row(hand_off_id).closed_by, row(hand_off_id).closed_why, row(hand_off_id).closed_at) == (
        "ani",
        "solved",
        NOW,
    )
    with pytest.raises(Over):
        _claim(hand_off_id, "ani")
    with pytest.raises(UnknownHandOff):
        _claim(99, "ani")
    with transaction() as session, pytest.raises(ValueError, match="no reason"):
        closing.close(session, hand_off_id, by="ani", why="bored", at=NOW)


def test_released_it_keeps_its_place_unless_somebody_has_answered() -> None:
    come("ani")
    hand_off_id = ask().id
    _claim(hand_off_id, "ani", NOW + minutes(5))
    with transaction() as session, pytest.raises(claiming.Taken):
        claiming.release(session, hand_off_id, "budi", NOW)
    with transaction() as session:
        claiming.release(session, hand_off_id, "ani", NOW + minutes(6))
        claiming.release(session, hand_off_id, "budi", NOW + minutes(6))
    assert (row(hand_off_id).state, row(hand_off_id).waiting_since) == ("waiting", NOW)
    _claim(hand_off_id, "ani", NOW + minutes(7))
    outbound = _in_outbox(contact())
    with transaction() as session:
        hand_off = state.get(session, hand_off_id, lock=True)
        recording.desk_said(session, hand_off, "ani", "halo", outbound, at=NOW + minutes(8))
        claiming.release(session, hand_off_id, "ani", NOW + minutes(9))
    assert row(hand_off_id).waiting_since == NOW + minutes(9)
    assert told(hand_off_id)[1] == ("system", "Dikembalikan ke antrean oleh Ani.")


def test_a_colleague_who_is_there_holds_it_and_waits_for_one_who_is_not() -> None:
    come("ani", "budi")
    hand_off_id = ask().id
    _claim(hand_off_id, "ani")
    with transaction() as session:
        claiming.transfer(session, hand_off_id, "ani", "budi", NOW + minutes(1), "minta cek dosis")
    assert (row(hand_off_id).state, row(hand_off_id).held_by) == ("held", "budi")
    assert row(hand_off_id).held_at == NOW + minutes(1)
    assert told(hand_off_id)[1:] == [("system", "Diteruskan oleh Ani kepada Budi."), ("note", "minta cek dosis")]
    with transaction() as session, pytest.raises(claiming.Taken):
        claiming.transfer(session, hand_off_id, "ani", "citra", NOW)
    with transaction() as session:
        claiming.transfer(session, hand_off_id, "budi", "citra", NOW + minutes(2))
    assert (row(hand_off_id).state, row(hand_off_id).wanted_login) == ("waiting", "citra")
    assert _claim(hand_off_id, "citra").wanted_login is None


# ---------------------------------------------------------------- what is said
def test_what_is_said_is_recorded_once_and_read_in_order() -> None:
    opened = ask()
    outbound = _in_outbox(contact())
    message = {"key": "k1", "at": NOW, "kind": "text", "content": {"text": "pusing"}, "wamid": "wamid.1"}
    with transaction() as session:
        hand_off = state.get(session, opened.id, lock=True)
        first = recording.citizen_said(session, hand_off, [message], NOW)
        assert recording.citizen_said(session, hand_off, [message], NOW) == first
        second = recording.bot_said(session, hand_off, "Halo.", outbound, at=NOW, options=("Ya", "Tidak"))
        assert recording.bot_said(session, hand_off, "Halo.", outbound, at=NOW) == second
        recording.note(session, hand_off, "ani", "pernah daftar", NOW)
    with transaction() as session:
        said = recording.messages(session, opened.id)
        assert [(one.author, one.status, one.login) for one in said] == [
            ("citizen", None, None),
            ("bot", "queued", None),
            ("note", None, "ani"),
        ]
        assert said[0].content == {"text": "pusing", "wamid": "wamid.1"}
        assert said[1].content == {"text": "Halo.", "options": ["Ya", "Tidak"]}
        assert recording.messages(session, opened.id, after=said[0].id, limit=1) == said[1:2]
        stored = bytes(session.connection().exec_driver_sql("SELECT content FROM hand_off_message").first()[0])
        assert b"pusing" not in stored
    assert row(opened.id).last_citizen_at == NOW


def test_what_is_taken_back_is_forgotten() -> None:
    opened = ask()
    message = {"key": "k1", "at": NOW, "kind": "text", "content": {"text": "salah kirim"}, "wamid": "w"}
    with transaction() as session:
        recording.citizen_said(session, state.get(session, opened.id, lock=True), [message], NOW)
    other = contact(2)
    with transaction() as session:
        recording.withdraw(session, other, "k1")
        assert recording.messages(session, opened.id)[0].content["text"] == "salah kirim"
        recording.withdraw(session, contact(), "k1")
        (left,) = recording.messages(session, opened.id)
    assert (left.kind, left.content) == (recording.WITHDRAWN, {})


def test_who_looks_on_is_told_of_each_change_and_of_nothing_else() -> None:
    listening = engine().raw_connection()
    try:
        listening.cursor().execute(f"LISTEN {changes.CHANNEL}")
        listening.commit()
        come("ani")
        hand_off_id = ask().id

        def news() -> list[str]:
            # It arrives a moment after the commit.
            select_ready([listening.connection], [], [], 5)
            listening.connection.poll()
            found = [each.payload for each in listening.connection.notifies]
            listening.connection.notifies.clear()
            return found

        assert news() == [str(hand_off_id)]
        _claim(hand_off_id, "ani")
        assert news() == [str(hand_off_id)]
        with transaction() as session:
            recording.note(session, state.get(session, hand_off_id), "ani", "rahasia", NOW)
            labels.add(session, hand_off_id, "vaksin")
        assert set(news()) == {str(hand_off_id)}
        with transaction() as session:
            closing.close(session, hand_off_id, by="ani", why="solved", at=NOW)
        assert news() == [str(hand_off_id)]
    finally:
        listening.close()


# ---------------------------------------------------------------- labels
def test_labels_are_one_spelling_each() -> None:
    one, two = ask(1).id, ask(2).id
    with transaction() as session:
        assert labels.add(session, one, "  Dosis   Kedua ") == "dosis kedua"
        labels.add(session, one, "dosis kedua")
        labels.add(session, one, "alergi")
        labels.add(session, two, "DOSIS KEDUA")
        assert labels.of(session, one) == ["alergi", "dosis kedua"]
        assert labels.known(session) == ["dosis kedua", "alergi"]
        labels.remove(session, one, "Alergi")
        assert labels.of(session, one) == ["dosis kedua"]
        for wrong in ("  ", "x" * 41):
            with pytest.raises(ValueError, match="characters"):
                labels.add(session, one, wrong)
        assert session.scalar(select(func.count()).select_from(HandOffMessage)) == 0
