"""What an operator sees and does: parked turns come back whole, and nothing is shown in the clear."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select, text, update
from typer.testing import CliRunner

from siaga.db import transaction
from siaga.db.audit import Audit
from siaga.people.tables import Contact
from siaga.turns import inbox, lanes, operator, outbox, pauses, quarantine
from siaga.turns.commands import app
from siaga.turns.messages import Draft, Oddity
from siaga.turns.tables import InboundMessage
from tests.turns import people

NIK = "3578011708719001"


def _run(*arguments: str) -> str:
    result = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture
def turn(database: str) -> int:
    """A turn of two messages that failed until it was parked, and one message behind it."""
    with transaction() as session:
        inbox.receive(session, [people.text(f"NIK saya {NIK}"), people.text("mau daftar"), people.text("halo?")])
    with transaction() as session:
        contact = session.scalar(select(Contact.id))
        opened = inbox.open_turn(session, contact, lambda rows: 2, stale_after=3600)
        assert inbox.fail(session, opened, "ValueError", limit=1)
    return opened[0].id


def test_the_parked_turn_is_seen_but_not_what_it_says(turn: int) -> None:
    (row,) = [json.loads(line) for line in _run("parked").splitlines()]
    assert (row["turn"], row["messages"], row["attempts"], row["error"]) == (turn, 2, 1, "ValueError")
    shown = _run("show", str(turn))
    assert "mau daftar" in shown and NIK not in shown and "wamid" not in shown
    assert json.loads(_run("status"))["parked"] == 1


def test_a_replayed_turn_is_run_first_and_whole(turn: int) -> None:
    assert _run("replay", str(turn)) == "1 tried again\n"
    with transaction() as session:
        (lease,) = lanes.claim(session, "a", 5, 10)
        opened = inbox.open_turn(session, lease.contact_id, lambda rows: 1, stale_after=3600)
        assert [message.content["text"] for message in opened] == [f"NIK saya {NIK}", "mau daftar"]
        assert opened[0].attempts == 0


def test_a_turn_replayed_the_next_day_is_not_too_late(turn: int) -> None:
    with transaction() as session:
        session.execute(update(InboundMessage).values(at=people.AT.replace(year=people.AT.year - 1)))
    _run("replay", "--all")
    with transaction() as session:
        opened = inbox.waiting(session, session.scalar(select(Contact.id)))[0]
        assert opened.age < 60


def test_a_turn_that_cannot_be_deciphered_is_seen_and_dropped_all_the_same(turn: int) -> None:
    with transaction() as session:
        session.execute(text("update inbound_message set content = 'rusak'::bytea where id = :turn"), {"turn": turn})
    assert json.loads(_run("parked"))["turn"] == turn
    assert "unreadable" in _run("show", str(turn)).splitlines()[0]
    assert _run("drop", str(turn)) == "1 given up\n"


def test_a_dropped_turn_is_forgotten(turn: int) -> None:
    assert _run("drop", "--all") == "1 given up\n"
    with transaction() as session:
        assert operator.parked(session) == []
        assert session.get(InboundMessage, turn).content is None


def test_who_looks_and_who_acts_is_noted(turn: int) -> None:
    _run("show", str(turn), "--by", "budi")
    _run("replay", str(turn), "--by", "ani")
    _run("drop", "--all")
    CliRunner().invoke(app, ["show", str(turn + 1)])
    with transaction() as session:
        rows = [(row.actor, row.action, row.detail) for row in session.scalars(select(Audit).order_by(Audit.place))]
    assert rows == [("budi", "turns.show", {"turns": [turn]}), ("ani", "turns.replay", {"turns": [turn]})]


def test_an_unknown_turn_is_said_to_be_unknown(turn: int) -> None:
    result = CliRunner().invoke(app, ["replay", str(turn + 1)])
    assert (result.exit_code, result.output) == (1, f"there is no parked turn {turn + 1}\n")
    assert CliRunner().invoke(app, ["replay"]).exit_code == 2


def test_by_itself_it_tells_the_state(turn: int) -> None:
    assert json.loads(_run())["parked"] == 1


def test_the_overview_counts_what_needs_attention(turn: int) -> None:
    with transaction() as session:
        contact = session.scalar(select(Contact.id))
        outbox.put_all(session, contact, [Draft({"type": "text"})])
        pauses.pause(session, "whatsapp", 60, 190)
        odd = Oddity("unknown type", {"text": {"body": f"NIK {NIK}"}})
        quarantine.keep(session, [odd, Oddity("field account_update", {"value": {}})])
    seen = json.loads(_run("status"))
    assert (seen["waiting"], seen["to_send"], seen["quarantine"], seen["news_of_the_account"]) == (1, 1, 1, 1)
    assert seen["channels_paused"][0]["code"] == 190
    line = _run("quarantine")
    assert '"body": "str"' in line and NIK not in line
