"""Going through NIKs: what is asked and answered is the same whoever has the number, and few may be named in a day.

The certificate's check of identity is compared in tests/identity/test_reveals_nothing.py, and its conversation in
tests/conversation/test_certificates.py. Who goes on to the end of a false registration, with a name that is not the
person's, is told that the data do not agree: by then they have named themselves to the desk.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timezone
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy import event, func, select

from actions.registration.people import ActionShowRegistrations
from siaga.db import engine, transaction
from siaga.people.contacts import ensure_contact
from siaga.people.tables import Person
from siaga.privacy import mask_nik
from siaga.registration import forms
from siaga.registration.registry import LocalRegistry
from siaga.registration.tables import Registration, Session
from siaga.settings import settings
from siaga.whatsapp.flows.exchange import respond
from tests.conversation.chat import NOW, Chat
from tests.conversation.test_families import begin, chat, finish, healthy, on_list, someone
from tests.conversation.test_next_dose import FORM as DOSES
from tests.registration.given import submission

__all__ = ["chat"]

# Alike but for their serial numbers: with a place, registered without one, and nobody's.
PLACED, UNPLACED, NOBODYS = "3578010502859001", "3578010502859005", "3578010502859007"
THEIRS, FALSE = "Warga Uji 001", "Warga Uji 777"
BORN = date(1985, 2, 5)
STRANGER = "628000000099"


@pytest.fixture
def registered(chat: Chat) -> None:
    """Two of the three are registered from another number, one of them with a place."""
    with transaction() as session:
        place = session.scalars(select(Session.id).where(Session.starts_at > NOW).order_by(Session.id)).first()
        for serial, (nik, where) in enumerate([(PLACED, place), (UNPLACED, None)]):
            given = {"nik": nik, "birth_date": BORN, "at": NOW, "name": THEIRS, "message_id": f"wamid.{serial}"}
            LocalRegistry(session).register(submission(chat.key, where, **given))


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements that run meanwhile, without their values."""
    ran: list[str] = []

    def note(conn: Any, cursor: Any, statement: str, *_: Any) -> None:
        ran.append(re.sub(r"_\d+|\s+", " ", statement))

    event.listen(engine(), "before_cursor_execute", note)
    try:
        yield ran
    finally:
        event.remove(engine(), "before_cursor_execute", note)


def _alike(said: Any, nik: str) -> str:
    """What was said, without the number that the contact has typed themselves."""
    return json.dumps(said, sort_keys=True, default=str).replace(mask_nik(nik), "NIK").replace(nik, "NIK")


def _registering(nik: str, phone: str) -> list[str]:
    """All that a stranger is asked and told, from the NIK to the summary, with the statements that it takes."""
    talk = someone(phone)
    talk.start()
    talk.say("setuju", "affirm")
    talk.say("saya sendiri")
    heard = []
    for text, intent in ((nik, "nlu_fallback"), ("ya", "affirm"), (FALSE, "nlu_fallback")):
        with statements() as ran:
            talk.say(text, intent)
        heard += [_alike([talk.said, talk.options, talk.slots], nik), *ran]
    healthy(talk, ("wonokromo surabaya",))
    return [*heard, _alike([talk.responses, talk.slots["requested_slot"]], nik)]


def test_a_registration_goes_on_alike_whoever_has_the_nik(registered: None) -> None:
    """Word for word, button for button, statement for statement; from one number, or from several in turn."""
    expected = _registering(NOBODYS, STRANGER)
    for number, nik in enumerate((PLACED, UNPLACED, NOBODYS, PLACED)):
        assert _registering(nik, STRANGER if number == 0 else f"62800000010{number}") == expected


def test_who_does_not_know_the_name_is_not_told_at_the_end_either(registered: None) -> None:
    """Nothing is said of a registration, nothing of the person is shown, and nothing of theirs changes."""
    talk = someone(STRANGER)
    begin(talk, nik=PLACED)
    talk.say("ya", "affirm")
    healthy(talk, (FALSE, "wonokromo surabaya"))
    finish(talk)
    assert talk.responses == ["utter_appointment_refused"]
    assert talk.said[0]["person"] == FALSE
    with transaction() as session:
        assert session.scalars(select(Person.name)).all() == [THEIRS, THEIRS]
        assert session.scalar(select(func.count()).select_from(Registration)) == 2


def test_who_knows_name_and_birth_date_is_told_before_they_answer_any_more(registered: None) -> None:
    """As one of the family does, who does not know that another has registered them."""
    talk = someone(STRANGER)
    begin(talk, nik=PLACED)
    talk.say("ya", "affirm")
    talk.say(THEIRS)
    assert talk.responses == ["utter_already_registered_elsewhere"]
    assert not talk.open


def test_one_who_registered_another_name_for_it_learns_no_more_later(registered: None) -> None:
    """They have told a name of their own for the NIK, without a place: that the other one has a place is not said."""
    talk = someone(STRANGER)
    with transaction() as session:
        LocalRegistry(session).register(
            submission(talk.key, None, nik=UNPLACED, birth_date=BORN, name=FALSE, at=NOW, message_id="wamid.palsu")
        )
        place = session.scalars(select(Session.id).where(Session.starts_at > NOW).order_by(Session.id)).first()
        owner = ensure_contact(session, phone="628000000001").key
        (person,) = {one.person_id for one in LocalRegistry(session).mine(owner, NOW) if not one.appointment}
        LocalRegistry(session).book(owner, person, place, "wamid.nanti", NOW)
    begin(talk, nik=UNPLACED)
    assert talk.responses == ["utter_ask_registration_birth_date"]


def test_asking_after_a_nik_in_words_tells_of_ones_own_people_only(registered: None) -> None:
    def heard(nik: str) -> list[str]:
        dispatcher = CollectingDispatcher()
        with transaction() as session:
            key = ensure_contact(session, phone=STRANGER).key
        message = {"text": f"NIK {nik} sudah terdaftar belum", "intent": {"name": "check_registration"}, "entities": []}
        with statements() as ran:
            ActionShowRegistrations().run(dispatcher, Tracker(key, {}, message, [], False, None, {}, None), {})
        doses = Chat(key, form=DOSES)
        doses.say(f"dosis berikutnya NIK {nik} kapan", "ask_next_dose")
        return [_alike([dispatcher.messages, doses.said], nik), *ran]

    assert heard(PLACED) == heard(UNPLACED) == heard(NOBODYS)


# ---------------------------------------------------------------- the form of WhatsApp's
def _in_a_form(nik: str, phone: str, name: str = FALSE) -> list[str]:
    """What the end point answers to who fills in this NIK."""
    now = datetime.now(timezone.utc)
    with transaction() as session:
        token = forms.offer(session, ensure_contact(session, phone=phone).key, now)
    screens = {
        "CONSENT": {"agrees": True},
        "WHO": {"beneficiary": "self"},
        "IDENTITY": {"nik": nik, "birth_date": "5 Februari 1985", "name": name},
        "HOME": {"place": "wonokromo surabaya"},
        "SUMMARY": {},
    }
    heard = []
    for screen, data in screens.items():
        asked = {"action": "data_exchange", "flow_token": token, "screen": screen, "data": data}
        with transaction() as session, statements() as ran:
            answer = respond(session, asked, now)
        heard += [_alike(answer, nik).replace(token, ""), *ran]
        if screen == "IDENTITY" and answer["screen"] == "IDENTITY":
            break
    return heard


def test_nor_does_the_form(registered: None) -> None:
    expected = _in_a_form(NOBODYS, STRANGER)
    assert _in_a_form(PLACED, "628000000101") == _in_a_form(UNPLACED, "628000000102") == expected
    assert "sudah terdaftar" in "".join(_in_a_form(PLACED, "628000000103", THEIRS)), "who knows the name is told"


# ---------------------------------------------------------------- how many
def test_so_many_niks_a_day_by_whichever_way(registered: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cancelling, beginning anew and the form do not begin a new count; the one that is over is over for each NIK."""
    monkeypatch.setattr(settings(), "nik_tries_per_day", 3)
    for serial in (9011, 9012):
        talk = someone(STRANGER)
        begin(talk, nik=f"357801050285{serial}")
        assert talk.responses == ["utter_ask_registration_birth_date"]
    assert "Hari ini sudah cukup" not in "".join(_in_a_form("3578010502859013", STRANGER))
    for nik in (PLACED, NOBODYS):
        talk = someone(STRANGER)
        begin(talk, nik=nik)
        assert talk.responses == ["utter_nik_limit"]
        assert "Hari ini sudah cukup" in "".join(_in_a_form(nik, STRANGER))


def test_of_official_lists_few_are_told_and_then_all_is_alike(chat: Chat) -> None:
    """Who asks for three is asked whether a mask is theirs, as a family is; from the fourth on no list answers."""
    on = [f"357801050285{serial}" for serial in (9021, 9022, 9023, 9024)]
    for nik in on:
        on_list(nik=nik)
    heard, ran = [], []
    for nik in [*on, NOBODYS]:
        talk = someone(STRANGER)
        begin(talk, nik=nik)
        with statements() as meanwhile:
            talk.say("ya", "affirm")
        heard.append(talk.responses)
        ran.append(meanwhile)
    mask, name = ["utter_ask_registration_official_match"], ["utter_ask_registration_full_name"]
    assert heard == [mask, mask, mask, name, name]
    assert ran[0] == ran[3] == ran[4]


def test_no_log_names_a_nik(registered: None, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    _registering(PLACED, STRANGER)
    _in_a_form(PLACED, "628000000101", THEIRS)
    assert PLACED not in caplog.text and THEIRS not in caplog.text and STRANGER not in caplog.text
