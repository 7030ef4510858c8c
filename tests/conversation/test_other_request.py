"""The second of two requests: offered once, carrying what was asked."""

from __future__ import annotations

import json
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import Message
from actions.other_request import ActionOfferOtherRequest, subjects
from siaga.dialogue.reading import typed_option
from siaga.nlu.several import OTHER_REQUEST, REQUESTS
from siaga.text.yesno import read_yes_no
from siaga.turns.messages import Option
from siaga.turns.offers import Offered
from siaga.whatsapp.limits import BUTTON_TITLE
from tests.conversation.test_domain import DOMAIN, RESPONSES

EMPTIED = [{"event": "slot", "timestamp": None, "name": OTHER_REQUEST, "value": None}]


def _said(intent: str, *entities: str) -> dict[str, Any]:
    """A message of the citizen's as it stands among the events."""
    found = [{"entity": entity, "value": {"intent": "x"}} for entity in entities]
    return {"event": "user", "parse_data": {"intent": {"name": intent, "confidence": 0.9}, "entities": found}}


TWO = _said("register_vaccination", OTHER_REQUEST)


def _offer(other: Any, *events: dict[str, Any]) -> list[dict[str, Any]]:
    """What is said with this in the slot, after these events."""
    dispatcher = CollectingDispatcher()
    tracker = Tracker("k", {OTHER_REQUEST: other}, {}, list(events or [TWO]), False, None, {}, None)
    events = ActionOfferOtherRequest().run(dispatcher, tracker, {})
    assert events == EMPTIED, "whatever is said, it is said once"
    return dispatcher.messages


def test_every_request_can_be_offered_and_is_an_intent() -> None:
    assert set(subjects()) == REQUESTS
    assert set(subjects()) <= set(DOMAIN["intents"])


@pytest.mark.parametrize("intent", subjects())
def test_the_button_fits_and_means_yes(intent: str) -> None:
    button = subjects()[intent]["tombol"]
    assert 0 < len(button) <= BUTTON_TITLE
    assert read_yes_no(button) is True


@pytest.mark.parametrize("intent", subjects())
def test_the_sentence_goes_on_from_its_beginning(intent: str) -> None:
    also = subjects()[intent]["juga"]
    assert also[0].islower()
    assert also[-1].isalnum()
    assert "{also}" in RESPONSES["utter_offer_other_request"][0]["text"]


@pytest.mark.parametrize("intent", subjects())
def test_ya_and_tidak_choose_one_option_each(intent: str) -> None:
    (said,) = _offer({"intent": intent})
    options = [Option(str(n), button["title"], button["payload"]) for n, button in enumerate(said["buttons"])]
    offered = Offered(options, newest=True)
    for yes in ("ya", "iya dong", "boleh min", "nggih", "1"):
        assert typed_option(yes, offered) == options[0]
    for no in ("tidak", "ga usah", "mboten", "2"):
        assert typed_option(no, offered) == options[1]
    assert typed_option("ya", Offered(options, newest=False)) is None


def test_the_offer_carries_the_question() -> None:
    question = 'efek samping "vaksin" apa?\nmakasih'
    (said,) = _offer({"intent": "ask_vaccine_question", "question": question})
    assert said["response"] == "utter_offer_other_request"
    assert said["also"] == "bertanya soal vaksin"
    yes, no = said["buttons"]
    command, brace, entities = yes["payload"].partition("{")
    assert command == "/ask_vaccine_question"
    assert json.loads(brace + entities) == {"question": question}
    assert no["payload"] == "/deny"


def test_what_was_asked_is_what_is_answered_after_a_tap() -> None:
    entities = [{"entity": "question", "value": "vaksin halal ga?"}]
    latest = {"text": "Ya, jawab", "intent": {"name": "ask_vaccine_question"}, "entities": entities}
    tapped = Tracker("k", {}, latest | {"metadata": {"kind": "option"}}, [], False, None, {}, None)
    assert Message.of(tapped).question == "vaksin halal ga?"
    latest |= {"entities": [], "metadata": {"kind": "option"}}
    assert Message.of(Tracker("k", {}, latest, [], False, None, {}, None)).question == ""


def test_the_first_question_is_asked_without_the_second_request() -> None:
    text = "vaksin halal ga? mau daftar"
    other = {"entity": OTHER_REQUEST, "value": {"intent": "register_vaccination"}, "start": 17, "end": len(text)}
    latest = {"text": text, "intent": {"name": "ask_vaccine_question"}, "entities": [other]}
    message = Message.of(Tracker("k", {}, latest, [], False, None, {}, None))
    assert message.question.strip() == "vaksin halal ga?"
    assert message.text == text


def test_without_a_question_the_payload_is_bare() -> None:
    (said,) = _offer({"intent": "check_registration"})
    assert said["buttons"][0] == {"title": "Ya, cek jadwal", "payload": "/check_registration"}


ASKED, CANCELLED, ACTION = _said("check_registration"), _said("cancel"), {"event": "action", "name": "x"}


@pytest.mark.parametrize(
    ("events", "offered"),
    [
        ([TWO], True),
        ([TWO, ACTION, CANCELLED, ACTION], True),
        ([ASKED, TWO], True),
        ([ASKED, TWO, ACTION, CANCELLED], True),
        ([TWO, ASKED], False),
        ([TWO, ACTION, ASKED, ACTION, CANCELLED, ACTION], False),
        ([TWO, ASKED, TWO], True),
        # The beginning of a long conversation is forgotten; a message may come without an outcome.
        ([CANCELLED], True),
        ([{"event": "user"}, {"event": "user", "parse_data": None}, ACTION], True),
    ],
)
def test_what_was_asked_meanwhile_is_not_offered(events: list[dict[str, Any]], offered: bool) -> None:
    assert bool(_offer({"intent": "check_registration"}, *events)) is offered


@pytest.mark.parametrize("other", [None, {}, {"intent": "greet"}, {"intent": "no_such_thing", "question": "x"}])
def test_what_has_no_words_is_not_offered(other: Any) -> None:
    assert _offer(other) == []
