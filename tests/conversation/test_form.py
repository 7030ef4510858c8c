"""A registration that goes on in the chat after its first answers came by form; and where a form is offered."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import func, select, update

from actions.registration.form import Form
from siaga.db import transaction
from siaga.people import drafts
from siaga.people.contacts import ensure_contact
from siaga.people.tables import Consent, FormDraft, Person
from siaga.registration import forms
from siaga.registration.seed import seed
from siaga.registration.tables import Appointment, Registration, RegistrationForm
from siaga.settings import settings
from tests.conversation.chat import NOW, Chat

NIK = "3578010502859001"
FILLED = {
    "consented_at": NOW.isoformat(),
    "beneficiary": "mother",
    "nik": NIK,
    "birth_date": "1985-02-05",
    "birth_date_matches": True,
    "name": "Warga Uji 001",
    "regency": "35.78",
    "district": "35.78.04",
}
FLOW = "700000000000001"


@pytest.fixture
def chat(database: str, monkeypatch: pytest.MonkeyPatch) -> Chat:
    monkeypatch.setattr(settings(), "whatsapp_flow_id", FLOW)
    with transaction() as session:
        seed(session, (NOW + timedelta(hours=7)).date())
        return Chat(ensure_contact(session, phone="628000000001").key, channel="whatsapp")


def count(table: Any) -> int:
    with transaction() as session:
        return int(session.scalar(select(func.count()).select_from(table)))


def offered(chat: Chat) -> dict[str, Any] | None:
    """The form that the last message offers."""
    for said in chat.said:
        if "flow" in (said.get("custom") or {}):
            return dict(said["custom"]["flow"])
    return None


def fill_in(**answers: Any) -> None:
    """What the end point does, up to the last screen."""
    with transaction() as session:
        session.execute(update(RegistrationForm).values(answers=FILLED | answers, sent_at=datetime.now(timezone.utc)))


def send(chat: Chat, message_id: str | None = None) -> None:
    """What the worker makes of the message that the form was sent."""
    chat.say("[formulir]", "submit_form", message_id=message_id, confidence=1.0)


def test_the_form_is_offered_beside_the_buttons(chat: Chat) -> None:
    chat.start()
    form = offered(chat)
    assert form is not None
    token = form.pop("token")
    assert form == {"flow_id": FLOW, "cta": "Isi formulir", "exchange": True}
    assert chat.responses == ["utter_ask_registration_consent"], "whose own buttons are there as ever"
    with transaction() as session:
        assert forms.held(session, token, datetime.now(timezone.utc)) is not None


def test_it_is_offered_once(chat: Chat) -> None:
    chat.start()
    token = offered(chat)["token"]  # type: ignore[index]
    chat.say("hmm", "nlu_fallback")
    assert chat.responses[-1] == "utter_ask_registration_consent_again"
    assert offered(chat) is None
    with transaction() as session:
        assert forms.held(session, token, datetime.now(timezone.utc)) is not None, "the first button still opens it"


@pytest.mark.parametrize("channel", ["twilio", "cmdline", None])
def test_other_channels_have_no_forms(chat: Chat, channel: str | None) -> None:
    chat.channel = channel
    chat.start()
    assert (offered(chat), count(RegistrationForm)) == (None, 0)


def test_nor_has_whatsapp_where_none_is_configured(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "whatsapp_flow_id", None)
    chat.start()
    assert (offered(chat), count(RegistrationForm)) == (None, 0)


def test_the_chat_goes_on_from_what_is_missing(chat: Chat) -> None:
    chat.start()
    fill_in()
    send(chat)
    assert chat.responses == ["utter_form_taken", "utter_ask_registration_health"]
    assert chat.said[-1]["who"] == "ibu Anda"
    for text in ("belum pernah", "sehat", "tidak ada"):
        chat.say(text)
    chat.tap_first()
    chat.tap_first()
    assert chat.responses == ["utter_ask_registration_confirmed"]
    summary = chat.said[-1]["summary"]
    for line in ("Untuk: Ibu Anda", "NIK: 3578********9001", "Nama: Warga Uji 001", "Tinggal: Kec. Wonokromo"):
        assert line in summary
    chat.say("ya, daftarkan", "affirm")
    assert chat.responses == ["utter_ticket", "utter_details_offer"]
    assert (count(Registration), count(Appointment), count(Person)) == (1, 1, 1)
    assert (count(FormDraft), count(RegistrationForm)) == (0, 0), "and nothing is left of the answers"
    with transaction() as session:
        consent = session.execute(select(Consent)).scalar_one()
        assert consent.given_at == NOW
        assert consent.message_id == f"{chat.key}-2", "the message that the form was sent"


def test_the_form_and_the_chat_keep_the_same_draft(chat: Chat) -> None:
    chat.start()
    fill_in()
    send(chat)
    with transaction() as session:
        by_form = drafts.load(session, chat.key, Form.name)
    chat.say("batal", "cancel")
    with transaction() as session:
        drafts.discard(session, chat.key, Form.name)
    chat.slots, chat.open = {}, False
    chat.start()
    chat.say("setuju", "affirm")
    for text in ("ibu saya", NIK, "ya", "Warga Uji 001", "wonokromo surabaya"):
        chat.say(text)
    with transaction() as session:
        by_chat = drafts.load(session, chat.key, Form.name)
    own = {"consented_at", "consent_message", "choices", "_message", "_before"}
    assert {name: value for name, value in by_form.items() if name not in own} == {
        name: value for name, value in by_chat.items() if name not in own
    }


def test_the_tracker_never_holds_what_is_personal(chat: Chat) -> None:
    chat.start()
    fill_in()
    send(chat)
    for secret in (NIK, "Warga", "1985-02-05"):
        assert secret not in repr(chat.slots)


def test_a_turn_that_runs_again_does_the_same(chat: Chat) -> None:
    chat.start()
    fill_in()
    before, was_open = dict(chat.slots), chat.open
    send(chat, "m-1")
    first = chat.responses, dict(chat.slots)
    with transaction() as session:
        kept = drafts.load(session, chat.key, Form.name)
    chat.slots, chat.open = before, was_open
    send(chat, "m-1")
    assert (chat.responses, chat.slots) == first
    with transaction() as session:
        assert drafts.load(session, chat.key, Form.name) == kept


def test_a_form_that_comes_in_mid_registration_counts(chat: Chat) -> None:
    chat.start()
    chat.say("setuju", "affirm")
    chat.say("saya sendiri")
    chat.say("3578010502859002")
    assert chat.slots["nik"] == "3578********9002"
    fill_in()
    send(chat)
    assert chat.responses[-1] == "utter_ask_registration_health"
    assert (chat.slots["nik"], chat.slots["beneficiary"]) == ("3578********9001", "mother")


def test_a_form_may_come_when_no_registration_is_open(chat: Chat) -> None:
    chat.start()
    fill_in()
    chat.slots, chat.open = {}, False
    send(chat)
    assert chat.responses == ["utter_form_taken", "utter_ask_registration_health"]


def test_a_form_that_was_given_up_asks_from_the_beginning(chat: Chat) -> None:
    send(chat)
    assert chat.responses == ["utter_ask_registration_consent"]
    assert count(FormDraft) == 0


def test_without_a_known_district(chat: Chat) -> None:
    chat.start()
    fill_in(district=None)
    send(chat)
    assert (chat.responses[-1], chat.slots["residence"]) == ("utter_ask_registration_health", "35.78")


def test_a_doubtful_birth_date_is_for_the_desk(chat: Chat) -> None:
    chat.start()
    fill_in(birth_date="1985-02-06", birth_date_matches=False)
    send(chat)
    assert chat.responses[-1] == "utter_ask_registration_health"
    with transaction() as session:
        assert drafts.load(session, chat.key, Form.name)["birth_date_matches"] is False


def test_who_has_been_registered_meanwhile_is_not_registered_twice(chat: Chat) -> None:
    chat.start()
    fill_in()
    send(chat)
    for text in ("belum pernah", "sehat", "tidak ada"):
        chat.say(text)
    chat.tap_first()
    chat.tap_first()
    chat.say("ya, daftarkan", "affirm")
    chat.start()
    fill_in()
    send(chat)
    assert chat.responses == ["utter_already_registered_mine"]
    with transaction() as session:
        assert drafts.load(session, chat.key, Form.name).keys() == {"ended"}, "no answers"
    assert (count(RegistrationForm), count(Registration)) == (0, 1)
