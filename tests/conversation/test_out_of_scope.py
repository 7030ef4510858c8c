"""What is none of this service's business, and abuse."""

from __future__ import annotations

from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.out_of_scope import ActionOutOfScope, follows_abuse
from actions.registration.form import Form


def _answer(*texts: str | None, in_form: bool = False) -> str:
    """The response to the last of these messages, none of which has to do with vaccination."""
    latest = {"text": texts[-1], "intent": {"name": "out_of_scope", "confidence": 0.9}}
    events: list[dict[str, Any]] = []
    for text in texts:
        events += [{"event": "user", "text": text}, {"event": "action", "name": "action_out_of_scope"}]
    loop = {"name": Form.name} if in_form else {}
    dispatcher = CollectingDispatcher()
    tracker = Tracker("k", {}, latest, events[:-1], False, None, loop, None)
    # What is remembered of an answer is tests/knowledge/test_conversation.py's.
    assert [event for event in ActionOutOfScope().run(dispatcher, tracker, {}) if event["name"] != "answer_topic"] == []
    (said,) = dispatcher.messages
    return str(said["response"])


def test_something_else_is_refused_with_what_there_is() -> None:
    assert _answer("jual pulsa ga?") == "utter_out_of_scope"


def test_in_a_form_it_is_refused_in_a_word() -> None:
    assert _answer("jual pulsa ga?", in_form=True) == "utter_out_of_scope_in_form"


@pytest.mark.parametrize("in_form", [False, True])
def test_abuse_is_answered_calmly_once(in_form: bool) -> None:
    assert _answer("goblok", in_form=in_form) == "utter_abuse"
    assert _answer("goblok", "bot tolol", in_form=in_form) == "utter_abuse_again"
    assert _answer("goblok", "bot tolol", "4njing", in_form=in_form) == "utter_abuse_again"


def test_another_message_in_between_starts_over() -> None:
    assert _answer("goblok", "halo", "tolol") == "utter_abuse"
    assert _answer("goblok", "jual pulsa ga?") == "utter_out_of_scope"


def test_a_dog_is_no_abuse() -> None:
    assert _answer("anjing saya tidak mau makan") == "utter_out_of_scope"


@pytest.mark.parametrize("in_form", [False, True])
@pytest.mark.parametrize(
    "text", ["anak saya digigit anjing, vaksin rabies dimana", "anak sy dicakar kucing liar, bahaya ga"]
)
def test_who_was_bitten_is_told_to_wash_and_go(text: str, in_form: bool) -> None:
    assert _answer(text, in_form=in_form) == "utter_answer"


@pytest.mark.parametrize("text", ["arti mimpi digigit anjing apa", "digigit nyamuk gatal"])
def test_other_bites_are_nothing_urgent(text: str) -> None:
    assert _answer(text) == "utter_out_of_scope"


@pytest.mark.parametrize(
    ("text", "response"),
    [("...", "utter_wordless"), ("?", "utter_wordless"), ("🌞", "utter_wordless"), ("😭😭😭", "utter_wordless_sad")],
)
def test_a_message_without_a_word_is_not_sent_away(text: str, response: str) -> None:
    assert _answer(text) == response


def test_messages_without_text_are_no_abuse() -> None:
    assert _answer(None, "goblok") == "utter_abuse"
    assert not follows_abuse([])
    assert not follows_abuse([{"event": "user"}, {"event": "user", "text": "goblok"}])
    assert not follows_abuse([{"event": "bot", "text": "goblok"}, {"event": "user", "text": "goblok"}])
