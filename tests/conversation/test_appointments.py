"""Moving, booking later, waiting and giving up in a conversation, and what happens in between."""

from __future__ import annotations

import copy
from datetime import timedelta

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy import func, select, update

from actions.appointments.cancelling import ActionFinishCancel, AskCancel, ValidateCancelForm, choose
from actions.appointments.ends import ActionFinishAppointment
from actions.appointments.questions import AskAppointment
from actions.appointments.validate import ValidateAppointmentForm
from actions.appointments.waiting import answer_offer
from siaga.db import transaction
from siaga.people.tables import FormDraft
from siaga.places.timezone import zone
from siaga.registration import tables
from siaga.registration.registry import LocalRegistry, WaitingView
from siaga.text.written import weekday_date
from tests.conversation.chat import NOW, Chat, Played, played
from tests.registration.given import SURABAYA, contact, facility, held, submission

MOVING: Played = played(ValidateAppointmentForm, AskAppointment, ActionFinishAppointment)
GIVING_UP: Played = played(ValidateCancelForm, AskCancel, ActionFinishCancel)
LOCAL = zone(SURABAYA)
DAYS = 6


class Given:
    """One contact with people, and two places with a morning and an afternoon on each of the coming days."""

    def __init__(self) -> None:
        tomorrow = (NOW.astimezone(LOCAL) + timedelta(days=1)).replace(minute=0, second=0, microsecond=0)
        with transaction() as session:
            self.key = contact(session)
            self.here = facility(session, "uji-1", name="Puskesmas Uji Wonokromo")
            self.there = facility(session, "uji-2", name="Puskesmas Uji Rungkut", district_code=None)
            self.mornings = [
                held(session, self.here, quota=3, starts_at=tomorrow.replace(hour=8) + timedelta(days=day))
                for day in range(DAYS)
            ]
            self.afternoon = held(session, self.here, quota=3, starts_at=tomorrow.replace(hour=13))
            self.elsewhere = held(session, self.there, quota=3, starts_at=tomorrow.replace(hour=8))
        self.day = [weekday_date((tomorrow + timedelta(days=day)).date()) for day in range(DAYS)]

    def register(self, session_id: int | None, serial: int = 1, **differs: object) -> str:
        with transaction() as session:
            wanted = submission(self.key, session_id, serial, **{"at": NOW, **differs})
            return LocalRegistry(session).register(wanted).code or ""

    def fill(self, *session_ids: int) -> None:
        with transaction() as session:
            session.execute(
                update(tables.Session)
                .where(tables.Session.id.in_(session_ids))
                .values(booked=tables.Session.quota)
                .execution_options(synchronize_session=False)
            )

    def session_of(self, code: str) -> int | None:
        with transaction() as session:
            return session.execute(
                select(tables.Appointment.session_id).where(
                    tables.Appointment.code == code, tables.Appointment.status == "booked"
                )
            ).scalar_one_or_none()

    def waits(self) -> list[WaitingView]:
        with transaction() as session:
            return LocalRegistry(session).waits(self.key)

    def weekday(self, day: int) -> str:
        return self.day[day].partition(",")[0].lower()


@pytest.fixture
def given(database: str) -> Given:
    return Given()


def moving(given: Given, text: str = "mau pindah jadwal") -> Chat:
    chat = Chat(given.key, form=MOVING)
    chat.say(text, "reschedule_appointment")
    return chat


def giving_up(given: Given, text: str = "batalkan jadwal") -> Chat:
    chat = Chat(given.key, form=GIVING_UP)
    chat.say(text, "cancel_appointment")
    return chat


def counts() -> list[int]:
    with transaction() as session:
        return list(session.execute(select(tables.Session.booked).order_by(tables.Session.id)).scalars())


# ---------------------------------------------------------------------- moving
def test_another_day_in_words_and_the_same_ticket(given: Given) -> None:
    code = given.register(given.mornings[0])
    chat = moving(given)
    assert chat.responses == ["utter_ask_appointment_session_move"]
    assert given.day[0] in chat.said[0]["current"]
    chat.say(f"pindah ke {given.weekday(2)} aja", "reschedule_appointment")
    assert chat.responses == ["utter_ask_appointment_confirmed_move"]
    assert given.day[0] in chat.said[0]["current"] and given.day[2] in chat.said[0]["new"]
    chat.say("ya", "affirm")
    assert chat.responses == ["utter_appointment_set", "utter_ticket"]
    assert chat.said[1]["code"] == code and chat.said[1]["date"] == given.day[2]
    assert given.session_of(code) == given.mornings[2]
    assert not any(chat.slots.values())


def test_all_in_the_first_message(given: Given) -> None:
    given.register(given.mornings[0], 1)
    mother = given.register(given.mornings[1], 2, relation="mother")
    chat = moving(given, f"jadwal ibu saya pindah ke {given.weekday(3)} dong")
    assert chat.responses == ["utter_ask_appointment_confirmed_move"]
    assert chat.said[0]["person"] == "Warga Uji 002" and given.day[3] in chat.said[0]["new"]
    chat.tap("Ya, pindahkan")
    assert given.session_of(mother) == given.mornings[3]


@pytest.mark.parametrize(
    ("said", "left"),
    [("yang siang aja", 1), ("besok", 1), ("lusa", 1), ("secepatnya", 1), ("sebelum besok", 0), ("yang malam", 0)],
)
def test_hours_and_days_in_words(given: Given, said: str, left: int) -> None:
    given.register(given.mornings[0])
    chat = moving(given)
    chat.say(said)
    if left:
        assert chat.responses == ["utter_ask_appointment_confirmed_move"]
    else:
        assert chat.responses == ["utter_no_session_then", "utter_ask_appointment_session_move"]
        assert not chat.slots["attempts"], "it was understood"


def test_a_wish_that_fits_several_shows_those(given: Given) -> None:
    given.register(given.mornings[0])
    chat = moving(given)
    everything = len(chat.options)
    chat.say("yang pagi aja min")
    assert chat.responses == ["utter_ask_appointment_session_move"]
    assert len(chat.options) < everything + 1 and "Semua jadwal" in chat.options
    chat.tap("Semua jadwal")
    assert len(chat.options) == everything


def test_the_present_session_is_not_offered(given: Given) -> None:
    given.register(given.mornings[0])
    offered = [payload for payload in moving(given).options.values() if "appointment_session=" in payload]
    assert len(offered) == DAYS
    assert not any(f'={given.mornings[0]}"' in payload for payload in offered)


def test_whose_is_asked_and_can_be_taken_back(given: Given) -> None:
    own = given.register(given.mornings[0], 1)
    mother = given.register(given.mornings[0], 2, relation="mother")
    chat = moving(given)
    assert chat.responses == ["utter_ask_appointment_person"]
    assert list(chat.options)[:2] == ["Warga Uji 001", "Warga Uji 002"]
    chat.tap("Warga Uji 001")
    chat.say(given.weekday(2))
    assert chat.said[0]["person"] == "Warga Uji 001"
    chat.say("eh salah, maksudnya punya ibu saya", "change_answer")
    assert chat.responses == ["utter_ask_appointment_session_move"]
    assert chat.said[0]["person"] == "Warga Uji 002"
    chat.say(given.weekday(2))
    chat.say("ya", "affirm")
    assert (given.session_of(own), given.session_of(mother)) == (given.mornings[0], given.mornings[2])


def test_a_change_of_mind_at_the_last_question(given: Given) -> None:
    code = given.register(given.mornings[0])
    chat = moving(given)
    chat.say(given.weekday(2))
    chat.say(f"eh {given.weekday(3)} aja deh", "change_answer")
    assert chat.responses == ["utter_ask_appointment_confirmed_move"]
    assert given.day[3] in chat.said[0]["new"]
    chat.say("jangan deh", "deny")
    assert chat.responses == ["utter_ask_appointment_session_move"]
    chat.say(given.weekday(4))
    chat.say("oke", "affirm")
    assert given.session_of(code) == given.mornings[4]


def test_another_place(given: Given) -> None:
    code = given.register(given.mornings[0])
    chat = moving(given)
    chat.say("di tempat lain aja")
    assert chat.responses == ["utter_ask_appointment_facility"]
    chat.say("rungkut")
    assert chat.responses == ["utter_ask_appointment_session_elsewhere"]
    chat.tap_first()
    chat.say("ya", "affirm")
    assert given.session_of(code) == given.elsewhere


def test_no_other_day_here_leads_elsewhere_and_nowhere_keeps_it(given: Given) -> None:
    code = given.register(given.mornings[0])
    given.fill(*given.mornings[1:], given.afternoon)
    chat = moving(given)
    assert chat.responses == ["utter_no_other_session_here", "utter_ask_appointment_facility"]
    given.fill(given.elsewhere)
    chat = moving(given)
    assert chat.responses == ["utter_no_other_session_here", "utter_no_other_session"]
    assert not chat.open and given.session_of(code) == given.mornings[0]


def test_the_place_is_taken_in_between(given: Given) -> None:
    code = given.register(given.mornings[0])
    chat = moving(given)
    chat.say(given.weekday(2))
    given.fill(given.mornings[2])
    before = counts()
    chat.say("ya", "affirm")
    assert chat.responses == ["utter_move_full"] and chat.followed_up == "appointment_form"
    assert given.session_of(code) == given.mornings[0] and counts() == before
    assert chat.slots["appointment_person"] and chat.slots["appointment_session"] is None
    assert chat.slots["requested_slot"] == "appointment_session"


def test_a_form_opened_once_more_in_its_turn_does_not_read_the_message_again(given: Given) -> None:
    given.register(given.mornings[0])
    chat = moving(given)
    chat.say(given.weekday(2))
    given.fill(given.mornings[2])
    chat.say("ya", "affirm")
    message = {"text": "ya", "intent": {"name": "affirm", "confidence": 0.9}, "metadata": {"at": NOW.isoformat()}}
    ran = ("appointment_form", "action_finish_appointment", "appointment_form")
    happened = [{"event": "user"}, *({"event": "action", "name": name} for name in ran)]
    dispatcher = CollectingDispatcher()
    events = MOVING.validate.run(dispatcher, chat._tracker(message, happened), {})
    assert dispatcher.messages == []
    assert {event["name"]: event["value"] for event in events}["requested_slot"] == "appointment_session"


def test_a_turn_that_runs_again_moves_once_and_says_the_same(given: Given) -> None:
    code = given.register(given.mornings[0])
    chat = moving(given)
    chat.say(given.weekday(2))
    again = copy.deepcopy(chat)
    chat.say("ya", "affirm", message_id="the-same")
    before = counts()
    again.say("ya", "affirm", message_id="the-same")
    assert again.responses == chat.responses and again.slots == chat.slots
    assert counts() == before and given.session_of(code) == given.mornings[2]


def test_any_turn_may_run_again(given: Given) -> None:
    given.register(given.mornings[0])
    chat = moving(given)
    for text in ("yang pagi aja", "tempat lain", "wonokromo", given.weekday(2)):
        again = copy.deepcopy(chat)
        chat.say(text)
        again.say(text)
        assert (again.responses, again.slots) == (chat.responses, chat.slots), text


def test_unreadable_three_times(given: Given) -> None:
    given.register(given.mornings[0])
    chat = moving(given)
    for expected in (
        ["utter_appointment_when_unreadable"],
        ["utter_appointment_when_unreadable", "utter_example_appointment_session"],
        ["utter_appointment_when_unreadable", "utter_example_appointment_session", "utter_offer_person"],
    ):
        chat.say("zzz qqq")
        assert chat.responses[:-1] == expected
    assert "Hubungi petugas" in chat.options


def test_a_question_in_between_is_for_others(given: Given) -> None:
    given.register(given.mornings[0])
    chat = moving(given)
    chat.say("vaksin halal ga?", "ask_vaccine_question")
    assert chat.slots["requested_slot"] == "appointment_session"
    assert chat.responses == ["utter_ask_appointment_session_move"]


def test_nobody_registered(given: Given) -> None:
    chat = moving(given)
    assert chat.responses == ["utter_no_registrations"] and not chat.open


def test_the_tracker_holds_nothing_personal(given: Given) -> None:
    given.register(given.mornings[0])
    chat = moving(given)
    chat.say("punya Warga Uji 001, yang pagi")
    assert "Warga" not in repr(chat.slots)
    chat.say("tidak", "deny")
    with transaction() as session:
        assert session.scalar(select(func.count()).select_from(FormDraft)) == 0


# ---------------------------------------------------------------------- booking later
def test_who_registered_without_an_appointment_picks_one(given: Given) -> None:
    given.register(None)
    chat = moving(given, "mau pilih jadwal")
    assert chat.responses == ["utter_ask_appointment_facility"]
    chat.tap_first()
    assert chat.responses == ["utter_ask_appointment_session"]
    chat.say(given.weekday(1))
    assert chat.responses == ["utter_ask_appointment_confirmed_book"]
    again = copy.deepcopy(chat)
    chat.say("ya", "affirm", message_id="the-same")
    assert chat.responses == ["utter_appointment_set", "utter_ticket"]
    again.say("ya", "affirm", message_id="the-same")
    assert again.responses == chat.responses
    assert sum(counts()) == 1


def test_not_before_they_may_be_vaccinated(given: Given) -> None:
    later = (NOW.astimezone(LOCAL) + timedelta(days=4)).date()
    given.register(None, outcome="postpone", postponed_until=later)
    chat = moving(given)
    assert chat.responses == ["utter_ask_appointment_facility"]
    offered = [label for label in chat.options if label != "Batal"]
    assert offered == ["Pusk. Uji Wonokromo"], "the other has no session on that day or later"
    chat.tap_first()
    sessions = [payload for payload in chat.options.values() if "appointment_session=" in payload]
    assert len(sessions) == 3


@pytest.mark.parametrize("differs", [{"outcome": "postpone"}, {"outcome": "not_eligible"}])
def test_whose_health_is_open_is_asked_again(given: Given, differs: dict[str, object]) -> None:
    given.register(None, **differs)
    chat = moving(given)
    assert chat.responses == ["utter_appointment_check_again"] and not chat.open


# ---------------------------------------------------------------------- waiting
def _all(given: Given) -> tuple[int, ...]:
    return (*given.mornings, given.afternoon, given.elsewhere)


def test_everything_full_leads_to_the_waiting_list(given: Given) -> None:
    given.register(None)
    given.fill(*_all(given))
    chat = moving(given)
    assert chat.responses == ["utter_ask_appointment_facility_full"]
    chat.tap("Pusk. Uji Wonokromo")
    assert chat.responses == ["utter_ask_appointment_wait"]
    again = copy.deepcopy(chat)
    chat.tap("Masuk daftar tunggu")
    assert chat.responses == ["utter_waiting_joined"] and chat.said[0]["position"] == 1
    again.say("mau", "affirm", message_id=f"{given.key}-{chat._number}")
    assert again.responses == chat.responses and len(given.waits()) == 1


def test_a_place_full_in_between_can_be_waited_for(given: Given) -> None:
    given.register(None)
    chat = moving(given)
    chat.tap("Pusk. Uji Wonokromo")
    given.fill(*given.mornings, given.afternoon)
    chat.say("apa aja boleh")
    assert chat.responses[-1] == "utter_ask_appointment_wait"
    assert set(chat.options) == {"Masuk daftar tunggu", "Tempat lain", "Batal"}
    chat.say("masuk daftar tunggu aja")
    assert chat.responses == ["utter_waiting_joined"]


def _acknowledge(given: Given, intent: str) -> list[dict[str, object]]:
    message = {
        "text": "ya" if intent == "affirm" else "tidak",
        "intent": {"name": intent, "confidence": 0.9},
        "metadata": {"message_id": f"wamid.{intent}", "at": NOW.isoformat()},
    }
    dispatcher = CollectingDispatcher()
    tracker = Tracker(given.key, {}, message, [{"event": "user"}], False, None, {}, None)
    return dispatcher.messages if answer_offer(dispatcher, tracker) else []


def test_a_yes_takes_the_place_that_is_held_and_a_no_loses_nothing(given: Given) -> None:
    assert _acknowledge(given, "affirm") == []
    given.register(None)
    given.fill(*_all(given))
    with transaction() as session:
        registry = LocalRegistry(session)
        person = registry.mine(given.key, NOW)[0].person_id
        registry.wait(given.key, person, given.here, "wamid.wait", NOW)
        other = registry.register(submission(contact(session, 2), None, 2, at=NOW))
        assert other.code is None
    assert _acknowledge(given, "affirm") == [], "nothing is held yet"
    with transaction() as session:
        session.execute(
            update(tables.Session)
            .where(tables.Session.id == given.mornings[3])
            .values(booked=tables.Session.quota - 1)
            .execution_options(synchronize_session=False)
        )
    from siaga.registration import waiting

    with transaction() as session:
        assert waiting.expire(session, NOW) == 1
    assert [said["response"] for said in _acknowledge(given, "deny")] == ["utter_place_held"]
    assert [said["response"] for said in _acknowledge(given, "affirm")] == ["utter_place_taken"]
    assert given.waits() == []


# ---------------------------------------------------------------------- giving up
def test_cancelling_by_words_and_undoing_it(given: Given) -> None:
    code = given.register(given.mornings[0])
    chat = giving_up(given)
    assert chat.responses == ["utter_confirm_cancel_appointment"]
    chat.say("iya batalkan aja", "cancel_appointment")
    assert chat.responses == ["utter_appointment_cancelled"]
    assert given.session_of(code) is None and counts()[0] == 0
    undo = chat.options["Urungkan"]
    assert code in undo
    dispatcher = CollectingDispatcher()
    message = {"text": "Urungkan", "metadata": {"message_id": "wamid.undo", "at": NOW.isoformat()}}
    tracker = Tracker(given.key, {}, message, [{"event": "user"}], False, None, {}, None)
    assert choose(dispatcher, tracker, "undo_cancel", code)
    assert [said["response"] for said in dispatcher.messages] == ["utter_cancel_undone", "utter_ticket"]
    assert given.session_of(code) == given.mornings[0] and counts()[0] == 1


@pytest.mark.parametrize("said", ["ga jadi", "tidak jadi", "jangan dibatalkan"])
def test_no_keeps_it(given: Given, said: str) -> None:
    code = given.register(given.mornings[0])
    chat = giving_up(given)
    chat.say(said, "cancel")
    assert chat.responses == ["utter_appointment_kept"]
    assert given.session_of(code) == given.mornings[0]


def test_batal_alone_is_asked_about(given: Given) -> None:
    code = given.register(given.mornings[0])
    chat = giving_up(given)
    chat.say("batal", "cancel")
    assert chat.responses == ["utter_cancel_or_keep", "utter_confirm_cancel_appointment"]
    assert given.session_of(code) == given.mornings[0]


def test_whose_in_words_and_corrected(given: Given) -> None:
    own = given.register(given.mornings[0], 1)
    mother = given.register(given.mornings[0], 2, relation="mother")
    chat = giving_up(given)
    assert chat.responses == ["utter_which_appointment"]
    chat.say("punya saya")
    assert chat.said[0]["person"] == "Warga Uji 001"
    chat.say("eh bukan, punya ibu saya", "change_answer")
    assert chat.responses == ["utter_confirm_cancel_appointment"]
    assert chat.said[0]["person"] == "Warga Uji 002"
    again = copy.deepcopy(chat)
    chat.say("ya", "affirm", message_id="the-same")
    again.say("ya", "affirm", message_id="the-same")
    assert again.responses == chat.responses == ["utter_appointment_cancelled"]
    assert (given.session_of(own), given.session_of(mother)) == (given.mornings[0], None)


def test_whose_in_the_first_message(given: Given) -> None:
    given.register(given.mornings[0], 1)
    given.register(given.mornings[0], 2, relation="mother")
    assert giving_up(given, "batalin jadwal ibu saya").said[0]["person"] == "Warga Uji 002"


def test_leaving_the_waiting_list(given: Given) -> None:
    given.register(given.mornings[0], 1)
    given.register(None, 2, relation="mother")
    with transaction() as session:
        registry = LocalRegistry(session)
        person = next(one for one in registry.mine(given.key, NOW) if one.appointment is None)
        given.fill(*_all(given))
    with transaction() as session:
        LocalRegistry(session).wait(given.key, person.person_id, given.here, "wamid.wait", NOW)
    chat = giving_up(given, "keluar dari daftar tunggu")
    assert chat.responses == ["utter_confirm_leave_waiting"]
    chat.tap("Ya, keluar")
    assert chat.responses == ["utter_waiting_left"] and given.waits() == []


def test_nothing_to_give_up(given: Given) -> None:
    given.register(None)
    chat = giving_up(given)
    assert chat.responses == ["utter_no_appointment"] and not chat.open
