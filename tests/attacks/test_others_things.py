"""Another's appointment, place in a line, person or illness: its code or number opens nothing, and tells nothing.

That an option of another contact's is none at all is tried in test_commands.py. Here it has got through all the same:
each payload that names somebody or something is said by a stranger, who hears what anybody hears that made it up, while
nothing changes. A report alone is told to who has its number, as who made it without a name has nothing else.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy import text, update

from actions.appointments.cancelling import ActionFinishCancel, AskCancel, ValidateCancelForm
from actions.appointments.ends import ActionFinishAppointment
from actions.appointments.questions import AskAppointment
from actions.appointments.validate import ValidateAppointmentForm
from actions.certificates.ends import ActionFinishCertificate
from actions.certificates.questions import AskCertificate
from actions.certificates.validate import ValidateCertificateForm
from actions.details.form import ActionFinishDetails, AskDetails, ValidateDetailsForm
from actions.doses.ends import ActionTellNextDose
from actions.doses.questions import AskDose
from actions.doses.validate import ValidateDoseForm
from actions.menu import ActionChooseOption
from siaga.db import transaction
from siaga.identity import CodeAsked, start
from siaga.people.tables import Notice
from siaga.registration.registry import LocalRegistry
from siaga.selfcheck import monitoring
from tests.certificates.given import dose
from tests.conversation.chat import Chat, Played, played
from tests.identity.given import BORN
from tests.registration.given import contact, facility, held, nik, submission

NOW = datetime.now(timezone.utc)
NAME = "Warga Uji 001"

FORMS: dict[str, Played] = {
    "cancel_appointment": played(ValidateCancelForm, AskCancel, ActionFinishCancel),
    "reschedule_appointment": played(ValidateAppointmentForm, AskAppointment, ActionFinishAppointment),
    "ask_certificate": played(ValidateCertificateForm, AskCertificate, ActionFinishCertificate),
    "ask_next_dose": played(ValidateDoseForm, AskDose, ActionTellNextDose),
    "details": Played("details_form", ValidateDetailsForm(), {"details_answer": AskDetails()}, ActionFinishDetails()),
}

# What is said outside a form, with the id it is about; and what opens a form. What gives something up comes last.
PAYLOADS = [
    '/choose_option{"option": "ticket=%(code)s"}',
    '/choose_option{"option": "come=%(code)s"}',
    '/choose_option{"option": "take_place=waiting:%(waiting)s"}',
    '/choose_option{"option": "later=appointment_day_before/1/%(code)s"}',
    '/choose_option{"option": "person=%(person)s"}',
    '/choose_option{"option": "correct_person=%(person)s"}',
    '/choose_option{"option": "remind_dose=%(person)s"}',
    '/choose_option{"option": "monitored=worse/%(monitoring)s"}',
    '/choose_option{"option": "monitored=better/%(monitoring)s"}',
    '/choose_option{"option": "monitor_again=%(monitoring)s"}',
    '/reschedule_appointment{"option": "appointment_person=%(person)s"}',
    '/ask_certificate{"option": "certificate=get:%(person)s"}',
    '/ask_certificate{"option": "certificate=correct:%(person)s"}',
    '/ask_certificate{"option": "certificate=missing:%(person)s"}',
    '/ask_next_dose{"option": "dose_person=person:%(person)s"}',
    '/details{"option": "details=%(person)s"}',
    '/choose_option{"option": "undo_cancel=%(gone)s"}',
    '/cancel_appointment{"option": "ask_cancel=%(code)s"}',
    '/cancel_appointment{"option": "cancel_which=%(code)s"}',
    '/cancel_appointment{"option": "cancel_which=waiting:%(waiting)s"}',
    '/choose_option{"option": "cancel_code=%(code)s"}',
    '/choose_option{"option": "cancel_code=waiting:%(waiting)s"}',
    '/choose_option{"option": "leave_place=waiting:%(waiting)s"}',
]
NOBODYS = {
    "code": "SIAGAXXX", "gone": "SIAGAYYY", "waiting": "999999", "person": "999999", "monitoring": "999999",
    "check": "999999",
}  # fmt: skip


def _owned() -> tuple[str, dict[str, str]]:
    """A contact's key, and everything that they have: an appointment, one given up, a wait, people, and more."""
    with transaction() as session:
        key = contact(session, 1)
        there, full = facility(session, "uji-1"), facility(session, "uji-2")
        registry = LocalRegistry(session)
        at = {"at": NOW, "consented_at": NOW}
        # Far ahead, so that the reminder of the evening before is still planned, and can be put off.
        soon = NOW + timedelta(days=30)
        place = held(session, there, starts_at=soon)
        code = registry.register(submission(key, place, 1, **at)).code
        gone = registry.register(submission(key, place, 2, **at)).code
        registry.cancel(key, gone or "", "wamid.gone", NOW)
        other = contact(session, 3)
        registry.register(submission(other, held(session, full, quota=1, starts_at=soon), 9, **at))
        registry.register(submission(key, None, 3, **at))
        people = registry.mine(key, now=NOW)
        first, last = people[0].person_id, people[-1].person_id
        wait = registry.wait(key, last, full, "wamid.wait", NOW)
        dose(session, first)
        watched = monitoring.start(
            session, key, None, until=(NOW + timedelta(days=9)).date(), message_id="wamid.sick", at=NOW
        )
        asked = start(session, key, nik(9), BORN, message_id="wamid.check", now=NOW)
        assert isinstance(asked, CodeAsked)
        session.execute(update(Notice).where(Notice.about == code).values(status="sent"))
    ids = {
        "code": code, "gone": gone, "waiting": wait.id, "person": first, "monitoring": watched.id,
        "check": asked.check_id,
    }  # fmt: skip
    return key, {name: str(value) for name, value in ids.items()}


def _said(key: str, payload: str) -> list[dict[str, Any]]:
    """What is answered to a payload, as the action that Rasa would call answers it."""
    intent, _, entities = payload.removeprefix("/").partition("{")
    known = json.loads("{" + entities)
    if intent in FORMS:
        chat = Chat(key, form=FORMS[intent])
        chat.say("Pilihan", intent, known)
        return chat.said
    dispatcher = CollectingDispatcher()
    message = {
        "text": "Pilihan",
        "intent": {"name": intent, "confidence": 1.0},
        "entities": [{"entity": name, "value": value} for name, value in known.items()],
        "metadata": {"message_id": f"wamid.{payload}"[:40], "at": NOW.isoformat(), "kind": "option"},
    }
    action: Action = ActionChooseOption()
    happened = [{"event": "user", "text": "Pilihan"}]
    action.run(dispatcher, Tracker(key, {}, message, happened, False, None, {}, None), {})
    return dispatcher.messages


_OWN_NOTES = ("form_draft", "contact")


def _everything() -> dict[str, list[str]]:
    """Every row of every table but the asker's own notes."""
    with transaction() as session:
        names = session.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
        return {
            name: sorted(session.scalars(text(f'SELECT t::text FROM "{name}" t')).all())
            for name in names
            if name not in _OWN_NOTES
        }


def _told(said: list[dict[str, Any]], ids: dict[str, str]) -> str:
    """What was said, without the ids themselves."""
    written = json.dumps(said, sort_keys=True, default=str)
    for name, value in sorted(ids.items(), key=lambda one: -len(one[1])):
        if len(value) > 3:
            written = written.replace(value, name)
    return written


def test_a_stranger_hears_what_anybody_hears_who_made_it_up_and_changes_nothing(database: str) -> None:
    _, ids = _owned()
    with transaction() as session:
        stranger = contact(session, 2)
    before = _everything()
    for payload in PAYLOADS:
        theirs, nobodys = (_said(stranger, payload % which) for which in (ids, NOBODYS))
        assert theirs, payload
        assert _told(theirs, ids) == _told(nobodys, NOBODYS), payload
        assert not any(word in _told(theirs, {}) for word in (NAME, "Puskesmas Uji", "W••••")), payload
        after = _everything()
        assert {name for name in after if after[name] != before[name]} == set(), payload


def test_the_owner_is_answered_otherwise(database: str) -> None:
    """Else the comparison above would hold of payloads that no action knows."""
    key, ids = _owned()
    differing = [payload for payload in PAYLOADS if _differs(key, payload, ids)]
    # A place is on offer to nobody yet, and who has one appointment means that one.
    same = {payload for payload in PAYLOADS if "take_place" in payload or "appointment_person" in payload}
    assert set(PAYLOADS) - set(differing) <= same


def _differs(key: str, payload: str, ids: dict[str, str]) -> bool:
    return _told(_said(key, payload % ids), ids) != _told(_said(key, payload % NOBODYS), NOBODYS)


@pytest.mark.parametrize("slot", ["cancel_which", "appointment_person", "certificate_person"])
def test_nor_can_it_be_slipped_into_an_open_question(database: str, slot: str) -> None:
    """A stranger with people of their own, asked whose, answers with another's id."""
    _, ids = _owned()
    with transaction() as session:
        stranger = contact(session, 2)
        place = held(session, facility(session, "uji-9"), starts_at=NOW + timedelta(hours=30))
        for serial in (20, 21):
            LocalRegistry(session).register(
                submission(stranger, place, serial, at=NOW, relation="self" if serial == 20 else "mother")
            )
    intent, value = {
        "cancel_which": ("cancel_appointment", ids["code"]),
        "appointment_person": ("reschedule_appointment", ids["person"]),
        "certificate_person": ("ask_certificate", ids["person"]),
    }[slot]
    heard = []
    for chosen in (value, NOBODYS["code"] if slot == "cancel_which" else NOBODYS["person"]):
        chat = Chat(stranger, form=FORMS[intent])
        chat.say("halo", intent)
        assert chat.slots["requested_slot"] == slot
        before = _everything()
        chat.say("Pilihan", "choose_option", {"option": f"{slot}={chosen}"})
        assert _everything() == before
        heard.append(chat.said)
        assert NAME not in json.dumps(chat.said)
    assert heard[0] == heard[1]


def test_a_check_of_another_contact_takes_no_code(database: str) -> None:
    """The id of a check stands in a slot: even there, another's is none."""
    _, ids = _owned()
    with transaction() as session:
        stranger = contact(session, 2)
    answers = []
    for check in (ids["check"], NOBODYS["check"]):
        chat = Chat(stranger, form=FORMS["ask_certificate"])
        chat.say("sertifikat", "ask_certificate")
        chat.slots |= {"certificate_check": check, "certificate_person": "other", "certificate_nik": "x"}
        chat.slots |= {"certificate_birth_date": "x", "requested_slot": "certificate_code"}
        chat.say("123456")
        answers.append(chat.responses)
    assert answers[0] == answers[1] == ["utter_certificate_code_over"]
