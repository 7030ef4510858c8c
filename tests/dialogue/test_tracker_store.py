"""What is kept of a conversation: enough to go on, nothing personal in clear."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.shared.core.events import SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy import text

from siaga.db import transaction
from siaga.dialogue import memory
from siaga.dialogue.memory import HIDDEN, masked
from siaga.radar.question import Question
from siaga.turns import trackers
from tests.planted.search import traces
from tests.planted.values import Planted, planted

NIK = "3578011708549001"


async def _say(agent: Agent, body: str, key: str = "warga", **rest: Any) -> list[str]:
    said = await agent.handle_message(UserMessage(body, sender_id=key, **rest))
    return [message.get("text") for message in said or []]


def _events(key: str = "warga") -> list[dict[str, Any]]:
    with transaction() as session:
        return trackers.load(session, key).events


async def test_a_conversation_goes_on_in_another_process(load_agent: Callable[[], Agent]) -> None:
    assert await _say(load_agent(), "mau daftar") == ["Berapa NIK Anda?"]
    assert await _say(load_agent(), NIK) == ["Siapa nama Anda?"]
    assert await _say(load_agent(), "Warga Uji 001") == ["Sudah terdaftar."]


async def test_nothing_personal_is_kept(agent: Agent) -> None:
    phone, birth, name = "081200000001", "17-08-1954", "Warga Uji 001"
    for body in ("halo", f"halo nik saya {NIK} hp {phone} lahir {birth}", "daftar", NIK, name):
        await _say(agent, body)
    kept = json.dumps(_events())
    for secret in (NIK, phone, birth, name, '0001"'):
        assert secret not in kept
    assert kept.count(HIDDEN) >= 2
    assert "Anda:" not in kept, "what the bot said may repeat it"


async def test_nothing_is_readable_in_the_database(agent: Agent) -> None:
    await _say(agent, "halo apa kabar")
    with transaction() as session:
        raw = bytes(session.execute(text("select events from tracker")).scalar_one())
    assert b"halo" not in raw
    assert b"greet" not in raw


async def test_the_answer_to_a_personal_question_is_hidden_whatever_it_says(agent: Agent) -> None:
    await _say(agent, "daftar")
    await _say(agent, "kenapa sih")
    texts = [event["text"] for event in _events() if event["event"] == "user"]
    assert texts == ["daftar", HIDDEN]


def _user(body: str, *entities: dict[str, Any]) -> dict[str, Any]:
    return {
        "event": "user",
        "timestamp": 1.0,
        "text": body,
        "parse_data": {
            "text": body,
            "intent": {"name": "greet", "confidence": 0.9, "id": 5},
            "intent_ranking": [{"name": "greet", "confidence": 0.9}],
            "entities": list(entities),
            "text_tokens": [[0, 4]],
        },
        "metadata": {"message_id": "wamid.1", "model_id": "m", "assistant_id": "a"},
    }


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("nik", NIK, "3578********9001"),
        ("phone", "628000000001", "628*****0001"),
        ("date", "1954-08-17", HIDDEN),
        ("location", {"lat": -7.25, "lon": 112.75}, HIDDEN),
        ("district", "35.78.01", "35.78.01"),
        ("regency", "35.78", "35.78"),
        ("age", 67, 67),
        ("option", "facility=12", "facility=12"),
        ("media_kind", "audio", "audio"),
        ("relation", f"ibu {NIK}", "ibu 3578********9001"),
    ],
)
def test_entities_are_masked_by_kind(kind: str, value: Any, expected: Any) -> None:
    entity = {"entity": kind, "value": value, "raw": str(value), "start": 0, "end": 4, "extractor": "x"}
    kept = masked(_user("halo", entity), None)
    assert kept["parse_data"]["entities"] == [{"entity": kind, "start": 0, "end": 4, "value": expected}]


def test_of_the_understanding_only_the_outcome_is_kept() -> None:
    kept = masked(_user("halo"), None)
    assert set(kept["parse_data"]) == {"intent", "entities", "text"}
    assert kept["parse_data"]["intent"] == {"name": "greet", "confidence": 0.9}
    assert kept["metadata"] == {"message_id": "wamid.1"}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("3578********9001", "3578********9001"),
        ("081200000001", "0812****0001"),
        ("17 Agustus 1954", "*" * 15),
        ("35.78.01", "35.78.01"),
        ({"hp": "081200000001"}, {"hp": "0812****0001"}),
        (5, 5),
        (None, None),
    ],
)
def test_slots_are_masked_too(value: Any, expected: Any) -> None:
    assert masked({"event": "slot", "name": "x", "value": value, "timestamp": 1.0}, None)["value"] == expected


OTHER = {"intent": "ask_vaccine_question", "question": f"kata bu Siti, nik {NIK} sudah masuk belum?"}


def _kept_other(asked: str | None) -> tuple[Any, Any, Any]:
    """The other request as it is kept: of the message, of the slot, and of what a policy added."""
    entity = {"entity": "other_request", "value": OTHER, "start": 5, "end": 20, "extractor": "x"}
    kept = masked(_user("halo", entity), asked)["parse_data"]["entities"]
    assert [(one["start"], one["end"]) for one in kept] == [(5, 20)]
    slot = masked({"event": "slot", "name": "other_request", "value": OTHER, "timestamp": 1.0}, asked)
    added = masked({"event": "entities", "entities": [entity], "timestamp": 1.0}, asked)
    return kept[0]["value"], slot["value"], added["entities"][0]["value"]


@pytest.mark.parametrize(
    "question",
    [
        Question(kind="history", places=(("35.78.04",), ("91-2022",)), day=date(2026, 11, 21)),
        Question(kind="list", within="35", days=(date(2026, 10, 1), date(2026, 10, 31)), colour="red", level=4),
    ],
)
def test_what_was_asked_of_the_radar_is_read_back_as_it_was(question: Question) -> None:
    kept = masked(SlotSet("radar_topic", {"question": question.kept()}).as_dict(), None)
    assert Question.of(kept["value"]["question"]) == question


def test_a_moment_in_a_slot_is_kept_and_a_day_is_not() -> None:
    moment = "2026-11-22T17:00:22.629543+00:00"
    kept = [
        memory.masked(SlotSet("emergency_at", value).as_dict(), None)["value"]
        for value in (moment, {"at": moment}, "1954-08-17", "17-08-1954 10:00")
    ]
    assert kept[:2] == [moment, {"at": moment}]
    assert not any("1954" in value for value in kept[2:])


@pytest.mark.parametrize("asked", sorted(memory.PERSONAL_SLOTS))
def test_of_another_request_beside_a_personal_answer_only_the_intent_is_kept(asked: str) -> None:
    assert _kept_other(asked) == ({"intent": "ask_vaccine_question"},) * 3


@pytest.mark.parametrize("asked", [None, "consent", "facility", "confirmed"])
def test_the_question_of_another_request_is_kept_masked(asked: str | None) -> None:
    masked_question = "kata bu ****, nik 3578********9001 sudah masuk belum?"
    assert _kept_other(asked) == ({"intent": "ask_vaccine_question", "question": masked_question},) * 3


@pytest.mark.parametrize("value", [None, {}, {"intent": "ask_case_data"}])
def test_another_request_without_a_question_stays(value: Any) -> None:
    event = {"event": "slot", "name": "other_request", "value": value, "timestamp": 1.0}
    assert masked(event, "nik")["value"] == value


def test_what_belongs_to_other_slots_is_not_dropped() -> None:
    event = {"event": "slot", "name": "change", "value": {"question": "x"}, "timestamp": 1.0}
    assert masked(event, "nik")["value"] == {"question": "x"}


def test_the_question_is_dropped_as_of_the_event_that_asks() -> None:
    asks = SlotSet("requested_slot", "nik")
    kept = memory.keep([], [SlotSet("other_request", OTHER), asks, SlotSet("other_request", OTHER)], [])
    assert ["question" in (event["value"] or {}) for event in kept] == [True, False, False]


@pytest.mark.parametrize("one", planted(), ids=lambda one: f"{one.kind}:{one.form}")
def test_no_planted_value_is_kept_of_free_text(one: Planted) -> None:
    kept = json.dumps(masked(_user(one.text), None), ensure_ascii=False)
    assert not traces(one, kept)


def test_a_name_without_any_sign_is_masked_because_it_is_no_word() -> None:
    kept = masked(_user("kemarin Contohwati demam, mau swab di surabaya"), None)
    assert kept["text"] == "kemarin ********** demam, mau swab di ********"


def test_the_name_of_a_place_that_was_understood_stays() -> None:
    said = "vaksin di surabaya"
    place = {"entity": "regency", "value": "35.78", "start": said.index("surabaya"), "end": len(said)}
    assert masked(_user(said, place), None)["text"] == said


@pytest.mark.parametrize("ours", ["[lokasi]", "[image]", "[percakapan petugas selesai]", "…", HIDDEN])
def test_what_stands_for_a_message_that_was_not_typed_stays(ours: str) -> None:
    assert masked(_user(ours), None)["text"] == ours


def test_the_label_of_an_option_may_be_somebodys_name() -> None:
    assert masked(_user("Warga Uji 001"), None)["text"] != "Warga Uji 001"


def test_what_the_next_message_may_be_about_keeps_its_words_until_then() -> None:
    said = "kata Contohwati ivermectin itu manjur, nik 3578011708549001"

    def keep(stored: list[dict[str, Any]], *texts: str, **metadata: str) -> list[dict[str, Any]]:
        fresh = [UserUttered(text, {"name": "nlu_fallback"}, metadata=metadata) for text in texts]
        return memory.keep(stored, [*(UserUttered("") for _ in stored), *fresh], [])

    once = keep([], said)
    assert once[0]["text"] == once[0]["parse_data"]["text"] == said.replace("01170854", "*" * 8)
    after = keep(once, "ini bener ga?")
    assert (
        after[0]["text"]
        == after[0]["parse_data"]["text"]
        == "kata ********** ********** itu manjur, nik 3578********9001"
    )
    assert after[1]["text"] == "ini bener ga?"


def test_masking_twice_changes_nothing() -> None:
    once = masked(_user(f"nik {NIK}", {"entity": "nik", "value": NIK}), None)
    assert masked(once, None) == once


# A conversation with a form that runs smoothly, one that is interrupted, one left open, and small talk in between.
DIALOGUE = [
    *["halo", "daftar", NIK, "Warga Uji 001"],
    *["daftar", "halal ga", "kenapa", NIK, "kenapa", "asdf", "Warga Uji 001", "asdf"],
    *["halo"] * 6,
    *["daftar", "halal", NIK, "halal", "halal", "halal", "halal", "halal", "halal", "Warga Uji 002"],
    *["halo", "daftar"],
    *["xyz", "halal"] * 5,
]


def _state(tracker: DialogueStateTracker, agent: Agent) -> dict[str, Any]:
    """All that predictions look at."""
    loop = tracker.active_loop
    return {
        "slots": tracker.current_slot_values(),
        "loop": (loop.name, loop.rejected, loop.is_interrupted) if loop else None,
        "latest_action": tracker.latest_action_name,
        "followup": tracker.followup_action,
        "paused": tracker.is_paused(),
        "states": [
            {part: state for part, state in past.items() if part != "user"}
            | {"intent": past.get("user", {}).get("intent")}
            for past in tracker.past_states(agent.domain)[-8:]
        ],
    }


async def test_a_shortened_conversation_goes_on_as_if_it_were_whole(
    agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    shortest = 10_000
    for step, body in enumerate(DIALOGUE * 2):
        monkeypatch.setattr(memory, "MOST_EVENTS", 10_000)
        whole = await _say(agent, body, "whole")
        monkeypatch.setattr(memory, "MOST_EVENTS", 60)
        monkeypatch.setattr(memory, "KEPT_EVENTS", 20)
        assert await _say(agent, body, "short") == whole, f"step {step}: {body}"
        states = []
        for key in ("whole", "short"):
            tracker = await agent.tracker_store.retrieve(key)
            states.append(_state(tracker, agent))
        shortest = min(shortest, len(_events("short")) if step > 40 else shortest)
        assert states[0] == states[1], f"step {step}: {body}"
    assert shortest < 100 < len(_events("whole"))
    assert len(_events("short")) <= 150


async def test_training_and_testing_need_no_database() -> None:
    from rasa.core.tracker_store import TrackerStore
    from rasa.shared.utils.io import read_yaml_file
    from rasa.utils.endpoints import EndpointConfig

    endpoints = read_yaml_file("endpoints.yml")
    store = TrackerStore.create(EndpointConfig.from_dict(endpoints["tracker_store"]))
    assert type(store).__name__ == "PostgresTrackerStore"
