"""Going through NIKs: what is asked and answered is the same whoever has the number, and few may be named in a day.

A stranger carries a false registration to its end, by chat and by WhatsApp's form, with each of these NIKs in a world
that is otherwise the same; then asks for all that can be asked for, lets the days go by, and has all of it erased. The
certificate's check of identity is compared in tests/identity/test_reveals_nothing.py.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy import event, func, select

from actions.registration import people
from siaga.db import engine, transaction
from siaga.people.contacts import contact_by_key, ensure_contact
from siaga.people.tables import Contact, Notice, Person
from siaga.privacy import mask_nik
from siaga.registration import forms
from siaga.registration.gateways import Known, access
from siaga.registration.gateways.base import KnownDose
from siaga.registration.registry import LocalRegistry
from siaga.registration.seed import seed
from siaga.registration.tables import Appointment, Registration, Session
from siaga.registration.validation import validate_all
from siaga.rights.erasing import erase
from siaga.rights.exporting import as_json, export
from siaga.rights.farewell import text_of
from siaga.rights.subjects import of_contact
from siaga.settings import settings
from siaga.whatsapp.flows.exchange import respond
from tests.conversation.chat import NOW, Chat, Played
from tests.conversation.test_appointments import GIVING_UP, MOVING
from tests.conversation.test_certificates import CERTIFICATE
from tests.conversation.test_families import TODAY, begin, chat, finish, healthy, on_list, show, someone, tap
from tests.conversation.test_form import FLOW, offered
from tests.conversation.test_next_dose import FORM as DOSES
from tests.conversation.test_rights import ERASING, WITHDRAWING
from tests.emptying import empty
from tests.registration.given import submission

__all__ = ["chat"]

# Alike but for their serial numbers: with a place, registered without one, on an official list, both, and nobody's.
PLACED, UNPLACED, LISTED = "3578010502859001", "3578010502859005", "3578010502859006"
BOTH, NOBODYS = "3578010502859008", "3578010502859007"
THEIRS, FALSE = "Warga Uji 001", "Warga Uji 777"
BORN = date(1985, 2, 5)
STRANGER = "628000000099"
AT_THEIR_HOME = {"regency_code": "35.10", "district_code": "35.10.16"}
"""Elsewhere than the stranger says: what is near there is not shown."""


def people_on_file(key: str) -> None:
    """Three are registered from another number, two of them with a place."""
    with transaction() as session:
        place = session.scalars(select(Session.id).where(Session.starts_at > NOW).order_by(Session.id)).first()
        for serial, (nik, where) in enumerate([(PLACED, place), (UNPLACED, None), (BOTH, place)]):
            given = {"nik": nik, "birth_date": BORN, "at": NOW, "name": THEIRS, "message_id": f"wamid.{serial}"}
            doses = {"doses_received": 2, "last_vaccine": "sinovac", "last_dose_on": "2021-08-01"}
            LocalRegistry(session).register(submission(key, where, answers=doses, **given, **AT_THEIR_HOME))


@pytest.fixture
def registered(chat: Chat) -> None:
    people_on_file(chat.key)


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements that run meanwhile, without their values."""
    ran: list[str] = []

    def note(conn: Any, cursor: Any, statement: str, *_: Any) -> None:
        # Whether one was planned before on this connection depends on what ran on it, not on who is asked about.
        if "PREPARE siaga" not in statement and "enable_seqscan" not in statement:
            ran.append(re.sub(r"_\d+|\s+", " ", statement))

    event.listen(engine(), "before_cursor_execute", note)
    try:
        yield ran
    finally:
        event.remove(engine(), "before_cursor_execute", note)


_VARIES = (
    (r"SG-\w{4}-\w{2}", "TICKET"),
    (r"(?:HD|DS)-[0-9A-F]{12}", "NUMBER"),
    (r"\d\d-\d\d-\d{4} \d\d\.\d\d WIB", "MOMENT"),
    (r'"image": "[^"]+"', "PICTURE"),
    (r"(?<=_message)([\\\":\s]+)[\w*-]+", r"\1KEY"),
    (r"[0-9a-f]{32}", "KEY"),
)
"""Random, or the clock's."""


def _alike(said: Any, nik: str) -> str:
    """What was said, without the number that the contact has typed themselves."""
    text = json.dumps(said, sort_keys=True, default=str).replace(mask_nik(nik), "NIK").replace(nik, "NIK")
    for pattern, name in _VARIES:
        text = re.sub(pattern, name, text)
    return text


class Heard:
    """All that a stranger is told who knows one NIK, with the statements that it takes, in the order of their steps."""

    def __init__(self, nik: str) -> None:
        self.nik = nik
        self.steps: list[tuple[str, str, list[str]]] = []

    def note(self, name: str, step: Callable[[], Any]) -> Any:
        """What a step returns; it is kept as what was heard."""
        with statements() as ran:
            said = step()
        self.steps.append((name, _alike(said, self.nik), ran))
        return said

    def told(self, talk: Chat, name: str, step: Callable[[], Any]) -> None:
        """A turn of a conversation."""
        self.note(name, lambda: (step(), talk.said, talk.options, talk.slots)[1:])


def _key() -> str:
    with transaction() as session:
        return ensure_contact(session, phone=STRANGER).key


def _false_registration(heard: Heard) -> None:
    """From the first word to the ticket, word for word."""
    talk = someone(STRANGER)
    talk.start()
    talk.say("setuju", "affirm")
    talk.say("saya sendiri")
    for text, intent in ((heard.nik, "nlu_fallback"), ("ya", "affirm"), (FALSE, "nlu_fallback")):
        heard.told(talk, text if text != heard.nik else "NIK", lambda text=text, intent=intent: talk.say(text, intent))
        heard.note(f"data before {talk.slots['requested_slot']}", _my_data)
    _to_its_end(heard, talk)


def _false_form(heard: Heard) -> None:
    """The same by WhatsApp's form, and on in the chat."""
    talk = someone(STRANGER)
    talk.channel = "whatsapp"
    talk.start()
    token = offered(talk)["token"]  # type: ignore[index]
    for screen, data in _screens(heard.nik, FALSE).items():
        heard.note(screen, lambda screen=screen, data=data: _answer(token, screen, data))
    heard.told(talk, "the form is sent", lambda: talk.say("[formulir]", "submit_form", confidence=1.0))
    _to_its_end(heard, talk)


def _to_its_end(heard: Heard, talk: Chat) -> None:
    answers = {"residence": "wonokromo surabaya", "confirmed": "ya, daftarkan"}
    while asked := talk.slots.get("requested_slot"):
        if asked in answers:
            heard.told(talk, asked, lambda asked=asked: talk.say(answers[asked], "affirm"))
        elif asked == "health":
            question = talk.said[-1]["question"]
            said = "belum pernah" if "berapa kali" in question else "sehat" if "sehat" in question else "tidak ada"
            heard.told(talk, question, lambda said=said: talk.say(said))
        else:
            heard.told(talk, asked, talk.tap_first)
    assert "utter_ticket" in talk.responses, talk.responses


def _my_data() -> Any:
    with transaction() as session:
        made = export(session, of_contact(session, contact_by_key(session, _key())), NOW, masked=True)
    return as_json(made)


def _ask(heard: Heard, form: Played, text: str, intent: str, entities: dict[str, str] | None = None) -> None:
    """Begin something, and choose the first of what is offered until nothing is asked any more."""
    talk = Chat(_key(), form=form)
    heard.told(talk, text, lambda: talk.say(text, intent, entities))
    for step in range(6):
        if not talk.open or not talk.options:
            break
        heard.told(talk, f"{text} {step}", talk.tap_first)


def _afterwards(heard: Heard) -> None:
    """Whatever can be asked for by who has registered somebody."""
    talk = Chat(_key())
    (shown,) = heard.note("cek pendaftaran", lambda: show(talk, "cek pendaftaran"))
    row = next(button["payload"] for button in shown["buttons"] if button["title"] == "Dosis berikutnya")
    person = re.search(r"person:(\d+)", row)[1]  # type: ignore[index]
    heard.note("tiket", lambda: show(talk, "tiket saya mana"))
    heard.note("person", lambda: tap(talk, people.PERSON, person))
    for form, text, intent in (
        (DOSES, "dosis berikutnya kapan", "ask_next_dose"),
        (CERTIFICATE, "sertifikat vaksin saya", "ask_certificate"),
        (MOVING, "ubah jadwal", "reschedule_appointment"),
        (GIVING_UP, "batalkan jadwal", "cancel_appointment"),
        (MOVING, "pilih jadwal", "reschedule_appointment"),
    ):
        _ask(heard, form, text, intent)
    _ask(heard, CERTIFICATE, "Sertifikat", "ask_certificate", {"option": f"{people.PERSON}={person}"})
    heard.note("data saya", _my_data)
    heard.note("petugas", lambda: tap(talk, people.CORRECT, person))


def _sweep(heard: Heard, days: int) -> None:
    """What is told without being asked for, and when."""
    validate_all(NOW + timedelta(days=days), lookup=Outside().lookup if access.is_outside() else None)
    with transaction() as session:
        rows = session.execute(
            select(Notice.kind, Notice.values, Notice.zone, Notice.due_at, Notice.until, Notice.status)
            .join(Contact, Contact.id == Notice.contact_id)
            .where(Contact.key == _key())
            .order_by(Notice.id)
        ).all()
    heard.steps.append((f"told by day {days}", _alike([list(row) for row in rows], heard.nik), []))
    heard.note(f"cek on day {days}", lambda: show(Chat(_key()), "cek"))


def _the_end(heard: Heard) -> None:
    _ask(heard, WITHDRAWING, "cabut persetujuan saya", "withdraw_consent")
    heard.note("data saya in the end", _my_data)
    _ask(heard, ERASING, "hapus data saya", "delete_my_data")
    with transaction() as session:
        contact = contact_by_key(session, _key())
        receipt = heard.note("erased", lambda: erase(session, of_contact(session, contact), NOW, by="citizen"))
        heard.steps.append(("receipt", _alike([text_of(receipt), receipt.erased, receipt.kept], heard.nik), []))


class Outside:
    """Another registry, that knows two of the NIKs, and two doses of each."""

    name: str | None = THEIRS

    def lookup(self, nik: str) -> Known | None:
        return Known("o", self.name, BORN, "L", "35.10", "35.10.16", None) if nik in (LISTED, BOTH) else None

    def doses(self, nik: str, outside_id: str | None = None) -> list[KnownDose]:
        known = [KnownDose(f"{nik}-{number}", number, "sinovac", date(2021, 8, number)) for number in (1, 2)]
        return known if nik in (LISTED, BOTH) else []


def _a_world(world: str) -> None:
    """The same each time, down to the numbers of rows."""
    empty()
    with transaction() as session:
        seed(session, TODAY)
    people_on_file(someone("628000000001").key)
    if "lists" in world:
        for nik in (LISTED, BOTH):
            on_list(nik=nik, **AT_THEIR_HOME)


def _all_of_it(nik: str, world: str, register: Callable[[Heard], None]) -> Heard:
    _a_world(world)
    heard = Heard(nik)
    register(heard)
    _afterwards(heard)
    for days in (1, 4):
        _sweep(heard, days)
    _afterwards(heard)
    _the_end(heard)
    return heard


def _where(mine: tuple[str, str, list[str]], theirs: tuple[str, str, list[str]]) -> str:
    """In which step they begin to differ, and with what."""
    for one, other in ((mine[1], theirs[1]), ("\n".join(mine[2]), "\n".join(theirs[2]))):
        if one != other:
            at = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), 0)
            return f"{mine[0]}: …{one[max(0, at - 80) : at + 80]}… is not …{other[max(0, at - 80) : at + 80]}…"
    return mine[0]


@pytest.mark.parametrize("register", [_false_registration, _false_form])
@pytest.mark.parametrize(
    ("world", "niks"),
    [
        ("nothing official", (UNPLACED, PLACED)),
        ("lists", (LISTED, UNPLACED, PLACED, BOTH)),
        ("another registry", (LISTED, BOTH)),
        ("a registry that hides names", (LISTED, BOTH)),
        ("a registry that hides names, and lists", (LISTED, UNPLACED, PLACED, BOTH)),
    ],
)
def test_a_false_registration_ends_alike_whoever_has_the_nik(
    database: str, world: str, niks: tuple[str, ...], register: Callable[[Heard], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Word for word, button for button, statement for statement, to the receipt of its erasure."""
    monkeypatch.setattr(settings(), "whatsapp_flow_id", FLOW)
    if "registry" in world:
        monkeypatch.setattr(settings(), "registry", "http")
        monkeypatch.setattr(access, "for_forms", Outside)
    if "hides names" in world:
        monkeypatch.setattr(settings(), "registry_tells_names", False)
        monkeypatch.setattr(Outside, "name", None)
    expected = _all_of_it(NOBODYS, world, register)
    assert len(expected.steps) > 40
    texts = " ".join(text for _, text, _ in expected.steps)
    assert ("not_validated" in texts) is (world in ("lists", "another registry"))
    for nik in niks:
        heard = _all_of_it(nik, world, register)
        for mine, theirs in zip(heard.steps, expected.steps, strict=True):
            assert mine == theirs, _where(mine, theirs)
        assert THEIRS not in " ".join(text for _, text, _ in heard.steps)


def test_nothing_of_the_holders_changes(registered: None) -> None:
    """They keep their place, their name and what is known of them; beside them stands what was told."""
    with transaction() as session:
        before = session.execute(select(Person.id, Person.name, Person.regency_code).order_by(Person.id)).all()
    talk = someone(STRANGER)
    begin(talk, nik=PLACED)
    talk.say("ya", "affirm")
    healthy(talk, (FALSE, "wonokromo surabaya"))
    finish(talk)
    assert talk.responses == ["utter_ticket", "utter_details_offer"]
    with transaction() as session:
        after = session.execute(select(Person.id, Person.name, Person.regency_code).order_by(Person.id)).all()
        assert after[:-1] == before
        assert session.scalars(select(Person.name).where(Person.disputed)).all() == [FALSE]
        assert session.scalar(select(func.count()).select_from(Registration)) == 4
        booked = select(Appointment.person_id).where(Appointment.status == "booked")
        assert len(set(session.scalars(booked))) == 3


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
            people.ActionShowRegistrations().run(dispatcher, Tracker(key, {}, message, [], False, None, {}, None), {})
        doses = Chat(key, form=DOSES)
        doses.say(f"dosis berikutnya NIK {nik} kapan", "ask_next_dose")
        return [_alike([dispatcher.messages, doses.said], nik), *ran]

    assert heard(PLACED) == heard(UNPLACED) == heard(NOBODYS)


# ---------------------------------------------------------------- the form of WhatsApp's
def _screens(nik: str, name: str) -> dict[str, dict[str, Any]]:
    return {
        "CONSENT": {"agrees": True},
        "WHO": {"beneficiary": "self"},
        "IDENTITY": {"nik": nik, "birth_date": "5 Februari 1985", "name": name},
        "HOME": {"place": "wonokromo surabaya"},
        "SUMMARY": {},
    }


def _answer(token: str, screen: str, data: dict[str, Any]) -> Any:
    asked = {"action": "data_exchange", "flow_token": token, "screen": screen, "data": data}
    with transaction() as session:
        answer = respond(session, asked, datetime.now(timezone.utc))
    return json.loads(json.dumps(answer).replace(token, ""))


def _in_a_form(nik: str, phone: str, name: str = FALSE) -> str:
    """What the end point answers to who fills in this NIK."""
    with transaction() as session:
        token = forms.offer(session, ensure_contact(session, phone=phone).key, datetime.now(timezone.utc))
    heard = []
    for screen, data in _screens(nik, name).items():
        heard.append(_answer(token, screen, data))
        if screen == "IDENTITY" and heard[-1]["screen"] == "IDENTITY":
            break
    return _alike(heard, nik)


def test_the_form_tells_who_knows_the_name(registered: None) -> None:
    assert "sudah terdaftar" in _in_a_form(PLACED, "628000000103", THEIRS)
    assert _in_a_form(PLACED, "628000000101") == _in_a_form(NOBODYS, "628000000102")


# ---------------------------------------------------------------- how many
def test_so_many_niks_a_day_by_whichever_way(registered: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cancelling, beginning anew and the form do not begin a new count; the one that is over is over for each NIK."""
    monkeypatch.setattr(settings(), "nik_tries_per_day", 3)
    for serial in (9011, 9012):
        talk = someone(STRANGER)
        begin(talk, nik=f"357801050285{serial}")
        assert talk.responses == ["utter_ask_registration_birth_date"]
    assert "Hari ini sudah cukup" not in _in_a_form("3578010502859013", STRANGER)
    for nik in (PLACED, NOBODYS):
        talk = someone(STRANGER)
        begin(talk, nik=nik)
        assert talk.responses == ["utter_nik_limit"]
        assert "Hari ini sudah cukup" in _in_a_form(nik, STRANGER)


def test_so_many_names_a_day_for_a_nik_by_whichever_way(registered: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who goes through names is stopped before the one that is on file, and at the same one for a NIK of nobody's."""
    monkeypatch.setattr(settings(), "name_tries_per_day", 3)
    for nik in (PLACED, NOBODYS):
        for name in ("Warga Uji 701", "Warga Uji 702"):
            talk = someone(STRANGER)
            begin(talk, nik=nik)
            talk.say("ya", "affirm")
            talk.say(name)
            assert talk.open
        # Written otherwise it is still the same.
        assert "beberapa nama" not in _in_a_form(nik, STRANGER, "WARGA UJI 702")
        assert "beberapa nama" not in _in_a_form(nik, STRANGER, "Warga Uji 703")
        assert "beberapa nama" in _in_a_form(nik, STRANGER, THEIRS)
        talk = someone(STRANGER)
        begin(talk, nik=nik)
        talk.say("ya", "affirm")
        talk.say(THEIRS)
        assert talk.responses == ["utter_name_limit"]
        assert not talk.open
    other = someone("628000000105")
    begin(other, nik=PLACED)
    other.say("ya", "affirm")
    other.say(THEIRS)
    assert other.responses == ["utter_already_registered_elsewhere"], "another contact has tries of their own"


def test_only_the_phone_on_record_is_shown_what_a_list_has(chat: Chat) -> None:
    """A WhatsApp number shows whose phone it is; whoever else names the NIK is asked for the name."""
    on_list(nik=LISTED, phone="08000000099")
    asked = {}
    for phone in (STRANGER, "628000000101"):
        talk = someone(phone)
        begin(talk, nik=LISTED)
        with statements() as ran:
            talk.say("ya", "affirm")
        asked[phone] = talk.responses, ran
    assert asked[STRANGER][0] == ["utter_ask_registration_official_match"]
    assert asked["628000000101"][0] == ["utter_ask_registration_full_name"]
    assert asked[STRANGER][1] == asked["628000000101"][1]


def test_no_log_names_a_nik(database: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "whatsapp_flow_id", FLOW)
    caplog.set_level(logging.DEBUG)
    _all_of_it(PLACED, "lists", _false_form)
    assert PLACED not in caplog.text and THEIRS not in caplog.text and STRANGER not in caplog.text
