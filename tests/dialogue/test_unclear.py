"""What was not understood is collected with its turn; a choice among the offered meanings tells what it meant."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa.core.channels.channel import UserMessage
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from siaga.db import transaction
from siaga.dialogue import turn as turns
from siaga.dialogue import unclear
from siaga.dialogue.memory import PERSONAL_SLOTS, masked
from siaga.dialogue.unclear import Meant, noticed
from siaga.dialogue.worker import Worker
from siaga.people.contacts import find_contact
from siaga.turns import inbox
from siaga.turns.messages import Incoming
from siaga.turns.tables import InboundMessage, OutboundMessage
from siaga.unclear.collect import Unclear
from siaga.unclear.tables import UnclearMessage
from tests.dialogue.standing_in import StandIn
from tests.turns import people

AT = "2026-11-22T02:00:00+00:00"
PHONE = "628000000001"
RANKING = [{"name": "nlu_fallback", "confidence": 0.5}, {"name": "check_registration", "confidence": 0.4}]
ROOT = Path(__file__).resolve().parents[2]

Event = dict[str, Any]


def _user(
    text: str, intent: str = "nlu_fallback", *, key: str = "k2", kind: str = "text", entities: tuple = ()
) -> Event:
    return {
        "event": "user",
        "timestamp": 1.0,
        "text": text,
        "parse_data": {"text": text, "intent": {"name": intent, "confidence": 0.5}, "entities": list(entities)},
        "message_id": key,
        "metadata": {"kind": kind, "at": AT, "message_id": key},
    }


def _action(name: str) -> Event:
    return {"event": "action", "name": name, "timestamp": 1.0}


def _slot(name: str, value: Any) -> Event:
    return {"event": "slot", "name": name, "value": value, "timestamp": 1.0}


def _bot(response: str) -> Event:
    return {"event": "bot", "text": "…", "timestamp": 1.0, "data": {}, "metadata": {"utter_action": response}}


FORM = [{"event": "active_loop", "name": "registration_form", "timestamp": 1.0}]
REFUSED = [{"event": "action_execution_rejected", "name": "registration_form", "timestamp": 1.0}]
OFFERED = [_action("action_unsure"), _bot("utter_unsure"), _action("action_listen")]


def _noticed(*events: Event, key: str = "k2") -> Unclear | Meant | None:
    """From what is kept: masked as the tracker store does it, event by event."""
    asked: str | None = None
    kept = []
    for event in events:
        if event["event"] == "slot" and event["name"] == "requested_slot":
            asked = event["value"]
        kept.append(masked(event, asked))
    return noticed(kept, key, {"intent_ranking": RANKING})


def test_a_message_that_is_no_intent_is_noticed() -> None:
    assert _noticed(
        _user("halo", "greet", key="k1"), _user("jadwalku piye, nik 3578011708549001"), *OFFERED
    ) == Unclear(
        "k2",
        datetime.fromisoformat(AT),
        "jadwalku piye, nik 3578********9001",
        [("nlu_fallback", 0.5), ("check_registration", 0.4)],
    )


def test_so_is_one_for_which_there_is_no_rule() -> None:
    assert isinstance(_noticed(_user("ya", "affirm"), _action("action_default_fallback")), Unclear)


@pytest.mark.parametrize(
    "event",
    [
        _user("halo", "greet"),
        _user("Bukan itu", kind="option"),
        _user("[lokasi]", "share_location", kind="location"),
        _user("[audio]", "send_media", kind="media"),
        _user("[terlambat]", kind="late"),
    ],
)
def test_what_is_understood_or_was_not_typed_is_not(event: Event) -> None:
    assert _noticed(event, _action("utter_greet")) is None


@pytest.mark.parametrize("slot", sorted(PERSONAL_SLOTS))
def test_an_answer_to_a_personal_question_never_is(slot: str) -> None:
    events = [*FORM, _slot("requested_slot", slot), _user("Warga Uji 001"), *REFUSED, _slot("attempts", 1)]
    assert _noticed(*events) is None
    assert _noticed(*events[1:]) is None, "also where no form is open"


@pytest.mark.parametrize("after", [REFUSED, [_slot("attempts", 2)]])
def test_another_answer_is_where_the_form_cannot_use_it(after: list[Event]) -> None:
    found = _noticed(*FORM, _slot("requested_slot", "consent"), _user("gimana ya"), *after)
    assert isinstance(found, Unclear)
    assert found.asked == "consent"


@pytest.mark.parametrize("after", [[_slot("attempts", None)], [_slot("consent", True)], []])
def test_an_answer_that_the_form_has_taken_is_not(after: list[Event]) -> None:
    assert _noticed(*FORM, _slot("requested_slot", "consent"), _user("gimana ya"), *after) is None


def test_a_form_that_is_over_does_not_count() -> None:
    over = {"event": "active_loop", "name": None, "timestamp": 1.0}
    found = _noticed(*FORM, _slot("requested_slot", "nik"), over, _slot("requested_slot", None), _user("gimana ya"))
    assert isinstance(found, Unclear)


def test_choosing_a_meaning_tells_what_was_meant() -> None:
    tap = _user("Cek pendaftaran", "check_registration", key="k3", kind="option")
    assert _noticed(_user("jadwalku piye"), *OFFERED, tap, key="k3") == Meant("k2", "check_registration")


@pytest.mark.parametrize(
    ("between", "tap"),
    [
        (OFFERED, _user("Bukan itu", "nlu_fallback", key="k3", kind="option")),
        (
            OFFERED,
            _user("x", "choose_option", key="k3", kind="option", entities=({"entity": "option", "value": "a=1"},)),
        ),
        ([_bot("utter_unsure_again")], _user("Menu", "show_menu", key="k3", kind="option")),
        ([*OFFERED, _user("halo", "greet", key="k9")], _user("Menu", "show_menu", key="k3", kind="option")),
    ],
)
def test_another_choice_tells_nothing(between: list[Event], tap: Event) -> None:
    assert _noticed(_user("jadwalku piye"), *between, tap, key="k3") is None


def test_a_conversation_of_which_nothing_was_kept_tells_nothing() -> None:
    assert noticed([], "k2", {}) is None
    assert _noticed(_user("jadwalku piye", key="older")) is None


def test_the_conversation_has_what_is_looked_for() -> None:
    domain = yaml.safe_load((ROOT / "domain.yml").read_text())
    assert unclear.OFFER in domain["responses"]
    assert set(domain["actions"]) >= unclear.UNSURE_ACTIONS
    assert unclear.ATTEMPTS in domain["slots"]


# ---------------------------------------------------------------- with its turn
class _Unsure(StandIn):
    """In Rasa's place: understands nothing that was typed, and offers two meanings."""

    async def parse(self, message: UserMessage) -> dict[str, Any]:
        intent = {"name": "nlu_fallback", "confidence": 0.5}
        return {"text": message.text, "intent": intent, "entities": [], "intent_ranking": RANKING}

    async def handle_message(self, message: UserMessage) -> None:
        turn = turns.current_turn()
        user = {**_user(message.text), "parse_data": message.parse_data, "message_id": message.message_id}
        user["metadata"] = message.metadata
        turn.kept = [*turn.stored.events, masked(user, None), *OFFERED]
        buttons = [
            {"title": "Cek pendaftaran", "payload": "/check_registration"},
            {"title": "Bukan itu", "payload": "/nlu_fallback"},
        ]
        await message.output_channel.send_response(message.sender_id, {"text": "Apakah ini?", "buttons": buttons})


async def _worked() -> None:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        with transaction() as session:
            if not session.scalar(select(InboundMessage.id).where(InboundMessage.status == "waiting").limit(1)):
                return
        await asyncio.sleep(0.02)
    raise AssertionError("the turns do not end")


def _kept() -> list[tuple[str, str | None]]:
    with transaction() as session:
        rows = session.scalars(select(UnclearMessage).order_by(UnclearMessage.id))
        return [(row.text, row.suggested) for row in rows]


def _write(body: str) -> None:
    with transaction() as session:
        inbox.receive(session, [people.text(body, PHONE)])


def _tap(place: int) -> None:
    with transaction() as session:
        contact = find_contact(session, phone=PHONE)
        options = session.scalar(
            select(OutboundMessage.options)
            .where(OutboundMessage.contact_id == contact.id, OutboundMessage.options.is_not(None))
            .order_by(OutboundMessage.seq.desc())
        )
        chosen = {"id": options[place]["id"], "title": options[place]["label"]}
        inbox.receive(session, [Incoming(f"wamid.tap.{time.monotonic_ns()}", people.AT, "option", chosen, PHONE)])


Start = Callable[..., Awaitable[Worker]]


async def test_a_turn_collects_and_the_tap_after_it_suggests(database: str, start_worker: Start) -> None:
    await start_worker(_Unsure())
    _write("jadwalku piye, wa 0812-0000-0001")
    await _worked()
    _tap(0)
    await _worked()
    _tap(0)
    await _worked()
    assert _kept() == [("jadwalku piye, wa 0812****0001", "check_registration")]


async def test_none_of_these_suggests_nothing(database: str, start_worker: Start) -> None:
    await start_worker(_Unsure())
    _write("jadwalku piye")
    await _worked()
    _tap(1)
    await _worked()
    assert _kept() == [("jadwalku piye", None)]


async def test_a_turn_that_runs_again_collects_once(
    database: str, start_worker: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish, failures = inbox.finish, [1, 1]

    def fail(*of: Any) -> None:
        if failures.pop() if failures else None:
            raise OperationalError("", {}, Exception())
        finish(*of)

    monkeypatch.setattr(inbox, "finish", fail)
    await start_worker(_Unsure(), lease=1.0)
    _write("jadwalku piye")
    await _worked()
    assert not failures
    assert _kept() == [("jadwalku piye", None)]
