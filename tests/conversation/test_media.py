"""What is said to photos, voice notes and the like, in a form and outside."""

from __future__ import annotations

from datetime import timedelta

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.media import ActionExplainMedia, answer_to
from actions.registration.form import Form
from siaga.db import transaction
from siaga.people.contacts import ensure_contact
from siaga.registration.seed import seed
from siaga.registration.steps import ANSWERS
from tests.conversation.chat import NOW, Chat
from tests.conversation.test_domain import RESPONSES

KINDS = (
    "image",
    "audio",
    "video",
    "document",
    "sticker",
    "contacts",
    "order",
    "poll",
    "form",
    "edit",
    "unsupported",
)


def said_to(kind: str | None, asked: str | None = None) -> str:
    """The response to something of this kind, with this question open."""
    entities = [{"entity": "media_kind", "value": kind}] if kind else []
    message = {"text": f"[{kind}]", "intent": {"name": "send_media", "confidence": 1.0}, "entities": entities}
    loop = {"name": Form.name} if asked else {}
    tracker = Tracker("k", {"requested_slot": asked}, message, [{"event": "user"}], False, None, loop, None)
    dispatcher = CollectingDispatcher()
    assert ActionExplainMedia().run(dispatcher, tracker, {}) == []
    (said,) = dispatcher.messages
    return str(said["response"])


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_has_its_own_sentence(kind: str) -> None:
    assert said_to(kind) == f"utter_media_{kind}"


@pytest.mark.parametrize("kind", [None, "hologram"])
def test_what_is_not_known_is_answered_too(kind: str | None) -> None:
    assert said_to(kind) == "utter_media_unsupported"


def test_a_voice_note_shows_the_way_to_a_person_and_to_help() -> None:
    (response,) = RESPONSES["utter_media_audio"]
    assert "*119* (ext 9)" in response["text"]
    assert "darurat" in response["text"]
    assert "/talk_to_human" in {button["payload"] for button in response["buttons"]}


@pytest.mark.parametrize("kind", ["image", "video", "document"])
def test_instead_of_a_photo_of_the_card_the_nik_is_typed(kind: str) -> None:
    assert said_to(kind, asked="nik") == "utter_media_nik"
    assert said_to(kind, asked="full_name") != "utter_media_nik"


def test_a_slot_left_over_from_a_closed_form_does_not_matter() -> None:
    assert answer_to("image", in_form=False, asked="nik") == "utter_media_image"


@pytest.mark.parametrize("asked", ANSWERS)
@pytest.mark.parametrize("kind", KINDS)
def test_in_a_form_nothing_is_asked_but_the_forms_question(kind: str, asked: str) -> None:
    for response in RESPONSES[said_to(kind, asked)]:
        assert "?" not in response["text"]


def _sends_everything(chat: Chat) -> None:
    """At the open question: none of it is taken for an answer, and the question is asked again."""
    slots = {name: value for name, value in chat.slots.items() if value is not None}
    for kind in KINDS:
        chat.say(f"[{kind}]", "send_media", {"media_kind": kind}, confidence=1.0)
        assert chat.responses[0] == "utter_resume", (kind, slots)
        assert len(chat.responses) == 2
        assert {name: value for name, value in chat.slots.items() if value is not None} == slots


def test_no_question_takes_a_file_for_an_answer(database: str) -> None:
    with transaction() as session:
        seed(session, (NOW + timedelta(hours=7)).date())
        chat = Chat(ensure_contact(session, phone="628000000001").key)
    asked = []
    answers = ["setuju", "saya sendiri", "3578010502859001", "ya", "Warga Uji 001", "wonokromo surabaya"]
    answers += ["belum pernah", "sehat", "tidak ada"]
    chat.start()
    for answer in answers:
        asked.append(chat.slots["requested_slot"])
        _sends_everything(chat)
        chat.say(answer, "affirm" if answer == "setuju" else "nlu_fallback")
    for _ in ("facility", "session"):
        asked.append(chat.slots["requested_slot"])
        options = dict(chat.options)
        _sends_everything(chat)
        assert chat.options == options
        chat.tap_first()
    asked.append(chat.slots["requested_slot"])
    _sends_everything(chat)
    # Of a child, of somebody on an official list, and of a NIK that is nearly another, more is asked.
    rare = ("guardian", "official_match", "nik_check")
    assert list(dict.fromkeys(asked)) == [slot for slot in ANSWERS if slot not in rare]
