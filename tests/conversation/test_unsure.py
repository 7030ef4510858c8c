"""When a message is not understood: what is offered, when a person is, and what is answered all the same."""

from __future__ import annotations

from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.menu import salutation
from actions.unsure import LEAST, OFFERED, ActionAcknowledge, ActionUnsure, likeliest, meanings, was_unsure_before
from siaga.whatsapp.limits import BUTTON_TITLE
from tests.conversation.test_domain import DOMAIN


def _ranking(*names: str) -> list[dict[str, Any]]:
    return [{"name": name, "confidence": 0.4 - 0.05 * index} for index, name in enumerate(names)]


def _tracker(text: str, *ranked: str, before: tuple[str, ...] = (), intent: str = "nlu_fallback") -> Tracker:
    message = {"text": text, "intent": {"name": intent, "confidence": 0.4}, "intent_ranking": _ranking(*ranked)}
    events: list[dict[str, Any]] = [{"event": "user"}]
    events += [{"event": "action", "name": name} for name in before]
    return Tracker("k", {}, message, [*events, {"event": "user"}], False, None, {}, None)


def _run(action: Any, tracker: Tracker) -> dict[str, Any]:
    dispatcher = CollectingDispatcher()
    # What is remembered of an answer is tests/knowledge/test_conversation.py's.
    assert [event for event in action.run(dispatcher, tracker, {}) if event.get("name") != "answer_topic"] == []
    assert len(dispatcher.messages) == 1
    return dispatcher.messages[0]


def test_every_meaning_is_an_intent_and_fits_a_button() -> None:
    for intent, label in meanings().items():
        assert intent in DOMAIN["intents"]
        assert len(label) <= BUTTON_TITLE


def test_the_two_likeliest_meanings_that_have_words_are_offered() -> None:
    ranking = _ranking("nlu_fallback", "affirm", "register_vaccination", "check_hoax", "ask_privacy")
    assert likeliest(ranking, meanings()) == ["register_vaccination", "check_hoax"]


@pytest.mark.parametrize(("text", "response"), [("?", "utter_wordless"), ("😢", "utter_wordless_sad")])
def test_a_message_without_a_word_needs_no_shorter_one(text: str, response: str) -> None:
    assert _run(ActionUnsure(), _tracker(text, "ask_vaccine_question"))["response"] == response


@pytest.mark.parametrize("text", ["sama sama", "Sama-sama min 🙏", "iya sama2"])
def test_a_courtesy_given_back_has_no_meanings(text: str) -> None:
    assert _run(ActionUnsure(), _tracker(text, "report_symptoms"))["response"] == "utter_acknowledge"
    assert _run(ActionUnsure(), _tracker(f"{text} gejala nya", "report_symptoms"))["response"] != "utter_acknowledge"


def test_guesses_are_not_offered() -> None:
    ranking = [("check_hoax", LEAST), ("find_facility", LEAST - 0.001), ("ask_tips", 0.0)]
    ranked = [{"name": name, "confidence": confidence} for name, confidence in ranking]
    assert likeliest(ranked, meanings()) == ["check_hoax"]
    assert likeliest([{"name": "check_hoax"}], meanings()) == [], "without a number nothing is likely"
    assert likeliest([], meanings()) == []
    assert len(likeliest(_ranking(*meanings()), meanings())) <= OFFERED


def test_with_no_likely_meaning_a_person_is_offered_at_once() -> None:
    said = _run(ActionUnsure(), _tracker("xqzt wvrk", "nlu_fallback", "affirm", "greet"))
    assert said["response"] == "utter_unsure_again"
    assert not said["buttons"], "the domain has them"


def test_none_of_these_leads_to_a_person() -> None:
    first = _run(ActionUnsure(), _tracker("xqzt wvrk", "find_facility"))
    label = first["buttons"][-1]
    assert label == {"title": "Bukan itu", "payload": "/nlu_fallback"}
    second = _run(ActionUnsure(), _tracker("Bukan itu", "nlu_fallback", before=("action_unsure",)))
    assert second["response"] == "utter_unsure_again"


@pytest.mark.parametrize(
    ("text", "response"),
    [
        ("goblok", "utter_abuse"),
        ("dasar bot tolol", "utter_abuse"),
        # There is more in it than the insult.
        ("anjir hidung saya kaya keran bocor", "utter_unsure"),
        ("digigit anjing", "utter_unsure"),
    ],
)
def test_a_mere_insult_is_answered_calmly(text: str, response: str) -> None:
    assert _run(ActionUnsure(), _tracker(text, "complaint", "report_symptoms"))["response"] == response


@pytest.mark.parametrize(
    ("intent", "before", "response"),
    [
        ("affirm", ("action_unsure",), "utter_which_one"),
        ("affirm", ("action_greet",), "utter_acknowledge"),
        ("affirm", (), "utter_acknowledge"),
        ("deny", ("action_unsure",), "utter_acknowledge"),
        ("repeat", ("action_unsure",), "utter_acknowledge"),
    ],
)
def test_yes_after_two_meanings_asks_which_one(intent: str, before: tuple[str, ...], response: str) -> None:
    assert _run(ActionAcknowledge(), _tracker("ya", before=before, intent=intent))["response"] == response


def test_first_meanings_then_a_person() -> None:
    first = _run(ActionUnsure(), _tracker("xqzt wvrk", "nlu_fallback", "find_facility", "talk_to_human"))
    assert first["response"] == "utter_unsure"
    assert [button["title"] for button in first["buttons"]][-1] == "Bukan itu"
    again = _run(ActionUnsure(), _tracker("xqzt wvrk", "find_facility", before=("action_unsure",)))
    assert again["response"] == "utter_unsure_again"


def test_understanding_in_between_starts_over() -> None:
    user: dict[str, Any] = {"event": "user"}
    unsure, greet = ({"event": "action", "name": name} for name in ("action_unsure", "action_greet"))
    assert was_unsure_before([user, unsure, user])
    assert not was_unsure_before([user, unsure, user, greet, user])
    assert not was_unsure_before([user])


def test_a_question_that_the_answers_know_is_answered_though_the_intent_is_unsure() -> None:
    told = _run(ActionUnsure(), _tracker("vaksin halal ga", "ask_vaccine_question", "check_hoax"))
    assert told["response"] == "utter_answer"
    assert "MUI" in told["source"]


@pytest.mark.parametrize("text", ["3", "😀", "2x", "…"])
def test_what_has_no_words_is_never_answered(text: str) -> None:
    assert _run(ActionUnsure(), _tracker(text, "ask_vaccine_question"))["response"] != "utter_answer"


@pytest.mark.parametrize(
    ("text", "answer"),
    [("assalamualaikum", "Wa'alaikumsalam."), ("Met pagi kak", "Selamat pagi."), ("halo min", "Halo."), ("P", "Halo.")],
)
def test_a_greeting_is_returned_in_kind(text: str, answer: str) -> None:
    assert salutation(text) == answer
