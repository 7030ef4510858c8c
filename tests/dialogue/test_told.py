"""What an action is told is what Rasa tells it, but for the domain."""

from __future__ import annotations

import base64
import json
from typing import Any

import numpy as np
import pytest
from rasa.core.actions.action import RemoteAction
from rasa.shared.core import events as e
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from siaga.dialogue.memory import keep
from siaga.dialogue.told import call_format, restored
from siaga.text.handed import VECTORS
from siaga.text.vectors import E5, USE

DOMAIN = Domain.from_yaml("""
version: "3.1"
intents: [greet]
slots: {place: {type: text, mappings: [{type: custom}]}}
actions: [action_a, validate_some_form, action_asks: {send_domain: true}]
forms: {some_form: {required_slots: []}}
""")
SELECTIVE = EndpointConfig("http://127.0.0.1", enable_selective_domain=True)
MESSAGE = e.UserUttered(
    "halo",
    {"name": "greet", "confidence": 1.0},
    [{"entity": "place", "value": "Batu"}],
    {"intent": {"name": "greet", "confidence": 1.0}, "entities": [{"entity": "place", "value": "Batu"}]},
    input_channel="whatsapp",
    message_id="1",
    metadata={"at": "2026-11-22T09:00:00+00:00"},
)
PAST = [
    e.ActionExecuted("action_session_start"),
    e.SessionStarted(),
    e.ActionExecuted("action_listen"),
    MESSAGE,
    e.DefinePrevUserUtteredFeaturization(False),
    e.ActionExecuted("some_form"),
    e.ActiveLoop("some_form"),
    e.SlotSet("place", "Batu"),
    e.ActionExecutionRejected("some_form"),
    e.BotUttered("Halo", metadata={"utter_action": "utter_greet"}),
    e.ActionExecuted("action_listen"),
]


@pytest.fixture(autouse=True)
def nothing_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever else this process has read before."""
    for encoder in (USE, E5):
        monkeypatch.setitem(encoder.__dict__, "kept", type(encoder.kept)())


def _conversation() -> tuple[list[dict[str, Any]], DialogueStateTracker]:
    kept = keep([], PAST, DOMAIN.slots)
    return kept, DialogueStateTracker.from_events("somebody", [*restored(kept), MESSAGE], DOMAIN.slots)


def _told_by_rasa(tracker: DialogueStateTracker) -> dict[str, Any]:
    call = RemoteAction("action_a", SELECTIVE)._action_call_format(tracker, DOMAIN)
    told: dict[str, Any] = json.loads(json.dumps(call))
    return told


def test_an_action_is_told_what_rasa_tells_it() -> None:
    kept, tracker = _conversation()
    wanted = _told_by_rasa(tracker)
    for event in wanted["tracker"]["events"][: len(kept)]:
        for copied in ("message_id", "metadata"):
            # Stands in the event itself.
            assert event.get("parse_data", {}).pop(copied, event.get(copied)) == event.get(copied)
    assert json.loads(json.dumps(call_format(RemoteAction("action_a", SELECTIVE), tracker, DOMAIN))) == wanted
    assert wanted["tracker"]["active_loop"]["name"] == "some_form"


def test_beside_the_conversation_go_the_vectors_of_the_message_and_in_it_they_are_not() -> None:
    kept, tracker = _conversation()
    row = np.ones(USE.dimensions, dtype=np.float32)
    USE.kept.put("halo", row)
    call = call_format(RemoteAction("action_a", SELECTIVE), tracker, DOMAIN)
    told = call.pop(VECTORS)
    assert base64.b64decode(told[USE.name]) == row.tobytes()
    assert told[USE.name] not in json.dumps(call)
    assert told[USE.name] not in json.dumps([*kept, *(event.as_dict() for event in tracker.events)])


def test_of_a_conversation_that_has_just_begun() -> None:
    tracker = DialogueStateTracker("somebody", DOMAIN.slots)
    assert call_format(RemoteAction("action_a", SELECTIVE), tracker, DOMAIN) == _told_by_rasa(tracker)


@pytest.mark.parametrize(("name", "sent"), [("action_a", False), ("validate_some_form", False), ("action_asks", True)])
def test_the_domain_is_sent_to_who_asks_for_it(name: str, sent: bool) -> None:
    _, tracker = _conversation()
    assert ("domain" in call_format(RemoteAction(name, SELECTIVE), tracker, DOMAIN)) is sent
    assert "domain" in call_format(RemoteAction(name, EndpointConfig("http://127.0.0.1")), tracker, DOMAIN)


def test_what_cannot_be_read_is_left_out() -> None:
    unknown: list[dict[str, Any]] = [{"timestamp": 1.0}, {"event": "restart", "timestamp": 2.0}]
    assert restored(unknown) == [e.Restarted()]
