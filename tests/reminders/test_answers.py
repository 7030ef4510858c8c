"""What is answered to reminders, on the real database: the buttons as they were sent, in and out of forms."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy import select

from actions.forms.within import ActionShowMenu
from actions.menu import ActionChooseOption
from actions.reminders import ActionStartMessages, ActionStopMessages
from siaga.db import transaction
from siaga.dialogue.reading import typed_option
from siaga.people.contacts import contact_by_key
from siaga.people.tables import Contact, Notice
from siaga.registration.registry import LocalRegistry
from siaga.registration.tables import Appointment
from siaga.reminders.sending import send_due
from siaga.turns.messages import Option
from siaga.turns.offers import Offered
from siaga.turns.tables import OutboundMessage
from siaga.whatsapp.render import render
from siaga.whatsapp.reply import merge
from tests.conversation.chat import RESPONSES
from tests.registration.given import NOW, contact, facility, held, submission
from tests.reminders.given import planned

EVENING = NOW + timedelta(hours=8, minutes=30)  # 18.30 in Jakarta, the day before
MORNING = NOW + timedelta(hours=20, minutes=30)  # 06.30 on the day


def _booked(number: int = 1) -> tuple[str, str]:
    """A contact's key and the code of an appointment tomorrow at eight."""
    with transaction() as session:
        key = contact(session, number)
        where = facility(session, f"uji-{number}")
        return key, LocalRegistry(session).register(submission(key, held(session, where), number)).code or ""


def _buttons(key: str) -> dict[str, str]:
    """Label to payload, of the last message to a contact."""
    with transaction() as session:
        options = session.scalar(
            select(OutboundMessage.options)
            .join(Contact, Contact.id == OutboundMessage.contact_id)
            .where(Contact.key == key)
            .order_by(OutboundMessage.seq.desc())
            .limit(1)
        )
    return {option.label: option.payload for option in (Option(**each) for each in options)}


def _tracker(
    key: str, text: str, intent: str, entities: dict[str, Any], at: datetime, message_id: str, form: str | None
) -> Tracker:
    message = {
        "text": text,
        "intent": {"name": intent, "confidence": 1.0},
        "entities": [{"entity": name, "value": value} for name, value in entities.items()],
        "metadata": {"message_id": message_id, "at": at.isoformat(), "kind": "option" if entities else "text"},
    }
    return Tracker(key, {}, message, [{"event": "user"}], False, None, {"name": form} if form else {}, None)


def _tap(key: str, payload: str, at: datetime = EVENING, message_id: str = "wamid.tap") -> list[dict[str, Any]]:
    """Tap an option; what is said to it."""
    found = re.fullmatch(r"/(\w+)(\{.*\})?", payload)
    assert found and found[1] == "choose_option"
    dispatcher = CollectingDispatcher()
    tracker = _tracker(key, "x", found[1], json.loads(found[2]), at, message_id, None)
    ActionChooseOption().run(dispatcher, tracker, {})
    return dispatcher.messages


def _say(action: Any, key: str, text: str, intent: str, form: str | None = None) -> str:
    dispatcher = CollectingDispatcher()
    action.run(dispatcher, _tracker(key, text, intent, {}, NOW, "wamid.say", form), {})
    return str(dispatcher.messages[0]["response"])


def _confirmed(code: str) -> datetime | None:
    with transaction() as session:
        return session.scalar(select(Appointment.confirmed_at).where(Appointment.code == code))


# ---------------------------------------------------------------------- coming
def test_the_evening_before_and_in_the_morning(database: str) -> None:
    key, code = _booked()

    assert send_due(EVENING).messages == 1
    (said,) = _tap(key, _buttons(key)["Saya datang"])
    assert said["response"] == "utter_coming"
    assert said["facility"] == "Puskesmas Uji uji-1" and said["time"] == "08.00–11.00 WIB"
    assert said["date"] == "Senin, 23 November 2026"
    assert _confirmed(code) == EVENING
    _tap(key, _buttons(key)["Saya datang"], EVENING + timedelta(minutes=5))
    assert _confirmed(code) == EVENING, "said once more it changes nothing"
    assert send_due(MORNING).messages == 1
    assert send_due(MORNING + timedelta(minutes=5)).messages == 0


def test_every_response_exists_and_is_filled(database: str) -> None:
    key, _ = _booked()
    send_due(EVENING)
    (said,) = _tap(key, _buttons(key)["Saya datang"])
    assert RESPONSES[said["response"]][0]["text"].format(**said)


def test_a_moved_appointment_moves_its_reminders_and_is_not_promised_any_more(database: str) -> None:
    key, code = _booked()
    send_due(EVENING)
    _tap(key, _buttons(key)["Saya datang"])
    with transaction() as session:
        later = held(session, facility(session, "lain"), starts_at=NOW + timedelta(days=2, hours=22))
        LocalRegistry(session).move(key, code, later, "wamid.move", EVENING)

    assert _confirmed(code) is None
    assert send_due(MORNING).messages == 0
    assert send_due(EVENING + timedelta(days=2)).messages == 1
    assert send_due(MORNING + timedelta(days=2)).messages == 1


def test_a_cancelled_appointment_is_not_reminded_of_nor_promised(database: str) -> None:
    key, code = _booked()
    send_due(EVENING)
    buttons = _buttons(key)
    with transaction() as session:
        LocalRegistry(session).cancel(key, code, "wamid.cancel", EVENING)

    assert send_due(MORNING).messages == 0
    assert _tap(key, buttons["Saya datang"])[0]["response"] == "utter_no_such_appointment"
    assert _confirmed(code) is None


def test_nor_one_that_is_over_or_somebody_elses(database: str) -> None:
    key, code = _booked()
    stranger, _ = _booked(2)
    send_due(EVENING)
    payload = _buttons(key)["Saya datang"]

    assert _tap(stranger, payload)[0]["response"] == "utter_no_such_appointment"
    assert _tap(key, payload, NOW + timedelta(days=3))[0]["response"] == "utter_no_such_appointment"
    assert _confirmed(code) is None


def test_the_other_buttons_lead_to_the_conversations_about_it(database: str) -> None:
    key, code = _booked()
    send_due(EVENING)
    buttons = _buttons(key)
    with transaction() as session:
        person = session.scalar(select(Notice.person_id).where(Notice.about == code).limit(1))

    assert buttons["Ganti jadwal"] == f'/reschedule_appointment{{"option": "appointment_person={person}"}}'
    assert buttons["Tidak bisa datang"] == f'/choose_option{{"option": "ask_cancel={code}"}}'


# ---------------------------------------------------------------------- later, and places that are held
def test_later_means_in_three_days_and_not_for_ever(database: str) -> None:
    with transaction() as session:
        key = contact(session)
        planned(
            session,
            contact_by_key(session, key).id,
            "next_dose",
            about="dose:1",
            due_at=NOW,
            until=NOW + timedelta(days=14),
        )
    answers = []
    at = NOW
    for _ in range(4):
        if not send_due(at).messages:
            break
        payload = _buttons(key)["Nanti saja"]
        answers.append(_tap(key, payload, at)[0]["response"])
        assert _tap(key, payload, at)[0]["response"] == answers[-1], "a turn may run twice"
        at += timedelta(days=3)

    assert answers == ["utter_later", "utter_later", "utter_whenever"]


@pytest.mark.parametrize(("label", "response"), [("Ambil tempat", "utter_place_taken"), ("Lewati", "utter_place_left")])
def test_a_place_that_is_held(database: str, label: str, response: str) -> None:
    with transaction() as session:
        session_id = held(session, facility(session), quota=1)
        first, waiter = contact(session, 1), contact(session, 2)
        registry = LocalRegistry(session)
        code = registry.register(submission(first, session_id, 1)).code or ""
        registry.register(submission(waiter, None, 2))
        (person,) = registry.mine(waiter, now=NOW)
        registry.wait(waiter, person.person_id, 1, "wamid.wait", NOW)
    with transaction() as session:
        LocalRegistry(session).cancel(first, code, "wamid.cancel", NOW)
    assert send_due(NOW).messages == 1
    payload = _buttons(waiter)[label]

    assert _tap(first, payload, NOW)[0]["response"] == "utter_place_gone", "it is not theirs"
    assert _tap(waiter, payload, NOW)[0]["response"] == response
    with transaction() as session:
        mine = LocalRegistry(session).mine(waiter, now=NOW)[0].appointment
    assert (mine is not None) is (label == "Ambil tempat")
    assert _tap(waiter, payload, NOW)[0]["response"] == response, "a turn may run twice"


def test_a_place_that_was_held_for_too_long_is_gone(database: str) -> None:
    with transaction() as session:
        key = contact(session)
    (said,) = _tap(key, '/choose_option{"option": "take_place=waiting:99"}')
    assert said["response"] == "utter_place_gone"


# ---------------------------------------------------------------------- stop and start
STOP, START = ActionStopMessages(), ActionStartMessages()


def test_stop_and_start(database: str) -> None:
    with transaction() as session:
        key = contact(session)

    assert _say(STOP, key, "berhenti", "stop_messages") == "utter_stop_messages"
    assert _say(STOP, key, "stop", "stop_messages") == "utter_stop_messages_already"
    assert _say(START, key, "mulai", "start_messages") == "utter_start_messages"
    assert _say(START, key, "mulai", "start_messages") == "utter_start_messages_already"


@pytest.mark.parametrize(
    ("text", "response"),
    [
        ("berhenti", "utter_registration_cancelled"),
        ("stop aja deh", "utter_registration_cancelled"),
        ("berhenti ingatkan saya", "utter_stop_messages"),
        ("jangan kirim pengingat lagi", "utter_stop_messages"),
        ("matikan notif", "utter_stop_messages"),
    ],
)
def test_in_a_form_a_mere_stop_means_the_form(database: str, text: str, response: str) -> None:
    with transaction() as session:
        key = contact(session)

    assert _say(STOP, key, text, "stop_messages", form="registration_form") == response
    with transaction() as session:
        off = contact_by_key(session, key).reminders_off_at
    assert (off is not None) is (response == "utter_stop_messages")


@pytest.mark.parametrize("text", ["mulai", "Mulai!", "start", "mulai lagi ya"])
def test_a_mere_start_is_for_the_reminders_of_who_has_stopped_them(database: str, text: str) -> None:
    with transaction() as session:
        key = contact(session)
    menu = ActionShowMenu()

    assert _say(menu, key, text, "show_menu") == "utter_menu"
    _say(STOP, key, "berhenti", "stop_messages")
    assert _say(menu, key, "menu", "show_menu") == "utter_menu"
    assert _say(menu, key, text, "show_menu") == "utter_start_messages"
    assert _say(menu, key, text, "show_menu") == "utter_menu"


def test_a_mere_start_typed_in_answer_to_the_stop_is_understood(database: str) -> None:
    with transaction() as session:
        key = contact(session)
    dispatcher = CollectingDispatcher()
    STOP.run(dispatcher, _tracker(key, "berhenti", "stop_messages", {}, NOW, "wamid.stop", None), {})
    (said,) = dispatcher.messages
    (draft,) = render(merge([{"text": "x", "buttons": said["buttons"]}]), "k")

    found = typed_option("mulai", Offered(list(draft.options), newest=True))
    assert found is not None and found.payload == "/start_messages"


def test_start_in_a_form_leaves_the_form(database: str) -> None:
    with transaction() as session:
        key = contact(session)
    _say(STOP, key, "berhenti", "stop_messages")

    assert _say(START, key, "ingatkan saya lagi", "start_messages", form="registration_form") == "utter_start_messages"
