"""What is said after the rules have had their say, with rules that Rasa itself learned."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.model_training import train
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    Event,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from siaga.dialogue.afterthought import (
    AFTER_EMERGENCY,
    DANGER_HINT,
    EMERGENCY_AT,
    EMERGENCY_WAITS,
    OFFER,
    OTHER_REQUEST,
    WARN,
    follows_emergency,
    still_to_say,
)
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
        # About an emergency that was told of before, all has been said.
        ([_message(HINTED), SlotSet(OTHER_REQUEST, OTHER)], [AFTER_EMERGENCY], None),
        ([_message(HINTED), ActiveLoop("uji_form")], [AFTER_EMERGENCY], "uji_form"),
    ],
)
def test_what_is_still_due(events: list[Event], done: list[str], expected: str | None) -> None:
    tracker = _tracker(ActionExecuted("action_listen"), *events)
    assert still_to_say(tracker, done) == expected


AT = datetime(2026, 11, 22, 3, 0, tzinfo=timezone.utc)
MARKED = SlotSet(EMERGENCY_AT, AT.isoformat())
WAITING = (MARKED, SlotSet(EMERGENCY_WAITS, AT.isoformat()), ActiveLoop("uji_form"))
REJECTED = ActionExecutionRejected("uji_form")


def _written(text: str, intent: str, minutes: int = 5) -> UserUttered:
    metadata = {"at": (AT + timedelta(minutes=minutes)).isoformat()}
    return UserUttered(text, intent={"name": intent, "confidence": 1.0}, metadata=metadata)


@pytest.mark.parametrize(
    ("before", "text", "intent", "expected"),
    [
        # Without a form: what is about it, and nothing else.
        ([MARKED], "[lokasi]", "share_location", True),
        ([MARKED], "makasih", "thanks", True),
        ([MARKED], "udah dibawa ke rs", "nlu_fallback", True),
        ([MARKED], "udah dibawa ke rs", "report_symptoms", True),
        ([MARKED], "119 ga diangkat", "complaint", True),
        ([MARKED], "bukan darurat kok", "deny", True),
        ([MARKED], "bukan darurat kok", "emergency", True),
        ([MARKED], "rs terdekat mana", "find_facility", True),
        ([MARKED], "gubeng surabaya", "nlu_fallback", True),
        ([MARKED], "anak saya kejang lagi", "emergency", False),
        ([MARKED], "igd terdekat mana", "emergency", False),
        ([MARKED], "tempat vaksin terdekat", "find_facility", False),
        ([MARKED], "lanjut", "affirm", False),
        ([MARKED], "iya", "affirm", False),
        ([MARKED], "qwerty", "nlu_fallback", False),
        ([MARKED], "vaksin halal ga", "ask_vaccine_question", False),
        ([MARKED], "bukan darurat kok, saya cuma tanya vaksin itu halal", "ask_vaccine_question", False),
        ([MARKED], "Lanjutkan", "choose_option", False),
        # Whose the conversation is from now on, in whatever words.
        ([MARKED], "lanjut ke bot aja", "back_to_bot", False),
        ([*WAITING, REJECTED], "lanjut ke bot aja", "back_to_bot", False),
        ([*WAITING, REJECTED], "[percakapan petugas selesai]", "desk_closed", False),
        ([], "udah dibawa ke rs", "nlu_fallback", False),
        ([], "[lokasi]", "share_location", False),
        # In a form, once it has set the message aside.
        ([*WAITING], "masih napas", "nlu_fallback", False),
        ([*WAITING, REJECTED], "masih napas", "nlu_fallback", True),
        ([*WAITING, REJECTED], "iya", "affirm", True),
        ([*WAITING, REJECTED], "lanjut", "register_vaccination", True),
        ([*WAITING, REJECTED], "batal", "cancel", False),
        ([*WAITING, REJECTED], "vaksin halal ga", "ask_vaccine_question", False),
        ([*WAITING, REJECTED], "anak saya kejang lagi", "emergency", False),
        # It has gone on since.
        ([MARKED, ActiveLoop("uji_form"), REJECTED], "makasih", "thanks", False),
        # Self-harm and violence leave no mark of their own, but the form waits.
        ([*WAITING, REJECTED, SlotSet(EMERGENCY_AT, None)], "makasih", "thanks", True),
    ],
)
def test_what_is_about_an_emergency_before(before: list[Event], text: str, intent: str, expected: bool) -> None:
    given = [event for event in before if event is not REJECTED]
    rejected = [REJECTED] if REJECTED in before else []
    tracker = _tracker(*given, ActionExecuted("action_listen"), _written(text, intent), *rejected)
    assert follows_emergency(tracker) is expected


@pytest.mark.parametrize("minutes", [29, 30, 600])
def test_only_for_half_an_hour(minutes: int) -> None:
    said = _written("makasih", "thanks", minutes)
    assert follows_emergency(_tracker(MARKED, said)) is (minutes < 30)
    assert follows_emergency(_tracker(*WAITING, said, REJECTED)) is (minutes < 30)


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
    for name in (EMERGENCY_AT, EMERGENCY_WAITS):
        domain["slots"][name] = {"type": "any", "influence_conversation": False, "mappings": [{"type": "custom"}]}
    domain["actions"] += [OFFER, AFTER_EMERGENCY]
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
        if name == AFTER_EMERGENCY:
            calm = "bukan darurat" in tracker["latest_message"]["text"]
            events = [{"event": "slot", "name": EMERGENCY_WAITS, "value": None}] if calm else []
            return 200, {"events": events, "responses": [{"text": "Syukurlah." if calm else "Telepon 119."}]}
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


async def _mark(agent: Agent, *slots: str) -> None:
    """As the action that tells whom to call does."""
    tracker = await agent.tracker_store.retrieve("warga")
    assert tracker is not None
    for name in slots:
        tracker.update(SlotSet(name, datetime.now(timezone.utc).isoformat()))
    await agent.tracker_store.save(tracker)


async def test_after_an_emergency_an_action_of_its_own_answers(agent: Agent) -> None:
    assert await _say(agent, "halo", "greet") == ["Anda: halo"]
    await _mark(agent, EMERGENCY_AT)
    assert await _say(agent, "udah dibawa ke rs", "greet", HINTED) == ["Telepon 119."]
    assert await _say(agent, "halo lagi", "greet") == ["Anda: halo lagi"]


async def test_after_an_emergency_the_form_waits_and_goes_on(agent: Agent) -> None:
    assert await _say(agent, "daftar", "daftar") == [NIK]
    await _mark(agent, EMERGENCY_AT, EMERGENCY_WAITS)
    assert await _say(agent, "bukan darurat kok", "tanya") == ["Syukurlah.", NIK]
    assert await _say(agent, "kenapa", "tanya") == ["Anda: kenapa", NIK]
    assert await _say(agent, "3578", "greet") == [NAME]
    assert await _say(agent, "Warga Uji 001", "greet") == ["Sudah terdaftar."]
