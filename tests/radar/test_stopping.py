""" "Berhenti" and the buttons of a notice, on the real database: what ends, and what goes on."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.menu import ActionChooseOption
from actions.reminders import ActionStopMessages
from siaga.db import transaction
from siaga.people.contacts import contact_by_key
from siaga.radar import subscriptions
from siaga.reminders.sending import send_due
from tests.conversation.chat import RESPONSES
from tests.radar.given import GRESIK, MALANG, NOON, SURABAYA, TODAY, bring
from tests.radar.test_subscriptions import _contact, _subscribe
from tests.reminders.test_answers import _buttons

DAY = timedelta(days=1)


def _run(
    action: Any, key: str, text: str, intent: str, entities: dict[str, Any], form: str | None
) -> list[dict[str, Any]]:
    message = {
        "text": text,
        "intent": {"name": intent, "confidence": 1.0},
        "entities": [{"entity": name, "value": value} for name, value in entities.items()],
        "metadata": {
            "message_id": f"wamid.{text}",
            "at": (NOON + DAY).isoformat(),
            "kind": "option" if entities else "text",
        },
    }
    tracker = Tracker(key, {}, message, [{"event": "user"}], False, None, {"name": form} if form else {}, None)
    dispatcher = CollectingDispatcher()
    action.run(dispatcher, tracker, {})
    for said in dispatcher.messages:
        RESPONSES[said["response"]][0]["text"].format(**said)
    return dispatcher.messages


def _stop(key: str, text: str, form: str | None = None) -> list[str]:
    return [said["response"] for said in _run(ActionStopMessages(), key, text, "stop_messages", {}, form)]


def _left(key: str) -> list[str]:
    with transaction() as session:
        return [one.code for one in subscriptions.of_contact(session, key)]


def _reminded(key: str) -> bool:
    with transaction() as session:
        return contact_by_key(session, key).reminders_off_at is None


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("berhenti kabari surabaya", [GRESIK, MALANG]),
        ("gausah kabarin sby lagi", [GRESIK, MALANG]),
        ("stop info gresik sama kab malang", [SURABAYA]),
        # Of two Malang, the one that is held.
        ("stop notif zona malang", [SURABAYA, GRESIK]),
        ("berhenti kabari kecamatan wonokromo", [GRESIK, MALANG]),
        ("berhenti kabari radar", []),
        ("stop kabar covid", []),
    ],
)
def test_only_that_ends_and_reminders_go_on(database: str, text: str, left: list[str]) -> None:
    key = _contact()
    _subscribe(key, SURABAYA)
    _subscribe(key, GRESIK, at=NOON + timedelta(minutes=1))
    _subscribe(key, MALANG, at=NOON + timedelta(minutes=2))
    for _ in range(2):
        assert _stop(key, text) == ["utter_radar_unsubscribed"], "a turn may run twice"
        assert _left(key) == left and _reminded(key)


def test_a_place_that_is_not_held(database: str) -> None:
    key = _contact()
    _subscribe(key, SURABAYA)
    assert _stop(key, "berhenti kabari jember") == ["utter_radar_unsubscribed_other"]
    assert _left(key) == [SURABAYA] and _reminded(key)


@pytest.mark.parametrize("text", ["berhenti", "stop", "jangan kirim pesan lagi", "berhenti langganan"])
def test_a_mere_stop_ends_all(database: str, text: str) -> None:
    key = _contact()
    _subscribe(key, SURABAYA, GRESIK)
    assert _stop(key, text) == ["utter_radar_unsubscribed_too", "utter_stop_messages"]
    assert _left(key) == [] and not _reminded(key)


def test_who_is_told_of_no_place_means_the_reminders(database: str) -> None:
    key = _contact()
    assert _stop(key, "berhenti kabari surabaya") == ["utter_stop_messages"]
    assert not _reminded(key)


def test_reminders_of_a_vaccination_in_a_place_are_reminders(database: str) -> None:
    key = _contact()
    _subscribe(key, SURABAYA)
    assert "utter_stop_messages" in _stop(key, "stop pengingat vaksin di surabaya")
    assert not _reminded(key)


@pytest.mark.parametrize(
    ("text", "left", "response"),
    [
        ("stop radar surabaya", [], "utter_radar_unsubscribed"),
        ("berhenti kabari surabaya", [], "utter_radar_unsubscribed"),
        ("berhenti", [SURABAYA], "utter_registration_cancelled"),
    ],
)
def test_in_a_form(database: str, text: str, left: list[str], response: str) -> None:
    key = _contact()
    _subscribe(key, SURABAYA)
    assert _stop(key, text, form="registration_form") == [response]
    assert _left(key) == left and _reminded(key)


def test_in_a_form_a_place_is_not_of_the_radar_for_who_is_told_of_none(database: str) -> None:
    key = _contact()
    assert _stop(key, "berhenti dulu, saya di surabaya", form="registration_form") == ["utter_registration_cancelled"]


def test_the_buttons_of_a_notice(database: str) -> None:
    key = _contact()
    with transaction() as session:
        bring(session, {SURABAYA: 2})
        bring(session, disease="dengue", colours={SURABAYA: "green"})
    _subscribe(key, SURABAYA)
    _subscribe(key, SURABAYA, disease="dengue")
    with transaction() as session:
        bring(session, {SURABAYA: 3}, day=TODAY + DAY, at=NOON + DAY)
    subscriptions.plan_all(NOON + DAY)
    assert send_due(NOON + DAY).messages == 1
    buttons = _buttons(key)

    def tap(label: str) -> list[str]:
        entities = json.loads(re.sub(r"^/\w+", "", buttons[label]))
        return [said["response"] for said in _run(ActionChooseOption(), key, label, "choose_option", entities, None)]

    assert tap("Lihat radar") == ["utter_radar"]
    assert tap("Berhenti kabari") == ["utter_radar_unsubscribed"]
    with transaction() as session:
        assert [one.disease for one in subscriptions.of_contact(session, key)] == ["dengue"]
