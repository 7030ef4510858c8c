"""What is said after the rules have had their say, with rules that Rasa itself learned."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.model_training import train
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from siaga.dialogue.afterthought import DANGER_HINT, OFFER, OTHER_REQUEST, WARN, still_to_say
from tests.dialogue.actions import Actions
from tests.dialogue.conftest import MODEL

OTHER = {"intent": "ask_case_data"}
HINTED = {"entity": DANGER_HINT, "value": 0.3, "start": 0, "end": 4}
SECOND = {"entity": OTHER_REQUEST, "value": OTHER, "start": 0, "end": 4}


# ---------------------------------------------------------------- the decision


def _tracker(*events: Event) -> DialogueStateTracker:
    return DialogueStateTracker.from_events("warga", list(events))


def _message(*entities: dict[str, Any]) -> UserUttered:
    return UserUttered("halo", intent={"name": "greet", "confidence": 1.0}, entities=list(entities))


@pytest.mark.parametrize(
    ("events", "done", "expected"),
    [
        ([_message()], ["action_reply"], None),
        ([_message(HINTED)], ["action_reply"], WARN),
        ([_message(HINTED)], ["action_reply", WARN], None),
        ([_message(), SlotSet(OTHER_REQUEST, OTHER)], ["action_reply"], OFFER),
        ([_message(), SlotSet(OTHER_REQUEST, OTHER)], ["action_reply", OFFER], None),
        ([_message(HINTED), SlotSet(OTHER_REQUEST, OTHER)], ["action_reply"], WARN),
        ([_message(HINTED), SlotSet(OTHER_REQUEST, OTHER)], ["action_reply", WARN], OFFER),
        ([_message(HINTED), SlotSet(OTHER_REQUEST, OTHER)], ["action_reply", WARN, OFFER], None),
        ([_message(), SlotSet(OTHER_REQUEST, OTHER), ActiveLoop("uji_form")], ["uji_form"], None),
        ([_message(HINTED), SlotSet(OTHER_REQUEST, OTHER), ActiveLoop("uji_form")], ["uji_form"], WARN),
        ([_message(), SlotSet(OTHER_REQUEST, OTHER), ActiveLoop("uji_form"), ActiveLoop(None)], ["x"], OFFER),
        # Something else was answered in the middle of a form: it asks again, after the word about danger.
        ([_message(), ActiveLoop("uji_form")], ["action_reply"], "uji_form"),
        ([_message(HINTED), ActiveLoop("uji_form")], ["action_reply"], WARN),
        ([_message(HINTED), ActiveLoop("uji_form")], ["action_reply", WARN], "uji_form"),
        ([_message(HINTED), ActiveLoop("uji_form")], ["action_reply", WARN, "uji_form"], None),
        # A hint belongs to the message it came with.
        ([_message(HINTED), _message()], ["action_reply"], None),
        ([_message(), SlotSet(OTHER_REQUEST, OTHER), SlotSet(OTHER_REQUEST, None)], ["action_reply"], None),
        ([], [], None),
    ],
)
def test_what_is_still_due(events: list[Event], done: list[str], expected: str | None) -> None:
    tracker = _tracker(ActionExecuted("action_listen"), *events)
    assert still_to_say(tracker, done) == expected


# ---------------------------------------------------------------- in Rasa


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The tiny model with our policy, the slot, and the words."""
    folder = tmp_path_factory.mktemp("afterthought")
    config = yaml.safe_load((MODEL / "config.yml").read_text(encoding="utf-8"))
    config["policies"][0] = {"name": "siaga.dialogue.afterthought.RulesThenMore"}
    domain = yaml.safe_load((MODEL / "domain.yml").read_text(encoding="utf-8"))
    domain["entities"] += [OTHER_REQUEST, DANGER_HINT]
    mapping = [{"type": "from_entity", "entity": OTHER_REQUEST}]
    domain["slots"][OTHER_REQUEST] = {"type": "any", "influence_conversation": False, "mappings": mapping}
    domain["actions"].append(OFFER)
    domain["responses"][WARN] = [{"text": "Kalau gawat, telepon 119."}]
    data = yaml.safe_load((MODEL / "data.yml").read_text(encoding="utf-8"))
    in_form = {"condition": [{"active_loop": "uji_form"}]}
    cancel = [{"intent": "batal"}, {"action": "utter_cancelled"}, {"action": "action_deactivate_loop"}]
    data["rules"].append({"rule": "batal", **in_form, "steps": [*cancel, {"active_loop": None}]})
    for name, content in (("config.yml", config), ("domain.yml", domain), ("data.yml", data)):
        (folder / name).write_text(yaml.safe_dump(content), encoding="utf-8")
    trained = train(
        domain=str(folder / "domain.yml"),
        config=str(folder / "config.yml"),
        training_files=[str(folder / "data.yml")],
        output=str(folder),
        force_training=True,
    )
    assert trained.model
    return str(Path(trained.model))


class Offers(Actions):
    """The tiny action server, which offers the other request and forgets it, as ours does."""

    def _run(self, name: str, tracker: dict[str, Any]) -> tuple[int, Any]:
        if name == OFFER:
            events = [{"event": "slot", "name": OTHER_REQUEST, "value": None}]
            return 200, {"events": events, "responses": [{"text": "Mau saya lanjutkan?"}]}
        if tracker["latest_message"]["intent"].get("name") == "batal":
            return 400, {"action_name": name, "error": f"Custom action '{name}' rejected execution."}
        return super()._run(name, tracker)


@pytest.fixture
def actions(monkeypatch: pytest.MonkeyPatch) -> Any:
    from tests.dialogue import actions as module

    monkeypatch.setattr(module, "Actions", Offers)
    with module.running() as running:
        yield running


@pytest.fixture
def agent(model: str, actions: Actions) -> Agent:
    return Agent.load(model, action_endpoint=EndpointConfig(url=actions.url))


async def _say(agent: Agent, body: str, intent: str, *entities: dict[str, Any]) -> list[str]:
    parsed = {"text": body, "intent": {"name": intent, "confidence": 1.0}, "entities": list(entities)}
    said = await agent.handle_message(UserMessage(body, sender_id="warga", parse_data=parsed))
    tracker = await agent.tracker_store.retrieve("warga")
    assert tracker is not None
    assert tracker.latest_action_name == "action_listen", "every turn ends by listening"
    return [str(message.get("text")) for message in said or []]


WARNING, OFFERED, NIK, NAME = (
    "Kalau gawat, telepon 119.", "Mau saya lanjutkan?", "Berapa NIK Anda?", "Siapa nama Anda?"
)  # fmt: skip


async def test_nothing_more_is_said_of_an_ordinary_message(agent: Agent) -> None:
    assert await _say(agent, "halo", "greet") == ["Anda: halo"]
    assert await _say(agent, "halo lagi", "greet") == ["Anda: halo lagi"]


async def test_a_warning_is_said_once_and_after_the_answer(agent: Agent) -> None:
    assert await _say(agent, "aneh", "greet", HINTED) == ["Anda: aneh", WARNING]
    assert await _say(agent, "halo", "greet") == ["Anda: halo"]
    assert await _say(agent, "aneh", "greet", HINTED) == ["Anda: aneh", WARNING]


async def test_the_other_request_is_offered_once(agent: Agent) -> None:
    assert await _say(agent, "dua", "greet", SECOND) == ["Anda: dua", OFFERED]
    assert await _say(agent, "halo", "greet") == ["Anda: halo"]


async def test_first_the_warning_then_the_offer(agent: Agent) -> None:
    assert await _say(agent, "dua", "greet", HINTED, SECOND) == ["Anda: dua", WARNING, OFFERED]


async def test_in_a_form_a_warning_is_said_and_the_form_goes_on(agent: Agent) -> None:
    assert await _say(agent, "daftar", "daftar", HINTED) == [NIK, WARNING]
    assert await _say(agent, "aneh", "tanya", HINTED) == ["Anda: aneh", NIK, WARNING]
    assert await _say(agent, "3578", "greet") == [NAME]
    assert await _say(agent, "Warga Uji 001", "greet", HINTED) == ["Sudah terdaftar.", WARNING]


async def test_the_offer_waits_until_the_form_is_done(agent: Agent) -> None:
    assert await _say(agent, "daftar dan lain", "daftar", SECOND) == [NIK]
    assert await _say(agent, "kenapa", "tanya") == ["Anda: kenapa", NIK]
    assert await _say(agent, "3578", "greet") == [NAME]
    assert await _say(agent, "Warga Uji 001", "greet") == ["Sudah terdaftar.", OFFERED]
    assert await _say(agent, "halo", "greet") == ["Anda: halo"]


async def test_the_offer_waits_until_the_form_is_cancelled(agent: Agent) -> None:
    assert await _say(agent, "daftar dan lain", "daftar", SECOND) == [NIK]
    assert await _say(agent, "batal", "batal") == ["Dibatalkan.", OFFERED]
    assert await _say(agent, "daftar", "daftar") == [NIK]
    assert await _say(agent, "batal", "batal") == ["Dibatalkan."]
