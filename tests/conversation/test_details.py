"""The questions for planning, asked after a registration: kept with their purpose, left out, given up, stale."""

from __future__ import annotations

import pytest
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy import select

from actions.details.form import ActionFinishDetails, AskDetails, ValidateDetailsForm, choose, offer
from siaga.db import transaction
from siaga.details import asked_now, told_by
from siaga.details.tables import PersonDetail
from siaga.people.tables import ContactPerson, FormDraft
from siaga.registration.registry import LocalRegistry
from tests.conversation.chat import Chat, Played
from tests.registration.given import contact, submission

DETAILS = Played("details_form", ValidateDetailsForm(), {"details_answer": AskDetails()}, ActionFinishDetails())


@pytest.fixture
def chat(database: str) -> Chat:
    with transaction() as session:
        key = contact(session)
        LocalRegistry(session).register(submission(key, None))
        return Chat(key, form=DETAILS)


def person_id() -> int:
    with transaction() as session:
        return int(session.scalars(select(ContactPerson.person_id)).one())


def begin(chat: Chat) -> None:
    dispatcher = CollectingDispatcher()
    offer(dispatcher, person_id())
    option = dispatcher.messages[0]["buttons"][0]
    chat.choose(option["title"], option["payload"])


def told() -> dict[str, str]:
    with transaction() as session:
        return told_by(session, [person_id()])[person_id()]


def test_the_purpose_is_told_before_the_first_question(chat: Chat) -> None:
    begin(chat)
    assert chat.responses == ["utter_ask_details_first"]
    assert chat.said[0]["purpose"] == asked_now().purpose
    assert told() == {}


def test_answers_in_words_and_by_option_are_kept_with_the_version_of_the_purpose(chat: Chat) -> None:
    begin(chat)
    chat.say("saya guru sd")
    assert chat.responses == ["utter_ask_details"]
    chat.tap("Darah tinggi")
    assert chat.responses == ["utter_details_done"]
    assert told() == {"occupation": "teacher", "comorbidity": "hypertension"}
    with transaction() as session:
        assert set(session.scalars(select(PersonDetail.purpose_version))) == {asked_now().version}
        assert session.scalars(select(FormDraft)).all() == []


def test_what_is_left_out_is_not_kept(chat: Chat) -> None:
    begin(chat)
    chat.tap("Lewati")
    chat.say("tidak ada", "deny")
    assert told() == {"comorbidity": "none"}


def test_an_earlier_question_may_be_answered_again(chat: Chat) -> None:
    begin(chat)
    earlier = chat.options["Pelajar, mahasiswa"]
    chat.tap("Guru atau dosen")
    chat.choose("Pelajar, mahasiswa", earlier)
    chat.say("asma")
    assert told() == {"occupation": "student", "comorbidity": "lung"}


def test_wrong_three_times_gets_an_example_and_then_a_person(chat: Chat) -> None:
    begin(chat)
    chat.say("xyzzy")
    assert chat.responses[0] == "utter_choice_unreadable"
    chat.say("xyzzy plugh")
    assert "utter_example_details" in chat.responses
    chat.say("xyzzy")
    assert "utter_offer_person" in chat.responses


def test_another_question_is_answered_and_then_this_one_again(chat: Chat) -> None:
    begin(chat)
    chat.say("vaksinnya halal ga?", "ask_vaccine_question")
    assert chat.responses == ["utter_ask_details_first"], "the rules have answered; nothing was lost"


def test_saying_it_again_replaces_it(chat: Chat) -> None:
    for answer, kept in (("guru", "teacher"), ("petani", "worker")):
        begin(chat)
        chat.say(answer)
        chat.say("ga ada")
        assert told()["occupation"] == kept


def test_nobody_answers_for_strangers(chat: Chat) -> None:
    with transaction() as session:
        other = Chat(contact(session, 2), form=DETAILS)
    begin(other)
    assert other.responses == ["utter_option_stale"]
    assert told() == {}


def test_the_option_starts_the_form_and_others_do_not() -> None:
    assert choose("details") and choose("ticket") is None
